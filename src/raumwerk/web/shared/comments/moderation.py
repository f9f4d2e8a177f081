"""Deeds of moderation: report, decide with a reason, appeal, answer the appeal."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from raumwerk.errors import ConflictError, InputError, Problem
from raumwerk.web.people.models import Person
from raumwerk.web.regions.models import Region
from raumwerk.web.shared.audit.actions import record
from raumwerk.web.shared.comments.actions import announce, tell_office
from raumwerk.web.shared.comments.models import (
    Appeal,
    Comment,
    Decision,
    Deed,
    DiscussionSetting,
    Reason,
    Report,
)
from raumwerk.web.shared.comments.rules import may_moderate
from raumwerk.web.shared.notify.actions import notify
from raumwerk.web.shared.targets import target_type, title_of

__all__ = ["MOVES", "answer_appeal", "appeal", "decide", "report_comment", "set_released_first"]

_STATE = Comment.State
#: From which states a decision leads to which.
MOVES: dict[str, tuple[tuple[str, ...], str]] = {
    Deed.KEEP: ((_STATE.VISIBLE,), _STATE.VISIBLE),
    Deed.RELEASE: ((_STATE.WAITING,), _STATE.VISIBLE),
    Deed.HIDE: ((_STATE.VISIBLE, _STATE.WAITING), _STATE.HIDDEN),
    Deed.REMOVE: ((_STATE.VISIBLE, _STATE.WAITING, _STATE.HIDDEN), _STATE.REMOVED),
    Deed.RESTORE: ((_STATE.HIDDEN, _STATE.REMOVED), _STATE.VISIBLE),
}


@transaction.atomic
def report_comment(comment: Comment, reason: str, text: str = "", *, by: Person | None) -> Report:
    """Tell the office that a comment breaks the rules; open to everybody who can read it.

    Raises
    ------
    ConflictError
        When it is not visible any more, or the same person's report is still open.
    """
    if comment.state != _STATE.VISIBLE:
        raise ConflictError(_("This comment is not visible any more."))
    open_ones = comment.reports.in_region(comment.region).filter(decision__isnull=True)
    if by is not None and open_ones.filter(by=by).exists():
        raise ConflictError(_("You have reported this comment already; the office is looking into it."))
    first = not open_ones.exists()
    made: Report = Report.objects.create(
        region=comment.region, comment=comment, reason=Reason(reason), text=text.strip()[:1000], by=by
    )
    record("report_comment", f"{title_of(comment.target)}: {comment}", by=by, region=comment.region, reason=reason)
    if first:
        tell_office(comment, gettext_noop("A comment on “%(title)s” was reported."))
    return made


@transaction.atomic
def decide(comment: Comment, deed: str, reason: str, *, by: Person) -> Decision:
    """Decide about a comment. Author and reporters are told what and why; open reports are settled.

    Raises
    ------
    PermissionDenied
        When `by` does not run the office, or wrote the comment.
    InputError
        When no reason is given.
    ConflictError
        When the comment's state does not allow the deed: somebody else decided first.
    """
    if not may_moderate(by, comment.region) or comment.author_id == by.pk:
        raise PermissionDenied
    if not reason.strip():
        raise InputError(Problem(_("The decision needs a reason: its author is told"), column="reason"))
    made = _decide(comment, Deed(deed), reason.strip(), by)
    if made.deed == Deed.RELEASE:
        announce(comment, comment.parent.author if comment.parent else None)
    return made


def _decide(comment: Comment, deed: Deed, reason: str, by: Person) -> Decision:
    sources, target_state = MOVES[deed]
    held = Comment.objects.in_region(comment.region).filter(pk=comment.pk, state__in=sources)
    if not held.update(state=target_state):
        comment.refresh_from_db()
        told = _("“%(deed)s” is not possible: the comment is now “%(state)s”.")
        raise ConflictError(told % {"deed": deed.label, "state": _STATE(comment.state).label})
    comment.state = target_state
    made: Decision = Decision.objects.create(
        region=comment.region, comment=comment, deed=deed, reason=reason[:1000], by=by
    )
    settled = list(comment.reports.in_region(comment.region).filter(decision__isnull=True).select_related("by"))
    comment.reports.in_region(comment.region).filter(decision__isnull=True).update(decision=made)
    record("decide_on_comment", f"{title_of(comment.target)}: {comment}", by=by, region=comment.region, deed=deed)
    _tell(made, [one.by for one in settled if one.by])
    return made


@translation.override("de")
def _tell(decision: Decision, reporters: list[Person]) -> None:
    comment, region = decision.comment, decision.region
    told = {"title": title_of(comment.target), "deed": Deed(decision.deed).label}
    url = _page_of(decision)
    if comment.author is not None and decision.deed != Deed.KEEP:
        notify(
            people=[comment.author], region=region, kind="moderation", url=url, about=comment.target,
            text=_("The office decided on your comment on “%(title)s”: %(deed)s.") % told,
        )  # fmt: skip
    kind = target_type(comment.target)
    readers = [one for one in reporters if one != comment.author and kind.may_read(one, comment.target)]
    notify(
        people=readers, region=region, kind="moderation", url=url, about=comment.target,
        text=_("The office decided on a comment on “%(title)s” that you reported: %(deed)s.") % told,
    )  # fmt: skip


@transaction.atomic
def appeal(decision: Decision, text: str, *, by: Person) -> Appeal:
    """Object to a decision on one's own comment.

    Raises
    ------
    ConflictError
        When that was done already, or a later decision has replaced this one.
    """
    comment = decision.comment
    if comment.author_id != by.pk:
        raise PermissionDenied
    if not text.strip():
        raise InputError(Problem(_("Please say why the decision is wrong"), column="text"))
    latest = comment.decisions.in_region(decision.region).first()
    if latest != decision or Appeal.objects.in_region(decision.region).filter(decision=decision).exists():
        raise ConflictError(_("There is an appeal against this decision already, or a later decision has replaced it."))
    made: Appeal = Appeal.objects.create(region=decision.region, decision=decision, text=text.strip()[:2000])
    record("appeal", f"{title_of(comment.target)}: {comment}", by=by, region=decision.region)
    tell_office(comment, gettext_noop("There is an appeal against a decision on a comment on “%(title)s”."))
    return made


@transaction.atomic
def answer_appeal(made: Appeal, *, granted: bool, answer: str, by: Person) -> None:
    """Answer an appeal; when it is granted, the comment is visible again.

    Raises
    ------
    PermissionDenied
        When `by` does not run the office, wrote the comment, or took the decision (administration may answer).
    ConflictError
        When it was answered already.
    """
    comment, decision = made.decision.comment, made.decision
    decided_self = decision.by_id == by.pk and not by.is_superuser
    if not may_moderate(by, made.region) or comment.author_id == by.pk or decided_self:
        raise PermissionDenied
    if not answer.strip():
        raise InputError(Problem(_("The answer needs a reason: its author is told"), column="answer"))
    held = Appeal.objects.in_region(made.region).filter(pk=made.pk, settled_at__isnull=True)
    done = held.update(granted=granted, answer=answer.strip()[:1000], settled_by=by, settled_at=timezone.now())
    if not done:
        raise ConflictError(_("Somebody else answered this appeal already."))
    record("answer_appeal", f"{title_of(comment.target)}: {comment}", by=by, region=made.region, granted=granted)
    if granted and comment.state in MOVES[Deed.RESTORE][0]:
        _decide(comment, Deed.RESTORE, answer.strip(), by)
    else:
        _tell_answer(decision)


@translation.override("de")
def _tell_answer(decision: Decision) -> None:
    comment, told = decision.comment, _("Your appeal about your comment on “%(title)s” was answered.")
    if comment.author is not None:
        notify(
            people=[comment.author], region=decision.region, kind="moderation", url=_page_of(decision),
            text=told % {"title": title_of(comment.target)}, about=comment.target,
        )  # fmt: skip


def _page_of(decision: Decision) -> str:
    return reverse("comments:decision", kwargs={"region": decision.region.slug, "number": decision.pk})


@transaction.atomic
def set_released_first(region: Region, *, wanted: bool, by: Person) -> None:
    """Let comments of a region wait for release, or appear at once."""
    if not may_moderate(by, region):
        raise PermissionDenied
    DiscussionSetting.objects.in_region(region).update_or_create(region=region, defaults={"released_first": wanted})
    record("set_released_first", region.slug, by=by, region=region, wanted=wanted)
