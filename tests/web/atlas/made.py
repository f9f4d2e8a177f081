"""A made country for tests of the Atlas: two states, five square districts, in the real store and official schema.

```
 91001 | 92001       state 91 left, state 92 right; each district has 2 × 2 municipalities of 0.1 degree;
 91002 | 92002       91002's municipality …04 is uninhabited; 92003 lies apart, beyond 92002
         92003
```
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import shapely

from raumwerk.store.layout import Store
from raumwerk.store.pointer import current_id
from raumwerk.store.raw import keep
from raumwerk.store.release import ReleaseWriter
from raumwerk.tables import schemas

EDITION = "2022-12-31"
DISTRICTS = {"91001": (0, 1), "91002": (0, 0), "92001": (1, 1), "92002": (1, 0), "92003": (1, -1)}
MEMBERS = ("91001", "91002", "92001", "92002")
UNINHABITED = "91002004"
STATES = {"91": "Linksland", "92": "Rechtsland"}

SOURCES = {
    "made_counts": {
        "title_de": "Erfundene Zählung", "title_en": "Made count", "publisher": "Amt für Erfundenes",
        "licence": "dl-de/by-2-0", "priority": 1,
        "licence_url": "https://www.govdata.de/dl-de/by-2-0", "attribution": "© Amt für Erfundenes, 2024",
        "address": "https://statistik.example/counts",
    },
    "made_flows": {
        "title_de": "Erfundene Pendler", "title_en": "Made commuters", "publisher": "Agentur für Erfundenes",
        "licence": "dl-de/by-2-0", "attribution": "© Agentur für Erfundenes", "priority": 1,
    },
}  # fmt: skip
INDICATORS = {
    "population": {
        "key": "population", "topic": "demography", "name_de": "Einwohner", "name_en": "Population",
        "description_de": "Gezählte Menschen.", "description_en": "People counted.", "unit": "Personen", "decimals": 0,
        "direction": "neutral", "numerator": ["population"], "levels": ["municipality", "district"],
    },
    "unemployment_share": {
        "key": "unemployment_share", "topic": "labour", "name_de": "Arbeitslosenanteil",
        "name_en": "Unemployment share", "description_de": "Arbeitslose je 100.",
        "description_en": "Unemployed per 100.", "unit": "%", "decimals": 1,
        "direction": "down", "numerator": ["unemployed"], "denominator": ["working_age"], "factor": 100,
        "levels": ["district"], "diverging_at": 5.0,
    },
    "never_measured": {
        "key": "never_measured", "topic": "labour", "name_de": "Ungezähltes", "name_en": "Uncounted",
        "description_de": "–", "description_en": "–", "unit": "%", "decimals": 1, "direction": "down",
        "numerator": ["nothing"], "levels": ["district"],
    },
}  # fmt: skip
REGIONS = {
    "probe": {
        "name_de": "Proberegion", "name_en": "Test Region", "short_de": "Probe", "short_en": "Test",
        "districts": list(MEMBERS), "municipalities": [], "core": ["91001001"],
    },
    "andere": {
        "name_de": "Andere Region", "name_en": "Other Region", "short_de": "Andere", "short_en": "Other",
        "districts": ["92003"], "municipalities": [], "core": [],
    },
}  # fmt: skip

MEASURES = {key: {"aggregate": "sum"} for key in ("population", "unemployed", "working_age")}
#: People of working age by district, who the unemployment share is a share of.
WORKING_AGE = {"91001": 1000.0, "91002": 2000.0, "92001": 3000.0, "92002": 4000.0, "92003": 5000.0}

#: (origin, destination): persons, 2023; every other pair of districts is not listed
FLOWS = {
    ("91001", "91001"): 5000, ("91001", "91002"): 400, ("91001", "92001"): 600, ("91001", "92003"): 50,
    ("91002", "91001"): 900, ("91002", "92002"): 300, ("92001", "91001"): 700, ("92001", "92002"): 200,
    ("92002", "92001"): 250, ("92002", "91002"): None, ("92003", "92002"): 120, ("92003", "91001"): 30,
}  # fmt: skip


def municipality(district: str, number: int) -> str:
    return f"{district}{number:03d}"


def square(x: float, y: float, size: float) -> Any:
    return shapely.box(9 + x * 0.2, 51 + y * 0.2, 9 + x * 0.2 + size, 51 + y * 0.2 + size)


def quarter(district: str, number: int) -> Any:
    x, y = DISTRICTS[district]
    return square(x + (number - 1) % 2 / 2, y + (number - 1) // 2 / 2, 0.1)


def boundaries(file: str) -> pl.DataFrame:
    rows = [(key, "district", f"Kreis {key}", square(*place, 0.2)) for key, place in DISTRICTS.items()]
    rows += [
        (
            municipality(district, number),
            "municipality",
            f"Ort {municipality(district, number)}",
            quarter(district, number),
        )
        for district in DISTRICTS
        for number in range(1, 5)
    ]
    return pl.DataFrame(
        {
            "area": [row[0] for row in rows],
            "edition": EDITION,
            "level": [row[1] for row in rows],
            "name": [row[2] for row in rows],
            # a point on every edge, so that neighbours of different size meet at common points
            "geometry": [shapely.to_wkb(shapely.segmentize(row[3], 0.1)) for row in rows],
            "file": file,
        }
    )


def areas(file: str) -> pl.DataFrame:
    rows = [(key, "state", name, "Land", "DG", None, None, True) for key, name in STATES.items()]
    rows += [(key, "district", f"Kreis {key}", "Landkreis", key[:2], None, None, True) for key in DISTRICTS]
    for district in DISTRICTS:
        for number in range(1, 5):
            key, centre = municipality(district, number), shapely.centroid(quarter(district, number))
            rows.append(
                (key, "municipality", f"Ort {key}", "Gemeinde", district, centre.x, centre.y, key != UNINHABITED)
            )
    names = ["area", "level", "name", "kind", "parent", "longitude", "latitude", "inhabited"]
    return pl.DataFrame(rows, schema=names, orient="row").with_columns(
        pl.lit(EDITION).alias("edition"), pl.lit(None, pl.String).alias("association"), pl.lit(file).alias("file")
    )


def indicators(file: str) -> pl.DataFrame:
    rows: list[tuple[Any, ...]] = []
    for year in (2021, 2022):
        for place, district in enumerate(DISTRICTS):
            for number in range(1, 5):
                key = municipality(district, number)
                value = 0.0 if key == UNINHABITED else 1000.0 * (place + 1) + 100 * number + (year - 2021) * 10
                rows.append(("population", "municipality", key, str(year), value, value, value, "measured", None))
            value = 4000.0 * (place + 1)
            rows.append(("population", "district", district, str(year), value, value, value, "measured", None))
        for key, level, value in (
            ("region:probe", "region", 40000.0),
            ("91", "state", 12000.0),
            ("DG", "nation", 60000.0),
        ):
            rows.append(("population", level, key, str(year), value, value, value, "measured", None))
    for place, district in enumerate(DISTRICTS):
        value = None if district == "92001" else 3.0 + place
        low, high = (2.0, 4.5) if value is None else (value, value)
        status = "masked" if value is None else "measured"
        caveat = "made:warning" if district == "91002" else None
        rows.append(("unemployment_share", "district", district, "2022", value, low, high, status, caveat))
    rows.append(("unemployment_share", "region", "region:probe", "2022", None, 3.9, 4.6, "masked", None))
    names = ["indicator", "level", "area", "period", "value", "lower", "upper", "status", "caveat"]
    share = pl.col("indicator") == "unemployment_share"
    base = pl.col("area").replace_strict(WORKING_AGE, default=None, return_dtype=pl.Float64)
    return pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None).with_columns(
        pl.when(share).then(pl.col("value") * base / 100).otherwise(pl.col("value")).alias("numerator"),
        pl.when(share).then(base).alias("denominator"),
        pl.lit([file], pl.List(pl.String)).alias("files"),
    )


def _bounded(value: float | None, upper: float = 9.0) -> dict[str, Any]:
    if value is None:
        return {"value": None, "lower": 0.0, "upper": upper, "status": "masked"}
    return {"value": float(value), "lower": float(value), "upper": float(value), "status": "measured"}


def flows(file: str) -> pl.DataFrame:
    rows = [
        {"origin": origin, "destination": destination, "period": period, "level": "district", "part": "all",
         **_bounded(value), "file": file, "caveat": "made:warning" if origin == "91002" else None}
        for period in ("2019-06-30", "2023-06-30")
        for (origin, destination), value in FLOWS.items()
    ]  # fmt: skip
    return pl.DataFrame(rows, infer_schema_length=None)


def margins(file: str) -> pl.DataFrame:
    """For 91001 the publisher prints totals (with 15 persons not listed, 5 of them to state 92), for others nothing."""
    printed = [
        ("out", "91001", "nation", 1065), ("out", "91001", "91", 410), ("out", "91001", "total", 1065),
        ("in", "91001", "nation", 1640), ("in", "91001", "abroad", 12), ("in", "91001", "total", 1652),
    ]  # fmt: skip
    rows = [
        {"direction": direction, "area": area, "partner": partner, "label": partner,
         "period": "2023-06-30", "part": "all", **_bounded(value), "file": file, "caveat": None}
        for direction, area, partner, value in printed
    ]  # fmt: skip
    return pl.DataFrame(rows, infer_schema_length=None)


def estimates() -> pl.DataFrame:
    rows = [
        ("91001001", "91001002", 100.5, 80.0, 120.0), ("91001001", "92001001", 42.25, 20.0, 60.0),
        ("91001001", "92003", 7.0, 2.0, 9.0), ("91001002", "91001001", 11.0, 5.0, 20.0),
        ("91001001", "91001001", 500.0, 400.0, 600.0),
    ]  # fmt: skip
    return pl.DataFrame(
        rows, schema=["origin", "destination", "value", "lower", "upper"], orient="row"
    ).with_columns(
        pl.lit("region:probe").alias("region"),
        pl.lit("2023-06-30").alias("period"),
        pl.lit("estimated").alias("status"),
    )  # fmt: skip


def members() -> pl.DataFrame:
    rows = [("region:andere", "wider", "district", "92003")]
    rows += [("region:andere", "wider", "municipality", municipality("92003", number)) for number in range(1, 5)]
    for district in MEMBERS:
        rows.append(("region:probe", "wider", "district", district))
        rows += [("region:probe", "wider", "municipality", municipality(district, number)) for number in range(1, 5)]
    rows.append(("region:probe", "core", "municipality", "91001001"))
    return pl.DataFrame(rows, schema=["region", "perimeter", "level", "area"], orient="row")


def caveats(file: str) -> pl.DataFrame:
    return pl.DataFrame(
        {"caveat": ["made:warning"], "text_de": ["Achtung, erfunden."], "text_en": ["Beware, made up."], "file": [file]}
    )


def _renamed(frame: pl.DataFrame, keys: Mapping[str, str]) -> pl.DataFrame:
    return frame.with_columns(pl.col(name).replace(keys) for name in ("area", "region") if name in frame.columns)


def publish(home: Path, *, only: tuple[str, ...] = (), note: str = "", called: Mapping[str, str] | None = None) -> str:
    """Publish the made country as a release of the store in ``home``.

    ``only`` some of its tables if named; with its regions ``called`` otherwise if need be.
    """
    names = {slug: slug for slug in REGIONS} | dict(called or {})
    keys = {f"region:{slug}": f"region:{name}" for slug, name in names.items()}
    store = Store(home / "store").create()
    folder = home / "made"
    folder.mkdir(exist_ok=True)
    counts, commuters = folder / "zaehlung.csv", folder / "pendler.csv"
    counts.write_text("erfunden;1\n")
    commuters.write_text("erfunden;2\n")
    file = keep(store, counts, origin="https://statistik.example/counts.csv", source="made_counts").sha256
    other = keep(store, commuters, origin="https://statistik.example/flows.csv", source="made_flows").sha256
    tables = {
        "areas": (schemas.AREAS, areas(file), ["checked:areas"]),
        "boundaries": (schemas.BOUNDARIES, boundaries(file), ["checked:boundaries"]),
        "region_members": (schemas.REGION_MEMBERS, members(), ["areas"]),
        "indicators": (schemas.INDICATORS, indicators(file), ["checked:observations"]),
        "flows": (schemas.FLOWS, flows(other), ["checked:flows"]),
        "flow_margins": (schemas.FLOW_MARGINS, margins(other), ["checked:flow_margins"]),
        "flow_estimates": (schemas.FLOW_ESTIMATES, estimates(), ["flows"]),
        "caveats": (schemas.CAVEATS, caveats(file), ["checked:caveats"]),
    }
    with ReleaseWriter(store, current_id(store)) as writer:
        for name, (spec, frame, inputs) in tables.items():
            if not only or name in only:
                writer.add(spec, _renamed(frame, keys), inputs=inputs, step=f"made {name}")
        writer.describe(
            sources=SOURCES, measures=MEASURES, indicators=INDICATORS, notes=[note] if note else [],
            regions={names[slug]: region for slug, region in REGIONS.items()},
        )  # fmt: skip
        return writer.publish()
