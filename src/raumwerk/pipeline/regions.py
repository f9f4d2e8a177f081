"""Regions: what is wrong with a definition, and writing a new one.

A region has a *wider* perimeter, made of whole districts and of single municipalities, for which all figures are given,
and a *core*, which may be empty. Both are lists of keys on the boundaries of today.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from raumwerk.errors import ConflictError, InputError, Problem
from raumwerk.tables.keys import Level, level_of, state_of

__all__ = ["absent", "advice_of", "define", "notes_of", "problems_of"]

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_FIELDS = ("districts", "municipalities", "core")
#: First parts of addresses that are no regions.
RESERVED = frozenset(
    {"accounts", "admin", "api", "cms", "data", "daten", "dcat", "de", "documents", "en", "media", "ogc", "static"}
)


def problems_of(slug: str, entry: Mapping[str, Any], areas: pl.DataFrame) -> list[Problem]:
    """Everything that is wrong with one definition.

    Parameters
    ----------
    slug : str
        Key of the region in addresses.
    entry : mapping
        ``districts``, ``municipalities`` and ``core`` (lists of keys), as in ``catalogue/regions``.
    areas : DataFrame
        Released table ``areas`` (keys of today and their names).

    Returns
    -------
    list of Problem
        Unknown or doubled keys, keys of the wrong level, a municipality whose district is listed as well, a core
        outside the wider perimeter, nothing listed at all, an unusable slug.
    """
    file = f"regions/{slug}.toml"
    problems = _slug_problems(slug, file)
    names = dict(areas.select("area", "name").iter_rows())
    lists = {field: [str(key) for key in entry.get(field, ())] for field in _FIELDS}
    allowed = {
        "districts": (Level.DISTRICT,),
        "municipalities": (Level.MUNICIPALITY,),
        "core": (Level.MUNICIPALITY, Level.DISTRICT),
    }
    for name, keys in lists.items():
        problems += _key_problems(keys, allowed[name], names, file, name)
    wider = {*lists["districts"], *lists["municipalities"]}
    if not wider:
        problems.append(
            Problem("the region is empty", "at least one district or municipality", _LISTS, file=file)
        )  # fmt: skip
    problems += [
        Problem(
            f"{_named(key, names)} is listed although its district {key[:5]} is listed as a whole",
            expected="each area once",
            advice="Take it out of municipalities.",
            file=file,
            column="municipalities",
        )
        for key in lists["municipalities"]
        if key[:5] in lists["districts"]
    ]
    problems += [
        Problem(
            f"{_named(key, names)} is in the core, but not in the wider perimeter",
            expected="a core inside the wider perimeter",
            advice="Add it to districts or municipalities, or take it out of core.",
            file=file,
            column="core",
        )
        for key in lists["core"]
        if key in names and key not in wider and key[:5] not in wider
    ]
    return problems


_DIGITS = {Level.MUNICIPALITY: "8 digits (municipality)", Level.DISTRICT: "5 digits (district)"}
_LISTS = 'List keys as text, for example districts = ["06611", "05774"].'


def _slug_problems(slug: str, file: str) -> list[Problem]:
    if not _SLUG.fullmatch(slug):
        expected = "small letters a–z, digits and single hyphens"
        return [Problem(f"{slug!r} cannot stand in an address", expected, "Choose a short name.", file=file)]
    if slug in RESERVED:
        return [Problem(f"the address /{slug}/ is taken by the site itself", "another name", file=file)]
    return []


def _key_problems(
    keys: Sequence[str], allowed: Sequence[Level], names: Mapping[str, str], file: str, column: str
) -> list[Problem]:
    problems: list[Problem] = []
    for position, key in enumerate(keys, start=1):
        wrong = partial(Problem, file=file, row=position, column=column)
        if level_of(key) not in allowed:
            expected = " or ".join(_DIGITS[level] for level in allowed)
            problems.append(wrong(f"{key!r} is not such a key", expected, advice_of(key, names)))
        elif key not in names:
            problems.append(wrong(f"{key} is not in the boundaries", "a key of today", advice_of(key, names)))
        elif key in keys[: position - 1]:
            problems.append(wrong(f"{_named(key, names)} is there twice", "each area once"))
    return problems


def absent(regions: Mapping[str, Mapping[str, Any]], areas: pl.DataFrame) -> list[str]:
    """Regions of which no area at all is loaded: their boundaries are missing, their definition is not wrong."""
    known = set(areas["area"].to_list())
    return [
        slug
        for slug, entry in sorted(regions.items())
        if (keys := {str(key) for field in ("districts", "municipalities") for key in entry.get(field, ())})
        and not keys & known
    ]


def advice_of(key: str, names: Mapping[str, str]) -> str:
    """What may have been meant: a lost leading zero, a name instead of a key, a key that looks alike."""
    if key.isdigit() and len(key) in (4, 7) and key.zfill(len(key) + 1) in names:
        whole = key.zfill(len(key) + 1)
        return f"A leading zero was lost: write {whole!r} ({names[whole]})."
    meant = [area for area, name in names.items() if name.casefold() == key.casefold() and len(area) in (5, 8)]
    if meant:
        return f"Write the key in place of the name: {' or '.join(sorted(meant)[:4])}."
    same = sorted(area for area in names if len(area) == len(key) and area[:2] == key[:2])
    close = difflib.get_close_matches(key, same, n=3, cutoff=0.8)
    if close:
        return f"Similar keys: {', '.join(_named(area, names) for area in close)}."
    return "The official register of municipalities lists all keys."


def _named(key: str, names: Mapping[str, str]) -> str:
    return f"{key} ({names[key]})" if key in names else key


def notes_of(
    slug: str, entry: Mapping[str, Any], areas: pl.DataFrame, others: Mapping[str, Mapping[str, Any]]
) -> list[str]:
    """What is worth knowing about a definition, though not wrong.

    Returns
    -------
    list of str
        One sentence each, in English: how large the region is, that it lies in one state only, that it overlaps another
        one, that it has no core.
    """
    keys = areas.filter(pl.col("level") == Level.MUNICIPALITY.value)["area"]
    mine = _municipalities(entry, keys)
    states = sorted({state for key in mine if (state := state_of(key))})
    unit = "state" if len(states) == 1 else "states"
    notes = [f"{slug} has {len(mine)} municipalities in {len(states)} {unit} ({', '.join(states)})."]
    if len(states) == 1:
        notes.append(f"{slug} lies in one state: shares of commuters across state borders say little about it.")
    for other, definition in sorted(others.items()):
        shared = mine & _municipalities(definition, keys) if other != slug else set()
        if shared:
            notes.append(f"{slug} and {other} share {len(shared)} municipalities; they stay two separate regions.")
    if not entry.get("core"):
        notes.append(f"{slug} has no core perimeter yet.")
    return notes


def _municipalities(entry: Mapping[str, Any], keys: pl.Series) -> set[str]:
    wider = [*entry.get("districts", ()), *entry.get("municipalities", ())]
    return set(keys.filter(keys.is_in(wider) | keys.str.slice(0, 5).is_in(wider)).to_list())


def define(
    home: Path,
    slug: str,
    *,
    name_de: str,
    name_en: str,
    areas: pl.DataFrame,
    districts: Sequence[str] = (),
    municipalities: Sequence[str] = (),
    core: Sequence[str] = (),
) -> Path:
    """Write the definition of a new region to ``<home>/regions/<slug>.toml``.

    Parameters
    ----------
    home : Path
        ``RAUMWERK_HOME``.
    slug, name_de, name_en, districts, municipalities, core
        The definition.
    areas : DataFrame
        Released table ``areas`` to check against.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    InputError
        With everything that is wrong.
    ConflictError
        When the region is defined already.
    """
    entry: dict[str, Any] = {"name_de": name_de, "name_en": name_en, "short_de": name_de, "short_en": name_en}
    entry |= {"districts": list(districts), "municipalities": list(municipalities), "core": list(core)}
    problems = problems_of(slug, entry, areas)
    problems += [
        Problem(f"{field} is empty", "the name of the region", file=f"regions/{slug}.toml", column=field)
        for field in ("name_de", "name_en")
        if not str(entry[field]).strip()
    ]
    if problems:
        raise InputError(problems)
    path = home / "regions" / f"{slug}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{field} = {_toml(value)}\n" for field, value in entry.items())
    try:
        with path.open("x", encoding="utf-8") as handle:
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
    except FileExistsError:
        raise ConflictError(f"The region {slug} is defined already in {path}; edit that file instead.") from None
    return path


def _toml(value: str | list[str]) -> str:
    """A basic TOML string or a list of them."""
    if isinstance(value, list):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda found: f"\\u{ord(found[0]):04x}", escaped) + '"'
