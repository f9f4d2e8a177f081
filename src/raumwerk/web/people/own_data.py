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

__all__ = ["Part", "own_data", "packed", "register_part", "register_rows", "registered_fields"]

type_rows = Callable[[Person], Iterable[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the export: its name, its heading and how its rows are read."""

    name: str
    title: str | Promise
    rows: type_rows


_parts: dict[str, Part] = {}
_fields: set[tuple[type[models.Model], str]] = set()


def register_part(name: str, title: str | Promise, rows: type_rows) -> None:
    """Add a part to everybody's export; a second registration of a name replaces the first."""
    _parts[name] = Part(name, title, rows)


def register_rows(title: str | Promise, model: type[models.Model], person_field: str, *fields: str) -> None:
    """Add the rows of a model that belong to the person: their key and the fields named, nothing else.

    Fields that tell of others must not be named here. Where several fields of a model lead to persons, each is a part
    of its own.
    """
    name = model._meta.label_lower
    if any(known is model and field != person_field for known, field in _fields):
        name = f"{name}.{person_field}"
    _fields.add((model, person_field))

    def rows(person: Person) -> list[dict[str, Any]]:
        mine = model._base_manager.filter(**{person_field: person.pk}).order_by("pk")
        return list(mine.values("pk", *fields))

    register_part(name, title, rows)


def registered_fields() -> frozenset[tuple[type[models.Model], str]]:
    """Return the models whose rows are exported, each with the field by which a row belongs to somebody."""
    return frozenset(_fields)


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
