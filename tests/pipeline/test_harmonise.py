"""Figures on the keys of the boundaries: sums with bounds, estimates said to be estimates, breaks."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import made_keys as made
from raumwerk.pipeline.derived.harmonise import Harmonised, basis_of, classes, observations, rekey
from raumwerk.pipeline.derived.territory import attach, caveats, changes

MEASURES = {
    "population": {"aggregate": "sum", "unit": "persons"},
    "area_km2": {"aggregate": "sum", "unit": "km²", "uninhabited": "counted"},
    "income": {"aggregate": "none", "unit": "EUR"},
}
TARGETS = [*made.TODAY, "99001", "99002", "99"]
EVERYBODY: dict[str, float | None] = {
    "99001001": 300.0, "99001002": 100.0, "99001451": 0.0, "99002001": 1000.0, "99002002": 50.0, "99003000": 700.0,
}  # fmt: skip

Row = tuple[object, ...]


def moved(values: dict[str, float | None], *, measure: str = "population") -> Harmonised:
    return observations(made.counts(values, measure=measure), made.walk(), MEASURES, targets=TARGETS)


def rows(result: Harmonised) -> list[Row]:
    return result.frame.sort("area").select("area", "value", "lower", "upper", "status").rows()


def test_counts_are_summed_and_shares_are_estimates_within_bounds() -> None:
    assert rows(moved(EVERYBODY)) == [
        ("99", 2150.0, 2150.0, 2150.0, "measured"),  # the divided village is whole again in the state
        ("99001001", 400.0, 400.0, 400.0, "measured"),
        ("99001003", 20.0, 0.0, 50.0, "estimated"),
        ("99002001", 1030.0, 1000.0, 1050.0, "estimated"),
        ("99002003", 700.0, 700.0, 700.0, "measured"),
    ]


def test_share_of_nothing_is_no_estimate() -> None:
    result = moved(EVERYBODY | {"99002002": 0.0})
    assert rows(result)[1:3] == [
        ("99001003", 0.0, 0.0, 0.0, "measured"),
        ("99002001", 1000.0, 1000.0, 1000.0, "measured"),
    ]


def test_masked_part_keeps_the_sum_masked_within_bounds() -> None:
    assert rows(moved(EVERYBODY | {"99001002": None}))[1] == ("99001001", None, 301.0, 302.0, "masked")


def test_sum_with_missing_part_is_unknown_not_too_small() -> None:
    result = moved({key: value for key, value in EVERYBODY.items() if key != "99001002"})
    assert ("99001001", None, None, None, "unknown") in rows(result)
    assert "99" not in result.frame["area"].to_list()
    assert result.changes.select("summed", "estimated", "incomplete").rows() == [(3, 2, 1)]


def test_uninhabited_part_may_be_missing_where_it_holds_nothing() -> None:
    without = {key: value for key, value in EVERYBODY.items() if key != "99001451"}
    assert ("99001001", 400.0, 400.0, 400.0, "measured") in rows(moved(without))
    assert ("99001001", None, None, None, "unknown") in rows(moved(without, measure="area_km2"))


def test_area_is_shared_by_area_and_population_by_population() -> None:
    shared = {area: value for area, value, *_ in rows(moved(EVERYBODY, measure="area_km2"))}
    assert shared["99001003"] == pytest.approx(15.0)
    assert basis_of({"unit": "km²"}) == "area"
    assert basis_of({"unit": "persons", "name_en": "Employees at work"}) == "employees"
    assert basis_of({"unit": "persons"}) == "population"


def test_rate_is_carried_over_for_whole_areas_and_ends_for_others() -> None:
    result = moved(EVERYBODY, measure="income")
    assert rows(result) == [("99002003", 700.0, 700.0, 700.0, "measured")]
    assert result.changes["ended"].to_list() == [3]


def test_figures_on_the_keys_of_today_pass_untouched() -> None:
    today: dict[str, float | None] = {"99001001": 1.0, "99002001": None, "99001": 3.0, "99": 7.0, "DG": 9.0}
    result = moved(today)
    assert result.frame.equals(made.counts(today))
    assert result.changes.is_empty()


def test_districts_of_an_older_edition_are_merged() -> None:
    result = moved({"99001": 400.0, "99002": 1050.0, "99003": 700.0})
    assert rows(result) == [
        ("99001", 400.0, 400.0, 400.0, "measured"),
        ("99002", 1750.0, 1750.0, 1750.0, "measured"),
    ]
    assert result.changes.select("level", "edition", "summed").rows() == [("district", "2019-12-31", 1)]


def test_key_that_no_edition_knows_is_reported() -> None:
    result = moved({**EVERYBODY, "99009001": 5.0})
    assert result.changes.select("unknown", "examples").rows() == [(1, ["99009001"])]
    assert "99009001" not in result.frame["area"].to_list()


def test_people_under_an_unknown_key_make_their_district_doubtful() -> None:
    result = moved({**EVERYBODY, "99001777": 5.0})
    assert rows(result) == [
        ("99001001", None, 400.0, 405.0, "unknown"),
        ("99001003", None, 0.0, 55.0, "unknown"),
        ("99002001", 1030.0, 1000.0, 1050.0, "estimated"),
        ("99002003", 700.0, 700.0, 700.0, "measured"),
    ]
    assert rows(moved({**EVERYBODY, "99001777": 0.0})) == rows(moved(EVERYBODY))


def test_area_that_the_office_converted_itself_stands_before_the_sum() -> None:
    result = moved({**EVERYBODY, "99001003": 23.0})
    assert ("99001003", 23.0, 23.0, 23.0, "measured") in rows(result)
    assert result.frame.filter(pl.col("area") == "99001003").height == 1


def test_edition_is_chosen_state_by_state() -> None:
    frame = pl.concat([made.counts(EVERYBODY), made.counts({"98001001": 4.0})])
    result = observations(frame, made.walk(), MEASURES, targets=[*TARGETS, "98001001"])
    assert ("98001001", 4.0, 4.0, 4.0, "measured") in rows(result)
    assert result.changes.height == 1


def test_further_columns_are_kept() -> None:
    frame = made.counts(EVERYBODY).with_columns(source=pl.lit("register"))
    result = observations(frame, made.walk(), MEASURES, targets=TARGETS)
    assert set(result.frame["source"]) == {"register"}


def test_rekey_tells_where_keys_go_and_how_many_parts_there_are() -> None:
    assert rekey(["99001", "99002", "99003"], made.walk()).rows() == [
        ("99001", "99001", 1.0, 1), ("99002", "99002", 1.0, 2), ("99003", "99002", 1.0, 2),
    ]  # fmt: skip
    assert rekey(["99001", "99002"], made.walk()).rows() == [("99001", "99001", 1.0, 1), ("99002", "99002", 1.0, 1)]


def test_merged_area_takes_the_class_of_its_largest_part() -> None:
    frame = pl.DataFrame(
        {
            "scheme": "type", "area": ["99001001", "99001002", "99001451", "99001"], "period": "2019-12-31",
            "code": ["small", "large", "none", "district"], "label": "", "file": made.OLD,
        }
    )  # fmt: skip
    size = pl.DataFrame({"area": ["99001001", "99001002"], "population": [100.0, 300.0]})
    found = classes(frame, made.walk(), size=size)
    assert found.select("area", "code").rows() == [("99001", "district"), ("99001001", "large")]


def test_territory_that_changed_is_stated_with_its_share() -> None:
    current = made.areas(made.listed(), made.drawn())
    shifts = changes(made.links(), made.counts(EVERYBODY), made.walk(), current)
    # 40 % of Tal's 50 inhabitants lived in a place of 99002 (1,050 inhabitants) that is in 99001 today.
    assert shifts.select("area", "other", "until").rows() == [("99002", "99001", "2019-12-31")]
    assert shifts["share"].to_list() == [pytest.approx(20 / 1050)]
    texts = caveats(shifts, current)
    assert texts["caveat"].to_list() == ["territory-99001", "territory-99002"]
    assert texts["text_de"][0] == (
        "Bis 31.12.2019 gehörten 1,9 % der Einwohner von Landkreis West (99002) zu Orten, die heute in Landkreis Ost "
        "(99001) liegen. Werte bis dahin gelten für das damalige Gebiet."
    )


@pytest.mark.parametrize(
    ("period", "districts", "told"),
    [
        ("2019-06-30", ["99001", "99002", "99003"], ["territory-99001", "territory-99002", None]),
        ("2020-06-30", ["99001", "99002", "99003"], [None, None, None]),
        # Old figures on the keys of today: the office converted them before the last shift is over.
        ("2018-06-30", ["99001", "99002"], [None, None]),
    ],
)
def test_district_figures_from_before_a_shift_carry_its_caveat(
    period: str, districts: list[str], told: list[str | None]
) -> None:
    walk, current = made.walk(), made.areas(made.listed(), made.drawn())
    shifts = changes(made.links(), made.counts(EVERYBODY), walk, current)
    frame = made.counts(dict.fromkeys(districts, 1.0), period=period)
    assert attach(frame, shifts, walk, ["99001", "99002"])["caveat"].to_list() == told


def test_caveat_of_the_source_is_not_overwritten() -> None:
    walk, current = made.walk(), made.areas(made.listed(), made.drawn())
    shifts = changes(made.links(), made.counts(EVERYBODY), walk, current)
    frame = made.counts({"99001": 1.0, "99003": 2.0}).with_columns(caveat=pl.lit("printed"))
    assert set(attach(frame, shifts, walk, ["99001", "99002"])["caveat"]) == {"printed"}


_NUMBER = st.one_of(st.none(), st.integers(0, 10_000).map(float))


@settings(deadline=None, max_examples=60)
@given(values=st.fixed_dictionaries(dict.fromkeys(EVERYBODY, _NUMBER)))
def test_nobody_is_lost_or_doubled_whatever_the_counts(values: dict[str, float | None]) -> None:
    before, after = made.counts(values), moved(values).frame.filter(pl.col("area").str.len_chars() == 8)
    assert sorted(after["area"].to_list()) == sorted(made.TODAY)
    shared = values["99002002"]
    for bound, slack in (("lower", -(shared if shared is not None else 2.0)), ("upper", shared or 2.0)):
        # A divided area counts once in the value, nowhere in the lower and everywhere in the upper bounds.
        extra = after[bound].sum() - before[bound].sum()
        assert min(0.0, slack) - 1e-6 <= extra <= max(0.0, slack) + 1e-6
    if all(value is not None for value in values.values()):
        assert after["value"].sum() == pytest.approx(before["value"].sum())
        assert (after["lower"] <= after["value"] + 1e-9).all()
        assert (after["value"] <= after["upper"] + 1e-9).all()
    for area, value, status in after.select("area", "value", "status").iter_rows():
        assert (value is None) == (status == "masked"), area
