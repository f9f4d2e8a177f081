"""The estimate of municipal flows, on the made country (where the truth is known) and what it rests on."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from raumwerk.pipeline.derived.flow_estimate import FlowEstimates, flow_estimate, municipal_margins
from raumwerk.pipeline.sample.country import Country, country
from raumwerk.tables.schemas import AREAS, CLASSES, FLOW_ESTIMATES, FLOW_MARGINS, FLOWS, OBSERVATIONS, REGION_MEMBERS

FILE = "a" * 64
PERIOD = "2019-06-30"
REGION = ["91003", "92003"]


def bounded(value: float) -> dict[str, object]:
    return {"value": value, "lower": value, "upper": value, "status": "measured", "file": FILE, "caveat": None}


def tables(made: Country, *, municipal: bool = False) -> dict[str, pl.DataFrame]:
    matrix = made.between_districts(2019)
    keys = [district.key for district in made.districts]
    base = {"period": PERIOD, "part": "all"}
    pairs = [
        {**base, "origin": keys[i], "destination": keys[j], "level": "district", **bounded(float(matrix[i, j]))}
        for i in range(12) for j in range(12) if i == j or matrix[i, j] >= 10
    ]  # fmt: skip
    if municipal:
        pairs.append(
            {**base, "origin": "91003001", "destination": "91003002", "level": "municipality", **bounded(12.0)}
        )
    outside = matrix - np.diag(np.diag(matrix))
    margins = [
        {**base, "direction": way, "area": keys[i], "partner": "nation", "label": "", **bounded(float(sums[i]))}
        for way, sums in (("out", outside.sum(axis=1)), ("in", outside.sum(axis=0))) for i in range(12)
    ]  # fmt: skip
    flows = made.flows[2019]
    observed = [
        {"measure": measure, "area": place.key, "period": PERIOD, **bounded(float(values[index]))}
        for measure, values in (("employees_residence", flows.sum(axis=1)), ("employees_work", flows.sum(axis=0)))
        for index, place in enumerate(made.municipalities)
    ]  # fmt: skip
    areas = [
        {"area": place.key, "edition": "2023-12-31", "level": "municipality", "name": place.name, "kind": None,
         "parent": place.district, "association": None, "longitude": place.longitude, "latitude": place.latitude,
         "inhabited": True, "file": FILE}
        for place in made.municipalities
    ]  # fmt: skip
    members = [{"region": "region:probe", "perimeter": "wider", "level": "district", "area": key} for key in REGION]
    return {
        "flows": FLOWS.conform(pl.DataFrame(pairs, schema=FLOWS.schema)),
        "margins": FLOW_MARGINS.conform(pl.DataFrame(margins, schema=FLOW_MARGINS.schema)),
        "observations": OBSERVATIONS.conform(pl.DataFrame(observed, schema=OBSERVATIONS.schema)),
        "classes": CLASSES.empty(),
        "areas": AREAS.conform(pl.DataFrame(areas, schema=AREAS.schema)),
        "members": REGION_MEMBERS.conform(pl.DataFrame(members)),
    }


@pytest.fixture(scope="module")
def estimate() -> FlowEstimates:
    return flow_estimate(**tables(country()))


def test_estimate_reproduces_every_listed_district_flow(estimate: FlowEstimates) -> None:
    made = country()
    matrix = made.between_districts(2019)
    keys = [district.key for district in made.districts]
    summed = FLOW_ESTIMATES.conform(estimate.frame).group_by(
        pl.col("origin").str.head(5), pl.col("destination").str.head(5)
    ).agg(pl.col("value").sum())  # fmt: skip
    found = {(origin, destination): value for origin, destination, value in summed.iter_rows()}
    for i, origin in enumerate(keys):
        for j, destination in enumerate(keys):
            if (origin in REGION or destination in REGION) and matrix[i, j] >= 10:
                assert found[origin, destination] == pytest.approx(matrix[i, j], rel=1e-6)


def test_estimate_keeps_unlisted_pairs_within_what_the_totals_leave(estimate: FlowEstimates) -> None:
    made = country()
    matrix = made.between_districts(2019)
    small = [(a.key, b.key) for i, a in enumerate(made.districts) for j, b in enumerate(made.districts)
             if a.key in REGION and i != j and matrix[i, j] < 10]  # fmt: skip
    assert small
    hidden = sum(int(matrix[i, j]) for i, a in enumerate(made.districts) for j, b in enumerate(made.districts)
                 if (a.key, b.key) in small)  # fmt: skip
    summed = estimate.frame.group_by(pl.col("origin").str.head(5), pl.col("destination").str.head(5)).agg(
        pl.col("value").sum()
    )
    values = {(origin, destination): value for origin, destination, value in summed.iter_rows()}
    estimated = [values.get(pair, 0.0) for pair in small]
    assert max(estimated) <= 9 + 1e-6
    assert sum(estimated) == pytest.approx(hidden, abs=1e-3)  # what is left is known exactly


def test_estimate_comes_near_the_truth_and_meets_the_margins(estimate: FlowEstimates) -> None:
    made = country()
    index = {place.key: position for position, place in enumerate(made.municipalities)}
    inside = estimate.frame.filter(pl.col("origin").str.len_chars() == 8, pl.col("destination").str.len_chars() == 8)
    model = np.zeros_like(made.flows[2019], dtype=float)
    for origin, destination, value in inside.select("origin", "destination", "value").iter_rows():
        model[index[origin], index[destination]] = value
    own = np.array([place.district in REGION for place in made.municipalities])
    truth = made.flows[2019] * (own[:, None] & own)
    spread = np.zeros_like(model)  # each district pair by residents and jobs alone
    for one in REGION:
        for two in REGION:
            rows, columns = (np.array([place.district == key for place in made.municipalities]) for key in (one, two))
            block = truth[np.ix_(rows, columns)]
            live, work = made.flows[2019].sum(axis=1)[rows], made.flows[2019].sum(axis=0)[columns]
            spread[np.ix_(rows, columns)] = block.sum() * np.outer(live, work) / np.outer(live, work).sum()
    common, plain = (2 * np.minimum(one, truth).sum() / (one.sum() + truth.sum()) for one in (model, spread))
    assert common > plain + 0.15
    (note,) = estimate.notes
    assert note["largest_miss"] < 1
    assert estimate.accuracy["cpc_belgium"] > 0.82
    assert set(estimate.frame["status"]) <= {"estimated", "measured"}


def test_nothing_is_estimated_where_municipal_flows_are_loaded() -> None:
    made = flow_estimate(**tables(country(), municipal=True))
    assert made.frame.is_empty()
    assert made.accuracy == {}


def test_associations_are_split_by_people_of_working_age() -> None:
    parts = tables(country())
    areas = (
        parts["areas"]
        .head(4)
        .with_columns(
            pl.Series("area", ["91002001", "91002002", "91002003", "91002004"]),
            pl.Series("association", ["910020001", "910020001", None, None]),
        )
    )
    counted = {
        ("employees_residence", "910020001"): 300.0, ("employees_residence", "91002003"): 50.0,
        ("employees_residence", "91002"): 400.0, ("population_15_64", "91002001"): 400.0,
        ("population_15_64", "91002002"): 200.0, ("population_15_64", "91002003"): 90.0,
        ("population_15_64", "91002004"): 80.0,
    }  # fmt: skip
    observed = pl.DataFrame(
        [
            {"measure": measure, "area": area, "period": "2019", **bounded(value)}
            for (measure, area), value in counted.items()
        ],
        schema=OBSERVATIONS.schema,
    )
    margins = municipal_margins(observed, CLASSES.empty(), areas, year=2019)
    assert margins["residents"].to_list() == [200.0, 100.0, 50.0, 50.0]
