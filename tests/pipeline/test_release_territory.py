"""Districts against the sums of their municipalities, all over Germany, through the published release."""

from __future__ import annotations

import polars as pl
import pytest

from raumwerk.pipeline.derived.file_sets import FileSets
from raumwerk.pipeline.derived.rollup import differing, sums_of_municipalities
from raumwerk.store.read import Release

pytestmark = pytest.mark.real_data

#: Series of municipalities that count otherwise than those of the districts, in districts without any change too.
OTHERWISE = {"employees_residence", "population_15_64", "unemployed"}


@pytest.fixture(scope="module")
def apart(real_release: Release) -> pl.DataFrame:
    """District figures that are apart from the sum of their municipalities by more than rounding and 0.5 per cent."""
    observations, areas = (real_release.table(name).collect() for name in ("observations", "areas"))
    files = FileSets(observations["file"].unique().sort().to_list())
    sums = sums_of_municipalities(observations, areas, real_release.manifest["measures"], files)
    tree = areas.filter(pl.col("level") == "municipality").select(
        "area", pl.col("area").str.slice(0, 5).alias("parent")
    )
    judged = differing(observations.filter(pl.col("area").str.len_chars() == 5), sums, tree)
    assert judged["measure"].n_unique() > 50
    assert judged["area"].n_unique() == 400
    return judged.filter("differs")


def changed(release: Release) -> set[str]:
    keys = release.table("caveats").filter(pl.col("caveat").str.starts_with("territory-")).collect()["caveat"]
    return {key.split("-")[1] for key in keys}


def test_no_district_whose_territory_changed_is_apart_from_its_municipalities(
    real_release: Release, apart: pl.DataFrame
) -> None:
    districts = changed(real_release)
    assert {"16063", "16066", "16061", "16064", "16054", "16070", "07135", "07231"} <= districts
    found = apart.filter(pl.col("area").is_in(sorted(districts)))
    assert set(found["measure"].unique()) == OTHERWISE


def test_series_left_as_published_count_otherwise_where_nothing_changed_too(
    real_release: Release, apart: pl.DataFrame
) -> None:
    elsewhere = apart.filter(~pl.col("area").is_in(sorted(changed(real_release))))
    counts = dict(elsewhere.group_by("measure").len().iter_rows())
    assert all(counts[measure] >= 19 for measure in OTHERWISE)
    assert sum(number for measure, number in counts.items() if measure not in OTHERWISE) < 20


@pytest.mark.parametrize(
    ("area", "before", "after"),
    [("region:kali", 0.06, 0.75), ("16063", -3.85, -1.77), ("16066", 0.76, -1.89), ("16054", 6.17, 0.08)],
)
def test_population_change_no_longer_counts_those_who_only_changed_district(
    real_release: Release, area: str, before: float, after: float
) -> None:
    rows = real_release.sql(
        "select value from indicators where indicator = 'population_change_5y' and area = ? and period = '2023-12-31'",
        (area,),
    )
    assert round(rows.item(), 2) == after != before


@pytest.mark.parametrize("slug", ["mitte", "kali", "hannover-hildesheim"])
def test_population_of_a_region_is_that_of_its_municipalities_at_every_date(real_release: Release, slug: str) -> None:
    rows = real_release.sql(
        "select r.period, r.value, sum(m.value) as parts from indicators r "
        "join indicators m on m.indicator = r.indicator and m.period = r.period and m.level = 'municipality' "
        "join region_members x on x.area = m.area and x.region = r.area and x.perimeter = 'wider' "
        "where r.indicator = 'population' and r.area = ? group by all order by r.period",
        (f"region:{slug}",),
    )
    assert {"2018-12-31", "2019-12-31", "2021-12-31", "2022-12-31", "2023-12-31"} <= set(rows["period"])
    assert rows["value"].to_list() == pytest.approx(rows["parts"].to_list())


def test_figures_of_their_time_are_kept_and_the_way_back_names_the_step(real_release: Release) -> None:
    kept = real_release.sql(
        "select value from observations_of_their_time where measure = 'population' and area = '16063' "
        "and period = '2018-12-31'"
    )
    assert kept.item() == 165_395  # with Eisenach, and with Kaltennordheim, which is in 16066 today
    steps = real_release.lineage("observations", measure="population", area="16063", period="2018-12-31")
    row = steps[0].details
    assert (row["value"], row["caveat"]) == (161_898, "territory-16063-sum")
    assert "resum" in next(step for step in steps if step.kind == "table").text
    assert any(step.kind == "file" and "population_2018" in step.text for step in steps)
    [note] = [note for note in real_release.manifest["notes"] if note["kind"] == "territory"]
    assert {"16063", "16066"} <= set(note["areas"])
