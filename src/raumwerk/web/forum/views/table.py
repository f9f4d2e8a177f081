"""Who belongs at the table of a body: page, file, and the form for its theme."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from raumwerk.errors import RaumwerkError
from raumwerk.web.forum.actions.bodies import set_theme
from raumwerk.web.forum.forms.table import ThemeForm
from raumwerk.web.forum.models import Body
from raumwerk.web.forum.providers import places_of
from raumwerk.web.forum.queries.bodies import seats_of
from raumwerk.web.forum.queries.table import LEAST_SHARE, Table, sheet_of, table_of, theme_of
from raumwerk.web.forum.views.frame import actor, crumb, do, forum_page, with_body
from raumwerk.web.kit.problems import sentence
from raumwerk.web.kit.refusals import status_of
from raumwerk.web.kit.sheets import csv_file
from raumwerk.web.regions.shortcuts import RegionRequest

__all__ = ["table", "table_csv", "theme"]


@with_body("forum.see_table")
@require_safe
def table(request: RegionRequest, body: Body) -> HttpResponse:
    """Show the areas that the theme concerns, by share of flow, and which of them are at the table."""
    known = theme_of(body)
    found: Table | None = None
    refusal = ""
    if known is not None:
        try:
            found = table_of(body, known, seats_of(body), translation.get_language())
        except RaumwerkError as error:
            if status_of(error) >= 500:
                raise
            refusal = sentence(error)
    return forum_page(
        request,
        "table.html",
        _below(body),
        crumb(_("Who belongs at the table")),
        body=body,
        theme=known,
        table=found,
        refusal=refusal,
        least=LEAST_SHARE,
        may_run=request.user.has_perm("forum.run_body", body) and not body.dissolved,
    )


@with_body("forum.see_table")
@require_safe
def table_csv(request: RegionRequest, body: Body) -> HttpResponse:
    """Hand out all areas as csv, those that are not proposed too."""
    language = translation.get_language()
    known = theme_of(body)
    try:
        found = table_of(body, known, seats_of(body), language) if known else None
    except RaumwerkError as error:
        if status_of(error) >= 500:
            raise
        found = None
    if found is None:
        raise Http404("There are no numbers for this body.")
    head, rows = sheet_of(found)
    name = _("who-belongs-at-the-table")
    headers = {"Content-Disposition": f'attachment; filename="{body.slug}-{name}.csv"'}
    return HttpResponse(csv_file(head, rows, language), content_type="text/csv; charset=utf-8", headers=headers)


@with_body("forum.run_body")
@require_http_methods(["GET", "HEAD", "POST"])
def theme(request: RegionRequest, body: Body) -> HttpResponse:
    """Let the office or the chair say what the body is about in space."""
    places = places_of(request.region, translation.get_language())
    form = ThemeForm(request.POST if request.method == "POST" else None, theme=theme_of(body), places=places)
    status = 200
    if request.method == "POST":
        status = do(form, lambda: set_theme(body, by=actor(request), **form.cleaned_data))
        if status == 200:
            messages.success(request, _("The theme has been saved."))
            return redirect("forum:table", region=request.region.slug, body=body.slug)
    title = _("Set the theme")
    trail = (
        _below(body),
        crumb(_("Who belongs at the table"), "table", region=request.region.slug, body=body.slug),
        crumb(title),
    )
    note = "" if places else _("No statistics have been published yet: areas can be named by their keys alone.")
    return forum_page(request, "form.html", *trail, form=form, title=title, note=note, status=status)


def _below(body: Body) -> dict[str, str]:
    return crumb(body.name, "body", region=body.region.slug, body=body.slug)
