"""What an analysis answers: sentences, figures, tables and a picture; pages, files and the API show the same one."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, cast

import polars as pl
from django.utils.translation import gettext

from raumwerk.errors import BusyError
from raumwerk.web.atlas.queries.planning.drawing import WIDTH, Drawing
from raumwerk.web.atlas.queries.release import AtlasRelease

__all__ = [
    "Analysis",
    "Column",
    "Dot",
    "Figure",
    "Layer",
    "Legend",
    "Picture",
    "Table",
    "apart",
    "heavy_turn",
    "kept",
]

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the summary. ``before`` is what it is compared with."""

    key: str
    name: str
    value: float | None
    unit: str = ""
    decimals: int = 0
    before: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table. ``decimals`` is None for text; ``area`` marks keys that lead to a profile.

    A ``bounded`` column has two more of its name with ``_lower`` and ``_upper``: the interval of a value not published.
    """

    name: str
    label: str
    description: str
    unit: str = ""
    decimals: int | None = None
    area: str | None = None
    bounded: bool = False

    @property
    def names(self) -> list[str]:
        """Its columns in the frame."""
        return [self.name, *([f"{self.name}_lower", f"{self.name}_upper"] if self.bounded else [])]

    @property
    def number(self) -> bool:
        """Whether the column holds numbers."""
        return self.decimals is not None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of an answer; the first column heads the row."""

    key: str
    title: str
    columns: Sequence[Column]
    frame: pl.DataFrame
    note: str = ""

    def rows(self) -> list[dict[str, Any]]:
        """Rows as the columns name them."""
        return self.data.to_dicts()

    @property
    def data(self) -> pl.DataFrame:
        """What the columns name, with the keys that lead to profiles."""
        names = [name for column in self.columns for name in (*column.names, *([column.area] if column.area else []))]
        return self.frame.select(list(dict.fromkeys(names)))


@dataclass(frozen=True, slots=True)
class Legend:
    """One line of the legend; ``kind``: area, line, dashed or dot."""

    colour: str
    text: str
    kind: str = "area"


@dataclass(frozen=True, slots=True)
class Layer:
    """Lines over the areas."""

    path: str
    colour: str
    width: float
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """A mark with its name above or below it; without ``label`` the name shows only when pointed at, without ``narrow``
    it is not written on a narrow screen."""

    x: int
    y: int
    radius: float
    name: str
    colour: str = "#1d1d1b"
    label: bool = True
    below: bool = False
    narrow: bool = True

    @property
    def baseline(self) -> float:
        """Height at which its name is written."""
        return self.y + self.radius + 18 if self.below else self.y - self.radius - 4


Room = tuple[float, float, float, float]  # left, right, top and bottom
_LETTER, _RISE, _FALL = 9.5, 16.0, 4.0  # a name in units of the drawing: width of a letter, height above and below line
_ON_PHONES = 30 / 19  # so much larger are names written on a narrow screen


def apart(dots: Sequence[Dot]) -> list[Dot]:
    """Marks whose names do not lie on each other.

    Who comes first has its name above the mark; who comes later has it above or below, or the mark alone. On a narrow
    screen, where letters are larger, fewer names have room.
    """
    placed: list[Dot] = []
    taken: list[Room] = []
    phone: list[Room] = []
    for dot in dots:
        ways = [replace(dot, below=below) for below in (False, True)] if dot.label else []
        fits = next((way for way in ways if not any(_meet(_room(way), other) for other in taken)), None)
        if fits is None:
            placed.append(replace(dot, label=False))
            continue
        taken.append(_room(fits))
        large = _room(fits, _ON_PHONES)
        narrow = large[0] >= 0 and large[1] <= WIDTH and not any(_meet(large, other) for other in phone)
        phone += [large] if narrow else []
        placed.append(replace(fits, narrow=narrow))
    return placed


def _room(dot: Dot, size: float = 1.0) -> Room:
    """Room of a name; at the edge of the drawing it stands beside its mark."""
    half, wide = _LETTER * len(dot.name) / 2, _LETTER * len(dot.name) * size
    left = dot.x if dot.x < half else dot.x - wide if dot.x > WIDTH - half else dot.x - wide / 2
    return left, left + wide, dot.baseline - _RISE * size, dot.baseline + _FALL * size


def _meet(one: Room, other: Room) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]


@dataclass(frozen=True, slots=True)
class Picture:
    """A map: colour and words of each area, lines, marks, legend; ``heading`` says what the colours show."""

    drawing: Drawing
    fills: Mapping[str, str]
    titles: Mapping[str, str]
    legend: Sequence[Legend]
    layers: Sequence[Layer] = ()
    dots: Sequence[Dot] = ()
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Analysis:
    """One answer. ``estimated`` when counted flows had to be replaced by a model's; ``files`` are the raw files."""

    key: str
    title: str
    sentences: Sequence[str]
    figures: Sequence[Figure]
    tables: Sequence[Table]
    picture: Picture | None
    files: Sequence[str]
    estimated: bool
    warnings: Sequence[str] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)

    def table(self, key: str) -> Table | None:
        """Table of that key."""
        return next((table for table in self.tables if table.key == key), None)


_MOST_KEPT = 256
_kept: OrderedDict[Hashable, Any] = OrderedDict()
_lock = threading.Lock()
_busy: dict[Hashable, threading.Lock] = {}
#: Of the threads of a process at most two are held by heavy work, so that the others go on answering.
_heavy_places, _heavy_turn = threading.BoundedSemaphore(2), threading.Lock()


def kept(
    atlas: AtlasRelease, key: tuple[Hashable, ...], compute: Callable[[], Answer], *, heavy: bool = False
) -> Answer:
    """Answer of ``compute``, kept for a release and parameters; two who ask at once wait for one computation.

    At most 256 answers are kept, those asked for last. Of ``heavy`` work, which takes seconds, one piece is done at a
    time and one may wait; who comes third gets a BusyError at once instead of a thread that all other readers need.
    """
    whole = (id(atlas), atlas.id, *key)
    with _lock:
        if whole in _kept:
            _kept.move_to_end(whole)
            return cast(Answer, _kept[whole])
    if not heavy:
        return _computed_once(whole, compute)
    with heavy_turn():
        return _computed_once(whole, compute)


@contextmanager
def heavy_turn() -> Iterator[None]:
    """Do what takes seconds inside of this: one piece at a time, one may wait, who comes third gets a BusyError."""
    if not _heavy_places.acquire(blocking=False):
        raise BusyError(
            gettext("Other readers are having long calculations done just now. Please ask again in a few seconds.")
        )
    try:
        with _heavy_turn:
            yield
    finally:
        _heavy_places.release()


def _computed_once(whole: Hashable, compute: Callable[[], Answer]) -> Answer:
    with _lock:
        turn = _busy.setdefault(whole, threading.Lock())
    with turn:
        with _lock:
            if whole in _kept:
                return cast(Answer, _kept[whole])
        try:
            answer = compute()
            with _lock:
                _kept[whole] = answer
                while len(_kept) > _MOST_KEPT:
                    _kept.popitem(last=False)
        finally:
            with _lock:
                _busy.pop(whole, None)
    return answer
