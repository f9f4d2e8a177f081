"""Forms of the comparison of frameworks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from raumwerk.web.forum.actions.frameworks import CONDITION, REVISION
from raumwerk.web.forum.forms.fields import DayField
from raumwerk.web.forum.models import Body, FrameworkRevision, Resolution
from raumwerk.web.forum.queries.frameworks import Row
from raumwerk.web.people.models import Organisation
from raumwerk.web.regions.models import Region
from raumwerk.web.shared.visibility import Audience, visible

__all__ = ["LinkForm", "TopicForm"]


class TopicForm(forms.ModelForm):
    """A revision of a topic: its own fields, and five for each state."""

    base = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = FrameworkRevision
        fields = REVISION
        widgets = {
            name: forms.Textarea(attrs={"rows": 4})
            for name in ("common_ground_de", "common_ground_en", "obstacle_de", "obstacle_en")
        }

    def __init__(
        self, *args: Any, region: Region, states: Sequence[tuple[str, str]], audience: Audience, row: Row | None = None,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        initial = {name: getattr(row.revision, name) for name in REVISION if name != "note"} if row else {}
        kwargs["initial"] = initial | ({"base": row.revision.number} if row else {})
        super().__init__(*args, **kwargs)
        self.instance.region = region
        self.states = states
        bodies = Body.objects.in_region(region).standing().filter(visible(audience, body_field="pk"))
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]
        organisations = Organisation.objects.in_region(region).filter(active=True)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
        for place, (state, name) in enumerate(states):
            held = row.cells[place] if row else None
            self._add_state(state, name, held)
        self.order_fields([name for name in self.fields if name != "note"] + ["note"])

    def _add_state(self, state: str, name: str, held: Any) -> None:
        texts = {
            "text_de": forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), max_length=4000, required=False),
            "text_en": forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=4000, required=False),
            "source_title": forms.CharField(max_length=300, required=False),
            "source_url": forms.URLField(max_length=500, required=False, assume_scheme="https"),
            "source_date": DayField(required=False),
        }
        labels = {
            "text_de": _("condition in German"), "text_en": _("condition in English"), "source_title": _("source"),
            "source_url": _("address of the source"), "source_date": _("date of the source"),
        }  # fmt: skip
        for key, field in texts.items():
            field.label = f"{name}: {labels[key]}"
            self.fields[f"{key}_{state}"] = field
            if held is not None:
                self.initial[f"{key}_{state}"] = getattr(held, key)

    @property
    def facts(self) -> dict[str, Any]:
        """What was given for the topic itself."""
        return {name: self.cleaned_data[name] for name in REVISION}

    @property
    def conditions(self) -> dict[str, dict[str, Any]]:
        """What was given for each state."""
        return {
            state: {name: self.cleaned_data[f"{name}_{state}"] for name in CONDITION} for state, _name in self.states
        }


class LinkForm(forms.Form):
    """Which resolutions are about a topic."""

    resolutions = forms.ModelMultipleChoiceField(
        queryset=Resolution.objects.none(),
        label=gettext_lazy("Resolutions about it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, among: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["resolutions"].queryset = among  # type: ignore[attr-defined]
