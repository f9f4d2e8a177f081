"""Errors of the API as problem JSON (RFC 9457): one sentence that says what was wrong and what to do."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from rest_framework import exceptions

from raumwerk.errors import BusyError, InputError, MissingError
from raumwerk.web.kit.problems import sentence, worded

__all__ = ["handle", "problem"]


def problem(status: int, title: str, detail: str, **more: Any) -> HttpResponse:
    """One problem as ``application/problem+json``."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False), status=status, content_type="application/problem+json"
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def handle(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """Exception handler of the API views; None lets Django report what nobody foresaw."""
    if isinstance(error, exceptions.ValidationError):
        return _invalid(error.detail)
    if isinstance(error, InputError):
        return _unacceptable(error)
    if isinstance(error, MissingError | Http404):
        return problem(404, gettext("Not found"), _told(error) or gettext("There is nothing at this address."))
    if isinstance(error, BusyError):
        response = problem(503, gettext("One moment, please"), sentence(error))
        response.headers["Retry-After"] = "10"
        return response
    if isinstance(error, exceptions.MethodNotAllowed):
        response = problem(405, gettext("Method not allowed"), gettext("This interface is read with GET only."))
        response.headers["Allow"] = "GET, HEAD, OPTIONS"
        return response
    if isinstance(error, exceptions.APIException):
        return problem(error.status_code, str(error.default_detail), str(error.detail))
    return None


def _told(error: MissingError | Http404) -> str:
    return sentence(error) if isinstance(error, MissingError) else str(error)


def _invalid(detail: Any) -> HttpResponse:
    fields = [(name, str(message)) for name, messages in dict(detail).items() for message in messages]
    told = "; ".join(f"{name}: {message}" for name, message in fields)
    problems = [{"parameter": name, "detail": message} for name, message in fields]
    return problem(400, gettext("The request cannot be answered"), told, problems=problems)


def _unacceptable(error: InputError) -> HttpResponse:
    found = [worded(each) for each in error.problems]
    problems = [
        {"parameter": str(each.column or ""), "detail": each.what, "expected": each.expected, "advice": each.advice}
        for each in found
    ]
    told = " ".join(
        gettext("%(what)s (possible: %(expected)s). %(advice)s")
        % {"what": each.what, "expected": each.expected, "advice": each.advice}
        if each.expected
        else f"{each.what}. {each.advice}"
        for each in found
    )
    return problem(400, gettext("The request cannot be answered"), told.strip(), problems=problems)


def not_found(request: HttpRequest) -> HttpResponse:
    """Answer for addresses below ``/api/`` that do not exist."""
    return problem(
        404, gettext("Not found"), gettext("There is nothing at this address; /api/v1/schema/ lists what there is.")
    )
