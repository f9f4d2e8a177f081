"""``raumwerk analyse``: the analyses of the library on files."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import polars as pl
import typer

from raumwerk.cli.analysis_files import (
    read_flows,
    read_json,
    read_mapping,
    read_numbers,
    read_table,
    read_travel,
    write_table,
)
from raumwerk.cli.analysis_release import region_flows
from raumwerk.cli.console import out, out_json, state
from raumwerk.errors import InputError, Problem

if TYPE_CHECKING:
    from raumwerk.analysis.regions import SelfContainment

# Analyses are imported where they run: compilers and solvers take a second to load, and no other command should wait.
# ruff: noqa: PLC0415

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True,
    help="Regional analyses on files: csv (UTF-8, comma or semicolon) or Parquet.",
    rich_markup_mode="markdown",
)


class _Rule(StrEnum):
    CLEAN = "clean"
    LMA34 = "lma34"


class _Constraint(StrEnum):
    DOUBLY = "doubly"
    PRODUCTION = "production"
    ATTRACTION = "attraction"
    UNCONSTRAINED = "unconstrained"


class _Decay(StrEnum):
    EXPONENTIAL = "exponential"
    POWER = "power"


class _Preset(StrEnum):
    UK = "uk"
    ITALY = "italy"
    GRW = "grw"


_Flows = Annotated[Path, typer.Argument(metavar="FLOWS", help="One row per pair of areas, the diagonal included.")]
_Origin = Annotated[str, typer.Option(help="Column with the area of residence.")]
_Destination = Annotated[str, typer.Option(help="Column with the area of the place of work.")]
_Flow = Annotated[str, typer.Option(help="Column with the number of people.")]
_Output = Annotated[Path | None, typer.Option(help="File to write (.csv or .parquet).")]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]


@app.command("functional-regions")
def regions(
    context: typer.Context,
    flows: Annotated[
        Path | None, typer.Argument(metavar="[FLOWS]", help="One row per pair of areas, the diagonal included.")
    ] = None,
    *,
    region: Annotated[
        str | None, typer.Option(help="Instead of FLOWS: a region of the current release, by its estimated flows.")
    ] = None,
    release: Annotated[str | None, typer.Option(help="Another release than the current one.")] = None,
    min_size: Annotated[float | None, typer.Option(help="Least employed residents of a region.")] = None,
    target_size: Annotated[float | None, typer.Option(help="From this size on the lower share is enough.")] = None,
    min_self_containment: Annotated[float | None, typer.Option(help="Lower share, e.g. 0.667.")] = None,
    target_self_containment: Annotated[
        float | None, typer.Option(help="Share a region of least size needs, e.g. 0.75.")
    ] = None,
    preset: Annotated[_Preset | None, typer.Option(help="Known parameters; single options change them.")] = None,
    rule: Annotated[_Rule, typer.Option(help="lma34: to the bit as LabourMarketAreas 3.4.")] = _Rule.CLEAN,
    origin_column: _Origin = "origin",
    destination_column: _Destination = "destination",
    flow_column: _Flow = "flow",
    output: _Output = None,
    as_json: _Json = False,
) -> None:
    """Group areas into functional regions after Coombes and Bond.

    Writes **area,region,reserve**: the code of the area, the code of the area with most jobs in its region (empty when
    no region could take it), and whether it was on the reserve list.
    """
    from raumwerk.analysis.regions import functional_regions

    parameters = _parameters(preset, min_size, target_size, min_self_containment, target_self_containment)
    source: dict[str, Any] = {}
    if region is not None and flows is None:
        matrix, identity = region_flows(state(context).store, region, release)
        source = {"release": identity, "period": matrix.date, "estimated": bool(matrix.is_estimated.any())}
    elif flows is not None and region is None:
        matrix = read_flows(flows, origin=origin_column, destination=destination_column, flow=flow_column)
    else:
        raise InputError(Problem("the flows are not named", expected="either a file of flows or --region"))
    found = functional_regions(matrix, parameters, rule=rule.value)
    table = found.areas.select("area", "region", "reserve")
    summary = {
        "areas": len(table),
        "regions": len(found.regions),
        "on_reserve_list": int(table["reserve"].sum()),
        "without_region": int(table["region"].null_count()),
        "left_out": found.left_out.to_dicts(),
        "iterations": found.iterations,
        "rule": found.rule,
        "masked_pairs": found.masked_pairs,
        **source,
    }
    text = (
        f"{summary['areas']} areas in {summary['regions']} regions; {summary['on_reserve_list']} came from the reserve "
        f"list, {summary['without_region']} have no region."
    )
    if source.get("estimated"):
        text += f" From estimated flows of release {source['release']}: a model, not a count."
    _give(table, summary, text, output, as_json=as_json, name="areas", more={"regions": found.regions})


@app.command()
def gravity(
    flows: _Flows,
    *,
    cost: Annotated[Path, typer.Option(help="Costs of all pairs: origin,destination,cost.")],
    constraint: Annotated[_Constraint, typer.Option(help="Which sums the model keeps.")] = _Constraint.DOUBLY,
    decay: Annotated[_Decay, typer.Option(help="How flows fall with cost.")] = _Decay.EXPONENTIAL,
    sizes: Annotated[
        Path | None, typer.Option(help="Sizes where sums are not kept: area,origin_size,destination_size.")
    ] = None,
    within: Annotated[bool, typer.Option(help="Whether flows within an area take part.")] = False,
    cost_column: Annotated[str, typer.Option(help="Column with the cost.")] = "cost",
    origin_column: _Origin = "origin",
    destination_column: _Destination = "destination",
    flow_column: _Flow = "flow",
    output: _Output = None,
    as_json: _Json = False,
) -> None:
    """Calibrate a gravity model to its maximum-likelihood parameters.

    Writes **origin,destination,observed,expected**.
    """
    from raumwerk.analysis.gravity import fit_gravity

    matrix = read_flows(flows, origin=origin_column, destination=destination_column, flow=flow_column)
    codes = list(matrix.codes)
    costs = read_travel(cost, minutes=cost_column).select(origins=codes, destinations=codes).minutes
    given: dict[str, Any] = {}
    if sizes is not None:
        table = read_table(sizes, texts=["area"], numbers=["origin_size", "destination_size"])
        for name in ("origin_size", "destination_size"):
            by_area = dict(table.select("area", name).rows())
            given[name] = [by_area.get(code) for code in codes]
    model = fit_gravity(matrix, costs, constraint=constraint.value, decay=decay.value, diagonal=within, **given)
    summary = {
        "constraint": model.constraint,
        "decay": model.decay,
        "parameters": model.parameters,
        "standard_errors": model.standard_errors,
        "fit": {name: getattr(model.fit, name) for name in model.fit.__dataclass_fields__},
        "iterations": model.iterations,
    }
    text = f"{model.constraint} constrained, {model.decay} decay: cost parameter {model.parameters['cost']:.9g}."
    _give(model.to_pairs(), summary, text, output, as_json=as_json, name="pairs")


@app.command()
def hubs(
    flows: _Flows,
    *,
    distances: Annotated[Path, typer.Option(help="Kilometres of all pairs: origin,destination,kilometres.")],
    hubs: Annotated[int, typer.Option("--hubs", help="How many hubs to open.")],
    candidates: Annotated[
        Path | None, typer.Option(help="Places that may become hubs: area.", show_default="all destinations")
    ] = None,
    share: Annotated[float, typer.Option(help="Share of workers who could use a hub.")] = 0.3,
    days: Annotated[float, typer.Option(help="Days a week they do.")] = 2.0,
    co2_per_km: Annotated[float, typer.Option(help="Kilograms of CO₂ per kilometre not driven.")] = 0.0,
    exact: Annotated[bool, typer.Option(help="Prove the best choice, or take the fast rule.")] = True,
    time_limit: Annotated[float, typer.Option(help="Seconds for the proof.")] = 60.0,
    origin_column: _Origin = "origin",
    destination_column: _Destination = "destination",
    flow_column: _Flow = "flow",
    output: _Output = None,
    as_json: _Json = False,
) -> None:
    """Find where satellite offices or co-working sites save most commuter-kilometres.

    Writes **area,hub,people,saved**: who uses which hub on a working day, and the kilometres saved, there and back.
    """
    from raumwerk.analysis.hubs import best_hubs, greedy_hubs

    matrix = read_flows(flows, origin=origin_column, destination=destination_column, flow=flow_column)
    travel = read_travel(distances, minutes=None, kilometres="kilometres")
    places = (
        list(travel.destinations)
        if candidates is None
        else read_table(candidates, texts=["area"])["area"].drop_nulls().to_list()
    )
    if exact:
        plan = best_hubs(matrix, travel, places, hubs=hubs, share=share, days=days, co2_per_km=co2_per_km,
                         time_limit=time_limit)  # fmt: skip
    else:
        plan = greedy_hubs(matrix, travel, places, hubs=hubs, share=share, days=days, co2_per_km=co2_per_km)
    summary = {
        "saved_km_per_day": plan.saved, "people_per_day": plan.people, "co2_kg_per_day": plan.co2,
        "upper_bound_km": plan.upper_bound, "gap": plan.gap, "optimal": plan.optimal, "hubs": plan.hubs.to_dicts(),
    }  # fmt: skip
    proof = "proven best" if plan.optimal else f"at most {100 * plan.gap:.2f} % below the best"
    text = f"{', '.join(plan.hubs['hub'])}: {plan.saved:,.0f} km a day saved by {plan.people:,.0f} people ({proof})."
    _give(plan.areas, summary, text, output, as_json=as_json, name="areas")


@app.command()
def access(
    times: Annotated[Path, typer.Argument(metavar="TIMES", help="Areas to centres: origin,destination,minutes.")],
    *,
    people: Annotated[Path, typer.Option(help="People in each area: area,people.")],
    target: Annotated[float, typer.Option(help="Minutes within which a centre should be reached.")],
    sides: Annotated[
        Path | None, typer.Option(help="Side of a border of each place: area,side; the other side does not count.")
    ] = None,
    output: _Output = None,
    as_json: _Json = False,
) -> None:
    """Time from each area to the nearest centre, and the people within a target.

    Writes **area,people,centre,minutes,within**.
    """
    from raumwerk.analysis.access import nearest_centre

    travel = read_travel(times)
    number = read_numbers(people, key="area", value="people")
    border = None if sides is None else read_mapping(sides, key="area", value="side")
    found = nearest_centre(travel, number, target=target, sides=border)
    summary = {
        "people": found.people, "within": found.within, "share_within": found.share_within,
        "unreachable": found.unreachable, "mean_minutes": found.mean_minutes, "target": found.target,
    }  # fmt: skip
    share = f"{100 * found.share_within:.1f} %"
    text = f"{found.within:,.0f} of {found.people:,.0f} people ({share}) within {target:g} minutes."
    _give(found.areas, summary, text, output, as_json=as_json, name="areas")


@app.command("compare-partitions")
def compare(
    first: Annotated[Path, typer.Argument(metavar="FIRST", help="area,region")],
    second: Annotated[Path, typer.Argument(metavar="SECOND", help="area,region")],
    *,
    weights: Annotated[
        Path | None, typer.Option(help="Weight of each area, e.g. employed people: area,weight.")
    ] = None,
    area_column: Annotated[str, typer.Option(help="Column with the area.")] = "area",
    region_column: Annotated[str, typer.Option(help="Column with the region in FIRST.")] = "region",
    second_region_column: Annotated[str, typer.Option(help="Column with the region in SECOND.")] = "region",
    output: _Output = None,
    as_json: _Json = False,
) -> None:
    """Measure how much two partitions of the same areas agree.

    Writes **first,second,weight**: the regions that correspond to each other.
    """
    from raumwerk.analysis.regions import compare_partitions

    one = read_mapping(first, key=area_column, value=region_column)
    two = read_mapping(second, key=area_column, value=second_region_column)
    weight = None if weights is None else read_numbers(weights, key="area", value="weight")
    found = compare_partitions(one, two, weights=weight)
    summary = {name: getattr(found, name) for name in found.__dataclass_fields__ if name != "matches"}
    text = (
        f"Adjusted Rand index {found.adjusted_rand:.4f}, normalised mutual information "
        f"{found.normalised_mutual_information:.4f}, variation of information "
        f"{found.variation_of_information:.4f} nats, {100 * found.same_region_share:.1f} % in regions that correspond."
    )
    _give(found.matches, summary, text, output, as_json=as_json, name="matches")


@app.command()
def scenario(
    levers: Annotated[Path, typer.Argument(metavar="SCENARIO", help="JSON: name, levers, release, groups, seed.")],
    flows: _Flows,
    *,
    ways: Annotated[Path, typer.Option(help="All pairs: origin,destination,minutes,kilometres, within areas too.")],
    decay: Annotated[
        float | None, typer.Option(help="How flows fall per minute.", show_default="fitted to the flows")
    ] = None,
    centres: Annotated[Path | None, typer.Option(help="Central places: area.")] = None,
    co2_per_km: Annotated[float, typer.Option(help="Kilograms of CO₂ per kilometre by car.")] = 0.0,
    car_share: Annotated[float, typer.Option(help="Share of the kilometres that are driven.")] = 1.0,
    land_per_resident: Annotated[float, typer.Option(help="Square metres for one more employed resident.")] = 0.0,
    land_per_job: Annotated[float, typer.Option(help="Square metres for one more job.")] = 0.0,
    access_target: Annotated[float, typer.Option(help="Minutes within which jobs count as reachable.")] = 30.0,
    origin_column: _Origin = "origin",
    destination_column: _Destination = "destination",
    flow_column: _Flow = "flow",
    output: _Output = None,
    as_json: _Json = False,
) -> None:
    """Evaluate a scenario against the region as it is.

    Writes one row per area: **area** and **residents, jobs, internal, commuter_km, co2, access, self_containment,
    land**, each also with **_before**.
    """
    from raumwerk.analysis.gravity import fit_gravity
    from raumwerk.analysis.scenarios import Baseline, Scenario, evaluate

    matrix = read_flows(flows, origin=origin_column, destination=destination_column, flow=flow_column)
    travel = read_travel(ways, kilometres="kilometres")
    if decay is None:
        minutes = travel.select(origins=matrix.codes, destinations=matrix.codes).minutes
        decay = -fit_gravity(matrix, minutes).parameters["cost"]
    places = [] if centres is None else read_table(centres, texts=["area"])["area"].drop_nulls().to_list()
    baseline = Baseline(matrix, travel, decay, places, co2_per_km, car_share, land_per_resident, land_per_job,
                        access_target)  # fmt: skip
    found = evaluate(baseline, Scenario.from_dict(read_json(levers)))
    before = baseline.result
    names = {name: f"{name}_before" for name in before.areas.columns if name != "area"}
    table = found.areas.join(before.areas.rename(names), on="area", how="left", maintain_order="left")
    summary = {
        "scenario": found.scenario.name, "decay": decay, "total": found.total, "before": before.total,
        "estimated_share": found.estimated_share,
    }  # fmt: skip
    change = found.total["commuter_km"] - before.total["commuter_km"]
    text = (
        f"{found.scenario.name}: {found.total['commuter_km']:,.0f} km a day ({change:+,.0f}); self-containment "
        f"{100 * found.total['self_containment']:.1f} % (before {100 * before.total['self_containment']:.1f} %)."
    )
    _give(table, summary, text, output, as_json=as_json, name="areas")


def _parameters(preset: Any, *numbers: float | None) -> SelfContainment:
    from raumwerk.analysis.regions import PRESETS, SelfContainment

    names = ("min_size", "target_size", "min_self_containment", "target_self_containment")
    known = PRESETS[preset.value] if preset is not None else None
    values = [
        number if number is not None else getattr(known, name, None)
        for name, number in zip(names, numbers, strict=True)
    ]
    missing = [name for name, value in zip(names, values, strict=True) if value is None]
    if missing:
        raise InputError(
            Problem(f"--{name.replace('_', '-')} is missing", expected="all four parameters, or --preset",
                    advice=f"Presets: {', '.join(PRESETS)}.")
            for name in missing
        )  # fmt: skip
    return SelfContainment(*(float(value) for value in values if value is not None))


def _give(
    table: pl.DataFrame,
    summary: dict[str, Any],
    text: str,
    output: Path | None,
    *,
    as_json: bool,
    name: str,
    more: dict[str, pl.DataFrame] | None = None,
) -> None:
    """Write the table when asked to, and print the summary (JSON holds the tables only when none is written)."""
    if output is not None:
        write_table(table, output)
    if as_json:
        tables = {} if output is not None else {name: table, **(more or {})}
        out_json({**summary, **{key: frame.to_dicts() for key, frame in tables.items()}})
        return
    out.print(text)
    if output is not None:
        out.print(f"Written: {output}")
