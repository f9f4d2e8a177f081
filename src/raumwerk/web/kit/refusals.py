"""Errors of the domain as a reader meets them: which status they have, and at which field of a form they stand."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.forms import BaseForm

from raumwerk.errors import ConflictError, InputError, MissingError, Problem, RaumwerkError, UnavailableError
from raumwerk.web.kit.problems import sentence, worded

__all__ = ["refusal_of", "status_of", "tell_form"]


def status_of(error: RaumwerkError) -> int:
    """Return the status of the answer to a refused deed."""
    if isinstance(error, ConflictError):
        return 409
    if isinstance(error, InputError):
        return 400
    if isinstance(error, MissingError):
        return 404
    return 503 if isinstance(error, UnavailableError) else 500


def tell_form(form: BaseForm, error: RaumwerkError) -> int:
    """Put the problems of a refused deed at the fields they belong to, the others above the form; return the status."""
    for problem in map(worded, error.problems) if isinstance(error, InputError) else ():
        field = problem.column if problem.column in form.fields else None
        form.add_error(field, " ".join(part for part in (problem.what, problem.advice) if part))
    if not isinstance(error, InputError):
        form.add_error(None, sentence(error))
    return status_of(error)


def refusal_of(error: ValidationError) -> InputError:
    """Turn what Django's own checks of a model found into our error; fields are named as columns."""
    if not hasattr(error, "error_dict"):
        return InputError([Problem(text) for text in error.messages])
    found = [(name, text) for name, texts in error.message_dict.items() for text in texts]
    return InputError([Problem(text, column=None if name == "__all__" else name) for name, text in found])
