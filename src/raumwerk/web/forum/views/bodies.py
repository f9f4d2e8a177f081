"""Pages of bodies: overview, a body, its rules of procedure, and the office's forms for them."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from raumwerk.web.forum.actions.bodies import change_body, change_rules, dissolve_body, found_body
from raumwerk.web.forum.forms.bodies import BodyForm, DissolveForm, RulesForm
from raumwerk.web.forum.models import Body
from raumwerk.web.forum.queries.bodies import (
    bodies_seen,
    founding_act,
    members_of,
    names_shown,
    seats_of,
    shares_of,
    tree_of,
)
from raumwerk.web.forum.queries.history import history_of
from raumwerk.web.forum.queries.procedure import Procedure, procedure_of
from raumwerk.web.forum.queries.programme import milestones_of_body
from raumwerk.web.forum.queries.without_bodies import why_no_bodies
from raumwerk.web.forum.views.frame import address, allow, audience, crumb, form_page, forum_page, with_body
from raumwerk.web.kit.pdf import render_pdf
from raumwerk.web.regions.shortcuts import RegionRequest, region_view
from raumwerk.web.shared.visibility import may_see

__all__ = ["body", "body_edit", "body_new", "dissolve", "history", "overview", "procedure", "procedure_pdf", "rules"]


@region_view
@require_safe
def overview(request: RegionRequest) -> HttpResponse:
    """Show what the forum of a region is: its bodies, what comes next, what was decided."""
    bodies = bodies_seen(request.region, audience(request))
    return forum_page(
        request,
        "overview.html",
        branches=tree_of(bodies),
        why_none="" if bodies else why_no_bodies(request.region),
        may_manage=request.user.has_perm("forum.manage_bodies", request.region),
    )


@with_body()
@require_safe
def body(request: RegionRequest, body: Body) -> HttpResponse:
    """Show a body: remit, members, shares of interests, rules in short."""
    seats = seats_of(body)
    seen = audience(request)
    parts = [one for one in bodies_seen(request.region, seen) if one.parent_id == body.pk]
    return forum_page(
        request,
        "body.html",
        crumb(body.name),
        body=body,
        above=_above(request, body),
        act=founding_act(body, seen),
        parts=parts,
        members=members_of(body, seen, seats),
        named=names_shown(body, seen),
        shares=shares_of(body, seats),
        milestones=milestones_of_body(body, seen),
        may_manage=request.user.has_perm("forum.manage_bodies", request.region),
        may_run=request.user.has_perm("forum.run_body", body),
        may_see_table=request.user.has_perm("forum.see_table", body),
    )


@with_body()
@require_safe
def procedure(request: RegionRequest, body: Body) -> HttpResponse:
    """Show the rules of procedure as text."""
    text = _procedure(request, body, translation.get_language())
    trail = _below(body), crumb(_("Rules of procedure"))
    return forum_page(request, "procedure.html", *trail, body=body, text=text)


@with_body()
@require_safe
def procedure_pdf(request: RegionRequest, body: Body) -> HttpResponse:
    """Hand out the rules of procedure as PDF."""
    language = translation.get_language()
    text = _procedure(request, body, language)
    data = {
        "subtitle": text.subtitle,
        "as_of": _("As of %(day)s, made from the settings of the body.") % {"day": text.as_of},
        "sections": [
            {"title": f"§ {section.number} {section.title}", "paragraphs": section.paragraphs}
            for section in text.sections
        ],
    }
    content = render_pdf("forum/procedure.typ", data, title=text.title, language=language)
    name = f"{body.slug}-{_('rules-of-procedure')}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@region_view
@require_http_methods(["GET", "HEAD", "POST"])
def body_new(request: RegionRequest) -> HttpResponse:
    """Let the office found a body."""
    if refused := allow(request, "forum.manage_bodies", request.region):
        return refused
    form = BodyForm(request.POST or None, region=request.region)
    return form_page(
        request,
        form,
        partial(found_body, request.region),
        said=_("The body has been founded. Now look at its rules and fill its seats."),
        to=lambda made: address(request, "body", body=form.cleaned_data["slug"]),
        title=_("Found a body"),
        trail=(),
    )


@with_body("forum.manage_bodies")
@require_http_methods(["GET", "HEAD", "POST"])
def body_edit(request: RegionRequest, body: Body) -> HttpResponse:
    """Let the office change what a body is."""
    slug = body.slug
    form = BodyForm(request.POST or None, instance=body, region=request.region)
    title = _("Change the body")
    trail = (crumb(_("Body"), "body", region=request.region.slug, body=slug),)
    return form_page(
        request,
        form,
        partial(change_body, body),
        said=_("The change has been saved."),
        to=lambda made: address(request, "body", body=form.cleaned_data["slug"]),
        title=title,
        trail=trail,
    )


@with_body("forum.manage_bodies")
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: RegionRequest, body: Body) -> HttpResponse:
    """Let the office change the rules of a body."""
    form = RulesForm(request.POST or None, instance=body)
    title = _("Change the rules")
    return form_page(
        request,
        form,
        partial(change_rules, body),
        said=_("The rules have been saved; the rules of procedure say so."),
        to=address(request, "procedure", body=body.slug),
        title=title,
        trail=(_below(body),),
    )


@with_body("forum.manage_bodies")
@require_http_methods(["GET", "HEAD", "POST"])
def dissolve(request: RegionRequest, body: Body) -> HttpResponse:
    """Let the office dissolve a body."""
    form = DissolveForm(request.POST or None)
    title = _("Dissolve the body")
    note = _("All seats of the body end. Meetings, minutes and resolutions stay and can be read as before.")
    return form_page(
        request,
        form,
        partial(dissolve_body, body),
        said=_("The body has been dissolved. Its record stays."),
        to=address(request, "overview"),
        title=title,
        trail=(_below(body),),
        note=note,
        danger=True,
    )


@with_body("forum.manage_bodies")
@require_safe
def history(request: RegionRequest, body: Body) -> HttpResponse:
    """Show the office who changed what about a body and its seats, and when."""
    trail = _below(body), crumb(_("History"))
    return forum_page(request, "history.html", *trail, body=body, entries=history_of(body))


def _below(body: Body) -> dict[str, str]:
    return crumb(body.name, "body", region=body.region.slug, body=body.slug)


def _procedure(request: RegionRequest, body: Body, language: str) -> Procedure:
    """Return the rules of procedure as far as the reader may know what they name."""
    act = founding_act(body, audience(request))
    return procedure_of(body, language, timezone.localdate(), above=_above(request, body), act=act)


def _above(request: RegionRequest, body: Body) -> Body | None:
    """Return the body above as far as the reader may see it."""
    above = body.parent
    return above if above is not None and may_see(audience(request), above.visibility, above.pk) else None
