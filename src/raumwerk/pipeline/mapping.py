"""Mapping files: a few lines of TOML that say what the columns of a tidy table mean."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from raumwerk.errors import InputError, MissingError, Problem
from raumwerk.tables.schemas import SPECS

__all__ = ["ColumnMap", "Mapping", "ValueMap", "load_mapping"]

_TABLES = ("observations", "flows", "flow_margins", "classes", "points")
_TOP = {"source", "table", "recognise", "layout", "keys", "value", "caveat"}
_VALUE = {"column", "bounds", "rounded_to", "factor", "caveat", "caveat_above", "signed", "set"}
_LONGEST_KEY = 12  # digits of a regional key
_KEY = {"column", "value", "width", "ars", "from_name", "map"}


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Where one key of the target table comes from: a column, or one value for all rows.

    Parameters
    ----------
    column, value : str
        Exactly one of the two (or ``from_name``).
    width : int
        Digits of an area key whose leading zeros were lost; 0 leaves the text alone.
    ars : bool
        The column holds twelve-digit regional keys, of which the municipal key is taken.
    from_name : bool
        The date stands in the file name only.
    map : dict
        Codes in the file → our keys; codes that are not named are an error.
    """

    column: str = ""
    value: str = ""
    width: int = 0
    ars: bool = False
    from_name: bool = False
    map: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ValueMap:
    """One column of numbers.

    Parameters
    ----------
    column : str
    bounds : tuple of str
        Columns that hold other derivations of the same figure: lower and upper are the extremes of all.
    rounded_to : float
        The publisher rounded to multiples of this; the bounds are half a step either side.
    factor : float
        Multiplies the number, e.g. 1000 where the file counts in thousands.
    caveat : str
        Key of a caveat for the rows of this column.
    caveat_above : float
        Only where the bounds differ by more than this share.
    signed : bool
        Negative numbers are allowed (balances, changes).
    set : dict
        Keys of the target table that hold for this column, e.g. ``{measure = "employees_work"}``.
    """

    column: str
    bounds: tuple[str, ...] = ()
    rounded_to: float = 0.0
    factor: float = 1.0
    caveat: str = ""
    caveat_above: float = 0.0
    signed: bool = False
    set: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mapping:
    """What one kind of tidy table holds."""

    name: str
    source: str
    table: str
    header: tuple[str, ...]
    sha256: tuple[str, ...]
    keys: dict[str, ColumnMap]
    values: tuple[ValueMap, ...]
    caveats: dict[str, tuple[str, str]]
    sheet: str = ""
    delimiter: str = ","
    decimal: str = "."

    @property
    def columns(self) -> list[str]:
        """Every column that the table must have."""
        named = [key.column for key in self.keys.values() if key.column]
        for value in self.values:
            named += [value.column, *value.bounds]
        return list(dict.fromkeys([*named, *self.header]))


def load_mapping(path: Path) -> Mapping:
    """Read and check one mapping file.

    Raises
    ------
    MissingError
        When there is no such file.
    InputError
        Naming every field that is missing, unknown or of the wrong kind.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise MissingError(
            f"There is no mapping file {path.name}. See docs/how-to/own-data.md for an example."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, IsADirectoryError) as error:
        raise InputError(
            Problem(f"the mapping is not valid TOML ({error})", "TOML in UTF-8", file=path.name)
        ) from error
    problems = _problems(content)
    if problems:
        advice = "See docs/how-to/own-data.md."
        raise InputError(Problem(what, expected, advice, file=path.name) for what, expected in problems)
    recognise, layout = content.get("recognise", {}), content.get("layout", {})
    return Mapping(
        name=path.stem,
        source=content["source"],
        table=content["table"],
        header=tuple(recognise.get("header", ())),
        sha256=tuple(recognise.get("sha256", ())),
        keys={name: ColumnMap(**entry) for name, entry in content["keys"].items()},
        values=tuple(
            ValueMap(**{**entry, "bounds": tuple(entry.get("bounds", ()))}) for entry in content.get("value", [])
        ),
        caveats={entry["key"]: (entry["text_de"], entry["text_en"]) for entry in content.get("caveat", [])},
        sheet=layout.get("sheet", ""),
        delimiter=layout.get("delimiter", ","),
        decimal=layout.get("decimal", "."),
    )


def _problems(content: dict[str, Any]) -> list[tuple[str, str]]:
    found = [(f"unknown part {name!r}", f"one of {', '.join(sorted(_TOP))}") for name in sorted(set(content) - _TOP)]
    for name in ("source", "table", "keys"):
        if name not in content:
            found.append((f"{name} is missing", f"a line {name} = … or a part [{name}]"))
    if not re.fullmatch(r"[a-z0-9_]+", str(content.get("source", "x"))):
        found.append((f"source is {content['source']!r}", "a key of small letters, digits and _"))
    table = content.get("table")
    if table is not None and table not in _TABLES:
        return [*found, (f"table is {table!r}", f"one of {', '.join(_TABLES)}")]
    if found:
        return found
    return _key_problems(content) + _value_problems(content)


def _key_problems(content: dict[str, Any]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    known = {column.name for column in SPECS[content["table"]].columns}
    for name, entry in content["keys"].items():
        if name not in known:
            found.append(
                (f"keys.{name} is no column of table {content['table']}", f"one of {', '.join(sorted(known))}")
            )
        elif not isinstance(entry, dict) or set(entry) - _KEY:
            found.append((f"keys.{name} is {entry!r}", '{ column = "…" } or { value = "…" }'))
        elif not isinstance(entry.get("width", 0), int) or not 0 <= entry.get("width", 0) <= _LONGEST_KEY:
            found.append((f"keys.{name}.width is {entry['width']!r}", f"a number of digits from 0 to {_LONGEST_KEY}"))
        elif sum(bool(entry.get(kind)) for kind in ("column", "value", "from_name")) != 1:
            found.append((f"keys.{name} names not exactly one origin", "column, value or from_name"))
    needed = [
        column.name
        for column in SPECS[content["table"]].columns
        if not column.nullable and column.name not in ("status", "file", "value")
    ]
    values = content.get("value", [])
    for name in needed:
        everywhere = bool(values) and all(name in entry.get("set", {}) for entry in values if isinstance(entry, dict))
        if name not in content["keys"] and not everywhere:
            found.append((f"nothing says what {name} is", f"keys.{name}, or {name} in set of every [[value]]"))
    return found


def _value_problems(content: dict[str, Any]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    values = content.get("value", [])
    if content["table"] in ("observations", "flows", "flow_margins") and not values:
        found.append(("no column of numbers is named", "at least one [[value]] with its column"))
    for number, entry in enumerate(values, start=1):
        if not isinstance(entry, dict) or "column" not in entry:
            found.append((f"value {number} has no column", 'column = "…"'))
        elif set(entry) - _VALUE:
            found.append((f"value {number} has unknown {sorted(set(entry) - _VALUE)}", f"{', '.join(sorted(_VALUE))}"))
    for number, entry in enumerate(content.get("caveat", []), start=1):
        if set(entry) != {"key", "text_de", "text_en"}:
            found.append((f"caveat {number} holds {sorted(entry)}", "key, text_de, text_en"))
    return found
