"""How accurate the municipal estimate is where the truth is known; writes its constants and docs/estimate-accuracy.md.

Usage: ``python benchmarks/estimate_accuracy.py [--learn]``. With ``--learn`` the prior and the intervals are learned
anew and written to ``src/raumwerk/analysis/estimate/constants.py`` first (some minutes).
"""

from __future__ import annotations

import argparse
import datetime
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from census import belgium, districts_of, shared_folder, switzerland

from raumwerk.analysis.estimate._raking import Blocks, rake
from raumwerk.analysis.estimate.accuracy import Accuracy, SizeClass, interval, measure_accuracy
from raumwerk.analysis.estimate.calibration import learn_prior
from raumwerk.analysis.estimate.constants import PRIORS
from raumwerk.analysis.estimate.municipal import estimate_flows
from raumwerk.analysis.estimate.places import read_places
from raumwerk.analysis.estimate.prior import FEATURES, Prior, own_distance
from raumwerk.analysis.fit import common_part
from raumwerk.analysis.flows import FlowMatrix

ROOT = Path(__file__).parents[1]
CONSTANTS = ROOT / "src/raumwerk/analysis/estimate/constants.py"
PAGE = ROOT / "docs/estimate-accuracy.md"
NAMES = ("Belgium", "Switzerland")
REGION_DIGITS = {"Belgium": 1, "Switzerland": 2}  # of the upper area's code that name a province, a canton
NOISE, NOISE_SEED = 0.1, 2026
THRESHOLD = 10.0  # flows between districts below it are hidden in one of the cases, as in Germany


@dataclass(frozen=True)
class Case:
    """A country: its communes, the true flows, and the flows summed to the upper level."""

    places: pl.DataFrame
    flows: FlowMatrix
    districts: FlowMatrix


def load() -> dict[str, Case]:
    cases = {}
    for name, read in zip(NAMES, (belgium, switzerland), strict=True):
        places, flows = read(shared_folder())
        cases[name] = Case(places, flows, districts_of(places, flows))
    return cases


def learn(cases: dict[str, Case]) -> dict[str, Prior]:
    """The prior of each country alone and of both."""
    sets = {**{name: (name,) for name in NAMES}, "both": NAMES}
    priors = {}
    for name, members in sets.items():
        started = time.perf_counter()
        data = [(read_places(cases[member].places, region=None), cases[member].flows) for member in members]
        priors[name] = learn_prior(data, learned_on=" and ".join(f"communes of {member}" for member in members))
        print(f"learned on {name}: {time.perf_counter() - started:.0f} s", flush=True)
    return priors


def estimated(case: Case, **options: object) -> tuple[np.ndarray, np.ndarray]:
    """True and estimated matrix."""
    result = estimate_flows(options.pop("places", case.places), options.pop("districts", case.districts), **options)
    model = FlowMatrix.from_pairs(result.pairs, flow="value", codes=case.flows.codes)
    return case.flows.values.toarray(), model.values.toarray()


def hidden_below(districts: FlowMatrix, threshold: float) -> tuple[FlowMatrix, pl.DataFrame]:
    """District flows as Germany publishes them: small pairs not listed, but their sum known for each district."""
    pairs = districts.to_pairs().select("origin", "destination", "value")
    every = pl.DataFrame({"origin": districts.codes}).join(pl.DataFrame({"destination": districts.codes}), how="cross")
    pairs = every.join(pairs, on=["origin", "destination"], how="left").with_columns(pl.col("value").fill_null(0.0))
    small = pl.col("value") < threshold
    joint = [
        pairs.filter(small).with_columns(
            (pl.lit(f"{side} ") + pl.col(side)).alias("group"),
            pl.col("value").sum().over(side).alias("lower"), pl.col("value").sum().over(side).alias("upper"),
        )
        for side in ("origin", "destination")
    ]  # fmt: skip
    shown = pairs.with_columns(
        pl.when(~small).then("value").alias("flow"),
        pl.when(small).then(0.0).otherwise("value").alias("lower"),
        pl.when(small).then(threshold - 1).otherwise("value").alias("upper"),
    )
    return FlowMatrix.from_pairs(shown, codes=districts.codes), pl.concat(joint)


def by_region(case: Case, prior: Prior, digits: int) -> tuple[np.ndarray, np.ndarray]:
    """Each group of upper areas estimated alone, its partners left whole: flows inside the groups only."""
    truth, model = np.zeros((len(case.flows),) * 2), np.zeros((len(case.flows),) * 2)
    for _, group in case.places.group_by(pl.col("district").str.head(digits), maintain_order=True):
        region = group["district"].unique().to_list()
        result = estimate_flows(case.places, case.districts, region=region, prior=prior, intervals=())
        part = FlowMatrix.from_pairs(result.pairs, flow="value").select(
            set(group["area"]) & {*result.pairs["origin"], *result.pairs["destination"]}
        )
        at = np.ix_(
            [case.flows.position[code] for code in part.codes], [case.flows.position[code] for code in part.codes]
        )
        model[at] = part.values.toarray()
        inside = [case.flows.position[code] for code in group["area"]]
        truth[np.ix_(inside, inside)] = case.flows.select(group["area"]).values.toarray()
    return truth, model


def without_jobs(case: Case) -> tuple[pl.DataFrame, FlowMatrix]:
    """Jobs of each commune guessed: the district's jobs by residents."""
    return case.places.with_columns(pl.col("residents").alias("jobs")), case.districts


def best_power(case: Case) -> tuple[np.ndarray, np.ndarray]:
    """The power decay whose exponent and distance within a commune fit the truth best: more than anybody can know."""
    places = read_places(case.places, region=None)
    order = [case.flows.position[code] for code in places.area]
    truth = case.flows.values.toarray()[np.ix_(order, order)]
    rows, columns = truth.sum(axis=1), truth.sum(axis=0)
    blocks = Blocks(np.unique(places.district, return_inverse=True)[1])
    best = np.zeros_like(truth)
    for within in (1.0, 2.0, 3.0):
        cost = own_distance(places.distance())
        np.fill_diagonal(cost, np.diag(cost) * within)
        for exponent in (1.5, 1.75, 2.0):
            prior = np.outer(rows, columns) * cost**-exponent
            whole = np.ones(len(places), dtype=bool)
            model = rake(prior, blocks, blocks.sums(truth), rows, columns, fixed=whole, tolerance=1e-3).matrix
            if common_part(truth, model) > common_part(truth, best):
                best = model
    return truth, best


def with_noise(case: Case) -> pl.DataFrame:
    """Residents and jobs of each commune wrong by a tenth, as if they came from another year or a larger unit."""
    random = np.random.default_rng(NOISE_SEED)
    factor = {name: pl.Series(random.lognormal(0, NOISE, len(case.places))) for name in ("residents", "jobs")}
    return case.places.with_columns(pl.col(name) * factor[name] for name in factor)


def with_internal(case: Case) -> pl.DataFrame:
    """Communes with the number of people who live and work there."""
    return case.places.join(case.flows.internal().select("area", internal="value"), on="area")


def measure(
    cases: dict[str, Case], priors: dict[str, Prior]
) -> tuple[dict[str, dict[str, Accuracy]], dict[str, float]]:
    """Accuracy of each variant for each country, and the coverage of the bounds."""
    table: dict[str, dict[str, Accuracy]] = {}
    coverage: dict[str, float] = {}
    matrices = {}
    for name, other in zip(NAMES, NAMES[::-1], strict=True):
        case, foreign = cases[name], priors[other]
        hidden, joint = hidden_below(case.districts, THRESHOLD)
        variants: dict[str, Callable[[], tuple[np.ndarray, np.ndarray]]] = {
            "learned": lambda c=case, p=foreign: estimated(c, prior=p, intervals=()),
            "power": lambda c=case: estimated(c, method="power", intervals=()),
            "best_power": lambda c=case: best_power(c),
            "own": lambda c=case, p=priors[name]: estimated(c, prior=p, intervals=()),
            "hidden": lambda c=case, p=foreign, h=hidden, j=joint: estimated(
                c, prior=p, districts=h, joint=j, intervals=()
            ),
            "region": lambda c=case, p=foreign, d=REGION_DIGITS[name]: by_region(c, p, d),
            "noisy": lambda c=case, p=foreign: estimated(c, prior=p, places=with_noise(c), intervals=()),
            "internal": lambda c=case, p=foreign: estimated(c, prior=p, places=with_internal(c), intervals=()),
            "no_jobs": lambda c=case, p=foreign: estimated(c, prior=p, places=without_jobs(c)[0], intervals=()),
            "no_jobs_power": lambda c=case: estimated(c, method="power", places=without_jobs(c)[0], intervals=()),
        }
        for variant, run in variants.items():
            started = time.perf_counter()
            truth, model = run()
            table.setdefault(variant, {})[name] = measure_accuracy(truth, model)
            result = table[variant][name]
            seconds = time.perf_counter() - started
            print(f"{name} {variant}: {result.cpc:.4f} {result.cpc_between:.4f} ({seconds:.1f} s)", flush=True)
            if variant == "learned":
                matrices[name] = truth, model
    for name, other in zip(NAMES, NAMES[::-1], strict=True):
        truth, model = matrices[name]
        foreign_errors = measure_accuracy(*matrices[other]).classes
        coverage[name] = covered(truth, model, foreign_errors)
    table["pooled"] = {"both": pooled(list(matrices.values()))}
    return table, coverage


def covered(truth: np.ndarray, model: np.ndarray, classes: tuple[SizeClass, ...]) -> float:
    """Share of estimated flows of at least one person whose truth lies within the bounds."""
    rows, columns = np.nonzero(model >= 1)
    lower, upper = interval(model[rows, columns], rows == columns, classes)
    true = truth[rows, columns]
    return float(((true >= np.floor(lower)) & (true <= np.ceil(upper))).mean())


def pooled(matrices: list[tuple[np.ndarray, np.ndarray]]) -> Accuracy:
    """Errors of both countries together, side by side in one block matrix with nothing between them."""
    sizes = [len(truth) for truth, _ in matrices]
    both = [np.zeros((sum(sizes), sum(sizes))) for _ in range(2)]
    at = 0
    for size, pair in zip(sizes, matrices, strict=True):
        for whole, part in zip(both, pair, strict=True):
            whole[at : at + size, at : at + size] = part
        at += size
    return measure_accuracy(*both)


def write_constants(priors: dict[str, Prior], classes: tuple[SizeClass, ...], accuracy: dict[str, Accuracy]) -> None:
    lines = [
        '"""What the municipal estimate learned from two countries; written by benchmarks/estimate_accuracy.py.',
        "",
        "Sources: census 2011 of Belgium (Statbel) and the commuter matrix of Switzerland, between communes.",
        '"""', "", "from __future__ import annotations", "",
        "from raumwerk.analysis.estimate.accuracy import Accuracy, SizeClass",
        "from raumwerk.analysis.estimate.prior import Prior", "",
        '__all__ = ["INTERVALS", "PRIOR", "PRIORS", "VALIDATION"]', "",
        "#: The prior learned on each country alone, and on both.", "PRIORS = {",
    ]  # fmt: skip
    for name, prior in priors.items():
        lines += [f'    "{name}": Prior(', "        {"]
        lines += [f'            "{feature}": {prior.coefficients[feature]:.6f},' for feature in FEATURES]
        lines += ["        },", f'        "{prior.learned_on}",', "    ),"]
    lines += ["}", "", "#: The prior that estimates start from unless told otherwise.", 'PRIOR = PRIORS["both"]', ""]
    lines += ["#: Errors of the estimate by size of the flow, each country estimated with the prior of the other.",
              "INTERVALS = (", *_classes(classes, 4), ")", "",
              "#: Accuracy of the estimate of each country with the prior of the other.", "VALIDATION = {"]  # fmt: skip
    for name, result in accuracy.items():
        lines += [f'    "{name}": Accuracy(', f"        {result.cpc:.4f},", f"        {result.cpc_between:.4f},",
                  f"        {result.within_ratio:.4f},", "        (", *_classes(result.classes, 12), "        ),",
                  "    ),"]  # fmt: skip
    CONSTANTS.write_text("\n".join([*lines, "}", ""]), encoding="utf-8")


def _classes(classes: tuple[SizeClass, ...], indent: int) -> list[str]:
    def shown(row: SizeClass) -> str:
        upper = "None" if row.upper is None else f"{row.upper:.1f}"
        numbers = f"{row.typical_error:.4f}, {row.mean_error:.4f}, {row.low:.4f}, {row.high:.4f}"
        return f"SizeClass({row.within}, {row.lower:.1f}, {upper}, {row.pairs}, {row.people:.1f}, {numbers}),"

    return [" " * indent + shown(row) for row in classes]


LABELS = {
    "learned": "Estimate as used: learned prior, from the other country",
    "power": 'Plain power decay fitted to the district flows (`method="power"`)',
    "best_power": "For comparison: power decay with the exponent and inner distance that fit the truth best",
    "own": "For comparison: prior learned on the country itself (it has seen the truth)",
    "hidden": f"As used, district pairs below {THRESHOLD:.0f} hidden, only their sums per district known",
    "region": "As used for a region (Belgian province, Swiss canton): flows inside it, partners outside left whole",
    "noisy": f"As used, residents and jobs of every municipality off by a random {NOISE:.0%}",
    "internal": "As used, internal commuters of every municipality known",
    "no_jobs": "As used, but jobs guessed from residents",
    "no_jobs_power": "Plain power decay, jobs guessed from residents",
}


def write_page(cases: dict[str, Case], table: dict[str, dict[str, Accuracy]], coverage: dict[str, float]) -> None:
    today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    lines = [
        "# How accurate the municipal estimate is", "",
        f"Measured {today} by `benchmarks/estimate_accuracy.py` on {platform.machine()}, Python "
        f"{platform.python_version()}, NumPy {np.__version__}.", "",
        "Flows between municipalities are estimated from the flows between districts. Where all flows are known the "
        "estimate can be held against the truth: the flows between the communes of Belgium (census 2011) and of "
        "Switzerland were summed to arrondissements and cantons, estimated back with the true residents and jobs of "
        "each commune, and compared. The prior always comes from the other country: the method has not seen the truth "
        "that it is compared with.", "",
        "| | " + " | ".join(NAMES) + " |", "|---|---|---|",
    ]  # fmt: skip
    for label, of in (
        ("communes", lambda c: f"{len(c.flows):,}"), ("upper areas", lambda c: f"{len(c.districts):,}"),
        ("commuters", lambda c: f"{c.flows.total:,.0f}"),
        ("of these within their commune", lambda c: f"{c.flows.internal()['value'].sum() / c.flows.total:.1%}"),
    ):  # fmt: skip
        lines.append(f"| {label} | " + " | ".join(of(cases[name]) for name in NAMES) + " |")
    lines += ["", "## Common part of commuters", "",
              "The share of people whom estimate and truth put into the same pair (CPC; 1 is perfect), in brackets "
              "without the people who stay in their commune.", "",
              "| variant | " + " | ".join(NAMES) + " |", "|---|---|---|"]  # fmt: skip
    for variant, label in LABELS.items():
        cells = [f"{table[variant][name].cpc:.3f} ({table[variant][name].cpc_between:.3f})" for name in NAMES]
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    lines += _error_lines(table, coverage)
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _error_lines(table: dict[str, dict[str, Accuracy]], coverage: dict[str, float]) -> list[str]:
    lines = ["", "## Error by size of the flow", "",
             "Both countries together, each with the prior of the other. The typical error is the median of |truth − "
             "estimate| / estimate; nine of ten true flows lie between low × and high × the estimate: these factors "
             "make the bounds shown beside every estimate.", ""]  # fmt: skip
    for within, title in ((False, "between municipalities"), (True, "within a municipality")):
        lines += [f"Flows {title}:", "",
                  "| estimated persons | pairs | typical error | people-weighted error | low | high |",
                  "|---|---|---|---|---|---|"]  # fmt: skip
        for row in table["pooled"]["both"].classes:
            if row.within == within:
                size = f"{row.lower:,.0f} and more" if row.upper is None else f"{row.lower:,.0f} to {row.upper:,.0f}"
                lines.append(f"| {size} | {row.pairs:,} | {row.typical_error:.0%} | {row.mean_error:.0%} "
                             f"| {row.low:.2f} | {row.high:.2f} |")  # fmt: skip
        lines.append("")
    shown = ", ".join(f"{name} {coverage[name]:.1%}" for name in NAMES)
    lines += ["Bounds made from the errors of the other country hold the truth of flows of at least one person in: "
              f"{shown} (aim: 90 %).", "", "## What this cannot tell", "",
              "- Germany is neither country: its municipalities are smaller than Belgium's, its districts smaller than "
              "cantons. The estimate for Germany starts from a prior learned on both.",
              "- Residents and jobs of German municipalities come from different years and partly from associations of "
              "municipalities; here they were exact.",
              "- Distances are straight lines. A mountain, a river without a bridge or a motorway is not seen.",
              "- A flow of a few people is a guess about its order of magnitude, whatever its decimals say.",
              "- District flows alone do not improve the learned decay: fitting its distance coefficient to them again "
              "was tried and made the result worse, because they speak of long ways and the estimate needs short "
              "ones. They enter as exact totals instead."]  # fmt: skip
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--learn", action="store_true", help="learn prior and intervals anew and write the constants")
    options = parser.parse_args()
    cases = load()
    priors = learn(cases) if options.learn else PRIORS
    table, coverage = measure(cases, priors)
    if options.learn:
        write_constants(priors, table["pooled"]["both"].classes, table["learned"])
    write_page(cases, table, coverage)
    print(f"coverage {coverage}; wrote {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
