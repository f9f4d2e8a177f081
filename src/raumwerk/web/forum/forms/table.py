"""The form that says what a body is about in space."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from raumwerk.web.forum.models import BodyTheme, ThemeKind

__all__ = ["AreasField", "ThemeForm"]

_KEY = re.compile(r"(\d{8}|\d{5})\b")


class AreasField(forms.CharField):
    """Areas of the Atlas, one a line, by key or name; where no release is published only keys are understood."""

    widget = forms.Textarea(attrs={"rows": 5})
    default_error_messages = {
        "unknown": _("“%(line)s” is no district and no municipality of the region."),
        "ambiguous": _("“%(line)s” is the name of several areas: %(keys)s. Give the key."),
    }

    def __init__(self, **kwargs: Any) -> None:
        self.places: Mapping[str, str] = {}
        kwargs.setdefault(
            "help_text",
            _("One a line: the official key or the name of a district, or of a municipality of the region."),
        )
        super().__init__(max_length=4000, **kwargs)

    def clean(self, value: Any) -> list[str]:
        lines = [line.strip() for line in super().clean(value).splitlines()]
        return list(dict.fromkeys(self._key(line) for line in lines if line))

    def _key(self, line: str) -> str:
        if given := _KEY.match(line):
            key = given[1]
            twin = key[:5] if key.endswith("000") and key[:5] in self.places else key
            if not self.places or twin in self.places:
                return twin
        else:
            wanted = line.casefold()
            keys = [key for key, name in self.places.items() if name.casefold() == wanted]
            if len(keys) == 1:
                return keys[0]
            if keys:
                text = self.error_messages["ambiguous"]
                raise ValidationError(text, code="ambiguous", params={"line": line, "keys": ", ".join(keys)})
        raise ValidationError(self.error_messages["unknown"], code="unknown", params={"line": line})

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return "\n".join(f"{key} {self.places.get(key, '')}".strip() for key in value)
        return value


class ThemeForm(forms.Form):
    """A theme: of which kind, its names, its areas."""

    kind = forms.ChoiceField(label=_("Kind of theme"), choices=ThemeKind.choices, widget=forms.RadioSelect)
    title_de = forms.CharField(label=_("Theme in German"), max_length=160)
    title_en = forms.CharField(label=_("Theme in English"), max_length=160, required=False)
    areas = AreasField(label=_("Areas"))
    counterparts = AreasField(
        label=_("Areas of the other side"),
        required=False,
        help_text=_("Only for the commuting between two sets of areas; one a line, key or name."),
    )

    def __init__(self, data: Any, *, theme: BodyTheme | None, places: Mapping[str, str]) -> None:
        names = ("kind", "title_de", "title_en", "areas", "counterparts")
        given = {name: getattr(theme, name) for name in names} if theme else {"kind": ThemeKind.CENTRE.value}
        super().__init__(data, initial=given)
        for field in self.fields.values():
            if isinstance(field, AreasField):
                field.places = places
