"""Checks that many functions share: arrays of finite numbers and options within their range."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from raumwerk.errors import InputError, Problem

__all__ = [
    "as_numbers",
    "finite_array",
    "least_seed",
    "number_columns",
    "number_in",
    "numbers_of",
    "time_limit_of",
    "whole_number",
]

Floats = NDArray[np.float64]


def as_numbers(values: Any, name: str) -> Floats:
    """The values as an array of floats, or an InputError when they hold text or rows of unequal length."""
    try:
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        said = f"{name} cannot be read as numbers ({error})"
        raise InputError(Problem(said, expected="numbers, in rows of one length")) from error


def finite_array(values: Any, name: str, *, shape: tuple[int, ...] | None = None, above: bool = False) -> Floats:
    """The values as an array of finite numbers of at least 0 (or above 0), or an InputError that names the cells."""
    array = as_numbers(values, name)
    if shape is not None and array.shape != shape:
        raise InputError(Problem(f"{name} has the shape {array.shape}", expected=f"the shape {shape}"))
    wrong = ~(np.isfinite(array) & ((array > 0) if above else (array >= 0)))
    if wrong.any():
        expected = "a finite number above 0" if above else "a finite number of at least 0"
        raise InputError(
            Problem(f"{name} is {array[tuple(at)]}", expected=expected, row=int(at[0]) + 1 if len(at) else None,
                    column=str(int(at[1]) + 1) if len(at) > 1 else None, advice="Correct the value or leave it out.")
            for at in np.argwhere(wrong)[:1000]
        )  # fmt: skip
    return array


def number_in(value: float, name: str, low: float, high: float = math.inf, *, above: bool = False) -> None:
    """Refuse a number that is not finite, below ``low`` (or equal to it, with ``above``) or over ``high``."""
    fits = isinstance(value, int | float | np.number) and math.isfinite(value) and low <= value <= high
    if not fits or (above and value == low):
        least = f"above {low:g}" if above else f"of at least {low:g}"
        most = f" and at most {high:g}" if math.isfinite(high) else ""
        raise InputError(Problem(f"{name} is {value}", expected=f"a finite number {least}{most}"))


def numbers_of(values: Mapping[str, float] | None, codes: Iterable[str], *, what: str) -> Floats:
    """One finite number of at least 0 per code (all 1 when nothing is given), or an InputError that names the codes."""
    wanted = list(codes)
    if values is None:
        return np.ones(len(wanted))
    numbers = as_numbers([np.nan if values.get(code) is None else values[code] for code in wanted], what)
    bad = ~(np.isfinite(numbers) & (numbers >= 0))
    if bad.any():
        raise InputError(
            Problem(f"{what} is {values.get(wanted[index])}", expected="a finite number of at least 0",
                    row=wanted[index])
            for index in np.flatnonzero(bad)
        )  # fmt: skip
    return numbers


def whole_number(value: int, name: str, low: int, high: int | None = None) -> None:
    """Refuse what is no whole number from ``low`` to ``high`` (without ``high``: of at least ``low``)."""
    if isinstance(value, int | np.integer) and low <= value and (high is None or value <= high):
        return
    expected = f"a whole number of at least {low}" if high is None else f"a whole number from {low} to {high}"
    raise InputError(Problem(f"{name} is {value!r}", expected=expected))


def time_limit_of(seconds: float) -> None:
    """Refuse a time limit that is no number of seconds above 0."""
    number_in(seconds, "time_limit", 0.0, above=True)


def least_seed(seed: int) -> None:
    """Refuse a seed that the random generators do not take."""
    whole_number(seed, "seed", 0)


def number_columns(table: pl.DataFrame, names: list[str]) -> list[Problem]:
    """What is wrong with columns that should hold numbers."""
    return [
        Problem(f"the column is of type {table.schema[name]}", expected="numbers", column=name)
        for name in names
        if name in table.columns and not (table.schema[name].is_numeric() or table.schema[name] == pl.Null)
    ]
