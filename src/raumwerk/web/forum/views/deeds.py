"""Pages with several buttons: each button names a deed, and a refusal stands above the page with the right status."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponse, HttpResponseRedirect

from raumwerk.errors import InputError, RaumwerkError
from raumwerk.web.forum.views.frame import allow
from raumwerk.web.kit.problems import sentence
from raumwerk.web.kit.refusals import status_of
from raumwerk.web.regions.shortcuts import RegionRequest

__all__ = ["Button", "Refused", "press", "words_of"]


@dataclass(frozen=True, slots=True)
class Button:
    """A deed behind a button: the permission it needs, on what, what is done and what is said then."""

    permission: str
    target: Any
    deed: Callable[[], object]
    done: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A deed that was refused: the page shows the words and answers with the status."""

    words: str = ""
    status: int = 200


def words_of(error: RaumwerkError) -> str:
    """Return the words of an error without the names of fields, which a reader does not know."""
    if isinstance(error, InputError):
        return "\n".join(f"{problem.what} {problem.advice}".strip() for problem in error.problems)
    return sentence(error)


def press(request: RegionRequest, buttons: Mapping[str, Callable[[], Button]], to: str) -> HttpResponse | Refused:
    """Do the deed named by the form; return the way to go on, or the refusal to show."""
    name = request.POST.get("deed", "")
    if name not in buttons:
        raise SuspiciousOperation("This page has no such button.")
    try:
        button = buttons[name]()
    except RaumwerkError as error:
        return Refused(words_of(error), status_of(error))
    if refused := allow(request, button.permission, button.target):
        return refused
    try:
        button.deed()
    except RaumwerkError as error:
        return Refused(words_of(error), status_of(error))
    messages.success(request, button.done)
    return HttpResponseRedirect(to)
