"""Pages of resolutions and of what becomes of them."""

from __future__ import annotations

from functools import partial

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from raumwerk.web.forum.actions import resolutions as deeds
from raumwerk.web.forum.forms.meetings import AnswerForm, CompleteForm, ForwardForm
from raumwerk.web.forum.models import Forwarding, Meeting, Resolution
from raumwerk.web.forum.queries.bodies import bodies_seen, founded_by
from raumwerk.web.forum.queries.meetings import forwardings_of, found, meetings_seen, resolutions_seen, tasks_seen
from raumwerk.web.forum.states import RESOLUTION
from raumwerk.web.forum.views.deeds import Button, Refused, press
from raumwerk.web.forum.views.frame import actor, address, allow, audience, crumb, form_page, forum_page
from raumwerk.web.forum.views.meetings import ON_A_PAGE, RUN
from raumwerk.web.forum.views.votes import result_rows
from raumwerk.web.regions.shortcuts import RegionRequest, region_view
from raumwerk.web.shared.visibility import Audience

__all__ = ["answer", "asked_resolution", "complete", "forward", "resolution", "resolution_list"]

FOLLOW_UP = "forum.follow_up_resolution"


@region_view
@require_safe
def resolution_list(request: RegionRequest) -> HttpResponse:
    """List resolutions, the latest first, by body and by whether they are answered."""
    seen = audience(request)
    bodies = bodies_seen(request.region, seen)
    rows = resolutions_seen(request.region, seen).order_by("-adopted_on", "-pk")
    chosen = next((one for one in bodies if one.slug == request.GET.get("gremium")), None)
    if chosen is not None:
        rows = rows.filter(body=chosen)
    waiting = Forwarding.objects.in_region(request.region).filter(answered_on=None)
    if request.GET.get("offen"):
        rows = rows.filter(pk__in=waiting.values("resolution"))
    page = Paginator(rows.select_related("replaced_by__body"), ON_A_PAGE).get_page(request.GET.get("seite"))
    shown = [one.pk for one in page]
    unanswered = set(waiting.filter(resolution__in=shown).values_list("resolution", flat=True))
    query = request.GET.copy()
    query.pop("seite", None)
    return forum_page(
        request, "resolutions.html", crumb(_("Resolutions")), page=page, bodies=bodies, chosen=chosen,
        unanswered=unanswered, waiting=bool(request.GET.get("offen")), query=query.urlencode(),
    )  # fmt: skip


def asked_resolution(request: RegionRequest, number: int) -> Resolution:
    """Return the resolution of the address as far as the reader may know of it."""
    rows = resolutions_seen(request.region, audience(request)).select_related(
        "body", "region", "replaces__body", "replaced_by__body", "vote__meeting", "motion"
    )
    one: Resolution = found(rows, number)
    return one


def _below(one: Resolution) -> tuple[dict[str, str], dict[str, str]]:
    slug = one.region.slug
    return crumb(_("Resolutions"), "resolutions", region=slug), crumb(one.reference, "resolution", region=slug,
                                                                     number=one.pk)  # fmt: skip


@region_view
@require_http_methods(["GET", "HEAD", "POST"])
def resolution(request: RegionRequest, number: int) -> HttpResponse:
    """Show a resolution with its result, where it was sent, what was answered, and the tasks it led to."""
    one = asked_resolution(request, number)
    outcome = Refused()
    if request.method == "POST":
        buttons = {
            "publish": lambda: Button(RUN, one, lambda: deeds.publish_resolution(one, by=actor(request)),
                                      _("The resolution is published.")),
        }  # fmt: skip
        answered = press(request, buttons, request.path)
        if not isinstance(answered, Refused):
            return answered
        outcome = answered
    seen = audience(request)
    newer = getattr(one, "replaced_by", None)
    older = one.replaces
    known = set(resolutions_seen(one.region, seen).filter(pk__in=[each.pk for each in (newer, older) if each])
                .values_list("pk", flat=True))  # fmt: skip
    today = timezone.localdate()
    return forum_page(
        request, "resolution.html", _below(one)[0], crumb(one.reference), resolution=one, refused=outcome,
        state=RESOLUTION.state(one.state).label_for(), rows=result_rows(one.result) if one.result else None,
        newer=newer if newer and newer.pk in known and newer.state == "published" else None,
        older=older if older and older.pk in known else None, forwardings=list(forwardings_of(one)),
        tasks=list(tasks_seen(one.region, seen).filter(resolution=one)), may_run=request.user.has_perm(RUN, one),
        may_follow=request.user.has_perm(FOLLOW_UP, one), inside=seen.member or one.body_id in seen.bodies,
        meeting=_meeting(one, seen), founded=founded_by(one, seen),
        expired=one.valid_until is not None and one.valid_until < today, status=outcome.status,
    )  # fmt: skip


def _meeting(one: Resolution, seen: Audience) -> Meeting | None:
    """Return the meeting that resolved it, as far as the reader may know of it: a resolution may be more open."""
    if one.vote is None or one.vote.meeting_id is None:
        return None
    held: Meeting | None = meetings_seen(one.region, seen).filter(pk=one.vote.meeting_id).first()
    return held


@region_view
@require_http_methods(["GET", "HEAD", "POST"])
def complete(request: RegionRequest, number: int) -> HttpResponse:
    """Complete a resolution before it is published."""
    one = asked_resolution(request, number)
    if refused := allow(request, RUN, one):
        return refused
    form = CompleteForm(request.POST or None, seen=audience(request), instance=one)
    title = _("Complete the resolution")
    return form_page(
        request,
        form,
        partial(deeds.complete_resolution, one),
        said=_("The change has been saved."),
        to=address(request, "resolution", number=number),
        title=title,
        trail=_below(one),
        note=_("The wording stays as it was voted on."),
    )


@region_view
@require_http_methods(["GET", "HEAD", "POST"])
def forward(request: RegionRequest, number: int) -> HttpResponse:
    """Send a resolution to an addressee."""
    one = asked_resolution(request, number)
    if refused := allow(request, FOLLOW_UP, one):
        return refused
    form = ForwardForm(
        request.POST or None, region=request.region, person=request.user, initial={"to_name": one.addressee}
    )
    title = _("Send to an addressee")
    return form_page(
        request,
        form,
        partial(deeds.forward_resolution, one),
        said=_("The resolution is on its way."),
        to=address(request, "resolution", number=number),
        title=title,
        trail=_below(one),
        danger=True,
    )


@region_view
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: RegionRequest, number: int, forwarding: int) -> HttpResponse:
    """Note what the addressee answered."""
    one = asked_resolution(request, number)
    if refused := allow(request, FOLLOW_UP, one):
        return refused
    sent: Forwarding = found(forwardings_of(one), forwarding)
    form = AnswerForm(request.POST or None)
    title = _("Note the answer of %(addressee)s") % {"addressee": sent.to_name}
    return form_page(
        request,
        form,
        partial(deeds.note_answer, sent),
        said=_("The answer has been noted."),
        to=address(request, "resolution", number=number),
        title=title,
        trail=_below(one),
    )
