"""Doors for readers: follow, mark as read, choose how to be told, end a kind of mail by the link in it."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from raumwerk.errors import MissingError
from raumwerk.web.people.models import Person
from raumwerk.web.regions.shortcuts import RegionRequest, region_view
from raumwerk.web.shared.doors import back, told
from raumwerk.web.shared.notify.actions import choose_pace, follow, read_notes, unfollow, unsubscribe
from raumwerk.web.shared.notify.kinds import Pace, registered_kinds
from raumwerk.web.shared.notify.queries import chosen_paces
from raumwerk.web.shared.targets import find_target, title_of, url_of

__all__ = ["choices", "follow_thing", "notes_read", "unsubscribe_page"]


@never_cache
@login_required
@region_view
@require_POST
@told
def follow_thing(request: RegionRequest) -> HttpResponse:
    """Follow a thing, or follow it no more (``wanted=0``)."""
    number = request.POST.get("number", "")
    if not number.isdecimal() or len(number) > 18:
        raise MissingError(_("What you are looking for is not here, or not open to you."))
    thing = find_target(request.region, request.POST.get("thing", ""), int(number), request.user)
    by = cast(Person, request.user)
    if request.POST.get("wanted") == "0":
        unfollow(thing, by=by)
        messages.success(request, _("You no longer follow “%(title)s”.") % {"title": title_of(thing)})
    else:
        follow(thing, by=by)
        messages.success(request, _("You now follow “%(title)s”.") % {"title": title_of(thing)})
    return back(request, url_of(thing))


@never_cache
@login_required
@region_view
@require_POST
def notes_read(request: RegionRequest) -> HttpResponse:
    """Mark one's notes as read."""
    read_notes(cast(Person, request.user), request.region)
    return back(request, f"/{request.region.slug}/meine-seite/")


class ChoiceForm(forms.Form):
    """A pace for each kind that may be chosen."""

    def __init__(self, data: object, *, paces: dict[str, str]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        for kind in registered_kinds():
            if not kind.obligatory:
                self.fields[kind.key] = forms.ChoiceField(
                    label=str(kind.label), choices=Pace.choices, initial=paces.get(kind.key, kind.pace)
                )


@never_cache
@login_required
@region_view
@require_http_methods(["GET", "HEAD", "POST"])
@told
def choices(request: RegionRequest) -> HttpResponse:
    """Choose how soon to hear of what, in this region."""
    by = cast(Person, request.user)
    form = ChoiceForm(request.POST if request.method == "POST" else None, paces=chosen_paces(by, request.region))
    if form.is_bound and form.is_valid():
        choose_pace(by, request.region, form.cleaned_data)
        messages.success(request, _("Your choice is saved."))
        return redirect("notify:choices", region=request.region.slug)
    fixed = [kind.label for kind in registered_kinds() if kind.obligatory and kind.key != "digest"]
    context = {"form": form, "fixed": fixed}
    return render(request, "notify/choices.html", context, status=400 if form.errors else 200)


@csrf_exempt  # mail programs post here by themselves (RFC 8058); the signed word in the address is the proof
@never_cache
@region_view
@require_http_methods(["GET", "HEAD", "POST"])
@told
def unsubscribe_page(request: RegionRequest, token: str) -> HttpResponse:
    """End a kind of mail. Only a POST does it: programs that check links open every address in a mail."""
    kind = unsubscribe(request.region, token) if request.method == "POST" else None
    response = render(request, "notify/unsubscribe.html", {"kind": kind})
    response.headers["Cache-Control"] = "private, no-store"
    return response
