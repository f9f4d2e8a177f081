from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import silhouette_samples

from raumwerk.analysis.mobility import mobility_types
from raumwerk.errors import InputError

TABLE = pl.DataFrame({"area": list("abcde"), "km": [5, 6, 5, 30, 33], "rate": [0.3, 0.35, 0.3, 0.8, 0.9]})


def test_mobility_types_two_clear_types():
    found = mobility_types(TABLE, ["km", "rate"])
    assert found.areas.select("area", "type").rows() == [("a", 1), ("b", 1), ("c", 1), ("d", 2), ("e", 2)]
    assert found.types.rows() == [
        (1, 3, pytest.approx(16 / 3), pytest.approx(0.95 / 3)),
        (2, 2, 31.5, pytest.approx(0.85)),
    ]
    assert found.profile["marks"].all()
    assert found.profile.filter(type=2)["deviation"].min() > 1
    assert found.choice["types"].to_list() == [2, 3, 4]
    assert found.silhouette > 0.8


@given(st.integers(0, 2**32 - 1), st.integers(2, 4))
def test_mobility_types_order_and_units_are_no_matter_and_silhouettes_are_right(seed, types):
    rng = np.random.default_rng(seed)
    table = pl.DataFrame({"area": [f"a{i:02d}" for i in range(9)], "x": rng.random(9), "y": rng.random(9)})
    one = mobility_types(table, ["x", "y"], types=types)
    moved = table.with_columns(x=pl.col("x") * 7 + 3).sample(fraction=1, shuffle=True, seed=1)
    other = mobility_types(moved, ["x", "y"], types=types)
    assert dict(one.areas.select("area", "type").rows()) == dict(other.areas.select("area", "type").rows())
    z = table.select((pl.col("x", "y") - pl.col("x", "y").mean()) / pl.col("x", "y").std(ddof=0)).to_numpy()
    if one.areas["type"].n_unique() > 1:
        assert one.areas["fit"].to_list() == pytest.approx(silhouette_samples(z, one.areas["type"].to_numpy()))
    sizes = one.types["areas"].to_list()
    assert sizes == sorted(sizes, reverse=True)


def test_mobility_types_with_classes_of_settlement_types():
    table = TABLE.with_columns(
        km=pl.lit(1.0) + pl.Series([0, 1, 0, 1, 0]), place=pl.Series(["71", "71", "77", "77", "77"])
    )
    found = mobility_types(table, ["km"], categories=["place"], types=2)
    assert found.areas["type"].to_list() in ([1, 2, 1, 2, 1], [2, 2, 1, 1, 1])
    assert found.types.columns == ["type", "areas", "km", "place = 71", "place = 77"]
    assert (found.types["place = 71"] + found.types["place = 77"]).to_list() == [1.0, 1.0]
    alone = mobility_types(table, [], categories=["place"], types=2)
    assert alone.areas["type"].to_list() == [2, 2, 1, 1, 1]
    assert alone.silhouette == 1.0
    with pytest.raises(InputError, match="column town: the column is missing"):
        mobility_types(table, ["km"], categories=["town"])
    with pytest.raises(InputError, match="column place: the class is the same everywhere"):
        mobility_types(table.with_columns(place=pl.lit("71")), ["km"], categories=["place"])


def test_mobility_types_bad_input_is_named():
    with pytest.raises(InputError, match="column bus: the column is missing"):
        mobility_types(TABLE, ["bus"])
    with pytest.raises(InputError, match="row b, column km: the value is missing"):
        mobility_types(TABLE.with_columns(km=pl.Series([5, None, 5, 30, 33])), ["km"])
    with pytest.raises(InputError, match="column km: the feature is the same everywhere"):
        mobility_types(TABLE.with_columns(km=pl.lit(1)), ["km", "rate"])
    with pytest.raises(InputError, match="types is 5"):
        mobility_types(TABLE, ["km"], types=5)
    with pytest.raises(InputError, match="3 areas, 1 features"):
        mobility_types(TABLE[:3], ["km"])
