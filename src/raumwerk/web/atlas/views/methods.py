"""Explanations of the methods, as pages of the region."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext

from raumwerk.web.atlas.queries.methods import METHODS, method_text
from raumwerk.web.atlas.views.frame import Page, atlas_page, crumbs

__all__ = ["methods_page"]


@atlas_page
def methods_page(page: Page, key: str) -> HttpResponse:
    """``/<region>/atlas/verfahren/<key>/``: what a method answers, how it works, what it cannot tell."""
    title, body = method_text(key, page.lang, lambda other: page.url("methods", key=other))
    others = [(other, method_text(other, page.lang, str)[0], page.url("methods", key=other)) for other in METHODS]
    context = {
        "crumbs": crumbs(page, (gettext("Atlas"), page.url("map")), (title, "")),
        "heading": title,
        "body": body,
        "others": [(name, url) for other, name, url in others if other != key],
    }
    return page.render("atlas/methods.html", context)
