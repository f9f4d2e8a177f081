"""Pages of seats, for the office and the chair of a body."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from raumwerk.web.forum.actions.seats import appoint_chair, end_seat, fill_seat, fill_vacant_seat, name_deputy
from raumwerk.web.forum.forms.bodies import DeputyForm, EndSeatForm, HolderForm, SeatForm
from raumwerk.web.forum.models import Body, OfficeInBody, Seat
from raumwerk.web.forum.queries.bodies import ended_seats_of, seats_of, shares_of
from raumwerk.web.forum.views.frame import actor, crumb, do, forum_page, with_body
from raumwerk.web.regions.shortcuts import RegionRequest

__all__ = ["seat", "seat_list", "seat_new"]


@with_body("forum.run_body")
@require_safe
def seat_list(request: RegionRequest, body: Body) -> HttpResponse:
    """Show the seats of a body, those of today and those before."""
    seats = seats_of(body)
    return forum_page(
        request,
        "seats.html",
        *_trail(body),
        crumb(_("Seats")),
        body=body,
        seats=seats,
        ended=ended_seats_of(body),
        shares=shares_of(body, seats),
        may_manage=request.user.has_perm("forum.manage_bodies", request.region),
    )


@with_body("forum.run_body")
@require_http_methods(["GET", "HEAD", "POST"])
def seat_new(request: RegionRequest, body: Body) -> HttpResponse:
    """Add a seat: the office any, the chair that of a permanent guest."""
    guests_only = not request.user.has_perm("forum.manage_bodies", request.region)
    form = SeatForm(request.POST or None, region=request.region, guests_only=guests_only)
    status = 200
    if request.method == "POST":
        guest = {"office_in_body": OfficeInBody.GUEST, "voting": False} if guests_only else {}
        status = do(form, lambda: fill_seat(body, by=actor(request), **{**form.cleaned_data, **guest}))
        if status == 200:
            messages.success(request, _("The seat has been added."))
            return redirect("forum:seats", region=request.region.slug, body=body.slug)
    title = _("Add a permanent guest") if guests_only else _("Add a seat")
    trail = *_trail(body), _list(body), crumb(title)
    return forum_page(request, "form.html", *trail, form=form, title=title, status=status)


@with_body("forum.run_body")
@require_http_methods(["GET", "HEAD", "POST"])
def seat(request: RegionRequest, body: Body, number: int) -> HttpResponse:
    """Show one seat with what can be done about it; each deed has a form of its own."""
    found: Seat | None = (
        Seat.objects.in_region(request.region)
        .filter(body=body, pk=number)
        .select_related("person", "deputy", "organisation")
        .first()
    )
    if found is None:
        raise Http404("There is no such seat.")
    found.body = body
    office = request.user.has_perm("forum.manage_bodies", request.region)
    asked = request.POST.get("deed", "") if request.method == "POST" else ""
    forms_, status = _forms(request, found, asked), 200
    if asked:
        if asked not in _deeds(request, found, office):
            return forum_page(request, "refused.html", *_trail(body), _list(body), crumb(_("Seat")), status=403)
        form = forms_.get(asked) or forms.Form(request.POST)
        status = do(form, lambda: _deeds(request, found, office)[asked](form))
        if status == 200:
            messages.success(request, _("The seat has been changed."))
            return redirect("forum:seats", region=request.region.slug, body=body.slug)
        forms_[asked] = form
    trail = *_trail(body), _list(body), crumb(_("Seat"))
    over = found.ends_on is not None and found.ends_on < timezone.localdate()
    return forum_page(
        request, "seat.html", *trail, body=body, seat=found, forms=forms_, may_manage=office, over=over, status=status
    )


def _forms(request: RegionRequest, seat: Seat, asked: str) -> dict[str, forms.Form]:
    """Return the forms of the page by deed; only the one that was sent holds what was sent."""
    region = request.region
    return {
        "deputy": DeputyForm(
            request.POST if asked == "deputy" else None, region=region, prefix="d", initial={"deputy": seat.deputy}
        ),
        "fill": HolderForm(request.POST if asked == "fill" else None, region=region, prefix="f"),
        "end": EndSeatForm(request.POST if asked == "end" else None, prefix="e"),
    }


def _deeds(request: RegionRequest, seat: Seat, office: bool) -> dict[str, Callable[[forms.Form], object]]:
    """Return what this person may do about the seat: the chair names deputies and ends seats of guests."""
    by = actor(request)
    deeds: dict[str, Callable[[forms.Form], object]] = {
        "deputy": lambda form: name_deputy(seat, deputy=form.cleaned_data["deputy"], by=by)
    }
    if office or seat.office_in_body == OfficeInBody.GUEST:
        deeds["end"] = lambda form: end_seat(seat, by=by, on=form.cleaned_data["on"])
    if office:
        deeds["fill"] = lambda form: fill_vacant_seat(seat, person=form.cleaned_data["person"], by=by)
        for choice in (OfficeInBody.CHAIR, OfficeInBody.VICE_CHAIR, OfficeInBody.MEMBER):
            deeds[choice] = lambda _form, choice=choice: appoint_chair(seat, by=by, office=choice)  # type: ignore[misc]
    return deeds


def _trail(body: Body) -> tuple[dict[str, str]]:
    return (crumb(body.name, "body", region=body.region.slug, body=body.slug),)


def _list(body: Body) -> dict[str, str]:
    return crumb(_("Seats"), "seats", region=body.region.slug, body=body.slug)
