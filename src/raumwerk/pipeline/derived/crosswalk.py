"""From the keys of every edition seen to the keys of the boundaries.

A key is brought over by the first rule that applies: the tracked list made by hand; unchanged, where the boundaries
know it; the official conversion keys, followed from year to year; the polygon in which its official centre lies. Keys
that persist keep their figures even where their territory changed a little: that is stated as a caveat
(:mod:`raumwerk.pipeline.derived.territory`), not estimated away. Keys that no rule settles are listed, never guessed.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from raumwerk.errors import InputError, Problem
from raumwerk.tables.keys import Level, level_of
from raumwerk.tables.schemas import CROSSWALK

__all__ = ["BASES", "ByHand", "Crosswalk", "crosswalk", "load_by_hand", "locate"]

#: What a weight can be a share of, in the order in which the weights are kept here.
BASES = ("population", "area", "employees")
#: What stands in column ``file`` of links made by hand.
BY_HAND_FILE = "catalogue/crosswalk.csv"

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_Weights = NDArray[np.float64]
_Shares = dict[str, _Weights]  # new key → shares of the old area, one for each basis


@dataclass(frozen=True, slots=True)
class ByHand:
    """One line of the list made by hand.

    Parameters
    ----------
    to_area : str or None
        Key that the area became part of; None where it has no counterpart at all; its own key where the line only tells
        that it began.
    note : str
        How that is known.
    since, until : str
        First and last date (YYYY-MM-DD) of the key where known, else empty. They make an edition of a date for which no
        register is at hand.
    """

    to_area: str | None
    note: str
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class _Link:
    shares: _Shares
    method: str
    file: str


@dataclass(frozen=True)
class Crosswalk:
    """What :func:`crosswalk` gives.

    Attributes
    ----------
    frame : DataFrame
        Table ``crosswalk``: every key of every edition, with its target keys and weights for each basis.
    dropped : DataFrame
        Keys without a target: ``area``, ``reason`` (from the list made by hand, or ``unresolved``).
    uninhabited : frozenset of str
        Keys of areas without inhabitants, old and new.
    target_edition : str
        Newest date of the target keys; column ``to_edition``.
    """

    frame: pl.DataFrame
    dropped: pl.DataFrame
    target_edition: str
    uninhabited: frozenset[str] = frozenset()

    @cached_property
    def members(self) -> dict[tuple[str, str], list[tuple[str, set[str]]]]:
        """(level, state) → editions in order of their dates, each with its keys there."""
        keys = self.frame.select("from_edition", "from_area").unique().with_columns(
            pl.when(pl.col("from_area").str.len_chars() == 8)
            .then(pl.lit(Level.MUNICIPALITY.value)).otherwise(pl.lit(Level.DISTRICT.value)).alias("level"),
            pl.col("from_area").str.slice(0, 2).alias("state"),
        )  # fmt: skip
        found: dict[tuple[str, str], list[tuple[str, set[str]]]] = {}
        grouped = keys.sort("from_edition").group_by("from_edition", "level", "state", maintain_order=True)
        for edition, level, state, areas in grouped.agg("from_area").iter_rows():
            found.setdefault((level, state), []).append((edition, set(areas)))
        return found

    @cached_property
    def parts(self) -> pl.DataFrame:
        """Links with what makes up each new area.

        Columns ``from_edition``, ``from_area``, ``basis``, ``to_area``, ``weight``; ``empty``: nobody lives in the old
        area; ``parts`` and ``settled``: number of old areas, and of inhabited ones, that make up ``to_area``;
        ``in_district`` and ``in_state``: number of new areas with inhabitants in its district and state.
        """
        same = (pl.col("from_edition"), pl.col("basis"), pl.col("from_area").str.len_chars())
        links = self.frame.with_columns(pl.col("from_area").is_in(list(self.uninhabited)).alias("empty"))
        links = links.with_columns(
            pl.col("from_area").n_unique().over("to_area", *same).alias("parts"),
            (~pl.col("empty")).sum().over("to_area", *same).alias("settled"),
        )
        peopled = pl.col("to_area").filter(pl.col("settled") > 0).n_unique()
        return links.select(
            "from_edition", "from_area", "basis", "to_area", "weight", "empty", "parts", "settled",
            peopled.over(pl.col("to_area").str.slice(0, 5), *same).alias("in_district"),
            peopled.over(pl.col("to_area").str.slice(0, 2), *same).alias("in_state"),
        )  # fmt: skip


def load_by_hand(path: Path) -> dict[str, ByHand]:
    """Read the tracked list ``area,to_area,since,until,note``.

    Raises
    ------
    InputError
        Naming the rows that are no keys or repeat one.
    """
    found: dict[str, ByHand] = {}
    problems: list[Problem] = []
    with path.open(encoding="utf-8", newline="") as handle:
        for row, line in enumerate(csv.DictReader(handle), start=2):
            old, new, since, until = ((line.get(name) or "").strip() for name in ("area", "to_area", "since", "until"))
            if level_of(old) is None or (new and level_of(new) is not level_of(old)):
                problems.append(Problem(f"{old!r} → {new!r}", "two keys of one level", file=path.name, row=row))
            elif old in found:
                problems.append(Problem(f"{old} is there twice", "each key once", file=path.name, row=row))
            if any(day and not _DAY.fullmatch(day) for day in (since, until)):
                problems.append(Problem(f"{since or until!r} is no date", "YYYY-MM-DD", file=path.name, row=row))
            found[old] = ByHand(new or None, (line.get("note") or "").strip(), since, until)
    if problems:
        raise InputError(problems)
    return found


def crosswalk(
    listed: pl.DataFrame,
    boundaries: pl.DataFrame,
    links: pl.DataFrame,
    target: pl.DataFrame,
    by_hand: Mapping[str, ByHand] | None = None,
) -> Crosswalk:
    """Bring every key of every edition to the keys of the target.

    Parameters
    ----------
    listed : DataFrame
        Checked table ``areas`` of all files: which keys each edition had, and where their centres lie.
    boundaries : DataFrame
        Checked table ``boundaries`` of all files; those of the target's municipalities are searched for centres.
    links : DataFrame
        Checked table ``crosswalk`` of all files: official conversion keys.
    target : DataFrame
        Released table ``areas`` (see :func:`raumwerk.pipeline.derived.areas.areas`).
    by_hand : mapping, optional
        Old key → line of the list made by hand.

    Returns
    -------
    Crosswalk
    """
    resolver = _Resolver(listed, boundaries, links, target, by_hand or {})
    members = _editions(listed, links, by_hand or {})
    municipalities = members.filter(pl.col("level") == Level.MUNICIPALITY.value)
    keys = municipalities["from_area"].unique().sort()
    resolved = _rows(("", key, resolver.municipality(key)) for key in keys).drop("from_edition")
    districts = members.filter(pl.col("level") == Level.DISTRICT.value).sort("from_edition", "from_area")
    pairs = districts.select("from_edition", "from_area").iter_rows()
    frame = pl.concat(
        [
            municipalities.select("from_edition", "from_area").join(resolved, on="from_area"),
            _rows((edition, key, resolver.district(edition, key)) for edition, key in pairs),
        ],
        how="diagonal",
    )
    newest = str(target["edition"].max()) if target.height else ""
    frame = frame.with_columns(pl.col("weight").clip(0, 1), pl.lit(newest).alias("to_edition"))
    dropped = pl.DataFrame(sorted(resolver.dropped.items()), schema=["area", "reason"], orient="row")
    known = listed.sort("edition", "file").unique("area", keep="last")
    empty = frozenset(known.filter(~pl.col("inhabited"))["area"].to_list())
    return Crosswalk(CROSSWALK.conform(frame), dropped, newest, empty)


def _rows(resolved: Iterable[tuple[str, str, _Link | None]]) -> pl.DataFrame:
    """Rows of the crosswalk from (edition, key, link)."""
    rows = [
        (edition, key, to_area, basis, float(weight), link.method, link.file)
        for edition, key, link in resolved
        if link is not None
        for to_area, weights in link.shares.items()
        for basis, weight in zip(BASES, weights, strict=True)
        if weight > 0
    ]
    text = ("from_edition", "from_area", "to_area", "basis")
    schema = {**dict.fromkeys(text, pl.String), "weight": pl.Float64, "method": pl.String, "file": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _editions(listed: pl.DataFrame, links: pl.DataFrame, by_hand: Mapping[str, ByHand]) -> pl.DataFrame:
    """Keys of every edition: ``from_edition``, ``from_area``, ``level``."""
    wanted = [Level.MUNICIPALITY.value, Level.DISTRICT.value]
    seen = listed.filter(pl.col("level").is_in(wanted)).select(
        pl.col("edition").alias("from_edition"), pl.col("area").alias("from_area"), "level"
    )
    width = pl.col("from_area").str.len_chars()
    level = pl.when(width == 8).then(pl.lit(Level.MUNICIPALITY.value)).otherwise(pl.lit(Level.DISTRICT.value))
    ends = [
        links.select(
            pl.col(f"{side}_edition").alias("from_edition"), pl.col(f"{side}_area").alias("from_area")
        ).with_columns(level.alias("level"))
        for side in ("from", "to")
    ]
    known = pl.concat([seen, *ends]).unique()
    return pl.concat([known, *_earlier_editions(known, by_hand)]).unique()


def _earlier_editions(known: pl.DataFrame, by_hand: Mapping[str, ByHand]) -> Iterable[pl.DataFrame]:
    """Editions of dates without a register: the next one, less keys that began later, plus those that ended then."""
    for day in sorted({line.until for line in by_hand.values() if line.until}):
        level = Level.MUNICIPALITY.value
        later = known.filter((pl.col("level") == level) & (pl.col("from_edition") > day))
        following = later.filter(pl.col("from_edition") == later["from_edition"].min())["from_area"].to_list()
        states = {key[:2] for key in following}
        begun = {key for key, line in by_hand.items() if line.since > day}
        ended = {key for key, line in by_hand.items() if line.until >= day and key[:2] in states}
        keys = sorted((set(following) - begun) | ended)
        yield pl.DataFrame({"from_area": keys}, schema={"from_area": pl.String}).select(
            pl.lit(day).alias("from_edition"), "from_area", pl.lit(level).alias("level")
        )


@dataclass
class _Resolver:
    """Finds the target of one key after the other, remembering what it found."""

    listed: pl.DataFrame
    boundaries: pl.DataFrame
    links: pl.DataFrame
    target: pl.DataFrame
    by_hand: Mapping[str, ByHand]
    dropped: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rows = self.target.filter(pl.col("level").is_in([Level.MUNICIPALITY.value, Level.DISTRICT.value]))
        self._target = dict(rows.select("area", "file").iter_rows())
        self._official = _official(self.links.filter(~pl.col("from_area").is_in(list(self._target))))
        municipalities = self.listed.filter(pl.col("level") == Level.MUNICIPALITY.value)
        self._located = locate(_centres(municipalities, self._target), self.boundaries, self.target)
        self._inside: dict[str, list[str]] = {}
        for area in municipalities["area"].unique().sort():
            self._inside.setdefault(area[:5], []).append(area)
        self._memo: dict[str, _Link | None] = {}

    def municipality(self, key: str) -> _Link | None:
        """Target of a municipality; the same whatever the edition, as keys are not given twice."""
        if key not in self._memo:
            self._memo[key] = None  # stops a circle of conversion keys
            self._memo[key] = self._plain(key) or self._converted(key, self._latest(key)) or self._by_centre(key)
            self._note(key, self._memo[key])
        return self._memo[key]

    def district(self, edition: str, key: str) -> _Link | None:
        """Target of a district: official conversion of that edition, then where its municipalities went."""
        found = self._plain(key)
        if found is None:
            own = self._official.get((edition, key)) or self._latest(key)
            found = self._converted(key, own) or self._by_municipalities(key)
        self._note(key, found)
        return found

    def _plain(self, key: str) -> _Link | None:
        line = self.by_hand.get(key)
        if line is not None and line.to_area is None:
            return _Link({}, "by_hand", BY_HAND_FILE)
        if line is not None and line.to_area not in (None, key):
            further = self.municipality(line.to_area) if len(key) == 8 else self.district("", line.to_area)
            return _Link(further.shares, "by_hand", BY_HAND_FILE) if further else None
        if key in self._target:
            return _Link({key: np.ones(3)}, "identity", self._target[key])
        return None

    def _latest(self, key: str) -> _Link | None:
        return self._official.get(("", key))

    def _converted(self, key: str, link: _Link | None) -> _Link | None:
        """Follow an official conversion to the target; None when a part of it leads nowhere."""
        if link is None or key in link.shares:
            return None  # the key outlived the newest conversion
        total: _Shares = {}
        methods = {link.method}
        for to_area, weights in link.shares.items():
            further = self.municipality(to_area) if len(key) == 8 else self.district("", to_area)
            if further is None:
                return None
            methods |= set(further.method.split("+")) - {"identity"}
            for final, part in further.shares.items():
                total[final] = total.get(final, np.zeros(3)) + weights * part
        return _Link(total, "+".join(sorted(methods)), link.file)

    def _by_centre(self, key: str) -> _Link | None:
        to_area = self._located.get(key)
        return _Link({to_area: np.ones(3)}, "point_in_polygon", self._target[to_area]) if to_area else None

    def _by_municipalities(self, key: str) -> _Link | None:
        """A district whose municipalities all went to one other district went there."""
        went = [self.municipality(area) for area in self._inside.get(key, [])]
        districts = {final[:5] for link in went if link for final in link.shares}
        if len(districts) != 1 or None in went:
            return None
        to_area = districts.pop()
        return _Link({to_area: np.ones(3)}, "municipalities", self._target.get(to_area, BY_HAND_FILE))

    def _note(self, key: str, link: _Link | None) -> None:
        if link is None:
            self.dropped[key] = "unresolved"
        elif not link.shares:
            self.dropped[key] = self.by_hand[key].note or "no counterpart"


def _official(links: pl.DataFrame) -> dict[tuple[str, str], _Link]:
    """Official links by (edition, key), and the newest of every key by ("", key).

    A basis that an edition does not have (employees before 1997 and in the newest key) takes the shares of population.
    """
    found: dict[tuple[str, str], _Link] = {}
    for edition, old, new, basis, weight, file in (
        links.sort("from_edition").select("from_edition", "from_area", "to_area", "basis", "weight", "file").iter_rows()
    ):
        link = found.setdefault((edition, old), _Link({}, "official", file))
        link.shares.setdefault(new, np.full(3, np.nan))[BASES.index(basis)] = weight
    for link in found.values():
        for weights in link.shares.values():
            weights[2] = weights[0] if np.isnan(weights[2]) else weights[2]
    newest: dict[tuple[str, str], _Link] = {}
    for (_, old), link in sorted(found.items(), key=lambda item: item[0]):
        newest["", old] = link
    return found | newest


def _centres(municipalities: pl.DataFrame, known: Mapping[str, str]) -> pl.DataFrame:
    """Newest centre of every municipality that is not in the target."""
    rows = municipalities.filter(~pl.col("area").is_in(list(known)) & pl.col("longitude").is_not_null())
    return rows.sort("edition", "file").unique("area", keep="last").select("area", "longitude", "latitude")


def locate(points: pl.DataFrame, boundaries: pl.DataFrame, target: pl.DataFrame) -> dict[str, str]:
    """Find the target municipality in whose polygon each point lies.

    Parameters
    ----------
    points : DataFrame
        ``area`` (or any name of the point), ``longitude``, ``latitude`` (WGS 84).
    boundaries : DataFrame
        Table ``boundaries``; only municipalities of the target's file and edition are searched.
    target : DataFrame
        Released table ``areas``.

    Returns
    -------
    dict
        Point → key of the municipality; points outside all polygons are left out.
    """
    chosen = target.filter(pl.col("level") == Level.MUNICIPALITY.value).select("area", "edition", "file")
    polygons = boundaries.join(chosen, on=["area", "edition", "file"], how="semi").sort("area")
    if polygons.is_empty() or points.is_empty():
        return {}
    tree = shapely.STRtree(shapely.from_wkb(polygons["geometry"].to_numpy()))
    names: Sequence[str] = points["area"].to_list()
    hits = tree.query(shapely.points(points["longitude"].to_numpy(), points["latitude"].to_numpy()), "intersects")
    keys = polygons["area"].to_list()
    return {names[point]: keys[polygon] for point, polygon in reversed(list(zip(*hits, strict=True)))}
