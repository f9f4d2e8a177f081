"""For views: a domain error becomes a message with the right status, on the page it came from or on one of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from raumwerk.errors import ConflictError, InputError, MissingError
from raumwerk.web.kit.problems import sentence

__all__ = ["back", "needs", "told"]


def told(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Turn errors of a deed into an answer: what is missing is 404; what cannot be done is said on the page before."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except MissingError as error:
            raise Http404(sentence(error)) from error
        except (InputError, ConflictError) as error:
            messages.error(request, sentence(error))
            return back(request)

    return answered


def back(request: HttpRequest, default: str = "/") -> HttpResponse:
    """Return to the page a form names as ``next``, if it is one of ours, else to `default`."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(wanted if ours and wanted.startswith("/") else default)


def needs(request: HttpRequest, permission: str) -> None:
    """Refuse who lacks a permission in the region of the address."""
    if not request.user.has_perm(permission, request.region):  # type: ignore[attr-defined]
        raise PermissionDenied
