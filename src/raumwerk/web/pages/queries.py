"""Reading pages for menus, feet, feeds and caches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.models import Page

from raumwerk.web.pages.models import ContentStamp, InstallationPage, NewsPage, RegionPage, TextPage
from raumwerk.web.pages.models.base import audience_at
from raumwerk.web.pages.models.reading import readable
from raumwerk.web.regions.models import Region
from raumwerk.web.shared.visibility import NOBODY, Audience

__all__ = [
    "LEGAL_SLUGS",
    "content_stamp",
    "home_of",
    "latest_news",
    "legal_pages",
    "menu_pages",
    "news_of",
    "public_pages",
]

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
    """Return the published pages below a home that its editors put into the menu and everybody may read.

    The menu is the same for all: what is for members, they find on the pages they may read.
    """
    return list(readable(home.get_children(), NOBODY).in_menu()) if home else []


def legal_pages(region: Region | None, language: str) -> list[Page]:
    """Return imprint, privacy and accessibility: the region's own where it has them, else the installation's."""
    pages = readable(TextPage.objects.all(), NOBODY).filter(slug__in=LEGAL_SLUGS, locale__language_code=language)
    found: dict[str, Page] = {}
    for page in pages.order_by("depth"):
        own = region is not None and page.depth == 4 and page.url_path.split("/")[2] == region.slug
        if page.depth == 3 or own:
            found[page.slug] = page
    return [found[slug] for slug in LEGAL_SLUGS if slug in found]


def news_of(region: Region, language: str, audience: Audience) -> Any:
    """Return the news of a region in one language that `audience` may read, the newest first."""
    home = home_of(region, language)
    if home is None:
        return NewsPage.objects.none()
    return readable(NewsPage.objects.descendant_of(home), audience).newest()


def latest_news(request: HttpRequest, wish: Mapping[str, Any]) -> list[NewsPage]:
    """Return the latest news of the region of the address: of a kind, on a topic, so many."""
    region = getattr(request, "region", None)
    if region is None:
        return []
    names = {"art": wish.get("kind"), "thema": wish.get("topic")}
    wanted = {name: str(value) for name, value in names.items() if value}
    news = news_of(region, get_language() or "de", audience_at(request)).asked_for(wanted)
    return list(news.defer_streamfields()[: int(wish.get("count") or 5)])


def public_pages() -> Any:
    """Return the pages that everybody may read: of the installation, and of the regions that are at work."""
    resting = RegionPage.objects.filter(region__active=False)
    pages = readable(Page.objects.filter(depth__gte=2), NOBODY)
    for home in resting:
        pages = pages.not_descendant_of(home, inclusive=True)
    return pages.order_by("path")
