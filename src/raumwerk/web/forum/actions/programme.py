"""Planning, changing and removing milestones of the programme, and loading a whole programme from a file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from raumwerk.errors import InputError, Problem
from raumwerk.web.forum.actions._checks import checked, plain
from raumwerk.web.forum.models import Body, Milestone, Precision
from raumwerk.web.people.models import Person
from raumwerk.web.regions.models import Region
from raumwerk.web.shared.audit.actions import record

__all__ = ["MILESTONE", "change_milestone", "load_programme", "plan_milestone", "quarter_days", "remove_milestone"]

MILESTONE = (
    "body", "line_de", "line_en", "title_de", "title_en", "text_de", "text_en", "form", "starts_on", "ends_on",
    "precision", "status", "visibility", "meeting", "example",
)  # fmt: skip
QUARTER = re.compile(r"([12]\d{3})[ -]?Q([1-4])")
IN_FILE = {
    "key", "body", "line_de", "line_en", "title_de", "title_en", "text_de", "text_en", "form", "quarter",
    "until_quarter", "starts_on", "ends_on", "status", "visibility", "example",
}  # fmt: skip


@transaction.atomic
def plan_milestone(region: Region, *, by: Person | None, key: str = "", **fields: Any) -> Milestone:
    """Add an entry to the programme of a region.

    Raises
    ------
    InputError
        Naming every field that cannot stay as given.
    """
    milestone = Milestone(region=region, key=key, **fields)
    _check(milestone)
    milestone.save()
    after = {name: plain(getattr(milestone, name)) for name in MILESTONE}
    record("plan_milestone", _named(milestone), by=by, region=region, after=after)
    return milestone


@transaction.atomic
def change_milestone(milestone: Milestone, *, by: Person, **fields: Any) -> Milestone:
    """Change an entry of the programme; calendars are told by a growing number."""
    if strange := sorted(set(fields) - set(MILESTONE)):
        raise ValueError(f"A milestone has {', '.join(MILESTONE)}; not {', '.join(strange)}.")
    rows = Milestone.objects.in_region(milestone.region_id).select_for_update(of=("self",))
    current: Milestone = rows.select_related("region", "body").get(pk=milestone.pk)
    before = {name: plain(getattr(current, name)) for name in MILESTONE}
    for name, value in fields.items():
        setattr(current, name, value)
    after = {name: plain(getattr(current, name)) for name in MILESTONE}
    changed = [name for name in MILESTONE if before[name] != after[name]]
    if not changed:
        return current
    _check(current)
    current.changed_at, current.sequence = timezone.now(), current.sequence + 1
    current.save()
    told = {"before": {name: before[name] for name in changed}, "after": {name: after[name] for name in changed}}
    record("change_milestone", _named(current), by=by, region=current.region, **told)
    return current


@transaction.atomic
def remove_milestone(milestone: Milestone, *, by: Person) -> None:
    """Take an entry out of the programme; what did not take place is marked as cancelled instead."""
    before = {name: plain(getattr(milestone, name)) for name in MILESTONE}
    record("remove_milestone", _named(milestone), by=by, region=milestone.region, before=before)
    milestone.delete()


def quarter_days(year: int, quarter: int) -> tuple[date, date]:
    """Return the first and the last day of a quarter."""
    first = date(year, 3 * quarter - 2, 1)
    after = date(year + quarter // 4, 3 * (quarter % 4) + 1, 1)
    return first, after - timedelta(days=1)


@transaction.atomic
def load_programme(region: Region, file: Path, *, by: Person | None = None) -> dict[str, int]:
    """Add the entries of a file that the programme does not know yet; what is there stays as people made it.

    The file is TOML with ``[[milestone]]`` tables: ``key`` (known for ever), ``body`` (short name) or ``line_de``,
    ``title_de``, and either ``quarter = "2022 Q1"`` (with ``until_quarter``) or ``starts_on`` and ``ends_on``.

    Returns
    -------
    dict
        How many entries were ``added`` and ``kept``.

    Raises
    ------
    InputError
        Naming file, entry and field of all that cannot be read; nothing is added then.
    """
    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        what = "the programme cannot be read"
        raise InputError(Problem(what, "TOML in UTF-8", f"Mend it: {error}.", file=file.name)) from error
    bodies = {body.slug: body for body in Body.objects.in_region(region)}
    known = set(Milestone.objects.in_region(region).exclude(key="").values_list("key", flat=True))
    counts, problems = {"added": 0, "kept": 0}, []
    for number, entry in enumerate(content.get("milestone", []), start=1):
        try:
            fields = _read(entry, bodies)
            if fields["key"] in known:
                counts["kept"] += 1
                continue
            known.add(fields["key"])
            plan_milestone(region, by=by, **fields)
            counts["added"] += 1
        except InputError as error:
            problems += [
                Problem(one.what, one.expected, one.advice, file=file.name, row=f"{number} ([[milestone]])",
                        column=one.column)
                for one in error.problems
            ]  # fmt: skip
    if problems:
        raise InputError(problems)
    return counts


def _read(entry: Mapping[str, Any], bodies: Mapping[str, Body]) -> dict[str, Any]:
    if strange := sorted(set(entry) - IN_FILE):
        raise InputError(Problem(f"unknown words {', '.join(strange)}", f"one of {', '.join(sorted(IN_FILE))}"))
    if not entry.get("key"):
        raise InputError(Problem("the entry has no key", "a word that no other entry has", column="key"))
    fields = {name: value for name, value in entry.items() if name not in {"body", "quarter", "until_quarter"}}
    if slug := entry.get("body"):
        if slug not in bodies:
            known = ", ".join(sorted(bodies)) or "none"
            raise InputError(Problem(f"there is no body {slug!r}", f"one of: {known}", column="body"))
        fields["body"] = bodies[slug]
    if "quarter" in entry:
        fields["starts_on"] = _quarter(entry, "quarter")[0]
        fields["ends_on"] = _quarter(entry, "until_quarter" if "until_quarter" in entry else "quarter")[1]
        fields["precision"] = Precision.QUARTER
    fields.setdefault("ends_on", fields.get("starts_on"))
    return fields


def _quarter(entry: Mapping[str, Any], name: str) -> tuple[date, date]:
    match = QUARTER.fullmatch(str(entry[name]))
    if match is None:
        raise InputError(Problem(f"{entry[name]!r} is no quarter", 'as in "2022 Q1"', column=name))
    return quarter_days(int(match[1]), int(match[2]))


def _check(milestone: Milestone) -> None:
    checked(milestone)
    problems = []
    for name in ("body", "meeting"):
        other = getattr(milestone, name)
        if other is not None and other.region_id != milestone.region_id:
            problems.append(Problem(_("This belongs to another region."), column=name))
    if milestone.meeting is not None and milestone.meeting.body_id != milestone.body_id:
        problems.append(Problem(_("The meeting is one of another body."), column="meeting"))
    if problems:
        raise InputError(problems)


def _named(milestone: Milestone) -> str:
    return f"milestone {milestone.pk}: {milestone.title_de}"
