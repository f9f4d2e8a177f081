"""Pages of meetings: list, plan, one meeting with its agenda and registration, attendance, proof of sending."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from raumwerk.web.forum.actions import attendance as coming
from raumwerk.web.forum.actions import meetings as deeds
from raumwerk.web.forum.forms.meetings import GuestForm, MeetingForm, SeriesForm
from raumwerk.web.forum.models import Attendance, Body, Meeting, Registration, Seat
from raumwerk.web.forum.queries.bodies import names_shown
from raumwerk.web.forum.queries.meetings import (
    agenda_of,
    attendance_of,
    found,
    meetings_seen,
    minutes_seen,
    registrations_of,
    resolutions_seen,
    votes_seen,
)
from raumwerk.web.forum.queries.roster import meeting_quorum, present_on
from raumwerk.web.forum.rules.bodies import bodies_chaired
from raumwerk.web.forum.states import MEETING
from raumwerk.web.forum.views.deeds import Button, Refused, press
from raumwerk.web.forum.views.frame import actor, address, allow, audience, crumb, do, form_page, forum_page, with_body
from raumwerk.web.regions.shortcuts import RegionRequest, region_view
from raumwerk.web.shared.notify.models import OutgoingMail
from raumwerk.web.shared.notify.outbox import send_again
from raumwerk.web.shared.visibility import visible

__all__ = ["asked_meeting", "attendance", "below", "meeting", "meeting_edit", "meeting_list", "meeting_new", "sent"]

ON_A_PAGE = 25
RUN = "forum.run_body"
OFFICE = "regions.run_office"


def asked_meeting(request: RegionRequest, number: int) -> Meeting:
    """Return the meeting of the address as far as the reader may know of it."""
    one: Meeting = found(meetings_seen(request.region, audience(request)), number)
    return one


def below(meeting: Meeting) -> tuple[dict[str, str], dict[str, str]]:
    """Return the steps down to a page below a meeting."""
    slug = meeting.region.slug
    return (
        crumb(_("Meetings"), "meetings", region=slug),
        crumb(meeting.title, "meeting", region=slug, number=meeting.pk),
    )


@region_view
@require_safe
def meeting_list(request: RegionRequest) -> HttpResponse:
    """List the meetings to come and those that are over."""
    rows = meetings_seen(request.region, audience(request))
    past = Paginator(rows.past(), ON_A_PAGE).get_page(request.GET.get("seite"))
    return forum_page(
        request, "meetings.html", crumb(_("Meetings")), upcoming=list(rows.upcoming()[:100]), past=past,
        runs=_bodies_run(request),
    )  # fmt: skip


def _bodies_run(request: RegionRequest) -> list[Body]:
    """Return the bodies whose meetings the reader may plan."""
    seen = audience(request)
    if not (seen.office or seen.bodies):
        return []
    rows = Body.objects.in_region(request.region).standing()
    if not seen.office:  # as RUN says of one body, asked once for all
        chaired = bodies_chaired(request.user, request.region)
        rows = rows.filter(visible(seen, body_field="pk"), pk__in=chaired)
    return list(rows.select_related("region"))


@with_body(RUN)
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_new(request: RegionRequest, body: Body) -> HttpResponse:
    """Plan one meeting or a series."""
    form = SeriesForm(request.POST or None, initial={"title": body.name, "visibility": body.visibility})
    status = 200
    if request.method == "POST":
        made: list[Meeting] = []

        def deed() -> None:
            given = dict(form.cleaned_data)
            every, times = given.pop("every_months"), given.pop("times")
            if every:
                made.extend(deeds.plan_series(body, by=actor(request), every_months=every, times=times, **given))
            else:
                made.append(deeds.plan_meeting(body, by=actor(request), **given))

        status = do(form, deed)
        if status == 200:
            messages.success(request, _("The meeting has been planned. Now write its agenda."))
            return redirect("forum:meeting", region=request.region.slug, number=made[0].pk)
    title = _("Plan a meeting")
    trail = crumb(body.name, "body", region=request.region.slug, body=body.slug), crumb(title)
    return forum_page(request, "form.html", *trail, form=form, title=title, status=status)


@region_view
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_edit(request: RegionRequest, number: int) -> HttpResponse:
    """Change the particulars of a meeting."""
    meeting = asked_meeting(request, number)
    if refused := allow(request, RUN, meeting):
        return refused
    form = MeetingForm(request.POST or None, instance=meeting)
    title = _("Change the meeting")
    note = _("All who were invited are told of a change of date or place.") if meeting.agenda_locked else ""
    return form_page(
        request,
        form,
        partial(deeds.change_meeting, meeting),
        said=_("The change has been saved."),
        to=address(request, "meeting", number=meeting.pk),
        title=title,
        trail=below(meeting),
        note=note,
    )


@region_view
@require_http_methods(["GET", "HEAD", "POST"])
def meeting(request: RegionRequest, number: int) -> HttpResponse:
    """Show a meeting, with the buttons of those who run it and of those who are invited."""
    one = asked_meeting(request, number)
    outcome = Refused()
    if request.method == "POST":
        answered = press(request, _buttons(request, one), request.path)
        if not isinstance(answered, Refused):
            return answered
        outcome = answered
    return _show(request, one, outcome)


def _buttons(request: RegionRequest, one: Meeting) -> dict:
    by, reason = actor(request), request.POST.get("reason", "")[:500]
    join, thanks = "forum.register_for_meeting", _("Thank you. It is noted.")
    return {
        "invite": lambda: Button(RUN, one, lambda: deeds.invite(one, by=by, reason=reason),
                                 _("The invitation is on its way.")),
        "cancel": lambda: Button(RUN, one, lambda: deeds.cancel_meeting(one, by=by, reason=reason),
                                 _("The meeting has been cancelled.")),
        "open": lambda: Button(RUN, one, lambda: deeds.open_meeting(one, by=by), _("The meeting is open.")),
        "close": lambda: Button(RUN, one, lambda: deeds.close_meeting(one, by=by), _("The meeting is closed.")),
        "come": lambda: Button(join, one, lambda: coming.register(one, by=by, coming=True), thanks),
        "stay": lambda: Button(join, one, lambda: coming.register(one, by=by, coming=False), thanks),
    }  # fmt: skip


def _show(request: RegionRequest, one: Meeting, refused: Refused) -> HttpResponse:
    seen, person = audience(request), request.user
    may_run = person.has_perm(RUN, one)
    invited = person.has_perm("forum.register_for_meeting", one)
    mine = None
    if person.is_authenticated:
        mine = Registration.objects.in_region(one.region).filter(meeting=one, person=person.pk).first()
    editions = minutes_seen(one, seen)
    return forum_page(
        request, "meeting.html", crumb(_("Meetings"), "meetings", region=one.region.slug), crumb(one.title),
        meeting=one, agenda=agenda_of(one, seen), refused=refused, status=refused.status, may_run=may_run,
        invited=invited, mine=mine, counts=registrations_of(one), state=MEETING.state(one.state).label_for(),
        moves={move.name for move in MEETING.open_moves(one.state)} if may_run else set(),
        late=may_run and one.state == "planned" and timezone.localdate() > deeds.last_day_to_invite(one),
        last_day=deeds.last_day_to_invite(one), minutes=editions[0] if editions else None,
        quorum=meeting_quorum(one) if one.state == "running" else None,
        votes=list(votes_seen(one.region, seen).filter(meeting=one).order_by("pk")),
        resolutions=list(resolutions_seen(one.region, seen).filter(vote__meeting=one)),
        attendance=attendance_of(one) if names_shown(one.body, seen) or one.body_id in seen.bodies else [],
    )  # fmt: skip


@region_view
@require_http_methods(["GET", "HEAD", "POST"])
def attendance(request: RegionRequest, number: int) -> HttpResponse:
    """Note who comes and who goes."""
    one = asked_meeting(request, number)
    if refused := allow(request, RUN, one):
        return refused
    outcome = Refused()
    if request.method == "POST":
        answered = press(request, _attendance_buttons(request, one), request.path)
        if not isinstance(answered, Refused):
            return answered
        outcome = answered
    day = timezone.localdate(one.starts_at if one.state != "running" else None)
    seats = Seat.objects.in_region(one.region).current(day).filter(body=one.body)
    rows = attendance_of(one)
    here = {row.seat_id: row for row in rows if row.seat_id and row.left_at is None}
    places = [(seat, here.get(seat.pk)) for seat in seats.select_related("person", "deputy", "organisation")]
    return forum_page(
        request, "attendance.html", *below(one), crumb(_("Attendance")), meeting=one, places=places,
        quorum=meeting_quorum(one), there=len(present_on(one, timezone.now())), refused=outcome,
        guests=[row for row in rows if row.seat_id is None], rows=rows, form=GuestForm(), status=outcome.status,
    )  # fmt: skip


def _attendance_buttons(request: RegionRequest, one: Meeting) -> dict:
    by, given = actor(request), request.POST

    def number(name: str) -> int:
        text = given.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0

    def seat() -> Seat:
        rows = Seat.objects.in_region(one.region).select_related("person", "deputy")
        found_seat: Seat = found(rows.filter(body=one.body), number("seat"))
        return found_seat

    def row() -> Attendance:
        found_row: Attendance = found(Attendance.objects.in_region(one.region).filter(meeting=one), number("row"))
        return found_row

    noted, name = _("It has been noted."), given.get("name", "")[:160]
    return {
        "arrive": lambda: Button(RUN, one, lambda: coming.note_arrival(one, seat(), by=by), noted),
        "deputy": lambda: Button(RUN, one, lambda: coming.note_arrival(one, seat(), by=by, deputy=True), noted),
        "excuse": lambda: Button(RUN, one, lambda: coming.note_excuse(one, seat(), by=by), noted),
        "leave": lambda: Button(RUN, one, lambda: coming.note_departure(row(), by=by), noted),
        "guest": lambda: Button(RUN, one, lambda: coming.note_guest(one, by=by, name=name), noted),
    }  # fmt: skip


@region_view
@require_http_methods(["GET", "HEAD", "POST"])
def sent(request: RegionRequest, number: int) -> HttpResponse:
    """Show the proof of sending: a row per mail about the meeting, failed first. The office sends those again."""
    one = asked_meeting(request, number)
    if refused := allow(request, RUN, one):
        return refused
    outcome = Refused()
    if request.method == "POST":
        answered = press(request, _sent_buttons(request, one), request.path)
        if not isinstance(answered, Refused):
            return answered
        outcome = answered
    rows = OutgoingMail.objects.in_region(one.region).about(one).select_related("person").order_by("queued_at", "pk")
    mails = sorted(rows[:5000], key=lambda mail: mail.state != "failed")
    return forum_page(request, "sent.html", *below(one), crumb(_("Proof of sending")), meeting=one, mails=mails,
                      failed=sum(mail.state == "failed" for mail in mails), refused=outcome, status=outcome.status,
                      may_send=request.user.has_perm(OFFICE, one.region))  # fmt: skip


def _sent_buttons(request: RegionRequest, one: Meeting) -> dict:
    by, key = actor(request), request.POST.get("mail", "")
    number = int(key) if key.isascii() and key.isdigit() and len(key) < 19 else 0

    def again() -> None:
        send_again(found(OutgoingMail.objects.in_region(one.region).about(one), number), by=by)

    return {"again": lambda: Button(OFFICE, one.region, again, _("The mail is on its way again."))}
