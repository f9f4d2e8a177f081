"""Addresses of meetings, motions, votes, minutes, resolutions and tasks, below ``/<region>/forum/``."""

from __future__ import annotations

from django.urls import path

from raumwerk.web.forum.views import agenda, attachments, meetings, minutes, papers, resolutions, tasks, votes

urlpatterns = [
    path("sitzungen/", meetings.meeting_list, name="meetings"),
    path("sitzung/<int:number>/", meetings.meeting, name="meeting"),
    path("sitzung/<int:number>/bearbeiten/", meetings.meeting_edit, name="meeting-edit"),
    path("sitzung/<int:number>/anwesenheit/", meetings.attendance, name="attendance"),
    path("sitzung/<int:number>/versand/", meetings.sent, name="sent"),
    path("sitzung/<int:number>/top/neu/", agenda.item_new, name="item-new"),
    path("sitzung/<int:number>/top/<int:item>/", agenda.item, name="item"),
    path("sitzung/<int:number>/top/<int:item>/bearbeiten/", agenda.item_edit, name="item-edit"),
    path("sitzung/<int:number>/protokoll/", minutes.minutes, name="minutes"),
    path("sitzung/<int:number>/protokoll/schreiben/", minutes.minutes_edit, name="minutes-edit"),
    path("sitzung/<int:number>/unterlagen/neu/", attachments.meeting_file, name="meeting-file"),
    path("sitzung/<int:number>/top/<int:item>/unterlagen/neu/", attachments.item_file, name="item-file"),
    path("sitzung/<int:number>/protokoll/unterlagen/neu/", attachments.minutes_file, name="minutes-file"),
    path("sitzung/<int:number>/tagesordnung.pdf", papers.agenda_pdf, name="agenda-pdf"),
    path("sitzung/<int:number>/protokoll.pdf", papers.minutes_pdf, name="minutes-pdf"),
    path("beschluss/<int:number>/beschluss.pdf", papers.resolution_pdf, name="resolution-pdf"),
    path("kalender/", papers.own_calendar_page, name="own-calendar-page"),
    path("kalender/<str:token>.ics", papers.own_calendar, name="own-calendar"),
    path("<slug:body>/kalender.ics", papers.body_calendar, name="body-calendar"),
    path("antrag/<int:number>/", agenda.motion, name="motion"),
    path("antrag/<int:number>/bearbeiten/", agenda.motion_edit, name="motion-edit"),
    path("antrag/<int:number>/abstimmung/", agenda.vote_new, name="vote-new"),
    path("abstimmung/<int:number>/", votes.vote, name="vote"),
    path("beschluesse/", resolutions.resolution_list, name="resolutions"),
    path("beschluss/<int:number>/", resolutions.resolution, name="resolution"),
    path("beschluss/<int:number>/ergaenzen/", resolutions.complete, name="resolution-complete"),
    path("beschluss/<int:number>/weiterleiten/", resolutions.forward, name="resolution-forward"),
    path("beschluss/<int:number>/antwort/<int:forwarding>/", resolutions.answer, name="resolution-answer"),
    path("beschluss/<int:number>/aufgabe/", tasks.task_from, name="task-from"),
    path("aufgaben/", tasks.task_list, name="tasks"),
    path("aufgabe/<int:number>/", tasks.task, name="task"),
    path("aufgabe/<int:number>/bearbeiten/", tasks.task_edit, name="task-edit"),
    path("<slug:body>/sitzungen/neu/", meetings.meeting_new, name="meeting-new"),
    path("<slug:body>/antraege/neu/", agenda.motion_new, name="motion-new"),
    path("<slug:body>/aufgaben/neu/", tasks.task_new, name="task-new"),
]
