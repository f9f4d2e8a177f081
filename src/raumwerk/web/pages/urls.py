"""Addresses of pages outside Wagtail."""

from __future__ import annotations

from django.urls import path, re_path

from raumwerk.web.pages import views

urlpatterns = [
    path("barriere-melden/", views.barrier_form, name="barrier_form"),
    path("barriere-melden/danke/", views.barrier_thanks, name="barrier_thanks"),
    re_path(r"^(?P<region>[a-z0-9-]+)/feed/aktuelles\.(?P<kind>rss|atom)$", views.news_feed, name="news_feed"),
    path("<slug:region>/meldungen/", views.report_list, name="report_list"),
    path("<slug:region>/meldungen/<int:number>/erledigt/", views.report_settled, name="report_settled"),
]
