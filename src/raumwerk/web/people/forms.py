"""Forms about people, organisations and invitations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.utils.translation import gettext_lazy as _

from raumwerk.web.people.actions.invitations import VALID_DAYS
from raumwerk.web.people.models import STATES, Membership, Organisation, OrganisationKind, Person, Role
from raumwerk.web.people.queries.organisations import organisations_of, own_organisations
from raumwerk.web.people.seats import body_choices, group_choices
from raumwerk.web.regions.models import Region

__all__ = [
    "AffiliationForm",
    "ContactForm",
    "DirectoryForm",
    "InvitationForm",
    "LeavingForm",
    "NewAccountForm",
    "OrganisationForm",
    "OwnOrganisationForm",
    "TermForm",
]

_DAY = {"type": "date"}


def _date(**kwargs: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"), **kwargs)


def _offer_organisations(field: forms.Field, region: Region) -> None:
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = organisations_of(region).filter(active=True)


class _WebsiteForm(forms.ModelForm):
    """An address without scheme is taken as https."""

    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")


class OrganisationForm(_WebsiteForm):
    """All that is known of an organisation; for the office."""

    class Meta:
        model = Organisation
        fields = ("name", "short", "kind", "state", "area", "website", "offers", "seeks", "public", "active")
        widgets = {"offers": forms.Textarea(attrs={"rows": 4}), "seeks": forms.Textarea(attrs={"rows": 4})}


class OwnOrganisationForm(_WebsiteForm):
    """What those who stand for an organisation keep up to date themselves."""

    class Meta:
        model = Organisation
        fields = ("website", "offers", "seeks")
        widgets = OrganisationForm.Meta.widgets


class AffiliationForm(forms.Form):
    """Lets one of the region's people stand for an organisation."""

    person = forms.ModelChoiceField(queryset=Person.objects.none(), label=_("Person"))
    function = forms.CharField(label=_("Function"), max_length=120, required=False)
    spokesperson = forms.BooleanField(label=_("receives requests to the organisation"), required=False)
    ends_on = _date(label=_("Until"), required=False)

    def __init__(self, *args: Any, region: Region, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = Membership.objects.in_region(region).current()
        offered = self.fields["person"]
        if isinstance(offered, forms.ModelChoiceField):
            people = Person.objects.filter(is_active=True, pk__in=held.values("person"))
            offered.queryset = people.order_by("last_name", "first_name", "email")


class DirectoryForm(forms.Form):
    """Narrows the directory."""

    q = forms.CharField(label=_("Word in name, offer or search"), max_length=100, required=False)
    art = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("all kinds")), *OrganisationKind.choices])
    land = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("all states")), *STATES])


class InvitationForm(forms.Form):
    """Invites an address; a seat can be kept for it where the region has bodies."""

    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.MEMBER)
    organisation = forms.ModelChoiceField(
        queryset=Organisation.objects.none(), label=_("Stands for"), required=False, empty_label=_("no organisation")
    )
    body = forms.ChoiceField(label=_("Seat in"), required=False)
    interest_group = forms.ChoiceField(label=_("Interest group of the seat"), required=False)
    days = forms.IntegerField(label=_("The link works for … days"), min_value=1, max_value=60, initial=VALID_DAYS)

    def __init__(self, *args: Any, region: Region, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_organisations(self.fields["organisation"], region)
        bodies = body_choices(region)
        if not bodies:
            del self.fields["body"], self.fields["interest_group"]
            return
        for name, first, choices in (("body", _("no body"), bodies), ("interest_group", "–", group_choices())):
            offered = self.fields[name]
            if isinstance(offered, forms.ChoiceField):
                offered.choices = [("", first), *choices]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("body") and not given.get("interest_group"):
            self.add_error("interest_group", _("A seat belongs to an interest group."))
        return given


class TermForm(forms.Form):
    """From when to when a role is held."""

    starts_on = _date(label=_("From"))
    ends_on = _date(label=_("Until (empty: without end)"), required=False)


class NewAccountForm(forms.Form):
    """Somebody who was invited makes their account."""

    first_name = forms.CharField(
        label=_("First name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    password = forms.CharField(
        label=_("Password"), strip=False, help_text=password_validators_help_text_html,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip


class ContactForm(forms.Form):
    """A request to an organisation."""

    text = forms.CharField(label=_("What it is about"), max_length=2000, widget=forms.Textarea(attrs={"rows": 6}))
    asking = forms.ModelChoiceField(
        queryset=Organisation.objects.none(), label=_("On behalf of"), required=False, empty_label=_("myself")
    )

    def __init__(self, *args: Any, person: Person, region: Region, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = self.fields["asking"]
        if isinstance(offered, forms.ModelChoiceField):
            offered.queryset = own_organisations(person, region)


class LeavingForm(forms.Form):
    """The word that must be typed before an account goes."""

    sure = forms.BooleanField(label=_("I want to delete my account. I know that this cannot be undone."))
