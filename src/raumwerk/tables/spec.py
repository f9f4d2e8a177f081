"""Declared tables: columns, types, units, keys and checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from raumwerk.errors import InputError, Problem

__all__ = ["Check", "Column", "TableSpec"]

_EXAMPLES = 5  # rows named for each broken check


@dataclass(frozen=True, slots=True)
class Column:
    """One declared column.

    Parameters
    ----------
    name : str
    dtype : polars data type
    description : str
        What the column holds, in English, for manifests and the API.
    unit : str
        Unit of the values; empty for text and codes.
    nullable : bool
        Whether a value may be absent.
    minimum, maximum : float, optional
        Inclusive range of the present values.
    pattern : str, optional
        Regular expression that present text must match as a whole.
    form : str
        The pattern in words, for whoever has to mend the text.
    allowed : sequence of str, optional
        Closed list of the present values.
    """

    name: str
    dtype: pl.DataType | type[pl.DataType]
    description: str
    unit: str = ""
    nullable: bool = False
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None
    allowed: Sequence[str] | None = None
    form: str = ""

    @property
    def expected_text(self) -> str:
        """What the text must look like: in words where there are some, else the pattern."""
        return self.form or f"text like {self.pattern}"

    def violations(self) -> list[tuple[pl.Expr, str]]:
        """Pairs of (expression that is true where a row is wrong, what was expected)."""
        column = pl.col(self.name)
        found: list[tuple[pl.Expr, str]] = []
        if not self.nullable:
            found.append((column.is_null(), "a value"))
        if self.dtype in (pl.Float64, pl.Float32):
            found.append((column.is_nan() | column.is_infinite(), "a finite number"))
        if self.minimum is not None:
            found.append((column < self.minimum, f"at least {self.minimum:g}"))
        if self.maximum is not None:
            found.append((column > self.maximum, f"at most {self.maximum:g}"))
        if self.pattern is not None:
            found.append((~column.str.contains(f"^(?:{self.pattern})$"), self.expected_text))
        if self.allowed is not None:
            allowed = list(self.allowed)
            found.append((~column.cast(pl.String).is_in(allowed), f"one of {', '.join(allowed)}"))
        return found


@dataclass(frozen=True, slots=True)
class Check:
    """A rule over whole rows: ``wrong`` is true where the rule is broken."""

    wrong: pl.Expr
    expected: str


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A declared table.

    Parameters
    ----------
    name : str
        Table name, also the file name in a release.
    description : str
    columns : sequence of Column
    key : sequence of str
        Columns that together name a row; no two rows may share them.
    checks : sequence of Check
        Rules over whole rows.
    sort : sequence of str
        Order in which a release stores the rows; what is filtered most comes first. Defaults to the key.
    """

    name: str
    description: str
    columns: Sequence[Column]
    key: Sequence[str]
    checks: Sequence[Check] = field(default=())
    sort: Sequence[str] = field(default=())

    @property
    def schema(self) -> pl.Schema:
        """Column names and types in declared order."""
        return pl.Schema({column.name: column.dtype for column in self.columns})

    def empty(self) -> pl.DataFrame:
        """The table without rows."""
        return pl.DataFrame(schema=self.schema)

    def conform(self, frame: pl.DataFrame, *, file: str | None = None) -> pl.DataFrame:
        """Return ``frame`` in declared column order and types after every check, or raise.

        Parameters
        ----------
        frame : polars.DataFrame
            Must hold every declared column; nullable ones may be left out and are filled with null.
        file : str, optional
            Named in the problems.

        Raises
        ------
        InputError
            Naming table, column and rows of every broken rule.
        """
        where = file or self.name
        known = {column.name for column in self.columns}
        problems = [
            Problem("a column is missing", expected=f"column {column.name} ({column.description})", file=where)
            for column in self.columns
            if column.name not in frame.columns and not column.nullable
        ]
        problems += [
            Problem(
                f"column {name} is not declared for table {self.name}", expected=", ".join(sorted(known)), file=where
            )
            for name in frame.columns
            if name not in known
        ]
        if problems:
            raise InputError(problems)
        filled = frame.with_columns(
            pl.lit(None, dtype=column.dtype).alias(column.name)
            for column in self.columns
            if column.name not in frame.columns
        )
        typed = self._cast(filled, where)
        problems = self._broken(typed, where)
        if problems:
            raise InputError(problems)
        return typed

    def _cast(self, frame: pl.DataFrame, where: str) -> pl.DataFrame:
        problems: list[Problem] = []
        for column in self.columns:
            if frame.schema[column.name] == column.dtype:
                continue
            cast = frame[column.name].cast(column.dtype, strict=False)
            lost = (cast.is_null() & frame[column.name].is_not_null()).arg_true().to_list()
            problems += [
                Problem(
                    f"{frame[column.name][row]!r} is not of type {column.dtype}",
                    file=where, row=row + 1, column=column.name,
                )
                for row in lost[:_EXAMPLES]
            ]  # fmt: skip
            frame = frame.with_columns(cast)
        if problems:
            raise InputError(problems)
        return frame.select([column.name for column in self.columns])

    def _broken(self, frame: pl.DataFrame, where: str) -> list[Problem]:
        rules = [
            (wrong, expected, column.name) for column in self.columns for wrong, expected in column.violations()
        ] + [(check.wrong, check.expected, "") for check in self.checks]
        rules.append((pl.struct(self.key).is_duplicated(), f"each {' + '.join(self.key)} once", " + ".join(self.key)))
        hits = frame.select(wrong.fill_null(value=False).alias(str(i)) for i, (wrong, _, _) in enumerate(rules))
        problems: list[Problem] = []
        for index, (_, expected, name) in enumerate(rules):
            rows = hits[str(index)].arg_true().to_list()
            for row in rows[:_EXAMPLES]:
                shown = frame.row(row, named=True)
                key = ", ".join(f"{part}={shown[part]}" for part in self.key)
                value = f" holds {shown[name]!r}" if name in shown else " breaks a rule"
                more = f" ({len(rows)} rows in all)" if len(rows) > 1 else ""
                problems.append(
                    Problem(f"{key}{value}{more}", expected=expected, file=where, row=row + 1, column=name or None)
                )
        return problems
