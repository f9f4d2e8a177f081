import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from raumwerk.tables.status import STATUS_DTYPE, Status, combine_status, sum_bounded

CELL = st.one_of(
    st.floats(0, 1e6).map(lambda value: (value, value, value, Status.MEASURED)),
    st.tuples(st.floats(0, 1e6), st.floats(0, 1e3)).map(lambda pair: (None, pair[0], pair[0] + pair[1], Status.MASKED)),
)


def cells(rows):
    return pl.DataFrame(rows, schema=["value", "lower", "upper", "status"], orient="row").with_columns(
        pl.col("status").cast(STATUS_DTYPE)
    )


def test_a_sum_with_a_masked_part_is_an_interval():
    frame = cells([(10.0, 10.0, 10.0, "measured"), (None, 1.0, 2.0, "masked")])
    assert frame.select(sum_bounded()).row(0) == (None, 11.0, 12.0, "masked")


def test_a_sum_is_as_sure_as_its_least_sure_part():
    frame = cells([(1.0, 1.0, 1.0, "measured"), (10.0, 5.0, 15.0, "rounded")])
    assert frame.select(combine_status()).item() == "rounded"


def test_a_part_without_bounds_leaves_the_sum_without():
    frame = cells([(1.0, 1.0, 1.0, "measured"), (None, None, None, "unknown")])
    assert frame.select(sum_bounded()).row(0) == (None, None, None, "unknown")


@given(st.lists(CELL, min_size=1, max_size=12))
def test_sums_keep_the_truth_inside_their_bounds(rows):
    total = cells(rows).select(sum_bounded()).row(0, named=True)
    truth_low = sum(row[1] for row in rows)
    truth_high = sum(row[2] for row in rows)
    assert abs(total["lower"] - truth_low) < 1e-3
    assert abs(total["upper"] - truth_high) < 1e-3
    assert (total["value"] is None) == any(row[0] is None for row in rows)
