"""What stands around every page: name, claim, menu, legal pages. Remembered until content changes."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import caches

from raumwerk.web.pages.queries import content_stamp, home_of, legal_pages, menu_pages
from raumwerk.web.portal.modules import modules_of
from raumwerk.web.regions.models import Region

__all__ = ["Frame", "Link", "frame_of"]

KEPT_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of a menu."""

    title: str
    url: str

    def leads_to(self, path: str, home: str) -> bool:
        """Tell whether `path` is this page or lies below it; the home page is only itself."""
        return path == self.url or (self.url != home and path.startswith(self.url))


@dataclass(frozen=True, slots=True)
class Frame:
    """Head, menu and foot of a page."""

    home: str
    overview: str
    name: str
    claim: str
    menu: tuple[Link, ...]
    legal: tuple[Link, ...]


def frame_of(region: Region | None, language: str) -> Frame:
    """Return the frame of a region's pages, or of the installation's own pages."""
    key = f"frame:{content_stamp()}:{region.slug if region else ''}:{language}"
    kept = caches["pages"].get(key)
    if kept is None:
        kept = _make(region, language)
        caches["pages"].set(key, kept, KEPT_SECONDS)
    return kept


def _make(region: Region | None, language: str) -> Frame:
    overview = "/" if language == "de" else f"/{language}/"
    legal = tuple(Link(page.title, page.url) for page in legal_pages(region, language))
    home = home_of(region, language)
    if region is None:
        regions = tuple(Link(one.short, f"{overview}{one.slug}/") for one in Region.objects.filter(active=True))
        return Frame(overview, overview, "", home.claim if home else "", regions, legal)
    menu = [Link(str(module.title), module.url) for module in modules_of(region.slug)]
    menu += [Link(page.title, page.url) for page in menu_pages(home)]
    return Frame(f"{overview}{region.slug}/", overview, region.name, home.claim if home else "", tuple(menu), legal)
