"""Any tidy table (csv, xlsx, parquet) with a small mapping file that says what its columns mean."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from raumwerk.errors import InputError, Problem
from raumwerk.pipeline.cells import read_delimited
from raumwerk.pipeline.editions import catalogue_folder, date_in
from raumwerk.pipeline.mapping import ColumnMap, Mapping, ValueMap, load_mapping
from raumwerk.pipeline.sheets import cell_text, read_rows
from raumwerk.pipeline.sniff import Kind
from raumwerk.pipeline.source import RawFile, Source, Tables
from raumwerk.tables.numbers import SYMBOLS
from raumwerk.tables.schemas import SPECS
from raumwerk.tables.status import STATUS_DTYPE, Status

__all__ = ["SOURCES", "TidyTable"]

_SHOWN = 10


class TidyTable:
    """Reader of the tables that one mapping describes.

    Parameters
    ----------
    mapping : Mapping

    Attributes
    ----------
    key : str
        Key in ``catalogue/sources``, as the mapping names it.
    """

    def __init__(self, mapping: Mapping) -> None:
        self.mapping = mapping
        self.key = mapping.source
        # an edited mapping reads the same file differently
        self.version = f"1-{hashlib.sha256(repr(mapping).encode()).hexdigest()[:8]}"

    @classmethod
    def from_file(cls, path: Path) -> TidyTable:
        """A reader for the mapping file at ``path``."""
        return cls(load_mapping(path))

    def recognise(self, file: RawFile) -> bool:
        """By checksum where the mapping lists some, else by all column names of its header."""
        if self.mapping.sha256:
            return file.sha256 in self.mapping.sha256
        return bool(self.mapping.header) and set(self.mapping.header) <= set(self._header(file))

    def read(self, file: RawFile) -> Tables:
        """Read the table that the mapping names.

        Raises
        ------
        InputError
            Naming row and column of every cell that is not what the mapping says.
        """
        frame = self._frame(file)
        missing = [name for name in self.mapping.columns if name not in frame.columns]
        if missing:
            raise InputError(
                Problem(f"the column {name!r} is missing", f"the columns of mapping {self.mapping.name}",
                        f"The file has: {', '.join(c for c in frame.columns if c != 'row')}.", file=file.name)
                for name in missing
            )  # fmt: skip
        reading = _Reading(file, self.mapping)
        keys = [reading.key(frame, name, entry).alias(name) for name, entry in self.mapping.keys.items()]
        keyed = frame.select("row", *keys)
        parts = [reading.values(frame, keyed, value) for value in self.mapping.values]
        if reading.problems:
            raise InputError(reading.problems)
        table = pl.concat(parts) if parts else keyed
        return self._tables(table.with_columns(pl.lit(file.sha256).alias("file")), file)

    def _tables(self, table: pl.DataFrame, file: RawFile) -> Tables:
        spec = SPECS[self.mapping.table]
        shaped = table.select(*(column.name for column in spec.columns if column.name in table.columns), "row")
        key = [name for name in spec.key if name != "file"]
        doubled = shaped.filter(pl.struct(key).is_duplicated()).sort([*key, "row"]).select(*key, "row")
        if not doubled.is_empty():
            expected = f"each {' + '.join(key)} once"
            raise InputError(
                Problem(f"{', '.join(cells[:-1])} appears more than once", expected, file=file.name, row=cells[-1])
                for cells in doubled.head(_SHOWN).rows()
            )  # fmt: skip
        tables = {self.mapping.table: shaped.drop("row")}
        if self.mapping.caveats:
            rows = [(key, german, english, file.sha256) for key, (german, english) in self.mapping.caveats.items()]
            tables["caveats"] = pl.DataFrame(rows, schema=["caveat", "text_de", "text_en", "file"], orient="row")
        return tables

    def _header(self, file: RawFile) -> list[str]:
        head = file.head
        if head.kind is Kind.TEXT and head.lines:
            return [name.strip() for name in next(csv.reader([head.lines[0]], delimiter=self.mapping.delimiter), [])]
        if head.kind is Kind.SPREADSHEET:
            wanted = set(self.mapping.columns)
            for rows in head.sheets.values():
                for row in rows:
                    cells = [cell_text(cell) for cell in row]
                    if wanted <= set(cells):
                        return cells
        if head.kind is Kind.PARQUET:
            try:
                return list(pl.read_parquet_schema(file.path))
            except (pl.exceptions.PolarsError, OSError):
                return []  # damaged: no reader can know it
        return []

    def _frame(self, file: RawFile) -> pl.DataFrame:
        """All columns as text, with ``row`` as an editor or spreadsheet counts."""
        kind = file.head.kind
        if kind is Kind.TEXT:
            return read_delimited(file, separator=self.mapping.delimiter)
        if kind is Kind.SPREADSHEET:
            return self._sheet(file)
        if kind is Kind.PARQUET:
            try:
                frame = pl.read_parquet(file.path)
                frame = frame.select(pl.all().cast(pl.String))
            except (pl.exceptions.PolarsError, OSError) as error:
                raise InputError(Problem(f"the parquet file cannot be read ({error})", file=file.name)) from error
            return frame.drop("row", strict=False).with_row_index("row", offset=1).cast({"row": pl.Int64})
        what = "this is a web page, not a table" if kind is Kind.HTML else "the file is no table"
        raise InputError(Problem(what, "a csv, xlsx or parquet file", file=file.name))

    def _sheet(self, file: RawFile) -> pl.DataFrame:
        wanted = set(self.mapping.columns)
        names = [self.mapping.sheet] if self.mapping.sheet else list(file.head.sheets)
        for sheet in names:
            rows = read_rows(file.path, sheet, name=file.name)
            for index, row in enumerate(rows):
                cells = [cell_text(cell) for cell in row]
                if wanted <= set(cells):
                    return _sheet_frame(rows[index + 1 :], cells, first=index + 2)
        raise InputError(
            Problem("no row holds all column names", f"a header with {', '.join(sorted(wanted))}",
                    file=file.name, sheet=", ".join(names))
        )  # fmt: skip


def _sheet_frame(rows: list[list[object]], header: list[str], *, first: int) -> pl.DataFrame:
    data = {
        name: pl.Series([cell_text(row[position]) or None for row in rows], dtype=pl.String)
        for position, name in enumerate(header)
        if name and name != "row" and header.index(name) == position
    }
    frame = pl.DataFrame(data).with_row_index("row", offset=first).cast({"row": pl.Int64})
    return frame.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in data))


@dataclass
class _Reading:
    """One file being read by one mapping; collects the problems."""

    file: RawFile
    mapping: Mapping
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, cells: pl.DataFrame, column: str, what: str, expected: str) -> None:
        """Note the first rows of ``cells`` (row, cell)."""
        self.problems.extend(
            Problem(f"{cell!r} {what}", expected, file=self.file.name, row=row, column=column)
            for row, cell in cells.head(_SHOWN).rows()
        )

    def key(self, frame: pl.DataFrame, name: str, entry: ColumnMap) -> pl.Expr:
        """One key column of the target table."""
        if entry.from_name:
            found = date_in(self.file.name)
            if found is None:
                what, expected = "the file name holds no date", "a date such as 2024-06-30 in the name"
                self.problems.append(Problem(what, expected, file=self.file.name))
            return pl.lit(found, dtype=pl.String)
        if not entry.column:
            return pl.lit(entry.value)
        text = pl.col(entry.column).str.strip_chars()
        if entry.ars:
            text = text.str.zfill(12).str.head(5) + text.str.zfill(12).str.tail(3)
        elif entry.width:
            text = text.str.zfill(entry.width)
        if entry.map:
            text = text.replace_strict(entry.map, default=None, return_dtype=pl.String)
        column = next(one for one in SPECS[self.mapping.table].columns if one.name == name)
        wrong, expected = ~text.is_not_null(), "a value"
        if column.pattern:
            wrong, expected = ~text.str.contains(f"^(?:{column.pattern})$"), column.expected_text
        elif column.allowed:
            wrong, expected = ~text.is_in(list(column.allowed)), f"one of {', '.join(column.allowed)}"
        if entry.map:
            expected = f"one of {', '.join(entry.map)}"
        broken = frame.filter(wrong.fill_null(value=True)).select("row", entry.column)
        self.wrong(broken, entry.column, f"is no {name}", expected)
        return text

    def values(self, frame: pl.DataFrame, keyed: pl.DataFrame, value: ValueMap) -> pl.DataFrame:
        """The rows of one column of numbers, with bounds and status."""
        number, status = self.numbers(frame, value.column, signed=value.signed)
        others = [self.numbers(frame, name, signed=value.signed)[0] for name in value.bounds]
        table = keyed.with_columns(
            (number * value.factor).alias("value"),
            status.alias("status"),
            *((other * value.factor).alias(f"_{index}") for index, other in enumerate(others)),
        )
        half = value.rounded_to * value.factor / 2
        spread = [pl.col("value"), *(pl.col(f"_{index}") for index in range(len(others)))]
        known = pl.col("value").is_not_null()
        floor = pl.lit(None if value.signed else 0.0)  # a count cannot go below zero
        table = table.with_columns(
            pl.when(known).then(pl.max_horizontal(pl.min_horizontal(spread) - half, floor)).alias("lower"),
            pl.when(known).then(pl.max_horizontal(spread) + half).alias("upper"),
            *(pl.lit(text).alias(name) for name, text in value.set.items()),
        )
        loose = pl.col("upper") - pl.col("lower")
        status_now = pl.when(known & (loose > 0)).then(pl.lit(Status.ROUNDED.value)).otherwise("status")
        flagged = pl.lit(bool(value.caveat)) & (loose >= value.caveat_above * pl.col("value"))
        caveat = pl.when(flagged).then(pl.lit(value.caveat)).otherwise(pl.lit(None, dtype=pl.String))
        extra = [name for name in table.columns if name.startswith("_")]
        return table.with_columns(status_now.cast(STATUS_DTYPE).alias("status"), caveat.alias("caveat")).drop(extra)

    def numbers(self, frame: pl.DataFrame, column: str, *, signed: bool) -> tuple[pl.Series, pl.Series]:
        """Numbers and their status; symbols of the offices are no numbers, and anything else is a problem."""
        text = pl.col(column).str.strip_chars().fill_null("")
        plain = text
        if self.mapping.decimal == ",":
            plain = text.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
        symbol = text.replace_strict({name: status.value for name, status in SYMBOLS.items()}, default=None)
        numeric = plain.str.contains(r"^[-+]?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$")
        parsed = frame.select(
            "row",
            pl.col(column).alias("cell"),
            pl.when(text == "-").then(0.0).when(numeric).then(plain.cast(pl.Float64, strict=False)).alias("number"),
            pl.coalesce(symbol, pl.lit(Status.MEASURED.value)).alias("status"),
            (symbol.is_null() & ~numeric).alias("broken"),
        )
        cells = parsed.select("row", "cell", "broken", "number")
        self.wrong(cells.filter("broken").select("row", "cell"), column, "is not a number", "a number or - . x / *")
        if not signed:
            below = cells.filter(pl.col("number") < 0).select("row", "cell")
            self.wrong(below, column, "is negative", "zero or more")
        return parsed["number"], parsed["status"]


#: One reader for each mapping that comes with the code.
SOURCES: tuple[Source, ...] = tuple(
    TidyTable.from_file(path) for path in sorted((catalogue_folder() / "mappings").glob("*.toml"))
)
