"""Pages of agenda items and motions."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from raumwerk.web.forum.actions import agenda as deeds
from raumwerk.web.forum.actions import motions as motion_deeds
from raumwerk.web.forum.actions.votes import create_vote
from raumwerk.web.forum.forms.meetings import ItemForm, MotionForm, ReasonForm, VoteForm
from raumwerk.web.forum.models import AgendaItem, Body, ConflictOfInterest, Motion, Vote
from raumwerk.web.forum.queries.bodies import names_shown
from raumwerk.web.forum.queries.meetings import agenda_of, found, items_seen, motions_seen, votes_seen
from raumwerk.web.forum.states import MOTION
from raumwerk.web.forum.views.deeds import Button, Refused, press
from raumwerk.web.forum.views.frame import actor, address, allow, audience, crumb, do, form_page, forum_page, with_body
from raumwerk.web.forum.views.meetings import RUN, asked_meeting, below
from raumwerk.web.regions.shortcuts import RegionRequest, region_view

__all__ = ["item", "item_edit", "item_new", "motion", "motion_edit", "motion_new", "vote_new"]

TAKE_PART = "forum.take_part_in_body"


def _asked_item(request: RegionRequest, number: int, item: int) -> AgendaItem:
    one: AgendaItem = found(items_seen(asked_meeting(request, number), audience(request)), item)
    return one


@region_view
@require_http_methods(["GET", "HEAD", "POST"])
def item_new(request: RegionRequest, number: int) -> HttpResponse:
    """Put an item on the agenda."""
    meeting = asked_meeting(request, number)
    if refused := allow(request, RUN, meeting):
        return refused
    form = ItemForm(request.POST or None, meeting=meeting, seen=audience(request))
    title = _("New agenda item")
    note = (
        _("The invitation has been sent: this becomes an addendum, and all are told.") if meeting.agenda_locked else ""
    )
    return form_page(
        request,
        form,
        partial(deeds.add_item, meeting),
        said=_("The item is on the agenda."),
        to=address(request, "meeting", number=number),
        title=title,
        trail=below(meeting),
        note=note,
    )


@region_view
@require_http_methods(["GET", "HEAD", "POST"])
def item_edit(request: RegionRequest, number: int, item: int) -> HttpResponse:
    """Change an item."""
    one = _asked_item(request, number, item)
    if refused := allow(request, RUN, one):
        return refused
    form = ItemForm(request.POST or None, meeting=one.meeting, seen=audience(request), instance=one)
    title = _("Change the agenda item")
    note = (
        _("The invitation has been sent: this becomes an addendum, and all are told.")
        if one.meeting.agenda_locked
        else ""
    )
    return form_page(
        request,
        form,
        partial(deeds.change_item, one),
        said=_("The change has been saved."),
        to=address(request, "item", number=number, item=item),
        title=title,
        trail=below(one.meeting),
        note=note,
    )


@region_view
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: RegionRequest, number: int, item: int) -> HttpResponse:
    """Show an item with its files, motions, votes, declared conflicts and discussion."""
    one = _asked_item(request, number, item)
    outcome = Refused()
    here = below(one.meeting)
    if request.method == "POST":
        back = request.POST.get("deed") == "withdraw" or request.POST.get("back") == "meeting"
        to = here[1]["url"] if back else request.path
        answered = press(request, _item_buttons(request, one), to)
        if not isinstance(answered, Refused):
            return answered
        outcome = answered
    seen = audience(request)
    declared = ConflictOfInterest.objects.in_region(one.region).filter(item=one).select_related("person")
    inside = seen.office or one.meeting.body_id in seen.bodies
    return forum_page(
        request, "item.html", *here, crumb(one.title), item=one, meeting=one.meeting, refused=outcome,
        place={each.pk: place for place, each in agenda_of(one.meeting, seen)}.get(one.pk, ""),
        motions=list(motions_seen(one.region, seen).filter(item=one)),
        votes=list(votes_seen(one.region, seen).filter(item=one).order_by("pk")),
        may_run=request.user.has_perm(RUN, one), takes_part=request.user.has_perm(TAKE_PART, one),
        named=names_shown(one.meeting.body, seen), inside=inside, declared=list(declared) if inside else [],
        mine=any(each.person_id == seen.person_id for each in declared) if seen.person_id else False,
        form=ReasonForm(label=_("Reason of the conflict of interest")), status=outcome.status,
    )  # fmt: skip


def _item_buttons(request: RegionRequest, one: AgendaItem) -> dict:
    by, reason = actor(request), request.POST.get("reason", "")[:300]
    moved = _("The order has been changed.")
    return {
        "up": lambda: Button(RUN, one, lambda: deeds.move_item(one, by=by, up=True), moved),
        "down": lambda: Button(RUN, one, lambda: deeds.move_item(one, by=by, up=False), moved),
        "withdraw": lambda: Button(RUN, one, lambda: deeds.withdraw_item(one, by=by), _("The item is off the agenda.")),
        "conflict": lambda: Button(TAKE_PART, one, lambda: deeds.declare_conflict(one, by, by=by, reason=reason),
                                   _("The conflict of interest has been noted.")),
    }  # fmt: skip


@with_body("forum.submit_motion")
@require_http_methods(["GET", "HEAD", "POST"])
def motion_new(request: RegionRequest, body: Body) -> HttpResponse:
    """Submit a motion to a body."""
    form = MotionForm(request.POST or None, region=request.region, person=request.user)
    title = _("Submit a motion")
    trail = (crumb(body.name, "body", region=request.region.slug, body=body.slug),)
    return form_page(
        request,
        form,
        partial(motion_deeds.submit_motion, body),
        said=_("The motion has been submitted."),
        to=lambda made: address(request, "motion", number=made.pk),
        title=title,
        trail=trail,
    )


def _asked_motion(request: RegionRequest, number: int) -> Motion:
    one: Motion = found(motions_seen(request.region, audience(request)), number)
    return one


def _below_motion(one: Motion) -> tuple[dict[str, str], dict[str, str]]:
    slug = one.region.slug
    return crumb(one.body.name, "body", region=slug, body=one.body.slug), crumb(one.title, "motion", region=slug,
                                                                               number=one.pk)  # fmt: skip


def may_change(request: RegionRequest, one: Motion) -> bool:
    """Tell whether the reader may change a motion: who made it, chair and office."""
    own = request.user.is_authenticated and one.proposed_by_id == request.user.pk
    return request.user.has_perm(RUN, one) or (own and request.user.has_perm(TAKE_PART, one))


@region_view
@require_http_methods(["GET", "HEAD", "POST"])
def motion(request: RegionRequest, number: int) -> HttpResponse:
    """Show a motion, its evidence and its votes."""
    one = _asked_motion(request, number)
    outcome = Refused()
    permission = TAKE_PART if may_change(request, one) else RUN
    if request.method == "POST":
        buttons = {
            "withdraw": lambda: Button(permission, one, lambda: motion_deeds.withdraw_motion(one, by=actor(request)),
                                       _("The motion has been withdrawn.")),
        }  # fmt: skip
        answered = press(request, buttons, request.path)
        if not isinstance(answered, Refused):
            return answered
        outcome = answered
    seen = audience(request)
    votes = list(votes_seen(one.region, seen).filter(motion=one).order_by("pk"))
    open_now = one.state in ("submitted", "admitted")
    return forum_page(
        request, "motion.html", _below_motion(one)[0], crumb(one.title), motion=one, votes=votes, refused=outcome,
        state=MOTION.state(one.state).label_for(), may_change=open_now and may_change(request, one),
        may_run=open_now and request.user.has_perm(RUN, one), named=names_shown(one.body, seen),
        running=any(vote.state in ("created", "open") for vote in votes), status=outcome.status,
    )  # fmt: skip


@region_view
@require_http_methods(["GET", "HEAD", "POST"])
def motion_edit(request: RegionRequest, number: int) -> HttpResponse:
    """Change a motion before a vote on it is prepared."""
    one = _asked_motion(request, number)
    if refused := allow(request, TAKE_PART if may_change(request, one) else RUN, one):
        return refused
    form = MotionForm(request.POST or None, region=request.region, person=request.user, instance=one)
    title = _("Change the motion")
    trail = _below_motion(one)
    return form_page(
        request,
        form,
        partial(motion_deeds.change_motion, one),
        said=_("The change has been saved."),
        to=address(request, "motion", number=number),
        title=title,
        trail=trail,
    )


@region_view
@require_http_methods(["GET", "HEAD", "POST"])
def vote_new(request: RegionRequest, number: int) -> HttpResponse:
    """Prepare a vote on a motion."""
    one = _asked_motion(request, number)
    if refused := allow(request, RUN, one):
        return refused
    form = VoteForm(request.POST or None, body=one.body, seen=audience(request), initial={"item": one.item_id})
    status = 200
    if request.method == "POST":
        made: list[Vote] = []

        def deed() -> None:
            given = form.cleaned_data
            if given["item"] is not None and given["item"].pk != one.item_id:
                motion_deeds.admit_motion(one, given["item"], by=actor(request))
            made.append(create_vote(one, by=actor(request), method=given["method"], item=given["item"],
                                    deadline=given.get("deadline")))  # fmt: skip

        status = do(form, deed)
        if status == 200:
            messages.success(request, _("The vote is prepared. Open it when it is to be cast."))
            return redirect("forum:vote", region=request.region.slug, number=made[0].pk)
    title = _("Prepare a vote")
    return forum_page(request, "form.html", *_below_motion(one), crumb(title), form=form, title=title, status=status)
