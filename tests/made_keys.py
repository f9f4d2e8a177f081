"""Frames of a made state 99 whose areas were reformed: what registers, boundaries and conversion keys say about it.

Until 2019 there were the districts 99001 (Aue, Berg, Forst), 99002 (Hof, Tal) and 99003 (the town Burg). By 2021 Burg
was merged into 99002 under a new key, Berg into Aue; Tal was divided between Hof (60 %) and the new Ried (40 %), the
uninhabited Forst was drawn to Aue. Today: 99001 with Aue and Ried, 99002 with Hof and Burg.
"""

from __future__ import annotations

import polars as pl
import shapely

from raumwerk.pipeline.derived.areas import areas
from raumwerk.pipeline.derived.crosswalk import ByHand, Crosswalk, crosswalk
from raumwerk.tables.schemas import AREAS, BOUNDARIES, CROSSWALK, OBSERVATIONS

OLD, MAP, KEYS = "a" * 64, "b" * 64, "c" * 64
TODAY = {"99001001": ("Aue", 9.0), "99001003": ("Ried", 9.5), "99002001": ("Hof", 8.0), "99002003": ("Burg", 8.5)}
BEFORE = {
    "99001001": ("Aue", 9.1, "Gemeinde"), "99001002": ("Berg", 9.4, "Gemeinde"),
    "99001451": ("Forst", 9.2, "Gemeindefreies Gebiet, unbewohnt"), "99002001": ("Hof", 8.1, "Gemeinde"),
    "99002002": ("Tal", 8.3, "Gemeinde"), "99003000": ("Burg", 8.6, "Kreisfreie Stadt"),
}  # fmt: skip


def listed() -> pl.DataFrame:
    """Areas of the register of 2019 and of the boundaries of 2021."""
    rows: list[dict[str, object]] = [
        {"area": key, "edition": "2019-12-31", "level": "municipality", "name": name, "kind": kind, "parent": key[:5],
         "longitude": x, "latitude": 51.5, "inhabited": "unbewohnt" not in kind, "file": OLD}
        for key, (name, x, kind) in BEFORE.items()
    ]  # fmt: skip
    rows += [
        {"area": key, "edition": "2021-01-01", "level": "municipality", "name": name, "kind": None, "parent": key[:5],
         "longitude": x + 0.25, "latitude": 51.25, "inhabited": True, "file": MAP}
        for key, (name, x) in TODAY.items()
    ]  # fmt: skip
    for edition, file, districts in (
        ("2019-12-31", OLD, {"99001": "Ost", "99002": "West", "99003": "Burg, Stadt"}),
        ("2021-01-01", MAP, {"99001": "Ost", "99002": "West"}),
    ):
        rows += [
            {"area": key, "edition": edition, "level": "district", "name": name, "parent": "99", "inhabited": True,
             "kind": None if file == MAP else "Landkreis", "file": file}
            for key, name in districts.items()
        ]  # fmt: skip
        rows.append({"area": "99", "edition": edition, "level": "state", "name": "Musterland", "parent": "DG",
                     "inhabited": True, "file": file})  # fmt: skip
    return AREAS.conform(pl.DataFrame(rows, infer_schema_length=None))


def drawn() -> pl.DataFrame:
    """Squares of the municipalities of today."""
    rows = [
        {"area": key, "edition": "2021-01-01", "level": "municipality", "name": name, "file": MAP,
         "geometry": shapely.to_wkb(shapely.box(x, 51.0, x + 0.5, 52.0))}
        for key, (name, x) in TODAY.items()
    ]  # fmt: skip
    return BOUNDARIES.conform(pl.DataFrame(rows))


def links() -> pl.DataFrame:
    """The official conversion key of 2019: only what happened to Tal."""
    shares = {"99002001": (0.6, 0.7), "99001003": (0.4, 0.3)}
    return CROSSWALK.conform(
        pl.DataFrame(
            [
                {"from_edition": "2019-12-31", "from_area": "99002002", "to_edition": "2021-12-31", "to_area": to_area,
                 "basis": basis, "weight": weight, "method": "official", "file": KEYS}
                for to_area, weights in shares.items()
                for basis, weight in zip(("population", "area"), weights, strict=True)
            ]
        )
    )  # fmt: skip


def walk(by_hand: dict[str, ByHand] | None = None) -> Crosswalk:
    return crosswalk(listed(), drawn(), links(), areas(listed(), drawn()), by_hand)


def counts(values: dict[str, float | None], *, measure: str = "population", period: str = "2019-12-31") -> pl.DataFrame:
    """Observations: None is a masked value of one or two."""
    rows = [
        {"measure": measure, "area": area, "period": period, "value": value, "lower": 1.0 if value is None else value,
         "upper": 2.0 if value is None else value, "status": "masked" if value is None else "measured", "file": OLD}
        for area, value in values.items()
    ]  # fmt: skip
    return OBSERVATIONS.conform(pl.DataFrame(rows, schema_overrides={"value": pl.Float64}))
