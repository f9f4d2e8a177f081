"""Commuting through the published release of the real files."""

from __future__ import annotations

import polars as pl
import pytest

from raumwerk.store.read import Release

pytestmark = pytest.mark.real_data
KALI = ["06631", "06632", "16063"]


def flow(release: Release, origin: str, destination: str, period: str = "2019-06-30") -> float | None:
    row = release.table("flows").filter(origin=origin, destination=destination, period=period, part="all").collect()
    return row["value"].item()


def test_release_holds_the_44078_pairs_as_published_and_on_the_keys_of_today(real_release: Release) -> None:
    original = real_release.table("flows_original").filter(period="2019-06-30", part="all").collect()
    assert original.height == 44_078
    flows = real_release.table("flows").filter(period="2019-06-30", part="all").collect()
    assert flows["origin"].n_unique() == 400
    assert flows.filter(pl.col("origin") == pl.col("destination")).height == 400
    assert "16056" not in {*flows["origin"], *flows["destination"]}


@pytest.mark.parametrize(
    ("origin", "destination", "persons"),
    [("06633", "06611", 35_462), ("05762", "05774", 5_723), ("03159", "06611", 3_571), ("03254", "03241", 19_453)],
)
def test_release_gives_the_published_flow(real_release: Release, origin: str, destination: str, persons: int) -> None:
    assert flow(real_release, origin, destination) == persons


def test_release_totals_of_2023(real_release: Release) -> None:
    margins = real_release.table("flow_margins").filter(period="2023-06-30", part="all", partner="total").collect()
    assert dict(margins.group_by("direction").agg(pl.col("value").sum()).iter_rows()) == {
        "out": 13_762_630.0, "in": 14_002_200.0,
    }  # fmt: skip


def test_state_border_share_of_kali_region(real_release: Release) -> None:
    observed = real_release.table("observations").filter(pl.col("area").is_in(KALI)).collect()
    shares = []
    for period in ("2019-06-30", "2023-06-30"):
        crossing, listed = (
            observed.filter(measure=measure, period=period)["value"].sum()
            for measure in ("commuters_listed_crossing_out", "commuters_listed_out")
        )
        shares.append(round(100 * crossing / listed, 1))
    assert shares == [41.1, 42.4]


def test_warning_of_the_source_reaches_flows_and_its_text_is_there(real_release: Release) -> None:
    key = "ba_commuters:incomplete_residence_thueringen_2019"
    flagged = real_release.table("flows").filter(pl.col("caveat") == key).select("origin").unique().collect()
    assert set(flagged["origin"]) == {"16063", "16068", "16073"}
    texts = real_release.table("caveats").filter(pl.col("caveat") == key).collect()
    assert "unvollständig" in texts["text_de"][0]


def test_estimate_sums_to_the_measured_district_flow(real_release: Release) -> None:
    made = real_release.table("flow_estimates").filter(region="region:mitte").collect()
    into_kassel = made.filter(pl.col("origin").str.starts_with("06633"), pl.col("destination") == "06611000")
    assert into_kassel["value"].sum() == pytest.approx(35_462, rel=1e-9)
    assert set(made["status"].unique()) <= {"estimated", "measured", "rounded", "unlisted"}
    assert made.filter(pl.col("origin") == "06633003", pl.col("destination") == "06611000")["status"].to_list() == [
        "estimated"
    ]
    regions = real_release.table("flow_estimates").select("region").unique().collect()
    assert set(regions["region"]) == {"region:mitte", "region:kali", "region:hannover-hildesheim"}
    assert real_release.manifest["estimate"]["cpc_belgium"] > 0.82


def test_every_flow_can_be_walked_back_to_a_file(real_release: Release) -> None:
    files = set(real_release.table("flows").select("file").unique().collect()["file"])
    assert len(files) == 16 + 2  # workbooks of the states, rounded flows of 2023, totals of 2019 for the diagonal
    assert files <= set(real_release.manifest["files"])
