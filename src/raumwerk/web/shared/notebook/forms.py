"""The form that sends notes."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

__all__ = ["LONGEST", "NotesForm"]

LONGEST = 8000


class NotesForm(forms.Form):
    """What a reader sends to the office of a region: their words, and how to reach them."""

    message = forms.CharField(
        label=_("Message"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("Your notes are put in here when you choose “Put into the message”. You may change them first."),
    )  # fmt: skip
    name = forms.CharField(
        label=_("Name"), max_length=120, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("E-mail address for the answer"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
