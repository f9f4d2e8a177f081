"""District figures of an earlier territory: summed anew where the municipalities tell, else left as published."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import pytest

import made_keys as made
from raumwerk.pipeline.derived.crosswalk import ByHand
from raumwerk.pipeline.derived.resum import Resummed, resum
from raumwerk.pipeline.derived.territory import ANY_SHARE, caveats, changes, outdated
from raumwerk.tables.schemas import AREAS, OBSERVATIONS

MEASURES = {"population": {"aggregate": "sum"}, "income": {"aggregate": "none"}}
TOWNS, COUNTS = "d" * 64, "e" * 64
#: Today's municipalities: Tal (99002002) was in 99002 and is in 99001 now; 99003 and 99004 never changed.
PARTS: dict[str, float | None] = {
    "99001001": 400.0, "99001002": 50.0, "99002001": 1000.0, "99003001": 700.0, "99004001": 90.0, "99004002": 10.0,
}  # fmt: skip
PUBLISHED: dict[str, float | None] = {"99001": 400.0, "99002": 1050.0, "99003": 700.0, "99004": 100.0}


def areas() -> pl.DataFrame:
    rows = [
        {"area": key, "edition": "2024-01-01", "level": level, "name": f"Ort {key}", "parent": parent,
         "inhabited": True, "file": TOWNS}
        for level, keys in (("municipality", PARTS), ("district", PUBLISHED))
        for key in keys
        for parent in [key[:5] if level == "municipality" else "99"]
    ]  # fmt: skip
    return AREAS.conform(pl.DataFrame(rows))


def rows(
    values: Mapping[str, float | None], file: str, *, measure: str = "population", status: str = ""
) -> pl.DataFrame:
    return OBSERVATIONS.conform(
        pl.DataFrame(
            [
                {"measure": measure, "area": area, "period": "2018-12-31", "value": value, "lower": value,
                 "upper": value, "status": status or ("measured" if value is not None else "unknown"), "file": file}
                for area, value in values.items()
            ],
            schema_overrides=dict.fromkeys(("value", "lower", "upper"), pl.Float64),
        )
    )  # fmt: skip


def old(*districts: str, worth: bool = True) -> pl.DataFrame:
    frame = pl.DataFrame({"file": COUNTS, "period": "2018-12-31", "area": list(districts)})
    return frame.with_columns(pl.lit(value=worth).alias("worth"), pl.lit(value=True).alias("sure"))


def summed(parts: pl.DataFrame, published: pl.DataFrame, *, worth: bool = True) -> Resummed:
    return resum(pl.concat([parts, published]), old("99001", "99002", worth=worth), areas(), MEASURES)


def districts(found: Resummed) -> dict[str, tuple[object, ...]]:
    kept = found.observations.filter(pl.col("area").str.len_chars() == 5)
    return {row[0]: row[1:] for row in kept.select("area", "value", "status", "file", "caveat").iter_rows()}


def test_district_of_an_earlier_territory_is_summed_from_its_municipalities() -> None:
    found = summed(rows(PARTS, TOWNS), rows(PUBLISHED, COUNTS))
    assert districts(found) == {
        "99001": (450.0, "measured", TOWNS, "territory-99001-sum"),
        "99002": (1000.0, "measured", TOWNS, "territory-99002-sum"),
        "99003": (700.0, "measured", COUNTS, None),
        "99004": (100.0, "measured", COUNTS, None),
    }
    assert found.replaced.select("area", "value", "file").rows() == [
        ("99001", 400.0, COUNTS),
        ("99002", 1050.0, COUNTS),
    ]
    assert found.observations.height == len(PARTS) + len(PUBLISHED)


def test_published_figure_stays_where_the_sources_count_otherwise_elsewhere() -> None:
    revised = {key: 0.98 * value for key, value in PARTS.items() if value is not None}
    found = summed(rows(revised, TOWNS), rows(PUBLISHED, COUNTS))
    assert districts(found)["99001"] == (400.0, "measured", COUNTS, None)
    assert found.replaced.is_empty()


@pytest.mark.parametrize(
    "parts",
    [
        {key: value for key, value in PARTS.items() if key != "99001002"},
        PARTS | {"99001002": None},
        {**PARTS, "99001001": 390.0, "99001002": 10.0},  # the sum is what was published
    ],
    ids=["absent", "unknown", "equal"],
)
def test_published_figure_stays_without_a_sum_that_contradicts_it(parts: dict[str, float | None]) -> None:
    found = districts(summed(rows(parts, TOWNS), rows(PUBLISHED, COUNTS)))
    assert found["99001"] == (400.0, "measured", COUNTS, None)
    assert found["99002"][0] == 1000.0


def test_rate_is_never_summed() -> None:
    parts, published = rows(PARTS, TOWNS, measure="income"), rows(PUBLISHED, COUNTS, measure="income")
    assert summed(parts, published).replaced.is_empty()


@pytest.mark.parametrize(("worth", "value"), [(True, 450.0), (False, 400.0)])
def test_estimated_sum_serves_only_where_the_shift_is_worth_a_warning(worth: bool, value: float) -> None:
    divided = {key: each for key, each in PARTS.items() if key == "99001002"}
    rest = {key: each for key, each in PARTS.items() if key != "99001002"}
    parts = pl.concat([rows(rest, TOWNS), rows(divided, TOWNS, status="estimated")])
    assert districts(summed(parts, rows(PUBLISHED, COUNTS), worth=worth))["99001"][0] == value


def test_sum_of_several_files_is_left_to_the_indicators_that_name_them_all() -> None:
    other = {key: value for key, value in PARTS.items() if key == "99001002"}
    rest = {key: value for key, value in PARTS.items() if key != "99001002"}
    found = summed(pl.concat([rows(rest, TOWNS), rows(other, "f" * 64)]), rows(PUBLISHED, COUNTS))
    assert "99001" not in districts(found)
    assert "99001" in found.replaced["area"].to_list()


def test_file_tells_its_territory_by_its_municipalities_whatever_its_date() -> None:
    walk = made.walk({"99002002": ByHand("99001003", "moved as a whole")})
    current = made.areas(made.listed(), made.drawn())
    everybody: dict[str, float | None] = {"99001001": 300.0, "99002001": 1000.0, "99002002": 50.0}
    shifts = changes(made.links(), made.counts(everybody), walk, current, least=ANY_SHARE)
    today = ["99001", "99002"]
    late = {"99001": 1.0, "99002": 2.0}
    assert outdated(made.counts(late, period="2024"), shifts, walk, today).is_empty()
    found = outdated(made.counts({**late, "99002002": 1.0}, period="2024"), shifts, walk, today)
    assert found.select("area", "worth", "sure").rows() == [("99001", True, True), ("99002", True, True)]


def test_converted_file_is_doubted_only_where_its_municipalities_can_prove_it_wrong() -> None:
    walk, current = made.walk(), made.areas(made.listed(), made.drawn())
    shifts = changes(made.links(), made.counts({"99002001": 1000.0, "99002002": 50.0}), walk, current)
    late = {"99001": 1.0, "99002": 2.0}
    assert outdated(made.counts(late, period="2018-12-31"), shifts, walk, list(late)).is_empty()
    found = outdated(made.counts({**late, "99001001": 1.0}, period="2018-12-31"), shifts, walk, list(late))
    assert found.select("area", "worth", "sure").rows() == [("99001", True, False), ("99002", True, False)]


def test_caveat_says_that_the_figure_is_a_sum_and_how_many_moved() -> None:
    walk, current = made.walk(), made.areas(made.listed(), made.drawn())
    shifts = changes(made.links(), made.counts({"99002001": 1e6, "99002002": 50.0}), walk, current, least=ANY_SHARE)
    texts = dict(caveats(shifts, current, summed=["99001"]).select("caveat", "text_de").iter_rows())
    assert texts == {
        "territory-99001-sum": "Bis 31.12.2019 gehörten < 0,1 % der Einwohner von Landkreis West (99002) zu Orten, die "
        "heute in Landkreis Ost (99001) liegen. Der Wert ist die Summe der Gemeinden auf dem heutigen Gebiet; "
        "veröffentlicht wurde er für das damalige."
    }
