"""Addresses of the OGC interface: ``/ogc/…``, outside of regions and languages."""

from __future__ import annotations

from django.urls import path, re_path

from raumwerk.web.atlas.api import ogc, problems

__all__ = ["ADDRESSES"]

ADDRESSES = [
    path("ogc/", ogc.landing, name="ogc-landing"),
    path("ogc", ogc.landing),
    path("ogc/api", ogc.api_description, name="ogc-api"),
    path("ogc/conformance", ogc.conformance, name="ogc-conformance"),
    path("ogc/collections", ogc.collections, name="ogc-collections"),
    path("ogc/collections/<slug:key>", ogc.collection, name="ogc-collection"),
    path("ogc/collections/<slug:key>/queryables", ogc.queryables, name="ogc-queryables"),
    path("ogc/collections/<slug:key>/items", ogc.items, name="ogc-items"),
    path("ogc/collections/<slug:key>/items/<str:feature>", ogc.item, name="ogc-item"),
    re_path(r"^ogc/", problems.not_found),
]
