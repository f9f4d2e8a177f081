"""What the home pages show of the statistics: the same numbers as the release, with bounds, sources and a map."""

from __future__ import annotations

import shutil

import polars as pl
import pytest
from django.test import Client
from django.urls import reverse

from raumwerk.store import read
from raumwerk.web.atlas.modes import MODES
from raumwerk.web.portal.handover.outline import region_map
from raumwerk.web.portal.handover.statistics import KeyFigure, key_figures, present_release, release_note
from raumwerk.web.regions.known import known_regions


@pytest.fixture
def real(real_home, settings):
    settings.HOME = real_home
    return read.current(read.open_store(real_home))


def test_no_release_no_figures(tmp_path, settings):
    settings.HOME = tmp_path
    assert (present_release(), release_note(), key_figures("mitte", "de"), region_map("mitte", "de")) == (None,) * 4


def test_damaged_store_leaves_the_pages_standing(tmp_path, settings, content, caplog):
    settings.HOME = tmp_path
    (tmp_path / "store").mkdir()
    (tmp_path / "store/current").write_text("nonsense\n")
    assert present_release() is None
    assert "cannot be read" in caplog.text
    assert Client().get("/mitte/projekt/").status_code == 200


@pytest.mark.real_data
def test_key_figures_are_those_of_the_release(real):
    found = key_figures("mitte", "de")
    assert found.release == real.id
    shown = {figure.key: figure for figure in found.figures}
    assert next(iter(shown)) == "population"
    assert len(shown) == 6
    table = real.table("indicators").filter(pl.col("area") == "region:mitte").collect()
    for key, figure in shown.items():
        row = table.filter((pl.col("indicator") == key) & (pl.col("period") == figure.period)).to_dicts()[0]
        assert (figure.value, figure.lower, figure.upper) == (row["value"], row["lower"], row["upper"])
        assert figure.period == table.filter(pl.col("indicator") == key)["period"].max()
    population = shown["population"]
    assert (population.value, population.unit, population.period) == (1_878_567, "Personen", "2023-12-31")
    assert population.nation is None
    assert found.attribution


@pytest.mark.real_data
def test_home_page_shows_ranges_for_what_is_withheld(real, content, client):
    html = client.get("/mitte/").content.decode()
    found = {figure.key: figure for figure in key_figures("mitte", "de").figures}
    withheld = found["commuters_out"]
    assert withheld.value is None
    lower, upper = (f"{int(bound):,}".replace(",", ".") for bound in (withheld.lower, withheld.upper))
    assert f"{lower} bis {upper}" in html
    assert "weil die Quelle kleine Zahlen nicht nennt" in html
    assert real.id in html
    for text in key_figures("mitte", "de").attribution:
        assert text.replace("&", "&amp;") in html


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("slug", "districts", "states"), [("mitte", 10, 3), ("kali", 3, 2), ("hannover-hildesheim", 2, 1)]
)
def test_region_map_draws_every_district_by_state(real, slug, districts, states):
    found = region_map(slug, "de")
    assert (len(found.districts), len(found.states)) == (districts, states)
    assert all(one.path.startswith("M") and one.path.endswith("Z") and one.name for one in found.districts)
    assert {one.tint for one in found.districts} == {tint for _name, tint in found.states}
    assert found.borders
    numbers = [
        float(n)
        for one in found.districts
        for n in one.path.replace("M", " ").replace("L", " ").replace("Z", " ").split()
    ]
    assert min(numbers) >= 0
    assert max(numbers) <= max(found.width, found.height)


@pytest.mark.real_data
def test_kept_page_changes_with_the_release(real_home, tmp_path, settings, content, client):
    settings.HOME = tmp_path
    assert "noch keine Statistik" in client.get("/mitte/").content.decode()
    shutil.copytree(real_home / "store", tmp_path / "store", symlinks=True, copy_function=shutil.copyfile)
    assert "1.878.567" in client.get("/mitte/").content.decode()


@pytest.mark.real_data
def test_known_regions_take_the_releases_word(real, real_home):
    known = known_regions(real_home)
    assert list(known) == ["hannover-hildesheim", "kali", "mitte"]
    assert not any(entry["sample"] for entry in known.values())


@pytest.mark.parametrize(
    ("value", "lower", "upper", "interval"),
    [
        (1.0, 1.0, 1.0, False),
        (1.0, 0.96, 1.04, False),
        (1.0, 0.9, 1.1, True),
        (None, 1.0, 2.0, True),
        (1.0, None, None, False),
    ],
)
def test_key_figure_names_bounds_that_differ_in_what_is_shown(value, lower, upper, interval):
    figure = KeyFigure("k", "n", value, lower, upper, "%", 1, "2020", None, ())
    assert figure.is_interval is interval


@pytest.mark.real_data
def test_pages_with_small_maps_say_whose_the_boundaries_are(real, content, client):
    for address, drawings in (("/", 3), ("/mitte/", 1), ("/en/", 3), ("/en/kali/", 1)):
        html = client.get(address).content.decode()
        assert html.count('<svg class="rw-map"') == drawings
        assert "© GeoBasis-DE / BKG" in html


@pytest.mark.real_data
@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.key)
def test_every_way_into_the_atlas_says_whose_the_boundaries_are(real, content, client, mode):
    html = client.get(reverse(f"atlas:{mode.view}", kwargs={"region": "mitte"}), mode.asked).content.decode()
    assert "© GeoBasis-DE / BKG" in html.partition("</main>")[0]
