"""What the readers of registers share: names of kinds, parents, checks of names."""

from __future__ import annotations

import polars as pl

from raumwerk.errors import Problem
from raumwerk.tables.keys import NATION, Level

__all__ = ["KINDS", "UNINHABITED", "damaged_names", "level_by_record", "parent_by_level"]

#: Kind of area by the text mark (Textkennzeichen) of the German register of municipalities.
KINDS: dict[str, str] = {
    "41": "Kreisfreie Stadt",
    "42": "Stadtkreis",
    "43": "Kreis",
    "44": "Landkreis",
    "45": "Regionalverband",
    "50": "Verbandsfreie Gemeinde",
    "51": "Amt",
    "52": "Samtgemeinde",
    "53": "Verbandsgemeinde",
    "54": "Verwaltungsgemeinschaft",
    "55": "Kirchspielslandgemeinde",
    "56": "Verwaltungsverband",
    "58": "Erfüllende Gemeinde",
    "60": "Markt",
    "61": "Kreisfreie Stadt",
    "62": "Stadtkreis",
    "63": "Stadt",
    "64": "Gemeinde",
    "65": "Gemeindefreies Gebiet, bewohnt",
    "66": "Gemeindefreies Gebiet, unbewohnt",
    "67": "Große Kreisstadt",
}
#: Text mark of areas without municipal government and without inhabitants.
UNINHABITED = "66"

_RECORDS = {
    "10": Level.STATE,
    "20": Level.GOVERNMENT_REGION,
    "40": Level.DISTRICT,
    "50": Level.ASSOCIATION,
    "60": Level.MUNICIPALITY,
}
#: Length of the parent's key; a government region is no parent of a district here: many states have none.
_PARENT_LENGTH = {"60": 5, "50": 5, "40": 2, "20": 2}


def level_by_record(record: str = "record") -> pl.Expr:
    """Level of a register row from its record type (Satzart)."""
    return pl.col(record).replace_strict({kind: level.value for kind, level in _RECORDS.items()})


def parent_by_level(record: str = "record", area: str = "area") -> pl.Expr:
    """Key of the next larger area: municipality and association → district → state → nation."""
    length = pl.col(record).replace_strict(_PARENT_LENGTH, default=0, return_dtype=pl.Int64)
    return pl.when(length > 0).then(pl.col(area).str.slice(0, length)).otherwise(pl.lit(NATION))


def damaged_names(frame: pl.DataFrame, *, name: str, file: str, sheet: str | None = None) -> list[Problem]:
    """Problems for names that were decoded wrongly: ``MÃ¼nchen`` or a replacement mark."""
    wrong = frame.filter(pl.col(name).str.contains("\ufffd|Ã[\u0080-\u00bf\u0192-\u2122]"))
    return [
        Problem(
            f"the name {text!r} is wrongly encoded",
            expected="UTF-8 or Windows-1252",
            advice="Download the file again and do not open and save it in between.",
            file=file,
            sheet=sheet,
            row=row,
        )
        for text, row in wrong.select(name, "row").head(3).iter_rows()
    ]
