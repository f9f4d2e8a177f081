"""Districts that kept their key while their territory changed: a break, stated beside the figures it concerns.

Estimating such small shifts away would turn every older figure of the district into an estimate. Instead the figure
stays as it was counted and carries a caveat that says how many inhabitants the shift concerned.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from raumwerk.pipeline.derived.crosswalk import Crosswalk
from raumwerk.tables.keys import Level
from raumwerk.tables.schemas import CAVEATS

__all__ = ["MINIMUM_SHARE", "attach", "caveats", "changes"]

#: Shifts of a smaller share of a district's inhabitants are not worth a warning.
MINIMUM_SHARE = 0.005
_COLUMNS = ("area", "other", "until", "share", "file")


def changes(links: pl.DataFrame, population: pl.DataFrame, walk: Crosswalk, areas: pl.DataFrame) -> pl.DataFrame:
    """Find what districts of today gave to other districts.

    Parameters
    ----------
    links : DataFrame
        Checked table ``crosswalk``: official conversion keys.
    population : DataFrame
        Checked observations of measure ``population``, on the keys of their time.
    walk : Crosswalk
    areas : DataFrame
        Released table ``areas``.

    Returns
    -------
    DataFrame
        ``area`` (gave), ``other`` (received), ``until`` (last date of the old territory), ``share`` of the inhabitants
        of ``area`` on that date that live in ``other`` today, ``file``. One row for each date at which that share fell
        by at least ``MINIMUM_SHARE``.
    """
    districts = areas.filter(pl.col("level") == Level.DISTRICT.value)["area"]
    official = links.filter((pl.col("basis") == "population") & (pl.col("from_area").str.len_chars() == 5)).select(
        pl.col("from_area").alias("area"),
        pl.col("to_area").alias("other"),
        pl.col("from_edition").alias("until"),
        pl.col("weight").alias("share"),
        "file",
    )
    found = pl.concat([official, _by_municipalities(population, walk)])
    both = pl.col("area").is_in(districts.implode()) & pl.col("other").is_in(districts.implode())
    shifts = found.filter(both & (pl.col("area") != pl.col("other")) & (pl.col("share") >= MINIMUM_SHARE))
    dated = shifts.sort("share").unique(["area", "other", "until"], keep="last").sort("area", "other", "until")
    later = pl.col("share").shift(-1).over("area", "other").fill_null(0)
    return dated.filter(pl.col("share") - later >= MINIMUM_SHARE).select(_COLUMNS)


def _by_municipalities(population: pl.DataFrame, walk: Crosswalk) -> pl.DataFrame:
    """Shares of inhabitants whose municipality lies in another district today, for every edition with a count."""
    links = walk.frame.filter((pl.col("basis") == "population") & (pl.col("from_area").str.len_chars() == 8))
    counted = population.filter(pl.col("value").is_not_null()).unique(["area", "period"], keep="any")
    people = counted.select(pl.col("area").alias("from_area"), pl.col("period").alias("from_edition"), "value")
    moved = links.join(people, on=["from_area", "from_edition"]).select(
        pl.col("from_area").str.slice(0, 5).alias("area"),
        pl.col("to_area").str.slice(0, 5).alias("other"),
        pl.col("from_edition").alias("until"),
        (pl.col("value") * pl.col("weight")).alias("people"),
        "file",
    )
    sums = moved.group_by("area", "other", "until").agg(pl.col("people").sum(), pl.col("file").min())
    total = pl.col("people").sum().over("area", "until")
    return sums.with_columns((pl.col("people") / total).fill_nan(0).alias("share")).select(_COLUMNS)


def caveats(shifts: pl.DataFrame, areas: pl.DataFrame) -> pl.DataFrame:
    """Table ``caveats``: one text for each district that gave or received territory."""
    names = dict(areas.select("area", "name").iter_rows())
    rows = []
    for area in sorted(_concerned(shifts)):
        mine = shifts.filter((pl.col("area") == area) | (pl.col("other") == area)).sort("until", "area", "other")
        german, english = [], []
        for giver, receiver, until, share, _ in mine.iter_rows():
            day = ".".join(reversed(until.split("-")))
            percent = f"{share:.1%}".replace("%", " %")
            german.append(
                f"Bis {day} gehörten {percent.replace('.', ',')} der Einwohner von {names[giver]} ({giver}) zu Orten, "
                f"die heute in {names[receiver]} ({receiver}) liegen."
            )
            english.append(
                f"Until {day}, {percent} of the inhabitants of {names[giver]} ({giver}) lived in places that today "
                f"belong to {names[receiver]} ({receiver})."
            )
        rows.append(
            {
                "caveat": _key(area),
                "text_de": " ".join([*german, "Werte bis dahin gelten für das damalige Gebiet."]),
                "text_en": " ".join([*english, "Figures until then refer to the territory of their time."]),
                "file": mine["file"][-1],
            }
        )
    return CAVEATS.conform(pl.DataFrame(rows, schema=CAVEATS.schema))


def attach(observations: pl.DataFrame, shifts: pl.DataFrame, walk: Crosswalk, districts: Iterable[str]) -> pl.DataFrame:
    """Give district figures of the time before a shift their caveat, where they carry none yet.

    A file whose old figures are on the keys of today has been converted by its publisher: only later shifts concern it.

    Parameters
    ----------
    observations : DataFrame
        Checked observations, on the keys of their time.
    shifts : DataFrame
        See :func:`changes`.
    walk : Crosswalk
    districts : iterable of str
        Keys of today's districts.
    """
    if shifts.is_empty():
        return observations
    today = sorted(set(districts))
    level = pl.col("area").str.len_chars() == 5
    keys = observations.filter(level).select("file", "period", "area").unique()
    converted = keys.group_by("file", "period").agg(pl.col("area").is_in(today).all().alias("converted"))
    ends = pl.concat([shifts.select("area", "until"), shifts.select(pl.col("other").alias("area"), "until")])
    last = ends.group_by("area").agg(pl.col("until").max())
    since = _first_edition(walk, today)
    marked = observations.with_row_index("order").join(last, on="area", how="left").join(
        converted, on=["file", "period"], how="left"
    )  # fmt: skip
    concerned = (pl.col("period") <= pl.col("until")) & (~pl.col("converted") | (pl.col("until") >= since))
    caveat = pl.when(level & concerned).then(pl.concat_str(pl.lit(_key("")), pl.col("area")))
    return marked.sort("order").with_columns(caveat=pl.coalesce("caveat", caveat)).select(observations.columns)


def _concerned(shifts: pl.DataFrame) -> set[str]:
    return {*shifts["area"].to_list(), *shifts["other"].to_list()}


def _key(area: str) -> str:
    return f"territory-{area}"


def _first_edition(walk: Crosswalk, today: list[str]) -> str:
    """Oldest edition whose districts are those of today."""
    rows = walk.frame.filter(pl.col("from_area").str.len_chars() == 5).select("from_edition", "from_area").unique()
    sets = rows.group_by("from_edition").agg(pl.col("from_area").sort())
    same = [edition for edition, keys in sets.iter_rows() if keys == today]
    return min(same, default="")
