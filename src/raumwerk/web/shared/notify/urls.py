"""Addresses of news and mail, below a region's."""

from __future__ import annotations

from django.urls import path

from raumwerk.web.shared.notify import views, views_office

app_name = "notify"
urlpatterns = [
    path("meine-seite/folgen/", views.follow_thing, name="follow"),
    path("meine-seite/gelesen/", views.notes_read, name="read"),
    path("meine-seite/benachrichtigungen/", views.choices, name="choices"),
    path("meine-seite/abbestellen/<str:token>/", views.unsubscribe_page, name="unsubscribe"),
    path("geschaeftsstelle/postausgang/", views_office.outbox, name="outbox"),
    path("geschaeftsstelle/postausgang/<int:number>/erneut/", views_office.again, name="again"),
    path("geschaeftsstelle/postausgang/an-viele/neu/", views_office.mass_mail_new, name="mass_mail_new"),
    path("geschaeftsstelle/postausgang/an-viele/<int:number>/", views_office.mass_mail, name="mass_mail"),
]
