"""The form that takes a file."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

__all__ = ["ENDINGS", "UploadForm"]

ENDINGS = (".xlsx", ".xlsb", ".xls", ".ods", ".csv", ".txt", ".tsv", ".zip", ".gpkg", ".geojson", ".json", ".parquet")
_MIB = 2**20


class UploadForm(forms.Form):
    """A file, and the mapping that explains it where no reader knows it."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "As the statistical office gives it: workbook, csv, archive or map layers. Nothing is changed yet."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(ENDINGS)}),
    )
    mapping = forms.FileField(
        label=_("Mapping file"), required=False,
        help_text=_("Only for tables of your own: a .toml file that says which column means what."),
        widget=forms.ClearableFileInput(attrs={"accept": ".toml"}),
    )  # fmt: skip

    def clean_file(self) -> UploadedFile:
        return self._checked("file", ENDINGS, int(str(settings.RAUMWERK["UPLOAD_MIB"])))

    def clean_mapping(self) -> UploadedFile | None:
        return self._checked("mapping", (".toml",), 1) if self.cleaned_data.get("mapping") else None

    def _checked(self, field: str, endings: tuple[str, ...], largest: int) -> Any:
        file = self.cleaned_data[field]
        if PurePath(file.name).suffix.lower() not in endings:
            raise forms.ValidationError(
                _("A file of this kind cannot be read. Give one of: %(endings)s."),
                params={"endings": ", ".join(endings)},
            )
        if file.size > largest * _MIB:
            raise forms.ValidationError(
                _("The file is larger than %(largest)s MiB. Import it with the command “raumwerk data add”."),
                params={"largest": largest},
            )
        return file
