"""The directory of actors, and requests between them."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from raumwerk.errors import RaumwerkError
from raumwerk.web.kit.limits import within_limit
from raumwerk.web.kit.refusals import tell_form
from raumwerk.web.people.actions.contacts import answer_contact, ask_contact, withdraw_contact
from raumwerk.web.people.actions.organisations import change_organisation
from raumwerk.web.people.forms import ContactForm, DirectoryForm, OwnOrganisationForm
from raumwerk.web.people.models import ContactRequest, Organisation, Person
from raumwerk.web.people.queries.organisations import (
    contacts_of,
    directory,
    own_organisations,
    requests_to,
    spokespersons,
)
from raumwerk.web.people.views.doors import one_page, tried
from raumwerk.web.regions.shortcuts import RegionRequest, region_view, way_to

__all__ = [
    "actor",
    "actors",
    "contact_answered",
    "contact_asked",
    "contact_withdrawn",
    "contacts",
    "own_organisation",
]

ASKED_A_DAY = 20


@never_cache
@region_view
@require_safe
def actors(request: RegionRequest) -> HttpResponse:
    """List the actors of the region; everybody sees those that are public, members all."""
    form = DirectoryForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = directory(
        request.region, request.user, text=asked.get("q", ""), kind=asked.get("art", ""), state=asked.get("land", "")
    )
    context = {"form": form, "rows": one_page(rows, request), "crumbs": way_to(request.region, (_("Directory"), ""))}
    return render(request, "people/directory.html", context)


@never_cache
@region_view
@require_safe
def actor(request: RegionRequest, number: int) -> HttpResponse:
    """Show one actor: what it offers, what it looks for, and how to get in touch."""
    organisation = get_object_or_404(directory(request.region, request.user), pk=number)
    return _actor_page(request, organisation, None, 200)


def _actor_page(
    request: RegionRequest, organisation: Organisation, form: ContactForm | None, status: int
) -> HttpResponse:
    person = request.user
    entitled = person.has_perm("regions.enter_region", request.region)
    speaking = spokespersons(organisation)
    mine = person.is_authenticated and own_organisations(person, request.region).filter(pk=organisation.pk).exists()
    may_ask = entitled and bool(speaking) and not mine
    if may_ask and form is None and isinstance(person, Person):
        form = ContactForm(person=person, region=request.region)
    context = {
        "organisation": organisation, "reachable": bool(speaking), "form": form if may_ask else None,
        "mine": mine and person in speaking, "entitled": entitled,
    }  # fmt: skip
    return render(request, "people/actor.html", context, status=status)


@never_cache
@login_required
@region_view
@require_POST
def contact_asked(request: RegionRequest, number: int) -> HttpResponse:
    """Send a request to an actor."""
    if not request.user.has_perm("regions.enter_region", request.region):
        raise PermissionDenied
    organisation = get_object_or_404(directory(request.region, request.user), pk=number)
    if not within_limit(request, "contact", times=ASKED_A_DAY, seconds=24 * 3600):
        return render(request, "429.html", status=429)
    person = cast(Person, request.user)
    form, status = ContactForm(request.POST, person=person, region=request.region), 400
    if form.is_valid():
        try:
            ask_contact(organisation, by=person, **form.cleaned_data)
        except RaumwerkError as error:
            status = tell_form(form, error)
        else:
            messages.success(request, _("Your request is on its way. You will hear as soon as it is answered."))
            return redirect("people:contacts", region=request.region.slug)
    return _actor_page(request, organisation, form, status)


@never_cache
@login_required
@region_view
@require_safe
def contacts(request: RegionRequest) -> HttpResponse:
    """Show somebody's own requests and those to the organisations they speak for."""
    person = cast(Person, request.user)
    context = {
        "asked": contacts_of(person, request.region)[:100],
        "received": requests_to(person, request.region)[:100],
    }
    return render(request, "people/contacts.html", context)


@never_cache
@login_required
@region_view
@require_POST
def contact_answered(request: RegionRequest, number: int) -> HttpResponse:
    """Accept or decline a request."""
    person = cast(Person, request.user)
    held = get_object_or_404(requests_to(person, request.region), pk=number)
    accept = request.POST.get("answer") == "accept"
    done = _("Accepted: both sides now see each other’s address.") if accept else _("The request is declined.")
    tried(request, lambda: answer_contact(held, accept=accept, by=person), done)
    return redirect("people:contacts", region=request.region.slug)


@never_cache
@login_required
@region_view
@require_POST
def contact_withdrawn(request: RegionRequest, number: int) -> HttpResponse:
    """Take one's own request back."""
    person = cast(Person, request.user)
    held: ContactRequest = get_object_or_404(contacts_of(person, request.region), pk=number)
    tried(request, lambda: withdraw_contact(held, by=person), _("The request is withdrawn."))
    return redirect("people:contacts", region=request.region.slug)


@never_cache
@login_required
@region_view
@require_http_methods(["GET", "HEAD", "POST"])
def own_organisation(request: RegionRequest, number: int) -> HttpResponse:
    """Let those who speak for an organisation say what it offers and looks for."""
    person = cast(Person, request.user)
    organisation = get_object_or_404(own_organisations(person, request.region), pk=number)
    if person not in spokespersons(organisation):
        raise PermissionDenied
    form, status = OwnOrganisationForm(request.POST or None, instance=organisation), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            fresh = Organisation.objects.in_region(request.region).get(pk=organisation.pk)
            change_organisation(fresh, by=person, **form.cleaned_data)
            messages.success(request, _("The organisation has been saved."))
            return redirect("people:organisation", region=request.region.slug, number=number)
    return render(request, "people/own_organisation.html", {"form": form, "organisation": organisation}, status=status)
