"""Maps of pairs of areas drawn by the server: commuters of a set of areas, interfaces and gaps; as on the screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext

from raumwerk.tables.status import Status
from raumwerk.web.atlas.exports.drawing import Drawing
from raumwerk.web.atlas.exports.ground import Ground
from raumwerk.web.atlas.exports.maps import PLAIN, WIDEST, Key, arc, areas_drawing, examples_of
from raumwerk.web.atlas.exports.palette import CROSSING, FEWER, MORE, WITHIN
from raumwerk.web.atlas.queries.commuting import Commuting
from raumwerk.web.atlas.queries.expected import MOST_SURPRISING, Expected
from raumwerk.web.atlas.queries.release import AtlasRelease, Region
from raumwerk.web.atlas.queries.shapes import region_shapes
from raumwerk.web.kit.templatetags.kit import number

__all__ = ["MOST_PAIRS", "commuting_map", "interfaces_map"]

#: A printed map draws this many pairs; more would only darken it.
MOST_PAIRS = 400
_SIZE = (640.0, 640.0)
_DASHES = {"solid": "", "dashed": "6 4", "dotted": "2 4"}


def commuting_map(
    atlas: AtlasRelease, region: Region, view: Commuting, *, borders: bool = True
) -> tuple[Drawing, list[Key]]:
    """The largest pairs of a view as bent lines; dashed where estimated, dotted where only bounds are known.

    Parameters
    ----------
    borders : bool
        False draws as if there were no state border: neither line nor colour tells of it.
    """
    rows = []
    for row in view.pairs.head(MOST_PAIRS).iter_rows(named=True):
        size = row["value"] if row["value"] is not None else row["upper"]
        if size:
            kind = "dotted" if row["value"] is None else "dashed" if row["status"] == Status.ESTIMATED else "solid"
            colour = CROSSING if borders and row["crosses"] else WITHIN
            rows.append({**row, "size": size, "kind": kind, "colour": colour})
    drawing = _drawn(atlas, region, view.units.level, rows, ("origin", "destination"), borders=borders, bent=True)
    return drawing, _commuting_keys(rows, borders=borders)


def _commuting_keys(rows: list[dict[str, Any]], *, borders: bool) -> list[Key]:
    colours, kinds = {row["colour"] for row in rows}, {row["kind"] for row in rows}
    keys = []
    if WITHIN in colours:
        keys.append(Key(gettext("within a state") if borders else gettext("commuters"), WITHIN, 3))
    if CROSSING in colours:
        keys.append(Key(gettext("across a state border"), CROSSING, 3))
    if "dashed" in kinds:
        keys.append(Key(gettext("dashed: estimate"), WITHIN, 3, dashed=True))
    if "dotted" in kinds:
        keys.append(Key(gettext("dotted: number suppressed, known within bounds"), WITHIN, 3, dotted=True))
    largest = max((row["size"] for row in rows), default=0.0)
    for example in examples_of(largest):
        width = max(1.0, WIDEST * (example / largest) ** 0.5)
        keys.append(Key(f"{number(example)} {gettext('persons')}", "#565652", width))
    return keys


def interfaces_map(
    atlas: AtlasRelease, region: Region, view: Expected, *, borders: bool = True
) -> tuple[Drawing, list[Key]]:
    """Pairs held against what could be expected: as wide as they are surprising, dashed where fewer commute."""
    rows = [
        {**row, "size": abs(row["score"]), "kind": "solid" if row["score"] > 0 else "dashed",
         "colour": MORE if row["score"] > 0 else FEWER}
        for row in view.pairs.head(MOST_SURPRISING).iter_rows(named=True)
        if row["score"]
    ]  # fmt: skip
    drawing = _drawn(atlas, region, "district", rows, ("area", "partner"), borders=borders, bent=False)
    keys = []
    if any(row["colour"] == MORE for row in rows):
        keys.append(Key(gettext("more than expected"), MORE, 3))
    if any(row["colour"] == FEWER for row in rows):
        keys.append(Key(gettext("dashed: fewer than expected"), FEWER, 3, dashed=True))
    return drawing, keys


def _drawn(
    atlas: AtlasRelease, region: Region, level: str, rows: Iterable[Mapping[str, Any]], ends: tuple[str, str], *,
    borders: bool, bent: bool,
) -> Drawing:  # fmt: skip
    """Areas with the lines between their centres, the largest on top; a line that leaves the picture is cut."""
    ground = Ground.around(region_shapes(atlas, region, level, "de"), *_SIZE)
    drawing = areas_drawing(atlas, region, level, "de", size=_SIZE, look=lambda key: (PLAIN, ""), borders=borders)
    listed = list(rows)
    largest = max((row["size"] for row in listed), default=0.0)
    for row in reversed(listed):
        placed = [_placed(ground, atlas.centre(row[end])) for end in ends]
        start, end = placed
        if start is None or end is None or start == end:
            continue
        name = " – ".join(atlas.name(row[end], "de") for end in ends)
        arc(
            drawing, start, end, share=row["size"] / largest, colour=row["colour"], name=name,
            dash=_DASHES[row["kind"]], bent=bent,
        )  # fmt: skip
    return drawing


def _placed(ground: Ground, centre: tuple[float | None, float | None]) -> tuple[float, float] | None:
    x, y = centre
    return None if x is None or y is None else ground(x, y)
