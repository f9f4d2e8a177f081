"""Doors of evidence: look a figure up and cite it, see one citation, take it back."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from raumwerk.errors import InputError, MissingError, RaumwerkError
from raumwerk.web.kit.problems import sentence
from raumwerk.web.people.models import Person
from raumwerk.web.regions.shortcuts import RegionRequest, region_view
from raumwerk.web.shared.doors import back, told
from raumwerk.web.shared.evidence.actions import cite, take_back
from raumwerk.web.shared.evidence.findings import Finding, find
from raumwerk.web.shared.evidence.forms import IndicatorForm, LinkForm, PairForm, ReferenceForm
from raumwerk.web.shared.evidence.models import Citation
from raumwerk.web.shared.evidence.queries import one_citation
from raumwerk.web.shared.evidence.reference import Reference
from raumwerk.web.shared.evidence.wording import figure_of
from raumwerk.web.shared.targets import find_target, target_type, title_of, url_of

__all__ = ["add", "show", "withdraw"]


@never_cache
@login_required
@region_view
@require_http_methods(["GET", "HEAD", "POST"])
@told
def add(request: RegionRequest) -> HttpResponse:
    """Look a figure up (GET) and cite it (POST) at the thing that ``thing`` and ``number`` name."""
    target = _target(request)
    kind = target_type(target)
    if not kind.may_cite(request.user, target):
        raise PermissionDenied
    if request.method == "POST":
        form = ReferenceForm(request.POST)
        if not form.is_valid():
            raise InputError(_("The figure to cite is incomplete; look it up again."))
        made = cite(target, Reference(**form.cleaned_data), by=cast(Person, request.user))
        messages.success(request, _("Cited: %(label)s.") % {"label": made.label})
        return redirect(url_of(target))
    forms = [one(request.GET, region=request.region) for one in (IndicatorForm, LinkForm, PairForm)]
    found, problem = _look_up(forms)
    context: dict[str, Any] = {
        "target": target, "title": title_of(target), "kind": kind, "back_url": url_of(target), "found": found,
        "problem": problem, "forms": dict(zip(("indicator", "link", "pair"), forms, strict=True)),
        "figure": figure_of(found) if found else "",
        "label": found.label["en" if request.LANGUAGE_CODE == "en" else "de"] if found else "",
        "confirm": ReferenceForm(initial=_fields(found.reference)) if found else None,
        "view_url": found.reference.view_url(request.region.slug) if found else "",
    }  # fmt: skip
    status = 400 if problem or any(form.errors for form in forms) else 200
    return render(request, "evidence/add.html", context, status=status)


def _look_up(forms: list[Any]) -> tuple[Finding | None, str]:
    """Return what the filled-in form finds, or why it finds nothing."""
    for form in forms:
        if form.is_bound and form.is_valid():
            try:
                return find(form.reference()), ""
            except RaumwerkError as error:
                return None, sentence(error)
    return None, ""


def _fields(reference: Reference) -> dict[str, str]:
    return {name: getattr(reference, name) for name in ReferenceForm.base_fields}


def _target(request: HttpRequest) -> Any:
    asked = request.POST if request.method == "POST" else request.GET
    number = asked.get("number", "")
    if not number.isdecimal() or len(number) > 18:
        raise MissingError(_("What you are looking for is not here, or not open to you."))
    region = request.region  # type: ignore[attr-defined]
    return find_target(region, asked.get("thing", ""), int(number), request.user)


@region_view
@require_safe
def show(request: RegionRequest, number: int) -> HttpResponse:
    """Show one citation under an address that can be copied; as open as the thing it stands at."""
    citation = get_object_or_404(Citation.objects.in_region(request.region).select_related("cited_by"), pk=number)
    target = _readable(request, citation)
    context = {"cited": one_citation(citation), "title": title_of(target), "back_url": url_of(target)}
    response = render(request, "evidence/citation.html", context)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@never_cache
@login_required
@region_view
@require_POST
@told
def withdraw(request: RegionRequest, number: int) -> HttpResponse:
    """Take a citation back."""
    citation = get_object_or_404(Citation.objects.in_region(request.region), pk=number)
    target = _readable(request, citation)
    take_back(citation, by=cast(Person, request.user))
    messages.success(request, _("The citation was taken back; the log keeps it."))
    return back(request, url_of(target))


def _readable(request: RegionRequest, citation: Citation) -> Any:
    target = citation.target
    if target is None or not target_type(target).may_read(request.user, target):
        raise Http404("There is no such citation here.")
    return target
