"""Ten views drawn at random over all six ways in: the numbers on the page are those of the library.

What the page shows is read from its HTML, in German numbers; what it should show is computed from the tables of the
release and by :mod:`raumwerk.analysis`, past every query of the website. ``RAUMWERK_SEED=…`` draws other views; the
seed stands in the name of each test.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable
from urllib.parse import urlencode

import polars as pl
import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client

from raumwerk.analysis.access import nearest_centre
from raumwerk.analysis.gravity import fit_gravity
from raumwerk.analysis.regions import SelfContainment, functional_regions
from raumwerk.analysis.scenarios import Baseline, Levers, Scenario, evaluate
from raumwerk.analysis.structure import location_quotients
from raumwerk.cli.analysis_release import (
    centres_near,
    class_scheme,
    district_flows,
    members,
    region_flows,
    region_places,
    travel_between,
)
from raumwerk.store.layout import Store
from raumwerk.store.read import Release
from raumwerk.tables.keys import Level

pytestmark = [pytest.mark.real_data, pytest.mark.django_db, pytest.mark.usefixtures("official", "regions", "bundles")]
SEED = int(os.environ.get("RAUMWERK_SEED") or 20261129)
WAYS = ("map", "commuting", "economy", "regions", "centres", "scenarios")
REGIONS = ("mitte", "kali", "hannover-hildesheim")
#: Every way in once, and four more as chance has it.
VIEWS = [*WAYS, *random.Random(SEED).choices(WAYS, k=4)]
Cell = float | tuple[float, float] | None


def cell(text: str) -> Cell:
    """A cell as a number, the interval it lies in, or None for what is not known."""
    plain = re.sub(r"Schätzung|≈|%", "", text).replace("\N{MINUS SIGN}", "-").replace(".", "").replace(",", ".").strip()
    if plain in ("", "–"):
        return None
    low, dash, high = plain.partition("–")
    return (float(low), float(high)) if dash else float(plain)


def same(shown: str, value: float | None, lower: float | None = None, upper: float | None = None) -> None:
    """The cell is the value, rounded as it is shown; or its interval where there is no value."""
    step = 10.0 ** -len(text.partition(",")[2].split("–")[0].strip()) if "," in (text := shown.strip(" %")) else 1.0
    read = cell(shown)
    if value is not None:
        assert isinstance(read, float), (shown, value)
        assert abs(read - value) <= 0.5 * step + 1e-6 * max(1.0, abs(value)), (shown, value)
    elif upper is None:
        assert read is None, (shown, value)
    elif isinstance(read, tuple):
        assert read == pytest.approx((lower or 0, upper), abs=0.51 * step)
    else:
        assert read == pytest.approx(upper, abs=0.51 * step)


def table(address: str, place: str) -> dict[str, list[str]]:
    """Rows of a table on a page by the key that their head leads to (else by name): the texts of all cells."""
    response = Client().get(address)
    assert response.status_code == 200, (address, response.content.decode()[:1500])
    section = BeautifulSoup(response.content, "html.parser").select_one(place)
    assert isinstance(section, Tag), (address, place)
    found = {}
    for row in section.select("tbody tr"):
        head = row.find("th")
        if not isinstance(head, Tag):
            continue
        link = head.find("a")
        key = re.search(r"/gebiet/(\w+)/", str(link["href"])) if isinstance(link, Tag) else None
        texts = [re.sub(r"\s+", " ", each.get_text(" ", strip=True)).strip() for each in row.find_all(["th", "td"])]
        found[key[1] if key else head.get_text(strip=True)] = texts
    return found


def check_map(draw: random.Random, release: Release) -> str:
    slug, level = draw.choice(REGIONS), draw.choice(["municipality", "district"])
    mine = pl.col("area").is_in(members(release, slug, Level(level)))
    rows = release.table("indicators").filter(mine & (pl.col("level") == level)).collect()
    indicator = draw.choice(sorted(rows["indicator"].unique()))
    period = draw.choice(sorted(rows.filter(pl.col("indicator") == indicator)["period"].unique()))
    asked = {"indicator": indicator, "level": level, "period": period}
    address = f"/{slug}/atlas/?{urlencode(asked)}"
    shown = table(address, "#atlas-table")
    expected = rows.filter((pl.col("indicator") == indicator) & (pl.col("period") == period))
    assert set(expected["area"]) <= set(shown)
    assert set(shown) == set(members(release, slug, Level(level)))
    for row in expected.iter_rows(named=True):
        same(shown[row["area"]][2], row["value"], row["lower"], row["upper"])
    for area in set(shown) - set(expected["area"]):
        assert cell(shown[area][2]) is None
    return address


def check_commuting(draw: random.Random, release: Release) -> str:
    slug, direction = draw.choice(REGIONS), draw.choice(["out", "in"])
    border = draw.choice(["all", "crossing", "within"])
    level = draw.choice(["district", "municipality"])
    near, far = ("origin", "destination") if direction == "out" else ("destination", "origin")
    if level == "district":
        area = draw.choice(members(release, slug, Level.DISTRICT))
        pairs = release.table("flows").filter(
            (pl.col("part") == "all") & (pl.col("level") == level) & (pl.col(near) == area)
        )
    else:
        area = draw.choice(_peopled(release, slug))
        pairs = release.table("flow_estimates").filter((pl.col("region") == f"region:{slug}") & (pl.col(near) == area))
    rows = pairs.filter(pl.col(near) != pl.col(far)).collect()
    period = draw.choice(sorted(rows["period"].unique()))
    crosses = pl.col(near).str.head(2) != pl.col(far).str.head(2)
    wanted = {"all": pl.lit(value=True), "crossing": crosses, "within": ~crosses}[border]
    expected = rows.filter((pl.col("period") == period) & wanted)
    asked = {"area": area, "direction": direction, "border": border, "period": period}
    address = f"/{slug}/atlas/pendeln/?{urlencode(asked)}"
    shown = table(address, "#atlas-table")
    known = {row[far]: row for row in expected.iter_rows(named=True)}
    assert len(shown) == min(400, len(known))
    for key, texts in shown.items():
        same(texts[1], known[key]["value"], known[key]["lower"], known[key]["upper"])
    return address


def _peopled(release: Release, slug: str) -> list[str]:
    lived = release.table("areas").filter("inhabited").collect()["area"].to_list()
    return sorted(set(members(release, slug, Level.MUNICIPALITY)) & set(lived))


_SECTORS = ("a", "be", "f", "gi", "j", "k", "l", "mn", "oq", "ru")


def check_economy(draw: random.Random, release: Release) -> str:
    slug = draw.choice(REGIONS)
    counted = release.table("observations").filter(pl.col("measure").str.starts_with("employees_work_a"))
    periods = sorted(counted.select("period").unique().collect()["period"])
    period = draw.choice(periods[1:])  # growth needs an earlier one
    address = f"/{slug}/atlas/wirtschaft/?{urlencode({'base': 'employees', 'period': period})}"
    shown = table(address, "[aria-labelledby=t-quotients]")
    wanted = pl.col("measure").str.starts_with("employees_work") & (pl.col("period") == period)
    rows = release.table("observations").filter(wanted).collect()
    amounts = {(row["area"], row["measure"]): row["value"] for row in rows.iter_rows(named=True)}
    names = ["employees_work", *(f"employees_work_{sector}" for sector in _SECTORS)]
    checked = 0
    for area in members(release, slug, Level.DISTRICT):
        if any(amounts.get((area, name)) is None for name in names):
            continue  # a suppressed sector has an interval, which test_planning_numbers holds
        own, nation = ({s: amounts[key, f"employees_work_{s}"] for s in _SECTORS} for key in (area, "DG"))
        frame = pl.DataFrame([{"area": area, "sector": sector, "value": value} for sector, value in own.items()])
        library = location_quotients(
            frame, reference=nation, totals={area: amounts[area, "employees_work"]},
            reference_total=amounts["DG", "employees_work"],
        )  # fmt: skip
        quotients = dict(library.select("sector", "location_quotient").rows())
        texts = shown[area][-len(_SECTORS) :]
        for sector, text in zip(_SECTORS, texts, strict=True):
            same(text, quotients[sector])
        checked += 1
    assert checked
    return address


def check_regions(draw: random.Random, release: Release, home: Store) -> str:
    slug, level = draw.choice(REGIONS), draw.choice(["municipality", "district"])
    low = draw.randrange(500, 20_000, 500)
    target = (low + draw.randrange(1_000, 50_000, 1_000) + 999) // 1000 * 1000
    shares = draw.choice([50, 60.5, 66.7]), draw.choice([70, 75, 80])
    kind = draw.choice(["clean", "lma34"])
    asked = {"level": level, "min_size": low, "target_size": target, "min_share": shares[0], "target_share": shares[1],
             "rule": kind}  # fmt: skip
    address = f"/{slug}/atlas/regionen/?{urlencode(asked)}"
    shown = table(address, "[aria-labelledby=t-regions]")
    flows = district_flows(release) if level == "district" else region_flows(home, slug)[0]
    rule = SelfContainment(low, target, shares[0] / 100, shares[1] / 100)
    library = functional_regions(flows, rule, rule=kind)
    mine = set(members(release, slug, Level(level)))
    touched = {region for area, region in library.partition.items() if area in mine}
    expected = library.regions.filter(pl.col("region").is_in(sorted(touched)))
    assert len(shown) == expected.height
    rows = expected.sort("jobs", "residents").iter_rows(named=True)
    ordered = sorted(shown.values(), key=lambda texts: (cell(texts[3]), cell(texts[2])))
    for texts, row in zip(ordered, rows, strict=True):
        values = (row["areas"], row["residents"], row["jobs"], row["internal"], 100 * row["supply_self_containment"])
        for text, value in zip(texts[1:6], values, strict=True):
            same(text, float(value))
    return address


def check_centres(draw: random.Random, release: Release) -> str:
    slug, rank, closed = draw.choice(REGIONS), draw.choice(["OZ", "MZ", "GZ"]), draw.choice([True, False])
    own = region_places(release).filter(pl.col("area").is_in(members(release, slug, Level.MUNICIPALITY)))
    ways = travel_between("line", own, centres_near(release, rank, own))
    people = dict(own.select("area", pl.col("people").fill_null(0)).rows())
    sides = {key: key[:2] for key in (*ways.origins, *ways.destinations)} if closed else None
    library = nearest_centre(ways, people, target=30, sides=sides)
    asked = {"view": "centres", "rank": rank, **({"border": "closed"} if closed else {})}
    address = f"/{slug}/atlas/zentren/?{urlencode(asked)}"
    shown = table(address, "[aria-labelledby=t-reach]")
    minutes = dict(library.areas.select("area", "minutes").iter_rows())
    assert set(shown) == set(minutes)
    for area, texts in shown.items():
        same(texts[3], minutes[area])
    return address


def check_scenarios(draw: random.Random, release: Release, home: Store) -> str:
    slug = draw.choice(REGIONS)
    share, days = draw.randrange(5, 60, 5), draw.choice([1, 2, 3])
    centrality, shift = draw.randrange(0, 20, 5), draw.randrange(0, 40, 5)
    asked = {"telework_share": share, "telework_days": days, "centrality": centrality, "public_transport_shift": shift}
    address = f"/{slug}/atlas/szenarien/?{urlencode(asked)}"
    shown = table(address, "[aria-labelledby=t-areas]")
    flows = region_flows(home, slug)[0]
    ways = travel_between("line", region_places(release).filter(pl.col("area").is_in(flows.codes)))
    decay = -fit_gravity(flows, ways.select(origins=flows.codes, destinations=flows.codes).minutes).parameters["cost"]
    ranks = class_scheme(release, "central_place_level")[0]
    base = Baseline(flows, ways, decay, [code for code in flows.codes if ranks.get(code) in ("1", "2")], 0.16, 0.8)
    levers = Levers(centrality=centrality / 100, telework_share=share / 100, telework_days=float(days),
                    public_transport_shift=shift / 100)  # fmt: skip
    library = evaluate(base, Scenario("x", levers))
    before = dict(base.result.areas.select("area", "commuter_km").iter_rows())
    after = dict(library.areas.select("area", "commuter_km").iter_rows())
    assert set(shown) == set(after)
    for area, texts in shown.items():
        same(texts[1], after[area])
        same(texts[2], after[area] - before[area])
    return address


@pytest.mark.parametrize("number", range(len(VIEWS)), ids=lambda number: f"seed{SEED}-{number}-{VIEWS[number]}")
def test_numbers_on_the_page_are_those_of_the_library(number, real_release, real_home):
    draw = random.Random(f"{SEED}-{number}")
    way, home = VIEWS[number], Store(real_home / "store")
    checks: dict[str, Callable[[], str]] = {
        "map": lambda: check_map(draw, real_release),
        "commuting": lambda: check_commuting(draw, real_release),
        "economy": lambda: check_economy(draw, real_release),
        "regions": lambda: check_regions(draw, real_release, home),
        "centres": lambda: check_centres(draw, real_release),
        "scenarios": lambda: check_scenarios(draw, real_release, home),
    }
    address = checks[way]()
    print(f"RAUMWERK_SEED={SEED}: {address}")
