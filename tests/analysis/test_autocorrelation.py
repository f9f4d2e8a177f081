from __future__ import annotations

import libpysal
import pytest

from raumwerk.analysis.autocorrelation import local_moran, morans_i
from raumwerk.errors import InputError

ROW = [("a", "b"), ("b", "c"), ("c", "d")]


@pytest.fixture(scope="module")
def columbus():
    file = libpysal.io.open(libpysal.examples.get_path("columbus.gal"))
    near = file.read().neighbors
    file.close()
    file = libpysal.io.open(libpysal.examples.get_path("columbus.dbf"))
    crime = file.by_col("CRIME")
    file.close()
    return dict(zip(near, crime, strict=True)), [(one, other) for one, some in near.items() for other in some]


def test_morans_i_by_hand():
    # Deviations −4, −3, 3, 4 (z'z = 50); lags −3, −.5, .5, 3: 12 + 1.5 + 1.5 + 12 = 27; S0 = n.
    assert morans_i({"a": 1, "b": 2, "c": 8, "d": 9}, ROW).statistic == pytest.approx(27 / 50)


def test_morans_i_columbus_crime_equals_the_published_value(columbus):
    # Anselin's Columbus crime data with the neighbours shipped with it: I = .500 (GeoDa, spdep, PySAL).
    found = morans_i(*columbus)
    assert round(found.statistic, 6) == 0.500189
    assert found.expected == pytest.approx(-1 / 48)
    assert found.p_permutation == 0.001
    assert (found.areas, found.without_neighbours) == (49, 0)


def test_local_moran_columbus_sums_to_the_global_statistic(columbus):
    values, near = columbus
    found = local_moran(values, near)
    assert found["statistic"].sum() == pytest.approx(morans_i(values, near).statistic * 48)
    hot = found.filter("significant")
    assert set(hot["kind"]) <= {"high-high", "low-low", "high-low", "low-high"}
    assert 0 < len(hot) < 49
    assert found.equals(local_moran(values, near))  # same seed, same answer


def test_local_moran_by_hand():
    # Deviations −4, −3, 3, 4 (z'z = 50), lags −3, −.5, .5, 3: I_i = 3 z lag / 50, in the scale whose sum is (n − 1) I.
    found = local_moran({"a": 1, "b": 2, "c": 8, "d": 9}, ROW)
    assert found["statistic"].to_list() == pytest.approx([3 * 12 / 50, 3 * 1.5 / 50, 3 * 1.5 / 50, 3 * 12 / 50])


def test_local_moran_area_without_neighbours_is_not_judged():
    found = local_moran({"a": 1, "b": 2, "c": 8, "d": 9, "e": 30}, ROW)
    assert found.row(4) == ("e", 30.0, None, None, None, False)
    assert morans_i({"a": 1, "b": 2, "c": 8, "d": 9, "e": 30}, ROW).without_neighbours == 1


def test_morans_i_order_and_unit_are_no_matter(columbus):
    values, near = columbus
    backwards = {code: 3 * values[code] - 7 for code in reversed(values)}
    turned = [(other, one) for one, other in reversed(near)]
    assert morans_i(backwards, turned).statistic == pytest.approx(morans_i(values, near).statistic)


def test_autocorrelation_bad_input_is_refused():
    with pytest.raises(InputError, match="row b: the value is nan"):
        morans_i({"a": 1, "b": float("nan"), "c": 2}, ROW)
    with pytest.raises(InputError, match="all alike"):
        morans_i({"a": 1, "b": 1, "c": 1}, ROW)
    with pytest.raises(InputError, match="no two areas with a value are neighbours"):
        morans_i({"x": 1, "y": 2, "z": 3}, ROW)
    with pytest.raises(InputError, match="permutations is 0"):
        morans_i({"a": 1, "b": 2, "c": 3}, ROW, permutations=0)
    with pytest.raises(InputError, match="false discovery rate is 1"):
        local_moran({"a": 1, "b": 2, "c": 3}, ROW, false_discovery_rate=1)
