"""Numbers and symbols as German statistical offices print them."""

from __future__ import annotations

import math
import re

from raumwerk.tables.status import Status

__all__ = ["SYMBOLS", "parse_number"]

#: Symbols of the German statistical offices that stand in place of a number.
SYMBOLS: dict[str, Status] = {
    "*": Status.MASKED,
    "X": Status.MASKED,
    "x": Status.MASKED,
    ".": Status.UNKNOWN,
    "...": Status.UNKNOWN,
    "…": Status.UNKNOWN,
    "/": Status.UNKNOWN,
    "–": Status.UNKNOWN,
    "": Status.UNKNOWN,
    "-": Status.MEASURED,  # exactly zero, where the area existed; the reader of a source decides otherwise
}

_GERMAN = re.compile(r"[-+]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?")
_PLAIN = re.compile(r"[-+]?\d+(\.\d+)?([eE][-+]?\d+)?")


def parse_number(text: object, *, decimal: str = ",") -> tuple[float | None, Status] | None:
    """Read one cell.

    Parameters
    ----------
    text : object
        Cell content: text in German notation (``1.234,5``), a number, or a symbol such as ``*``.
    decimal : {",", "."}
        Decimal mark of the source.

    Returns
    -------
    tuple or None
        ``(value, status)``; value is None for a symbol other than ``-``. None when the cell is neither a number nor a
        known symbol, so that the caller can name file, row and column.
    """
    if text is None:
        return None, Status.UNKNOWN
    if isinstance(text, bool):
        return None
    if isinstance(text, int | float):
        number = float(text)
        return (number, Status.MEASURED) if math.isfinite(number) else None
    stripped = str(text).strip().replace("\u00a0", "").replace(" ", "")
    if stripped in SYMBOLS:
        return (0.0 if stripped == "-" else None), SYMBOLS[stripped]
    if decimal == "," and _GERMAN.fullmatch(stripped):
        return float(stripped.replace(".", "").replace(",", ".")), Status.MEASURED
    if decimal == "." and _PLAIN.fullmatch(stripped):
        return float(stripped), Status.MEASURED
    return None
