"""Seats an invitation may promise. Bodies lie above this floor: whoever knows them registers what can be chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from raumwerk.web.regions.models import Region

__all__ = ["body_choices", "group_choices", "register_seats"]

type_choices = Sequence[tuple[str, str]]

_bodies: list[Callable[[Region], type_choices]] = []
_groups: list[Callable[[], type_choices]] = []


def register_seats(bodies: Callable[[Region], type_choices], groups: Callable[[], type_choices]) -> None:
    """Offer bodies (number and name) of a region and the interest groups (key and word) in invitations."""
    _bodies[:], _groups[:] = [bodies], [groups]


def body_choices(region: Region) -> list[tuple[str, str]]:
    """Return the bodies of a region as choices; none where nobody knows any."""
    return [choice for provider in _bodies for choice in provider(region)]


def group_choices() -> list[tuple[str, str]]:
    """Return the interest groups as choices."""
    return [choice for provider in _groups for choice in provider()]
