"""Pictures of the planning pages: the map of an answer, and the maps of several scenarios side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext

from raumwerk import __version__
from raumwerk.errors import MissingError
from raumwerk.web.atlas.exports.drawing import Drawing, text_width, wrapped
from raumwerk.web.atlas.exports.figure import Figure, Table, credit_lines
from raumwerk.web.atlas.exports.figures import created
from raumwerk.web.atlas.exports.maps import Key
from raumwerk.web.atlas.exports.planning import said
from raumwerk.web.atlas.queries.planning import analysis as planning
from raumwerk.web.atlas.queries.planning.drawing import WIDTH
from raumwerk.web.atlas.queries.planning.params import Case, Param
from raumwerk.web.atlas.queries.shapes import shape_files
from raumwerk.web.kit.templatetags.kit import number

__all__ = ["analysis_figure", "planning_map", "scenarios_figure", "table_of"]

_ROOM = 640.0
_EDGE, _OUTLINE, _INK = "#6f6f6a", "#0f4163", "#1d1d1b"
_MOST_COLUMNS, _MOST_ROWS = 7, 400


def analysis_figure(case: Case, found: planning.Analysis, params: Sequence[Param]) -> Figure:
    """Map of an answer with key figures, parameters and its first table.

    Raises
    ------
    MissingError
        When the answer has no map.
    """
    if found.picture is None:
        raise MissingError(gettext("This view has no picture."))
    picture, keys = planning_map(found.picture)
    asked = "; ".join(f"{param.label}: {said(case, param)}" for param in params if param.matters(case.state))
    version = gettext("computed by Raumwerk %(version)s") % {"version": __version__}
    notes = [*found.warnings, f"{asked} ({version})",
             *credit_lines(case.atlas, [*found.files, *shape_files(case.atlas)], case.lang)]  # fmt: skip
    rows = [[each.name, _figure(each), _before(each)] for each in found.figures]
    heads = [(gettext("Key figure"), "left"), (gettext("Value"), "right"), (gettext("today"), "right")]
    tables = [Table(gettext("Key figures"), heads, rows)] if rows else []
    return Figure(found.title, " ".join(found.sentences), picture, keys, found.picture.heading, notes,
                  created(case.atlas), [*tables, *(table_of(table) for table in found.tables[:1])])  # fmt: skip


def _figure(figure: planning.Figure) -> str:
    return "–" if figure.value is None else f"{number(figure.value, figure.decimals)} {figure.unit}".strip()


def _before(figure: planning.Figure) -> str:
    return "" if figure.before is None else f"{number(figure.before, figure.decimals)} {figure.unit}".strip()


def table_of(table: planning.Table) -> Table:
    """A table of an answer as text, as far as a page is wide and long; the files of data hold all."""
    columns = table.columns[:_MOST_COLUMNS]
    heads = [(f"{each.label} ({each.unit})" if each.unit else each.label, "right" if each.number else "left")
             for each in columns]  # fmt: skip
    rows = [[_cell(row, column) for column in columns] for row in table.rows()[:_MOST_ROWS]]
    return Table(table.title, heads, rows)


def _cell(row: Mapping[str, Any], column: planning.Column) -> str:
    value = row.get(column.name)
    if value is None and column.bounded and row.get(f"{column.name}_upper") is not None:
        low, high = (float(row.get(f"{column.name}_{end}") or 0) for end in ("lower", "upper"))
        return f"{number(low, column.decimals or 0)}–{number(high, column.decimals or 0)}"
    if value is None:
        return "–"
    return number(float(value), column.decimals) if column.decimals is not None else str(value)


def planning_map(picture: planning.Picture, width: float = _ROOM) -> tuple[Drawing, list[Key]]:
    """The map as on the page, in the width of a figure."""
    drawn = picture.drawing
    inner = Drawing(WIDTH, drawn.height)
    for key, path in drawn.areas.items():
        inner.path(path, fill=picture.fills.get(key, "#ffffff"), stroke=_EDGE, width=0.6,
                   name=picture.titles.get(key, key))  # fmt: skip
    for layer in picture.layers:
        if layer.path:
            inner.path(layer.path, stroke=layer.colour, width=layer.width, dash="9 6" if layer.dashed else "")
    inner.path(drawn.outline, stroke=_OUTLINE, width=4, opacity=0.55)
    for dot in picture.dots:
        _dot(inner, dot)
    scale = width / WIDTH
    whole = Drawing(width, drawn.height * scale)
    whole.place(inner, 0, 0, scale=scale)
    return whole, [_key(line) for line in picture.legend]


def _dot(inner: Drawing, dot: planning.Dot) -> None:
    inner.circle(dot.x, dot.y, dot.radius, dot.colour, edge="#ffffff", name=dot.name)
    if dot.label:
        side = text_width(dot.name, 19) / 2
        anchor = "start" if dot.x < side else "end" if dot.x > WIDTH - side else "middle"
        inner.text(dot.x, dot.baseline, dot.name, size=19, fill=_INK, anchor=anchor, halo="#ffffff")


def _key(line: planning.Legend) -> Key:
    if line.kind == "area":
        return Key(line.text, line.colour)
    if line.kind == "dot":
        return Key(line.text, line.colour, circle=6.0)
    return Key(line.text, line.colour, 3, dashed=line.kind == "dashed")


def scenarios_figure(
    cases: Mapping[str, Case], views: Mapping[str, planning.Analysis], tables: Sequence[planning.Table]
) -> Figure:
    """Maps of up to four scenarios side by side, and the tables that compare them with today."""
    first = next(iter(cases.values()))
    room, gap = (440.0, 24.0) if len(views) > 1 else (_ROOM, 0.0)
    tiles = []
    for name, view in views.items():
        if view.picture is None:
            continue
        drawing, keys = planning_map(view.picture, room)
        tiles.append((wrapped(name, 15, room)[:1], drawing, keys))
    across = 2 if len(tiles) > 1 else 1
    high = max(drawing.height for _, drawing, _ in tiles) + 28
    whole = Drawing(across * room + (across - 1) * gap, high * ((len(tiles) + across - 1) // across))
    for place, (heading, drawing, _) in enumerate(tiles):
        x, y = (place % across) * (room + gap), (place // across) * high
        whole.lines(x, y + 16, heading, size=15)
        whole.place(drawing, x, y + 24)
    title = gettext("Scenarios compared: %(names)s") % {"names": ", ".join(views)}
    summary = " ".join(f"{name}: {' '.join(view.sentences)}" for name, view in views.items())
    one = next(iter(views.values()))
    version = gettext("computed by Raumwerk %(version)s") % {"version": __version__}
    notes = [*one.warnings, version, *credit_lines(first.atlas, [*one.files, *shape_files(first.atlas)], first.lang)]
    keys = [key for number, (_, _, each) in enumerate(tiles) for key in _named(each, list(views)[number], len(tiles))]
    return Figure(title, summary, whole, keys, "", notes, created(first.atlas), [table_of(table) for table in tables])


def _named(keys: Sequence[Key], name: str, count: int) -> list[Key]:
    """Keys of one map; with several maps, whose classes differ, the name of the scenario goes first."""
    return [Key(f"{name}: {key.label}", key.colour, key.line, key.dashed, key.dotted, key.circle) if count > 1 else key
            for key in keys]  # fmt: skip
