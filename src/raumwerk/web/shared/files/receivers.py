"""What becomes of files when somebody leaves, and which are theirs."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from raumwerk.web.people.forgetting import forget_in
from raumwerk.web.people.own_data import register_rows
from raumwerk.web.people.signals import person_leaving
from raumwerk.web.shared.files.models import FileVersion, StoredFile

__all__ = ["forget_person"]


@receiver(person_leaving, dispatch_uid="files.forget_person")
def forget_person(sender: Any, *, person: Any, **kwargs: Any) -> None:
    """Take the name out of titles and file names; what a file holds is never changed."""
    forget_in(person, StoredFile, ("title",))
    forget_in(person, FileVersion, ("name",))


register_rows(
    _("Files I uploaded"), FileVersion, "uploaded_by", "region__slug", "name", "size", "sha256", "uploaded_at"
)
