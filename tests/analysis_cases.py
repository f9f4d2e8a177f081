"""Every public function of the analyses with good input, and with each way to spoil each of its parameters."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from math import inf, nan
from typing import Any

import numpy as np
import polars as pl

from raumwerk.analysis import (
    access,
    autocorrelation,
    border,
    composite,
    concentration,
    excess,
    fit,
    flow_measures,
    gravity,
    hubs,
    interfaces,
    location,
    mobility,
    perception,
    plan,
    radiation,
    straight_line,
    structure,
)
from raumwerk.analysis.estimate import accuracy, calibration, decay, districts, municipal, places, prior
from raumwerk.analysis.estimate._raking import Blocks
from raumwerk.analysis.flows import FlowMatrix, bounded_fields
from raumwerk.analysis.regions import communities, compare, contiguity, coombes_bond, naming, nodal, stability
from raumwerk.analysis.regions.parameters import SelfContainment
from raumwerk.analysis.scenarios import Baseline, Levers, Link, Scenario, evaluate, judge
from raumwerk.analysis.travel import TravelMatrix

ABC = ["a", "b", "c"]
FLOWS = FlowMatrix.from_dense([[60, 20, 5], [10, 30, 8], [4, 9, 50]], ABC)
HOME = FlowMatrix.from_dense(np.eye(3), ABC)
COST = np.array([[1.0, 3.0, 7.0], [3.0, 1.0, 4.0], [7.0, 4.0, 1.0]])
WRONG = [(np.where(np.eye(3)[::-1] > 0, bad, COST), "1") for bad in (nan, inf, -1.0)] + [(COST[:2], "shape")]
WAYS = TravelMatrix(ABC, ABC, COST, kilometres=COST)
TIMES = TravelMatrix(ABC, ABC, COST)
CUT = TravelMatrix(ABC, ABC, np.where(np.eye(3) > 0, 1.0, inf), kilometres=np.where(np.eye(3) > 0, 1.0, inf))
PEOPLE = {"a": 10.0, "b": 20.0, "c": 30.0}
BAD_PEOPLE = [({**PEOPLE, "b": bad}, "b") for bad in (nan, inf, -1.0, None)] + [({"a": 1.0}, "b")]
BAD_PEOPLE += [({**PEOPLE, "b": "many"}, "many")]
SIDES = {"a": "06", "b": "06", "c": "16"}
BAD_SIDES = [({"a": "06"}, "b"), ({**SIDES, "c": None}, "c")]
TEXT = np.full((3, 3), "far")
REGIONS = {"a": "A", "b": "A", "c": "C"}
RULE = SelfContainment(20, 60, 0.3, 0.4)
PAIRS = FLOWS.to_pairs().select("origin", "destination", flow="value")
NONE = FlowMatrix.from_pairs(PAIRS.with_columns(flow=0.0))
TABLE = pl.DataFrame({"area": list("abcde"), "x": [1.0, 2.0, 4.0, 3.0, 9.0], "y": [3.0, 1.0, 2.0, 8.0, 7.0]})
BAD_TABLE = [
    (TABLE.with_columns(x=pl.when(pl.col("area") == "b").then(bad).otherwise("x")), "b") for bad in (None, nan, inf)
] + [(TABLE.head(0), "0"), (TABLE.drop("x"), "x"), (TABLE.with_columns(area=pl.lit("a")), "area"),
     (TABLE.with_columns(x=pl.lit(1.0)), "x"), (TABLE.with_columns(x=pl.lit("much")), "x")]  # fmt: skip
UP = {"x": "up", "y": "down"}
ROW = [("a", "b"), ("b", "c")]
JOBS = pl.DataFrame({"area": ["a", "a", "b", "b"], "sector": ["C", "Q", "C", "Q"], "value": [30, 10, 10, 50]})
CHANGE = pl.DataFrame({"area": ["a", "a"], "sector": ["C", "Q"], "start": [9.0, 5.0], "end": [8.0, 7.0]})
ANSWERS = pl.DataFrame(
    {"area": ["a"] * 5 + ["b"] * 5 + ["c"] * 5, "score": [1.0, 2, 1, 2, 1, 3, 3, 2, 3, 4, 5, 4, 5, 5, 4]}
)
LAYER = pl.DataFrame({"area": ["x"], "category": ["MZ"], "plan": ["P"], "paragraph": ["1"], "date": ["2020-01-01"]})
TOWNS = pl.DataFrame(
    {"area": ["a1", "a2", "b1", "c1"], "district": ["a", "a", "b", "c"], "residents": [50, 35, 48, 63],
     "jobs": [60, 14, 59, 63], "longitude": [9.0, 9.1, 9.3, 9.6], "latitude": [51.0, 51.0, 51.0, 51.1]}
)  # fmt: skip
BAD_TOWNS = [(TOWNS.with_columns(pl.when(pl.col("area") == "b1").then(bad).otherwise(name).alias(name)), "b1")
             for name, bad in (("residents", -1.0), ("jobs", nan), ("latitude", 91.0), ("longitude", None))
             ]  # fmt: skip
BAD_TOWNS += [(TOWNS.head(0), "no municipalities"), (TOWNS.drop("jobs"), "jobs"), (pl.concat([TOWNS, TOWNS]), "twice")]
GONE = FlowMatrix.from_pairs(pl.DataFrame({"origin": ["a", "a", "b"], "destination": ["b", "c", "a"],
                                           "flow": [None, None, 5.0], "lower": [0.0, 0.0, 5.0],
                                           "upper": [9.0, 9.0, 5.0]}))  # fmt: skip
JOINT = pl.DataFrame({"group": ["g", "g"], "origin": ["a", "a"], "destination": ["b", "c"], "lower": [12.0, 12.0],
                      "upper": [12.0, 12.0]})  # fmt: skip
FOUR = pl.DataFrame({"area": list("wxyz"), "district": list("abcd"), "residents": [60, 50, 80, 40],
                     "jobs": [60, 50, 70, 50], "longitude": [9.0, 9.2, 9.5, 9.6], "latitude": [51.0, 51.2, 51.0, 51.3]}
                    )  # fmt: skip
HIDDEN = FlowMatrix.from_pairs(
    pl.DataFrame({"origin": sorted("abcd" * 4), "destination": list("abcd" * 4), "flow": [
        50, None, 4, 2, 5, 40, 6, 3, 3, 6, 60, 9, 2, 2, 9, 30], "lower": [0.0, 0.0] + [None] * 14,
        "upper": [99.0, 9.0] + [None] * 14}).with_columns(pl.col("flow").cast(pl.Float64)))  # fmt: skip
BLOCKS = Blocks(np.array([0, 0, 1]))
MODEL = gravity.fit_gravity(FLOWS, COST, diagonal=True)
MADE = composite.composite_index(TABLE, UP)
REGION = Baseline(FLOWS, WAYS, decay=0.1, centres=["a"])
AWAY = evaluate(REGION, Scenario("away", Levers(telework_share=0.5, telework_days=1)))
OTHER = evaluate(Baseline(FLOWS.select(["a", "b"]), WAYS, decay=0.1), Scenario("elsewhere"))
SIZE = np.array([10.0, 20.0, 30.0])
BAD_SIZES = [(np.array([10.0, bad, 30.0]), "") for bad in (nan, inf, -1.0)] + [(SIZE[:2], "")]
SEED_CLASS = (accuracy.SizeClass(False, 10.0, 30.0, 500, 10000.0, 0.4, 0.5, 0.2, 2.5),)
COUNTRY = places.read_places(
    pl.DataFrame({"area": list("abcdef"), "district": list("xxxyyy"), "residents": [1] * 6, "jobs": [1] * 6,
                  "longitude": [9.0, 9.1, 9.3, 9.4, 9.45, 9.7], "latitude": [51.0, 51.1, 51.0, 51.2, 51.0, 51.1]}),
    region=None,
)  # fmt: skip
COUNTRY_FLOWS = FlowMatrix.from_dense(np.random.default_rng(1).poisson(40, (6, 6)) + 90 * np.eye(6), list("abcdef"))
EMPTY_COUNTRY = FlowMatrix.from_pairs(COUNTRY_FLOWS.to_pairs().select("origin", "destination", flow=pl.lit(0.0)))
CORNERS = pl.DataFrame({"area": ["a", "b"], "longitude": [9.0, 9.1], "latitude": [51.0, 51.1]})
BAD_CORNERS = [(CORNERS.drop("latitude"), "latitude"), (CORNERS.with_columns(area=pl.lit("a")), "row a"),
               (CORNERS.with_columns(latitude=pl.lit(95.0)), "row a")]  # fmt: skip
BAD_SEEDS = [(-1, "seed"), (0.5, "seed"), (nan, "seed")]
SHARES = [(nan, ""), (-0.1, ""), (1.1, "")]
POSITIVE = [(nan, ""), (0.0, ""), (-1.0, ""), (inf, "")]


def pairs_with(**columns: Any) -> pl.DataFrame:
    return PAIRS.with_row_index().with_columns(
        pl.when(pl.col("index") == 2).then(pl.lit(bad)).otherwise(name).alias(name) for name, bad in columns.items()
    ).drop("index")  # fmt: skip


#: entry → (good keyword arguments, {argument: [(bad value, text that the message must hold), …]})
CASES: dict[Any, tuple[dict[str, Any], dict[str, list[tuple[Any, str]]]]] = {
    access.nearest_centre: (
        {"travel": TIMES, "people": PEOPLE, "target": 5.0},
        {"people": [*BAD_PEOPLE, (dict.fromkeys("abc", 0.0), "nobody")], "target": POSITIVE, "sides": BAD_SIDES,
         "travel": [(TravelMatrix(ABC, [], np.zeros((3, 0))), "no centre")]},
    ),
    access.catchment_overlap: (
        {"travel": TIMES, "people": PEOPLE, "target": 5.0}, {"people": BAD_PEOPLE, "target": POSITIVE},
    ),
    access.step_weight: (
        {"steps": [(10, 1.0), (20, 0.5)]},
        {"steps": [([], "steps"), ([(20, 1.0), (10, 0.5)], "rising"), ([(10, nan)], ""), ([(nan, 1.0)], ""),
                   ([(10, -1.0)], ""), ([(10, inf)], "")]},
    ),
    access.floating_catchment: (
        {"travel": TIMES, "supply": PEOPLE, "demand": PEOPLE, "reach": 5.0},
        {"supply": BAD_PEOPLE, "demand": BAD_PEOPLE, "reach": POSITIVE,
         "weight": [(lambda m: m * nan, "weight"), (lambda m: -m, "weight")]},
    ),
    access.hansen_potential: (
        {"travel": TIMES, "mass": PEOPLE, "decay": 0.1},
        {"mass": BAD_PEOPLE, "decay": POSITIVE, "form": [("linear", "form")]},
    ),
    access.opportunities_within: (
        {"travel": TIMES, "mass": PEOPLE, "target": 5.0},
        {"mass": BAD_PEOPLE, "target": POSITIVE, "softness": [(nan, "softness"), (-1.0, "softness")]},
    ),
    autocorrelation.morans_i: (
        {"values": PEOPLE, "neighbours": ROW, "permutations": 9},
        {"values": [*BAD_PEOPLE[:2], BAD_PEOPLE[3], (dict.fromkeys("abc", 1.0), "alike"), ({"a": 1.0}, "1 areas"),
                    ({}, "0 areas")],
         "neighbours": [([], "neighbours"), ([("x", "y")], "neighbours")],
         "permutations": [(0, "permutations"), (9.5, "permutations")], "seed": BAD_SEEDS},
    ),
    autocorrelation.local_moran: (
        {"values": PEOPLE, "neighbours": ROW, "permutations": 9},
        {"values": [BAD_PEOPLE[0], (dict.fromkeys("abc", 1.0), "alike")], "neighbours": [([], "neighbours")],
         "permutations": [(0, "permutations")], "seed": BAD_SEEDS,
         "false_discovery_rate": [(0.0, "rate"), (1.0, "rate"), (nan, "rate")]},
    ),
    border.border_effect: (
        {"flows": COUNTRY_FLOWS, "cost": places.great_circle(COUNTRY.longitude, COUNTRY.latitude) + np.eye(6),
         "sides": dict(zip("abcdef", "112122", strict=True))},
        {"cost": [(COST, "shape"), (np.zeros((6, 6)), "row 1"), (np.full((6, 6), nan), "row 1"),
                  (np.full((6, 6), 5.0), "tell its variables apart")],
         "sides": [({"a": "1"}, "b"), (dict.fromkeys("abcdef", "1"), "border")], "level": [(0.0, ""), (nan, "")],
         "within": [(nan, "within"), (0.0, "within")], "decay": [("linear", "decay")],
         "flows": [(FlowMatrix.from_dense(np.eye(6), list("abcdef")), "nobody commutes")]},
    ),
    composite.composite_index: (
        {"table": TABLE, "directions": UP},
        {"table": BAD_TABLE, "directions": [({}, "0 indicators"), ({"x": "left"}, "x"), ({"z": "up"}, "z")],
         "weights": [({"x": 1.0}, "y"), ({"x": nan, "y": 1.0}, "nan"), ({"x": -1.0, "y": 1.0}, "-1"),
                     ({"x": 0.0, "y": 0.0}, "0"), ({"x": 1.0, "y": 1.0, "z": 1.0}, "z")],
         "normalisation": [("best", "best"), ("target", "x")], "aggregation": [("sum", "sum")],
         "area": [("code", "code")]},
    ),
    partial(composite.composite_index, normalisation="target"): (
        {"table": TABLE, "directions": UP, "targets": {"x": 5.0, "y": 2.0}},
        {"targets": [({"x": 5.0}, "y"), ({"x": nan, "y": 1.0}, "x"), ({"x": 5.0, "y": 0.0}, "y"), ({}, "x")]},
    ),
    composite.topsis: (
        {"table": TABLE, "directions": UP},
        {"table": [*BAD_TABLE[:6], BAD_TABLE[7], (TABLE.with_columns(x=pl.lit(0.0)), "x")],
         "directions": [({}, "0 indicators"), ({"x": "left"}, "x")], "weights": [({"x": 1.0}, "y")],
         "normalisation": [("best", "best")], "area": [("code", "code")]},
    ),
    composite.weight_uncertainty: (
        {"composite": MADE, "draws": 9},
        {"draws": [(0, "draws"), (2.5, "draws")], "seed": BAD_SEEDS, "concentration": POSITIVE,
         "weights": [({"x": 1.0, "y": 1.0}, "concentration")],
         "aggregation": [("sum", "aggregation"), ("geometric", "geometric")]},
    ),
    **{
        function: (
            {"values": [1.0, 2.0]},
            {"values": [([], "shape"), ([1.0, nan], "row 2"), ([1.0, -1.0], "row 2"), ([inf, 1.0], "row 1"),
                        ([0.0, 0.0], "0"), ([[1.0]], "shape"), ([1.0, None], "row 2")]},
        )
        for function in (concentration.gini, concentration.herfindahl, concentration.theil,
                         concentration.mean_log_deviation)
    },
    **{
        function: (
            {"values": [1.0, 2.0], "reference": [3.0, 4.0]},
            {"values": [([1.0], "reference"), ([nan, 1.0], "row 1")], "reference": [([0.0, 0.0], "0"), ([], "shape")]},
        )
        for function in (concentration.krugman, concentration.hoover)
    },
    accuracy.measure_accuracy: (
        {"truth": COST, "estimate": COST},
        {"truth": [*WRONG[:3], (COST[0], "shape"), (np.zeros((3, 3)), "nobody")], "estimate": [(COST[:2], "shapes")]},
    ),
    accuracy.interval: (
        {"estimate": SIZE, "within": np.array([False] * 3), "classes": SEED_CLASS},
        {"estimate": BAD_SIZES, "within": [(np.array([True]), "within")]},
    ),
    calibration.learn_prior: (
        {"countries": [(COUNTRY, COUNTRY_FLOWS)], "learned_on": "made up"},
        {"countries": [([], "countries"), ([(COUNTRY, FLOWS)], "d"), ([(COUNTRY, EMPTY_COUNTRY)], "nobody")],
         "max_iterations": [(0, "0 steps")], "tolerance": [(nan, "tolerance"), (0.0, "tolerance")]},
    ),
    decay.fit_district_decay: (
        {"distance": COST, "residents": SIZE, "jobs": SIZE, "blocks": BLOCKS,
         "totals": BLOCKS.sums(SIZE[:, None] * SIZE * COST**-1.5)},
        {"distance": WRONG, "residents": BAD_SIZES, "jobs": BAD_SIZES,
         "totals": [(np.zeros((2, 2)), "totals"), (np.full((2, 2), nan), "totals"), (COST, "totals")]},
    ),
    districts.complete_flows: (
        {"flows": GONE, "expected": np.array([[0, 6, 2], [5, 0, 0], [0, 0, 0.0]]), "joint": JOINT},
        {"expected": [*WRONG[:3], (COST[:2], "expected")],
         "joint": [(JOINT.with_columns(lower=99.0, upper=99.0), "g"), (JOINT.with_columns(origin=pl.lit("b")), "row 1"),
                   (JOINT.with_columns(lower=pl.lit(nan)), "g"), (JOINT.drop("lower"), "lower")]},
    ),
    municipal.estimate_flows: (
        {"municipalities": TOWNS, "districts": FLOWS},
        {"municipalities": [*BAD_TOWNS, (TOWNS.filter(pl.col("district") != "c"), "c")],
         "districts": [(FLOWS.select(["a", "b"]), "c"), (NONE, "nobody")], "region": [(["z"], "z"), ([], "none")],
         "method": [("magic", "magic")], "near": [(nan, "near"), (-1.0, "near")],
         "prior": [(prior.Prior({}, "nowhere"), "log_distance")],},
    ),
    partial(municipal.estimate_flows, municipalities=FOUR): (
        {"districts": HIDDEN, "joint": JOINT.head(1).with_columns(lower=2.0, upper=5.0)},
        {"joint": [(JOINT.drop("lower"), "lower"), (JOINT.with_columns(origin=pl.lit("z")), "z")]},
    ),
    places.read_places: ({"frame": TOWNS, "region": None}, {"frame": BAD_TOWNS, "region": [(["z"], "z")]}),
    straight_line.read_coordinates: (
        {"places": CORNERS}, {"places": BAD_CORNERS},
    ),
    straight_line.straight_line_travel: (
        {"places": CORNERS},
        {"places": BAD_CORNERS, "destinations": BAD_CORNERS, "detour": [(0.5, "detour 0.5"), (nan, "detour")],
         "speeds": [(((5.0, 30.0),), "speeds")]},
    ),
    places.great_circle: (
        {"longitude": np.array([9.0, 9.1]), "latitude": np.array([51.0, 51.1])},
        {"longitude": [(np.array([9.0]), ""), (np.array([9.0, nan]), "")], "latitude": [(np.array([9.0, 91.0]), "")],
         "to": [((np.array([nan]), np.array([1.0])), "")]},
    ),
    prior.features: (
        {"distance": COST, "residents": SIZE, "jobs": SIZE},
        {"distance": WRONG, "residents": BAD_SIZES, "jobs": BAD_SIZES},
    ),
    prior.log_prior: (
        {"prior": municipal.PRIOR, "distance": COST, "residents": SIZE, "jobs": SIZE},
        {"prior": [(prior.Prior({}, "nowhere"), "log_distance")], "distance": WRONG, "residents": BAD_SIZES,
         "jobs": BAD_SIZES},
    ),
    prior.own_distance: ({"distance": COST}, {"distance": WRONG}),
    excess.excess_commuting: (
        {"flows": FLOWS, "cost": COST}, {"flows": [(NONE, "nobody")], "cost": [*WRONG, (TEXT, "numbers")]},
    ),
    excess.least_transport: (
        {"supply": SIZE, "demand": SIZE, "cost": COST},
        {"supply": [*BAD_SIZES, (SIZE * 2, "total")], "demand": BAD_SIZES, "cost": [*WRONG[:2], WRONG[3]]},
    ),
    fit.common_part: (
        {"observed": COST, "modelled": COST},
        {"observed": [*WRONG[:3], (COST[:2], "shapes")], "modelled": WRONG},
    ),
    fit.goodness_of_fit: (
        {"observed": COST, "modelled": COST},
        {"observed": [*WRONG[:3], (np.zeros((3, 3)), "nothing")], "modelled": WRONG,
         "cells": [(np.zeros((3, 3), bool), "nothing"), (np.ones(2, bool), "cells")]},
    ),
    flow_measures.border_crossing: ({"flows": FLOWS, "sides": SIDES}, {"sides": BAD_SIDES}),
    flow_measures.commuting_balance: ({"flows": FLOWS}, {}),
    flow_measures.commuting_cost: ({"flows": FLOWS, "cost": COST}, {"cost": WRONG}),
    flow_measures.top_partners: (
        {"flows": FLOWS},
        {"direction": [("up", "up")], "count": [(0, "0"), (-1, "-1")], "areas": [(["z"], "z")]},
    ),
    bounded_fields: (
        {"value": SIZE, "lower": SIZE, "upper": SIZE, "status": np.zeros(3, np.int8)},
        {"value": [(SIZE[:2], "values")], "lower": [(SIZE[:2], "lower")], "upper": [(SIZE[:2], "upper")],
         "status": [(np.full(3, 99, np.int8), "status")]},
    ),
    FlowMatrix.from_pairs: (
        {"frame": PAIRS, "codes": ABC},
        {"frame": [(pairs_with(flow=-1.0), "row 3"), (pairs_with(flow=nan), "row 3"), (pairs_with(flow=inf), "row 3"),
                   (pairs_with(flow=None), "row 3"), (pairs_with(origin="z"), "'z'"),
                   (pairs_with(origin=None), "row 3"),
                   (pl.concat([PAIRS, PAIRS]), "already in row 1"), (PAIRS.head(0), "no flows"),
                   (PAIRS.drop("flow"), "flow"), (PAIRS.with_columns(origin=pl.lit(1)), "text"),
                   (PAIRS.with_columns(lower=9999.0), "row 1"), (PAIRS.with_columns(status=pl.lit("so-so")), "status")],
         "codes": [(["a", "b"], "'c'")], "origin": [("from", "from")], "destination": [("to", "to")],
         "flow": [("people", "people"), ("origin", "origin")], "lower": [("origin", "origin")],
         "upper": [("destination", "destination")], "status": [("origin", "status")]},
    ),
    FlowMatrix.from_dense: (
        {"values": COST, "codes": ABC},
        {"values": [(COST[:2], "shape"), *[(bad, "row") for bad, _ in WRONG[:3]], (np.zeros((0, 0)), "shape")],
         "codes": [(["a", "a", "b"], "twice"), (["a", "b"], "shape"), ([1, 2, 3], "text")]},
    ),
    FLOWS.aggregate: ({"groups": REGIONS}, {"groups": [({"a": "A"}, "b"), ({}, "a")]}),
    FLOWS.select: ({"codes": ABC}, {"codes": [(["z"], "z"), ([], "no area")]}),
    FLOWS.labels: (
        {"mapping": REGIONS, "what": "group"},
        {"mapping": [({"a": "A"}, "b"), ({**REGIONS, "c": 3}, "row c")]},
    ),
    gravity.check_cost: (
        {"cost": COST, "n": 3, "cells": np.ones((3, 3), bool)},
        {"cost": [*WRONG, (TEXT, "numbers"), ([[1, 2, 3], [1]], "numbers")],
         "n": [(2, "2 × 2")], "cells": [(np.ones(2, bool), "cells")]},
    ),
    gravity.fit_gravity: (
        {"flows": FLOWS, "cost": COST, "diagonal": True},
        {"flows": [(NONE, "nobody")], "diagonal": [(False, "variables apart")],
         "cost": [*WRONG, (np.ones((3, 3)), "variables apart")],
         "constraint": [("half", "half"), ("unconstrained", "origin_size"), ("production", "destination_size")],
         "decay": [("linear", "linear")], "tolerance": [(nan, "tolerance"), (-1.0, "tolerance")]},
    ),
    partial(gravity.fit_gravity, constraint="unconstrained"): (
        {"flows": FLOWS, "cost": COST, "origin_size": SIZE, "destination_size": [5.0, 9.0, 2.0]},
        {"origin_size": [*BAD_SIZES, (np.ones(3), "variables apart")],
         "destination_size": [*BAD_SIZES, (None, "miss")]},
    ),
    gravity.fit_bounded: (
        {"flows": FLOWS, "variables": COST[None], "cells": np.ones((3, 3), bool), "rows": True, "columns": True},
        {"flows": [(NONE, "nobody")], "variables": [(COST, "variables"), (np.full((1, 3, 3), nan), "variables")],
         "cells": [(np.ones(2, bool), "cells")], "tolerance": [(nan, "tolerance"), (-1.0, "tolerance")],
         "settled": [(nan, "settled"), (0.0, "settled")]},
    ),
    **{
        function: (
            {"flows": FLOWS, "travel": WAYS, "candidates": ABC, "hubs": 1},
            {"flows": [(NONE, "nobody"), (HOME, "nobody"), (FlowMatrix.from_dense([[0, 1], [1, 0]], ["a", "z"]), "z")],
             "travel": [(TIMES, "kilometres"), (CUT, "way")],
             "candidates": [(["a", "a"], "a"), (["z"], "z"), ([], "0")],
             "hubs": [(0, "hubs"), (4, "hubs"), (nan, "hubs"), (1.5, "hubs"), (2.0, "hubs")],
             "share": [*SHARES, ({"a": 0.5}, "b")],
             "days": [(0, "days"), (6, "days"), (nan, "days")], "co2_per_km": [(-1.0, "co2"), (nan, "co2")]},
        )
        for function in (hubs.greedy_hubs, hubs.best_hubs)
    },
    partial(hubs.best_hubs, capacity=PEOPLE): (
        {"flows": FLOWS, "travel": WAYS, "candidates": ABC, "hubs": 1},
        {"capacity": BAD_PEOPLE, "time_limit": [(0.0, "time_limit"), (nan, "time_limit")]},
    ),
    interfaces.interfaces: ({"model": MODEL}, {"smallest": [(nan, "smallest"), (-1.0, "smallest")]}),
    location.p_median: (
        {"travel": TIMES, "weights": PEOPLE, "places": 1},
        {"travel": [(CUT, "no way")], "weights": BAD_PEOPLE,
         "places": [(0, "0"), (4, "4"), (1.5, "1.5"), (1.0, "places")],
         "time_limit": [(0.0, "time_limit"), (nan, "time_limit")]},
    ),
    location.greatest_coverage: (
        {"travel": TIMES, "weights": PEOPLE, "places": 1, "target": 3.0},
        {"weights": BAD_PEOPLE, "places": [(0, "0"), (4, "4")], "target": [(nan, "target"), (-1.0, "target")],
         "time_limit": [(0.0, "time_limit")]},
    ),
    location.fewest_places: (
        {"travel": TIMES, "target": 3.0},
        {"travel": [(TravelMatrix(ABC, ["a"], COST[:, :1]), "row c")], "target": [(nan, "target"), (0.5, "row a")],
         "time_limit": [(-1.0, "time_limit")]},
    ),
    mobility.mobility_types: (
        {"table": TABLE, "features": ["x", "y"]},
        {"table": BAD_TABLE, "features": [([], "0 features"), (["z"], "z")],
         "categories": [(["town"], "town")],
         "types": [(1, "types"), (5, "types"), (2.5, "types")], "most": [(1, "most"), (nan, "most")],
         "area": [("code", "code")]},
    ),
    perception.felt_against_measured: (
        {"answers": ANSWERS, "measured": PEOPLE, "draws": 9},
        {"answers": [(ANSWERS.drop("score"), "score"), (ANSWERS.head(0), "0 areas"),
                     (ANSWERS.with_columns(score=pl.lit(nan)), "row 1"),
                     (ANSWERS.with_columns(score=pl.lit("good")), "row 1"),
                     (ANSWERS.with_columns(score=pl.lit(3.0)), "same")],
         "measured": [({}, "0 areas"), (dict.fromkeys("abc", 1.0), "same"), ({**PEOPLE, "a": nan}, "row a"),
                      ({**PEOPLE, "a": inf}, "row a")],
         "direction": [("left", "left")], "minimum": [(1, "minimum"), (nan, "minimum")],
         "draws": [(0, "draws"), (9.5, "draws")], "seed": BAD_SEEDS, "area": [("code", "code")],
         "score": [("mark", "mark")]},
    ),
    perception.protect_small_groups: (
        {"table": pl.DataFrame({"area": ABC, "answers": [3, 8, 30]})},
        {"table": [(TABLE, "answers"), (pl.DataFrame({"answers": [3, None]}), "row 2"),
                   (pl.DataFrame({"answers": [3, -1]}), "row 2")], "minimum": [(1, "minimum"), (2.5, "minimum")],
         "group": [("district", "district"), (["area", "age"], "age")],
         "count": [("people", "people"), ("area", "area")]},
    ),
    plan.check_designations: (
        {"layer": LAYER},
        {"layer": [(LAYER.drop("plan"), "plan"), (pl.concat([LAYER, LAYER]), "row 2"),
                   (LAYER.with_columns(date=pl.lit("1.1.2020")), "row 1"),
                   (LAYER.with_columns(area=pl.lit(None, pl.String)), "row 1")]},
    ),
    plan.designated: (
        {"layer": LAYER, "category": "MZ", "on": "2021-01-01"},
        {"layer": [(LAYER.drop("plan"), "plan"), (LAYER.head(0), "")],
         "on": [("2019-01-01", "2019"), ("1.1.2021", "1.1.2021")]},
    ),
    plan.hierarchy_agreement: (
        {"planned": {"a": "MZ", "b": "GZ"}, "measured": {"a": "MZ", "b": "MZ"}},
        {"planned": [({"a": "MZ"}, "b"), ({"a": "MZ", "b": "XZ"}, "b"), ({}, "a")],
         "measured": [({"a": "MZ"}, "b"), ({"a": "MZ", "b": None}, "b")],
         "weights": [({"a": 1.0, "b": nan}, "b"), ({"a": 1.0}, "b")], "levels": [(("MZ", "MZ", "GZ"), "levels")]},
    ),
    plan.measured_levels: (
        {"flows": FLOWS, "planned": {"a": "MZ", "b": "GZ", "c": "none"}},
        {"planned": [({"a": "MZ", "b": "GZ"}, "c"), ({"a": "MZ", "b": "XZ", "c": "none"}, "b")],
         "levels": [(("MZ", "MZ"), "levels"), ((), "levels")]},
    ),
    plan.hub_agreement: (
        {"hubs": PEOPLE, "centres": ["a"]},
        {"hubs": [*BAD_PEOPLE[:4], ({}, "no hub"), ({"a": 0.0}, "no hub")]},
    ),
    radiation.radiation: (
        {"leavers": SIZE, "cost": COST, "origin_size": SIZE},
        {"leavers": BAD_SIZES, "cost": [(np.where(np.eye(3)[::-1] > 0, nan, COST), "row 1"), (COST[:2], "shape")],
         "origin_size": BAD_SIZES, "destination_size": BAD_SIZES},
    ),
    radiation.intervening_opportunities: (
        {"cost": COST, "size": SIZE},
        {"cost": [WRONG[0], (COST[:, :2], ""), (SIZE, "shape"), (TEXT, "numbers")], "size": BAD_SIZES},
    ),
    communities.modularity: (
        {"flows": FLOWS, "partition": REGIONS}, {"flows": [(NONE, "no flows")], "partition": [({"a": "A"}, "b")]},
    ),
    communities.leiden_regions: (
        {"flows": FLOWS}, {"flows": [(NONE, "no flows")], "resolution": POSITIVE, "seed": [(-1, "seed")]},
    ),
    communities.threshold_ladder: (
        {"flows": FLOWS},
        {"flows": [(NONE, "no flows")], "thresholds": [([], ""), ([0.0], "0"), ([nan], "nan"), ([1.1], "1.1")]},
    ),
    compare.compare_partitions: (
        {"first": REGIONS, "second": SIDES},
        {"first": [({"a": "A"}, "b"), ({}, ""), ({**REGIONS, "b": None}, "b")],
         "second": [({"a": "A"}, "b"), ({**REGIONS, "z": "Z"}, "z"), ({**REGIONS, "c": None}, "c")],
         "weights": [*BAD_PEOPLE, (dict.fromkeys("abc", 0.0), "0")]},
    ),
    compare.border_disagreement: (
        {"partition": REGIONS, "borders": SIDES},
        {"partition": [({}, "empty"), ({**REGIONS, "b": None}, "b")], "borders": BAD_SIDES, "weights": BAD_PEOPLE},
    ),
    contiguity.contiguous_regions: (
        {"partition": REGIONS, "neighbours": ROW, "flows": FLOWS},
        {"partition": [({"a": "A"}, "b"), ({**REGIONS, "c": 3}, "row c")],
         "neighbours": [([], "neighbours"), ([("x", "y")], "neighbours")]},
    ),
    coombes_bond.functional_regions: (
        {"flows": FLOWS, "parameters": RULE},
        {"flows": [(NONE, "diagonal"), (HOME, "no area"), (FlowMatrix.from_dense(COST - np.eye(3), ABC), "diagonal")],
         "rule": [("dirty", "dirty")]},
    ),
    naming.name_regions: (
        {"partition": REGIONS, "names": REGIONS, "jobs": PEOPLE},
        {"partition": [({}, "empty"), ({**REGIONS, "b": None}, "b")], "names": [({"a": "A"}, "b")], "jobs": BAD_PEOPLE,
         "second_share": [(0.0, "second_share"), (nan, "second_share"), (1.1, "second_share")]},
    ),
    nodal.nodal_hierarchy: (
        {"flows": FLOWS}, {"min_share": SHARES, "ratio": [(0.5, "ratio"), (nan, "ratio"), (inf, "ratio")]},
    ),
    nodal.large_flows: ({"flows": FLOWS, "min_share": 0.1}, {"flows": [(NONE, "nobody")], "min_share": SHARES}),
    stability.region_stability: (
        {"flows": FLOWS, "parameters": RULE, "draws": 2, "vary": 0.0},
        {"flows": [(NONE, "diagonal")], "draws": [(0, "draws")], "vary": [(nan, "vary"), (0.5, "vary"), (-0.1, "vary")],
         "seed": [(-1, "seed")], "rule": [("dirty", "dirty")]},
    ),
    SelfContainment: (
        {"min_size": 10, "target_size": 20, "min_self_containment": 0.5, "target_self_containment": 0.6},
        {"min_size": [(30, "min_size"), (nan, "min_size"), (0, "min_size")], "target_size": [(inf, "target_size")],
         "min_self_containment": [(0.7, "min_self"), (1.1, "min_self")],
         "target_self_containment": [(nan, "target_s")]},
    ),
    RULE.scaled: ({"factor": 2.0}, {"factor": POSITIVE}),
    RULE.needed: ({"size": 30.0}, {"size": [(nan, "size"), (-1.0, "size")]}),
    structure.location_quotients: (
        {"employment": JOBS},
        {"employment": [(JOBS.with_columns(value=pl.lit(-1)), "row 1"), (JOBS.with_columns(value=pl.lit(inf)), "row 1"),
                        (JOBS.with_columns(value=pl.lit(None, pl.Float64)), "value"),
                        (pl.concat([JOBS, JOBS]), "row 5"),
                        (JOBS.drop("sector"), "sector"), (JOBS.head(0), "no rows"),
                        (JOBS.with_columns(value=pl.lit("many")), "value")],
         "reference": [({"C": 1.0}, "Q"), ({"C": nan, "Q": 1.0}, "C"), ({"C": -1.0, "Q": 5.0}, "C")],
         "totals": [({"a": 9.0}, "b"), ({"a": 9.0, "b": nan}, "b"), ({"a": 9.0, "b": -1.0}, "b")],
         "reference_total": POSITIVE, **{name: [("nothing", "nothing")] for name in ("area", "sector", "value")}},
    ),
    structure.shift_share: (
        {"table": CHANGE, "reference": CHANGE.drop("area")},
        {"table": [(CHANGE.with_columns(start=pl.lit(nan)), "row 1"), (CHANGE.with_columns(end=pl.lit(-1)), "row 1"),
                   (pl.concat([CHANGE, CHANGE]), "row 3"), (CHANGE.head(0), "no rows"), (CHANGE.drop("end"), "end")],
         "reference": [(CHANGE.head(1).drop("area"), "Q"), (CHANGE.with_columns(start=pl.lit(0.0)), "C"),
                       (CHANGE.drop("area").with_columns(end=pl.lit(inf)), "row 1")],
         **{name: [("nothing", "nothing")] for name in ("area", "sector", "start", "end")}},
    ),
    TravelMatrix: (
        {"origins": ABC, "destinations": ABC, "minutes": COST},
        {"origins": [(["a", "a", "b"], "a")], "destinations": [(["a", "b", "b"], "b"), (["a"], "shape")],
         "minutes": [(WRONG[0][0], "row a"), (WRONG[2][0], "row a"), WRONG[3]],
         "kilometres": [(WRONG[0][0], "row a"), (WRONG[2][0], "row a"), WRONG[3]]},
    ),
    TIMES.select: ({"origins": ["a"]}, {"origins": [(["z"], "z")], "destinations": [(["z"], "z")]}),
    TIMES.within: ({"sides": SIDES}, {"sides": BAD_SIDES}),
    Baseline: (
        {"flows": FLOWS, "travel": WAYS, "decay": 0.1},
        {"flows": [(FlowMatrix.from_dense([[1]], ["z"]), "z"), (NONE, "nobody")],
         "travel": [(TIMES, "kilometres"), (CUT, "way")], "centres": [(["z"], "z")],
         **{name: [(nan, name), (-1.0, name), (inf, name)] for name in (
             "decay", "co2_per_km", "car_share", "land_per_resident", "land_per_job", "access_target")}},
    ),
    AWAY.against: ({"other": REGION.result}, {"other": [(OTHER, "areas")]}),
    evaluate: (
        {"baseline": REGION, "scenario": Scenario("some")},
        {"scenario": [(Scenario("bad", Levers(**lever)), text) for lever, text in (
            ({"jobs": {"z": 1.0}}, "z"), ({"jobs": {"a": -1e6}}, "row a"), ({"housing": {"b": -1e6}}, "row b"),
            ({"hubs": ("z",), "hub_share": 0.1, "hub_days": 1}, "z"), ({"links": (Link("a", "z", 1, 1),)}, "z"))]},
    ),
    partial(evaluate, scenario=Scenario("central", Levers(centrality=0.5))): (
        {"baseline": REGION}, {"baseline": [(replace(REGION, centres=()), "central"),
                                      (replace(REGION, centres=ABC), "c")]},
    ),
    judge: (
        {"results": [REGION.result, AWAY], "groups": {"g": {"commuter_km": 1}}, "draws": 9},
        {"results": [([], "none"), ([AWAY], "two"), ([AWAY, AWAY], "different"), ([REGION.result, OTHER], "areas")],
         "groups": [({"g": {"luck": 1}}, "luck"), ({"g": {}}, "g"), ({"g": {"commuter_km": nan}}, "g"),
                    ({"g": {"commuter_km": -1, "co2": 5}}, "g")], "draws": [(0, "draws")], "seed": BAD_SEEDS},
    ),
    Levers: (
        {},
        {"jobs": [({"a": nan}, "row a")], "housing": [({"a": inf}, "row a")], "centrality": [(2, "centrality")],
         "telework_share": SHARES, "telework_days": [(6, "telework_days"), (nan, "telework_days")],
         "hubs": [(("a", "a"), "hub a")], "hub_share": SHARES, "hub_days": [(6, "hub_days")],
         "public_transport_shift": SHARES,
         "links": [((Link("a", "b", nan, 1),), "a – b"), ((Link("a", "b", 1, -1),), "a – b")]},
    ),
    Scenario: (
        {"name": "some"},
        {"name": [(5, "name")], "release": [(5, "release")], "seed": BAD_SEEDS,
         "groups": [({"g": {"co2": nan}}, "group g"), ({"g": {"co2": -1}}, "group g"), ({"g": 5}, "group g"), (5,
         "groups")],
         "levers": [(5, "levers")]},
    ),
    Scenario.from_dict: (
        {"data": {"name": "some"}},
        {"data": [({}, "name"), ({"name": "s", "mood": 1}, "mood"), ({"name": "s", "levers": {"tax": 1}}, "tax"),
                  ({"name": "s", "levers": {"links": [{"first": "a"}]}}, "second"),
                  ({"name": "s", "levers": {"centrality": "much"}}, "centrality"),
                  ({"name": "s", "levers": 5}, "levers"), ({"name": "s", "seed": -1}, "seed"),
                  ({"name": "s", "seed": "x"}, "seed"), ({"name": "s", "levers": {"jobs": 5}}, "jobs"),
                  ({"name": "s", "levers": {"jobs": {"a": "many"}}}, "row a"),
                  ({"name": "s", "levers": {"hubs": "a"}}, "hubs"), ({"name": "s", "levers": {"links": 5}}, "links"),
                  ({"name": "s", "levers": {"links": [{"first": "a", "second": "b", "minutes": "x", "kilometres": 1}]}},
                   "a – b"), ({"name": "s", "groups": {"g": 5}}, "g"), ({"name": "s", "groups": [1]}, "groups"),
                  ({"name": 5}, "name")]},
    ),
}  # fmt: skip

#: Public, but nothing can go wrong on their account: results, and data that another entry checks.
CHECKED_ELSEWHERE = {"FlowMatrix", "GravityFit", "Link", "Places", "Prior", "SizeClass"}
