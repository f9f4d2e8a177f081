"""The modules of a region that exist in this installation; menu and home page ask here."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

__all__ = ["MODULES", "Module", "modules_of"]


@dataclass(frozen=True, slots=True)
class Module:
    """One module: the name of its first page's address, its title, and what it is for."""

    address: str
    title: str | Promise
    text: str | Promise
    action: str | Promise


MODULES = (
    Module(
        "atlas:map",
        _("Atlas"),
        _(
            "Official statistics and commuter flows of the region on a map and in tables, across all state borders, "
            "down to the municipality."
        ),
        _("Open the Atlas"),
    ),
    Module(
        "forum:overview",
        _("Forum"),
        _("The standing bodies: who sits in them, when they meet, what they decided and what came of it."),
        _("Visit the forum"),
    ),
    Module(
        "people:directory",
        _("Directory"),
        _("The actors of the region: what they offer, what they are looking for, and how to get in touch."),
        _("Look up actors"),
    ),
    Module(
        "atlas:data",
        _("Data and sources"),
        _("Where each figure comes from, under which licence, of which date, and how to get it as a file."),
        _("See the data"),
    ),
)


@dataclass(frozen=True, slots=True)
class ModuleLink:
    """A module as a region links to it."""

    title: str | Promise
    text: str | Promise
    action: str | Promise
    url: str


def modules_of(slug: str) -> list[ModuleLink]:
    """Return the modules whose pages exist, with their addresses in the reader's language."""
    found = []
    for module in MODULES:
        try:
            url = reverse(module.address, kwargs={"region": slug})
        except NoReverseMatch:
            continue
        found.append(ModuleLink(module.title, module.text, module.action, url))
    return found
