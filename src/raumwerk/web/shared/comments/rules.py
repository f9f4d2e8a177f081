"""Who may read, write, report and moderate. The thing that is discussed decides first."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from raumwerk.web.people.models import Person
from raumwerk.web.shared.comments.models import EDIT_WINDOW, Comment
from raumwerk.web.shared.targets import target_type

__all__ = ["may_change", "may_moderate", "may_read_text", "may_write"]


def may_write(person: Person | AnonymousUser, target: Any) -> bool:
    """Tell whether somebody may take part in the discussion of a thing."""
    kind = target_type(target)
    return bool(person.is_authenticated and kind.may_read(person, target) and kind.may_discuss(person, target))


def may_moderate(person: Person | AnonymousUser, region: Any) -> bool:
    """Tell whether somebody decides about comments in a region."""
    return bool(person.is_authenticated and person.has_perm("regions.run_office", region))


def may_read_text(person: Person | AnonymousUser, comment: Comment, *, office: bool) -> bool:
    """Tell whether somebody reads what a comment says; that it is there, everybody sees who reads the thing."""
    if comment.state == Comment.State.VISIBLE:
        return True
    if comment.state == Comment.State.WITHDRAWN:
        return False
    return office or (person.is_authenticated and comment.author_id == person.pk)


def may_change(person: Person | AnonymousUser, comment: Comment) -> bool:
    """Tell whether the author may still change the text: a quarter of an hour, and not once somebody decided on it."""
    return bool(
        person.is_authenticated
        and comment.author_id == person.pk
        and comment.state in (Comment.State.VISIBLE, Comment.State.WAITING)
        and timezone.now() <= comment.created_at + EDIT_WINDOW
    )
