"""The office: who is in the region, who was invited, which organisations there are."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from raumwerk.errors import RaumwerkError
from raumwerk.web.kit.office_menu import office_pages
from raumwerk.web.kit.refusals import tell_form
from raumwerk.web.people.actions.invitations import invite_person, renew_invitation, withdraw_invitation
from raumwerk.web.people.actions.memberships import change_term, end_membership
from raumwerk.web.people.forms import InvitationForm, TermForm
from raumwerk.web.people.models import Invitation, Membership, Person, Role
from raumwerk.web.people.queries.memberships import invitations_of, memberships_of
from raumwerk.web.people.views.doors import office_view, one_page, tried
from raumwerk.web.regions.shortcuts import RegionRequest

__all__ = [
    "accounts",
    "end_account_role",
    "invitation_again",
    "invitation_withdrawn",
    "invitations",
    "overview",
    "term",
]

_FORM = ["GET", "HEAD", "POST"]


@office_view
@require_safe
def overview(request: RegionRequest) -> HttpResponse:
    """Show what there is to do for the office."""
    return render(request, "people/office.html", {"pages": office_pages(request.region.slug)})


@office_view
@require_http_methods(_FORM)
def invitations(request: RegionRequest) -> HttpResponse:
    """List invitations with their state, and send a new one."""
    form, status = InvitationForm(request.POST or None, region=request.region), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            given = form.cleaned_data
            try:
                invite_person(
                    request.region, email=given["email"], role=given["role"], organisation=given["organisation"],
                    body_number=int(given["body"]) if given.get("body") else None,
                    interest_group=given.get("interest_group", ""), days=given["days"], by=cast(Person, request.user),
                )  # fmt: skip
            except RaumwerkError as error:
                status = tell_form(form, error)
            else:
                messages.success(request, _("The invitation is on its way."))
                return redirect("people:invitations", region=request.region.slug)
    rows = one_page(invitations_of(request.region), request)
    return render(request, "people/invitations.html", {"form": form, "rows": rows}, status=status)


@office_view
@require_POST
def invitation_again(request: RegionRequest, number: int) -> HttpResponse:
    """Send an invitation again, with a new link."""
    held = get_object_or_404(Invitation.objects.in_region(request.region), pk=number)
    by = cast(Person, request.user)
    tried(request, lambda: renew_invitation(held, by=by), _("The invitation is on its way with a new link."))
    return redirect("people:invitations", region=request.region.slug)


@office_view
@require_POST
def invitation_withdrawn(request: RegionRequest, number: int) -> HttpResponse:
    """Take an invitation back."""
    held = get_object_or_404(Invitation.objects.in_region(request.region), pk=number)
    tried(request, lambda: withdraw_invitation(held, by=cast(Person, request.user)), _("The invitation is withdrawn."))
    return redirect("people:invitations", region=request.region.slug)


@office_view
@require_safe
def accounts(request: RegionRequest) -> HttpResponse:
    """List who has which role in the region, and for how long."""
    text, past = request.GET.get("q", "").replace("\0", " ").strip()[:100], request.GET.get("vergangene") == "1"
    role = request.GET.get("rolle", "")
    role = role if role in Role.values else ""
    rows = one_page(memberships_of(request.region, text=text, role=role, past=past), request)
    context = {"rows": rows, "text": text, "past": past, "role": role, "roles": Role.choices}
    return render(request, "people/accounts.html", context)


@office_view
@require_http_methods(_FORM)
def term(request: RegionRequest, number: int) -> HttpResponse:
    """Change the term of a role."""
    held: Membership = get_object_or_404(memberships_of(request.region, past=True), pk=number)
    initial = {"starts_on": held.starts_on, "ends_on": held.ends_on}
    form, status = TermForm(request.POST or None, initial=initial), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                change_term(held, **form.cleaned_data, by=cast(Person, request.user))
            except RaumwerkError as error:
                status = tell_form(form, error)
            else:
                messages.success(request, _("The term has been changed."))
                return redirect("people:accounts", region=request.region.slug)
    return render(request, "people/term.html", {"form": form, "held": held}, status=status)


@office_view
@require_POST
def end_account_role(request: RegionRequest, number: int) -> HttpResponse:
    """End a role at once."""
    held = get_object_or_404(memberships_of(request.region, past=True), pk=number)
    tried(request, lambda: end_membership(held, by=cast(Person, request.user)), _("The role has ended."))
    return redirect("people:accounts", region=request.region.slug)
