"""What the site asks other rooms of the house, without knowing them; the portal names the answers at start."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from raumwerk.web.regions.models import Region

__all__ = ["bodies_of", "places_of", "register_bodies", "register_places"]

type_places = Callable[[Region, str], Mapping[str, str]]
type_bodies = Callable[[Region], Mapping[int, str]]

_places: list[type_places] = []
_bodies: list[type_bodies] = []


def register_places(provider: type_places) -> None:
    """Let `provider` tell the districts and municipalities of a region: key → name in a language."""
    _places[:] = [provider]


def register_bodies(provider: type_bodies) -> None:
    """Let `provider` tell the bodies of a region: number → name."""
    _bodies[:] = [provider]


def places_of(region: Region, language: str) -> Mapping[str, str]:
    """Return the districts and municipalities of a region by key, in the order they shall be listed."""
    return _places[0](region, language) if _places else {}


def bodies_of(region: Region) -> Mapping[int, str]:
    """Return the bodies of a region by number."""
    return _bodies[0](region) if _bodies else {}
