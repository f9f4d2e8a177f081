"""The agency's commuter workbooks, district edition (real files) and municipal edition (files built here)."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from raumwerk.pipeline.registry import recognise
from raumwerk.pipeline.source import RawFile, Tables
from raumwerk.tables.schemas import spec_of

pytestmark = pytest.mark.real_data
WORKBOOKS = "commuting/ba_kreise_2019-06-30/krpend_*.xlsb"


@pytest.fixture(scope="module")
def workbooks(shared: Callable[[str], list[RawFile]]) -> list[Tables]:
    return [
        {name: spec_of(name).conform(frame) for name, frame in recognise(file).read(file).items()}
        for file in shared(WORKBOOKS)
    ]


@pytest.fixture(scope="module")
def flows(workbooks: list[Tables]) -> pl.DataFrame:
    return pl.concat(tables["flows"] for tables in workbooks)


def test_workbooks_hold_every_district_pair_once_per_direction(flows: pl.DataFrame) -> None:
    pairs = flows.filter(pl.col("part") == "all").group_by("origin", "destination").agg(pl.col("value").unique())
    assert pairs.height == 44_078
    assert pairs["value"].list.len().unique().to_list() == [1]  # outbound and inbound agree
    assert pairs["value"].explode().min() == 10


@pytest.mark.parametrize(
    ("origin", "destination", "persons"),
    [("06633", "06611", 35_462), ("05762", "05774", 5_723), ("03159", "06611", 3_571), ("03254", "03241", 19_453)],
)
def test_workbooks_give_the_published_flow(flows: pl.DataFrame, origin: str, destination: str, persons: int) -> None:
    found = flows.filter(origin=origin, destination=destination, part="all")
    assert set(found["value"]) == {float(persons)}
    assert set(found["period"]) == {"2019-06-30"}


def test_workbooks_give_totals_of_every_district(workbooks: list[Tables]) -> None:
    margins = pl.concat(tables["flow_margins"] for tables in workbooks).filter(part="all")
    totals = margins.filter(partner="total").group_by("direction").agg(pl.len(), pl.col("value").sum())
    assert dict(totals.select("direction", "len").iter_rows()) == {"out": 401, "in": 401}
    kassel = margins.filter(area="06611", partner="total").sort("direction")
    assert kassel.select("direction", "value").rows() == [("in", 64_944.0), ("out", 26_699.0)]
    nation = margins.filter(partner="nation").group_by("direction").agg(pl.col("value").sum())
    assert set(nation["value"]) == {13_005_193.0}
    listed = pl.concat(t["flows"] for t in workbooks).filter(part="all").unique(["origin", "destination"])
    assert 13_005_193 - listed["value"].sum() == 308_264  # in no listed pair


def test_masked_cells_keep_bounds_from_their_totals(flows: pl.DataFrame) -> None:
    masked = flows.filter(pl.col("status") == "masked")
    assert masked["value"].null_count() == masked.height > 80_000
    assert masked["upper"].null_count() == 0
    whole = flows.filter(part="all").select("origin", "destination", "file", whole="value")
    joined = masked.join(whole, on=["origin", "destination", "file"])
    assert joined.filter(pl.col("upper") > pl.col("whole")).is_empty()
    # 01001 → 01053: men and women masked, no other pair of Schleswig-Holstein masks men: 5,034 less the listed 5,019
    assert flows.filter(origin="01001", destination="01053", part="men").select("lower", "upper").row(0) == (0.0, 15.0)


def test_printed_warning_travels_with_the_keys_it_names(workbooks: list[Tables], flows: pl.DataFrame) -> None:
    flagged = flows.filter(pl.col("caveat").is_not_null())
    assert set(flagged["origin"]) == {"16063", "16068", "16073"}
    assert flows.filter(pl.col("origin") == "16063")["caveat"].null_count() == 0
    texts = pl.concat(tables["caveats"] for tables in workbooks)
    assert texts["caveat"].unique().to_list() == ["ba_commuters:incomplete_residence_thueringen_2019"]
    assert "16063 Wartburgkreis" in texts["text_de"][0]
    assert "may be too low" in texts["text_en"][0]
