"""Addresses of discussion and moderation, below a region's."""

from __future__ import annotations

from django.urls import path

from raumwerk.web.shared.comments import views, views_office

app_name = "comments"
urlpatterns = [
    path("diskussion/neu/", views.write, name="write"),
    path("diskussion/<int:number>/aendern/", views.change, name="change"),
    path("diskussion/<int:number>/zurueckziehen/", views.withdraw, name="withdraw"),
    path("diskussion/<int:number>/melden/", views.report, name="report"),
    path("diskussion/entscheidung/<int:number>/", views.decision, name="decision"),
    path("geschaeftsstelle/moderation/", views_office.queue, name="queue"),
    path("geschaeftsstelle/moderation/einstellung/", views_office.setting, name="setting"),
    path("geschaeftsstelle/moderation/<int:number>/", views_office.desk, name="desk"),
    path("geschaeftsstelle/moderation/widerspruch/<int:number>/", views_office.answer, name="answer"),
]
