"""What every page of the forum needs: the reader, the way back, and the step from a form to a deed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from raumwerk.errors import RaumwerkError
from raumwerk.web.forum.models import Body
from raumwerk.web.forum.queries.bodies import body_seen
from raumwerk.web.kit.refusals import tell_form
from raumwerk.web.people.models import Person
from raumwerk.web.regions.shortcuts import RegionRequest, region_view, way_to
from raumwerk.web.shared.visibility import Audience, audience_of

__all__ = [
    "actor",
    "address",
    "allow",
    "asked_body",
    "audience",
    "crumb",
    "do",
    "form_page",
    "forum_page",
    "with_body",
]


def audience(request: RegionRequest) -> Audience:
    """Return the reader's audience, asked once per request."""
    kept: Audience | None = getattr(request, "_audience", None)
    if kept is None:
        kept = audience_of(request.user, request.region)
        request._audience = kept  # type: ignore[attr-defined]
    return kept


def actor(request: HttpRequest) -> Person:
    """Return the person behind a request that was let in."""
    return cast(Person, request.user)


def crumb(title: str, name: str = "", **kwargs: Any) -> dict[str, str]:
    """Return one step of the way; without the name of an address it is the present page."""
    return {"title": title, "url": reverse(f"forum:{name}", kwargs=kwargs) if name else ""}


def forum_page(
    request: RegionRequest, template: str, *trail: dict[str, str], status: int = 200, **context: Any
) -> HttpResponse:
    """Answer with a page of the forum below the steps of `trail`."""
    forum = reverse("forum:overview", kwargs={"region": request.region.slug}) if trail else ""
    steps = [*way_to(request.region, (_("Forum"), forum)), *trail]
    return render(
        request, f"forum/{template}", {"crumbs": steps, "audience": audience(request), **context}, status=status
    )


def allow(request: RegionRequest, permission: str, target: Any) -> HttpResponse | None:
    """Let somebody in; who is not signed in is led to the login, everybody else without the right gets 403."""
    if request.user.has_perm(permission, target):
        return None
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    raise PermissionDenied


def asked_body(request: RegionRequest, slug: str) -> Body:
    """Return the body of the address as far as the reader may see it, with the region of the request."""
    body = body_seen(request.region, slug, audience(request))
    body.region = request.region
    return body


def with_body(permission: str = "") -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Call `view(request, body, …)` with the body of the address; with `permission`, only for those who have it."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @region_view
        @wraps(view)
        def opened(request: RegionRequest, *args: Any, body: str, **kwargs: Any) -> HttpResponse:
            found = asked_body(request, body)
            refused = allow(request, permission, found) if permission else None
            return refused or view(request, found, *args, **kwargs)

        return opened

    return decorate


def do(form: BaseForm, deed: Callable[[], object]) -> int:
    """Do a deed with a valid form; a refusal is written at the form.

    Returns
    -------
    int
        200 when it was done, else the status of the answer.
    """
    if not form.is_valid():
        return 400
    try:
        deed()
    except RaumwerkError as error:
        return tell_form(form, error)
    return 200


def address(request: RegionRequest, name: str, **kwargs: Any) -> str:
    """Return the address of a page of the forum in the region of the request."""
    return reverse(f"forum:{name}", kwargs={"region": request.region.slug, **kwargs})


def form_page(
    request: RegionRequest,
    form: BaseForm,
    deed: Callable[..., Any],
    *,
    said: str,
    to: str | Callable[[Any], str],
    title: str,
    trail: Iterable[dict[str, str]],
    template: str = "form.html",
    **shown: Any,
) -> HttpResponse:
    """Show a form; once it is sent, do the deed with its fields, say so and lead on.

    Parameters
    ----------
    deed : callable
        Called with ``by`` and the fields of the form; its refusals are written at the form.
    said : str
        What the reader is told when it is done.
    to : str or callable
        Where it leads then: an address, or what makes one of the deed's result.
    title, trail, template, shown
        Of the page with the form; `trail` is made before the form touches what it changes.
    """
    status, steps = 200, (*trail, crumb(title))
    if request.method == "POST":
        made: list[Any] = []
        status = do(form, lambda: made.append(deed(by=actor(request), **form.cleaned_data)))
        if status == 200:
            messages.success(request, said)
            return redirect(to if isinstance(to, str) else to(made[0]))
    return forum_page(request, template, *steps, form=form, title=title, status=status, **shown)
