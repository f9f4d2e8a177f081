"""What is searched: apps register their models and say of each thing what is found of it.

``register(Resolution, kind="resolution", document=document_of)`` in an app's ``ready``; saving and deleting a thing
brings the index up to date when the transaction has committed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models, transaction
from django.db.models.signals import post_delete, post_save
from django.utils.functional import Promise

from raumwerk.web.shared.visibility import Visibility

__all__ = [
    "Document",
    "Registration",
    "label_of",
    "register",
    "registered",
    "registrations",
    "set_indexer",
    "things_changed",
]


@dataclass(frozen=True, slots=True)
class Document:
    """What the index keeps of a thing in one language.

    Parameters
    ----------
    title, text : str
        What is searched; the title counts more, and the beginning of the text is shown.
    address : str
        Path of its page, in German where ``language`` is empty (readers of English get the English one).
    visibility, body_number
        Who finds it; the level ``body`` needs the number of the body.
    language : str
        ``de`` or ``en`` for a thing that stands in each language by itself; empty for one that all readers find.
    day : date or None
        Its date, shown with the result.
    """

    title: str
    text: str
    address: str
    visibility: str = Visibility.OFFICE
    body_number: int | None = None
    language: str = ""
    day: date | None = None


type_documents = Callable[[Any], Iterable[Document]]
type_key = tuple[type[models.Model], Any]


@dataclass(frozen=True, slots=True)
class Registration:
    """A model that is searched."""

    model: type[models.Model]
    kind: str
    label: str | Promise
    documents: type_documents
    region_of: Callable[[Any], Any]
    rows: Callable[[], models.QuerySet[Any]]


_registered: dict[type[models.Model], Registration] = {}
_indexer: list[Callable[[Iterable[type_key]], None]] = []


def register(
    model: type[models.Model],
    *,
    kind: str,
    label: str | Promise,
    documents: type_documents,
    region_of: Callable[[Any], Any] = lambda thing: thing.region,
    also: Callable[[Any], Iterable[models.Model]] | None = None,
) -> None:
    """Have the things of a model searched.

    Parameters
    ----------
    model : Model class
        Whose rows.
    kind, label : str
        Name and translated word of the kind, by which results can be narrowed.
    documents : callable
        From a row, read anew from the database, to what is found of it: none where nobody may find it.
    region_of : callable
        From a row to its region, or None.
    also : callable or None
        From a changed row to other rows whose entries follow from it, e.g. the items of an agenda.
    """
    manager = model._base_manager
    _registered[model] = Registration(model, kind, label, documents, region_of, manager.all)

    def changed(sender: Any, instance: models.Model, **kwargs: Any) -> None:
        if not kwargs.get("raw"):
            things_changed([instance, *(also(instance) if also else ())])

    for signal in (post_save, post_delete):
        signal.connect(changed, sender=model, weak=False, dispatch_uid=f"search.{model._meta.label}.{id(signal)}")


def registered(model: type[models.Model]) -> Registration | None:
    """Return how a model is searched; of specialised pages, how their nearest registered kind is."""
    return next((_registered[one] for one in model.__mro__ if one in _registered), None)


def registrations() -> list[Registration]:
    """Return all that is searched."""
    return list(_registered.values())


def label_of(kind: str) -> str | Promise:
    """Return the word for a kind."""
    return next((one.label for one in _registered.values() if one.kind == kind), kind)


def set_indexer(indexer: Callable[[Iterable[type_key]], None]) -> None:
    """Name what writes the index; it reads this registry and therefore lies above it."""
    _indexer[:] = [indexer]


def things_changed(things: Iterable[models.Model]) -> None:
    """Bring the entries of things up to date once the present transaction has committed."""
    keys = [(type(thing), thing.pk) for thing in things if thing.pk is not None]
    transaction.on_commit(lambda: [index(keys) for index in _indexer])
