"""The pages of a region's office: each app names its own, the menu of the office shows those that exist."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

__all__ = ["OfficePage", "office_pages", "register_office_page"]


@dataclass(frozen=True, slots=True)
class OfficePage:
    """One entry: name of its address (with the region's slug as ``region``), title, what it is for, its place."""

    address: str
    title: str | Promise
    text: str | Promise
    position: int


@dataclass(frozen=True, slots=True)
class OfficeLink:
    """An entry as the office of one region finds it."""

    title: str | Promise
    text: str | Promise
    url: str


_pages: dict[str, OfficePage] = {}


def register_office_page(address: str, title: str | Promise, text: str | Promise, *, position: int = 100) -> None:
    """Show a page in the menu of the office; called by an app when it is ready."""
    _pages[address] = OfficePage(address, title, text, position)


def office_pages(slug: str) -> list[OfficeLink]:
    """Return the entries whose pages exist, in their order."""
    found = []
    for page in sorted(_pages.values(), key=lambda one: (one.position, one.address)):
        try:
            url = reverse(page.address, kwargs={"region": slug})
        except NoReverseMatch:
            continue
        found.append(OfficeLink(page.title, page.text, url))
    return found
