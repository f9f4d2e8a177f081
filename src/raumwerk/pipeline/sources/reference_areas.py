"""The BBSR/INKAR reference of municipalities and districts: official classifications of one edition.

Every classification takes two columns, code and name. Keys and codes were stored as numbers and lack their leading
zeros.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import polars as pl

from raumwerk.errors import InputError, Problem
from raumwerk.pipeline.editions import german_date
from raumwerk.pipeline.sheets import Rows, cell_text, column_positions, fold, read_rows
from raumwerk.pipeline.sniff import Kind
from raumwerk.pipeline.source import RawFile, Tables

__all__ = ["SOURCES", "AreaReference"]


@dataclass(frozen=True, slots=True)
class _Scheme:
    """One classification: our key, its header without “Kennziffer” and “Name”, digits of its codes (0: as they are)."""

    key: str
    header: str
    digits: int = 0


_MUNICIPAL = (
    _Scheme("central_place_level", "Zentralörtliche Einstufung (zusammengefasst)"),
    _Scheme("mittelbereich", "BBSR-Mittelbereiche", 6),
    _Scheme("city_region", "Großstadtregionen", 8),
    _Scheme("city_region_catchment", "Großstadtregionaler Einzugsbereich"),
    _Scheme("chamber_district", "IHK-Bezirke"),
    _Scheme("location_type", "Raumtyp Bezug: Lage (Gemeindeverbände)"),
    _Scheme("regiostar17", "RegioStaR17"),
    _Scheme("regiostar7", "RegioStaR7"),
    _Scheme("regiostar2", "RegioStaR2"),
    _Scheme("regiostar_gem5", "RegioStaRGem5"),
    _Scheme("municipality_type", "Stadt- und Gemeindetyp"),
    _Scheme("municipality_type_detailed", "Stadt- und Gemeindetyp differenziert"),
    _Scheme("growth_municipality", "Wachsend-Schrumpfend Gemeinden"),
)
_DISTRICT = (
    _Scheme("labour_market_region", "Arbeitsmarktregionen", 3),
    _Scheme("district_region", "Kreisregionen", 8),
    _Scheme("planning_region", "Raumordnungsregionen", 4),
    _Scheme("east_west", "West-Ost"),
    _Scheme("district_location_type", "Raumtyp Bezug Lage (Kreise)"),
    _Scheme("district_type", "Siedlungsstrukturelle Kreistyp"),
    _Scheme("region_type", "Siedlungsstruktureller Regionstyp"),
    _Scheme("urban_rural", "Städtischer-Ländlicher Raum"),
    _Scheme("growth_district", "Wachsend-Schrumpfend (Kreise)"),
)
_ASSOCIATION_SHEET = ("Gemeindeverbände Kennziffer", "Gemeindeverbände Regionalschlüssel")
_ADVICE = "Take the workbook as the BBSR publishes it."


class AreaReference:
    """Central places, Mittelbereiche, RegioStaR, labour-market regions and types of area."""

    key = "bbsr_reference"
    version = "1"

    def recognise(self, file: RawFile) -> bool:
        """Whether there are sheets with the code columns of municipalities and of districts."""
        return (
            file.head.kind is Kind.SPREADSHEET
            and _find(file, "Gemeinden Kennziffer", "Zentrale Orte (ja/nein) Kennziffer") is not None
            and _find(file, "Kreise Kennziffer", "Arbeitsmarktregionen Kennziffer") is not None
        )

    def read(self, file: RawFile) -> Tables:
        """Read table ``classes``; scheme ``association`` links municipalities to their association's official key."""
        municipal = _sheet(file, "Gemeinden Kennziffer", "Zentrale Orte (ja/nein) Kennziffer")
        district = _sheet(file, "Kreise Kennziffer", "Arbeitsmarktregionen Kennziffer")
        parts = [
            _classes(file, *municipal, key="Gemeinden", schemes=_MUNICIPAL, cut=8),
            _classes(file, *district, key="Kreise", schemes=_DISTRICT, cut=5),
            _associations(file, *municipal),
        ]
        return {"classes": pl.concat(parts)}


def _find(file: RawFile, *headers: str) -> tuple[str, int] | None:
    """Sheet and header row (index) that hold the headers."""
    wanted = [fold(header) for header in headers]
    for sheet, rows in file.head.sheets.items():
        for index, row in enumerate(rows[:5]):
            cells = {fold(cell) for cell in row}
            if all(text in cells for text in wanted):
                return sheet, index
    return None


def _sheet(file: RawFile, *headers: str) -> tuple[str, int, Rows]:
    found = _find(file, *headers)
    if found is None:
        raise InputError(Problem("a sheet is missing", f"a sheet with {' and '.join(headers)}", _ADVICE, file.name))
    return (*found, read_rows(file.path, found[0], name=file.name))


def _classes(
    file: RawFile, sheet: str, header: int, rows: Rows, *, key: str, schemes: Sequence[_Scheme], cut: int
) -> pl.DataFrame:
    """All schemes of one sheet, long."""
    wanted = {"area": (f"{key} Kennziffer",)}
    wanted |= {scheme.key: (f"{scheme.header} Kennziffer",) for scheme in schemes}
    wanted |= {f"{scheme.key} name": (f"{scheme.header} Name",) for scheme in schemes}
    at = column_positions(rows[header], wanted, file=file.name, sheet=sheet, row=header + 1)
    body = _body(rows, header, at["area"])
    areas = _keys(body, at["area"], file, sheet)
    period = _period(rows, header, file, sheet)
    parts = []
    for scheme in schemes:
        codes = [cell_text(row[at[scheme.key]]) for _, row in body]
        _require_codes(codes, body, scheme, file, sheet)
        parts.append(
            pl.DataFrame(
                {
                    "area": [area[:cut] for area in areas],
                    "code": [code.zfill(scheme.digits) for code in codes],
                    "label": [cell_text(row[at[f"{scheme.key} name"]]) for _, row in body],
                }
            ).with_columns(scheme=pl.lit(scheme.key), period=pl.lit(period), file=pl.lit(file.sha256))
        )
    return pl.concat(parts).select("scheme", "area", "period", "code", "label", "file")


def _associations(file: RawFile, sheet: str, header: int, rows: Rows) -> pl.DataFrame:
    """The association of every municipality by its official nine-digit key, through the workbook's own key list."""
    name, top, listed = _sheet(file, *_ASSOCIATION_SHEET)
    wanted = {"own": (_ASSOCIATION_SHEET[0],), "official": (_ASSOCIATION_SHEET[1],)}
    at = column_positions(listed[top], wanted, file=file.name, sheet=name, row=top + 1)
    official = {
        cell_text(row[at["own"]]): cell_text(row[at["official"]]).zfill(9) for _, row in _body(listed, top, at["own"])
    }
    columns = column_positions(
        rows[header],
        {
            "area": ("Gemeinden Kennziffer",),
            "own": ("Gemeindeverbände Kennziffer",),
            "name": ("Gemeindeverbände Name",),
        },
        file=file.name,
        sheet=sheet,
        row=header + 1,
    )
    body = _body(rows, header, columns["area"])
    own = [cell_text(row[columns["own"]]) for _, row in body]
    unknown = [number for (number, _), key in zip(body, own, strict=True) if key not in official]
    if unknown:
        raise InputError(
            Problem("the association is not in the list of associations", f"a key of sheet {name!r}", _ADVICE,
                    file.name, sheet, number, "Gemeindeverbände Kennziffer")
            for number in unknown[:5]
        )  # fmt: skip
    return pl.DataFrame(
        {
            "scheme": "association",
            "area": _keys(body, columns["area"], file, sheet),
            "period": _period(rows, header, file, sheet),
            "code": [official[key] for key in own],
            "label": [cell_text(row[columns["name"]]) for _, row in body],
            "file": file.sha256,
        }
    )


def _body(rows: Rows, header: int, key: int) -> list[tuple[int, list[object]]]:
    """Rows below the header that hold a key, with their spreadsheet row."""
    return [(number, row) for number, row in enumerate(rows[header + 1 :], start=header + 2) if cell_text(row[key])]


def _keys(body: list[tuple[int, list[object]]], at: int, file: RawFile, sheet: str) -> list[str]:
    """Eight-digit keys with their leading zeros; every key once."""
    keys = [cell_text(row[at]) for _, row in body]
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for (number, _), key in zip(body, keys, strict=True):
        wrong = partial(Problem, advice=_ADVICE, file=file.name, sheet=sheet, row=number, column="Kennziffer")
        if not (key.isascii() and key.isdigit() and 7 <= len(key) <= 8):
            problems.append(wrong(f"{key!r} is not a key", "7 or 8 digits"))
        elif key in seen:
            problems.append(wrong(f"key {key} is there twice", f"once (row {seen[key]})"))
        seen.setdefault(key, number)
    if not keys:
        problems.append(Problem("the sheet holds no rows", "one row for each area", _ADVICE, file.name, sheet))
    if problems:
        raise InputError(problems)
    return [key.zfill(8) for key in keys]


def _period(rows: Rows, header: int, file: RawFile, sheet: str) -> str:
    found = german_date(" ".join(cell_text(cell) for row in rows[: header + 1] for cell in row))
    if found is None:
        raise InputError(
            Problem("no date in the header", "a header such as 'Gemeinden 31.12.2019'", _ADVICE, file.name, sheet, 1)
        )
    return found


def _require_codes(
    codes: Sequence[str], body: list[tuple[int, list[object]]], scheme: _Scheme, file: RawFile, sheet: str
) -> None:
    wrong = [(number, code) for (number, _), code in zip(body, codes, strict=True) if not code.isdigit()]
    if wrong:
        raise InputError(
            Problem(
                f"{code!r} is not a code", "digits", _ADVICE, file.name, sheet, number, f"{scheme.header} Kennziffer"
            )
            for number, code in wrong[:5]
        )


SOURCES = (AreaReference(),)
