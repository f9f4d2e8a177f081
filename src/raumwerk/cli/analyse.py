"""``raumwerk analyse``: the analyses of the library, on a region of the current release or on files."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import polars as pl
import typer

from raumwerk.cli import analyse_places, analyse_scenario
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
from raumwerk.cli.analysis_partitions import against_classes
from raumwerk.cli.analysis_release import (
    district_flows,
    district_places,
    members,
    model_facts,
    open_release,
    region_flows,
    travel_between,
)
from raumwerk.cli.console import state
from raumwerk.errors import InputError, Problem
from raumwerk.tables.keys import Level

if TYPE_CHECKING:
    from raumwerk.analysis.regions import SelfContainment

# Analyses are imported where they run: compilers and solvers take a second to load, and no other command should wait.
# ruff: noqa: PLC0415 - analyses are slow to load, and the other commands start at once without them
__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True,
    help="Regional analyses on a region of the release or on files: csv (UTF-8, comma or semicolon) or Parquet.",
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


@app.command("functional-regions")
def regions(
    context: typer.Context,
    flows: Flows = None,
    *,
    region: Region = None,
    release: Release = None,
    min_size: Annotated[float | None, typer.Option(help="Least employed residents of a region.")] = None,
    target_size: Annotated[float | None, typer.Option(help="From this size on the lower share is enough.")] = None,
    min_self_containment: Annotated[float | None, typer.Option(help="Lower share, e.g. 0.667.")] = None,
    target_self_containment: Annotated[
        float | None, typer.Option(help="Share a region of least size needs, e.g. 0.75.")
    ] = None,
    preset: Annotated[_Preset | None, typer.Option(help="Known parameters; single options change them.")] = None,
    rule: Annotated[_Rule, typer.Option(help="lma34: to the bit as LabourMarketAreas 3.4.")] = _Rule.CLEAN,
    origin_column: Origin = "origin",
    destination_column: Destination = "destination",
    flow_column: Flow = "flow",
    output: Output = None,
    as_json: AsJson = False,
) -> None:
    """Group areas into functional regions after Coombes and Bond.

    Writes **area,region,reserve**: the code of the area, the code of the area with most jobs in its region (empty when
    no region could take it), and whether it was on the reserve list.

    Example: `raumwerk analyse functional-regions flows.csv --preset uk --output regions.csv`
    """
    from raumwerk.analysis.regions import functional_regions

    parameters = _parameters(preset, min_size, target_size, min_self_containment, target_self_containment)
    facts: dict[str, Any] = {}
    if (slug := source(flows, region)) is not None:
        store = state(context).store
        matrix, identity = region_flows(store, slug, release)
        facts, notes = model_facts(open_release(store, identity), matrix)
        facts["notes"] = notes
    elif flows is not None:
        matrix = read_flows(flows, origin=origin_column, destination=destination_column, flow=flow_column)
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
        "estimated_share": found.estimated_share,
        **facts,
    }
    text = (
        f"{summary['areas']} areas in {summary['regions']} regions; {summary['on_reserve_list']} came from the reserve "
        f"list, {summary['without_region']} have no region."
    )
    give(table, summary, text, output, as_json=as_json, name="areas", more={"regions": found.regions})


@app.command()
def gravity(
    context: typer.Context,
    flows: Flows = None,
    *,
    region: Region = None,
    release: Release = None,
    travel: Travel = "line",
    cost: Annotated[Path | None, typer.Option(help="Costs of all pairs: origin,destination,cost.")] = None,
    constraint: Annotated[_Constraint, typer.Option(help="Which sums the model keeps.")] = _Constraint.DOUBLY,
    decay: Annotated[_Decay, typer.Option(help="How flows fall with cost.")] = _Decay.EXPONENTIAL,
    sizes: Annotated[
        Path | None, typer.Option(help="Sizes where sums are not kept: area,origin_size,destination_size.")
    ] = None,
    within: Annotated[bool, typer.Option(help="Whether flows within an area take part.")] = False,
    cost_column: Annotated[str, typer.Option(help="Column with the cost.")] = "cost",
    origin_column: Origin = "origin",
    destination_column: Destination = "destination",
    flow_column: Flow = "flow",
    output: Output = None,
    as_json: AsJson = False,
) -> None:
    """Calibrate a gravity model to its maximum-likelihood parameters.

    With --region: from the counted flows between all districts, by minutes; a pair that is not listed counts as
    unknown within its bounds. The pairs of the region's districts are written.

    Writes **origin,destination,observed,expected,status** (of the observed flow).

    Example: `raumwerk analyse gravity flows.csv --cost minutes.csv --decay power --output expected.csv`
    """
    from raumwerk.analysis.gravity import fit_gravity

    facts: dict[str, Any] = {}
    if (slug := source(flows, region)) is not None:
        held = open_release(state(context).store, release)
        near = members(held, slug, Level.DISTRICT)
        matrix = district_flows(held)
        places = district_places(held).filter(pl.col("area").is_in(matrix.codes))
        ways = read_travel(cost, minutes=cost_column) if cost is not None else travel_between(travel, places)
        facts, notes = model_facts(held, matrix)
        facts |= {"districts": len(matrix), "cost_source": ways.source, "notes": [*notes, f"Cost: {ways.source}."]}
    elif flows is not None and cost is not None:
        matrix = read_flows(flows, origin=origin_column, destination=destination_column, flow=flow_column)
        near, ways = list(matrix.codes), read_travel(cost, minutes=cost_column)
    else:
        raise InputError(Problem("--cost is missing", expected="costs of all pairs of the file of flows"))
    codes = list(matrix.codes)
    costs = ways.select(origins=codes, destinations=codes).minutes
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
        "estimated_share": model.estimated_share,
        "masked_pairs": model.masked_pairs,
        **facts,
    }
    text = f"{model.constraint} constrained, {model.decay} decay: cost parameter {model.parameters['cost']:.9g}."
    pairs = model.to_pairs().filter(pl.col("origin").is_in(near) | pl.col("destination").is_in(near))
    give(pairs, summary, text, output, as_json=as_json, name="pairs")


@app.command("compare-partitions")
def compare(
    context: typer.Context,
    first: Annotated[Path | None, typer.Argument(metavar="[FIRST]", help="area,region")] = None,
    second: Annotated[Path | None, typer.Argument(metavar="[SECOND]", help="area,region")] = None,
    *,
    region: Region = None,
    release: Release = None,
    scheme: Annotated[
        str, typer.Option(help="With --region: the classes to compare with, e.g. mittelbereich, planning_region.")
    ] = "labour_market_region",
    preset: Annotated[
        _Preset | None, typer.Option(help="Functional regions compared with the classes.", show_default="grw or uk")
    ] = None,
    weights: Annotated[
        Path | None, typer.Option(help="Weight of each area, e.g. employed people: area,weight.")
    ] = None,
    area_column: Annotated[str, typer.Option(help="Column with the area.")] = "area",
    region_column: Annotated[str, typer.Option(help="Column with the region in FIRST.")] = "region",
    second_region_column: Annotated[str, typer.Option(help="Column with the region in SECOND.")] = "region",
    output: Output = None,
    as_json: AsJson = False,
) -> None:
    """Measure how much two partitions of the same areas agree.

    With --region: FIRST, or functional regions made from the flows of the release (counted ones between all districts,
    estimated ones between municipalities), against the classes of the release, on the areas of the region.

    Writes **first,second,weight**: the regions that correspond to each other.

    Example: `raumwerk analyse compare-partitions regions.csv official.csv --weights employed.csv`
    """
    from raumwerk.analysis.regions import compare_partitions

    one = None if first is None else read_mapping(first, key=area_column, value=region_column)
    weight = None if weights is None else read_numbers(weights, key="area", value="weight")
    facts: dict[str, Any] = {}
    if region is not None and second is None:
        held = open_release(state(context).store, release)
        one, two, weight, facts = against_classes(
            held, region, scheme, None if preset is None else preset.value, given=one, weights=weight
        )
    elif one is not None and second is not None and region is None:
        two = read_mapping(second, key=area_column, value=second_region_column)
    else:
        raise InputError(Problem("the partitions are not named", expected="two files, or --region and at most one"))
    found = compare_partitions(one, two, weights=weight)
    summary = {name: getattr(found, name) for name in found.__dataclass_fields__ if name != "matches"} | facts
    text = (
        f"Adjusted Rand index {found.adjusted_rand:.4f}, normalised mutual information "
        f"{found.normalised_mutual_information:.4f}, variation of information "
        f"{found.variation_of_information:.4f} nats, {100 * found.same_region_share:.1f} % in regions that correspond."
    )
    give(found.matches, summary, text, output, as_json=as_json, name="matches")


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


app.command()(analyse_places.hubs)
app.command()(analyse_places.access)
app.command()(analyse_scenario.scenario)
