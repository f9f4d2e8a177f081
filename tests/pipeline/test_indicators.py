"""The indicator engine on a country small enough to work by hand."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from raumwerk.errors import InputError
from raumwerk.pipeline.derived.indicators import Definition, definitions, indicators
from raumwerk.pipeline.derived.merge import merge
from raumwerk.pipeline.derived.rollup import contradictions
from raumwerk.tables.schemas import INDICATORS, OBSERVATIONS

A, B, C = "a" * 64, "b" * 64, "c" * 64
MEASURES: dict[str, dict[str, Any]] = {
    key: {"aggregate": "sum"} for key in ("people", "old", "jobs", "residents", "out", "in", "land")
} | {"rate": {"aggregate": "none"}, "land": {"aggregate": "sum", "uninhabited": "counted"}}
#: state 91: districts 91001 (two municipalities and a forest), 91002 (one town); state 92: one district, one town
AREAS = pl.DataFrame(
    [
        ("91001001", "municipality", True), ("91001002", "municipality", True), ("91001900", "municipality", False),
        ("91002000", "municipality", True), ("92000000", "municipality", True), ("91001", "district", True),
        ("91002", "district", True), ("92000", "district", True), ("91", "state", True), ("92", "state", True),
        ("DG", "nation", True),
    ],
    schema=["area", "level", "inhabited"], orient="row",
)  # fmt: skip
MEMBERS = pl.DataFrame(
    [("region:eins", "wider", "district", area) for area in ("91002", "92000")]
    + [("region:eins", "wider", "municipality", area) for area in ("91002000", "92000000")]
    + [("region:zwei", "wider", "municipality", "91001001"), ("region:zwei", "wider", "municipality", "92000000")]
    + [("region:zwei", "wider", "district", "92000"), ("region:zwei", "core", "municipality", "92000000")],
    schema=["region", "perimeter", "level", "area"],
    orient="row",
)
PEOPLE = {"91001001": 10, "91001002": 30, "91002000": 40, "92000000": 20}


def rows(measure: str, values: dict[str, Any], *, period: str = "2020-12-31", file: str = A) -> list[tuple[Any, ...]]:
    """A number is measured; (low, high) is masked; None is unknown; (value, low, high) is rounded."""
    out: list[tuple[Any, ...]] = []
    for area, stated in values.items():
        match stated:
            case None:
                cells: tuple[Any, ...] = (None, None, None, "unknown")
            case (low, high):
                cells = (None, float(low), float(high), "masked")
            case (value, low, high):
                cells = (float(value), float(low), float(high), "rounded")
            case number:
                cells = (float(number), float(number), float(number), "measured")
        out.append((measure, area, period, *cells, file, None))
    return out


def table(*parts: list[tuple[Any, ...]]) -> pl.DataFrame:
    frame = pl.DataFrame([row for part in parts for row in part], schema=OBSERVATIONS.schema, orient="row")
    return OBSERVATIONS.conform(frame)


def entry(**fields: Any) -> dict[str, Any]:
    levels = ["municipality", "district", "region", "state", "nation"]
    return {"levels": levels, "decimals": 1, **fields}


def compute(observations: pl.DataFrame, areas: pl.DataFrame = AREAS, **fields: Any) -> pl.DataFrame:
    frame = indicators(observations, areas, MEMBERS, measures=MEASURES, catalogue={"x": entry(**fields)})
    return INDICATORS.conform(frame)


def values(frame: pl.DataFrame) -> dict[str, Any]:
    return dict(frame.sort("area").select("area", "value").iter_rows())


def test_sum_goes_up_through_all_levels_and_regions() -> None:
    frame = compute(table(rows("people", PEOPLE)), numerator=["people"])
    assert values(frame) == {
        "91001001": 10, "91001002": 30, "91002000": 40, "92000000": 20, "91001": 40, "91002": 40, "92000": 20,
        "91": 80, "92": 20, "DG": 100, "region:eins": 60, "region:zwei": 30,
    }  # fmt: skip
    assert frame["status"].unique().to_list() == ["measured"]
    assert frame["files"].unique().to_list() == [[A]]


def test_sum_needs_every_inhabited_part() -> None:
    some = {area: value for area, value in PEOPLE.items() if area != "91001002"}
    assert values(compute(table(rows("people", some)), numerator=["people"])) == {
        "91001001": 10, "91002000": 40, "92000000": 20, "91002": 40, "92000": 20, "92": 20,
        "region:eins": 60, "region:zwei": 30,
    }  # fmt: skip


def test_sum_of_land_needs_uninhabited_areas_too() -> None:
    assert "91001" not in values(compute(table(rows("land", PEOPLE)), numerator=["land"]))
    complete = PEOPLE | {"91001900": 5}
    assert values(compute(table(rows("land", complete)), numerator=["land"]))["91001"] == 45


def test_published_total_stands_before_a_sum_unless_the_sum_is_surer() -> None:
    direct = {"91001": 41, "91": (70, 90)}
    found = values(compute(table(rows("people", PEOPLE), rows("people", direct, file=B)), numerator=["people"]))
    assert (found["91001"], found["91"], found["DG"]) == (41, 81, 101)


def test_masked_part_makes_an_interval_in_every_sum_and_ratio() -> None:
    old = {"91001001": (1, 2), "91001002": 6, "91002000": 8, "92000000": 5}
    frame = compute(
        table(rows("people", PEOPLE), rows("old", old)), numerator=["old"], denominator=["people"], factor=100
    )
    found = {row["area"]: row for row in frame.iter_rows(named=True)}
    assert [found["91001"][name] for name in ("value", "lower", "upper", "status")] == [None, 17.5, 20.0, "masked"]
    assert [found["DG"][name] for name in ("value", "lower", "upper", "status")] == [None, 20.0, 21.0, "masked"]
    assert found["region:eins"]["value"] == pytest.approx(13 / 60 * 100)
    assert found["91001"]["denominator"] == 40


def test_ratio_is_of_sums_not_a_mean_of_ratios() -> None:
    old = {"91001001": 5, "91001002": 3, "91002000": 8, "92000000": 5}
    frame = compute(
        table(rows("people", PEOPLE), rows("old", old, file=B)), numerator=["old"], denominator=["people"], factor=100
    )
    assert values(frame)["91001"] == 20.0  # the mean of 50 % and 10 % would be 30 %
    assert frame["files"].unique().to_list() == [[A, B]]


def test_rounded_values_widen_the_ratio() -> None:
    jobs = {"92000000": (20, 15, 25)}
    residents = {"92000000": (40, 35, 45)}
    frame = compute(table(rows("jobs", jobs), rows("residents", residents)), numerator=["jobs"],
                    denominator=["residents"])  # fmt: skip
    town = frame.filter(pl.col("area") == "92000000").row(0, named=True)
    assert (town["value"], town["status"]) == (0.5, "rounded")
    assert (town["lower"], town["upper"]) == (pytest.approx(15 / 45), pytest.approx(25 / 35))


def test_balance_subtracts_with_crossed_bounds() -> None:
    frame = compute(table(rows("in", {"92000000": (4, 6)}), rows("out", {"92000000": 10})), numerator=["in"],
                    minus=["out"])  # fmt: skip
    town = frame.filter(pl.col("area") == "92000000").row(0, named=True)
    assert (town["value"], town["lower"], town["upper"]) == (None, -6.0, -4.0)


def test_exact_value_of_the_district_stands_before_a_rounded_one_of_its_only_municipality() -> None:
    observations = table(rows("people", {"91002": 40}), rows("people", {"91002000": (41, 36, 46)}, file=B))
    frame = compute(observations, numerator=["people"])
    assert values(frame) == {"91002": 40, "91002000": 40}


def test_rates_are_shared_by_areas_that_are_the_same_and_never_summed() -> None:
    frame = compute(table(rows("rate", {"92": 7.5, "91002000": 3.5, "91001001": 2.0})), numerator=["rate"])
    assert values(frame) == {
        "92": 7.5, "92000": 7.5, "92000000": 7.5, "91002": 3.5, "91002000": 3.5, "91001001": 2.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"periods": "same"}, {}),
        ({"periods": "year"}, {"2020-06-30": 2.0}),
        ({"periods": "nearest", "within_years": 2}, {"2020-06-30": 2.0, "2022-06-30": 4.0}),
    ],
)
def test_dates_are_paired_as_the_definition_says(fields: dict[str, Any], expected: dict[str, float]) -> None:
    observations = table(
        rows("jobs", {"92000000": 20}, period="2020-06-30"), rows("jobs", {"92000000": 40}, period="2022-06-30"),
        rows("jobs", {"92000000": 60}, period="2026-06-30"),
        rows("residents", {"92000000": 10}, period="2020-12-31"), rows("residents", {"92000000": 99}, period="2018"),
    )  # fmt: skip
    frame = compute(observations, numerator=["jobs"], denominator=["residents"], **fields)
    town = frame.filter(pl.col("area") == "92000000")
    assert dict(town.select("period", "value").iter_rows()) == expected


def test_each_area_takes_the_nearest_date_it_has_the_same_year_first() -> None:
    observations = table(
        rows("jobs", {"91001001": 20, "92000000": 20}, period="2021-06-30"),
        rows("residents", {"91001001": 10, "92000000": 40}, period="2019-06-30"),
        rows("residents", {"92000000": 5}, period="2020-12-31"),
        rows("residents", {"92000000": 10}, period="2021-12-31"),
    )  # fmt: skip
    frame = compute(observations, numerator=["jobs"], denominator=["residents"], periods="nearest", within_years=2)
    assert (values(frame)["91001001"], values(frame)["92000000"]) == (2.0, 2.0)


def test_change_compares_with_an_earlier_year() -> None:
    observations = table(
        rows("people", {"92000000": 20}, period="2015-12-31"),
        rows("people", {"92000000": 25}, period="2020-12-31", file=B),
    )
    frame = compute(observations, numerator=["people"], change="percent", change_years=5)
    town = frame.filter(pl.col("area") == "92000000")
    assert town.select("period", "value", "numerator", "denominator").rows() == [("2020-12-31", 25.0, 25.0, 20.0)]
    assert town["files"].to_list() == [[A, B]]


def test_location_quotient_divides_by_the_nation() -> None:
    # Farhauer and Kröll: 1,714 of 79,006 here, 879,213 of 15,593,224 in the nation give 0.3847623
    observations = table(
        rows("old", {"92000": 1714, "DG": 879_213}), rows("people", {"92000": 79_006, "DG": 15_593_224})
    )
    frame = compute(observations, numerator=["old"], denominator=["people"], relative_to="DG")
    assert values(frame)["92000"] == pytest.approx(0.3847623, abs=5e-8)
    assert values(frame)["DG"] == 1.0


def test_estimates_alone_never_make_the_rate_of_a_municipality() -> None:
    observations = table(rows("people", PEOPLE)).with_columns(
        pl.when(pl.col("area") == "91001001").then(pl.lit("estimated")).otherwise(pl.lit("measured"))
        .cast(OBSERVATIONS.schema["status"]).alias("status")
    )  # fmt: skip
    frame = compute(observations, numerator=["people"])
    assert "91001001" not in values(frame)
    assert frame.filter(pl.col("area") == "91001")["status"].to_list() == ["estimated"]


def test_share_is_cut_at_its_largest_possible_value() -> None:
    frame = compute(
        table(rows("old", {"92000000": (15, 40)}), rows("people", PEOPLE)),
        numerator=["old"], denominator=["people"], factor=100, maximum=100,
    )  # fmt: skip
    assert frame.filter(pl.col("area") == "92")["upper"].to_list() == [100.0]


def test_indicator_without_its_measures_is_left_out() -> None:
    assert compute(table(rows("people", PEOPLE)), numerator=["old"], denominator=["people"]).is_empty()


def test_definition_when_wrong_names_indicator_and_field() -> None:
    wrong = {
        "one": entry(numerator=[], denominater=["people"]),
        "two": entry(numerator=["people"], periods="nearest", change="doubling"),
    }
    with pytest.raises(InputError) as caught:
        definitions(wrong)
    text = str(caught.value)
    assert "indicator one: it has no numerator" in text
    assert "indicator one: it has unknown fields: denominater" in text
    assert "indicator two: periods is nearest without a limit" in text
    assert "change is 'doubling'" in text


def test_definition_reads_every_field() -> None:
    fields = entry(numerator=["in"], minus=["out"], denominator=["people"], factor=1000, periods="nearest",
                   within_years=3, change="absolute", change_years=5, relative_to="DG", maximum=9)  # fmt: skip
    assert Definition.from_entry("x", fields) == Definition(
        "x", tuple(fields["levels"]), ("in",), ("out",), ("people",), 1000.0, "nearest", 3, "absolute", 5, "DG", 9.0
    )


def sourced(frame: pl.DataFrame, source: str) -> pl.DataFrame:
    return frame.with_columns(pl.lit(source).alias("source"))


def test_merge_prefers_values_then_priority_and_counts_disagreement() -> None:
    first = sourced(table(rows("people", {"91": 100, "92": None}, file=A)), "high")
    second = sourced(table(rows("people", {"91": 90, "92": 20, "DG": 110}, file=B)), "low")
    merged = merge(pl.concat([second, first]), {"high": 20, "low": 10})
    assert merged.observations.sort("area").select("area", "value", "file").rows() == [
        ("91", 100.0, A), ("92", 20.0, B), ("DG", 110.0, B)
    ]  # fmt: skip
    assert merged.discrepancies.select("measure", "kept", "other", "compared", "differing", "largest").rows() == [
        ("people", "high", "low", 1, 1, pytest.approx(0.1))
    ]


def test_merge_takes_rounded_and_exact_values_for_agreeing() -> None:
    first = sourced(table(rows("jobs", {"91": (100, 95, 105)}, file=A)), "rounded")
    second = sourced(table(rows("jobs", {"91": 103}, file=B)), "exact")
    merged = merge(pl.concat([first, second]), {"rounded": 10, "exact": 10})
    assert merged.observations.select("value", "file").rows() == [(103.0, B)]
    assert merged.discrepancies.is_empty()


def test_merge_takes_the_later_import_of_two_equals() -> None:
    first = sourced(table(rows("jobs", {"91": 100}, file=A)), "same")
    second = sourced(table(rows("jobs", {"91": 101}, file=B)), "same")
    for batches, expected in (
        ({A: 1, B: 2}, (101.0, B)),
        ({A: 2, B: 1}, (100.0, A)),
        ({A: 1, B: 1}, min((100.0, A), (101.0, B), key=lambda one: one[1])),
    ):
        merged = merge(pl.concat([first, second]), {"same": 10}, batches)
        assert merged.observations.select("value", "file").rows() == [expected]


def test_merge_without_doubles_keeps_all() -> None:
    observations = sourced(table(rows("people", PEOPLE, file=C)), "one")
    merged = merge(observations, {})
    assert merged.observations.equals(table(rows("people", PEOPLE, file=C)))
    assert merged.discrepancies.is_empty()


def test_contradictions_name_measure_level_and_place() -> None:
    observations = table(
        rows("people", PEOPLE), rows("people", {"91001": 50, "91002": 40, "92": (19, 21)}, file=B), rows("rate", PEOPLE)
    )
    found = contradictions(observations, AREAS, MEASURES)
    assert found.select("measure", "level", "compared", "differing", "largest", "area", "period").rows() == [
        ("people", "district", 2, 1, pytest.approx(0.2), "91001", "2020-12-31")
    ]


@settings(max_examples=60, deadline=None)
@given(
    truth=st.lists(st.tuples(st.integers(0, 50), st.integers(1, 100)), min_size=4, max_size=4),
    masked=st.lists(st.tuples(st.booleans(), st.integers(0, 5), st.integers(0, 5)), min_size=4, max_size=4),
)
def test_bounds_hold_the_truth_at_every_level(
    truth: list[tuple[int, int]], masked: list[tuple[bool, int, int]]
) -> None:
    towns = list(PEOPLE)
    shown: dict[str, Any] = {}
    for town, (old, _), (hidden, below, above) in zip(towns, truth, masked, strict=True):
        shown[town] = (max(0, old - below), old + above) if hidden else old
    people = {town: count for town, (_, count) in zip(towns, truth, strict=True)}
    known = table(rows("old", {town: old for town, (old, _) in zip(towns, truth, strict=True)}), rows("people", people))
    told = table(rows("old", shown), rows("people", people))
    formula: dict[str, Any] = {"numerator": ["old"], "denominator": ["people"], "factor": 100}
    real = compute(known, **formula)
    seen = compute(told, **formula).join(real.select("area", pl.col("value").alias("true")), on="area")
    assert seen.height == real.height
    slack = 1e-9
    assert seen.filter(
        (pl.col("true") < pl.col("lower") - slack) | (pl.col("true") > pl.col("upper") + slack)
    ).is_empty()
    exact = seen.filter(pl.col("status") == "measured")
    assert (exact["value"] - exact["true"]).abs().max() in (None, 0.0)
