"""Addresses of the forum: ``/<region>/forum/…``. Words of the forum itself come before the short names of bodies."""

from __future__ import annotations

from django.urls import include, path

from raumwerk.web.forum.views import bodies, frameworks, programme, seats, table

app_name = "forum"

urlpatterns = [
    path("", bodies.overview, name="overview"),
    path("neu/", bodies.body_new, name="body-new"),
    path("programm/", programme.programme, name="programme"),
    path("programm/kalender.ics", programme.calendar, name="programme-calendar"),
    path("programm/neu/", programme.milestone_new, name="milestone-new"),
    path("programm/<int:number>/", programme.milestone_edit, name="milestone"),
    path("programm/<int:number>/entfernen/", programme.milestone_remove, name="milestone-remove"),
    path("rahmenbedingungen/", frameworks.table, name="frameworks"),
    path("rahmenbedingungen.csv", frameworks.sheet, {"kind": "csv"}, name="frameworks-csv"),
    path("rahmenbedingungen.xlsx", frameworks.sheet, {"kind": "xlsx"}, name="frameworks-xlsx"),
    path("rahmenbedingungen/neu/", frameworks.topic_new, name="framework-new"),
    path("rahmenbedingungen/<int:number>/", frameworks.topic, name="framework"),
    path("rahmenbedingungen/<int:number>/bearbeiten/", frameworks.topic_edit, name="framework-edit"),
    path("rahmenbedingungen/<int:number>/veroeffentlichen/", frameworks.publish, name="framework-publish"),
    path("rahmenbedingungen/<int:number>/beschluesse/", frameworks.link, name="framework-link"),
    path("", include("raumwerk.web.forum.urls_meetings")),
    # --- addresses of one body: the last, because they take any word ---
    path("<slug:body>/", bodies.body, name="body"),
    path("<slug:body>/geschaeftsordnung/", bodies.procedure, name="procedure"),
    path("<slug:body>/geschaeftsordnung.pdf", bodies.procedure_pdf, name="procedure-pdf"),
    path("<slug:body>/bearbeiten/", bodies.body_edit, name="body-edit"),
    path("<slug:body>/regeln/", bodies.rules, name="rules"),
    path("<slug:body>/aufloesen/", bodies.dissolve, name="dissolve"),
    path("<slug:body>/verlauf/", bodies.history, name="history"),
    path("<slug:body>/tisch/", table.table, name="table"),
    path("<slug:body>/tisch.csv", table.table_csv, name="table-csv"),
    path("<slug:body>/thema/", table.theme, name="theme"),
    path("<slug:body>/sitze/", seats.seat_list, name="seats"),
    path("<slug:body>/sitze/neu/", seats.seat_new, name="seat-new"),
    path("<slug:body>/sitze/<int:number>/", seats.seat, name="seat"),
]
