from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from raumwerk.analysis.composite import composite_index, topsis, weight_uncertainty
from raumwerk.errors import InputError

# The five by four case of pymcdm 1.4.0; first column is a cost.
CASE = pl.DataFrame(
    [(250, 16, 12, 5), (200, 16, 8, 3), (300, 32, 16, 4), (275, 32, 8, 4), (225, 16, 16, 2)],
    schema=["price", "store", "camera", "looks"], orient="row",
).insert_column(0, pl.Series("area", list("abcde")))  # fmt: skip
WAYS = {"price": "down", "store": "up", "camera": "up", "looks": "up"}


def test_topsis_equals_the_published_scores():
    assert topsis(CASE, WAYS)["score"].round(6).to_list() == [0.534277, 0.308368, 0.691632, 0.534737, 0.401046]
    assert topsis(CASE, WAYS, normalisation="min-max")["score"].round(6).to_list() == pytest.approx(
        [0.5, 0.4027, 0.5973, 0.486891, 0.465352], abs=1e-6
    )
    assert topsis(CASE, WAYS)["rank"].to_list() == [3, 5, 1, 2, 4]


def test_composite_index_by_hand():
    table = pl.DataFrame({"area": ["a", "b", "c"], "jobs": [10, 20, 30], "minutes": [20, 40, 30]})
    ways = {"jobs": "up", "minutes": "down"}
    made = composite_index(table, ways, weights={"jobs": 3, "minutes": 1})
    assert made.scores.rows() == [("a", 0.25, 3), ("b", 0.375, 2), ("c", 0.875, 1)]
    assert made.normalised.rows() == [("a", 0, 1), ("b", 0.5, 0), ("c", 1, 0.5)]
    assert made.contributions.rows() == [("a", 0, 0.25), ("b", 0.375, 0), ("c", 0.75, 0.125)]
    geometric = composite_index(table, ways, aggregation="geometric")
    assert geometric.scores["score"].to_list() == pytest.approx(
        [np.sqrt(1 * 100), np.sqrt(50.5 * 1), np.sqrt(100 * 50.5)]
    )
    ranks = composite_index(table, ways, normalisation="rank")
    assert ranks.scores["score"].to_list() == [0.5, 0.25, 0.75]
    target = composite_index(table, ways, normalisation="target", targets={"jobs": 20, "minutes": 25})
    assert target.scores["score"].to_list() == [0.75, (1 + 25 / 40) / 2, (1 + 25 / 30) / 2]
    z = composite_index(table, ways, normalisation="z-score")
    assert z.normalised["jobs"].to_list() == pytest.approx([-np.sqrt(1.5), 0, np.sqrt(1.5)])


@st.composite
def _tables(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, m = draw(st.integers(2, 8)), draw(st.integers(1, 4))
    return pl.DataFrame({"area": [f"a{i}" for i in range(n)], **{f"k{j}": rng.random(n) + 1 for j in range(m)}})


@given(_tables(), st.sampled_from(["min-max", "z-score", "rank"]), st.floats(0.1, 50), st.floats(-5, 5))
def test_composite_index_units_and_order_are_no_matter(table, normalisation, scale, shift):
    names = table.columns[1:]
    ways = dict.fromkeys(names, "up")
    one = composite_index(table, ways, normalisation=normalisation)
    moved = table.with_columns(pl.col(names) * scale + shift).reverse()
    other = composite_index(moved, ways, normalisation=normalisation)
    assert other.scores["score"].to_list()[::-1] == pytest.approx(one.scores["score"].to_list(), abs=1e-6)
    assert one.contributions.select(pl.sum_horizontal(names)).to_series().to_list() == pytest.approx(
        one.scores["score"].to_list()
    )


@given(_tables())
def test_topsis_stays_between_0_and_1_and_flips_with_the_directions(table):
    names = table.columns[1:]
    up, down = (topsis(table, dict.fromkeys(names, way), normalisation="min-max")["score"] for way in ("up", "down"))
    assert up.is_between(0, 1).all()
    assert (up + down).to_list() == pytest.approx([1] * len(table))


def test_weight_uncertainty_dominated_never_wins_and_shares_complement():
    table = pl.DataFrame({"area": ["a", "b", "c"], "x": [1, 2, 3], "y": [1, 3, 2]})
    found = weight_uncertainty(composite_index(table, {"x": "up", "y": "up"}), draws=4000, seed=1)
    assert found.ranks.filter(area="a").rows() == [("a", 3, 3, 3, 0.0)]
    share = {row[:2]: row[2] for row in found.beats.rows()}
    assert share["b", "a"] == share["c", "a"] == 1
    assert share["b", "c"] + share["c", "b"] == pytest.approx(1)
    assert share["b", "c"] == pytest.approx(0.5, abs=0.03)  # b wins where y weighs more than x: half of all weights


def test_weight_uncertainty_equals_what_even_weights_give_by_hand():
    # Weight w of x is even from 0 to 1: a scores w, b 1 − w, c .4. So c is never first, last when .4 < w < .6.
    table = pl.DataFrame({"area": ["a", "b", "c"], "x": [1.0, 0.0, 0.4], "y": [0.0, 1.0, 0.4]})
    found = weight_uncertainty(composite_index(table, {"x": "up", "y": "up"}), draws=20_000, seed=5)
    assert found.ranks.select("area", "rank_low", "rank_high").rows() == [("a", 1, 3), ("b", 1, 3), ("c", 2, 3)]
    assert found.ranks["rank_median"][2] == 2
    assert found.ranks["first"].to_list() == pytest.approx([0.5, 0.5, 0], abs=0.012)
    share = {row[:2]: row[2] for row in found.beats.rows()}
    assert share["a", "b"] == pytest.approx(0.5, abs=0.012)
    assert share["c", "a"] == pytest.approx(0.4, abs=0.012)
    assert share["c", "b"] == pytest.approx(0.4, abs=0.012)


def test_weight_uncertainty_narrows_around_given_weights():
    made = composite_index(CASE, WAYS)
    loose, firm = (weight_uncertainty(made, weights={"price": 4, "store": 1, "camera": 1, "looks": 1},
                                      concentration=amount, seed=2) for amount in (5, 5000))  # fmt: skip
    assert (firm.ranks["rank_high"] - firm.ranks["rank_low"]).sum() < (
        loose.ranks["rank_high"] - loose.ranks["rank_low"]
    ).sum()
    assert weight_uncertainty(made, seed=3).beats.equals(weight_uncertainty(made, seed=3).beats)


def test_composite_bad_input_is_named():
    with pytest.raises(InputError, match=r"row b, column store: the value is missing"):
        composite_index(CASE.with_columns(store=pl.Series([16, None, 32, 32, 16])), WAYS)
    with pytest.raises(InputError, match=r"column price: the indicator is the same everywhere"):
        composite_index(CASE.with_columns(price=pl.lit(3)), WAYS)
    with pytest.raises(InputError, match="column speed: the column is missing"):
        topsis(CASE, {"speed": "up"})
    with pytest.raises(InputError, match="direction is 'left'"):
        topsis(CASE, {"price": "left"})
    with pytest.raises(InputError, match="the weights are"):
        composite_index(CASE, WAYS, weights={"price": -1, "store": 1, "camera": 1, "looks": 1})
    with pytest.raises(InputError, match="column price: the indicator has no target above 0"):
        composite_index(CASE, WAYS, normalisation="target", targets={"store": 1, "camera": 1, "looks": 1})
    with pytest.raises(InputError, match="without a concentration"):
        weight_uncertainty(composite_index(CASE, WAYS), weights={"price": 1})
    with pytest.raises(InputError, match="draws is 0"):
        weight_uncertainty(composite_index(CASE, WAYS), draws=0)
