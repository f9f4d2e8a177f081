"""``raumwerk analyse hubs|access``: what depends on places and the ways between them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import polars as pl
import typer

from raumwerk.cli.analysis_files import read_flows, read_mapping, read_numbers, read_table, read_travel
from raumwerk.cli.analysis_options import (
    AsJson,
    Destination,
    Flow,
    Flows,
    Origin,
    Output,
    Region,
    Release,
    Travel,
    give,
    source,
)
from raumwerk.cli.analysis_release import (
    centres_near,
    members,
    model_facts,
    open_release,
    region_flows,
    region_places,
    travel_between,
)
from raumwerk.cli.console import state
from raumwerk.errors import InputError, Problem
from raumwerk.store.layout import Store
from raumwerk.tables.keys import Level

if TYPE_CHECKING:
    from raumwerk.analysis.access import Reach
    from raumwerk.analysis.flows import FlowMatrix
    from raumwerk.analysis.travel import TravelMatrix

# Analyses are imported where they run: compilers and solvers take a second to load, and no other command should wait.
# ruff: noqa: PLC0415 - analyses are slow to load, and the other commands start at once without them
__all__ = ["access", "hubs", "region_case"]


class _Rank(StrEnum):
    OZ = "OZ"
    MZ = "MZ"
    GZ = "GZ"


def hubs(
    context: typer.Context,
    flows: Flows = None,
    *,
    hubs: Annotated[int, typer.Option("--hubs", help="How many hubs to open.")],
    region: Region = None,
    release: Release = None,
    travel: Travel = "line",
    distances: Annotated[
        Path | None, typer.Option(help="Kilometres of all pairs: origin,destination,kilometres.")
    ] = None,
    candidates: Annotated[
        Path | None, typer.Option(help="Places that may become hubs: area.", show_default="all destinations")
    ] = None,
    share: Annotated[float, typer.Option(help="Share of workers who could use a hub.")] = 0.3,
    days: Annotated[float, typer.Option(help="Days a week they do.")] = 2.0,
    co2_per_km: Annotated[float, typer.Option(help="Kilograms of CO₂ per kilometre not driven.")] = 0.0,
    exact: Annotated[bool, typer.Option(help="Prove the best choice, or take the fast rule.")] = True,
    time_limit: Annotated[float, typer.Option(help="Seconds for the proof.")] = 60.0,
    origin_column: Origin = "origin",
    destination_column: Destination = "destination",
    flow_column: Flow = "flow",
    output: Output = None,
    as_json: AsJson = False,
) -> None:
    """Find where satellite offices or co-working sites save most commuter-kilometres.

    With --region: from the estimated flows inside the region, every municipality a candidate.

    Writes **area,hub,people,saved**: who uses which hub on a working day, and the kilometres saved, there and back.

    Example: `raumwerk analyse hubs --region mitte --hubs 10 --share 0.3 --days 2 --output hubs.csv`
    """
    from raumwerk.analysis.hubs import best_hubs, greedy_hubs

    facts: dict[str, Any] = {}
    if (slug := source(flows, region)) is not None:
        matrix, ways, facts = region_case(state(context).store, slug, release, travel)
        ways = ways if distances is None else read_travel(distances, minutes=None, kilometres="kilometres")
    elif flows is not None and distances is not None:
        matrix = read_flows(flows, origin=origin_column, destination=destination_column, flow=flow_column)
        ways = read_travel(distances, minutes=None, kilometres="kilometres")
    else:
        raise InputError(Problem("--distances is missing", expected="kilometres of all pairs of the file of flows"))
    places = (
        list(ways.destinations)
        if candidates is None
        else read_table(candidates, texts=["area"])["area"].drop_nulls().to_list()
    )
    if exact:
        plan = best_hubs(matrix, ways, places, hubs=hubs, share=share, days=days, co2_per_km=co2_per_km,
                         time_limit=time_limit)  # fmt: skip
    else:
        plan = greedy_hubs(matrix, ways, places, hubs=hubs, share=share, days=days, co2_per_km=co2_per_km)
    summary = {
        "saved_km_per_day": plan.saved, "people_per_day": plan.people, "co2_kg_per_day": plan.co2,
        "upper_bound_km": plan.upper_bound, "gap": plan.gap, "optimal": plan.optimal, "hubs": plan.hubs.to_dicts(),
        "share": share, "days": days, "estimated_share": plan.estimated_share, "masked_pairs": plan.masked_pairs,
        **facts,
    }  # fmt: skip
    proof = "proven best" if plan.optimal else f"at most {100 * plan.gap:.2f} % below the best"
    text = f"{', '.join(plan.hubs['hub'])}: {plan.saved:,.0f} km a day saved by {plan.people:,.0f} people ({proof})."
    give(plan.areas, summary, text, output, as_json=as_json, name="areas")


def access(
    context: typer.Context,
    times: Annotated[
        Path | None, typer.Argument(metavar="[TIMES]", help="Areas to centres: origin,destination,minutes.")
    ] = None,
    *,
    region: Region = None,
    release: Release = None,
    travel: Travel = "line",
    rank: Annotated[_Rank, typer.Option(help="With --region: centres of at least this rank.")] = _Rank.MZ,
    people: Annotated[Path | None, typer.Option(help="People in each area: area,people.")] = None,
    target: Annotated[
        float | None,
        typer.Option(help="Minutes within which a centre should be reached.", show_default="RIN 2008, with --region"),
    ] = None,
    sides: Annotated[
        Path | None, typer.Option(help="Side of a border of each place: area,side; the other side does not count.")
    ] = None,
    output: Output = None,
    as_json: AsJson = False,
) -> None:
    """Time from each area to the nearest centre, and the people within a target.

    With --region: to the central places of the plan on both sides of all borders; each area also with the nearest
    centre of its own state, and with the place where most of its out-commuters go by the estimated flows.

    Writes **area,people,centre,minutes,within**, for a region also **own_centre,own_minutes,own_within,
    main_destination,commutes_to_centre**.

    Example: `raumwerk analyse access times.csv --people people.csv --target 30 --sides states.csv`
    """
    from raumwerk.analysis.access import nearest_centre

    if (slug := source(times, region, what="times")) is not None:
        table, summary, text = _region_access(
            state(context).store, slug, release, travel, rank=rank.value, target=target,
            people=None if people is None else read_numbers(people, key="area", value="people"),
        )  # fmt: skip
    elif times is not None and people is not None and target is not None:
        number = read_numbers(people, key="area", value="people")
        border = None if sides is None else read_mapping(sides, key="area", value="side")
        found = nearest_centre(read_travel(times), number, target=target, sides=border)
        table, summary, text = found.areas, _reach(found), _reach_text(found)
    else:
        raise InputError(Problem("--people or --target is missing", expected="both beside a file of times"))
    give(table, summary, text, output, as_json=as_json, name="areas")


def _reach(found: Reach) -> dict[str, Any]:
    return {
        "people": found.people, "within": found.within, "share_within": found.share_within,
        "unreachable": found.unreachable, "mean_minutes": found.mean_minutes, "target": found.target,
    }  # fmt: skip


def _reach_text(found: Reach) -> str:
    share = f"{100 * found.share_within:.1f} %"
    return f"{found.within:,.0f} of {found.people:,.0f} people ({share}) within {found.target:g} minutes."


def _region_access(
    store: Store,
    slug: str,
    release: str | None,
    travel: str,
    *,
    rank: str,
    target: float | None,
    people: dict[str, float] | None,
) -> tuple[pl.DataFrame, dict[str, Any], str]:
    """Access to centres from the municipalities of a region, with and without state borders, beside the practice."""
    from raumwerk.analysis.access import RIN_TARGETS, nearest_centre
    from raumwerk.analysis.regions import nodal_hierarchy

    held = open_release(store, release)
    own = members(held, slug, Level.MUNICIPALITY)
    places = region_places(held).filter(pl.col("area").is_in(own))
    centres = centres_near(held, rank, places)
    ways = travel_between(travel, places, centres)
    number = people or dict(places.select("area", pl.col("people").fill_null(0)).rows())
    goal = target if target is not None else float(RIN_TARGETS[rank]["car"])
    free = nearest_centre(ways, number, target=goal)
    states = {code: code[:2] for code in (*ways.origins, *ways.destinations)}
    inside = nearest_centre(ways, number, target=goal, sides=states)
    flows, identity = region_flows(store, slug, held.id)
    facts, notes = model_facts(held, flows)
    practice = nodal_hierarchy(flows).select("area", pl.col("largest_destination").alias("main_destination"))
    same = inside.areas.select(
        "area", own_centre="centre", own_minutes="minutes", own_within="within"
    )  # fmt: skip
    table = free.areas.join(same, on="area", maintain_order="left").join(
        practice, on="area", how="left", maintain_order="left"
    )
    elsewhere = pl.when(pl.col("centre") != pl.col("area")).then(pl.col("main_destination") == pl.col("centre"))
    table = table.with_columns(elsewhere.alias("commutes_to_centre"))
    agree = table.filter(pl.col("commutes_to_centre").is_not_null())
    summary = {
        **_reach(free), "within_own_state": inside.within, "mean_minutes_own_state": inside.mean_minutes,
        "rank": rank, "centres": len(centres), "areas_without_centre": len(agree),
        "commute_mostly_to_nearest_centre": int(agree["commutes_to_centre"].sum()),
        "travel_source": ways.source, "travel_estimated": ways.estimated, **facts,
    }  # fmt: skip
    summary["notes"] = [
        f"With centres of the own state alone: {inside.within:,.0f} people ({100 * inside.share_within:.1f} %).",
        f"Minutes by car: {ways.source}. Public transport: not available until a timetable is loaded.",
        f"Of {len(agree)} municipalities that are no such centre themselves, most out-commuters of "
        f"{summary['commute_mostly_to_nearest_centre']} go to the nearest one, by a model:",
        *notes,
    ]
    return table, summary, f"{rank}, release {identity}: {_reach_text(free)}"


def region_case(
    store: Store, slug: str, release: str | None, travel: str
) -> tuple[FlowMatrix, TravelMatrix, dict[str, Any]]:
    """Estimated flows inside a region, the ways between its municipalities, and the facts that must be said."""
    flows, identity = region_flows(store, slug, release)
    held = open_release(store, identity)
    ways = travel_between(travel, region_places(held).filter(pl.col("area").is_in(flows.codes)))
    facts, notes = model_facts(held, flows)
    facts |= {"region": slug, "travel_source": ways.source, "travel_estimated": ways.estimated}
    facts["notes"] = [*notes, f"Ways by car: {ways.source}. Flows across the region's border are left out."]
    return flows, ways, facts
