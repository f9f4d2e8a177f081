"""Names of the topics that indicators belong to."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

__all__ = ["topic_name"]

_NAMES = {
    "population": _("Population"),
    "demography": _("Population"),
    "settlement": _("Settlement and land use"),
    "land_use": _("Land use"),
    "housing": _("Housing"),
    "dwellings": _("Housing"),
    "economy": _("Economy"),
    "labour": _("Labour market"),
    "labour_market": _("Labour market"),
    "employment": _("Employment"),
    "commuting": _("Commuting"),
    "supply": _("Supply"),
    "energy": _("Energy"),
    "renewables": _("Renewable energy"),
    "centrality": _("Centrality"),
    "age": _("Age structure"),
    "sectors": _("Economic sectors"),
    "income": _("Income"),
    "mobility": _("Mobility"),
    "digital": _("Digital supply"),
}


def topic_name(topic: str) -> str | Promise:
    """Name of a topic in the reader's language; an operator's own topic is shown by its key."""
    return _NAMES.get(topic, topic.replace("_", " ").capitalize())
