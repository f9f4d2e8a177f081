"""Words for tables, columns and steps of a release, as readers of the Atlas see them."""

from __future__ import annotations

import unicodedata

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

__all__ = ["alphabetical", "column_name", "level_name", "status_name", "step_name", "table_name"]

_TABLES = {
    "areas": _("Areas"),
    "boundaries": _("Boundaries"),
    "caveats": _("Warnings of the publishers"),
    "classes": _("Official classifications"),
    "crosswalk": _("Keys of earlier years"),
    "flow_estimates": _("Estimated commuters between municipalities"),
    "flow_margins": _("Totals and remainders of the commuters"),
    "flow_margins_original": _("Totals of the commuters on their original keys"),
    "flows": _("Commuters"),
    "flows_original": _("Commuters on their original keys"),
    "indicators": _("Indicators"),
    "indicators_odbl": _("Indicators from OpenStreetMap"),
    "observations": _("Counted values"),
    "observations_of_their_time": _("Counted values of districts for the territory of their time"),
    "observations_odbl": _("Counted values from OpenStreetMap"),
    "points": _("Places of supply"),
    "points_odbl": _("Places of supply from OpenStreetMap"),
    "region_members": _("Members of the regions"),
}
_STEPS = {
    "areas": _("one list of today's areas"),
    "crosswalk": _("official conversion keys, and places found by their coordinates"),
    "flow_estimate": _("estimated by a model"),
    "flows": _("brought to today's areas"),
    "release_flows": _("brought to today's areas"),
    "harmonise": _("brought to today's areas"),
    "indicators": _("computed from counted values"),
    "merge": _("one value for each area and date"),
    "points": _("placed in today's areas"),
    "resum": _("districts whose territory changed: sums of the municipalities they have today"),
    "union": _("put together from several files"),
    "region_members": _("taken from the definition of the regions"),
}
_LEVELS = {
    "municipality": _("Municipality"),
    "association": _("Association of municipalities"),
    "district": _("District"),
    "government_region": _("Government region"),
    "state": _("State"),
    "nation": _("Nation"),
    "region": _("Region"),
}
_COLUMNS = {
    "area": _("Area"),
    "caveat": _("Warning"),
    "denominator": _("Denominator"),
    "destination": _("Place of work"),
    "indicator": _("Indicator"),
    "level": _("Level"),
    "lower": _("Smallest possible"),
    "numerator": _("Numerator"),
    "origin": _("Place of residence"),
    "part": _("Group of persons"),
    "period": _("Period"),
    "status": _("Status"),
    "upper": _("Largest possible"),
    "value": _("Value"),
}
_STATUSES = {
    "measured": _("counted"),
    "rounded": _("rounded by the publisher"),
    "estimated": _("estimated"),
    "masked": _("suppressed by the publisher"),
    "unlisted": _("not listed by the publisher"),
    "unknown": _("not known"),
}


def alphabetical(name: str) -> tuple[str, str]:
    """Key to sort names by as a German directory does: marks and capitals make no difference to the order."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter)), name


def table_name(name: str) -> str | Promise:
    """Name of a table; ``checked:…`` is what was read from the files."""
    return _TABLES.get(name, name)


def step_name(name: str) -> str | Promise:
    """What a derivation does; its own name where nobody gave it words."""
    return _STEPS.get(name, name)


def level_name(name: str) -> str | Promise:
    """Name of a level."""
    return _LEVELS.get(name, name)


def column_name(name: str) -> str | Promise:
    """Name of a column."""
    return _COLUMNS.get(name, name)


def status_name(name: str) -> str | Promise:
    """What a status says."""
    return _STATUSES.get(name, name)
