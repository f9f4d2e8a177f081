"""What is taken away: agenda, minutes and resolution as accessible PDF; calendars of a body and of a person."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from raumwerk.web.forum.actions.calendars import make_calendar_key, revoke_calendar_key
from raumwerk.web.forum.models import Body, CalendarKey, Meeting, Resolution
from raumwerk.web.forum.queries.bodies import names_shown
from raumwerk.web.forum.queries.calendars import entries_of
from raumwerk.web.forum.queries.meetings import agenda_of, attendance_of, meetings_seen, minutes_entries, minutes_seen
from raumwerk.web.forum.views.frame import actor, audience, crumb, forum_page, with_body
from raumwerk.web.forum.views.meetings import asked_meeting
from raumwerk.web.forum.views.minutes import decisions_of
from raumwerk.web.forum.views.resolutions import asked_resolution
from raumwerk.web.forum.views.votes import result_rows
from raumwerk.web.kit.ical import calendar_answer
from raumwerk.web.kit.pdf import render_pdf
from raumwerk.web.regions.shortcuts import RegionRequest, region_view
from raumwerk.web.shared.evidence.queries import frozen_lines
from raumwerk.web.shared.visibility import audience_of

__all__ = ["agenda_pdf", "body_calendar", "minutes_pdf", "own_calendar", "own_calendar_page", "resolution_pdf"]


def _pdf(template: str, data: dict[str, Any], title: str, name: str) -> HttpResponse:
    content = render_pdf(f"forum/{template}.typ", data, title=title, language=translation.get_language() or "de")
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _day(value: Any, form: str = "DATE_FORMAT") -> str:
    return date_format(timezone.localtime(value) if form == "DATETIME_FORMAT" else value, form)


def _facts(meeting: Meeting) -> list[list[str]]:
    where = str(meeting.get_mode_display()) + (f": {meeting.place}" if meeting.place else "")
    return [
        [_("Begins"), _day(meeting.starts_at, "DATETIME_FORMAT")],
        [_("Ends"), _day(meeting.ends_at, "DATETIME_FORMAT")],
        [_("Where"), where],
    ]


def _top(place: str, title: str) -> str:
    return f"{pgettext('agenda item', 'TOP')} {place}: {title}" if place else title


@region_view
@require_safe
def agenda_pdf(request: RegionRequest, number: int) -> HttpResponse:
    """Hand out the agenda as far as the reader may know of it."""
    meeting = asked_meeting(request, number)
    items = [
        {"title": _top(place, item.title), "text": item.text, "note": "" if place else _("taken off")}
        for place, item in agenda_of(meeting, audience(request))
    ]
    data = {"body": meeting.body.name, "facts": _facts(meeting), "items": items, "words": {"agenda": _("Agenda")}}
    return _pdf("agenda", data, meeting.title, f"tagesordnung-{meeting.pk}")


def _columns() -> list[dict[str, str]]:
    return [
        {"label": _("Choice"), "align": "left"},
        {"label": _("Votes"), "align": "right"},
        {"label": _("Weight"), "align": "right"},
    ]


def _rows(result: dict[str, Any]) -> list[list[str]]:
    return [
        [row.label, number_format(row.votes), number_format(row.weight, 0 if row.weight == row.votes else 2)]
        for row in result_rows(result)
    ]


def _note(result: dict[str, Any]) -> str:
    quorum = result["quorum"]
    took = _("%(took)s of %(entitled)s entitled took part.") % {
        "took": result["took_part"],
        "entitled": result["entitled"],
    }
    needed = _("Quorum: %(there)s of %(total)s, %(needed)s needed.") % quorum
    left = ""
    if result["excluded"]:
        left = ngettext(
            "%(number)s seat left out for a conflict of interest.",
            "%(number)s seats left out for a conflict of interest.", result["excluded"],
        ) % {"number": result["excluded"]}  # fmt: skip
    return f"{took} {needed} {left}".rstrip()


@region_view
@require_safe
def minutes_pdf(request: RegionRequest, number: int) -> HttpResponse:
    """Hand out published minutes, in the edition that holds; their evidence stands as it was cited."""
    meeting, seen = asked_meeting(request, number), audience(request)
    one = next((each for each in minutes_seen(meeting, seen) if each.state == "published"), None)
    if one is None:
        raise Http404("These minutes are not published.")
    decisions = decisions_of(meeting, seen)
    items = [
        {
            "title": _top(place, entry.item.title), "text": entry.text,
            "votes": [
                {"title": each["vote"].question, "rows": _rows(each["vote"].result), "note": _note(each["vote"].result),
                 "caption": str(each["vote"].get_outcome_display())}
                for each in decisions if each["item"] == entry.item_id
            ],
        }
        for place, entry in minutes_entries(one, seen)
    ]  # fmt: skip
    rows = attendance_of(meeting)
    named = names_shown(meeting.body, seen) or meeting.body_id in seen.bodies
    words = {"attendance": _("Attendance"), "general": _("General"), "evidence": _("Evidence"),
             "nobody": "–" if named else _hidden(len(rows))}  # fmt: skip
    data = {
        "body": meeting.body.name, "facts": [*_facts(meeting), [_("Version"), str(one.edition)]], "words": words,
        "attendance": [_line(row) for row in rows] if named else [], "summary": one.summary, "items": items,
        "columns": _columns(), "evidence": frozen_lines(one),
    }  # fmt: skip
    return _pdf("minutes", data, f"{_('Minutes')}: {meeting.title}", f"protokoll-{meeting.pk}-{one.edition}")


def _hidden(count: int) -> str:
    return ngettext(
        "%(number)s person was there or excused; members of the region read the names.",
        "%(number)s persons were there or excused; members of the region read the names.", count,
    ) % {"number": count}  # fmt: skip


def _line(row: Any) -> str:
    name = row.guest_name or str(row.person or "–")
    parts = [name, row.seat.organisation.name if row.seat and row.seat.organisation else ""]
    notes = [_("deputy") if row.as_deputy else "", _("excused") if row.presence == "excused" else ""]
    text, noted = ", ".join(part for part in parts if part), ", ".join(note for note in notes if note)
    return f"{text} ({noted})" if noted else text


@region_view
@require_safe
def resolution_pdf(request: RegionRequest, number: int) -> HttpResponse:
    """Hand out a published resolution; its evidence stands as it was cited."""
    one: Resolution = asked_resolution(request, number)
    if one.state != "published":
        raise Http404("This resolution is not published.")
    facts = [
        [_("Reference"), one.reference],
        [_("Adopted on"), _day(one.adopted_on)],
        [_("Valid from"), _day(one.valid_from)],
    ]
    if one.valid_until:
        facts.append([_("Valid until"), _day(one.valid_until)])
    if one.addressee:
        facts.append([_("Addressee"), one.addressee])
    data = {
        "body": one.body.name, "facts": facts, "wording": one.wording, "reasons": one.reasons,
        "rows": _rows(one.result) if one.result else [], "columns": _columns(), "caption": _("Result of the vote"),
        "note": _note(one.result) if one.result else "", "evidence": frozen_lines(one),
        "words": {"wording": _("Wording"), "reasons": _("Reasons"), "result": _("Result"), "evidence": _("Evidence")},
    }  # fmt: skip
    return _pdf("resolution", data, one.title, f"beschluss-{one.pk}")


@with_body()
@require_safe
def body_calendar(request: RegionRequest, body: Body) -> HttpResponse:
    """Hand out the meetings of a body as calendar, as far as the reader may know of them."""
    rows = meetings_seen(request.region, audience(request)).filter(body=body)
    return calendar_answer(body.name, entries_of(rows), f"sitzungen-{body.slug}")


@never_cache
@login_required
@region_view
@require_http_methods(["GET", "HEAD", "POST"])
def own_calendar_page(request: RegionRequest) -> HttpResponse:
    """Let somebody make, renew and revoke the secret address of their own calendar."""
    address = ""
    if request.method == "POST" and request.POST.get("deed") == "make":
        token = make_calendar_key(request.region, by=actor(request))
        address = settings.BASE_URL + reverse(
            "forum:own-calendar", kwargs={"region": request.region.slug, "token": token}
        )
    elif request.method == "POST":
        revoke_calendar_key(request.region, by=actor(request))
        messages.success(request, _("The address no longer works."))
        return redirect("forum:own-calendar-page", region=request.region.slug)
    key = CalendarKey.objects.in_region(request.region).filter(person=actor(request)).first()
    return forum_page(request, "own_calendar.html", crumb(_("My calendar")), key=key, address=address)


@never_cache
@region_view
@require_safe
def own_calendar(request: RegionRequest, token: str) -> HttpResponse:
    """Hand out the meetings of the bodies somebody sits in; who knows the secret address is taken for that person."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    key = CalendarKey.objects.in_region(request.region).filter(digest=digest).select_related("person").first()
    if key is None or not secrets.compare_digest(key.digest, digest) or not key.person.is_active:
        raise Http404("There is no such calendar.")
    seen = audience_of(key.person, request.region)
    rows = meetings_seen(request.region, seen).filter(body__in=sorted(seen.bodies))
    return calendar_answer(
        request.region.short, entries_of(rows, inside=True), f"meine-sitzungen-{request.region.slug}"
    )
