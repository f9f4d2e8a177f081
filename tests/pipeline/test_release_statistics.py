"""Official figures as a reader of the published release finds them: measures and indicators."""

from __future__ import annotations

import polars as pl
import pytest

import official as h
from raumwerk.store.read import Release

pytestmark = pytest.mark.real_data


def observed(release: Release, measure: str, period: str, *areas: str) -> list[float | None]:
    rows = release.table("observations").filter(
        pl.col("measure") == measure, pl.col("period") == period, pl.col("area").is_in(areas)
    )
    found = dict(rows.select("area", "value").collect().iter_rows())
    return [found.get(area) for area in areas]


def summed(release: Release, measure: str, period: str, digits: int) -> float:
    rows = release.table("observations").filter(
        pl.col("measure") == measure, pl.col("period") == period, pl.col("area").str.len_chars() == digits,
        pl.col("area") != "DG",
    )  # fmt: skip
    return float(rows.select(pl.col("value").sum()).collect().item())


def indicator(release: Release, key: str, area: str, period: str) -> dict[str, object]:
    rows = release.table("indicators").filter(
        pl.col("indicator") == key, pl.col("area") == area, pl.col("period") == period
    )
    return rows.collect().row(0, named=True)


@pytest.mark.parametrize(
    ("measure", "period", "expected"),
    [
        ("population", "2021-12-31", {"DG": 83_237_124, "06611000": 200_406, "03159016": 116_557,
                                      "05774032": 152_531, "05762020": 28_467}),
        ("population", "2018-12-31", {"DG": 83_019_213, "16063": 161_898}),  # with Eisenach, without Kaltennordheim
        ("population_census", "2022-05-15", {"DG": 82_711_282, "06611000": 195_012}),
        ("employees_work", "2019-06-30", {"DG": 33_407_262, "06611": 112_850}),
        ("employees_residence", "2019-06-30", {"DG": 33_159_794, "06611": 74_527}),
        ("employees_work", "2020-06-30", {"06611": 111_411}),
        ("employees_work_c", "2020-06-30", {"06611": 15_782}),
        ("unemployed", "2020", {"DG": 2_695_444}),
        ("unemployed", "2021", {"06611000": 8_798, "03159016": 4_759, "05774032": 5_645, "05762020": 589}),
        ("broadband_all_1000", "2021-06-30", {"06611000": 69.65, "05774032": 72.17, "05762020": 28.12}),
        ("dwellings", "2019-12-31", {"DG": 42_512_771}),
        ("land_total", "2018-12-31", {"DG": 35_758_154}),
        ("gdp", "2017", {"DG": 3_277_340_000}),
        ("count_station", "2020", {"06611000": 7, "03159016": 1, "05774032": 5, "05762020": 4}),
        ("transit_km", "2018", {"06611": 8.6, "03255": None}),
    ],
)  # fmt: skip
def test_release_holds_the_official_figures(
    real_release: Release, measure: str, period: str, expected: dict[str, float | None]
) -> None:
    assert observed(real_release, measure, period, *expected) == list(expected.values())


def test_release_sums_to_the_official_totals(real_release: Release) -> None:
    assert summed(real_release, "population_census", "2022-05-15", 5) == 82_711_282
    assert summed(real_release, "employees_work", "2020-06-30", 2) == 33_321_503
    assert summed(real_release, "employees_residence", "2021-06-30", 5) == 33_538_976
    ages = real_release.table("observations").filter(
        pl.col("measure").str.contains(r"^population_(male|female)_\d\d_"), pl.col("period") == "2020-12-31",
        pl.col("area").str.len_chars() == 5,
    )  # fmt: skip
    assert ages.select(pl.col("value").sum()).collect().item() == 83_155_031


def test_series_of_goettingen_survives_the_merger_of_2016(real_release: Release) -> None:
    printed = h.tables(h.real("indicators/regionalstatistik/13111-01-03-4.xlsx"))["observations"]
    old = printed.filter(
        pl.col("measure") == "employees_work",
        pl.col("period") == "2012-06-30",
        pl.col("area").is_in(["03152", "03156"]),
    )
    assert old.height == 2
    assert observed(real_release, "employees_work", "2012-06-30", "03159") == [old["value"].sum()]
    assert observed(real_release, "unemployment_rate", "2015", "03159") == [None]  # rates cannot be added


def test_zeros_of_2016_that_stand_for_no_figure_are_no_figures(real_release: Release) -> None:
    towns = ("05978036", "05962016", "05762004", "05154028", "05762012", "05554052")
    assert observed(real_release, "population_15_64", "2016-12-31", *towns) == [None] * 6
    assert None not in observed(real_release, "population_15_64", "2017-12-31", *towns)


def test_census_of_2011_counts_osterode_to_goettingen(real_release: Release) -> None:
    district = indicator(real_release, "share_dwellings_before_1949", "03159", "2011-05-09")
    members = real_release.table("observations").filter(
        pl.col("measure") == "census2011_dwellings", pl.col("area").str.contains(r"^03159\d{3}$")
    )
    assert district["denominator"] == members.select(pl.col("value").sum()).collect().item()


def test_release_has_one_value_for_each_measure_area_and_period(real_release: Release) -> None:
    key = ["measure", "area", "period"]
    rows = real_release.table("observations").group_by(key).len().filter(pl.col("len") > 1)
    assert rows.collect().is_empty()


def test_every_indicator_has_values_and_every_value_its_files(real_release: Release) -> None:
    indicators = real_release.table("indicators")
    found = set(indicators.select("indicator").unique().collect()["indicator"])
    assert found == set(real_release.manifest["indicators"])
    assert len(found) >= 60
    assert indicators.filter(pl.col("files").list.len() == 0).collect().is_empty()
    files = set(indicators.select(pl.col("files").explode().unique()).collect()["files"])
    assert files <= set(real_release.manifest["files"])


def test_region_is_computed_from_counts_of_its_members(real_release: Release) -> None:
    region = indicator(real_release, "unemployed_share", "region:kali", "2019")
    districts = [indicator(real_release, "unemployed_share", key, "2019") for key in ("06631", "06632", "16063")]
    assert region["numerator"] == sum(float(row["numerator"]) for row in districts)  # type: ignore[arg-type]
    assert region["denominator"] == sum(float(row["denominator"]) for row in districts)  # type: ignore[arg-type]
    assert region["value"] == pytest.approx(100 * region["numerator"] / region["denominator"])  # type: ignore[operator]


@pytest.mark.parametrize(("period", "share"), [("2019-06-30", 41.1), ("2023-06-30", 42.4)])
def test_kali_share_across_the_state_border(real_release: Release, period: str, share: float) -> None:
    found = indicator(real_release, "cross_border_share_out", "region:kali", period)["value"]
    assert round(float(found), 1) == share  # type: ignore[arg-type]


def test_small_municipalities_have_employees_at_residence_only_by_association(real_release: Release) -> None:
    rates = real_release.table("indicators").filter(
        pl.col("indicator") == "employment_rate", pl.col("period") == "2019-06-30"
    )
    levels = dict(rates.group_by("level").len().collect().iter_rows())
    assert 3_100 < levels["municipality"] < 3_300
    assert 1_100 < levels["association"] <= 1_216
    goettingen = rates.filter(pl.col("area") == "03159016").collect().row(0, named=True)
    assert goettingen["status"] == "rounded"
    assert goettingen["lower"] < goettingen["value"] < goettingen["upper"]


def test_suppressed_sectors_stay_intervals(real_release: Release) -> None:
    masked = real_release.table("indicators").filter(
        pl.col("indicator") == "employees_share_agriculture",
        pl.col("area") == "01001",
        pl.col("period") == "2020-06-30",
    )
    row = masked.collect().row(0, named=True)
    assert (row["value"], row["status"], row["lower"]) == (None, "masked", 0.0)
    assert 0 < row["upper"] < 5


def test_no_municipality_has_a_rate_of_estimates(real_release: Release) -> None:
    rows = real_release.table("indicators").filter(
        pl.col("level") == "municipality", pl.col("status").cast(pl.String) == "estimated"
    )
    assert rows.collect().is_empty()


def test_figures_walk_back_to_file_and_licence(real_release: Release) -> None:
    row = indicator(real_release, "broadband_1000", "06611000", "2021-06-30")
    (checksum,) = row["files"]  # type: ignore[misc]
    source = real_release.manifest["files"][checksum]["source"]
    assert real_release.manifest["sources"][source]["attribution"] == "© BMDV/Breitbandatlas, atene KOM GmbH"


@pytest.mark.parametrize("table", ["points", "observations", "indicators"])
def test_openstreetmap_lies_in_files_of_its_own(real_release: Release, table: str) -> None:
    manifest = real_release.manifest
    odbl = [sha for sha, entry in manifest["files"].items() if entry["source"] == "osm_pharmacies"]
    assert manifest["tables"][f"{table}_odbl"]["sources"].count("osm_pharmacies") == 1
    assert "osm_pharmacies" not in manifest["tables"][table]["sources"]
    column = pl.col("file").is_in(odbl) if table != "indicators" else pl.col("files").list.contains(odbl[0])
    assert pl.scan_parquet(real_release.path(table)).filter(column).collect().is_empty()
    together = real_release.table(table).filter(column).select(pl.len()).collect().item()
    assert together == manifest["tables"][f"{table}_odbl"]["rows"] > 0
