"""``raumwerk analyse scenario``: what levers change in a region, beside another scenario and as groups judge it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import polars as pl
import typer

from raumwerk.cli.analyse_places import region_case
from raumwerk.cli.analysis_files import read_flows, read_json, read_table, read_travel
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
from raumwerk.cli.analysis_release import centres_near, open_release, region_places
from raumwerk.cli.console import state
from raumwerk.errors import InputError, Problem

if TYPE_CHECKING:
    from raumwerk.analysis.flows import FlowMatrix
    from raumwerk.analysis.scenarios import Judgement, Scenario, ScenarioResult
    from raumwerk.analysis.travel import TravelMatrix
    from raumwerk.store.layout import Store

# Analyses are imported where they run: compilers and solvers take a second to load, and no other command should wait.
# ruff: noqa: PLC0415 - analyses are slow to load, and the other commands start at once without them
__all__ = ["scenario"]


def scenario(
    context: typer.Context,
    levers: Annotated[Path, typer.Argument(metavar="SCENARIO", help="JSON: name, levers, release, groups, seed.")],
    flows: Flows = None,
    *,
    against: Annotated[Path | None, typer.Option(help="Another scenario to set beside it (JSON).")] = None,
    region: Region = None,
    release: Release = None,
    travel: Travel = "line",
    ways: Annotated[
        Path | None, typer.Option(help="All pairs: origin,destination,minutes,kilometres, within areas too.")
    ] = None,
    decay: Annotated[
        float | None, typer.Option(help="How flows fall per minute.", show_default="fitted to the flows")
    ] = None,
    centres: Annotated[Path | None, typer.Option(help="Central places: area.")] = None,
    co2_per_km: Annotated[float, typer.Option(help="Kilograms of CO₂ per kilometre by car.")] = 0.0,
    car_share: Annotated[float, typer.Option(help="Share of the kilometres that are driven.")] = 1.0,
    land_per_resident: Annotated[float, typer.Option(help="Square metres for one more employed resident.")] = 0.0,
    land_per_job: Annotated[float, typer.Option(help="Square metres for one more job.")] = 0.0,
    access_target: Annotated[float, typer.Option(help="Minutes within which jobs count as reachable.")] = 30.0,
    origin_column: Origin = "origin",
    destination_column: Destination = "destination",
    flow_column: Flow = "flow",
    output: Output = None,
    as_json: AsJson = False,
) -> None:
    """Evaluate a scenario against the region as it is, and against another scenario.

    With --region: on the estimated flows inside the region of the release that SCENARIO names (else the current one);
    its central places are those of at least middle rank.

    Levers: **jobs** and **housing** (number by area; below 0 for an employer or an industry that closes),
    **centrality** (−1 to 1: jobs from or to centres), **telework_share**, **telework_days**, **hubs** (areas),
    **hub_share**, **hub_days**, **links** (first, second, minutes, kilometres), **public_transport_shift**. Groups:
    name → weight of **commuter_km, co2, access, self_containment, land**.

    Writes one row per area: **area** and **residents, jobs, internal, commuter_km, co2, access, self_containment,
    land**, each also with **_before** and, beside another scenario, **_against**.

    Example: `raumwerk analyse scenario closing.json --against hubs.json --region kali --co2-per-km 0.15`
    """
    from raumwerk.analysis.scenarios import Baseline, Scenario, evaluate

    plans = [Scenario.from_dict(read_json(path)) for path in (levers, against) if path is not None]
    facts: dict[str, Any] = {}
    places = [] if centres is None else read_table(centres, texts=["area"])["area"].drop_nulls().to_list()
    if (slug := source(flows, region)) is not None:
        store, release = state(context).store, _release_of(plans, release)
        matrix, matrix_ways, facts = region_case(store, slug, release, travel)
        places = places if centres is not None else _centres_of(store, release, matrix)
    elif flows is not None and ways is not None:
        matrix = read_flows(flows, origin=origin_column, destination=destination_column, flow=flow_column)
    else:
        raise InputError(Problem("--ways is missing", expected="minutes and kilometres of all pairs of the file"))
    if ways is not None:
        matrix_ways = read_travel(ways, kilometres="kilometres")
    baseline = Baseline(
        matrix, matrix_ways, _decay(matrix, matrix_ways) if decay is None else decay, places, co2_per_km, car_share,
        land_per_resident, land_per_job, access_target,
    )  # fmt: skip
    found = [evaluate(baseline, plan) for plan in plans]
    judged = _judged([baseline.result, *found])
    summary = {**_summary(baseline.result, found, judged), "decay": baseline.decay, **facts}
    summary["notes"] = [*_compared(found), *_said(judged), *facts.get("notes", [])]
    give(
        _table(baseline.result, found),
        summary,
        _change(baseline.result, found[0]),
        output,
        as_json=as_json,
        name="areas",
    )


def _release_of(plans: list[Scenario], wanted: str | None) -> str | None:
    """The one release that the command or the files name; None for the current one."""
    named = sorted({name for name in (wanted, *(plan.release for plan in plans)) if name})
    if len(named) > 1:
        raise InputError(Problem(f"the scenarios rest on the releases {', '.join(named)}", expected="one release",
                                 advice="Leave --release out, or change the files."))  # fmt: skip
    return named[0] if named else None


def _centres_of(store: Store, release: str | None, matrix: FlowMatrix) -> list[str]:
    held = open_release(store, release)
    near = centres_near(held, "MZ", region_places(held).filter(pl.col("area").is_in(matrix.codes)))
    return [code for code in near["area"] if code in matrix.position]


def _decay(matrix: FlowMatrix, ways: TravelMatrix) -> float:
    """How flows fall per minute, fitted to the flows."""
    from raumwerk.analysis.gravity import fit_gravity

    minutes = ways.select(origins=matrix.codes, destinations=matrix.codes).minutes
    return -fit_gravity(matrix, minutes).parameters["cost"]


def _judged(results: list[ScenarioResult]) -> Judgement | None:
    """All results as the groups of the files judge them; None when nothing differs."""
    from raumwerk.analysis.scenarios import OUTCOMES, judge

    if len({tuple(result.total[name] for name in OUTCOMES) for result in results}) < 2:
        return None
    groups = {name: weights for result in results for name, weights in result.scenario.groups.items()}
    return judge(results, groups, seed=results[1].scenario.seed)


def _summary(before: ScenarioResult, found: list[ScenarioResult], judged: Judgement | None) -> dict[str, Any]:
    summary: dict[str, Any] = {
        "scenario": found[0].scenario.name, "total": found[0].total, "before": before.total,
        "estimated_share": before.estimated_share, "masked_pairs": before.masked_pairs,
    }  # fmt: skip
    if len(found) > 1:
        summary["against"] = {"scenario": found[1].scenario.name, "total": found[1].total}
    if judged is not None:
        summary["judgement"] = {
            "scores": judged.scores.to_dicts(), "dissent": judged.dissent.to_dicts(),
            "ranks": judged.uncertainty.ranks.rename({"area": "scenario"}).to_dicts(),
            "beats": judged.uncertainty.beats.to_dicts(), "draws": judged.uncertainty.draws,
        }  # fmt: skip
    return summary


def _table(before: ScenarioResult, found: list[ScenarioResult]) -> pl.DataFrame:
    table = found[0].areas
    for result, end in zip((before, *found[1:]), ("before", "against"), strict=False):
        names = {name: f"{name}_{end}" for name in result.areas.columns if name != "area"}
        table = table.join(result.areas.rename(names), on="area", how="left", maintain_order="left")
    return table


def _change(before: ScenarioResult, found: ScenarioResult) -> str:
    kilometres, then = found.total["commuter_km"], before.total["commuter_km"]
    return (
        f"{found.scenario.name}: {kilometres:,.0f} km a day ({kilometres - then:+,.0f}); self-containment "
        f"{100 * found.total['self_containment']:.1f} % (before {100 * before.total['self_containment']:.1f} %)."
    )


def _compared(found: list[ScenarioResult]) -> list[str]:
    mine = found[0].total["commuter_km"]
    return [
        f"Beside it {other.scenario.name}: {other.total['commuter_km']:,.0f} km a day "
        f"({other.total['commuter_km'] - mine:+,.0f} against {found[0].scenario.name}); self-containment "
        f"{100 * other.total['self_containment']:.1f} %."
        for other in found[1:]
    ]


def _said(judged: Judgement | None) -> list[str]:
    if judged is None:
        return ["Nothing that counts differs from the region as it is."]
    lines = []
    for group in judged.scores["group"].unique(maintain_order=True):
        rows = judged.scores.filter(group=group).sort("rank", "scenario").select("rank", "scenario", "score").rows()
        lines.append(
            f"Judged by {group}: " + ", ".join(f"{rank}. {name} ({score:.2f})" for rank, name, score in rows) + "."
        )
    ranks = judged.uncertainty.ranks.rows(named=True)
    lines.append(
        f"Were all weights equally likely ({judged.uncertainty.draws:,} draws), ranks from 5 to 95 %: "
        + ", ".join(f"{row['area']} {row['rank_low']} to {row['rank_high']}" for row in ranks) + "."
    )  # fmt: skip
    return lines
