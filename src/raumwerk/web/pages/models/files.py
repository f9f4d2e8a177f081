"""Pictures and documents of a region."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image

from raumwerk.web.shared.visibility import Visibility

__all__ = ["RegionDocument", "RegionImage", "RegionRendition"]


class RegionImage(AbstractImage):
    """A picture with its credit and licence. Pictures are public: they have no level of visibility."""

    credit = models.CharField(_("credit"), max_length=200, blank=True)
    licence = models.CharField(_("licence"), max_length=100, blank=True)

    admin_form_fields = (*Image.admin_form_fields, "credit", "licence")


class RegionRendition(AbstractRendition):
    image = models.ForeignKey(RegionImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)


class RegionDocument(AbstractDocument):
    """A document: publisher, edition, version, the SHA-256 of its file, and who may read it.

    The file of a document never changes. A new version is a document of its own; the old one names it in
    ``replaced_by`` and stays readable, so that a checksum somebody noted keeps its file.
    """

    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    edition = models.CharField(_("edition"), max_length=60, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True, db_index=True)
    summary = models.CharField(_("what it is about"), max_length=300, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    version = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    replaced_by = models.OneToOneField(
        "self", verbose_name=_("replaced by"), null=True, editable=False, on_delete=models.SET_NULL,
        related_name="replaces",
    )  # fmt: skip
    visibility = models.CharField(
        _("who may read it"),
        max_length=10,
        choices=Visibility.choices,
        default=Visibility.OFFICE,  # several files at once are kept before anybody could say who may read them
        db_index=True,
    )
    body = models.PositiveBigIntegerField(_("body"), null=True, blank=True)

    admin_form_fields = (
        *Document.admin_form_fields, "summary", "publisher", "edition", "issued_on", "visibility", "body",
    )  # fmt: skip

    def clean(self) -> None:
        super().clean()
        if self.visibility == Visibility.BODY and self.body is None:
            raise ValidationError({"body": _("Choose the body whose members may read it.")})
        if self.visibility != Visibility.BODY:
            self.body = None

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.file and not (self.file._committed and self.sha256):
            self.sha256 = self._checksum()
        super().save(*args, **kwargs)

    def _checksum(self) -> str:
        """Hash the file as it will be stored; an upload stays open and at its beginning, a stored file is closed."""
        digest = hashlib.sha256()
        if self.file._committed:
            with self.file.storage.open(self.file.name, "rb") as stored:
                for chunk in stored.chunks():
                    digest.update(chunk)
        else:
            for chunk in self.file.chunks():
                digest.update(chunk)
            self.file.seek(0)
        return digest.hexdigest()
