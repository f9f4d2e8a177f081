"""The Atlas as files: whole, relative, without script, proven by its own check, never over other people's files."""

import io
import json
import shutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.test import override_settings

from raumwerk.errors import InputError, IntegrityError, MissingError
from raumwerk.web.atlas.exports.site_check import check_site

pytestmark = pytest.mark.usefixtures("home")


def made_bundles(folder: Path) -> Path:
    (folder / ".vite").mkdir(parents=True)
    (folder / ".vite" / "manifest.json").write_text(
        '{"site": {"isEntry": true, "name": "site", "file": "site.js", "css": ["assets/site-1.css"]}}'
    )
    (folder / "assets").mkdir()
    (folder / "assets" / "site-1.css").write_text("@font-face{src:url(/static/app/assets/letters.woff2)}")
    (folder / "assets" / "letters.woff2").write_bytes(b"letters")
    return folder


@pytest.fixture
def bundles(settings, tmp_path):
    settings.BUNDLE_DIR = made_bundles(tmp_path / "bundles")


@pytest.fixture(scope="module")
def written(made_home, tmp_path_factory) -> Path:
    """The site as the command writes it, once for all tests."""
    folder = tmp_path_factory.mktemp("site")
    with override_settings(HOME=made_home, BUNDLE_DIR=made_bundles(folder / "bundles")):
        call_command("export_site", region="probe", output=str(folder / "atlas"), check=True, stdout=io.StringIO())
    return folder / "atlas"


@pytest.fixture
def site(written, tmp_path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(written, tmp_path / "out" / "atlas"))


def test_site_holds_every_page_in_both_languages(site, atlas):
    names = {str(path.relative_to(site)) for path in site.rglob("*") if path.is_file()}
    german = {
        name for name in names if name.startswith(("karten/", "gebiete/", "pendeln/", "dateien/", "bilder/", "index"))
    }
    assert {name.removeprefix("en/") for name in names if name.startswith("en/")} == german
    assert {"karten/population-municipality.html", "karten/unemployment_share-district.html", "pendeln/91001.html",
            "pendeln/region-probe.html", "gebiete/91001001.html", "gebiete/91001001.pdf",
            "dateien/municipality.gpkg", "assets/site.css", "assets/letters.woff2"} <= names  # fmt: skip
    assert "gebiete/91002004.html" not in names  # nobody lives there
    assert json.loads((site / "raumwerk-export.json").read_text()) == {"region": "probe", "release": atlas.id}
    assert "url(letters.woff2)" in (site / "assets/site.css").read_text()


def test_site_says_the_same_figures_as_the_live_pages(site):
    page = (site / "karten/unemployment_share-district.html").read_text("utf-8")
    assert "Höchster Wert: Kreis 92002 (6,0 %)" in page
    assert "2,0–4,5" in page
    assert "© Amt für Erfundenes, 2024" in page
    assert '<a href="../dateien/raumwerk-probe-unemployment_share-district-2022.csv" download>' in page
    profile = (site / "en/gebiete/91001.html").read_text("utf-8")
    assert '<html lang="en"' in profile
    assert 'href="../../en/karten/population-district.html"' in profile
    assert "<form" not in profile
    assert "#none" not in profile


def test_every_map_and_chart_has_its_pictures_beside_it(site, atlas):
    drawn = {"karten": "map", "pendeln": "flows", "gebiete": "locator"}
    for folder, kind in drawn.items():
        pages = [*site.glob(f"{folder}/*.html"), *site.glob(f"en/{folder}/*.html")]
        assert len(pages) > 2
        for page in pages:
            html = BeautifulSoup(page.read_text("utf-8"), "html.parser")
            links = [str(link["href"]) for link in html.select(".atlas-pictures a")]
            own = [link for link in links if f"/bilder/{kind}-" in link]
            assert {Path(link).suffix for link in own} == {".svg", ".png", ".pdf"}, page
            lang = "en" if "en" in page.relative_to(site).parts else "de"
            for link in links:
                body = (page.parent / link).resolve().read_bytes()
                assert body.startswith({".svg": b"<svg", ".png": b"\x89PNG", ".pdf": b"%PDF"}[Path(link).suffix])
                if link.endswith(".svg"):
                    assert f"{'Ausgabe' if lang == 'de' else 'Release'} {atlas.id}" in body.decode()


def test_check_misses_a_picture_that_is_gone(site):
    gone = site / "bilder" / "map-population-district.png"
    gone.unlink()
    (problem,) = check_site(site)
    assert problem == (
        "karten/population-district.html: link to ../bilder/map-population-district.png leads to no file of the folder"
    )


def test_site_stands_below_any_path(site, tmp_path):
    moved = tmp_path / "some" / "other path"
    moved.parent.mkdir()
    shutil.move(site, moved)
    assert check_site(moved) == []


def test_site_is_written_over_an_earlier_one_but_not_over_other_files(site, bundles, tmp_path):
    (site / "old.html").write_text("x")
    call_command("export_site", region="probe", output=str(site), stdout=io.StringIO())
    assert not (site / "old.html").exists()
    other = tmp_path / "mine"
    other.mkdir()
    (other / "letter.txt").write_text("precious")
    with pytest.raises(InputError, match="no earlier export"):
        call_command("export_site", region="probe", output=str(other))
    assert (other / "letter.txt").read_text() == "precious"


@pytest.mark.parametrize(("region", "release"), [("none", None), ("probe", "19990101-00000000")])
def test_site_of_what_does_not_exist_writes_nothing(region, release, bundles, tmp_path):
    with pytest.raises(MissingError):
        call_command("export_site", region=region, release=release, output=str(tmp_path / "x"))
    assert not (tmp_path / "x").exists()


def test_site_with_faults_is_not_written(bundles, settings, tmp_path, monkeypatch):
    (Path(settings.BUNDLE_DIR) / "assets" / "site-1.css").write_text("@import 'https://fonts.example/a.css';")
    with pytest.raises(IntegrityError, match=r"fonts\.example"):
        call_command("export_site", region="probe", output=str(tmp_path / "x"), check=True)
    assert list(tmp_path.glob("x*")) == []
    assert list(tmp_path.glob(".x*")) == []


@pytest.mark.parametrize(
    ("html", "told"),
    [('<img src="https://evil.example/x.png">', "asks another host"), ('<a href="none.html">x</a>', "leads to no file"),
     ('<a href="/index.html">x</a>', "at the root of a host only"), ('<a href="#nowhere">x</a>', "names no place"),
     ('<a href="../../etc/passwd">x</a>', "leads to no file of the folder"), ("<script>1</script>", "holds a script"),
     ('<link rel="stylesheet" href="//evil.example/a.css">', "asks another host"),
     ('<p style="background:url(http://evil.example/b)">x</p>', "asks another host"),
     ('<form action="https://evil.example/"></form>', "asks another host")],
)  # fmt: skip
def test_check_finds(html, told, tmp_path):
    (tmp_path / "index.html").write_text(html)
    problems = check_site(tmp_path)
    assert len(problems) == 1
    assert told in problems[0]


def test_check_lets_links_to_licences_be(tmp_path):
    (tmp_path / "index.html").write_text('<a href="https://www.govdata.de/">x</a><p id="a"><a href="#a">y</a>')
    assert check_site(tmp_path) == []
    assert check_site(tmp_path / "empty") != []
