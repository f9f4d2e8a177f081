"""The state of the Atlas page: an ordinary form whose fields are the address, so that every view can be linked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from raumwerk.web.atlas.queries import catalogue
from raumwerk.web.atlas.queries.breaks import DEFAULT_CLASSES, MAX_CLASSES, METHODS, MIN_CLASSES, OWN, own_breaks
from raumwerk.web.atlas.queries.release import AtlasRelease, Region
from raumwerk.web.atlas.queries.words import alphabetical

__all__ = ["MapForm"]

LEVELS = (("municipality", _("Municipalities")), ("district", _("Districts")))
METHOD_NAMES = {
    "quantile": _("equally many areas"),
    "equal": _("equal steps"),
    "natural": _("natural breaks"),
    OWN: _("own breaks"),
}
DRAWN_AS = {"areas": _("shades of the areas"), "symbols": _("circles")}
SCOPES = {"region": _("the region"), "germany": _("all of Germany")}
YES = [("yes", "yes")]
BORDER_NAMES = {
    "all": _("all commuters"),
    "crossing": _("only across a state border"),
    "within": _("only within a state"),
}
SORTS = ("value", "-value", "name", "-name", "district", "-district")
PERIOD = r"^\d{4}(-\d{2}(-\d{2})?)?(/\d{4})?\Z"


class MapForm(forms.Form):
    """Fields of the page; whatever is absent or wrong takes its default, what is wrong is told.

    A level or period that the chosen indicator does not have is no error: it is what is left over when a reader changes
    the indicator. The page then shows what there is and says so.
    """

    mode = forms.ChoiceField(label=_("Show"), choices=[("indicator", "indicator")], required=False)
    indicator = forms.ChoiceField(label=_("Indicator"), required=False)
    level = forms.ChoiceField(label=_("Level"), choices=LEVELS, required=False)
    period = forms.RegexField(PERIOD, label=_("Period"), required=False)
    method = forms.ChoiceField(label=_("Classes"), choices=list(METHOD_NAMES.items()), required=False)
    classes = forms.IntegerField(label=_("Number"), min_value=MIN_CLASSES, max_value=MAX_CLASSES, required=False)
    breaks = forms.CharField(label=_("Own breaks"), max_length=200, required=False)
    draw = forms.ChoiceField(label=_("Drawn as"), choices=list(DRAWN_AS.items()), required=False)
    steady = forms.ChoiceField(label=_("Same classes for all periods"), choices=YES, required=False)
    compare = forms.ChoiceField(label=_("Compare with"), required=False)
    compare_period = forms.RegexField(PERIOD, label=_("Period of the second map"), required=False)
    scope = forms.ChoiceField(label=_("Area shown"), choices=list(SCOPES.items()), required=False)
    hide_names = forms.ChoiceField(label=_("Hide names of towns"), choices=YES, required=False)
    hide_border = forms.ChoiceField(label=_("Hide the state border"), choices=YES, required=False)
    area = forms.ChoiceField(label=_("Area"), required=False)
    sort = forms.ChoiceField(choices=[(key, key) for key in SORTS], required=False)

    def __init__(self, data: Any, *, atlas: AtlasRelease, region: Region, lang: str) -> None:
        super().__init__(data)
        self.atlas, self.region, self.lang = atlas, region, lang
        self.default = catalogue.default_indicator(atlas, region)
        self._choices("indicator", [(key, key) for key in atlas.indicators])
        self._choices("compare", [(key, key) for key in atlas.indicators])
        self._choices("area", self.areas())

    def clean_breaks(self) -> list[float]:
        """Breaks as numbers, rising."""
        text = self.cleaned_data["breaks"]
        try:
            return own_breaks(text) if text else []
        except ValueError:
            raise forms.ValidationError(gettext("Give one to eight numbers parted by semicolons.")) from None

    def _choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def areas(self) -> list[Any]:
        """Region, its districts, and its municipalities by district: what may be chosen as area."""
        atlas, region = self.atlas, self.region
        groups: list[Any] = [(region.key, region.name(self.lang))]
        groups.append((gettext("Districts"), self._named(region.districts)))
        for district in sorted(
            {key[:5] for key in region.municipalities}, key=lambda key: alphabetical(atlas.name(key, self.lang))
        ):
            members = [key for key in region.municipalities if key[:5] == district]
            label = gettext("Municipalities: %(district)s") % {"district": atlas.name(district, self.lang)}
            groups.append((label, self._named(members)))
        return groups

    def _named(self, keys: Any) -> list[tuple[str, str]]:
        named = ((key, self.atlas.name(key, self.lang)) for key in keys)
        return sorted(named, key=lambda pair: (alphabetical(pair[1]), pair[0]))

    @property
    def state(self) -> dict[str, Any]:
        """Every field with its valid value or its default."""
        self.is_valid()
        given = {key: value for key, value in self.cleaned_data.items() if value not in (None, "", [])}
        indicator, _level = self.default or ("", "")
        defaults: dict[str, Any] = {
            "indicator": indicator, "level": None, "period": None, "method": METHODS[0],
            "classes": DEFAULT_CLASSES, "area": None, "sort": None,
            "breaks": [], "draw": None, "steady": "", "compare": "", "compare_period": None, "scope": "region",
            "hide_names": "", "hide_border": "",
        }  # fmt: skip
        return {**defaults, **given}

    @property
    def problems(self) -> list[str]:
        """What is wrong with the address, one sentence for each field."""
        if self.is_valid():
            return []
        return [
            f"{self.fields[name].label or name}: {message}" for name, found in self.errors.items() for message in found
        ]
