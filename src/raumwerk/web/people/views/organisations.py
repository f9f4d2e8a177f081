"""The office's list of organisations, and who stands for them."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from raumwerk.errors import RaumwerkError
from raumwerk.web.kit.refusals import tell_form
from raumwerk.web.people.actions.organisations import (
    add_organisation,
    affiliate,
    change_organisation,
    end_affiliation,
)
from raumwerk.web.people.forms import AffiliationForm, DirectoryForm, OrganisationForm
from raumwerk.web.people.models import Affiliation, Organisation, Person
from raumwerk.web.people.queries.organisations import organisations_of
from raumwerk.web.people.views.doors import office_view, one_page, tried
from raumwerk.web.regions.shortcuts import RegionRequest

__all__ = ["affiliation_added", "affiliation_ended", "organisation_edit", "organisation_list", "organisation_new"]

_FORM = ["GET", "HEAD", "POST"]


@office_view
@require_safe
def organisation_list(request: RegionRequest) -> HttpResponse:
    """List all organisations of the region, those that rest among them."""
    form = DirectoryForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = organisations_of(
        request.region, text=asked.get("q", ""), kind=asked.get("art", ""), state=asked.get("land", "")
    )
    return render(request, "people/organisation_list.html", {"form": form, "rows": one_page(rows, request)})


@office_view
@require_http_methods(_FORM)
def organisation_new(request: RegionRequest) -> HttpResponse:
    """Enter an organisation."""
    return _edit(request, Organisation(region=request.region))


@office_view
@require_http_methods(_FORM)
def organisation_edit(request: RegionRequest, number: int) -> HttpResponse:
    """Change an organisation; below, who stands for it."""
    return _edit(request, get_object_or_404(Organisation.objects.in_region(request.region), pk=number))


def _edit(request: RegionRequest, organisation: Organisation) -> HttpResponse:
    known = organisation.pk is not None
    form, status, by = OrganisationForm(request.POST or None, instance=organisation), 200, cast(Person, request.user)
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                if known:
                    fresh = Organisation.objects.in_region(request.region).get(pk=organisation.pk)
                    change_organisation(fresh, by=by, **form.cleaned_data)
                else:
                    add_organisation(request.region, by=by, **form.cleaned_data)
            except RaumwerkError as error:
                status = tell_form(form, error)
            else:
                messages.success(request, _("The organisation has been saved."))
                return redirect("people:organisation_list", region=request.region.slug)
    people = (
        Affiliation.objects.in_region(request.region).current().filter(organisation=organisation) if known else None
    )
    context = {
        "form": form, "organisation": organisation if known else None,
        "people": people.select_related("person") if people is not None else [],
        "affiliation_form": AffiliationForm(region=request.region) if known else None,
    }  # fmt: skip
    return render(request, "people/organisation_edit.html", context, status=status)


@office_view
@require_POST
def affiliation_added(request: RegionRequest, number: int) -> HttpResponse:
    """Let somebody stand for an organisation."""
    organisation = get_object_or_404(Organisation.objects.in_region(request.region), pk=number)
    form = AffiliationForm(request.POST, region=request.region)
    if form.is_valid():
        given, by = form.cleaned_data, cast(Person, request.user)
        person = given.pop("person")
        tried(request, lambda: affiliate(person, organisation, by=by, **given), _("The person stands for it now."))
    else:
        messages.error(request, " ".join(str(text) for texts in form.errors.values() for text in texts))
    return redirect("people:organisation_edit", region=request.region.slug, number=number)


@office_view
@require_POST
def affiliation_ended(request: RegionRequest, number: int) -> HttpResponse:
    """End it."""
    held = get_object_or_404(Affiliation.objects.in_region(request.region), pk=number)
    tried(request, lambda: end_affiliation(held, by=cast(Person, request.user)), _("This has ended."))
    return redirect("people:organisation_edit", region=request.region.slug, number=held.organisation_id)
