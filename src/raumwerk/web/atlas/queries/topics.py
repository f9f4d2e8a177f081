"""Names of the topics that indicators belong to."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

__all__ = ["topic_name", "topic_order"]

#: In the order of reading.

_NAMES = {
    "demography": _("Population"),
    "commuting": _("Commuting"),
    "labour_market": _("Labour market"),
    "economy": _("Economy"),
    "centrality": _("Centrality"),
    "supply": _("Supply"),
    "housing": _("Housing"),
    "land_use": _("Settlement and land use"),
    "energy": _("Renewable energy"),
}


def topic_order(topic: str) -> tuple[int, str]:
    """Place of a topic; an operator's own topics come last, by key."""
    return (list(_NAMES).index(topic) if topic in _NAMES else len(_NAMES), topic)


def topic_name(topic: str) -> str | Promise:
    """Name of a topic in the reader's language; an operator's own topic is shown by its key."""
    return _NAMES.get(topic, topic.replace("_", " ").capitalize())
