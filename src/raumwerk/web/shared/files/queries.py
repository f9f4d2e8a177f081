"""Reading: the files of a thing, as far as somebody may see them."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Prefetch

from raumwerk.web.shared.files.models import FileVersion, StoredFile
from raumwerk.web.shared.files.rules import may_read
from raumwerk.web.shared.visibility import Audience

__all__ = ["all_files", "files_of", "version_of"]


def all_files(region: object) -> models.QuerySet[StoredFile]:
    """Return the region's files with their versions, the latest first in each."""
    versions = FileVersion.objects.in_region(region).order_by("-number")
    rows: models.QuerySet[StoredFile] = StoredFile.objects.in_region(region)
    return rows.select_related("region").prefetch_related(
        Prefetch("versions", queryset=versions, to_attr="all_versions")
    )


def files_of(target: models.Model, audience: Audience) -> list[StoredFile]:
    """Return what hangs on `target` (it has a region) and may be read; each has ``all_versions``, latest first."""
    kind = ContentType.objects.get_for_model(target, for_concrete_model=False)
    rows = all_files(target.region).filter(  # type: ignore[attr-defined]  # all targets belong to a region
        target_type=kind, target_id=target.pk, withdrawn_at__isnull=True
    )
    found = list(rows)
    for one in found:
        one.target = target  # already here: no query for each file
    return [one for one in found if may_read(audience, one)]


def version_of(file: StoredFile, number: int | None = None) -> FileVersion | None:
    """Return one version of a file, the latest where no number is given."""
    versions = FileVersion.objects.in_region(file.region_id).filter(file=file)
    if number is not None:
        versions = versions.filter(number=number)
    found: FileVersion | None = versions.order_by("-number").first()
    return found
