import polars as pl
import pytest

from raumwerk.errors import InputError
from raumwerk.tables.schemas import OBSERVATIONS, SPECS, spec_of
from raumwerk.tables.spec import Check, Column, TableSpec

HASH = "a" * 64
SPEC = TableSpec(
    "counts",
    "made for the tests",
    [
        Column("area", pl.String, "key", pattern=r"\d{2}"),
        Column("kind", pl.String, "kind", allowed=["town", "village"]),
        Column("people", pl.Float64, "people", "persons", minimum=0, maximum=1000),
        Column("note", pl.String, "note", nullable=True),
    ],
    key=["area"],
    checks=[Check((pl.col("kind") == "village") & (pl.col("people") > 500), "at most 500 people in a village")],
)


def frame(**changes):
    columns = {"area": ["01", "02"], "kind": ["town", "village"], "people": [900.0, 20.0]}
    return pl.DataFrame(columns | changes)


def test_conform_orders_casts_and_fills():
    result = SPEC.conform(frame(people=["900", "20"]).select("people", "kind", "area"))
    assert result.schema == SPEC.schema
    assert result.rows() == [("01", "town", 900.0, None), ("02", "village", 20.0, None)]


@pytest.mark.parametrize(
    ("changes", "row", "column", "expected"),
    [
        ({"area": ["01", "1"]}, 2, "area", r"text like \d{2}"),
        ({"area": ["01", "01"]}, 1, "area", "each area once"),
        ({"kind": ["town", "city"]}, 2, "kind", "one of town, village"),
        ({"people": [900.0, -1.0]}, 2, "people", "at least 0"),
        ({"people": [1001.0, 1.0]}, 1, "people", "at most 1000"),
        ({"people": [None, 1.0]}, 1, "people", "a value"),
        ({"people": [float("nan"), 1.0]}, 1, "people", "a finite number"),
        ({"people": [1.0, 501.0]}, 2, None, "at most 500 people in a village"),
    ],
)
def test_conform_names_row_column_and_rule(changes, row, column, expected):
    with pytest.raises(InputError) as caught:
        SPEC.conform(frame(**changes), file="towns.csv")
    problem = caught.value.problems[0]
    assert (problem.file, problem.row, problem.column, problem.expected) == ("towns.csv", row, column, expected)


def test_conform_names_missing_undeclared_and_untyped_columns():
    with pytest.raises(InputError, match=r"a column is missing; expected column people") as caught:
        SPEC.conform(frame().drop("people").with_columns(colour=pl.lit("red")))
    assert [problem.what for problem in caught.value.problems] == [
        "a column is missing",
        "column colour is not declared for table counts",
    ]
    with pytest.raises(InputError, match=r"row 2, column people: 'many' is not of type Float64"):
        SPEC.conform(frame(people=["900", "many"]))


def test_a_masked_value_may_not_carry_a_number():
    row = {
        "measure": ["population"],
        "area": ["06"],
        "period": ["2022"],
        "lower": [0.0],
        "upper": [9.0],
        "file": [HASH],
    }
    kept = OBSERVATIONS.conform(pl.DataFrame(row | {"value": [None], "status": ["masked"]}))
    assert kept.select("value", "lower", "upper").row(0) == (None, 0.0, 9.0)
    with pytest.raises(InputError, match="no value where the publisher masked it"):
        OBSERVATIONS.conform(pl.DataFrame(row | {"value": [5.0], "status": ["masked"]}))


def test_every_declared_table_is_complete():
    for name, spec in SPECS.items():
        columns = {column.name for column in spec.columns}
        assert name == spec.name
        assert set(spec.key) <= columns
        assert set(spec.sort) <= columns
        assert all(column.description for column in spec.columns)
        assert spec.conform(spec.empty()).is_empty()


def test_spec_of_names_the_known_tables():
    with pytest.raises(KeyError, match=r"known: .*observations"):
        spec_of("nothing")


def test_what_a_text_must_look_like_is_told_in_words_where_there_are_some():
    told = Column("area", pl.String, "key", pattern=r"\d{2}", form="2 digits of a state")
    assert [expected for _, expected in told.violations()] == ["a value", "2 digits of a state"]
