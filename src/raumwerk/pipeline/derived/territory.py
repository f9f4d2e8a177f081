"""Districts that kept their key while their territory changed.

Where the municipalities of today add up to the figure, their sum takes the place of the figure of the old territory
(:mod:`raumwerk.pipeline.derived.resum`). Estimating the shift away elsewhere would turn every older figure of the
district into an estimate: there the figure stays as it was counted, a break, and carries a caveat that says how many
inhabitants the shift concerned.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from raumwerk.pipeline.derived.crosswalk import Crosswalk
from raumwerk.tables.keys import Level
from raumwerk.tables.schemas import CAVEATS

__all__ = ["ANY_SHARE", "MINIMUM_SHARE", "attach", "caveats", "changes", "outdated", "summed_key"]

#: Shifts of a smaller share of a district's inhabitants are not worth a warning.
MINIMUM_SHARE = 0.005
#: Every shift in which somebody changed district.
ANY_SHARE = 1e-9
_COLUMNS = ("area", "other", "until", "share", "file")
_PLACE = ["file", "period", "area"]
_SHOWN = 0.0005  # smaller shares are written as "< 0.1 %"


def changes(
    links: pl.DataFrame,
    population: pl.DataFrame,
    walk: Crosswalk,
    areas: pl.DataFrame,
    *,
    least: float = MINIMUM_SHARE,
) -> pl.DataFrame:
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
    least : float
        Smallest share of the inhabitants that counts as a shift.

    Returns
    -------
    DataFrame
        ``area`` (gave), ``other`` (received), ``until`` (last date of the old territory), ``share`` of the inhabitants
        of ``area`` on that date that live in ``other`` today, ``file``. One row for the last date of each pair, and
        one for each date at which the share fell by at least ``MINIMUM_SHARE``.
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
    shifts = found.filter(both & (pl.col("area") != pl.col("other")) & (pl.col("share") >= least))
    dated = shifts.sort("share").unique(["area", "other", "until"], keep="last").sort("area", "other", "until")
    later = pl.col("share").shift(-1).over("area", "other")
    fell = later.is_null() | (pl.col("share") - later >= MINIMUM_SHARE)
    return dated.filter(fell).select(_COLUMNS)


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


def caveats(shifts: pl.DataFrame, areas: pl.DataFrame, *, summed: Iterable[str] = ()) -> pl.DataFrame:
    """Table ``caveats``: for districts that gave or received territory, what the shift means for older figures.

    Parameters
    ----------
    shifts : DataFrame
        See :func:`changes`; all of them, however small.
    areas : DataFrame
        Released table ``areas``.
    summed : iterable of str
        Districts for which figures of the old territory were replaced by sums of municipalities.

    Returns
    -------
    DataFrame
        ``territory-<district>`` where at least ``MINIMUM_SHARE`` moved: the figure refers to the territory of its
        time; :func:`summed_key` for those in ``summed``: the figure is a sum.
    """
    names = dict(areas.select("area", "name").iter_rows())
    worth = shifts.filter(pl.col("share") >= MINIMUM_SHARE)
    told = [(area, _key(area), worth, _OF_ITS_TIME) for area in sorted(_concerned(worth))]
    told += [(area, summed_key(area), shifts, _SUMMED) for area in sorted(summed)]
    rows = []
    for area, key, known, (german_end, english_end) in told:
        mine = known.filter((pl.col("area") == area) | (pl.col("other") == area)).sort("until", "area", "other")
        said = [_sentences(names, *row[:4]) for row in mine.iter_rows()]
        rows.append(
            {
                "caveat": key,
                "text_de": " ".join([*(german for german, _ in said), german_end]),
                "text_en": " ".join([*(english for _, english in said), english_end]),
                "file": mine["file"][-1],
            }
        )
    return CAVEATS.conform(pl.DataFrame(rows, schema=CAVEATS.schema))


_OF_ITS_TIME = (
    "Werte bis dahin gelten für das damalige Gebiet.",
    "Figures until then refer to the territory of their time.",
)
_SUMMED = (
    "Der Wert ist die Summe der Gemeinden auf dem heutigen Gebiet; veröffentlicht wurde er für das damalige.",
    "The figure is the sum of the municipalities on the territory of today; it was published for that of its time.",
)


def _sentences(names: Mapping[str, str], giver: str, receiver: str, until: str, share: float) -> tuple[str, str]:
    """One shift in German and in English."""
    day = ".".join(reversed(until.split("-")))
    percent = f"{share:.1%}".replace("%", " %") if share >= _SHOWN else "< 0.1 %"
    german = (
        f"Bis {day} gehörten {percent.replace('.', ',')} der Einwohner von {names[giver]} ({giver}) zu Orten, "
        f"die heute in {names[receiver]} ({receiver}) liegen."
    )
    english = (
        f"Until {day}, {percent} of the inhabitants of {names[giver]} ({giver}) lived in places that today "
        f"belong to {names[receiver]} ({receiver})."
    )
    return german, english


def attach(observations: pl.DataFrame, shifts: pl.DataFrame, walk: Crosswalk, districts: Iterable[str]) -> pl.DataFrame:
    """Give district figures of the time before a shift their caveat, where they carry none yet.

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
    old = outdated(observations, shifts, walk, districts).filter(pl.col("worth") & pl.col("sure"))
    if old.is_empty():
        return observations
    told = old.select(*_PLACE, pl.concat_str(pl.lit(_key("")), pl.col("area")).alias("told"))
    marked = observations.join(told, on=_PLACE, how="left", maintain_order="left")
    return marked.with_columns(caveat=pl.coalesce("caveat", "told")).select(observations.columns)


def outdated(
    observations: pl.DataFrame, shifts: pl.DataFrame, walk: Crosswalk, districts: Iterable[str]
) -> pl.DataFrame:
    """Districts whose figures in a file refer to the territory before a shift.

    A file tells its territory by its municipalities: one that holds the key of a municipality which has changed
    district since is older than that, whatever date its figures bear. Without such a key the date of the figures
    decides, unless all districts are on the keys of today: such a file has been converted by its publisher, and only
    later shifts concern it. That is not ``sure`` where it also holds the municipalities, whose sum can prove it wrong.

    Parameters
    ----------
    observations, shifts, walk, districts
        As of :func:`attach`.

    Returns
    -------
    DataFrame
        ``file``, ``period``, ``area``, ``worth`` (at least ``MINIMUM_SHARE`` moved) and ``sure``.
    """
    today = sorted(set(districts))
    keys = observations.select(_PLACE).unique()
    dated = _by_date(keys, shifts, _first_edition(walk, today), today)
    told = pl.concat([dated, _by_keys(keys, shifts, walk)])
    return told.group_by(_PLACE).agg(pl.col("worth", "sure").any()).sort(_PLACE)


def _by_date(keys: pl.DataFrame, shifts: pl.DataFrame, since: str, today: list[str]) -> pl.DataFrame:
    state = pl.col("area").str.slice(0, 2).alias("state")
    districts = keys.filter(pl.col("area").str.len_chars() == 5).with_columns(state)
    converted = districts.group_by("file", "period").agg(pl.col("area").is_in(today).all().alias("converted"))
    parts = keys.filter(pl.col("area").str.len_chars() == 8).select("file", "period", state).unique()
    both = [shifts.select(pl.col(end).alias("area"), "until", "share") for end in ("area", "other")]
    last = pl.concat(both).group_by("area").agg(
        pl.col("until").max(), pl.col("until").filter(pl.col("share") >= MINIMUM_SHARE).max().alias("until_worth")
    )  # fmt: skip
    placed = districts.join(last, on="area").join(converted, on=["file", "period"])
    placed = placed.join(
        parts.with_columns(pl.lit(value=True).alias("parts")), on=["file", "period", "state"], how="left"
    )

    def before(until: str) -> pl.Expr:
        return (pl.col("period") <= pl.col(until)).fill_null(value=False)

    def sure(until: str) -> pl.Expr:
        return (before(until) & (~pl.col("converted") | (pl.col(until) >= since))).fill_null(value=False)

    able = before("until") & (sure("until") | pl.col("parts").fill_null(value=False))
    worth = pl.when(sure("until")).then(sure("until_worth")).otherwise(before("until_worth"))
    return placed.filter(able).select(*_PLACE, worth.alias("worth"), sure("until").alias("sure"))


def _by_keys(keys: pl.DataFrame, shifts: pl.DataFrame, walk: Crosswalk) -> pl.DataFrame:
    """Both districts of each municipality in the file that has changed from one to the other."""
    links = walk.frame.filter((pl.col("basis") == "population") & (pl.col("from_area").str.len_chars() == 8))
    moved = links.select(
        pl.col("from_area").alias("part"),
        pl.col("from_area").str.slice(0, 5).alias("area"),
        pl.col("to_area").str.slice(0, 5).alias("other"),
    ).unique()
    moved = moved.filter(pl.col("area") != pl.col("other"))
    pairs = shifts.group_by("area", "other").agg((pl.col("share") >= MINIMUM_SHARE).any().alias("worth"))
    held = keys.rename({"area": "part"}).join(moved, on="part").join(pairs, on=["area", "other"])
    ends = [held.select("file", "period", pl.col(end).alias("area"), "worth") for end in ("area", "other")]
    return pl.concat(ends).with_columns(pl.lit(value=True).alias("sure"))


def summed_key(area: str) -> str:
    """Key of the caveat that tells of a sum of municipalities in place of the published figure."""
    return f"{_key(area)}-sum"


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
