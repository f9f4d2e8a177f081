"""Commuters of each area as observations, from flows and their printed totals."""

from __future__ import annotations

from typing import Any

import polars as pl

from raumwerk.tables.schemas import OBSERVATIONS
from raumwerk.tables.status import STATUS_DTYPE, Status, combine_status, sum_bounded

__all__ = ["commuter_observations", "internal_commuters"]

_BOUNDED = ["value", "lower", "upper"]
_NAMES = OBSERVATIONS.schema.names()
#: Two derivations of the same figure that differ by more than this share are worth a caveat.
_DIFFER = 0.02


def internal_commuters(observations: pl.DataFrame, margins: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """People who live and work in the same area: no file of the agency holds them, so they are computed.

    Employees by residence less out-commuters give the value; employees at work less in-commuters give the same figure
    a second time, and the two are its bounds. An observation ``commuters_internal`` (the agency's municipal workbook,
    or a compiled table) takes precedence.

    Parameters
    ----------
    observations : polars.DataFrame
        Table ``observations`` on the keys of the files.
    margins : polars.DataFrame
        Table ``flow_margins`` on the same keys, one row for each partner.

    Returns
    -------
    tuple of polars.DataFrame
        ``area, period, value, lower, upper, status, file, caveat`` and rows of table ``caveats``.
    """
    given = _observed(observations, "commuters_internal")
    sides = []
    for direction, measure, partner in (("out", "employees_residence", "total"), ("in", "employees_work", "total")):
        totals = margins.filter(direction=direction, part="all", partner=partner).select("area", "period", "value")
        employees = _observed(observations, measure)
        sides.append(
            employees.join(totals, on=["area", "period"], suffix="_commuters")
            .filter(pl.col("value").is_not_null() & pl.col("value_commuters").is_not_null())
            .select("area", "period", (pl.col("value") - pl.col("value_commuters")).clip(0).alias(direction), "file")
        )
    both = sides[0].join(sides[1].drop("file"), on=["area", "period"], how="left")
    computed = both.select(
        "area", "period", pl.col("out").alias("value"), pl.min_horizontal("out", "in").alias("lower"),
        pl.max_horizontal("out", "in").alias("upper"),
        pl.lit(Status.ROUNDED.value).cast(STATUS_DTYPE).alias("status"), "file",
        pl.when((pl.col("out") - pl.col("in")).abs() > _DIFFER * pl.col("out"))
        .then(pl.lit("commuters:internal_derivations_differ")).otherwise(pl.lit(None, dtype=pl.String)).alias("caveat"),
    )  # fmt: skip
    computed = computed.join(given, on=["area", "period"], how="anti")
    flagged = computed.filter(pl.col("caveat").is_not_null()).select("caveat", "file").unique()
    texts = flagged.select(
        "caveat",
        pl.lit(
            "Die Binnenpendler sind berechnet (Beschäftigte am Wohnort weniger Auspendler). Die zweite Berechnung "
            "(Beschäftigte am Arbeitsort weniger Einpendler) weicht um mehr als 2 % ab; beide sind die Grenzen."
        ).alias("text_de"),
        pl.lit(
            "Commuters within the area are computed (employees by residence less out-commuters). The second "
            "computation (employees at work less in-commuters) differs by more than 2 %; both are given as bounds."
        ).alias("text_en"),
        "file",
    )
    return pl.concat([given, computed.select(given.columns)]), texts


def _observed(observations: pl.DataFrame, measure: str) -> pl.DataFrame:
    """One value for each area and period; of several files the surest."""
    rows = observations.filter(pl.col("measure") == measure, pl.col("value").is_not_null())
    first = rows.sort(pl.col("upper") - pl.col("lower"), "file").unique(["area", "period"], keep="first")
    return first.select("area", "period", *_BOUNDED, "status", "file", "caveat").sort("area", "period")


def commuter_observations(flows: pl.DataFrame, margins: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Out-, in- and internal commuters of municipalities, districts and regions, and those who cross a state border.

    ``commuters_listed_*`` count the listed pairs only; they exist for every edition and compare across editions.
    ``commuters_crossing_*`` count everybody and need the printed totals of the states. For a region, commuters between
    its districts are internal; absent pairs between them leave bounds.

    Parameters
    ----------
    flows, margins : polars.DataFrame
        Released tables, on the keys of the boundaries.
    members : polars.DataFrame
        Table ``region_members``.

    Returns
    -------
    polars.DataFrame
        Rows of table ``observations``.
    """
    pairs = flows.filter(part="all")
    printed = margins.filter(part="all")
    crossing = pl.col("origin").str.head(2) != pl.col("destination").str.head(2)
    off_diagonal = pairs.filter(pl.col("origin") != pl.col("destination"))
    frames = [
        _named(
            pairs.filter(pl.col("origin") == pl.col("destination")).rename({"origin": "area"}), "commuters_internal"
        ),
        _named(printed.filter(direction="out", partner="total"), "commuters_out"),
        _named(printed.filter(direction="in", partner="total"), "commuters_in"),
        _named(printed.filter(direction="in", partner="nation"), "commuters_in_nation"),
    ]
    for side, direction in (("origin", "out"), ("destination", "in")):
        frames.append(_listed(off_diagonal, side, f"commuters_listed_{direction}"))
        frames.append(_listed(off_diagonal.filter(crossing), side, f"commuters_listed_crossing_{direction}"))
        frames.append(_across(printed.filter(direction=direction), f"commuters_crossing_{direction}"))
    frames.append(_regions(pairs, printed, members))
    frames.append(_states(pl.concat(frames)))
    return pl.concat(frames)


def _states(observed: pl.DataFrame) -> pl.DataFrame:
    """Commuters of the states: who leaves a district but not its state is internal to the state."""
    districts = observed.filter(pl.col("area").str.contains(r"^\d{5}$"))
    key = ["state", "period"]
    state = pl.col("area").str.head(2).alias("state")
    summed = {
        measure: districts.filter(measure=measure).group_by(state, "period").agg(
            pl.len().alias("count"), *sum_bounded(), pl.col("file").first(), pl.col("caveat").drop_nulls().first()
        )
        for measure in ("commuters_out", "commuters_in", "commuters_in_nation", "commuters_internal",
                        "commuters_crossing_out", "commuters_crossing_in")
    }  # fmt: skip
    abroad = _combined(summed["commuters_in"], summed["commuters_in_nation"], key, -1)
    inside = _combined(summed["commuters_out"], summed["commuters_crossing_out"], key, -1)
    made = {
        "commuters_out": summed["commuters_crossing_out"],
        "commuters_in": _combined(summed["commuters_crossing_in"], abroad, key, 1),
        "commuters_internal": _combined(summed["commuters_internal"], inside, key, 1),
    }
    whole = summed["commuters_out"].select(*key, "count")
    return pl.concat(
        _named(frame.join(whole, on=[*key, "count"]).rename({"state": "area"}), measure)
        for measure, frame in made.items()
    )


def _combined(first: pl.DataFrame, second: pl.DataFrame, key: list[str], sign: int) -> pl.DataFrame:
    """First plus (or less) second, with bounds; only where both cover the same number of districts."""
    both = first.join(second, on=[*key, "count"], suffix="_2")
    low, high = ("lower", "upper") if sign > 0 else ("upper", "lower")
    return both.select(
        *key, "count", (pl.col("value") + sign * pl.col("value_2")).alias("value"),
        (pl.col("lower") + sign * pl.col(f"{low}_2")).clip(0).alias("lower"),
        (pl.col("upper") + sign * pl.col(f"{high}_2")).alias("upper"),
        pl.when(pl.col("status_2").to_physical() > pl.col("status").to_physical()).then("status_2").otherwise("status")
        .alias("status"), "file", pl.coalesce("caveat", "caveat_2").alias("caveat"),
    )  # fmt: skip


def _named(frame: pl.DataFrame, measure: str) -> pl.DataFrame:
    return frame.with_columns(pl.lit(measure).alias("measure")).select(_NAMES)


def _listed(pairs: pl.DataFrame, side: str, measure: str) -> pl.DataFrame:
    """People in listed pairs: their number is known even where an absent pair was joined to a listed one."""
    sums = pairs.group_by(pl.col(side).alias("area"), "period").agg(
        pl.coalesce("value", "lower").sum().alias("value"),
        pl.col("lower").sum(),
        pl.when(pl.col("value").is_null()).then("lower").otherwise("upper").sum().alias("upper"),
        pl.when(pl.col("status") == Status.UNLISTED.value).then(pl.lit(Status.MEASURED.value))
        .otherwise(pl.col("status").cast(pl.String)).cast(STATUS_DTYPE).max().alias("status"),
        pl.col("file").drop_nulls().first(),
        pl.col("caveat").drop_nulls().first(),
    )  # fmt: skip
    return _named(sums, measure)


def _across(printed: pl.DataFrame, measure: str) -> pl.DataFrame:
    """Everybody who crosses a state border: the total of the nation less that of the own state."""
    nation = printed.filter(partner="nation")
    state = pl.col("area").str.head(2)
    own = printed.filter(pl.col("partner") == state)
    # a district that is a state of its own (Berlin, Hamburg) has no partner in it
    alone = nation.filter(pl.col("area").n_unique().over("period", state) == 1)
    nobody = alone.join(own, on=["period", "area"], how="anti").with_columns(
        *(pl.lit(0.0).alias(name) for name in _BOUNDED),
        pl.lit(Status.MEASURED.value).cast(STATUS_DTYPE).alias("status"),
    )
    both = nation.join(pl.concat([own, nobody]), on=["period", "area"], suffix="_own")
    both = both.filter(pl.col("area").is_in(own["area"].implode()) | pl.col("area").is_in(alone["area"].implode()))
    return _named(
        both.with_columns(
            (pl.col("value") - pl.col("value_own")).alias("value"),
            (pl.col("lower") - pl.col("upper_own")).clip(0).alias("lower"),
            (pl.col("upper") - pl.col("lower_own")).alias("upper"),
            pl.when(pl.col("status_own").to_physical() > pl.col("status").to_physical())
            .then("status_own")
            .otherwise("status")
            .alias("status"),
        ),
        measure,
    )


def _regions(pairs: pl.DataFrame, printed: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Commuters of regions, whose districts are taken together."""
    districts = members.filter(perimeter="wider", level="district").select("region", "area")
    frames: list[pl.DataFrame] = []
    for region, keys in districts.group_by("region", maintain_order=True).agg("area").iter_rows():
        ends = pl.col("origin").is_in(keys) & pl.col("destination").is_in(keys)
        within = pairs.filter(ends & (pl.col("level") == "district"))
        for period in within["period"].unique().sort():
            frames += _region(region, keys, period, within.filter(period=period), printed.filter(period=period))
    return pl.concat(frames) if frames else OBSERVATIONS.empty()


def _region(
    region: str, keys: list[str], period: str, within: pl.DataFrame, printed: pl.DataFrame
) -> list[pl.DataFrame]:
    diagonal = within.filter(pl.col("origin") == pl.col("destination"))
    between = within.filter(pl.col("origin") != pl.col("destination"))
    known = between.filter(pl.col("value").is_not_null())["value"]
    threshold = max(float(known.min() or 10) - 1, 0) if known.len() else 9.0  # type: ignore[arg-type]  # a column of numbers
    absent = len(keys) * (len(keys) - 1) - between.height
    moving = _total(between) | {"absent": absent * threshold}
    frames = []
    for direction in ("out", "in"):
        rows = printed.filter(pl.col("area").is_in(keys), direction=direction, partner="total")
        if rows.height == len(keys):
            frames.append(_row(region, period, f"commuters_{direction}", _less(_total(rows), moving), rows))
    if diagonal.height == len(keys):
        frames.append(_row(region, period, "commuters_internal", _plus(_total(diagonal), moving), diagonal))
    return frames


def _total(rows: pl.DataFrame) -> dict[str, Any]:
    summed = rows.select(
        pl.when(pl.col("value").is_null().any()).then(None).otherwise(pl.col("value").sum()).alias("value"),
        pl.col("lower").sum(), pl.col("upper").sum(), combine_status().alias("status"),
    )  # fmt: skip
    return summed.row(0, named=True)


def _less(whole: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    lower, upper = whole["lower"] - part["upper"] - part["absent"], whole["upper"] - part["lower"]
    return _sure(whole, part, -1, max(lower, 0.0), upper)


def _plus(whole: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    return _sure(whole, part, 1, whole["lower"] + part["lower"], whole["upper"] + part["upper"] + part["absent"])


def _sure(whole: dict[str, Any], part: dict[str, Any], sign: int, lower: float, upper: float) -> dict[str, Any]:
    """Value where every pair is known; only bounds where some are absent."""
    order = [status.value for status in Status]
    known = whole["value"] is not None and part["value"] is not None and not part["absent"]
    statuses = [status for status in (whole["status"], part["status"]) if status is not None]
    if part["absent"]:
        statuses.append(Status.UNLISTED.value)
    return {
        "value": whole["value"] + sign * part["value"] if known else None,
        "lower": lower,
        "upper": upper,
        "status": max(statuses, key=order.index),
    }


def _row(region: str, period: str, measure: str, number: dict[str, Any], rows: pl.DataFrame) -> pl.DataFrame:
    caveats = rows["caveat"].drop_nulls()
    entry = {
        "measure": measure, "area": region, "period": period, **number, "file": rows["file"].drop_nulls()[0],
        "caveat": caveats[0] if caveats.len() else None,
    }  # fmt: skip
    return pl.DataFrame([entry], schema=OBSERVATIONS.schema).select(_NAMES)
