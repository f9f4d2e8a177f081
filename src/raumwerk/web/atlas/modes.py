"""The ways into the Atlas, in the order of the navigation, each with what it shows and what it cannot tell.

A page joins by a line here and by ``{% atlas_modes "its key" %}`` below its heading.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

__all__ = ["MODES", "Mode"]


@dataclass(frozen=True, slots=True)
class Mode:
    """One way in: ``view`` is the name of its address in ``atlas:``, ``asked`` what stands behind the ``?``."""

    key: str
    view: str
    title: str | Promise
    shows: str | Promise
    cannot: str | Promise
    asked: Mapping[str, str] = field(default_factory=dict)


MODES: tuple[Mode, ...] = (
    Mode(
        "map", "map", _("Map"),
        shows=_("Shows how one indicator differs between the municipalities or districts, and how it changed."),
        cannot=_("It cannot tell why, and an average says nothing about the people within an area."),
    ),
    Mode(
        "commuting", "commuting", _("Commuting"),
        shows=_("Shows who lives in one place and works in another, and which of these ways cross a state border."),
        cannot=_(
            "It counts jobs subject to social insurance by registered home: no civil servants, self-employed or "
            "pupils, and nobody's actual way or day at home."
        ),
    ),
    Mode(
        "economy", "economy", _("Economy"),
        shows=_("Shows what districts and region live on, what they have more of than others, and why they grew."),
        cannot=_("It cannot tell of single companies, crafts or wages, and suppressed figures stay suppressed."),
    ),
    Mode(
        "regions", "regions", _("Regions"),
        shows=_("Shows which areas belong together by daily ways to work, wherever a border runs, as your rule says."),
        cannot=_("It cannot tell of ways to school, shops or friends; a line that moves with the rule is no border."),
    ),
    Mode(
        "centres", "centres", _("Centres and nodes"),
        shows=_(
            "Shows who reaches which centre or pharmacy, also across the state border, and where offices would help."
        ),
        cannot=_(
            "It cannot tell of bus and rail, opening hours or rents; ways by car are estimated by straight lines."
        ),
    ),
    Mode(
        "scenarios", "scenarios", _("Scenarios"),
        shows=_("Shows what would change if people worked at home, offices opened, or jobs, housing and ways came."),
        cannot=_("It is a model, not a forecast: all else stays as it is, and nobody's choice is foreseen."),
    ),
)  # fmt: skip
