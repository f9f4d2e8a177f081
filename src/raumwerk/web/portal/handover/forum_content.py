"""The bodies and the programme that come with the regions; what an office made of them since stays as it is."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction

from raumwerk.web.forum.actions.bodies import found_body
from raumwerk.web.forum.actions.programme import load_programme
from raumwerk.web.forum.models import Body
from raumwerk.web.pages.signals import content_loaded
from raumwerk.web.regions.models import Region
from raumwerk.web.shared.audit.models import AuditEntry

__all__ = ["CONTENT", "load_forum"]

CONTENT = Path(__file__).resolve().parent.parent / "content"


@transaction.atomic
def load_forum(region: Region, folder: Path = CONTENT) -> dict[str, int]:
    """Found the bodies a region comes with, once, and plan its programme; return how many of each were added."""
    file = folder / f"{region.slug}-bodies.toml"
    known = set(Body.objects.in_region(region).values_list("slug", flat=True))
    counts = {"bodies": 0, "milestones": 0}
    if known or not file.is_file() or AuditEntry.objects.filter(region=region, verb="found_body").exists():
        return counts  # an office that has bodies, or had some, keeps its own list
    for entry in tomllib.loads(file.read_text("utf-8"))["body"]:
        found_body(region, by=None, **entry)
        counts["bodies"] += 1
    programme = folder / f"{region.slug}-programme.toml"
    if programme.is_file():
        counts["milestones"] = load_programme(region, programme)["added"]
    return counts


def _after_pages(sender: Any, **kwargs: Any) -> None:
    for region in Region.objects.filter(active=True):
        load_forum(region)


content_loaded.connect(_after_pages, dispatch_uid="raumwerk.forum.content")
