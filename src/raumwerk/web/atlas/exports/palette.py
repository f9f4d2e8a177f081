"""Colours of classes, as on the screen (``frontend/src/flows/classes.ts``): told apart by everybody, also in grey."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from math import floor

__all__ = ["CROSSING", "FEWER", "MORE", "NO_VALUE", "WITHIN", "class_of", "colours", "colours_of"]

_SEQUENTIAL = ("#e8f1f2", "#b9d8dc", "#83b9c4", "#4b94aa", "#22698a", "#0f4163", "#08263f")
_BELOW = ("#7f3b08", "#b35806", "#e08214", "#fdb863", "#fee0b6")
_ABOVE = ("#d1e5f0", "#92c5de", "#4393c3", "#2166ac", "#053061")
NO_VALUE = "#f4f4f4"
WITHIN, CROSSING = "#0f4163", "#a34f04"
#: More and fewer than expected, as in ``frontend/src/flows/palette.ts``.
MORE, FEWER = "#2166ac", "#b35806"


def class_of(value: float, breaks: Sequence[float]) -> int:
    """Index of the class that holds a value; a value on a border belongs to the class above it."""
    return bisect_right(breaks, value)


def colours(count: int, middle: int | None = None) -> list[str]:
    """Colours of ``count`` classes; with ``middle`` (number of classes below the turning point) they part there."""
    if count < 1:
        return []
    if middle is not None and 0 < middle < count:
        return [*_spread(_BELOW, middle), *_spread(_ABOVE, count - middle)]
    return _spread(_SEQUENTIAL, count)


def colours_of(breaks: Sequence[float], diverging_at: float | None) -> list[str]:
    """Colours for the classes between these breaks; diverging where the indicator has a middle and enough classes."""
    if diverging_at is None or len(breaks) < 2:
        return colours(len(breaks) + 1)
    nearest = min(range(len(breaks)), key=lambda index: abs(breaks[index] - diverging_at))
    return colours(len(breaks) + 1, nearest + 1)


def _spread(ramp: Sequence[str], count: int) -> list[str]:
    if count == 1:
        return [ramp[len(ramp) // 2]]
    places = [index * (len(ramp) - 1) / (count - 1) for index in range(count)]
    if count <= len(ramp):
        return [ramp[floor(place + 0.5)] for place in places]
    below = [min(len(ramp) - 2, floor(place)) for place in places]
    return [_mixed(ramp[at], ramp[at + 1], place - at) for at, place in zip(below, places, strict=True)]


def _mixed(one: str, other: str, share: float) -> str:
    """Colour between two neighbours of a ramp that has too few."""
    parts = [(int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{floor(start + (end - start) * share + 0.5):02x}" for start, end in parts)
