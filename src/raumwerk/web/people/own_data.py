"""What an installation keeps about somebody, for themselves: apps register their part, the export puts it together.

``register_part("comments", _("My comments"), rows)`` in an app's ``ready``; ``rows(person)`` returns plain values.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise

from raumwerk.web.people.models import Person
from raumwerk.web.regions.scope import allow_unscoped

__all__ = ["Part", "own_data", "packed", "register_part", "register_rows", "registered_models"]

type_rows = Callable[[Person], Iterable[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the export: its name, its heading and how its rows are read."""

    name: str
    title: str | Promise
    rows: type_rows


_parts: dict[str, Part] = {}
_models: set[type[models.Model]] = set()


def register_part(name: str, title: str | Promise, rows: type_rows) -> None:
    """Add a part to everybody's export; a second registration of a name replaces the first."""
    _parts[name] = Part(name, title, rows)


def register_rows(title: str | Promise, model: type[models.Model], person_field: str, *fields: str) -> None:
    """Add the rows of a model that belong to the person: their key and the fields named, nothing else.

    Fields that tell of others must not be named here.
    """
    _models.add(model)

    def rows(person: Person) -> list[dict[str, Any]]:
        mine = model._base_manager.filter(**{person_field: person.pk}).order_by("pk")
        return list(mine.values("pk", *fields))

    register_part(model._meta.label_lower, title, rows)


def registered_models() -> frozenset[type[models.Model]]:
    """Return the models whose rows are exported field by field."""
    return frozenset(_models)


def own_data(person: Person) -> list[tuple[Part, list[dict[str, Any]]]]:
    """Return all that is kept about a person, part by part; empty parts too, so that it is said that there is none."""
    with allow_unscoped("everybody may read their own data of all regions"):
        return [(part, [_plain(row) for row in part.rows(person)]) for part in _parts.values()]


def packed(person: Person) -> bytes:
    """Return the export as a ZIP archive: ``data.json`` for machines, ``data.html`` to read."""
    parts = own_data(person)
    made_at = timezone.now()
    machine = {"made_at": made_at.isoformat(), "parts": {part.name: rows for part, rows in parts}}
    page = render_to_string("people/own_data_file.html", {"parts": parts, "made_at": made_at, "person": person})
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(machine, ensure_ascii=False, indent=2))
        archive.writestr("data.html", page)
    return stream.getvalue()


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {key: _value(value) for key, value in row.items()}


def _value(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float | bool | list | dict):
        return value
    return str(value)
