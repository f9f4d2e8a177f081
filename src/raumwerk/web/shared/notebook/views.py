"""The page of one's own notes."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from raumwerk.errors import UnavailableError
from raumwerk.web.kit.limits import within_limit
from raumwerk.web.people.models import Person
from raumwerk.web.regions.shortcuts import RegionRequest, region_view, way_to
from raumwerk.web.shared.notebook.actions import send_notes
from raumwerk.web.shared.notebook.forms import NotesForm

__all__ = ["notebook"]

MESSAGES_AN_HOUR = 5


@never_cache
@region_view
@require_http_methods(["GET", "HEAD", "POST"])
def notebook(request: RegionRequest) -> HttpResponse:
    """Show the notes kept in the reader's browser, and send a message to the office."""
    form = NotesForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if not within_limit(request, "notes", times=MESSAGES_AN_HOUR, seconds=3600):
            return render(request, "429.html", status=429)
        if form.is_valid():
            by = request.user if isinstance(request.user, Person) else None
            try:
                send_notes(request.region, by=by, **form.cleaned_data)
            except UnavailableError as error:
                form.add_error(None, str(error))
                status = 503
            else:
                messages.success(request, _("Your message is on its way to the office."))
                return redirect("notebook:notes", region=request.region.slug)
        else:
            status = 400
    context = {"form": form, "crumbs": way_to(request.region, (_("My notes"), ""))}
    return render(request, "notebook/notes.html", context, status=status)
