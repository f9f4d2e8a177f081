"""Fields that several forms of the forum use."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from raumwerk.web.people.models import Membership, Person
from raumwerk.web.regions.models import Region

__all__ = ["DayField", "PersonField"]


class DayField(forms.DateField):
    """A day, asked for by the browser's own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        super().__init__(**kwargs)


class PersonField(forms.EmailField):
    """An account of the region, named by its address: a list of 2,000 names would help nobody to choose."""

    default_error_messages = {
        "unknown": _("No account of this region has this address. Invite the person first."),
    }

    def __init__(self, *, region: Region | None = None, **kwargs: Any) -> None:
        self.region = region
        kwargs.setdefault("help_text", _("E-mail address of an account of this region."))
        super().__init__(**kwargs)
        self.widget.attrs["autocomplete"] = "off"

    def clean(self, value: Any) -> Any:
        address = super().clean(value)
        if not address:
            return None
        held = Membership.objects.in_region(self.region).current().filter(person__email=address.strip().lower())
        found = held.select_related("person").first()
        if found is None:
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        return found.person

    def prepare_value(self, value: Any) -> Any:
        return value.email if isinstance(value, Person) else value
