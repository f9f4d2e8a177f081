"""Deeds in discussions: write, change, withdraw. Text of people never enters the log."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from raumwerk.errors import ConflictError, InputError, Problem
from raumwerk.web.people.models import Membership, Person, Role
from raumwerk.web.regions.models import Region
from raumwerk.web.shared.audit.actions import record
from raumwerk.web.shared.comments.models import LONGEST, Comment
from raumwerk.web.shared.comments.queries import name_of, released_first
from raumwerk.web.shared.comments.rules import may_change, may_moderate, may_write
from raumwerk.web.shared.notify.actions import follow, notify, notify_followers
from raumwerk.web.shared.targets import target_type, title_of, url_of

__all__ = [
    "announce", "change_comment", "office_people", "place_of", "tell_office", "withdraw_comment", "write_comment",
]  # fmt: skip

#: So many comments of one person in so much time, before more are refused.
FLOOD = ((timedelta(minutes=10), 6), (timedelta(days=1), 40))


@transaction.atomic
def write_comment(target: models.Model, text: str, *, by: Person, parent: Comment | None = None) -> Comment:
    """Add a comment to the discussion of a thing; the author follows the thing from then on.

    Raises
    ------
    PermissionDenied
        When `by` may not take part there.
    InputError
        When the text is empty, too long, or was just written here by the same person.
    ConflictError
        When the answered comment is gone, or `by` wrote too much in too short a time.
    """
    if not may_write(by, target):
        raise PermissionDenied
    region = target_type(target).region(target)
    said, asked = _checked(text), parent.author if parent else None
    if parent is not None:
        parent = _answerable(parent, target)
    _refuse_flood(region, target, said, by)
    waits = released_first(region) and not may_moderate(by, region)
    made: Comment = Comment.objects.create(
        region=region, target_type=ContentType.objects.get_for_model(target), target_id=target.pk, parent=parent,
        author=by, text=said, state=Comment.State.WAITING if waits else Comment.State.VISIBLE,
    )  # fmt: skip
    record("write_comment", f"{title_of(target)}: {made}", by=by, region=region)
    follow(target, by=by)
    if waits:
        tell_office(made, gettext_noop("A comment on “%(title)s” waits for release."))
    else:
        announce(made, asked)
    return made


@translation.override("de")
def tell_office(comment: Comment, sentence: str) -> None:
    """Tell the office about a comment; `sentence` is a text to translate with the thing's ``title``."""
    region = comment.region
    notify(
        people=[person for person in office_people(region) if person.pk != comment.author_id],
        region=region, kind="moderation_office", text=_(sentence) % {"title": title_of(comment.target)},
        url=reverse("comments:desk", kwargs={"region": region.slug, "number": comment.pk}), about=comment.target,
    )  # fmt: skip


@translation.override("de")
def announce(comment: Comment, asked: Person | None) -> None:
    """Tell the author of the answered comment, `asked`, and the followers of the thing."""
    target: Any = comment.target
    by = comment.author
    told = {"title": title_of(target), "name": name_of(by)}
    skipped = [one for one in (by, asked) if one]
    if asked is not None and asked != by and target_type(target).may_read(asked, target):
        notify(
            people=[asked], region=comment.region, kind="answer", url=place_of(comment), about=target,
            text=_("%(name)s answered your comment on “%(title)s”.") % told,
        )  # fmt: skip
    notify_followers(
        target, kind="comment", url=place_of(comment), not_to=skipped,
        text=_("%(name)s commented on “%(title)s”.") % told,
    )  # fmt: skip


def place_of(comment: Comment) -> str:
    """Return the path that leads to a comment."""
    return f"{url_of(comment.target)}#kommentar-{comment.pk}"


def office_people(region: Region) -> list[Person]:
    """Return those who run the office of a region today."""
    rows = Membership.objects.in_region(region).current().filter(role=Role.OFFICE).select_related("person")
    return list({row.person_id: row.person for row in rows}.values())


def _checked(text: str) -> str:
    said = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not said:
        raise InputError(Problem(_("The comment is empty"), advice=_("Please write something."), column="text"))
    if len(said) > LONGEST:
        told = _("The comment has %(length)s characters") % {"length": len(said)}
        raise InputError(Problem(told, expected=_("at most %(most)s") % {"most": LONGEST}, column="text"))
    return said


def _answerable(parent: Comment, target: models.Model) -> Comment:
    """Return the comment an answer is put below: answers to answers stand beside each other."""
    kind = ContentType.objects.get_for_model(target)
    if (parent.target_type_id, parent.target_id) != (kind.pk, target.pk):
        raise PermissionDenied
    if parent.state != Comment.State.VISIBLE:
        raise ConflictError(_("The comment you are answering is no longer there."))
    return parent.parent or parent


def _refuse_flood(region: Region, target: models.Model, text: str, by: Person) -> None:
    # Held until the comment stands, so that of many written at the same moment each counts those before it.
    Person.objects.select_for_update().get(pk=by.pk)
    now = timezone.now()
    mine = Comment.objects.in_region(region).filter(author=by)
    for span, most in FLOOD:
        if mine.filter(created_at__gt=now - span).count() >= most:
            minutes = int(span.total_seconds() // 60)
            told = ngettext(
                "You have written %(most)s comments within one minute.",
                "You have written %(most)s comments within %(minutes)s minutes.",
                minutes,
            )
            advice = _("Your text is kept in the form; please send it a little later.")
            raise ConflictError(f"{told % {'most': most, 'minutes': minutes}} {advice}")
    if mine.of(target).filter(text=text, created_at__gt=now - timedelta(days=1)).exists():
        raise InputError(Problem(_("You have already written this comment here"), column="text"))


@transaction.atomic
def change_comment(comment: Comment, text: str, *, by: Person) -> None:
    """Change one's own comment while that is still possible.

    Raises
    ------
    ConflictError
        When it is too late.
    """
    if comment.author_id != by.pk or not may_write(by, comment.target):
        raise PermissionDenied
    if not may_change(by, comment):
        raise ConflictError(_("A comment can be changed for 15 minutes after it was written, and this time is over."))
    comment.text, comment.edited_at = _checked(text), timezone.now()
    comment.save(update_fields=["text", "edited_at"])
    record("change_comment", f"{title_of(comment.target)}: {comment}", by=by, region=comment.region)


@transaction.atomic
def withdraw_comment(comment: Comment, *, by: Person) -> None:
    """Take one's own comment back: its text is erased, its place in the discussion stays.

    Raises
    ------
    ConflictError
        When the office has decided on it, or reports of it are open: what is being examined is not erased.
    """
    if comment.author_id != by.pk:
        raise PermissionDenied
    open_reports = comment.reports.in_region(comment.region).filter(decision__isnull=True).exists()
    if open_reports or comment.state not in (Comment.State.VISIBLE, Comment.State.WAITING):
        raise ConflictError(_("This comment is with the office and cannot be withdrawn at present."))
    comment.text, comment.state = "", Comment.State.WITHDRAWN
    comment.save(update_fields=["text", "state"])
    record("withdraw_comment", f"{title_of(comment.target)}: {comment}", by=by, region=comment.region)
