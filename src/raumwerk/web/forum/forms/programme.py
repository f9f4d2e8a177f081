"""Forms of the programme."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from raumwerk.web.forum.actions.programme import MILESTONE
from raumwerk.web.forum.forms.fields import DayField
from raumwerk.web.forum.models import Body, Milestone
from raumwerk.web.forum.queries.meetings import meetings_seen
from raumwerk.web.forum.queries.programme import Quarter
from raumwerk.web.regions.models import Region
from raumwerk.web.shared.visibility import Audience

__all__ = ["MilestoneEditForm", "SpanForm"]


class MilestoneEditForm(forms.ModelForm):
    """One entry of the programme."""

    starts_on = DayField(label=_("from"))
    ends_on = DayField(label=_("until"))

    class Meta:
        model = Milestone
        fields = MILESTONE
        widgets = {name: forms.Textarea(attrs={"rows": 4}) for name in ("text_de", "text_en")}

    def __init__(self, *args: Any, region: Region, seen: Audience, only: Body | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.region = region
        bodies = Body.objects.in_region(region).standing()
        meetings = meetings_seen(region, seen)
        if only is not None:
            bodies, meetings = bodies.filter(pk=only.pk), meetings.filter(body=only)
            self.initial.setdefault("body", only.pk)
            self.fields["body"].required = True
            del self.fields["line_de"], self.fields["line_en"]
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]
        self.fields["meeting"].queryset = meetings.order_by("-starts_at")[:200]  # type: ignore[attr-defined]


class SpanForm(forms.Form):
    """From which quarter to which one the programme is shown."""

    von = forms.CharField(label=_("From"), required=False)
    bis = forms.CharField(label=_("Until"), required=False)

    def __init__(self, *args: Any, choices: tuple[Quarter, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [("", _("as it fits")), *((quarter.key, quarter.label) for quarter in choices)]
        for field in self.fields.values():
            field.widget = forms.Select(choices=named)

    def _quarter(self, name: str) -> Quarter | None:
        text = self.cleaned_data.get(name)
        if not text:
            return None
        try:
            return Quarter.read(text)
        except ValueError:
            raise forms.ValidationError(_("This is no quarter.")) from None

    def clean_von(self) -> Quarter | None:
        return self._quarter("von")

    def clean_bis(self) -> Quarter | None:
        return self._quarter("bis")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("von"), given.get("bis")
        if first is not None and last is not None and last < first:
            self.add_error("bis", _("The last quarter lies before the first one."))
        return given
