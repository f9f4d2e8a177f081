"""Auszug GV: the yearly spreadsheet of all municipalities by the Federal Statistical Office, with centre coordinates.

The header has two rows and differs a little from year to year; its texts are looked up, never its position. The date of
the areas stands in the title (``… am 31.12.2019 (Jahr)``).
"""

from __future__ import annotations

from functools import partial

import polars as pl

from raumwerk.errors import InputError, Problem
from raumwerk.pipeline.cells import check_keys, observations
from raumwerk.pipeline.editions import german_date
from raumwerk.pipeline.sheets import Rows, cell_text, column_positions, find_header, read_rows
from raumwerk.pipeline.sniff import Kind
from raumwerk.pipeline.source import RawFile, Tables
from raumwerk.pipeline.sources._areas import KINDS, UNINHABITED, damaged_names, level_by_record, parent_by_level
from raumwerk.tables.numbers import parse_number
from raumwerk.tables.status import Status

__all__ = ["SOURCES", "RegisterExtract"]

_HEADER = ("Satz-art", "Amtlicher Regionalschlüssel", "Gemeindename")
_COLUMNS = {
    "record": ("Satz-art", "Satzart"),
    "mark": ("Text-kenn-zeichen", "Textkennzeichen"),
    "name": ("Gemeindename",),
    "area_km2": ("Fläche km2", "Fläche in km²", "Fläche"),
    "tourism": ("Reisegebiete",),
    "urbanisation": ("Grad der Verstädterung",),
}
_SUBCOLUMNS = {
    "state": ("Land",),
    "region": ("RB",),
    "district": ("Kreis",),
    "association": ("VB",),
    "municipality": ("Gem",),
    "population": ("insgesamt",),
    "population_male": ("männlich",),
    "population_female": ("weiblich",),
    "longitude": ("Längengrad",),
    "latitude": ("Breitengrad",),
}
_KEY_PARTS = ("state", "region", "district", "association", "municipality")
_MEASURES = ("population", "population_male", "population_female", "area_km2")
_RECORDS = ("10", "20", "30", "40", "50", "60")
_ADVICE = "Correct the cell, or download the register again."


class RegisterExtract:
    """Areas of all levels, population by sex, area, tourism area and degree of urbanisation of every municipality."""

    key = "destatis_gv_extract"
    version = "1"

    def recognise(self, file: RawFile) -> bool:
        """Whether one sheet has the header of the extract."""
        return file.head.kind is Kind.SPREADSHEET and _sheet(file) is not None

    def read(self, file: RawFile) -> Tables:
        """Read tables ``areas``, ``observations`` and ``classes``."""
        sheet = _sheet(file)
        if sheet is None:
            raise InputError(Problem("no sheet has the header of the extract", " + ".join(_HEADER), file=file.name))
        rows = read_rows(file.path, sheet, name=file.name)
        edition = _edition(rows, file, sheet)
        frame = _frame(rows, file, sheet)
        municipalities = frame.filter(pl.col("record") == "60")
        check_keys(municipalities, ["area"], patterns={"area": r"\d{8}"}, file=file)
        values = _numbers(municipalities, file, sheet)
        return {
            "areas": _areas(frame, values, edition, file),
            "observations": _observations(values, edition, file),
            "classes": _classes(municipalities, edition, file),
        }


def _sheet(file: RawFile) -> str | None:
    return next((name for name, rows in file.head.sheets.items() if find_header(rows, _HEADER) is not None), None)


def _edition(rows: Rows, file: RawFile, sheet: str) -> str:
    header = find_header(rows, _HEADER) or 0
    titles = " ".join(cell_text(cell) for row in rows[: header + 3] for cell in row)
    found = german_date(titles)
    if found is None:
        raise InputError(
            Problem(
                "the title names no date",
                expected="a title such as 'Gemeinden in Deutschland … am 31.12.2023'",
                advice=_ADVICE,
                file=file.name,
                sheet=sheet,
                row=1,
            )
        )
    return found


def _frame(rows: Rows, file: RawFile, sheet: str) -> pl.DataFrame:
    """Rows of all areas as columns, with row number and key; numbers stay as they are in the cells."""
    top = find_header(rows, _HEADER)
    if top is None or top + 1 >= len(rows):
        raise InputError(Problem("the header row is missing", " + ".join(_HEADER), file=file.name, sheet=sheet))
    at = column_positions(rows[top], _COLUMNS, file=file.name, sheet=sheet, row=top + 1)
    at |= column_positions(rows[top + 1], _SUBCOLUMNS, file=file.name, sheet=sheet, row=top + 2)
    kept = [(index + 1, row) for index, row in enumerate(rows) if cell_text(row[at["record"]]) in _RECORDS]
    _require_rows(kept, file, sheet)
    texts = ("record", "mark", "name", "tourism", "urbanisation", *_KEY_PARTS)
    data: dict[str, list[str]] = {name: [cell_text(row[at[name]]) for _, row in kept] for name in texts}
    data["urbanisation_label"] = [cell_text(row[at["urbanisation"] + 1]) for _, row in kept]
    data["tourism_label"] = [cell_text(row[at["tourism"] + 1]) for _, row in kept]
    cells = {
        name: pl.Series(name, [row[at[name]] for _, row in kept], dtype=pl.Object)
        for name in (*_MEASURES, "longitude", "latitude")
    }
    frame = pl.DataFrame({"row": [number for number, _ in kept], **data}).with_columns(**cells)
    joined = pl.concat_str("state", "region", "district")
    frame = frame.with_columns(
        pl.when(pl.col("record") == "60").then(joined + pl.col("municipality"))
        .when(pl.col("record") == "50").then(joined + pl.col("association"))
        .otherwise(joined).alias("area")
    ).filter(pl.col("record") != "30")  # fmt: skip
    _check_frame(frame, file, sheet)
    return frame


def _require_rows(kept: list[tuple[int, list[object]]], file: RawFile, sheet: str) -> None:
    if not kept:
        raise InputError(
            Problem("no row has a record type", f"one of {', '.join(_RECORDS)}", _ADVICE, file=file.name, sheet=sheet)
        )


def _check_frame(frame: pl.DataFrame, file: RawFile, sheet: str) -> None:
    length = pl.col("record").replace_strict(
        {"10": 2, "20": 3, "40": 5, "50": 9, "60": 8}, default=0, return_dtype=pl.Int64
    )
    wrong = frame.filter((pl.col("area").str.len_chars() != length) | ~pl.col("area").str.contains(r"^\d+$"))
    problems = [
        Problem(
            f"the key is {area!r}",
            "a key as text with its leading zeros: 2 + 1 + 2 + 4 + 3 digits",
            _ADVICE,
            file=file.name,
            sheet=sheet,
            row=row,
            column="Amtlicher Regionalschlüssel (ARS)",
        )
        for area, row in wrong.select("area", "row").head(5).iter_rows()
    ]
    doubled = frame.filter(pl.struct("record", "area").is_duplicated()).sort("area", "row")
    problems += [
        Problem(f"the key {area} is there twice", "each area once", _ADVICE, file=file.name, sheet=sheet, row=row)
        for area, row in doubled.select("area", "row").head(6).iter_rows()
    ]
    problems += damaged_names(frame, name="name", file=file.name, sheet=sheet)
    if problems:
        raise InputError(problems)


def _numbers(municipalities: pl.DataFrame, file: RawFile, sheet: str) -> pl.DataFrame:
    """Counts and coordinates of every municipality as numbers, checked."""
    problems: list[Problem] = []
    columns: dict[str, list[float | None]] = {}
    rows = municipalities["row"].to_list()
    for name in (*_MEASURES, "longitude", "latitude"):
        found: list[float | None] = []
        for row, cell in zip(rows, municipalities[name].to_list(), strict=True):
            parsed = parse_number(cell)
            wrong = partial(Problem, advice=_ADVICE, file=file.name, sheet=sheet, row=row, column=name)
            if parsed is None:
                problems.append(wrong(f"{str(cell)[:40]!r} is not a number", "a number"))
            elif parsed[0] is not None and parsed[0] < 0:
                problems.append(wrong(f"the value {parsed[0]:g} is negative", "zero or more"))
            elif parsed[0] is None and name in _MEASURES:
                problems.append(wrong("the cell is empty", "a number"))
            found.append(parsed[0] if parsed else None)
        columns[name] = found
    values = municipalities.select("row", "area").with_columns(
        pl.Series(name, found, dtype=pl.Float64) for name, found in columns.items()
    )
    sums = values.filter((pl.col("population_male") + pl.col("population_female") - pl.col("population")).abs() > 0.5)
    problems += [
        Problem(f"{male:g} men and {female:g} women are not {total:g} inhabitants", "the sum of both sexes", _ADVICE,
                file=file.name, sheet=sheet, row=row, column="insgesamt")
        for row, total, male, female in sums.select("row", *_MEASURES[:3]).head(5).iter_rows()
    ]  # fmt: skip
    if problems:
        raise InputError(problems)
    return values


def _areas(frame: pl.DataFrame, values: pl.DataFrame, edition: str, file: RawFile) -> pl.DataFrame:
    coordinates = values.select("area", "longitude", "latitude", pl.lit("60").alias("record"))
    plain = frame.select(name for name in frame.columns if name not in ("longitude", "latitude", *_MEASURES))
    return plain.join(coordinates, on=["record", "area"], how="left", maintain_order="left").select(
        "area",
        pl.lit(edition).alias("edition"),
        level_by_record().alias("level"),
        "name",
        pl.col("mark").replace_strict(KINDS, default=None, return_dtype=pl.String).alias("kind"),
        parent_by_level().alias("parent"),
        pl.when(pl.col("record") == "60")
        .then(pl.concat_str("state", "region", "district", "association"))
        .alias("association"),
        "longitude",
        "latitude",
        (pl.col("mark") != UNINHABITED).alias("inhabited"),
        pl.lit(file.sha256).alias("file"),
    )


def _observations(values: pl.DataFrame, edition: str, file: RawFile) -> pl.DataFrame:
    long = values.select("area", *_MEASURES).unpivot(index="area", variable_name="measure", value_name="value")
    rows = observations(long.with_columns(pl.lit(edition).alias("period")), file)
    if rows.filter(pl.col("status") != Status.MEASURED.value).height:
        raise InputError(Problem("a count is missing", "a number in every municipality", file=file.name))
    return rows


def _classes(municipalities: pl.DataFrame, edition: str, file: RawFile) -> pl.DataFrame:
    schemes = (("degree_of_urbanisation", "urbanisation"), ("tourism_area", "tourism"))
    return pl.concat(
        municipalities.filter(pl.col(column) != "").select(
            pl.lit(scheme).alias("scheme"),
            "area",
            pl.lit(edition).alias("period"),
            pl.col(column).alias("code"),
            pl.col(f"{column}_label").alias("label"),
            pl.lit(file.sha256).alias("file"),
        )
        for scheme, column in schemes
    )


SOURCES = (RegisterExtract(),)
