"""The form to cite: paste the address of a view, or choose an indicator and an area, or two areas with commuters."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from raumwerk.tables.keys import Level, level_of, region_key
from raumwerk.web.regions.models import Region
from raumwerk.web.shared.evidence.options import area_options, indicator_options, partner_options
from raumwerk.web.shared.evidence.reference import Reference, parse

__all__ = ["IndicatorForm", "LinkForm", "PairForm", "ReferenceForm"]

_PERIOD_HELP = _("A year or a date, e.g. 2023 or 2023-06-30. Leave it empty for the latest figure.")


def _language() -> str:
    return "en" if (get_language() or "de").startswith("en") else "de"


class _CiteForm(forms.Form):
    """Base: knows the region; ``kind`` tells the forms of the page apart."""

    kind = ""

    def __init__(self, data: Any, *, region: Region) -> None:
        chosen = data is not None and data.get("kind") == self.kind
        super().__init__(data if chosen else None, auto_id=f"{self.kind}-%s")
        self.region = region


class LinkForm(_CiteForm):
    """By address."""

    kind = "link"
    url = forms.CharField(
        label=_("Address of the view"), max_length=1000,
        help_text=_("Copy it from the address bar of the Atlas while the figure is shown."),
    )  # fmt: skip

    def reference(self) -> Reference:
        """Return what the address shows; InputError when it shows no single figure."""
        return parse(self.cleaned_data["url"], self.region.slug)


class IndicatorForm(_CiteForm):
    """By indicator and area."""

    kind = "indicator"
    indicator = forms.ChoiceField(label=_("Indicator"))
    area = forms.ChoiceField(label=_("Area"))
    period = forms.CharField(label=_("Period"), required=False, max_length=20, help_text=_PERIOD_HELP)

    def __init__(self, data: Any, *, region: Region) -> None:
        super().__init__(data, region=region)
        lang = _language()
        self.fields["indicator"].choices = [("", "–"), *indicator_options(lang)]  # type: ignore[attr-defined]
        self.fields["area"].choices = area_options(region.slug, lang)  # type: ignore[attr-defined]

    def reference(self) -> Reference:
        """Return the row that was chosen."""
        given = self.cleaned_data
        return Reference("indicators", given["indicator"], given["area"], period=given["period"])


class PairForm(_CiteForm):
    """By place of residence and place of work: counted between districts, estimated where a municipality is meant."""

    kind = "pair"
    origin = forms.ChoiceField(label=_("Place of residence"))
    destination = forms.ChoiceField(label=_("Place of work"))
    period = forms.CharField(label=_("Period"), required=False, max_length=20, help_text=_PERIOD_HELP)

    def __init__(self, data: Any, *, region: Region) -> None:
        super().__init__(data, region=region)
        lang = _language()
        near = [group for group in area_options(region.slug, lang)[1:-1] if group[1]]
        known = {key for _label, pairs in near for key, _name in pairs}
        far = [pair for pair in partner_options(lang) if pair[0] not in known]
        choices = [("", "–"), *near, (str(_("All other districts")), far)]
        for name in ("origin", "destination"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def reference(self) -> Reference:
        """Return the row that was chosen."""
        given = self.cleaned_data
        counted = {level_of(given["origin"]), level_of(given["destination"])} == {Level.DISTRICT}
        table, column = ("flows", "all") if counted else ("flow_estimates", region_key(self.region.slug))
        return Reference(
            table, column, origin=given["origin"], destination=given["destination"], period=given["period"]
        )


class ReferenceForm(forms.Form):
    """The row that was shown and is now cited: hidden fields, checked like everything else."""

    table = forms.CharField(max_length=40, widget=forms.HiddenInput)
    column = forms.CharField(max_length=80, widget=forms.HiddenInput)
    area = forms.CharField(max_length=80, required=False, widget=forms.HiddenInput)
    origin = forms.CharField(max_length=80, required=False, widget=forms.HiddenInput)
    destination = forms.CharField(max_length=80, required=False, widget=forms.HiddenInput)
    period = forms.CharField(max_length=20, widget=forms.HiddenInput)
    release = forms.CharField(max_length=40, widget=forms.HiddenInput)
