"""Bodies, organisations, seats, programme and frameworks that come with the regions; what an office made of them since
stays as it is.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import transaction

from raumwerk.web.forum.actions.bodies import found_body
from raumwerk.web.forum.actions.frameworks import propose_topic, publish_topic
from raumwerk.web.forum.actions.programme import load_programme
from raumwerk.web.forum.actions.seats import fill_seat
from raumwerk.web.forum.models import Body, FrameworkTopic, Seat
from raumwerk.web.pages.signals import content_loaded
from raumwerk.web.people.actions.organisations import add_organisation
from raumwerk.web.people.models import Organisation
from raumwerk.web.regions.models import Region
from raumwerk.web.shared.audit.models import AuditEntry

__all__ = ["CONTENT", "load_forum", "read_content"]

CONTENT = Path(__file__).resolve().parent.parent / "content"


def read_content(folder: Path, name: str) -> dict[str, Any]:
    """Return what a data file says; nothing where the region comes without one."""
    file = folder / f"{name}.toml"
    return tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}


@transaction.atomic
def load_forum(region: Region, folder: Path = CONTENT) -> dict[str, int]:
    """Found the bodies a region comes with, once, and what belongs to them; return how many of each were added.

    Each part is left out where the office has some, or ever had some: it keeps its own list.
    """
    counts = dict.fromkeys(("bodies", "milestones", "organisations", "seats", "topics"), 0)
    if _untouched(region, Body, "found_body"):
        for entry in read_content(folder, f"{region.slug}-bodies").get("body", ()):
            found_body(region, by=None, **entry)
            counts["bodies"] += 1
        programme = folder / f"{region.slug}-programme.toml"
        if programme.is_file():
            counts["milestones"] = load_programme(region, programme)["added"]
    parts: tuple[tuple[str, Callable[[Region, Path], int]], ...] = (
        ("organisations", _organisations), ("seats", _seats), ("topics", _topics),
    )  # fmt: skip
    # Asked before any part is written: a part does not count as the work of the office for the next one.
    open_parts = {
        "organisations": _untouched(region, Organisation, "add_organisation"),
        "seats": _untouched(region, Seat, "fill_seat"),
        "topics": _untouched(region, FrameworkTopic, "propose_topic"),
    }
    for name, load in parts:
        if open_parts[name]:
            counts[name] = load(region, folder)
    return counts


def _untouched(region: Region, model: Any, verb: str) -> bool:
    """Tell whether a region has none of something and never had."""
    return not (
        model.objects.in_region(region).exists() or AuditEntry.objects.filter(region=region, verb=verb).exists()
    )


def _organisations(region: Region, folder: Path) -> int:
    entries = read_content(folder, f"{region.slug}-organisations").get("organisation", ())
    for entry in entries:
        add_organisation(region, by=None, **{name: value for name, value in entry.items() if name != "seats"})
    return len(entries)


def _seats(region: Region, folder: Path) -> int:
    """Give organisations the seats they hold; persons come when they are invited."""
    bodies = {body.slug: body for body in Body.objects.in_region(region).standing()}
    known = {one.name: one for one in Organisation.objects.in_region(region).filter(active=True)}
    made = 0
    for entry in read_content(folder, f"{region.slug}-organisations").get("organisation", ()):
        for slug, group in entry.get("seats", {}).items():
            if slug in bodies and entry["name"] in known:
                fill_seat(bodies[slug], by=None, organisation=known[entry["name"]], interest_group=group)
                made += 1
    return made


def _topics(region: Region, folder: Path) -> int:
    bodies = {body.slug: body for body in Body.objects.in_region(region).standing()}
    entries = read_content(folder, f"{region.slug}-frameworks").get("topic", ())
    for place, entry in enumerate(entries, start=1):
        facts = {**entry, "body": bodies.get(entry.get("body", ""))}
        topic = propose_topic(region, by=None, position=10 * place, **facts)
        publish_topic(topic, number=1, by=None)
    return len(entries)


def _after_pages(sender: Any, **kwargs: Any) -> None:
    for region in Region.objects.filter(active=True):
        load_forum(region)


content_loaded.connect(_after_pages, dispatch_uid="raumwerk.forum.content")
