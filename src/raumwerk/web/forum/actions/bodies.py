"""Founding, changing and dissolving bodies. Each entry of the log holds what was before and what is after."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from raumwerk.errors import ConflictError, InputError, Problem
from raumwerk.web.forum.actions._checks import checked, locked_body, plain, saved
from raumwerk.web.forum.models import Body, BodyKind, BodyTheme, Resolution, Seat, ThemeKind, Vote
from raumwerk.web.people.models import Person
from raumwerk.web.regions.models import Region
from raumwerk.web.shared.audit.actions import record

__all__ = ["DESCRIPTION", "RULES", "change_body", "change_rules", "dissolve_body", "found_body", "set_theme"]

DESCRIPTION = (
    "slug", "name_de", "name_en", "kind", "parent", "remit_de", "remit_en", "visibility", "names_public", "founded_on",
    "founding_text", "founding_resolution", "position",
)  # fmt: skip
RULES = (
    "quorum_percent", "quorum_by", "majority", "interest_group_cap", "notice_days", "agenda_lock", "written_allowed",
    "secret_allowed", "invited", "votes_per",
)  # fmt: skip
THEME = ("kind", "title_de", "title_en", "areas", "counterparts")


@transaction.atomic
def found_body(region: Region, *, by: Person | None, **fields: Any) -> Body:
    """Found a body; `fields` are those of :class:`Body`.

    Raises
    ------
    InputError
        Naming every field that cannot stay as given; a project group without its founding act is refused.
    """
    body = Body(region=region, **fields)
    _date_by_act(body)
    _check(body)
    body.save()
    after = {name: plain(getattr(body, name)) for name in (*DESCRIPTION, *RULES)}
    record("found_body", body.slug, by=by, region=region, after=after)
    return body


def change_body(body: Body, *, by: Person, **fields: Any) -> Body:
    """Change what a body is: names, remit, who may see it. Its rules are :func:`change_rules`."""
    return _change("change_body", body, DESCRIPTION, fields, by)


def change_rules(body: Body, *, by: Person, **fields: Any) -> Body:
    """Change the rules a body works by. What was decided or invited before keeps the rules it had."""
    return _change("change_rules", body, RULES, fields, by)


@transaction.atomic
def dissolve_body(body: Body, *, by: Person, on: date | None = None) -> Body:
    """Dissolve a body: its seats end the day before, its record stays.

    Raises
    ------
    InputError
        When the day lies before the founding.
    ConflictError
        When bodies that belong to it still stand, or a vote in it is prepared or open.
    """
    day = on or timezone.localdate()
    current = locked_body(body)
    children = Body.objects.in_region(current.region).standing(day).filter(parent=current)
    if names := [child.name for child in children]:
        raise ConflictError(
            _("These bodies belong to “%(body)s” and must be dissolved or moved first: %(names)s.")
            % {"body": current.name, "names": ", ".join(names)}
        )
    votes = Vote.objects.in_region(current.region).filter(body=current, state__in=("created", "open"))
    if questions := list(votes.values_list("question", flat=True)):
        raise ConflictError(
            _("These votes are prepared or open and must be closed or broken off first: %(votes)s.")
            % {"votes": ", ".join(questions)}
        )
    current.dissolved_on = day
    checked(current)
    current.save(update_fields=["dissolved_on"])
    ended = []
    for seat in Seat.objects.in_region(current.region).filter(body=current).exclude(ends_on__lt=day):
        seat.ends_on = max(seat.starts_on, day - timedelta(days=1))
        seat.save(update_fields=["ends_on"])
        ended.append(seat.pk)
    record("dissolve_body", current.slug, by=by, region=current.region, on=day.isoformat(), seats_ended=ended)
    return current


@transaction.atomic
def set_theme(body: Body, *, by: Person, **fields: Any) -> BodyTheme:
    """Say what a body is about in space, so that the Atlas can tell who belongs at its table.

    Only a theme of commuting between two sets has areas of the other side; for other kinds they are dropped.

    Raises
    ------
    InputError
        Without areas, without the other side of a flow, or with an area on both sides.
    """
    current = locked_body(body)
    theme = BodyTheme.objects.in_region(current.region).filter(body=current).first()
    theme = theme or BodyTheme(region=current.region, body=current)
    before = {name: plain(getattr(theme, name)) for name in THEME}
    for name in THEME:
        if name in fields:
            setattr(theme, name, fields[name])
    _check_sides(theme)
    saved(theme)
    after = {name: plain(getattr(theme, name)) for name in THEME}
    record("set_theme", current.slug, by=by, region=current.region, before=before, after=after)
    return theme


def _check_sides(theme: BodyTheme) -> None:
    if theme.kind != ThemeKind.FLOW:
        theme.counterparts = []
    elif not theme.counterparts:
        raise InputError(Problem(_("Name the areas of the other side."), column="counterparts"))
    elif both := sorted(set(theme.areas) & set(theme.counterparts)):
        message = _("These areas stand on both sides: %(keys)s.")
        raise InputError(Problem(message % {"keys": ", ".join(both)}, column="counterparts"))


@transaction.atomic
def _change(verb: str, body: Body, allowed: tuple[str, ...], fields: dict[str, Any], by: Person) -> Body:
    if strange := sorted(set(fields) - set(allowed)):
        raise ValueError(f"{verb} changes {', '.join(allowed)}; not {', '.join(strange)}.")
    current = locked_body(body)
    before = {name: plain(getattr(current, name)) for name in allowed}
    for name, value in fields.items():
        setattr(current, name, value)
    _date_by_act(current)
    after = {name: plain(getattr(current, name)) for name in allowed}
    changed = [name for name in allowed if before[name] != after[name]]
    if not changed:
        return current
    _check(current)
    current.save()
    record(
        verb,
        current.slug,
        by=by,
        region=current.region,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    return current


def _date_by_act(body: Body) -> None:
    """Without a day of its own a body was founded on the day of the resolution."""
    if body.founding_resolution is not None and body.founded_on is None:
        body.founded_on = body.founding_resolution.adopted_on


def _check_founding(body: Body, act: Resolution | None) -> list[Problem]:
    problems = []
    named = act is not None or bool(body.founding_text.strip())
    if body.kind == BodyKind.PROJECT_GROUP and not (named and body.founded_on):
        problems.append(
            Problem(
                _("A project group needs its founding act: by what and by whom it was founded, and on which day."),
                column="founded_on" if named else "founding_text",
            )
        )
    if act is None:
        return problems
    if act.region_id != body.region_id or act.state != "published" or act.body_id == body.pk:
        text = _("A body is founded by a published resolution of another body of its region.")
        problems.append(Problem(text, column="founding_resolution"))
    elif body.founded_on is not None and body.founded_on < act.adopted_on:
        text = _("The resolution was adopted on %(day)s; the body cannot have been founded by it before that day.")
        day = date_format(act.adopted_on, "DATE_FORMAT")
        problems.append(Problem(text % {"day": day}, column="founded_on"))
    return problems


def _check(body: Body) -> None:
    checked(body)
    problems = _check_founding(body, body.founding_resolution)
    above = body.parent
    while above is not None:
        if above.region_id != body.region_id:
            problems.append(Problem(_("The body above belongs to another region."), column="parent"))
        if body.pk is not None and above.pk == body.pk:
            problems.append(Problem(_("A body cannot belong to itself or to one of its own parts."), column="parent"))
            break
        above = above.parent
    if problems:
        raise InputError(problems)
