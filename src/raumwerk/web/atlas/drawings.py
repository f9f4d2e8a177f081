"""Every drawing of the Atlas pages with its files (SVG, PNG in two sizes, PDF) and its frame for other websites.

A test holds the pages to this list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

__all__ = ["DRAWINGS", "Links", "page_of", "picture_links"]

#: Label, ending and further parameters of each file beside a drawing.
_FILES: tuple[tuple[str | Promise, str, Mapping[str, str]], ...] = (
    ("SVG", "svg", {}),
    ("PNG", "png", {}),
    (_("PNG for print"), "png", {"size": "print"}),
    ("PDF", "pdf", {}),
)
#: Key of a drawing (``data-drawing`` in the pages) → name of its address in the API, and of the ending in it.
DRAWINGS: Mapping[str, tuple[str, str]] = {
    "map": ("api-values-file", "form"),
    "two-maps": ("api-two-maps-picture", "form"),
    "histogram": ("api-histogram-picture", "form"),
    "scatter": ("api-scatter-picture", "form"),
    "commuting": ("api-commuting-file", "form"),
    "interfaces": ("api-interfaces-file", "form"),
    "economy": ("api-economy-file", "sheet"),
    "regions": ("api-regions-file", "sheet"),
    "centres": ("api-centres-file", "sheet"),
    "scenarios": ("api-scenarios-file", "sheet"),
    "scenario-comparison": ("api-scenario-comparison-file", "form"),
    "locator": ("api-locator-picture", "form"),
    "age": ("api-age-picture", "form"),
    "sectors": ("api-sectors-picture", "form"),
    "trend": ("api-trend-picture", "form"),
    "trends": ("api-trends-picture", "form"),
    "flows": ("api-flows-file", "form"),
}


#: Pages that show a drawing, where they are not called like it; those of places depend on how many they are.
_PAGES = {
    "two-maps": "map", "histogram": "map", "scatter": "map", "interfaces": "commuting", "flows": "commuting",
    "scenario-comparison": "scenarios-compare",
}  # fmt: skip
_PLACES = ("locator", "age", "sectors", "trend", "trends")


@dataclass(frozen=True, slots=True)
class Links:
    """Files of one drawing: label and address of each; ``embed``: address of its frame, empty where there is none."""

    key: str
    files: list[tuple[str | Promise, str]]
    embed: str = ""


def picture_links(key: str, slug: str, release: str, lang: str, asked: Mapping[str, Any]) -> Links:
    """Addresses of the files of a drawing, fixed to the release.

    Parameters
    ----------
    key : str
        One of :data:`DRAWINGS`.
    slug, release, lang : str
        Region, release and language of the page.
    asked : mapping
        Parameters of the view; what is absent is left out. A list stands for a parameter that is given several times.
    """
    name, ending = DRAWINGS[key]
    given = {each: value for each, value in asked.items() if value not in (None, "", [])}
    files = []
    for label, form, more in _FILES:
        query = urlencode({**given, **more, "lang": lang, "release": release}, doseq=True, safe=",:;")
        files.append((label, f"{reverse(name, kwargs={'slug': slug, ending: form})}?{query}"))
    query = urlencode({**given, "release": release}, doseq=True, safe=",:;")
    return Links(key, files, f"{reverse('atlas:embed', kwargs={'region': slug, 'key': key})}?{query}")


def page_of(key: str, slug: str, asked: Mapping[str, Any]) -> str:
    """Address of the page that shows a drawing with these parameters of its picture.

    Parameters
    ----------
    asked : mapping
        Parameters as of :func:`picture_links`, with the release.
    """
    given = dict(asked)
    if key in _PLACES:
        areas, named = str(given.pop("area", "")), {"region": slug}
        given = {"release": given["release"]} if "release" in given else {}
        if key == "trends" or "," in areas or ":" in areas:
            name = "compare" if key == "trends" else "selection"
            return f"{reverse(f'atlas:{name}', kwargs=named)}?{urlencode({'gebiete': areas, **given}, safe=',:')}"
        address = reverse("atlas:area", kwargs={**named, "key": areas})
        return f"{address}?{urlencode(given)}" if given else address
    if key == "interfaces":
        given["expected"] = given.pop("kind", "all")
    for name, value, own, other in (("borders", "false", "hide_border", "yes"), ("steady", "true", "steady", "yes")):
        if given.pop(name, None) == value:
            given[own] = other
    left = {name: value for name, value in given.items() if name not in ("size", "compare_draw")}
    query = urlencode(left, doseq=True, safe=",:;")
    return f"{reverse(f'atlas:{_PAGES.get(key, key)}', kwargs={'region': slug})}{'?' if query else ''}{query}"
