"""Pages of minutes. What was typed in outlives an expired session and a colleague who saved in between."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from raumwerk.errors import ConflictError, RaumwerkError
from raumwerk.web.forum.actions import minutes as deeds
from raumwerk.web.forum.forms.meetings import RemarkForm
from raumwerk.web.forum.models import AgendaItem, Meeting, Minutes, MinutesRemark
from raumwerk.web.forum.queries.bodies import names_shown
from raumwerk.web.forum.queries.meetings import (
    attendance_of,
    found,
    items_seen,
    minutes_entries,
    minutes_seen,
    resolutions_seen,
    votes_seen,
)
from raumwerk.web.forum.states import MINUTES
from raumwerk.web.forum.views.deeds import Button, Refused, press, words_of
from raumwerk.web.forum.views.frame import actor, allow, audience, crumb, forum_page
from raumwerk.web.forum.views.meetings import RUN, asked_meeting, below
from raumwerk.web.forum.views.votes import result_rows
from raumwerk.web.kit.limits import within_limit
from raumwerk.web.kit.refusals import status_of
from raumwerk.web.regions.shortcuts import RegionRequest, region_view
from raumwerk.web.shared.visibility import Audience

__all__ = ["decisions_of", "minutes", "minutes_edit"]

KEPT = "minutes-kept"  # in the session: text that came after it had expired
LONGEST = 300_000  # characters kept for somebody who is not signed in
REMARK = "forum.remark_minutes"


def decisions_of(meeting: Meeting, seen: Audience) -> list[dict[str, Any]]:
    """Return the votes of a meeting with their results, as the reader may know of them."""
    votes = votes_seen(meeting.region, seen).filter(meeting=meeting, state__in=("closed", "published")).order_by("pk")
    resolved = {one.vote_id: one for one in resolutions_seen(meeting.region, seen).filter(vote__meeting=meeting)}
    return [
        {"vote": vote, "rows": result_rows(vote.result), "resolution": resolved.get(vote.pk), "item": vote.item_id}
        for vote in votes
    ]


@region_view
@require_http_methods(["GET", "HEAD", "POST"])
def minutes(request: RegionRequest, number: int) -> HttpResponse:
    """Show the minutes of a meeting in the edition that holds, or in the one asked for."""
    meeting = asked_meeting(request, number)
    seen = audience(request)
    editions = minutes_seen(meeting, seen)
    one = _edition(editions, request.GET.get("fassung", ""))
    outcome = Refused()
    if request.method == "POST":
        answered = press(request, _buttons(request, meeting, one), request.path)
        if not isinstance(answered, Refused):
            return answered
        outcome = answered
        one = _edition(minutes_seen(meeting, seen), "")
    return _show(request, meeting, one, editions, outcome)


def _edition(editions: list[Minutes], asked: str) -> Minutes | None:
    """Return the edition asked for; else the newest one the reader may see."""
    for one in editions:
        if str(one.edition) == asked:
            return one
    return editions[0] if editions else None


def _buttons(request: RegionRequest, meeting: Meeting, one: Minutes | None) -> dict:
    by, given = actor(request), request.POST
    begin = {
        "begin": lambda: Button(RUN, meeting, lambda: deeds.begin_minutes(meeting, by=by), _("The minutes are begun.")),
    }  # fmt: skip
    if one is None:
        return begin

    def remark() -> object:
        item = given.get("item", "")
        items = AgendaItem.objects.in_region(meeting.region).filter(meeting=meeting).readable(audience(request))
        on = items.filter(pk=int(item)).first() if item.isascii() and item.isdigit() and len(item) < 19 else None
        return deeds.remark_minutes(one, by=by, text=given.get("text", "")[:4000], item=on)

    def answer(taken: bool) -> object:
        key = given.get("remark", "")
        rows = MinutesRemark.objects.in_region(meeting.region).filter(minutes=one)
        which = found(rows, int(key) if key.isascii() and key.isdigit() and len(key) < 19 else 0)
        return deeds.answer_remark(which, by=by, taken=taken, answer=given.get("answer", "")[:500])

    reason = given.get("reason", "")[:300]
    moved, asked = _("It has been noted."), _("Those who were there are asked.")
    return begin | {
        "submit": lambda: Button(RUN, one, lambda: deeds.submit_minutes(one, by=by), asked),
        "remark": lambda: Button(REMARK, one, remark, _("Thank you. Your remark has been noted.")),
        "taken": lambda: Button(RUN, one, lambda: answer(True), moved),
        "not_taken": lambda: Button(RUN, one, lambda: answer(False), moved),
        "return": lambda: Button(RUN, one, lambda: deeds.return_minutes(one, by=by), moved),
        "approve": lambda: Button(RUN, one, lambda: deeds.approve_minutes(one, by=by), _("The minutes are approved.")),
        "publish": lambda: Button(RUN, one, lambda: deeds.publish_minutes(one, by=by), _("The minutes are published.")),
        "renew": lambda: Button(RUN, one, lambda: deeds.new_edition(one, by=by, reason=reason),
                                _("A new version is begun; the old one holds until it is published.")),
    }  # fmt: skip


def _show(
    request: RegionRequest, meeting: Meeting, one: Minutes | None, editions: list[Minutes], refused: Refused
) -> HttpResponse:
    seen = audience(request)
    inside = seen.office or meeting.body_id in seen.bodies
    may_run, may_remark = request.user.has_perm(RUN, meeting), one is not None and request.user.has_perm(REMARK, one)
    remarks = MinutesRemark.objects.in_region(meeting.region).filter(minutes=one).select_related("person", "item")
    decisions = decisions_of(meeting, seen)
    entries = [
        (number, entry, [each for each in decisions if each["item"] == entry.item_id])
        for number, entry in (minutes_entries(one, seen) if one else [])
    ]
    return forum_page(
        request, "minutes.html", *below(meeting), crumb(pgettext("of one meeting", "Minutes")), meeting=meeting,
        minutes=one, editions=editions,
        entries=entries, refused=refused, status=refused.status, may_run=may_run,
        state=MINUTES.state(one.state).label_for() if one else "",
        moves={move.name for move in MINUTES.open_moves(one.state)} if one and may_run else set(),
        may_remark=may_remark and one is not None and one.state == "in_comment",
        remarks=list(remarks) if one and (inside or may_remark) else [],
        form=RemarkForm(items=items_seen(meeting, seen)), named=names_shown(meeting.body, seen) or inside,
        attendance=attendance_of(meeting), holds=next((each for each in editions if each.state == "published"), None),
    )  # fmt: skip


@region_view
@require_http_methods(["GET", "HEAD", "POST"])
def minutes_edit(request: RegionRequest, number: int) -> HttpResponse:
    """Write the minutes.

    Where the session has expired, the text is put into the new one and stands in the form again after signing in.
    """
    if not request.user.is_authenticated:
        return _keep_text(request, number)
    meeting = asked_meeting(request, number)
    if refused := allow(request, RUN, meeting):
        return refused
    one = Minutes.objects.in_region(request.region).filter(meeting=meeting).select_related("meeting__body").first()
    if one is None or one.state != "draft":
        return redirect("forum:minutes", region=request.region.slug, number=number)
    kept = request.session.pop(KEPT, None)
    kept = kept if kept and kept.get("number") == number else None
    problem, status = "", 200
    given = _given(request.POST) if request.method == "POST" else (kept or {}).get("text")
    if request.method == "POST" and given is not None:
        try:
            deeds.save_minutes(one, by=actor(request), revision=given["revision"], summary=given["summary"],
                               texts={int(key): text for key, text in given["items"].items()})  # fmt: skip
        except RaumwerkError as error:
            problem, status = words_of(error), status_of(error)
            one.refresh_from_db()
            given["newer"] = isinstance(error, ConflictError)
        else:
            to = "minutes" if request.POST.get("then") == "show" else "minutes-edit"
            return redirect(f"forum:{to}", region=request.region.slug, number=number)
    return _form(request, meeting, one, given, problem=problem, status=status, restored=kept is not None)


def _given(posted: Any) -> dict[str, Any]:
    """Read what was typed in: the general part, and the text of each item."""
    revision = posted.get("revision", "")
    items = {name[5:]: posted[name] for name in posted if name.startswith("item-") and name[5:].isdigit()}
    return {
        "revision": int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 10 else -1,
        "summary": posted.get("summary", ""),
        "items": {key: text for key, text in items.items() if key.isascii() and len(key) < 19},
    }


def _keep_text(request: RegionRequest, number: int) -> HttpResponse:
    address = reverse("forum:minutes-edit", kwargs={"region": request.region.slug, "number": number})
    if request.method == "POST" and within_limit(request, "minutes-kept", times=20, seconds=3600):
        given = _given(request.POST)
        if len(given["summary"]) + sum(map(len, given["items"].values())) <= LONGEST:
            request.session[KEPT] = {"number": number, "text": given}
    return redirect_to_login(address)


def _form(
    request: RegionRequest, meeting: Meeting, one: Minutes, given: dict[str, Any] | None, *, problem: str, status: int,
    restored: bool,
) -> HttpResponse:  # fmt: skip
    entries = []
    for place, entry in minutes_entries(one, audience(request)):
        typed = given["items"].get(str(entry.item_id)) if given else None
        clash = typed is not None and typed != entry.text and bool(given and given.get("newer"))
        entries.append(
            {
                "place": place, "item": entry.item, "text": entry.text if typed is None else typed,
                "newer": entry.text if clash else "",
            }
        )  # fmt: skip
    summary = one.summary if given is None else given["summary"]
    # After a clash the form carries the revision that holds now: saving again is then a decision, not an accident.
    revision = given["revision"] if restored and given else one.revision
    return forum_page(
        request, "minutes_edit.html", *below(meeting), crumb(_("Write the minutes")), meeting=meeting, minutes=one,
        entries=entries, summary=summary, revision=revision, problem=problem, restored=restored, status=status,
        newer_summary=one.summary if given and given.get("newer") and summary != one.summary else "",
        decisions=decisions_of(meeting, audience(request)),
    )  # fmt: skip
