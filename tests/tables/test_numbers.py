import pytest
from hypothesis import given
from hypothesis import strategies as st

from raumwerk.tables.numbers import parse_number
from raumwerk.tables.status import Status


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1.234,5", (1234.5, Status.MEASURED)),
        ("84.358.845", (84358845.0, Status.MEASURED)),
        ("-12", (-12.0, Status.MEASURED)),
        (" 1 234 ", (1234.0, Status.MEASURED)),
        (3.5, (3.5, Status.MEASURED)),
        ("-", (0.0, Status.MEASURED)),
        ("*", (None, Status.MASKED)),
        ("X", (None, Status.MASKED)),
        (".", (None, Status.UNKNOWN)),
        ("/", (None, Status.UNKNOWN)),
        ("", (None, Status.UNKNOWN)),
        (None, (None, Status.UNKNOWN)),
    ],
)
def test_parse_number_reads_german_notation_and_symbols(cell, expected):
    assert parse_number(cell) == expected


@pytest.mark.parametrize("cell", ["Kassel", "1,2,3", "1.23,4", "12a", "=1+1", "1e3", True, float("nan"), float("inf")])
def test_parse_number_refuses_what_is_neither_number_nor_symbol(cell):
    assert parse_number(cell) is None


def test_parse_number_with_decimal_point_keeps_the_point():
    assert parse_number("1234.5", decimal=".") == (1234.5, Status.MEASURED)
    assert parse_number("1.234,5", decimal=".") is None


@given(st.integers(min_value=-(10**12), max_value=10**12), st.integers(min_value=0, max_value=99))
def test_parse_number_inverts_german_formatting(whole, cents):
    text = f"{whole:,}".replace(",", ".") + f",{cents:02d}"
    value, status = parse_number(text)
    assert status is Status.MEASURED
    assert value == pytest.approx(whole + (cents / 100 if whole >= 0 and not text.startswith("-") else -cents / 100))
