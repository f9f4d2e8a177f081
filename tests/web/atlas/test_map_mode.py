"""The map mode beyond a single choropleth: own classes, symbols, a second map, charts; and addresses that are wrong."""

import dataclasses
import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import shapely
from django.test import Client

from raumwerk.errors import InputError
from raumwerk.web.atlas.exports.palette import colours
from raumwerk.web.atlas.queries.breaks import own_breaks
from raumwerk.web.atlas.queries.charts import Dot, bars, dots, rank_correlation
from raumwerk.web.atlas.queries.nation import nation_shapes
from raumwerk.web.atlas.queries.shapes import full_shapes, region_shapes
from raumwerk.web.atlas.queries.values import region_values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home", "probe")]


@pytest.fixture
def probe(db):
    from atlas_made import REGIONS

    from raumwerk.web.regions.actions import sync_regions

    texts = ("name_de", "name_en", "short_de", "short_en")
    sync_regions({slug: {key: entry[key] for key in texts} for slug, entry in REGIONS.items()})


@pytest.fixture(autouse=True)
def _bundles(settings, tmp_path):
    manifest = tmp_path / "bundles" / ".vite" / "manifest.json"
    manifest.parent.mkdir(parents=True)
    entries = (
        f'"{name}": {{"isEntry": true, "name": "{name}", "file": "{name}.js", "css": []}}' for name in ("site", "atlas")
    )
    manifest.write_text("{" + ", ".join(entries) + "}")
    settings.BUNDLE_DIR = tmp_path / "bundles"


def page(query: str, status: int = 200) -> str:
    response = Client().get(f"/probe/atlas/?{query}")
    assert response.status_code == status, response.content.decode()[:2000]
    return re.sub(r"\s+", " ", response.content.decode()).replace("\u00a0", " ")


def values_of(html: str, number: int = 0) -> dict:
    address = re.findall(r'data-values="([^"]*)"', html)[number].replace("&amp;", "&")
    return Client().get(address).json()


def test_own_breaks_reach_map_and_histogram(atlas):
    html = page("indicator=population&level=municipality&draw=areas&method=own&breaks=2000%3B+1500%2C5")
    assert 'data-method="own"' in html
    assert values_of(html)["breaks"]["own"] == [1500.5, 2000]
    assert 'value="1500.5; 2000"' in html


def test_own_breaks_start_from_those_of_the_map_so_far():
    html = page("indicator=population&level=municipality&draw=areas&method=own")
    begun = values_of(html)["breaks"]["own"]
    assert begun == [
        round(each) for each in values_of(page("indicator=population&level=municipality"))["breaks"]["quantile"]
    ]
    assert '<option value="own" selected>' in html
    assert f'value="{"; ".join(f"{each:g}" for each in begun)}"' in html


def test_own_breaks_beside_all_values_are_told():
    html = page("indicator=population&level=municipality&method=own&breaks=9999999")
    assert re.search(r"Keine Ihrer Grenzen liegt innerhalb der Werte, die von [\d.]+ bis [\d.]+ reichen", html)
    assert "Keine Ihrer Grenzen" not in page("indicator=population&level=municipality&method=own&breaks=2000")


def test_own_breaks_are_read_with_comma_point_and_minus():
    assert own_breaks("3; −1,5 2.25") == [-1.5, 2.25, 3]
    for wrong in ("a", "1;2;3;4;5;6;7;8;9", "nan", "inf"):
        with pytest.raises(ValueError, match=re.escape(wrong)):
            own_breaks(wrong)


def test_steady_classes_are_cut_over_all_periods(atlas):
    region = atlas.region("probe")
    asked = {"indicator": "population", "level": "municipality", "lang": "de"}
    first, last = (region_values(atlas, region, period=year, steady=True, **asked) for year in ("2021", "2022"))
    assert first.breaks == last.breaks
    assert region_values(atlas, region, period="2021", **asked).breaks != first.breaks


def test_counts_are_drawn_as_circles_and_rates_as_shades():
    assert 'data-symbols="yes"' in page("indicator=population")
    assert 'data-symbols=""' in page("indicator=population&draw=areas")
    assert 'data-symbols=""' in page("indicator=unemployment_share")


def test_a_second_map_comes_with_its_column_and_a_scatter_plot():
    html = page("indicator=population&level=district&compare=unemployment_share")
    assert values_of(html, 1)["indicator"]["key"] == "unemployment_share"
    assert html.count("<circle data-areas=") == 3  # the fourth district has no value of its own
    assert "Arbeitslosenanteil, 2022" in html.split("<thead>")[1]


def test_the_same_indicator_at_another_time_is_a_second_map():
    html = page("indicator=population&compare=population&compare_period=2021")
    assert (values_of(html)["period"], values_of(html, 1)["period"]) == ("2022", "2021")


def test_a_second_map_that_the_level_does_not_have_is_told():
    html = page("indicator=population&level=municipality&compare=unemployment_share")
    assert "Es gibt keine zweite Karte" in html
    assert re.search(r'id="atlas-map-2"[^>]* hidden', html)


def test_bars_hold_every_inhabited_area_once(atlas):
    view = region_values(atlas, atlas.region("probe"), indicator="population", level="municipality", lang="de")
    found = [area for bar in bars(view) for area in bar.areas]
    assert sorted(found) == sorted(view.frame.filter("inhabited")["area"])
    assert bars(view)[0].low == view.frame.filter("inhabited")["value"].min()


def test_dots_are_areas_with_both_values(atlas):
    region = atlas.region("probe")
    one = region_values(atlas, region, indicator="population", level="district", lang="de")
    other = region_values(atlas, region, indicator="unemployment_share", level="district", lang="de")
    assert [(dot.area, dot.x, dot.y) for dot in dots(one, other)] == [
        ("91001", 4000, 3), ("91002", 8000, 4), ("92002", 16000, 6),
    ]  # fmt: skip


def test_rank_correlation_sees_the_order_alone():
    points = [Dot(str(x), "", x, x**3) for x in range(1, 7)]
    assert rank_correlation(points) == pytest.approx(1)
    assert rank_correlation([Dot(point.area, "", point.x, -point.y) for point in points]) == pytest.approx(-1)
    assert rank_correlation(points[:4]) is None
    assert rank_correlation([Dot("a", "", 1, 1)] * 6) is None


def test_shapes_name_the_largest_towns(atlas):
    labels = region_shapes(atlas, atlas.region("probe"), "district", "de")["labels"]
    assert labels[0]["key"] == "92002004"
    assert len(labels) == 16


def test_borders_and_names_can_be_hidden():
    html = page("hide_border=yes&hide_names=yes")
    assert html.count('data-borders="no"') == html.count('data-labels="no"') == 2


@pytest.mark.parametrize(
    "query",
    [
        "breaks=many", "breaks=1;2;3;4;5;6;7;8;9", "method=own&breaks=nan", "draw=globe", "steady=maybe",
        "compare=happiness",
        "compare=population&compare_period=%3Cscript%3E", "hide_names=1", "scope=europe",
    ],
)  # fmt: skip
def test_wrong_addresses_are_answered_with_a_whole_page(query):
    html = page(query, status=400)
    assert 'role="alert"' in html
    assert 'id="atlas-map"' in html
    assert "<tbody>" in html


def test_api_refuses_breaks_that_are_no_numbers():
    response = Client().get("/api/v1/regions/probe/values/?indicator=population&breaks=a;b")
    assert (response.status_code, response.headers["Content-Type"]) == (400, "application/problem+json")


def test_periods_without_values_are_refused_by_name(atlas):
    with pytest.raises(InputError, match="1850"):
        region_values(atlas, atlas.region("probe"), indicator="population", period="1850", lang="de")


def test_bars_take_far_outliers_into_the_last_one(atlas):
    view = region_values(atlas, atlas.region("probe"), indicator="population", level="municipality", lang="de")
    frame = pl.DataFrame(
        {"area": [str(n) for n in range(1000)], "inhabited": True, "value": [*map(float, range(999)), 1e6]}
    )
    found = bars(dataclasses.replace(view, frame=frame))
    assert found[-1].high == 1e6
    assert sum(len(bar.areas) for bar in found) == 1000
    assert max(len(bar.areas) for bar in found) < 80


def test_the_whole_country_in_place_of_the_region(atlas):
    html = page("scope=germany&indicator=population&level=municipality&compare=population")
    answer = values_of(html)
    assert len(answer["areas"]) == 20  # four of each of the five districts, in and out of the region
    assert [each["area"] for each in answer["comparison"]] == ["DG"]
    shapes = Client().get(re.search(r'data-nation="([^"]*)"', html).group(1).replace("&amp;", "&")).json()
    assert shapes["areas"] == answer["areas"]
    assert 'data-shapes=""' in html
    assert "Deutschland: 60.000" in html


def test_packed_shapes_unpack_to_the_boundaries(atlas):
    packed = nation_shapes(atlas, "district", "de")
    ends = np.cumsum(packed["shapes"]["sizes"])
    points = np.cumsum(np.array(packed["shapes"]["steps"]).reshape(-1, 2), axis=0) / packed["scale"]
    rings = np.split(points, ends[:-1])
    for key, ring in zip(packed["areas"], rings, strict=True):
        drawn = full_shapes(atlas, [key])[key]
        assert shapely.Polygon(ring).symmetric_difference(drawn).area < 1e-9
    assert packed["rings"] == [1] * 5


def test_files_of_the_whole_country_hold_every_area():
    text = Client().get("/api/v1/regions/probe/values.csv?indicator=population&level=district&scope=germany").content
    assert all(key in text.decode("utf-8-sig") for key in ("91001", "92003"))


def test_charts_have_the_colours_of_the_map():
    """What the script mixes for nine classes is written down in its own test (frontend/src/flows/classes.test.ts)."""
    assert colours(9)[:3] == ["#e8f1f2", "#c5dee2", "#9ec9d0"]
    source = (Path(__file__).parents[3] / "frontend/src/flows/classes.ts").read_text("utf-8")
    assert all(colour in source for colour in (*colours(7), *colours(10, 5)))
    assert all(len(set(colours(9, middle))) == 9 for middle in range(1, 9))
