"""Loading and checking the catalogue: tracked facts about data, never data.

Every file is TOML and is checked field by field; all that is wrong is reported at once, with file and key. An
operator's own sources, measures, classes, indicators and regions lie in folders of the same names below
``RAUMWERK_HOME``; an entry there replaces the tracked one of the same key.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from raumwerk.errors import InputError, Problem
from raumwerk.pipeline.editions import catalogue_folder
from raumwerk.tables.keys import LEVELS, Level, level_of

__all__ = ["Catalogue", "Entry", "Field", "catalogue_folder", "load"]

Entry = dict[str, Any]
_KEY = re.compile(r"[a-z0-9_]+")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Field:
    """One declared field of a catalogue entry.

    Parameters
    ----------
    name : str
    kinds : tuple of type
        Types of the value as TOML reads them.
    required : bool
    allowed : sequence of str
        Closed list for text, or for each item of a list of texts.
    """

    name: str
    kinds: tuple[type, ...]
    required: bool = True
    allowed: Sequence[str] = ()

    def problems(self, entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Pairs of (what is wrong, what was expected)."""
        if self.name not in entry:
            if self.required:
                yield f"field {self.name} is missing", f"{self.name} = {self._example()}"
            return
        value = entry[self.name]
        if not isinstance(value, self.kinds) or (isinstance(value, bool) and bool not in self.kinds):
            yield f"{self.name} is {value!r}", self._example()
            return
        if self.required and value == "":
            yield f"{self.name} is empty", "text"
        for item in value if isinstance(value, list) else [value]:
            if self.allowed and item not in self.allowed:
                yield f"{self.name} is {item!r}", f"one of {', '.join(self.allowed)}"

    def _example(self) -> str:
        examples = {str: '"text"', int: "a whole number", float: "a number", bool: "true or false", list: "a [list]"}
        return " or ".join(dict.fromkeys(examples.get(kind, "a [table]") for kind in self.kinds))


def _texts(*names: str, required: bool = True) -> list[Field]:
    """Fields that exist in German and English."""
    return [Field(f"{name}_{language}", (str,), required) for name in names for language in ("de", "en")]


SOURCE = (
    *_texts("title"),
    Field("publisher", (str,)),
    Field("licence", (str,)),
    Field("licence_url", (str,), required=False),
    Field("attribution", (str,)),
    Field("address", (str,), required=False),
    Field("download", (str, list), required=False),  # addresses of the files themselves, may hold {year} …
    Field("defaults", (dict,), required=False),  # values of the placeholders in download
    *_texts("universe", "notes", required=False),
    Field("priority", (int,)),
    Field("terms_unchecked", (bool,), required=False),
    Field("sample", (bool,), required=False),
)
MEASURE = (
    *_texts("name"),
    *_texts("description", required=False),
    Field("unit", (str,)),
    Field("aggregate", (str,), allowed=("sum", "none")),
)
CLASSES = (*_texts("name"), *_texts("description", required=False))
INDICATOR = (
    Field("key", (str,)),
    Field("topic", (str,)),
    *_texts("name", "description"),
    Field("unit", (str,)),
    Field("decimals", (int,)),
    Field("direction", (str,), allowed=("up", "down", "neutral")),
    Field("numerator", (list,)),
    Field("levels", (list,), allowed=[level.value for level in LEVELS]),
    *_texts("caveat", required=False),
)
REGION = (
    *_texts("name", "short"),
    *_texts("description", required=False),
    Field("districts", (list,), required=False),
    Field("municipalities", (list,), required=False),
    Field("core", (list,), required=False),
    Field("sample", (bool,), required=False),
)


@dataclass(frozen=True)
class Catalogue:
    """All tracked facts, by key.

    Parameters
    ----------
    sources, measures, classes, indicators, regions : dict
        Entries as written in the files; indicators and measures also carry ``topic``.
    """

    sources: dict[str, Entry] = field(default_factory=dict)
    measures: dict[str, Entry] = field(default_factory=dict)
    classes: dict[str, Entry] = field(default_factory=dict)
    indicators: dict[str, Entry] = field(default_factory=dict)
    regions: dict[str, Entry] = field(default_factory=dict)


def load(home: Path | None = None, *, folder: Path | None = None) -> Catalogue:
    """Read and check the tracked catalogue and the operator's additions.

    Parameters
    ----------
    home : Path, optional
        ``RAUMWERK_HOME``, whose ``sources``, ``measures``, ``classes``, ``indicators`` and ``regions`` are added.
    folder : Path, optional
        The tracked catalogue, by default the one that comes with the code.

    Raises
    ------
    InputError
        Naming file, key and field of everything that is wrong.
    """
    problems: list[Problem] = []
    roots = [root for root in (folder or catalogue_folder(), home) if root is not None]
    catalogue = Catalogue()
    for root in roots:
        for path in sorted((root / "sources").glob("*.toml")):
            _take(catalogue.sources, {path.stem: _read(path, problems)}, SOURCE, path, problems)
        for path in sorted((root / "regions").glob("*.toml")):
            _take(catalogue.regions, {path.stem: _read(path, problems)}, REGION, path, problems)
        for kind, fields, target in (
            ("measures", MEASURE, catalogue.measures), ("classes", CLASSES, catalogue.classes),
        ):  # fmt: skip
            for path in sorted((root / kind).glob("*.toml")):
                _take(target, _with_topic(_read(path, problems), path), fields, path, problems)
        for path in sorted((root / "indicators").glob("*.toml")):
            _take(catalogue.indicators, _listed(_read(path, problems), path, problems), INDICATOR, path, problems)
    problems += _cross_checks(catalogue)
    if problems:
        raise InputError(problems)
    return catalogue


def _read(path: Path, problems: list[Problem]) -> Entry:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(Problem(f"the file is not valid TOML ({error})", expected="TOML in UTF-8", file=_shown(path)))
        return {}


def _shown(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def _with_topic(entries: Entry, path: Path) -> Entry:
    return {key: {"topic": path.stem, **entry} if isinstance(entry, dict) else entry for key, entry in entries.items()}


def _listed(content: Entry, path: Path, problems: list[Problem]) -> dict[str, Entry]:
    """Indicators are written as ``[[indicator]]`` so that a file keeps their order."""
    listed = content.get("indicator", [])
    entries: dict[str, Entry] = {}
    for number, entry in enumerate(listed, start=1):
        key = str(entry.get("key", f"indicator {number}"))
        if key in entries:
            problems.append(
                Problem(f"indicator {key} is written twice", expected="each key once", file=_shown(path), row=key)
            )
        entries[key] = {"topic": path.stem, **entry}
    if set(content) - {"indicator", "topic"}:
        wrong = ", ".join(sorted(set(content) - {"indicator", "topic"}))
        problems.append(Problem(f"unknown part {wrong}", expected="[[indicator]] entries", file=_shown(path)))
    return entries


def _take(
    target: dict[str, Entry], entries: Entry, fields: Sequence[Field], path: Path, problems: list[Problem]
) -> None:
    pattern = _SLUG if path.parent.name == "regions" else _KEY
    for key, entry in entries.items():
        if not isinstance(entry, dict):
            problems.append(
                Problem(f"{key} is {entry!r}", expected=f"a table [{key}] with fields", file=_shown(path), row=key)
            )
            continue
        if not entry:
            continue  # an unreadable file has been reported already
        if not pattern.fullmatch(key):
            problems.append(
                Problem(f"the key {key!r} is not usable", f"text like {pattern.pattern}", file=_shown(path))
            )
        problems += [
            Problem(what, expected=expected, file=_shown(path), row=key)
            for one in fields
            for what, expected in one.problems(entry)
        ]
        target[key] = entry


def _cross_checks(catalogue: Catalogue) -> Iterator[Problem]:
    for key, entry in catalogue.indicators.items():
        wanted = [*_items(entry, "numerator"), *_items(entry, "denominator"), *_items(entry, "minus")]
        for measure in wanted:
            if measure not in catalogue.measures:
                yield Problem(
                    f"it uses the measure {measure!r}, which no file in measures/ describes",
                    expected="the key of a measure", advice=f"Add [{measure}] to a file in measures/ or correct it.",
                    file="indicators", row=key,
                )  # fmt: skip
    for slug, entry in catalogue.regions.items():
        for column, level in (("districts", Level.DISTRICT), ("municipalities", Level.MUNICIPALITY)):
            for area in _items(entry, column):
                if level_of(area) is not level:
                    yield Problem(
                        f"{column} holds {area!r}", expected=f'the key of a {level} in quotes, e.g. "06611"',
                        file=f"regions/{slug}.toml", column=column,
                    )  # fmt: skip


def _items(entry: Entry, name: str) -> list[str]:
    value = entry.get(name, [])
    return [str(item) for item in value] if isinstance(value, list) else []
