"""What several deeds ask before they act."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from raumwerk.errors import ConflictError
from raumwerk.web.forum.models import Body
from raumwerk.web.kit.refusals import refusal_of

__all__ = ["checked", "locked_body", "plain", "saved"]


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


def saved(instance: models.Model) -> None:
    """Check and save."""
    checked(instance)
    instance.save()


def plain(value: Any) -> Any:
    """Return a value as the log keeps it: rows by their key, days as text."""
    if isinstance(value, models.Model):
        return value.pk
    return value if value is None or isinstance(value, (bool, int, str, list)) else str(value)
