from __future__ import annotations

import re

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from raumwerk.analysis.flows import FlowMatrix
from raumwerk.analysis.regions import PRESETS, SelfContainment, functional_regions
from raumwerk.errors import InputError, RaumwerkError

ISLAND = SelfContainment(600, 1200, 0.7, 0.8)


def _matrix(values, codes=None):
    return FlowMatrix.from_dense(values, codes or [f"a{i:02d}" for i in range(len(values))])


# ---------------------------------------------------------------- small enough to work by hand


def test_functional_regions_two_towns_take_their_villages():
    flows = _matrix([[900, 10, 20, 0], [300, 200, 0, 5], [10, 0, 700, 30], [0, 5, 250, 150]], ["A", "a", "B", "b"])
    found = functional_regions(flows, ISLAND)
    # Codes sort as A, B, a, b. Both villages are least self-contained; each joins its town: L, W, S by hand.
    assert found.areas.rows() == [
        ("A", "A", False, "A"),
        ("B", "B", False, "B"),
        ("a", "A", False, "A"),
        ("b", "B", False, "B"),
    ]
    columns = ["region", "founder", "areas", "residents", "jobs", "internal"]
    assert found.regions.select(columns).rows() == [
        ("A", "A", 2, 1435.0, 1425.0, 1410.0),
        ("B", "B", 2, 1145.0, 1155.0, 1130.0),
    ]
    assert found.regions["supply_self_containment"].to_list() == [1410 / 1435, 1130 / 1145]
    assert found.regions["demand_self_containment"].to_list() == [1410 / 1425, 1130 / 1155]
    assert found.iterations == 2
    assert (len(found.reserve), len(found.left_out), found.masked_pairs) == (0, 0, 0)


def test_functional_regions_nothing_to_do_when_all_are_valid():
    found = functional_regions(_matrix([[100, 1], [1, 100]]), SelfContainment(10, 20, 0.5, 0.6))
    assert found.partition == {"a00": "a00", "a01": "a01"}
    assert found.iterations == 0


def test_functional_regions_area_without_jobs_or_ties_is_left_out():
    values = [[100, 5, 0, 0], [5, 100, 0, 0], [3, 0, 0, 0], [0, 0, 0, 50]]
    found = functional_regions(_matrix(values), SelfContainment(10, 20, 0.5, 0.6))
    assert found.left_out.rows() == [("a02", "no jobs"), ("a03", "no flow to or from another area")]
    assert found.areas["region"].to_list() == ["a00", "a01", None, None]
    assert found.regions["residents"].sum() == 210  # the flow of the area left out does not count


def test_functional_regions_area_that_spoils_its_partner_waits_on_the_reserve_list():
    # c sends people to three towns. Cohesion is greatest with b (70²/(200·170)); b alone fills 100 of 170 jobs
    # from inside (validity .588/.55), with c 175 of 300 residents stay (.583/.55): worse, so c waits and joins b last.
    values = [[100, 0, 0, 0], [0, 100, 0, 0], [60, 70, 5, 65], [0, 0, 0, 100]]
    found = functional_regions(_matrix(values, ["a", "b", "c", "d"]), SelfContainment(50, 100, 0.55, 0.6))
    assert found.areas.rows() == [
        ("a", "a", False, "a"), ("b", "b", False, "b"), ("c", "b", True, None), ("d", "d", False, "d")
    ]  # fmt: skip
    assert found.reserve.drop("validity").rows() == [("c", "c", "A", 1)]
    assert found.reserve["validity"].to_list() == pytest.approx([5 / 200 / 0.55])
    assert found.regions["validity"].to_list() == pytest.approx([0.6 / 0.55, 175 / 300 / 0.55, 0.6 / 0.55])


def test_functional_regions_masked_pairs_take_part_with_their_lower_bound():
    frame = pl.DataFrame(
        {
            "origin": ["a", "a", "b", "b"], "destination": ["a", "b", "a", "b"],
            "flow": [90.0, None, 10.0, 90.0], "lower": [90.0, 1.0, 10.0, 90.0], "upper": [90.0, 9.0, 10.0, 90.0],
        }
    )  # fmt: skip
    found = functional_regions(FlowMatrix.from_pairs(frame), SelfContainment(10, 20, 0.5, 0.6))
    assert found.masked_pairs == 1
    assert found.regions["residents"].to_list() == [91.0, 100.0]


# ---------------------------------------------------------------- published


@pytest.mark.real_data
@pytest.mark.parametrize("rule", ["clean", "lma34"])
@pytest.mark.parametrize(
    ("name", "iterations"),
    [("minSZ1000_minSC0.6667_tarSZ10000_tarSC0.75", 12), ("minSZ50_minSC0.3_tarSZ100_tarSC0.4", 0)],
)
def test_functional_regions_brindisi_equals_the_published_answer(brindisi, delimitation, rule, name, iterations):
    size, share, target_size, target_share = (float(number) for number in re.findall(r"[\d.]+", name))
    parameters = SelfContainment(size, target_size, share, target_share)
    found = functional_regions(brindisi, parameters, rule=rule)
    answer = delimitation / "brindisi"
    clusters = pl.read_csv(answer / f"Brindisi_{name}_clusterList.csv", schema_overrides={"community": pl.String})
    totals = pl.read_csv(answer / f"Brindisi_{name}_marginals.csv")
    number = {code: rank + 1 for rank, code in enumerate(brindisi.codes)}
    founders = {region: number[founder] for region, founder in found.regions.select("region", "founder").rows()}
    assert {area: founders[region] for area, region in found.partition.items()} == dict(
        clusters.select("community", "cluster").rows()
    )
    ours = sorted((founders[row["region"]], row["residents"], row["jobs"]) for row in found.regions.to_dicts())
    assert ours == sorted(totals.rows())
    assert found.iterations == iterations
    assert len(found.reserve) == 0


@pytest.mark.real_data
def test_functional_regions_belgium_every_area_in_one_region_and_totals_kept(belgium):
    found = functional_regions(belgium, PRESETS["uk"])
    assert found.areas["region"].null_count() == 0
    assert found.regions["areas"].sum() == 589
    assert found.regions["residents"].sum() == belgium.total
    assert found.regions["jobs"].sum() == belgium.total


@pytest.mark.real_data
def test_functional_regions_us_counties_the_two_rules_differ_a_little(us_counties):
    clean = functional_regions(us_counties, PRESETS["uk"])
    legacy = functional_regions(us_counties, PRESETS["uk"], rule="lma34")
    assert abs(len(clean.regions) - len(legacy.regions)) <= 3
    assert clean.partition != legacy.partition


# ---------------------------------------------------------------- against a slow, plain second writing


def _validity(residents, jobs, internal, p):
    share = min(internal / residents, internal / jobs)
    if share == 1:
        return 1.0
    missing = max((p.target_size - residents) / (p.target_size - p.min_size), 0)
    ratio = p.min_self_containment / p.target_self_containment
    reached = min(share / p.target_self_containment, 1)
    return reached * (1 - (1 - ratio) * missing) * (p.target_self_containment / p.min_self_containment)


class _Plain:
    """The rule as one would write it on a blackboard: every total is summed anew from the whole matrix."""

    def __init__(self, values, parameters, *, legacy):
        self.T, self.p, self.legacy = np.asarray(values, float), parameters, legacy
        self.n = len(self.T)
        self.of = np.arange(self.n)
        self.reserve = []

    def members(self, k):
        return np.flatnonzero(self.of == k)

    def value(self, group):
        return _validity(self.T[group].sum(), self.T[:, group].sum(), self.T[np.ix_(group, group)].sum(), self.p)

    def parts(self, group):
        inner = self.T[np.ix_(group, group)]
        flows = inner[inner > 0] if (inner > 0).any() else [0.0]
        return [_validity(self.T[a].sum(), self.T[:, a].sum(), f, self.p) for a in group for f in flows]

    def partner(self, x):
        ranked = []
        for k in sorted(set(self.of[self.of >= 0]) - {self.of[x]}):
            group = self.members(k)
            goes, comes = self.T[x, group].sum(), self.T[group, x].sum()
            if goes + comes:
                tie = comes / self.T[group].sum() * comes / self.T[:, x].sum()
                tie = tie + goes / self.T[x].sum() * goes / self.T[:, group].sum()
                ranked.append((tie, comes == 0, k))
        return max(ranked)[2] if ranked else None

    def run(self):
        stale = None
        for _ in range(1000 * self.n):
            keys = {k: self.value(self.members(k)) for k in sorted(set(self.of[self.of >= 0]))}
            if stale is not None:
                keys[stale] = min(self.parts(self.members(stale)))
            worst = min(keys, key=lambda k: (keys[k], k), default=None)
            if worst is None or keys[worst] >= 1:
                return self.hand_out()
            stale = self.dissolve(worst, stale)
        raise AssertionError("no end")

    def dissolve(self, home, stale):
        group = self.members(home)
        outside = np.setdiff1d(np.arange(self.n), group)
        ties = [self.T[outside, x].sum() + self.T[x].sum() - self.T[x, x] for x in group]
        x = group[int(np.argmax(ties))]
        k = self.partner(x)
        if k is None:
            self.place(x, -1)
            while len(rest := self.members(home)):
                y = min(rest, key=lambda a: (self.value([a]), -a))
                other = self.partner(y)
                joins = other is not None and self.value([*self.members(other), y]) >= self.value(self.members(other))
                self.place(y, other if joins else -1)
            return None
        before = [self.value(self.members(k))] if k != stale else self.parts(self.members(k))
        self.place(x, k if self.value([*self.members(k), x]) >= max(before) else -1)
        return home if self.legacy and len(group) >= 3 else None

    def place(self, x, k):
        self.of[x] = k
        if k == -1:
            self.reserve.append(x)

    def hand_out(self):
        moved = True
        while moved:
            moved = False
            for x in np.flatnonzero(self.of == -1)[::-1]:
                k = self.partner(x)
                if k is not None:
                    self.of[x] = k
                    moved = True
        return self


@st.composite
def _matrices(draw, smallest=1):
    n = draw(st.integers(3, 14))
    top = draw(st.sampled_from([2, 9, 60]))
    density = draw(st.sampled_from([0.2, 0.5, 1.0]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    values = rng.integers(1, top + 1, (n, n)) * (rng.random((n, n)) < density)
    values[np.diag_indices(n)] = rng.integers(smallest, 4 * top, n)
    ring = np.arange(n)
    values[ring, (ring + 1) % n] += 1  # everybody takes part
    return values


_PARAMETERS = st.sampled_from(
    [SelfContainment(5, 40, 0.6, 0.75), SelfContainment(30, 200, 2 / 3, 0.75), SelfContainment(100, 300, 0.5, 0.8)]
)
_CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=150)


@_CALM
@given(values=_matrices(), parameters=_PARAMETERS, legacy=st.booleans())
def test_functional_regions_equals_the_plain_writing(values, parameters, legacy):
    plain = _Plain(values, parameters, legacy=legacy).run()
    found = functional_regions(_matrix(values), parameters, rule="lma34" if legacy else "clean")
    codes = [f"a{i:02d}" for i in range(len(values))]
    founder = dict(found.regions.select("region", "founder").rows())
    ours = {area: founder.get(region) for area, region in found.areas.select("area", "region").rows()}
    assert ours == {code: codes[k] if k >= 0 else None for code, k in zip(codes, plain.of, strict=True)}
    assert found.reserve["area"].to_list() == [codes[x] for x in plain.reserve]


@_CALM
@given(values=_matrices(smallest=0), parameters=_PARAMETERS, seed=st.integers(0, 2**32 - 1))
def test_functional_regions_order_of_the_pairs_is_no_matter(values, parameters, seed):
    if not values.diagonal().any():
        return
    uneven = values * np.where(values > 0, 1 + np.random.default_rng(1).random(values.shape) / 3, 0)
    pairs = _matrix(uneven).to_pairs().select("origin", "destination", "value")
    shuffled = pairs.sample(fraction=1, shuffle=True, seed=seed)
    one, other = (
        functional_regions(FlowMatrix.from_pairs(frame, flow="value"), parameters) for frame in (pairs, shuffled)
    )
    assert one.areas.equals(other.areas)
    assert one.regions.equals(other.regions)
    assert one.reserve.equals(other.reserve)


@_CALM
@given(values=_matrices(), parameters=_PARAMETERS, legacy=st.booleans())
def test_functional_regions_other_codes_in_the_same_order_give_the_same_regions(values, parameters, legacy):
    """Ties go by the order of the codes, so names that keep it change nothing, however many are alike."""
    codes = [f"a{i:02d}" for i in range(len(values))]
    other = [f"{'Z' * (i + 1)}{i % 3}" for i in range(len(values))]
    assert sorted(other) == other
    rule = "lma34" if legacy else "clean"
    one, two = (functional_regions(_matrix(values, names), parameters, rule=rule) for names in (codes, other))
    names = dict(zip(codes, other, strict=True))
    assert {names[area]: names[region] for area, region in one.partition.items()} == two.partition
    assert [names[area] for area in one.reserve["area"]] == two.reserve["area"].to_list()
    assert one.reserve["reason"].equals(two.reserve["reason"])
    assert one.iterations == two.iterations


@_CALM
@given(values=_matrices(), parameters=_PARAMETERS)
def test_functional_regions_members_and_totals_agree(values, parameters):
    flows = _matrix(values)
    found = functional_regions(flows, parameters)
    grouped = flows.aggregate({**dict.fromkeys(flows.codes, "none"), **found.partition})
    totals = grouped.residents().join(grouped.jobs(), on="area").join(grouped.internal(), on="area", suffix="_in")
    expected = {area: (lives, works, inside) for area, lives, works, inside in totals.select(
        "area", "value", "value_right", "value_in").rows() if area != "none"}  # fmt: skip
    ours = {row[0]: row[1:] for row in found.regions.select("region", "residents", "jobs", "internal").rows()}
    assert ours == expected  # whole numbers
    before = found.areas.filter(pl.col("region_before_reserve").is_null() & pl.col("region").is_not_null())
    assert before["reserve"].all()
    if not len(found.reserve):
        assert (found.regions["validity"] >= 1 - 1e-12).all()


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((0, 100, 0.6, 0.7), "min_size is 0"),
        ((10, float("nan"), 0.6, 0.7), "target_size is nan"),
        ((10, 100, 0.6, 1.1), "target_self_containment is 1.1"),
        ((100, 10, 0.6, 0.7), "min_size 100 is not below target_size 10"),
        ((10, 10, 0.6, 0.7), "min_size 10 is not below target_size 10"),
        ((10, 100, 0.8, 0.7), "min_self_containment 0.8 is above target_self_containment 0.7"),
    ],
)
def test_self_containment_out_of_range_or_order_is_named(arguments, complaint):
    with pytest.raises(InputError) as caught:
        SelfContainment(*arguments)
    assert complaint in str(caught.value)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, RaumwerkError)


def test_functional_regions_without_diagonal_says_what_to_add():
    with pytest.raises(InputError, match=r"no diagonal.*employees at residence minus out-commuters"):
        functional_regions(_matrix([[0, 5], [3, 0]]), ISLAND)


def test_functional_regions_unknown_rule_is_refused():
    with pytest.raises(InputError, match="'clean' or 'lma34'"):
        functional_regions(_matrix([[5, 5], [3, 5]]), ISLAND, rule="best")  # type: ignore[arg-type]


def test_functional_regions_areas_without_any_tie_are_refused():
    with pytest.raises(InputError, match="no area has residents, jobs and a flow to another area"):
        functional_regions(_matrix([[5, 0], [0, 5]]), ISLAND)


def test_self_containment_needed_follows_the_hyperbola():
    rule = SelfContainment(3500, 25000, 2 / 3, 0.75)
    assert rule.needed(3500) == pytest.approx(0.75)
    assert rule.needed(14250) == pytest.approx(12 / 17)  # .7059, where a straight line would say .7084
    assert rule.needed(25000) == rule.needed(10**6) == pytest.approx(2 / 3)
    assert rule.needed(3499) == float("inf")
