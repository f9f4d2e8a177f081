"""Citing and taking back. The release that is cited is pinned, so that nobody deletes it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from raumwerk.errors import ConflictError
from raumwerk.store import read
from raumwerk.web.people.models import Person
from raumwerk.web.shared.audit.actions import record
from raumwerk.web.shared.evidence.findings import find
from raumwerk.web.shared.evidence.models import Citation
from raumwerk.web.shared.evidence.reference import Reference
from raumwerk.web.shared.targets import target_type, title_of

__all__ = ["cite", "renew_pins", "take_back"]

_REASON = "cited by pages and decisions"


def cite(target: models.Model, reference: Reference, *, by: Person) -> Citation:
    """Freeze a figure of a release at a thing.

    Raises
    ------
    PermissionDenied
        When `by` may not cite there.
    MissingError
        When the release has no such figure.
    ConflictError
        When the thing has this citation already.
    """
    kind = target_type(target)
    if not (kind.may_read(by, target) and kind.may_cite(by, target)):
        raise PermissionDenied
    found = find(reference)
    # Before the row: a pin too many does no harm, a citation without its release would.
    read.pin(read.open_store(settings.HOME), found.reference.release, _REASON)
    try:
        return _write(target, found.reference, by)
    except IntegrityError:
        raise ConflictError(_("This figure is cited here already.")) from None


@transaction.atomic
def _write(target: models.Model, reference: Reference, by: Person) -> Citation:
    found, region = find(reference), target_type(target).region(target)
    made: Citation = Citation.objects.create(
        region=region, target_type=ContentType.objects.get_for_model(target), target_id=target.pk,
        release=reference.release, table=reference.table, column=reference.column, area=reference.area,
        origin=reference.origin, destination=reference.destination, period=reference.period,
        label_de=found.label["de"][:400], label_en=found.label["en"][:400], value=found.value, lower=found.lower,
        upper=found.upper, status=found.status, unit_de=found.unit["de"], unit_en=found.unit["en"],
        decimals=found.decimals, sources=[dict(one) for one in found.sources], cited_by=by,
    )  # fmt: skip
    record("cite", f"{title_of(target)}: {made.label_de}", by=by, region=region, release=reference.release)
    return made


@transaction.atomic
def take_back(citation: Citation, *, by: Person) -> None:
    """Take a citation back; the row stays, with who did it.

    Raises
    ------
    PermissionDenied
        When `by` may not cite there.
    ConflictError
        When somebody took it back already.
    """
    target: Any = citation.target
    kind = target_type(target)
    if not (kind.may_read(by, target) and kind.may_cite(by, target)):
        raise PermissionDenied
    rows = Citation.objects.in_region(citation.region).standing().filter(pk=citation.pk)
    if not rows.update(removed_at=timezone.now(), removed_by=by):
        raise ConflictError(_("This citation was taken back already."))
    record("take_back_citation", f"{title_of(target)}: {citation.label_de}", by=by, region=citation.region)
    transaction.on_commit(partial(_unpin_if_unused, citation.release))


def _unpin_if_unused(release: str) -> None:
    rows = Citation.objects.across_regions("a release is pinned for the whole installation").standing()
    if not rows.filter(release=release).exists():
        read.unpin(read.open_store(settings.HOME), release, _REASON)


def renew_pins() -> None:
    """Bring pins in line with citations: after a back-up was put back, or things were deleted with what they cited."""
    store = read.open_store(settings.HOME)
    rows = Citation.objects.across_regions("a release is pinned for the whole installation").standing()
    cited = set(rows.order_by().values_list("release", flat=True).distinct())
    pinned = {release for release, reasons in read.pins(store).items() if _REASON in reasons}
    kept = {one.id for one in read.releases(store)}
    for release in (cited & kept) - pinned:
        read.pin(store, release, _REASON)
    for release in pinned - cited:
        read.unpin(store, release, _REASON)
