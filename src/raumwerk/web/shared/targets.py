"""Things that can be followed, discussed and backed by citations, of whatever app.

An app registers each of its models once, in ``apps.ready``; the rooms for comments, citations and news know no model
by name. Rights are asked here each time: nobody follows, reads or writes beside what they may not read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from raumwerk.errors import MissingError
from raumwerk.web.people.models import Person
from raumwerk.web.regions.models import Region

__all__ = [
    "TargetType",
    "find_target",
    "nobody",
    "readable_rows",
    "register_target",
    "target_type",
    "target_types",
    "things_by_row",
    "title_of",
    "url_of",
]  # fmt: skip

type_right = Callable[[Person | AnonymousUser, Any], bool]


def nobody(person: Person | AnonymousUser, target: Any) -> bool:
    """A right that nobody has."""
    return False


@dataclass(frozen=True, slots=True)
class TargetType:
    """How one model takes part: what it is called, where it is shown, and who may do what with one of it."""

    model: type[models.Model]
    label: str | Promise
    title: Callable[[Any], str]
    url: Callable[[Any], str]
    may_read: type_right
    may_cite: type_right
    may_discuss: type_right
    find: Callable[[Region, int], Any]
    region: Callable[[Any], Region]

    @property
    def key(self) -> str:
        """Name of the type in addresses, e.g. ``forum.body``."""
        return self.model._meta.label_lower


_types: dict[type[models.Model], TargetType] = {}


def register_target(
    model: type[models.Model],
    *,
    label: str | Promise,
    url: Callable[[Any], str],
    may_read: type_right,
    title: Callable[[Any], str] = str,
    may_cite: type_right = nobody,
    may_discuss: type_right = nobody,
    find: Callable[[Region, int], Any] | None = None,
    region: Callable[[Any], Region] = attrgetter("region"),
) -> TargetType:
    """Let things of a model be followed, and as far as rights say, discussed and backed by citations.

    Parameters
    ----------
    model : model class
        Rows belong to a region by their field ``region``.
    label : str
        What such a thing is called, e.g. “Resolution”; translated lazily.
    url : callable
        ``url(thing)``: path of its page.
    may_read : callable
        ``may_read(person, thing)``; the person may be anonymous. Who may not read may do nothing else either.
    title : callable
        ``title(thing)``; one line.
    may_cite, may_discuss : callable
        Who may add a citation, who may write a comment; default nobody.
    find : callable
        ``find(region, number)``: the thing or None; default by primary key among the region's own.
    region : callable
        ``region(thing)``; default its field ``region``.
    """

    def by_scope(region: Region, number: int) -> Any:
        return model._default_manager.in_region(region).filter(pk=number).first()  # type: ignore[attr-defined]

    _types[model] = TargetType(model, label, title, url, may_read, may_cite, may_discuss, find or by_scope, region)
    return _types[model]


def target_types() -> list[TargetType]:
    """Return every registered type."""
    return list(_types.values())


def target_type(thing: models.Model | type[models.Model] | None) -> TargetType:
    """Return the type of a thing, or of a model.

    Raises
    ------
    MissingError
        When no app registered it.
    """
    model = thing if isinstance(thing, type) else type(thing)
    for known in model.__mro__:
        if known in _types:
            return _types[known]
    raise MissingError(f"{model.__name__} takes no part: an app registers its models by register_target in apps.ready.")


def find_target(region: Region, key: str, number: int, person: Person | AnonymousUser) -> Any:
    """Return a thing of a region that `person` may read.

    Raises
    ------
    MissingError
        When there is none of that number, or this reader may not know of it.
    """
    kind = next((one for one in _types.values() if one.key == key), None)
    thing = kind.find(region, number) if kind else None
    if kind is None or thing is None or not kind.may_read(person, thing):
        raise MissingError(_("What you are looking for is not here, or not open to you."))
    return thing


def things_by_row(rows: list[Any], type_field: str = "about_type", id_field: str = "about_id") -> dict[int, Any]:
    """Return what each row is about, by the row's key: one query a model; what is gone or unregistered is left out."""
    asked: dict[int, set[int]] = {}
    for row in rows:
        if getattr(row, f"{type_field}_id") is not None:
            asked.setdefault(getattr(row, f"{type_field}_id"), set()).add(getattr(row, id_field))
    found: dict[tuple[int, int], Any] = {}
    for type_id, numbers in asked.items():
        model = ContentType.objects.get_for_id(type_id).model_class()
        if model is not None and any(known in _types for known in model.__mro__):
            # The plain manager: the rows themselves are of one region or of one person, and readers are asked about.
            for thing in model._base_manager.filter(pk__in=numbers):
                found[type_id, thing.pk] = thing
    pairs = ((row.pk, (getattr(row, f"{type_field}_id"), getattr(row, id_field))) for row in rows)
    return {key: found[place] for key, place in pairs if place in found}


def title_of(thing: models.Model | None) -> str:
    """Return the title of a thing."""
    return str(target_type(thing).title(thing))


def url_of(thing: models.Model | None) -> str:
    """Return the path of a thing's page."""
    return str(target_type(thing).url(thing))


def readable_rows(rows: list[Any], person: Person | AnonymousUser) -> list[Any]:
    """Keep the rows whose thing `person` may read now, and those about nothing or about things without such a rule."""
    things = things_by_row(rows)
    kept = []
    for row in rows:
        thing = things.get(row.pk)
        about = ContentType.objects.get_for_id(row.about_type_id).model_class() if row.about_type_id else None
        ruled = about is not None and any(known in _types for known in about.__mro__)
        if not ruled or (thing is not None and target_type(thing).may_read(person, thing)):
            kept.append(row)
    return kept
