"""Forms around bodies and seats. They only read what is given; the actions decide and write."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from raumwerk.web.forum.actions.bodies import DESCRIPTION, RULES
from raumwerk.web.forum.forms.fields import DayField, PersonField
from raumwerk.web.forum.models import Body, InterestGroup, OfficeInBody, Resolution
from raumwerk.web.people.models import Organisation
from raumwerk.web.regions.models import Region

__all__ = ["BodyForm", "DeputyForm", "DissolveForm", "EndSeatForm", "HolderForm", "RulesForm", "SeatForm"]


class BodyForm(forms.ModelForm):
    """What a body is."""

    founded_on = DayField(label=_("founded on"), required=False)

    class Meta:
        model = Body
        fields = DESCRIPTION
        widgets = {
            name: forms.Textarea(attrs={"rows": rows})
            for name, rows in (("remit_de", 5), ("remit_en", 5), ("founding_text", 3))
        }

    def __init__(self, *args: Any, region: Region, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.region = region
        parents = Body.objects.in_region(region).standing()
        if self.instance.pk:
            parents = parents.exclude(pk=self.instance.pk)
        parent = self.fields["parent"]
        if isinstance(parent, forms.ModelChoiceField):
            parent.queryset = parents
        act = self.fields["founding_resolution"]
        if isinstance(act, forms.ModelChoiceField):
            published = Resolution.objects.in_region(region).filter(state="published").exclude(body=self.instance.pk)
            act.queryset = published.select_related("body").order_by("-adopted_on", "-pk")
        self.fields["slug"].help_text = _("Lower-case letters, digits and hyphens; links to the body contain it.")


class RulesForm(forms.ModelForm):
    """The rules a body works by."""

    class Meta:
        model = Body
        # There is one way only to fix an agenda: a field without a choice would be noise.
        fields = tuple(name for name in RULES if name != "agenda_lock")


class DissolveForm(forms.Form):
    """When a body ends."""

    on = DayField(label=_("dissolved on"), initial=timezone.localdate)


class SeatForm(forms.Form):
    """A new seat."""

    person = PersonField(label=_("Person"), required=False)
    organisation = forms.ModelChoiceField(
        queryset=Organisation.objects.none(),
        label=_("Organisation"),
        required=False,
        help_text=_("Without a person the seat of the organisation is vacant."),
    )
    interest_group = forms.ChoiceField(label=_("Interest group"), choices=InterestGroup.choices)
    office_in_body = forms.ChoiceField(
        label=_("Office in the body"), choices=OfficeInBody.choices, initial=OfficeInBody.MEMBER
    )
    voting = forms.BooleanField(
        label=_("Has a vote"), required=False, initial=True, help_text=_("Permanent guests never have one.")
    )
    weight = forms.IntegerField(label=_("Weight of the vote"), min_value=1, max_value=1000, initial=1)
    deputy = PersonField(label=_("Deputy"), required=False)
    starts_on = DayField(label=_("From"), initial=timezone.localdate)
    ends_on = DayField(label=_("Until"), required=False)

    def __init__(self, *args: Any, region: Region, guests_only: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, PersonField):
                field.region = region
        organisation = self.fields["organisation"]
        if isinstance(organisation, forms.ModelChoiceField):
            organisation.queryset = Organisation.objects.in_region(region).filter(active=True)
        if guests_only:
            for name in ("office_in_body", "voting", "weight"):
                del self.fields[name]


class _OnePersonForm(forms.Form):
    """Asks for an account of the region."""

    def __init__(self, *args: Any, region: Region, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, PersonField):
                field.region = region


class HolderForm(_OnePersonForm):
    """Who takes a vacant seat."""

    person = PersonField(label=_("Person"))


class DeputyForm(_OnePersonForm):
    """Who sits in for the holder; empty for nobody."""

    deputy = PersonField(label=_("Deputy"), required=False)


class EndSeatForm(forms.Form):
    """The last day of a seat."""

    on = DayField(label=_("last day of the seat"), initial=timezone.localdate)
