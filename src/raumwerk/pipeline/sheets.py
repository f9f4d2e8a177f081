"""Reading spreadsheets by their header texts, never by positions."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from raumwerk.errors import InputError, Problem
from raumwerk.pipeline.sniff import reject

__all__ = ["Rows", "cell_text", "column_positions", "find_header", "fold", "read_rows"]

#: A sheet as rows of cells; row 1 of the spreadsheet is index 0.
Rows = list[list[object]]


def read_rows(path: Path, sheet: str, *, name: str) -> Rows:
    """All rows of one sheet, from the very first row, so that indices are spreadsheet rows minus one."""
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        if sheet not in workbook.sheet_names:
            raise InputError(
                Problem(f"sheet {sheet!r} is missing", expected=f"one of {workbook.sheet_names}", file=name)
            )
        with _without_collector():
            return workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)  # type: ignore[return-value]  # lists are invariant
    except (CalamineError, OSError) as error:
        raise reject(name, "the spreadsheet cannot be read", "a complete xlsx or xlsb file", cause=error) from error


@contextmanager
def _without_collector() -> Iterator[None]:
    """Rows are plain lists without cycles; the garbage collector would walk all of them again and again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def cell_text(cell: object) -> str:
    """Text of a cell: keys that Excel took for numbers lose their ``.0``, white space is folded."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return re.sub(r"\s+", " ", str(cell)).strip() if cell is not None else ""


def fold(text: object) -> str:
    """A header text for comparing: lower case, without hyphenation, line breaks, footnote marks and double blanks."""
    plain = re.sub(r"-\s*\n\s*", "", str(text))
    plain = re.sub(r"\s+", " ", plain)
    return re.sub(r"\s*\d\)\s*$", "", plain).strip().casefold()


def find_header(rows: Sequence[Sequence[object]], wanted: Sequence[str]) -> int | None:
    """Index of the first row whose cells hold every wanted text (folded, as part of a cell)."""
    needles = [fold(text) for text in wanted]
    for index, row in enumerate(rows):
        cells = [fold(cell) for cell in row]
        if all(any(needle in cell for cell in cells) for needle in needles):
            return index
    return None


def column_positions(
    header: Sequence[object], wanted: Mapping[str, Sequence[str]], *, file: str, sheet: str, row: int
) -> dict[str, int]:
    """Find columns by any of their known header texts.

    Parameters
    ----------
    header : sequence
        Cells of the header row.
    wanted : mapping
        Our name → header texts that name it (folded equality first, then containment).
    file, sheet, row
        For the message; ``row`` counts from 1.

    Raises
    ------
    InputError
        Naming every column that is missing.
    """
    cells = [fold(cell) for cell in header]
    found: dict[str, int] = {}
    problems: list[Problem] = []
    for ours, texts in wanted.items():
        folded = [fold(text) for text in texts]
        position = next((i for text in folded for i, cell in enumerate(cells) if cell == text), None)
        if position is None:
            position = next((i for text in folded for i, cell in enumerate(cells) if text and text in cell), None)
        if position is None:
            problems.append(
                Problem(
                    f"no column for {ours}",
                    expected=f"a header such as {' or '.join(repr(text) for text in texts)}",
                    advice="Check that the file is complete and its header row unchanged.",
                    file=file,
                    sheet=sheet,
                    row=row,
                )
            )
        else:
            found[ours] = position
    if problems:
        raise InputError(problems)
    return found
