"""All figures of areas to take away: every one as a row, or the newest common ones as a layer of the areas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
import shapely
from django.utils.translation import gettext as _

from raumwerk.errors import MissingError
from raumwerk.web.atlas.exports.content import Content, Field, origin_facts, warning_facts
from raumwerk.web.atlas.queries.place_rows import SELECTION, PlaceRows, common_period
from raumwerk.web.atlas.queries.release import AtlasRelease
from raumwerk.web.atlas.queries.selection import selection_of
from raumwerk.web.atlas.queries.shapes import full_shapes, shape_files

__all__ = ["places_content", "places_layer"]


def places_content(
    atlas: AtlasRelease, found: PlaceRows, slug: str, areas: Sequence[str], lang: str, *, together: bool
) -> Content:
    """One row for each figure and date."""
    fields = [
        Field("area", _("Key"), _("Official key of the area")),
        Field("name", _("Name"), _("Name of the area")),
        Field("indicator", _("Indicator"), _("Key of the indicator")),
        Field("indicator_name", _("Indicator (name)"), _("Name of the indicator")),
        Field("topic", _("Topic"), _("Key of the topic")),
        Field("unit", _("Unit"), _("Unit of the value")),
        Field("period", _("Period"), _("Date or year that the value is of")),
        Field("value", _("Value"), _("Value of the indicator in its unit")),
        Field("lower", _("Smallest possible"), _("Smallest possible value")),
        Field("upper", _("Largest possible"), _("Largest possible value")),
        Field("status", _("Status"), _("measured, rounded, estimated, masked (suppressed), unlisted or unknown")),
        Field("caveat", _("Warning"), _("Key of a warning of the publisher")),
    ]
    facts = [*_about(found, areas, together=together), *warning_facts(atlas, found.frame, lang),
             *origin_facts(atlas, found.files, lang)]  # fmt: skip
    return _named(atlas, found, slug, areas, fields=fields, frame=found.frame, facts=facts, shapes={})


def places_layer(
    atlas: AtlasRelease, found: PlaceRows, slug: str, areas: Sequence[str], lang: str, *, together: bool
) -> Content:
    """One feature for each area with its shape; a column for each indicator, of the period that most of them have.

    A value that is suppressed or unknown is empty, never zero.

    Raises
    ------
    MissingError
        When none of the areas has a shape.
    """
    names = dict(found.frame.select("area", "name").unique(maintain_order=True).iter_rows())
    shapes = _selected_shape(atlas, slug, areas) if together else full_shapes(atlas, list(names))
    if not shapes:
        told = _("None of these areas has a shape; take csv, xlsx or parquet.")
        raise MissingError(told)
    fields = [Field("area", _("Key"), _("Official key of the area")), Field("name", _("Name"), _("Name of the area"))]
    columns: dict[str, list[Any]] = {"area": list(names), "name": list(names.values())}
    for (key,), rows in found.frame.partition_by("indicator", as_dict=True, maintain_order=True).items():
        period = common_period(rows)
        values = dict(rows.filter(pl.col("period") == period).select("area", "value").iter_rows())
        name, unit = rows["indicator_name"][0], rows["unit"][0]
        fields.append(Field(str(key), f"{name}, {period}", name, unit))
        columns[str(key)] = [values.get(area) for area in names]
    frame = pl.DataFrame(columns, schema_overrides={field.name: pl.Float64 for field in fields[2:]})
    note = _("Of each indicator the newest period that most of the areas have; what is suppressed or unknown is empty.")
    facts = [*_about(found, areas, together=together), (_("Note"), note),
             *origin_facts(atlas, [*found.files, *shape_files(atlas)], lang)]  # fmt: skip
    return _named(atlas, found, slug, areas, fields=fields, frame=frame, facts=facts, shapes=shapes)


def _selected_shape(atlas: AtlasRelease, slug: str, areas: Sequence[str]) -> dict[str, Any]:
    chosen = selection_of(atlas, atlas.region(slug), areas)
    shapes = full_shapes(atlas, list(chosen.keys))
    return {SELECTION: shapely.union_all(list(shapes.values()))} if shapes else {}


def _about(found: PlaceRows, areas: Sequence[str], *, together: bool) -> list[tuple[str, str]]:
    facts = [(_("Areas"), ", ".join(found.names))]
    if together:
        facts.append((_("Own selection"), ",".join(areas)))
        facts.append((_("Note"), _("Figures are added up from counts; shares are computed from the sums, never from "
                                   "shares.")))  # fmt: skip
    return facts


def _named(
    atlas: AtlasRelease, found: PlaceRows, slug: str, areas: Sequence[str], *, fields: Sequence[Field],
    frame: pl.DataFrame, facts: Sequence[tuple[str, str]], shapes: dict[str, Any],
) -> Content:  # fmt: skip
    short = areas[0].replace(":", "-") if len(areas) == 1 else f"{len(areas)}-areas"
    title = _("All figures: %(names)s") % {"names": ", ".join(found.names)}
    stem = f"raumwerk-{slug}-profile-{short}-{atlas.id}"
    return Content(stem, title, fields, frame, facts, shapes, str(atlas.manifest["created"]))
