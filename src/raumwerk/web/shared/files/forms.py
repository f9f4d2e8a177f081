"""The part of a form that takes an upload."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from raumwerk.errors import InputError
from raumwerk.web.kit.problems import sentence
from raumwerk.web.shared.files.actions import clean_name
from raumwerk.web.shared.files.kinds import ACCEPTED, KINDS, LARGEST, check_content
from raumwerk.web.shared.visibility import Visibility

__all__ = ["UploadField", "UploadForm"]


class UploadField(forms.FileField):
    """A file of one of the kinds that are taken; what is wrong with it is said at the field."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("File"))
        kinds, megabytes = ", ".join(KINDS), LARGEST // (1024 * 1024)
        kwargs.setdefault("help_text", _("At most %(size)d MB; %(kinds)s.") % {"size": megabytes, "kinds": kinds})
        super().__init__(widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if isinstance(upload, UploadedFile) and upload.file is not None:
            try:
                check_content(clean_name(upload.name or ""), upload.file, upload.size or 0)
            except InputError as error:
                raise ValidationError(sentence(error)) from error
        return upload


class UploadForm(forms.Form):
    """An upload with title and level; ``levels`` narrows what may be chosen."""

    file = UploadField()
    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    visibility = forms.ChoiceField(label=_("Who may read it"), choices=Visibility.choices)

    def __init__(self, *args: Any, levels: tuple[str, ...] = tuple(Visibility.values), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = self.fields["visibility"]
        if isinstance(offered, forms.ChoiceField):
            offered.choices = [(value, label) for value, label in Visibility.choices if value in levels]
