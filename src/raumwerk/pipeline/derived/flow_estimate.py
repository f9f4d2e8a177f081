"""Estimated flows between the municipalities of each region, where only flows between districts are published.

The estimate itself is :func:`raumwerk.analysis.estimate.estimate_flows`; this step gathers what it needs: flows between
districts with bounds for what is not listed, jobs and employed residents of the municipalities, where they lie.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import polars as pl

from raumwerk.analysis.estimate.constants import INTERVALS, VALIDATION
from raumwerk.analysis.estimate.municipal import estimate_flows
from raumwerk.analysis.flows import FlowMatrix
from raumwerk.errors import InputError
from raumwerk.pipeline.derived.flow_groups import unlisted_upper
from raumwerk.tables.schemas import FLOW_ESTIMATES
from raumwerk.tables.status import STATUS_DTYPE, Status

__all__ = ["FlowEstimates", "flow_estimate", "municipal_margins"]

_WORKING_AGE = 0.64  # share of the inhabitants, only where their age is not known
_EMPLOYED = 0.6  # share of the working-age inhabitants, only where employees are counted nowhere around


@dataclass(frozen=True)
class FlowEstimates:
    """Table ``flow_estimates`` and what says how sure it is.

    Attributes
    ----------
    frame : polars.DataFrame
    notes : list of dict
        One for each region, for the manifest.
    accuracy : dict
        Texts and figures that stand beside every estimate; empty where nothing was estimated.
    """

    frame: pl.DataFrame
    notes: list[dict[str, Any]] = field(default_factory=list)
    accuracy: dict[str, Any] = field(default_factory=dict)


def flow_estimate(
    flows: pl.DataFrame,
    margins: pl.DataFrame,
    *,
    observations: pl.DataFrame,
    classes: pl.DataFrame,
    areas: pl.DataFrame,
    members: pl.DataFrame,
) -> FlowEstimates:
    """Estimate municipal flows for every region that has district flows with a diagonal but no municipal ones.

    Parameters
    ----------
    flows, margins : polars.DataFrame
        Released tables ``flows`` and ``flow_margins``, on the keys of the boundaries.
    observations, classes, areas, members : polars.DataFrame
        Released tables ``observations``, ``classes``, ``areas``, ``region_members``.

    Returns
    -------
    FlowEstimates
    """
    whole = (
        members.filter(perimeter="wider").select("region", pl.col("area").str.head(5)).unique().sort("region", "area")
    )
    districts = whole.group_by("region", maintain_order=True).agg("area")
    frames, notes, estimated = [FLOW_ESTIMATES.empty()], [], False
    for region, keys in districts.iter_rows():
        period = _period(flows, keys)
        if period is None or _measured(flows, keys):
            continue
        pairs, joint = _district_pairs(flows.filter(period=period, part="all", level="district"), margins, keys, period)
        ends = {*pairs["origin"], *pairs["destination"]}
        places = municipal_margins(observations, classes, areas, year=int(period[:4]))
        near = places.filter(pl.col("district").is_in(ends))
        matrix = FlowMatrix.from_pairs(pairs, flow="value", date=period)
        try:
            result = estimate_flows(near, matrix, region=keys, joint=joint)
        except InputError as error:  # e.g. one district alone: a region without an estimate is still a region
            notes.append(_impossible(region, period, error))
            continue
        estimated = True
        frames.append(
            result.pairs.select(
                pl.lit(region).alias("region"), "origin", "destination", pl.lit(period).alias("period"),
                "value", "lower", "upper", "status",
            )
        )  # fmt: skip
        notes.append(_note(region, period, result.pairs.height, result.margin_error))
    return FlowEstimates(pl.concat(frames), notes, _accuracy() if estimated else {})


def _period(flows: pl.DataFrame, keys: list[str]) -> str | None:
    """Newest date for which every district of the region has its internal commuters."""
    diagonal = flows.filter(
        pl.col("origin") == pl.col("destination"), pl.col("origin").is_in(keys), part="all", level="district"
    )
    full = diagonal.group_by("period").len().filter(pl.col("len") == len(keys))["period"]
    return str(full.max()) if full.len() else None


def _measured(flows: pl.DataFrame, keys: list[str]) -> bool:
    """Whether municipal flows were loaded for the region, so that nothing needs to be estimated."""
    return not flows.filter(pl.col("origin").str.head(5).is_in(keys), level="municipality").is_empty()


def _district_pairs(
    pairs: pl.DataFrame, margins: pl.DataFrame, keys: list[str], period: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Pairs that touch the region, absent ones within their bounds, and the sums of what is not listed."""
    columns = ("origin", "destination", "value", "lower", "upper", "status")
    touching = pl.col("origin").is_in(keys) | pl.col("destination").is_in(keys)
    listed = pairs.filter(touching).select(columns)
    every = pl.concat([pairs["origin"], pairs["destination"]]).unique().sort()
    cross = every.rename("origin").to_frame().join(every.rename("destination").to_frame(), how="cross")
    absent = cross.filter(touching & (pl.col("origin") != pl.col("destination"))).join(
        listed, on=["origin", "destination"], how="anti"
    )
    absent = absent.with_columns(pl.lit(period).alias("period"), pl.lit("district").alias("level"))
    bounded = unlisted_upper(absent, pairs, margins).filter(pl.col("upper") > 0)
    filled = bounded.select(
        "origin", "destination", pl.lit(None, dtype=pl.Float64).alias("value"), pl.lit(0.0).alias("lower"), "upper",
        pl.lit(Status.UNLISTED.value).cast(STATUS_DTYPE).alias("status"),
    )  # fmt: skip
    whole = pl.concat([listed, filled])
    return whole, _joint(whole, margins.filter(period=period, part="all", partner="nation"), keys)


def _joint(pairs: pl.DataFrame, nation: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """For each district of the region and direction: what its total leaves for the pairs without a value."""
    groups = []
    for direction, near in (("out", "origin"), ("in", "destination")):
        here = pairs.filter(pl.col(near).is_in(keys), pl.col("origin") != pl.col("destination"))
        known = here.group_by(pl.col(near).alias("area")).agg(pl.col("value").sum().alias("known"))
        left = nation.filter(direction=direction).join(known, on="area").select(
            "area", (pl.col("lower") - pl.col("known")).clip(0).alias("least"),
            (pl.col("upper") - pl.col("known")).clip(0).alias("most"),
        )  # fmt: skip
        cells = here.filter(pl.col("value").is_null()).join(left, left_on=near, right_on="area", coalesce=False)
        room = cells.group_by("area").agg(pl.col("upper").sum().alias("room"), pl.col("lower").sum().alias("floor"))
        groups.append(
            cells.join(room, on="area").select(
                pl.format("{} {}", "area", pl.lit(direction)).alias("group"), "origin", "destination",
                pl.min_horizontal("least", "room").alias("lower"), pl.max_horizontal("most", "floor").alias("upper"),
            )
        )  # fmt: skip
    return pl.concat(groups)


def municipal_margins(
    observations: pl.DataFrame, classes: pl.DataFrame, areas: pl.DataFrame, *, year: int
) -> pl.DataFrame:
    """Jobs and employed residents of every inhabited municipality, as near to a year as there are figures.

    Jobs are the employees at work (of mid-2020 where 2019 is wanted: rounded to 10, but complete). Residents are the
    employees by residence: of the municipality where it is counted alone, else its share of its association's by
    inhabitants of working age, else its share of what the district has left.

    Returns
    -------
    polars.DataFrame
        ``area, district``; ``residents, jobs, internal`` (persons; internal null where not counted); ``longitude,
        latitude`` (degrees).
    """
    places = areas.filter(pl.col("longitude").is_not_null(), level="municipality", inhabited=True).select(
        "area", pl.col("area").str.head(5).alias("district"), "association", "longitude", "latitude"
    )
    for measure, name in (
        ("employees_work", "jobs"), ("population_15_64", "weight"), ("population", "people"),
        ("employees_residence", "residents"),
    ):  # fmt: skip
        found = _nearest(observations, measure, year).rename({"value": name})
        places = places.join(found, on="area", how="left", maintain_order="left")
    places = places.with_columns(pl.coalesce("weight", pl.col("people") * _WORKING_AGE).fill_null(0).alias("weight"))
    employed = _nearest(observations, "employees_residence", year).rename({"value": "whole"})
    links = classes.filter(scheme="inkar_association").sort("period").unique("area", keep="last")
    places = places.join(
        links.select("area", pl.col("code").alias("inkar")), on="area", how="left", maintain_order="left"
    )
    for group in ("association", "inkar", "district"):
        places = _shared(places, group, employed)
    then = pl.col("value").is_not_null() & pl.col("period").str.starts_with(str(year))
    counted = (
        observations.filter(then, measure="commuters_internal")
        .select("area", pl.col("value").alias("internal"))
        .unique("area", keep="first")
    )
    places = places.with_columns(
        pl.coalesce("residents", pl.col("weight") * _EMPLOYED).alias("residents"), pl.col("jobs").fill_null(0)
    ).join(counted, on="area", how="left", maintain_order="left")
    return places.select(
        "area", "district", "residents", "jobs",
        pl.when(pl.col("internal") <= pl.min_horizontal("residents", "jobs")).then("internal").alias("internal"),
        "longitude", "latitude",
    ).sort("area")  # fmt: skip


def _shared(places: pl.DataFrame, group: str, employed: pl.DataFrame) -> pl.DataFrame:
    """Give those still without residents their share of what the counted total of a group leaves, by working age."""
    joined = places.join(employed.rename({"area": group}), on=group, how="left", maintain_order="left")
    lacking = pl.col("residents").is_null()
    weight = pl.when(lacking).then("weight").otherwise(0.0)
    left = (pl.col("whole") - pl.col("residents").fill_null(0).sum().over(group)).clip(0)
    share = pl.when(weight.sum().over(group) > 0).then(left * weight / weight.sum().over(group))
    return joined.with_columns(pl.when(lacking).then(share).otherwise("residents").alias("residents")).drop("whole")


def _nearest(observations: pl.DataFrame, measure: str, year: int) -> pl.DataFrame:
    """The value of the year nearest to the wanted one, of every area; of two equally near the later."""
    rows = observations.filter(pl.col("measure") == measure, pl.col("value").is_not_null())
    when = pl.col("period").str.head(4).cast(pl.Int64)
    ordered = rows.with_columns((when - year).abs().alias("gap")).sort(
        "area", "gap", "period", descending=[False, False, True]
    )
    return ordered.unique("area", keep="first", maintain_order=True).select("area", "value")


def _accuracy() -> dict[str, Any]:
    """What was measured where the truth is known (docs/estimate-accuracy.md)."""
    cpc = {country.lower(): accuracy.cpc for country, accuracy in VALIDATION.items()}
    low, high = min(cpc.values()), max(cpc.values())
    classes = [
        {"within": one.within, "lower": one.lower, "upper": one.upper, "typical_error": one.typical_error,
         "low": one.low, "high": one.high}
        for one in INTERVALS
    ]  # fmt: skip
    return {
        **{f"cpc_{country}": value for country, value in cpc.items()},
        "classes": classes,
        "text_de": "Ströme zwischen Gemeinden sind geschätzt. Wo die Wahrheit bekannt ist, in Belgien und der Schweiz, "
        f"ordnet dasselbe Verfahren {100 * low:.0f} bis {100 * high:.0f} % der Menschen der richtigen Beziehung "
        "zu. Summen zwischen Kreisen sind gemessen und werden genau eingehalten.",
        "text_en": "Flows between municipalities are estimated. Where the truth is known, in Belgium and Switzerland, "
        f"the same method puts {low:.0%} to {high:.0%} of the people into the right relation. Sums between districts "
        "are measured and kept exactly.",
    }


def _impossible(region: str, period: str, error: InputError) -> dict[str, Any]:
    """Why nothing was estimated for a region."""
    return {
        "kind": "missing", "region": region, "period": period, "table": "flow_estimates", "reason": str(error),
        "text_de": f"Ströme zwischen Gemeinden lassen sich nicht schätzen ({region}, {period}): die Kreise der Region "
        "reichen dafür nicht aus.",
        "text_en": f"Flows between municipalities cannot be estimated ({region}, {period}): the districts of the "
        "region do not suffice.",
    }  # fmt: skip


def _note(region: str, period: str, pairs: int, miss: float) -> dict[str, Any]:
    """What was estimated, and by how many people a margin of a municipality was missed at most."""
    return {
        "kind": "estimate", "region": region, "period": period, "table": "flow_estimates", "pairs": pairs,
        "largest_miss": round(miss, 6),
        "text_de": f"Die {pairs} Ströme zwischen Gemeinden ({region}, {period}) sind geschätzt, nicht gezählt.",
        "text_en": f"The {pairs} flows between municipalities ({region}, {period}) are estimated, not counted.",
    }  # fmt: skip
