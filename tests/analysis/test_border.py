"""Border effect: recovered where it is known, its interval honest, its refusals clear."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from raumwerk.analysis.border import border_effect
from raumwerk.analysis.estimate.places import great_circle
from raumwerk.analysis.flows import FlowMatrix
from raumwerk.errors import InputError


def country(seed: int, factor: float, n: int = 40, noise: float = 0.0) -> tuple[FlowMatrix, np.ndarray, dict[str, str]]:
    random = np.random.default_rng(seed)
    places = random.uniform(0, 100, (n, 2))
    cost = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1)) + 1
    side = np.where(places[:, 0] < 50, "west", "east")
    size = random.lognormal(3, 0.8, n)
    mean = np.outer(size, size) / cost**1.5 * np.where(side[:, None] == side, 1.0, factor)
    mean = mean * np.exp(noise * random.normal(size=(n, n)))
    codes = [f"{i:02}" for i in range(n)]
    return FlowMatrix.from_dense(random.poisson(mean), codes), cost, dict(zip(codes, side.tolist(), strict=True))


def test_border_effect_is_recovered() -> None:
    flows, cost, sides = country(1, 0.4)
    effect = border_effect(flows, cost, sides)
    assert effect.factor == pytest.approx(0.4, rel=0.05)
    assert effect.lower < 0.4 < effect.upper
    assert effect.distance == pytest.approx(-1.5, rel=0.05)
    assert effect.pairs == 40 * 39
    side = np.array([sides[code] for code in flows.codes])
    away = side[:, None] != side
    assert effect.crossing == flows.values.toarray()[away].sum()
    assert effect.crossing_pairs == away.sum()
    assert effect.without_border > effect.crossing
    assert effect.factor == pytest.approx(np.exp(effect.coefficient))


def test_without_a_border_effect_nobody_is_missing() -> None:
    flows, cost, sides = country(2, 1.0)
    effect = border_effect(flows, cost, sides)
    assert effect.lower < 1 < effect.upper
    assert effect.without_border == pytest.approx(effect.crossing, rel=0.1)


def test_border_interval_covers_the_truth_when_flows_vary_more_than_poisson() -> None:
    """Nine of ten intervals at 90 % hold the truth, give or take three errors of so many draws."""
    for noise in (0.0, 0.8):
        hits = [border_effect(*country(seed, 0.5, noise=noise), level=0.9) for seed in range(40)]
        held = sum(hit.lower <= 0.5 <= hit.upper for hit in hits)
        assert 36 - 3 * np.sqrt(40 * 0.9 * 0.1) <= held, noise
        error = np.mean([hit.standard_error for hit in hits]) / np.std([hit.coefficient for hit in hits])
        assert 0.85 < error < 1.45, noise  # told against shown: at least about as large
    hits = [border_effect(*country(0, 0.5, noise=0.6), level=0.9)]
    narrow = border_effect(*country(0, 0.5, noise=0.6), level=0.5)
    assert narrow.lower > hits[0].lower
    assert narrow.upper < hits[0].upper


def test_border_effect_looks_only_at_near_pairs_when_told() -> None:
    flows, cost, sides = country(3, 0.5)
    near = border_effect(flows, cost, sides, within=40)
    assert near.pairs == ((cost <= 40) & ~np.eye(40, dtype=bool)).sum()
    assert near.lower < 0.5 < near.upper


def test_border_effect_with_masked_flows() -> None:
    flows, cost, sides = country(4, 0.4)
    pairs = flows.to_pairs().with_columns(
        pl.when(pl.col("value") >= 5).then("value").alias("flow"),
        pl.when(pl.col("value") >= 5).then("value").otherwise(1.0).alias("lower"),
        pl.when(pl.col("value") >= 5).then("value").otherwise(4.0).alias("upper"),
    )
    hidden = FlowMatrix.from_pairs(pairs.drop("value", "status"), codes=flows.codes)
    assert hidden.is_masked.sum() > 100
    assert border_effect(hidden, cost, sides).factor == pytest.approx(
        border_effect(flows, cost, sides).factor, rel=0.03
    )


def test_border_effect_refuses() -> None:
    flows, cost, sides = country(5, 0.5, n=12)
    with pytest.raises(InputError, match="has no side"):
        border_effect(flows, cost, {"00": "west"})
    with pytest.raises(InputError, match="cannot be judged"):
        border_effect(flows, cost, dict.fromkeys(sides, "one"))
    with pytest.raises(InputError, match="level"):
        border_effect(flows, cost, sides, level=95)
    with pytest.raises(InputError, match="apart"):
        border_effect(flows, cost, {code: code for code in sides} | {"00": "01"}, within=float(np.sort(cost[0])[1]))


@pytest.mark.real_data
def test_state_borders_hold_german_commuters_back(shared: Callable[[str], Path]) -> None:
    """Districts up to 100 km apart, June 2023; pairs that are not listed hold 0 to 9 people."""
    pairs = pl.read_csv(shared("commuting/kreis_flows_2023-06_rounded10.csv.gz"), infer_schema=False).select(
        pl.col("wo").replace("16056", "16063").alias("origin"),
        pl.col("ao").replace("16056", "16063").alias("destination"),
        pl.col("insgesamt").cast(pl.Float64).alias("flow"),
    )
    pairs = pairs.group_by("origin", "destination").agg(pl.col("flow").sum())
    points = pl.read_csv(shared("boundaries/gemeinden_punkte_2021.csv"), infer_schema=False).select(
        pl.col("AGS").str.slice(0, 5).replace("16056", "16063").alias("area"),
        pl.col("LON_DEZ").cast(pl.Float64).alias("longitude"),
        pl.col("LAT_DEZ").cast(pl.Float64).alias("latitude"),
    )
    centres = points.group_by("area").agg(pl.col("longitude", "latitude").mean()).sort("area")
    codes = centres["area"].to_list()
    known = pairs.filter(
        pl.col("origin").is_in(codes), pl.col("destination").is_in(codes), pl.col("origin") != pl.col("destination")
    ).with_columns(pl.col("flow").alias("lower"), pl.col("flow").alias("upper"))
    every = pl.DataFrame({"origin": codes}).join(pl.DataFrame({"destination": codes}), how="cross")
    absent = every.join(known, on=["origin", "destination"], how="anti").with_columns(
        pl.lit(None, dtype=pl.Float64).alias("flow"), pl.lit(0.0).alias("lower"), pl.lit(9.0).alias("upper")
    )
    flows = FlowMatrix.from_pairs(pl.concat([known, absent]), codes=codes, date="2023-06-30")
    cost = great_circle(centres["longitude"].to_numpy(), centres["latitude"].to_numpy())
    effect = border_effect(flows, cost, {code: code[:2] for code in codes}, within=100)
    assert len(flows) == 400
    assert 0.4 < effect.factor < 0.65
    assert effect.upper < 0.75
    assert effect.crossing > 1_900_000
    assert effect.without_border > effect.crossing
