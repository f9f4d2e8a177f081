"""The state of the commuting page: an ordinary form whose fields are the address."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from raumwerk.web.atlas.forms import BORDER_NAMES, PERIOD
from raumwerk.web.atlas.queries.commuting import MOST_KM, MOST_PERSONS, WAYS, Question
from raumwerk.web.atlas.queries.expected import KINDS
from raumwerk.web.atlas.queries.flows import BORDERS
from raumwerk.web.atlas.queries.units import MOST_AREAS

__all__ = ["EXPECTED_NAMES", "LEVEL_NAMES", "TABLES", "WAY_NAMES", "CommutingForm"]

WAY_NAMES = {
    "out": _("out: where residents work"),
    "in": _("in: where workers live"),
    "net": _("balance: in less out"),
}
LEVEL_NAMES = {"municipality": _("Municipalities"), "district": _("Districts"), "zoom": _("by zoom of the map")}
EXPECTED_NAMES = {
    "": _("commuters as counted"),
    "all": _("more and fewer than expected"),
    "more": _("interfaces: more than expected"),
    "fewer": _("gaps: fewer than expected"),
}
TABLES = {"partner": _("by partner"), "pair": _("by pair of areas")}
SORTS = ("value", "-value", "name", "-name", "km", "-km", "state", "-state", "ratio", "-ratio")
_AREA = re.compile(r"(\d{5}|\d{8}|region:[a-z0-9-]{1,60})\Z")


class CommutingForm(forms.Form):
    """Fields of the page; whatever is absent or wrong takes its default, what is wrong is told."""

    direction = forms.ChoiceField(label=_("Direction"), choices=[(key, key) for key in WAYS], required=False)
    level = forms.ChoiceField(label=_("Level"), choices=list(LEVEL_NAMES.items()), required=False)
    period = forms.RegexField(PERIOD, label=_("Period"), required=False)
    border = forms.ChoiceField(label=_("State border"), choices=[(key, BORDER_NAMES[key]) for key in BORDERS],
                               required=False)  # fmt: skip
    min = forms.FloatField(label=_("Least number of persons"), min_value=0, max_value=MOST_PERSONS, required=False)
    km_min = forms.FloatField(label=_("Distance from (km)"), min_value=0, max_value=MOST_KM, required=False)
    km_max = forms.FloatField(label=_("Distance to (km)"), min_value=0, max_value=MOST_KM, required=False)
    expected = forms.ChoiceField(label=_("Show"), choices=[(key, key) for key in KINDS], required=False)
    hide_border = forms.ChoiceField(label=_("State border"), choices=[("yes", "yes")], required=False)
    several = forms.ChoiceField(label=_("Several areas"), choices=[("yes", "yes")], required=False)
    table = forms.ChoiceField(label=_("Table"), choices=[(key, key) for key in TABLES], required=False)
    sort = forms.ChoiceField(label=_("Order"), choices=[(key, key) for key in SORTS], required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.unknown: list[str] = []
        self.areas = self._areas(data.getlist("area"))

    def _areas(self, given: list[str]) -> tuple[str, ...]:
        """Keys of the address, given once with commas or many times; what is no key is told."""
        keys = [key for text in given for key in text[: 9 * (MOST_AREAS + 1)].split(",") if key]
        known = [key for key in keys if _AREA.fullmatch(key)]
        self.unknown = sorted({key[:40] for key in keys if key not in known})
        return tuple(dict.fromkeys(known))

    @property
    def state(self) -> dict[str, Any]:
        """Every field with its valid value or its default."""
        self.is_valid()
        given = {key: value for key, value in self.cleaned_data.items() if value not in (None, "")}
        defaults = {
            "direction": "out", "level": None, "period": None, "border": "all", "min": None, "km_min": None,
            "km_max": None, "expected": "", "hide_border": "", "several": "", "table": "partner", "sort": None,
        }  # fmt: skip
        return {**defaults, **given, "areas": self.areas}

    def question(self, state: dict[str, Any]) -> Question:
        """What the address asks for."""
        level = "municipality" if state["level"] == "zoom" else state["level"]
        return Question(
            state["areas"], state["direction"], level, state["period"], state["border"], state["min"],
            state["km_min"], state["km_max"],
        )  # fmt: skip

    @property
    def problems(self) -> list[str]:
        """What is wrong with the address, one sentence for each field."""
        told = [gettext("Area: “%(key)s” is no key of an area.") % {"key": key} for key in self.unknown]
        if not self.is_valid():
            told += [
                f"{self.fields[name].label or name}: {message}"
                for name, found in self.errors.items()
                for message in found
            ]
        return told
