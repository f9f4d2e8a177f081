"""Kinds of news. Each app registers its own in ``apps.ready``; people choose a pace per kind."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from raumwerk.errors import MissingError

__all__ = ["Kind", "Pace", "is_secret", "kind_of", "register_kind", "registered_kinds"]


class Pace(models.TextChoices):
    """How soon somebody wants to be told by mail; the note on the own page is made at once in any case."""

    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Once a day")
    WEEKLY = "weekly", _("Once a week")
    NONE = "none", _("No mail")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of news: its key, what it is called, and how it reaches people who chose nothing."""

    key: str
    label: str | Promise
    pace: Pace
    obligatory: bool
    secret: bool = False


_kinds: dict[str, Kind] = {}


def register_kind(
    key: str, label: str | Promise, *, pace: Pace = Pace.DAILY, obligatory: bool = False, secret: bool = False
) -> Kind:
    """Make a kind of news known.

    Parameters
    ----------
    key : str
        Short name as kept in the database, e.g. ``meeting_invitation``.
    label : str
        What people read where they choose; translated lazily.
    pace : Pace
        The pace of those who chose nothing.
    obligatory : bool
        True for mail that rules of procedure or security demand: it goes out at once and cannot be chosen away.
    secret : bool
        True for mail that opens something by a link or a code: the queue keeps its text only while it waits.
    """
    kind = Kind(key, label, Pace.AT_ONCE if obligatory else pace, obligatory, secret)
    known = _kinds.setdefault(key, kind)
    if known != kind and str(known.label) != str(label):
        raise ValueError(f"The kind of news {key!r} is registered twice, as {known.label!r} and as {label!r}.")
    return known


def kind_of(key: str) -> Kind:
    """Return a registered kind.

    Raises
    ------
    MissingError
        When no app registered it.
    """
    try:
        return _kinds[key]
    except KeyError:
        raise MissingError(
            f"There is no kind of news {key!r}; known are {', '.join(sorted(_kinds)) or 'none'}. "
            "An app registers its kinds by register_kind in apps.ready."
        ) from None


def is_secret(key: str) -> bool:
    """Tell whether mail of a kind opens something; of an app that is gone nothing is known, so it is taken to."""
    kind = _kinds.get(key)
    return kind is None or kind.secret


def registered_kinds() -> list[Kind]:
    """Return all kinds, by what they are called."""
    return sorted(_kinds.values(), key=lambda kind: str(kind.label))
