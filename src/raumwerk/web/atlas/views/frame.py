"""What every page of the Atlas does first: find the release, or say what is missing and how to load it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext

from raumwerk.errors import BusyError, InputError, MissingError
from raumwerk.web.atlas.drawings import Links, picture_links
from raumwerk.web.atlas.queries.release import AtlasRelease, Region, atlas_release, current_id
from raumwerk.web.atlas.queries.shapes import shape_files
from raumwerk.web.kit.problems import sentence, worded
from raumwerk.web.regions.shortcuts import region_view

__all__ = ["Page", "atlas_page", "crumbs", "language"]


def language() -> str:
    """Language of the page: ``de`` or ``en``."""
    return (get_language() or "de")[:2]


class Page:
    """Release and region a page speaks of; ``pinned`` when the address names the release."""

    def __init__(self, request: HttpRequest, atlas: AtlasRelease, region: Region) -> None:
        self.request, self.atlas, self.region = request, atlas, region
        self.lang = language()
        self.pinned = "release" in request.GET
        self.newer = current_id() if self.pinned and current_id() != atlas.id else None

    #: Whether the page is part of a website of files, where nothing can be asked.
    static = False

    @property
    def has_areas(self) -> bool:
        """Whether the release holds any area of the region; the made sample country holds none of a real one."""
        return bool(self.region.districts or self.region.municipalities)

    def missing(self) -> HttpResponse:
        """Say that the release holds nothing of this region, and how to load it."""
        filled = (region for region in self.atlas.regions.values() if region.districts or region.municipalities)
        shown = [(each.name(self.lang), reverse("atlas:map", kwargs={"region": each.slug})) for each in filled]
        context = {"release_id": self.atlas.id, "sample_regions": shown if self.atlas.manifest.get("sample") else []}
        return self.render("atlas/missing.html", context)

    def url(self, name: str, **kwargs: Any) -> str:
        """Address of another page of this region, for the same release."""
        address = reverse(f"atlas:{name}", kwargs={"region": self.region.slug, **kwargs})
        return f"{address}?release={self.atlas.id}" if self.pinned else address

    def link(self, name: str, path: dict[str, Any], asked: dict[str, Any]) -> str:
        """Address of a page of the Atlas for the same release: ``path`` stands in it, ``asked`` behind the ``?``."""
        address = reverse(f"atlas:{name}", kwargs={"region": self.region.slug, **path})
        given = {**asked, "release": self.atlas.id} if self.pinned else asked
        return f"{address}?{urlencode(given)}" if given else address

    def credits(self, files: Iterable[str]) -> list[dict[str, str]]:
        """What must be said beside a map of figures from these raw files: whose they are, and whose the boundaries."""
        return self.atlas.attribution({*files, *shape_files(self.atlas)}, self.lang)

    def pictures(self, key: str, asked: Mapping[str, Any]) -> Links | None:
        """Files and frame of a drawing on this page; None in a website of files."""
        if self.static:
            return None
        links = picture_links(key, self.region.slug, self.atlas.id, self.lang, asked)
        return replace(links, embed=self.request.build_absolute_uri(links.embed))

    def figure_files(self, areas: Sequence[str], *, together: bool = False) -> list[tuple[str, str]]:
        """All figures of areas as files and as data: label and address; none in a website of files."""
        if self.static or not areas:
            return []
        given = {"area": ",".join(areas), **({"together": "true"} if together else {})}
        query = urlencode({**given, "lang": self.lang, "release": self.atlas.id}, safe=",:")
        forms = (("CSV", "csv"), ("Excel (XLSX)", "xlsx"), ("GeoJSON", "geojson"), ("GeoPackage", "gpkg"),
                 ("Parquet", "parquet"))  # fmt: skip
        slug = self.region.slug
        found = [(label, reverse("api-profile-file", kwargs={"slug": slug, "form": form})) for label, form in forms]
        found.append(("JSON", reverse("api-profile", kwargs={"slug": slug})))
        return [(label, f"{address}?{query}") for label, address in found]

    @property
    def selection_url(self) -> str:
        """Address of the profile of several areas, up to their keys."""
        return self._asking("selection")

    @property
    def compare_url(self) -> str:
        """Address of several areas side by side, up to their keys."""
        return self._asking("compare")

    def _asking(self, name: str) -> str:
        address = self.url(name)
        return f"{address}{'&' if '?' in address else '?'}gebiete="

    def render(self, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        """Answer with a page of the Atlas."""
        return render(self.request, template, {"page": self, "atlas": self.atlas, **context}, status=status)


def crumbs(page: Page, *more: tuple[str, str]) -> list[dict[str, str]]:
    """Way from the region's home to this page; the last one has no address."""
    home = reverse("atlas:map", kwargs={"region": page.region.slug}).removesuffix("atlas/")
    steps = [(page.region.name(page.lang), home), *more]
    return [{"title": title, "url": url} for title, url in steps]


def atlas_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Call ``view(page, …)`` with the release of the address; explain on a page what cannot be shown."""

    @region_view
    @wraps(view)
    def shown(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        slug = request.region.slug  # type: ignore[attr-defined]  # set by the regions' middleware
        if current_id() is None:
            return render(request, "atlas/missing.html", {"nothing": True})
        try:
            atlas = atlas_release(request.GET.get("release"))
            if slug not in atlas.regions:
                return render(request, "atlas/missing.html", {"nothing": False, "release_id": atlas.id})
            return view(Page(request, atlas, atlas.region(slug)), **kwargs)
        except MissingError as error:
            return _explain(request, 404, gettext("Not found"), [sentence(error)])
        except BusyError as error:
            return _later(request, error)
        except InputError as error:
            told = [worded(each).what for each in error.problems]
            return _explain(request, 400, gettext("This view does not exist"), told)

    return shown


def _later(request: HttpRequest, error: BusyError) -> HttpResponse:
    answer = _explain(request, 503, gettext("One moment, please"), [sentence(error)], again=request.get_full_path())
    answer.headers["Retry-After"] = "10"
    return answer


def _explain(request: HttpRequest, status: int, title: str, problems: list[str], again: str = "") -> HttpResponse:
    slug = request.region.slug  # type: ignore[attr-defined]
    context = {
        "heading": title,
        "problems": problems,
        "back": reverse("atlas:map", kwargs={"region": slug}),
        "again": again,
    }
    return render(request, "atlas/explain.html", context, status=status)
