from __future__ import annotations

import math
import os
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from raumwerk.analysis.concentration import gini, herfindahl, hoover, krugman, mean_log_deviation, theil
from raumwerk.analysis.structure import location_quotients, shift_share
from raumwerk.errors import InputError

_ROOT = Path(__file__).resolve().parents[2]
_AMOUNTS = st.lists(st.floats(0, 1e6, allow_subnormal=False), min_size=2, max_size=12).filter(lambda row: sum(row) > 1)


@pytest.fixture(scope="module")
def goettingen() -> pl.DataFrame:
    shared = Path(os.environ.get("RAUMWERK_SHARED_DATA", _ROOT.parent / "shared" / "data"))
    path = shared / "regional_science" / "goettingen_employees_by_sector_2008-2017.csv"
    if not path.exists():
        pytest.skip(f"the official file is not at {path}; set RAUMWERK_SHARED_DATA")
    return pl.read_csv(path).rename({"WZ2008_Code": "sector"})


def _sectors(table: pl.DataFrame) -> pl.DataFrame:
    return table.filter(pl.col("sector") != "A-R")


def test_location_quotients_textbook_case():
    # Farhauer and Kröll: 1,714 of 79,006 employees in the area, 879,213 of 15,593,224 in the nation.
    table = pl.DataFrame({"area": ["x", "x"], "sector": ["i", "rest"], "value": [1714, 79006 - 1714]})
    nation = {"i": 879_213, "rest": 15_593_224 - 879_213}
    assert round(location_quotients(table, reference=nation)["location_quotient"][0], 7) == 0.3847623


@pytest.mark.real_data
def test_location_quotients_goettingen_2017_equal_the_published_ones(goettingen):
    # The published quotients rest on the row A-R, which is not the sum of the sectors shown.
    table = _sectors(goettingen).select("sector", area=pl.lit("Göttingen"), value="Goettingen2017")
    reference = dict(goettingen.select("sector", "BRD2017").rows())
    quotients = location_quotients(
        table, reference=reference, totals={"Göttingen": 69_403}, reference_total=reference["A-R"]
    )
    found = dict(quotients.select("sector", "location_quotient").rows())
    published = {"C": 0.5369, "M": 1.5303, "P": 2.7779, "Q": 1.6746}
    assert {sector: round(found[sector], 4) for sector in published} == published


@pytest.mark.real_data
def test_shift_share_goettingen_2008_to_2017_equals_the_published_parts(goettingen):
    table = _sectors(goettingen).select(
        "sector", area=pl.lit("Göttingen"), start="Goettingen2008", end="Goettingen2017"
    )
    nation = _sectors(goettingen).select("sector", start="BRD2008", end="BRD2017")
    found = shift_share(table, nation)
    parts = found.areas.select(pl.col("change", "national", "mix", "regional").round(2)).row(0)
    assert parts == (10_411.0, 9_178.19, 2_204.82, -972.01)
    factors = found.areas.select(pl.col("mix_factor", "regional_factor", "net_factor").round(5)).row(0)
    assert factors == (1.03338, 0.98576, 1.01866)


@pytest.mark.real_data
def test_krugman_and_hoover_goettingen_2017_equal_the_published_ones(goettingen):
    ours, nation = (_sectors(goettingen)[column].to_list() for column in ("Goettingen2017", "BRD2017"))
    assert round(krugman(ours, nation), 5) == 0.45085
    assert round(hoover(ours, nation), 5) == 0.22542


def test_concentration_textbook_cases():
    assert herfindahl([20, 50, 20, 10]) == pytest.approx(0.34)
    assert herfindahl([20, 50, 20, 10], normalised=True) == pytest.approx(0.12)
    assert gini([20, 50, 20, 10]) == pytest.approx(0.3)
    # The figures that REAT prints for its function theil; they are the mean log deviation.
    assert round(mean_log_deviation([20, 50, 20, 10]), 5) == 0.16736
    assert round(mean_log_deviation([10, 10, 10, 20, 50]), 7) == 0.2326302
    # By hand: (3 · ½ ln ½ + 1 ln 1 + 5/2 ln 5/2) / 5
    assert theil([10, 10, 10, 20, 50]) == pytest.approx((1.5 * math.log(0.5) + 2.5 * math.log(2.5)) / 5)


@given(_AMOUNTS, st.floats(0.1, 100))
def test_concentration_is_scale_free_and_within_bounds(row, factor):
    n = len(row)
    for measure, low, high in ((herfindahl, 1 / n, 1), (gini, 0, 1 - 1 / n), (theil, 0, math.log(n))):
        assert low - 1e-9 <= measure(row) <= high + 1e-9
        assert measure([value * factor for value in row]) == pytest.approx(measure(row), abs=1e-9)
        assert measure(row[::-1]) == pytest.approx(measure(row), abs=1e-12)
    assert herfindahl([1.0] * n, normalised=True) == pytest.approx(0, abs=1e-12)
    assert krugman(row, row) == 0


@given(st.lists(st.tuples(st.integers(1, 500), st.integers(0, 500), st.integers(1, 9000), st.integers(0, 9000)),
                min_size=1, max_size=9))  # fmt: skip
def test_shift_share_parts_sum_to_the_change(rows):
    sectors = [f"s{i}" for i in range(len(rows))]
    table = pl.DataFrame({"area": "x", "sector": sectors, "start": [r[0] for r in rows], "end": [r[1] for r in rows]})
    nation = pl.DataFrame({"sector": sectors, "start": [r[2] for r in rows], "end": [r[3] for r in rows]})
    found = shift_share(table, nation)
    for frame in (found.sectors, found.areas):
        total = frame["national"] + frame["mix"] + frame["regional"]
        assert total.to_list() == pytest.approx(frame["change"].to_list(), abs=1e-6)
    of_nation = shift_share(nation.with_columns(area=pl.lit("DG")), nation).areas.row(0, named=True)
    assert of_nation["mix"] == pytest.approx(0, abs=1e-6)
    assert of_nation["regional"] == pytest.approx(0, abs=1e-6)


def test_location_quotients_masked_value_hides_the_shares_of_its_area_only():
    table = pl.DataFrame({"area": ["a", "a", "b", "b"], "sector": ["C", "Q", "C", "Q"], "value": [None, 10, 10, 30]})
    found = location_quotients(table, reference={"C": 100, "Q": 100})
    assert found["location_quotient"].to_list() == [None, None, 0.5, 1.5]
    with pytest.raises(InputError, match="sum of all areas is not known"):
        location_quotients(table)


def test_location_quotients_published_totals_keep_the_other_sectors_of_an_area():
    table = pl.DataFrame({"area": ["a", "a"], "sector": ["C", "Q"], "value": [None, 10.0]})
    found = location_quotients(table, reference={"C": 100, "Q": 100}, totals={"a": 40})
    assert found["location_quotient"].to_list() == [None, 0.5]
    with pytest.raises(InputError, match="row a: the area has no total"):
        location_quotients(table, reference={"C": 100, "Q": 100}, totals={"b": 40})


def test_structure_bad_input_names_the_row():
    table = pl.DataFrame({"area": ["a", "a"], "sector": ["C", "C"], "value": [1.0, -2.0]})
    with pytest.raises(InputError) as caught:
        location_quotients(table)
    assert [problem.row for problem in caught.value.problems] == [2, 2]
    with pytest.raises(InputError, match="row 2: the value is nan"):
        gini([1.0, float("nan")])
    with pytest.raises(InputError, match="all values are 0"):
        theil([0, 0])
    with pytest.raises(InputError, match="row 2: the value is 0; expected a number above 0"):
        mean_log_deviation([3, 0])
    with pytest.raises(InputError, match="one single value"):
        herfindahl([3], normalised=True)
    with pytest.raises(InputError, match="2 values and 3 in the reference"):
        krugman([1, 2], [1, 2, 3])
    with pytest.raises(InputError, match="the reference has no sector Q"):
        location_quotients(pl.DataFrame({"area": ["a"], "sector": ["Q"], "value": [1]}), reference={"C": 1})
    with pytest.raises(InputError, match="no sector C that starts above 0"):
        shift_share(
            pl.DataFrame({"area": ["a"], "sector": ["C"], "start": [1], "end": [2]}),
            pl.DataFrame({"sector": ["C"], "start": [0], "end": [2]}),
        )
