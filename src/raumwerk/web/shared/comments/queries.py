"""Discussions as one reader sees them, and what waits for the office."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from raumwerk.web.people.models import Person
from raumwerk.web.regions.models import Region
from raumwerk.web.shared.comments.models import Appeal, Comment, DiscussionSetting
from raumwerk.web.shared.comments.rules import may_change, may_moderate, may_read_text
from raumwerk.web.shared.targets import target_type

__all__ = ["Shown", "comment_counts", "discussion_of", "name_of", "open_appeals", "queue_of", "released_first"]


@dataclass(slots=True)
class Shown:
    """A comment as one reader sees it: ``text`` is empty where they may only see that something was there."""

    comment: Comment
    author: str
    own: bool
    text: str
    notice: str
    editable: bool
    answers: list[Shown] = field(default_factory=list)


def name_of(person: Person | None) -> str:
    """Return the name a comment stands under; never an e-mail address."""
    if person is None:
        return _("Former account")
    return person.get_full_name() or _("Somebody without a name given")


def discussion_of(target: models.Model, person: Person | AnonymousUser) -> list[Shown]:
    """Return the discussion of a thing for one reader, the oldest first, answers below what they answer.

    Two queries however long it is. Comments that wait are shown to their author and the office alone.
    """
    region = target_type(target).region(target)
    office = may_moderate(person, region)
    rows = Comment.objects.in_region(region).of(target).select_related("author")
    if not office:
        own = Q(author=person) if person.is_authenticated else Q(pk__in=[])
        rows = rows.filter(~Q(state=Comment.State.WAITING) | own)
    shown = {row.pk: _shown(row, person, office=office) for row in rows}
    top: list[Shown] = []
    for one in shown.values():
        parent = shown.get(one.comment.parent_id) if one.comment.parent_id else None
        (parent.answers if parent else top).append(one)
    return [one for one in top if one.text or one.answers or one.notice]


def _shown(row: Comment, person: Person | AnonymousUser, *, office: bool) -> Shown:
    readable = may_read_text(person, row, office=office)
    notices = {
        Comment.State.WAITING: _("This comment waits for release by the office."),
        Comment.State.HIDDEN: _("This comment was hidden by the office."),
        Comment.State.REMOVED: _("This comment was removed by the office."),
        Comment.State.WITHDRAWN: _("This comment was withdrawn by its author."),
    }
    return Shown(
        comment=row, author=name_of(row.author) if readable else "", text=row.text if readable else "",
        own=person.is_authenticated and row.author_id == person.pk,
        notice=str(notices.get(Comment.State(row.state), "")), editable=may_change(person, row),
    )  # fmt: skip


def comment_counts(targets: list[models.Model]) -> dict[int, int]:
    """Return the number of visible comments on each of several things of one model and region, with one query."""
    if not targets:
        return {}
    region = target_type(targets[0]).region(targets[0])
    rows = Comment.objects.in_region(region).filter(
        target_type=ContentType.objects.get_for_model(targets[0]), target_id__in=[one.pk for one in targets],
        state=Comment.State.VISIBLE,
    )  # fmt: skip
    counted = rows.order_by().values_list("target_id").annotate(number=Count("pk"))
    return dict(counted)


def queue_of(region: Region) -> models.QuerySet[Any]:
    """Return the comments that wait for the office: for release, or with open reports; the oldest first."""
    rows = Comment.objects.in_region(region).select_related("author", "target_type")
    waiting = Q(state=Comment.State.WAITING)
    return (
        rows.annotate(open_reports=Count("reports", filter=Q(reports__decision__isnull=True)))
        .filter(waiting | Q(open_reports__gt=0))
        .order_by("created_at", "pk")
    )


def open_appeals(region: Region) -> models.QuerySet[Any]:
    """Return the appeals that nobody answered yet."""
    rows = Appeal.objects.in_region(region).filter(settled_at__isnull=True)
    return rows.select_related("decision__comment__author", "decision__by")


def released_first(region: Region) -> bool:
    """Tell whether comments wait for release in this region."""
    return bool(DiscussionSetting.objects.in_region(region).filter(released_first=True).exists())
