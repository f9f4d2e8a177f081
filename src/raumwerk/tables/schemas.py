"""The tables that Raumwerk knows. Sources fill the first group, derivations the second."""

from __future__ import annotations

import polars as pl

from raumwerk.tables.keys import LEVELS
from raumwerk.tables.spec import Check, Column, TableSpec
from raumwerk.tables.status import STATUS_DTYPE, Status

__all__ = ["CHECKED", "DERIVED", "SPECS", "spec_of"]

# [0-9], not \d: digits of other scripts are no digits of a key
_KEY = r"DG|[0-9]{2}|[0-9]{3}|[0-9]{5}|[0-9]{8}|[0-9]{9}|region:[a-z0-9-]+"
_KEY_FORM = "8 digits of a municipality, 5 of a district, 2 of a state, or DG for Germany"
_PERIOD = r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?(/[0-9]{4})?"
_PERIOD_FORM = "a date such as 2023-12-31, a month 2023-12 or a year 2023"
_HASH = r"[0-9a-f]{64}"

_AREA = Column("area", pl.String, "key of the area", pattern=_KEY, form=_KEY_FORM)
_PERIOD_COLUMN = Column(
    "period", pl.String, "reference date (YYYY-MM-DD) or year (YYYY)", pattern=_PERIOD, form=_PERIOD_FORM
)
_FILE = Column("file", pl.String, "SHA-256 of the raw file the row was read from", pattern=_HASH)
_CAVEAT = Column("caveat", pl.String, "key in table caveats", nullable=True)
_STATUS = Column("status", STATUS_DTYPE, "how sure the value is", allowed=[status.value for status in Status])


def _bounded(unit: str, minimum: float | None = None) -> list[Column]:
    return [
        Column("value", pl.Float64, "value; absent when masked or unknown", unit, nullable=True, minimum=minimum),
        Column("lower", pl.Float64, "smallest possible value", unit, nullable=True, minimum=minimum),
        Column("upper", pl.Float64, "largest possible value", unit, nullable=True, minimum=minimum),
    ]


_ORDERED = Check((pl.col("lower") > pl.col("upper")), "lower not above upper")
_INSIDE = Check(
    (pl.col("value") < pl.col("lower") - 1e-6) | (pl.col("value") > pl.col("upper") + 1e-6),
    "value between lower and upper",
)
_MASKED = Check(
    pl.col("status").is_in([Status.MASKED.value, Status.UNLISTED.value]) & pl.col("value").is_not_null(),
    "no value where the publisher masked it",
)

AREAS = TableSpec(
    "areas",
    "Areas of one official register or boundary edition",
    [
        _AREA,
        Column("edition", pl.String, "date of the area definitions (YYYY-MM-DD)", pattern=r"\d{4}-\d{2}-\d{2}"),
        Column("level", pl.String, "administrative level", allowed=[level.value for level in LEVELS]),
        Column("name", pl.String, "official name"),
        Column("kind", pl.String, "kind of area as published (Stadt, Landkreis, gemeindefrei …)", nullable=True),
        Column("parent", pl.String, "key of the next larger area", nullable=True),
        Column("association", pl.String, "key of the association of municipalities", nullable=True),
        Column("longitude", pl.Float64, "centre, WGS 84", "degree", nullable=True, minimum=-180, maximum=180),
        Column("latitude", pl.Float64, "centre, WGS 84", "degree", nullable=True, minimum=-90, maximum=90),
        Column("inhabited", pl.Boolean, "false for areas without municipal government and inhabitants"),
        _FILE,
    ],
    key=["area", "edition", "file"],
)

BOUNDARIES = TableSpec(
    "boundaries",
    "Boundaries; geometry is WKB in WGS 84 (EPSG:4326)",
    [
        _AREA,
        Column("edition", pl.String, "date of the boundaries (YYYY-MM-DD)", pattern=r"\d{4}-\d{2}-\d{2}"),
        Column("level", pl.String, "administrative level", allowed=[level.value for level in LEVELS]),
        Column("name", pl.String, "official name"),
        Column("geometry", pl.Binary, "(multi)polygon, WKB, EPSG:4326"),
        _FILE,
    ],
    key=["area", "edition", "file"],
)

OBSERVATIONS = TableSpec(
    "observations",
    "Counted or published values: one row for each area, measure and period",
    [
        Column("measure", pl.String, "key in catalogue/measures", pattern=r"[a-z0-9_]+"),
        _AREA,
        _PERIOD_COLUMN,
        *_bounded("unit of the measure"),
        _STATUS,
        _FILE,
        _CAVEAT,
    ],
    key=["measure", "area", "period", "file"],
    checks=[_ORDERED, _INSIDE, _MASKED],
)

FLOWS = TableSpec(
    "flows",
    "People who live in one area and work in another; origin equal to destination is the diagonal",
    [
        Column("origin", pl.String, "area of residence", pattern=_KEY, form=_KEY_FORM),
        Column("destination", pl.String, "area of the place of work", pattern=_KEY, form=_KEY_FORM),
        _PERIOD_COLUMN,
        Column("level", pl.String, "level of origin and destination", allowed=["municipality", "district"]),
        Column("part", pl.String, "all, men, women, german, foreign or trainee",
               allowed=["all", "men", "women", "german", "foreign", "trainee"]),
        *_bounded("persons", 0),
        _STATUS,
        _FILE,
        _CAVEAT,
    ],
    key=["origin", "destination", "period", "part", "file"],
    sort=["period", "part", "origin", "destination"],
    checks=[_ORDERED, _INSIDE, _MASKED],
)  # fmt: skip

FLOW_MARGINS = TableSpec(
    "flow_margins",
    "Totals and remainders printed beside the flows: what the pairs that are not listed add up to",
    [
        Column("direction", pl.String, "out: area is the residence; in: area is the place of work",
               allowed=["out", "in"]),
        _AREA,
        Column("partner", pl.String, "group of partner areas as printed: total, nation, abroad, other:<key>, …"),
        Column("label", pl.String, "label as printed"),
        _PERIOD_COLUMN,
        Column("part", pl.String, "all, men, women, german, foreign or trainee",
               allowed=["all", "men", "women", "german", "foreign", "trainee"]),
        *_bounded("persons", 0),
        _STATUS,
        _FILE,
        _CAVEAT,
    ],
    key=["direction", "area", "partner", "label", "period", "part", "file"],
    checks=[_ORDERED, _INSIDE, _MASKED],
)  # fmt: skip

CLASSES = TableSpec(
    "classes",
    "Official classifications of areas: central-place level, RegioStaR, labour-market region, Mittelbereich …",
    [
        Column("scheme", pl.String, "key in catalogue/classes", pattern=r"[a-z0-9_]+"),
        _AREA,
        _PERIOD_COLUMN,
        Column("code", pl.String, "code of the class"),
        Column("label", pl.String, "label as published, German"),
        _FILE,
    ],
    key=["scheme", "area", "period", "file"],
)

POINTS = TableSpec(
    "points",
    "Places of supply with coordinates",
    [
        Column("kind", pl.String, "station, hospital, school, pharmacy", pattern=r"[a-z_]+"),
        Column("point", pl.String, "identifier within kind and file"),
        Column("name", pl.String, "name as published", nullable=True),
        Column("variant", pl.String, "kind in detail as published (type of school …)", nullable=True),
        _PERIOD_COLUMN,
        Column("longitude", pl.Float64, "WGS 84", "degree", minimum=-180, maximum=180),
        Column("latitude", pl.Float64, "WGS 84", "degree", minimum=-90, maximum=90),
        Column("capacity", pl.Float64, "beds, pupils …", nullable=True, minimum=0),
        _FILE,
    ],
    key=["kind", "point", "file"],
)

CROSSWALK = TableSpec(
    "crosswalk",
    "From keys of one edition to keys of another, with the share that goes over",
    [
        Column("from_edition", pl.String, "edition of the old keys (YYYY-MM-DD)"),
        Column("from_area", pl.String, "old key", pattern=_KEY, form=_KEY_FORM),
        Column("to_edition", pl.String, "edition of the new keys (YYYY-MM-DD)"),
        Column("to_area", pl.String, "new key", pattern=_KEY, form=_KEY_FORM),
        Column("basis", pl.String, "what the weight is a share of", allowed=["population", "area", "employees"]),
        Column("weight", pl.Float64, "share of the old area", "share", minimum=0, maximum=1),
        Column("method", pl.String, "official, point_in_polygon, by_hand, identity"),
        Column("file", pl.String, "SHA-256 of the raw file, or path of the tracked list"),
    ],
    key=["from_edition", "from_area", "to_edition", "to_area", "basis"],
)

CAVEATS = TableSpec(
    "caveats",
    "Warnings printed in a source; they travel with the keys they concern",
    [
        Column("caveat", pl.String, "key", pattern=r"[a-z0-9_.:-]+"),
        Column("text_de", pl.String, "text for readers, German"),
        Column("text_en", pl.String, "text for readers, English"),
        Column("file", pl.String, "SHA-256 of the raw file, or path of the tracked list the caveat follows from",
               pattern=rf"{_HASH}|catalogue/[a-z_/.]+"),
    ],
    key=["caveat", "file"],
)  # fmt: skip

#: Tables that readers of sources may fill.
CHECKED = (AREAS, BOUNDARIES, OBSERVATIONS, FLOWS, FLOW_MARGINS, CLASSES, POINTS, CROSSWALK, CAVEATS)

REGION_MEMBERS = TableSpec(
    "region_members",
    "Municipalities and districts of each region, by perimeter",
    [
        Column("region", pl.String, "key of the region", pattern=r"region:[a-z0-9-]+"),
        Column("perimeter", pl.String, "core or wider", allowed=["core", "wider"]),
        Column("level", pl.String, "municipality or district", allowed=["municipality", "district"]),
        _AREA,
    ],
    key=["region", "perimeter", "level", "area"],
)

INDICATORS = TableSpec(
    "indicators",
    "Indicator values; numerator and denominator are kept so that sums stay true",
    [
        Column("indicator", pl.String, "key in catalogue/indicators", pattern=r"[a-z0-9_]+"),
        Column("level", pl.String, "administrative level", allowed=[level.value for level in LEVELS]),
        _AREA,
        _PERIOD_COLUMN,
        *_bounded("unit of the indicator"),
        _STATUS,
        Column("numerator", pl.Float64, "numerator of the formula", nullable=True),
        Column("denominator", pl.Float64, "denominator of the formula", nullable=True),
        Column("files", pl.List(pl.String), "SHA-256 of every raw file that entered"),
        _CAVEAT,
    ],
    key=["indicator", "area", "period"],
    sort=["indicator", "level", "period", "area"],
    checks=[_ORDERED, _INSIDE],
)

FLOW_ESTIMATES = TableSpec(
    "flow_estimates",
    "Flows between municipalities: estimated and always to be labelled so, except where a district is one single "
    "municipality at both ends; such a pair is the published flow and carries its status",
    [
        Column("region", pl.String, "region the estimate was made for", pattern=r"region:[a-z0-9-]+"),
        Column("origin", pl.String, "municipality of residence", pattern=_KEY, form=_KEY_FORM),
        Column("destination", pl.String, "municipality or partner district of work", pattern=_KEY, form=_KEY_FORM),
        _PERIOD_COLUMN,
        *_bounded("persons", 0),
        _STATUS,
    ],
    key=["region", "origin", "destination", "period"],
    sort=["region", "period", "origin", "destination"],
    checks=[_ORDERED, _INSIDE],
)

#: Tables that only derivations fill.
DERIVED = (REGION_MEMBERS, INDICATORS, FLOW_ESTIMATES)

SPECS: dict[str, TableSpec] = {spec.name: spec for spec in (*CHECKED, *DERIVED)}


def spec_of(name: str) -> TableSpec:
    """Return the declared table of that name; KeyError names the known ones."""
    try:
        return SPECS[name]
    except KeyError:
        raise KeyError(f"table {name!r} is not declared; known: {', '.join(sorted(SPECS))}") from None
