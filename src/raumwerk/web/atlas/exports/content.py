"""What a download holds, whatever its format: rows, described columns, and the facts that must travel with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
import shapely
from django.utils.translation import gettext as _

from raumwerk.web.atlas.queries.flows import AreaFlows
from raumwerk.web.atlas.queries.release import AtlasRelease
from raumwerk.web.atlas.queries.shapes import full_shapes, shape_files
from raumwerk.web.atlas.queries.values import RegionValues

__all__ = [
    "Content",
    "Field",
    "border_name",
    "flows_content",
    "level_name",
    "origin_facts",
    "values_content",
    "warning_facts",
]


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its name in data formats, its label for readers, what it holds."""

    name: str
    label: str
    description: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """One download.

    ``frame`` has the columns of ``fields``; ``facts`` are pairs of label and text; ``geometries`` are shapes in WGS 84
    by the key in the first column, as far as there are any; ``stem`` is the file name without its ending.
    """

    stem: str
    title: str
    fields: Sequence[Field]
    frame: pl.DataFrame
    facts: Sequence[tuple[str, str]]
    geometries: Mapping[str, Any]
    created: str


def values_content(atlas: AtlasRelease, view: RegionValues, lang: str, *, shapes: bool) -> Content:
    """A choropleth to take away; with unsimplified shapes where the format can hold them."""
    indicator = view.indicator
    unit = indicator["unit"]
    title = f"{indicator['name']} – {view.region.name(lang)}, {view.period}"
    fields = [
        Field("area", _("Key"), _("Official key of the area")),
        Field("name", _("Name"), _("Name of the area")),
        Field("district", _("District"), _("Key of the district")),
        Field("state", _("State"), _("Key of the state")),
        *_bounded_fields(indicator["description"], unit),
    ]
    frame = view.frame.select([field.name for field in fields])
    facts = [
        (_("Indicator"), indicator["name"]),
        (_("Description"), indicator["description"]),
        *([(_("Note"), indicator["caveat"])] if indicator["caveat"] else []),
        (_("Level"), level_name(view.level)),
        (_("Period"), view.period),
        *warning_facts(atlas, view.frame, lang),
        *origin_facts(atlas, [*view.files, *(shape_files(atlas) if shapes else [])], lang),
    ]
    geometries = full_shapes(atlas, view.frame["area"].to_list()) if shapes else {}
    stem = f"raumwerk-{view.region.slug}-{indicator['key']}-{view.level}-{view.period.replace('/', '-')}-{atlas.id}"
    return Content(stem, title, fields, frame, facts, geometries, str(atlas.manifest["created"]))


def flows_content(atlas: AtlasRelease, view: AreaFlows, slug: str, lang: str) -> Content:
    """Flows of one area to take away; as lines between the centres where the format can hold them."""
    name = atlas.name(view.area, lang)
    heading = _("Commuters from %(area)s") if view.direction == "out" else _("Commuters to %(area)s")
    title = f"{heading % {'area': name}}, {view.period}"
    fields = [
        Field("area", _("Key"), _("Official key of the partner area")),
        Field("name", _("Name"), _("Name of the partner area")),
        Field("state", _("State"), _("Key of the partner's state")),
        *_bounded_fields(heading % {"area": name}, _("persons"))[:-1],
        Field("crosses", _("Crosses a state border"), _("Whether everybody of this row crosses a state border")),
        Field("km", _("Distance"), _("Distance between the centres as the crow flies"), "km"),
    ]
    frame = view.frame.select([field.name for field in fields])
    estimate = [(_("Estimate"), _("Every number is estimated by a model; none was counted."))] if view.estimated else []
    facts = [
        (_("Area"), f"{name} ({view.area})"),
        (_("Direction"), _("out: where residents work") if view.direction == "out" else _("in: where workers live")),
        (_("Level"), level_name(view.level)),
        (_("Period"), view.period),
        (_("Rows shown"), border_name(view.border)),
        *estimate,
        *warning_facts(atlas, view.caveats, lang),
        *origin_facts(atlas, view.files, lang),
    ]
    stem = f"raumwerk-{slug}-flows-{view.area.replace(':', '-')}-{view.direction}-{view.level}-{view.border}"
    stem += f"-{view.period.replace('/', '-')}-{atlas.id}"
    return Content(stem, title, fields, frame, facts, _lines(atlas, view), str(atlas.manifest["created"]))


def _bounded_fields(description: str, unit: str) -> list[Field]:
    return [
        Field("value", _("Value"), description, unit),
        Field("lower", _("Smallest possible"), _("Smallest possible value"), unit),
        Field("upper", _("Largest possible"), _("Largest possible value"), unit),
        Field("status", _("Status"), _("measured, rounded, estimated, masked (suppressed), unlisted or unknown")),
        Field("caveat", _("Warning"), _("Key of a warning of the publisher")),
    ]


def level_name(level: str) -> str:
    """Name of a level, for the facts of a file."""
    return {"municipality": _("Municipalities"), "district": _("Districts")}.get(level, level)


def border_name(border: str) -> str:
    """Name of a border filter, for the facts of a file."""
    known = {"all": _("all"), "crossing": _("only across a state border"), "within": _("only within a state")}
    return known[border]


def warning_facts(atlas: AtlasRelease, frame: pl.DataFrame, lang: str) -> list[tuple[str, str]]:
    """Warnings of the publishers about the rows."""
    return [
        (_("Warning"), f"{told['caveat']}: {told['text']} ({', '.join(told['areas'])})")
        for told in atlas.caveats(frame, lang)
    ]


def origin_facts(atlas: AtlasRelease, files: Sequence[str], lang: str) -> list[tuple[str, str]]:
    """Release, sources, licences and the checksums of the raw files."""
    facts = [(_("Release"), atlas.id), (_("Published"), str(atlas.manifest["created"]))]
    if atlas.manifest.get("sample"):
        facts.append((_("Sample"), _("These figures are made up.")))
    for told in atlas.attribution(files, lang):
        facts.append((_("Source"), f"{told['title']}: {told['attribution']}"))
        facts.append((_("Licence"), f"{told['licence']} {told['licence_url']}".strip()))
    known = atlas.manifest.get("files", {})
    facts += [
        (_("Raw file"), f"{known[file]['name']} (SHA-256 {file})") for file in sorted(set(files)) if file in known
    ]
    return facts


def _lines(atlas: AtlasRelease, view: AreaFlows) -> dict[str, Any]:
    start = atlas.centre(view.area)
    if None in start:
        return {}
    ends = {row["area"]: (row["x"], row["y"]) for row in view.frame.iter_rows(named=True)}
    return {key: shapely.LineString([start, end]) for key, end in ends.items() if None not in end and end != start}
