"""Tables of the planning pages to take away, with the parameters and sources that belong to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from raumwerk import __version__
from raumwerk.errors import MissingError
from raumwerk.web.atlas.exports.content import Content, Field
from raumwerk.web.atlas.queries.planning.analysis import Analysis, Column, Figure, Table
from raumwerk.web.atlas.queries.planning.params import Case, Param
from raumwerk.web.atlas.queries.release import AtlasRelease
from raumwerk.web.atlas.queries.shapes import full_shapes, shape_files

__all__ = ["analysis_content", "said", "table_fields", "table_shapes"]


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
    fields, key = table_fields(chosen)
    facts = [(_("Summary"), " ".join(analysis.sentences))]
    facts += [(figure.name, _figure(figure)) for figure in analysis.figures]
    facts += [(str(param.label), said(case, param)) for param in params if param.matters(state)]
    facts += [(_("Note"), text) for text in analysis.warnings]
    facts += [(_("Release"), atlas.id), (_("Raumwerk"), __version__)]
    for told in atlas.attribution([*analysis.files, *(shape_files(atlas) if shapes else [])], lang):
        facts.append((_("Source"), f"{told['title']}: {told['attribution']}"))
        facts.append((_("Licence"), f"{told['licence']} {told['licence_url']}".strip()))
    frame = chosen.frame.select([field.name for field in fields])
    geometries = table_shapes(atlas, frame, key, chosen.title) if shapes else {}
    stem = f"raumwerk-{region.slug}-{analysis.key}-{chosen.key}-{atlas.id}"
    title = f"{analysis.title} – {chosen.title}"
    return Content(stem, title, fields, frame, facts, geometries, str(atlas.manifest["created"]))


def table_fields(table: Table) -> tuple[list[Field], str | None]:
    """Columns of a file that holds a table; the key of the areas that its rows are about stands first."""
    fields = [field for column in table.columns for field in _fields(column)]
    known = {field.name for field in fields}
    keys = dict.fromkeys(column.area for column in table.columns if column.area)
    told = [Field(key, _("Key"), _("Official key of the area")) for key in keys if key not in known]
    first = next(iter(keys), None)
    return sorted([*told, *fields], key=lambda field: field.name != first), first


def table_shapes(atlas: AtlasRelease, frame: pl.DataFrame, key: str | None, title: str) -> dict[str, Any]:
    """Shapes of the areas of a table by their keys.

    Raises
    ------
    MissingError
        When its rows are no areas, or the release holds no shape of them.
    """
    areas = [area for area in frame[key].drop_nulls().unique() if str(area).isdigit()] if key else []
    found = full_shapes(atlas, sorted(areas)) if areas else {}
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
