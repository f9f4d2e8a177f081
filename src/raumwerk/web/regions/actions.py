"""Changes to regions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from raumwerk.errors import InputError, Problem
from raumwerk.web.regions.known import position
from raumwerk.web.regions.models import Region

__all__ = ["sync_regions"]


@transaction.atomic
def sync_regions(entries: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """Make the table of regions say what `entries` say; a region that is no longer named is put to rest, not deleted.

    Returns
    -------
    dict
        How many regions were ``added``, ``changed``, ``rested``.

    Raises
    ------
    InputError
        Naming each region with a slug or name that cannot be used; nothing is changed then.
    """
    known = {region.slug: region for region in Region.objects.select_for_update()}
    counts = {"added": 0, "changed": 0, "rested": 0}
    problems: list[Problem] = []
    for slug, entry in entries.items():
        region = known.pop(slug, None) or Region(slug=slug)
        before = _state(region)
        _fill(region, dict(entry))
        try:
            region.full_clean(validate_unique=False)
        except ValidationError as error:
            text = "; ".join(f"{name}: {' '.join(messages)}" for name, messages in error.message_dict.items())
            problems.append(Problem(f"region {slug!r} cannot be used: {text}"))
            continue
        if region.pk is None or _state(region) != before:
            counts["added" if region.pk is None else "changed"] += 1
            region.save()
    if problems:
        raise InputError(problems)
    counts["rested"] = Region.objects.filter(slug__in=list(known), active=True).update(active=False)
    return counts


def _fill(region: Region, entry: dict[str, Any]) -> None:
    for name in ("name", "short"):
        german = str(entry.get(f"{name}_de") or entry.get("name_de") or "")
        setattr(region, f"{name}_de", german)
        setattr(region, f"{name}_en", str(entry.get(f"{name}_en") or german))
    region.sample = bool(entry.get("sample"))
    region.position = position(region.slug, entry)
    region.active = True


def _state(region: Region) -> tuple[Any, ...]:
    return tuple(getattr(region, field.attname) for field in Region._meta.concrete_fields)
