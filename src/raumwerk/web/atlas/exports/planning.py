"""Tables of the planning pages to take away, with the parameters and sources that belong to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from raumwerk import __version__
from raumwerk.errors import MissingError
from raumwerk.web.atlas.exports.content import Content, Field
from raumwerk.web.atlas.queries.planning.analysis import Analysis, Column, Figure
from raumwerk.web.atlas.queries.planning.params import Case, Param
from raumwerk.web.atlas.queries.shapes import full_shapes, shape_files

__all__ = ["analysis_content", "said"]


def analysis_content(
    case: Case, analysis: Analysis, params: Sequence[Param], table: str | None, *, shapes: bool = False
) -> Content:
    """One table of an answer, with the shapes of its areas where the format can hold them.

    Raises
    ------
    MissingError
        Naming the tables there are; or when shapes are asked for a table whose rows are no areas.
    """
    atlas, region, state, lang = case.atlas, case.region, case.state, case.lang
    chosen = analysis.tables[0] if table is None and analysis.tables else analysis.table(table or "")
    if chosen is None:
        known = ", ".join(each.key for each in analysis.tables) or "–"
        raise MissingError(
            _("There is no table “%(table)s”; possible are: %(known)s.") % {"table": table, "known": known}
        )
    fields = [field for column in chosen.columns for field in _fields(column)]
    keys = [
        column.area for column in chosen.columns if column.area and column.area not in {each.name for each in fields}
    ]
    fields = [*(Field(key, _("Key"), _("Official key of the area")) for key in dict.fromkeys(keys)), *fields]
    facts = [(_("Summary"), " ".join(analysis.sentences))]
    facts += [(figure.name, _figure(figure)) for figure in analysis.figures]
    facts += [(str(param.label), said(case, param)) for param in params if param.matters(state)]
    facts += [(_("Note"), text) for text in analysis.warnings]
    facts += [(_("Release"), atlas.id), (_("Raumwerk"), __version__)]
    for told in atlas.attribution([*analysis.files, *(shape_files(atlas) if shapes else [])], lang):
        facts.append((_("Source"), f"{told['title']}: {told['attribution']}"))
        facts.append((_("Licence"), f"{told['licence']} {told['licence_url']}".strip()))
    key = next((column.area for column in chosen.columns if column.area), None)
    fields.sort(key=lambda field: field.name != key)  # shapes belong to the key in the first column
    frame = chosen.frame.select([field.name for field in fields])
    geometries = _shapes(case, frame, key, chosen.title) if shapes else {}
    stem = f"raumwerk-{region.slug}-{analysis.key}-{chosen.key}-{atlas.id}"
    title = f"{analysis.title} – {chosen.title}"
    return Content(stem, title, fields, frame, facts, geometries, str(atlas.manifest["created"]))


def _shapes(case: Case, frame: pl.DataFrame, key: str | None, title: str) -> dict[str, Any]:
    areas = [area for area in frame[key].drop_nulls().unique() if str(area).isdigit()] if key else []
    found = full_shapes(case.atlas, sorted(areas)) if areas else {}
    if not found:
        told = _("The rows of table “%(table)s” are no areas with a shape; take csv, xlsx or parquet.")
        raise MissingError(told % {"table": title})
    return found


def _fields(column: Column) -> list[Field]:
    """A column as fields of a file; bounds follow their value."""
    ends = ((_("smallest possible"), "_lower"), (_("largest possible"), "_upper"))
    own = Field(column.name, column.label, column.description, column.unit)
    if not column.bounded:
        return [own]
    bounds = [
        Field(f"{column.name}{end}", f"{column.label}, {word}", column.description, column.unit) for word, end in ends
    ]
    return [own, *bounds]


def _figure(figure: Figure) -> str:
    if figure.value is None:
        return "–"
    return f"{figure.value:.{figure.decimals}f} {figure.unit}".strip()


def said(case: Case, param: Param) -> str:
    """Value of a parameter in the words of the reader."""
    value = case.state[param.name]
    if value is None or value == []:
        return "–"
    if isinstance(value, list):
        return ", ".join(value)
    named = dict(param.options(case.atlas, case.region, case.state)).get(str(value))
    return str(named) if named is not None else f"{value} {param.unit}".strip()
