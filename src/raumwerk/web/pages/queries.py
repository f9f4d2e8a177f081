"""Reading pages for menus, feet and caches."""

from __future__ import annotations

from typing import Any

from wagtail.models import Page

from raumwerk.web.pages.models import ContentStamp, InstallationPage, RegionPage, TextPage
from raumwerk.web.regions.models import Region

__all__ = ["LEGAL_SLUGS", "content_stamp", "home_of", "legal_pages", "menu_pages"]

LEGAL_SLUGS = ("impressum", "datenschutz", "barrierefreiheit")


def content_stamp() -> int:
    """Return the count of changes to public content."""
    return ContentStamp.objects.values_list("count", flat=True).order_by("pk").first() or 0


def home_of(region: Region | None, language: str) -> Any:
    """Return the home page of a region, or of the installation, in one language; None where it is not published."""
    if region is None:
        return InstallationPage.objects.live().filter(locale__language_code=language).first()
    return RegionPage.objects.live().filter(locale__language_code=language, region=region).first()


def menu_pages(home: Page | None) -> list[Page]:
    """Return the published pages below a home that its editors put into the menu."""
    return list(home.get_children().live().in_menu()) if home else []


def legal_pages(region: Region | None, language: str) -> list[Page]:
    """Return imprint, privacy and accessibility: the region's own where it has them, else the installation's."""
    pages = TextPage.objects.live().filter(slug__in=LEGAL_SLUGS, locale__language_code=language)
    found: dict[str, Page] = {}
    for page in pages.order_by("depth"):
        own = region is not None and page.depth == 4 and page.url_path.split("/")[2] == region.slug
        if page.depth == 3 or own:
            found[page.slug] = page
    return [found[slug] for slug in LEGAL_SLUGS if slug in found]
