"""What several deeds ask before they act."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from raumwerk.errors import ConflictError, InputError, Problem
from raumwerk.web.forum.models import Body
from raumwerk.web.kit.refusals import refusal_of

__all__ = ["checked", "locked_body", "plain", "saved"]

#: Years that days of the forum may lie in.
YEARS = range(1900, 2200)


def locked_body(body: Body, *, standing: bool = True) -> Body:
    """Return the body as it is now, held until the deed is done, so that two deeds follow each other.

    Raises
    ------
    ConflictError
        When it has been dissolved; not where `standing` is false: what it resolved while it stood is still entered.
    """
    current: Body = Body.objects.in_region(body.region_id).select_for_update().select_related("region").get(pk=body.pk)
    if standing and current.dissolved:
        raise ConflictError(_("“%(body)s” has been dissolved; nothing can be changed there.") % {"body": current.name})
    return current


def checked(instance: models.Model, exclude: tuple[str, ...] = ()) -> None:
    """Let the model check itself; what it finds is raised as :class:`~raumwerk.errors.InputError`."""
    try:
        instance.full_clean(exclude=exclude)
    except ValidationError as error:
        raise refusal_of(error) from error
    dates = [field.name for field in instance._meta.concrete_fields if isinstance(field, models.DateField)]
    if problems := [_odd_year(name) for name in dates if _is_odd(getattr(instance, name))]:
        raise InputError(problems)


def _is_odd(day: date | None) -> bool:
    """A year mistyped (0026, 9999) breaks the calendars of all readers, which span all that is in them."""
    return day is not None and day.year not in YEARS


def _odd_year(name: str) -> Problem:
    what = _("The year must lie between %(first)d and %(last)d.") % {"first": YEARS.start, "last": YEARS.stop - 1}
    return Problem(what, column=name)


def saved(instance: models.Model) -> None:
    """Check and save."""
    checked(instance)
    instance.save()


def plain(value: Any) -> Any:
    """Return a value as the log keeps it: rows by their key, days as text."""
    if isinstance(value, models.Model):
        return value.pk
    return value if value is None or isinstance(value, (bool, int, str, list)) else str(value)
