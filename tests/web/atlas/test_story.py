"""Stories: views fixed to a release, newer figures announced and never put in, wrong addresses refused."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from wagtail.blocks import StructBlockValidationError

from raumwerk import __version__
from raumwerk.store import read
from raumwerk.store.pins import pins
from raumwerk.web.atlas.blocks import AtlasViewBlock, read_address
from raumwerk.web.atlas.models import StoryPage

pytestmark = pytest.mark.django_db


def cleaned(address: str, **fields: str) -> dict:
    block = AtlasViewBlock()
    return dict(block.clean(block.to_python({"address": address, "caption": "", "program": "", **fields})))


@pytest.fixture
def fresh(tmp_path, settings):
    """A home of its own, so that another release can be published over it."""
    import atlas_made

    settings.HOME = tmp_path
    return tmp_path, atlas_made.publish(tmp_path)


def test_block_fixes_release_and_version(atlas):
    found = cleaned("http://localhost:8000/en/probe/atlas/?indicator=population&level=district&sort=name")
    assert found["address"] == f"/probe/atlas/?indicator=population&level=district&release={atlas.id}"
    assert found["program"] == __version__
    assert cleaned(found["address"], program="0.0.1")["program"] == "0.0.1"
    assert cleaned("/probe/atlas/?mode=flows&area=91001")["address"].startswith("/probe/atlas/pendeln/?area=91001&")


@pytest.mark.parametrize(
    "address",
    ["", "x", "/probe/", "/probe/atlas/gebiet/91001/", "javascript:alert(1)", "/none/atlas/?indicator=population",
     "/probe/atlas/?release=19990101-00000000", "/probe/atlas/?release=../../etc", "https://evil.example/"],
)  # fmt: skip
def test_block_refuses_what_is_no_view(address, atlas):
    with pytest.raises((StructBlockValidationError, ValidationError)):
        cleaned(address)


def test_read_address_knows_maps_and_commuters():
    assert read_address("/mitte/einbetten/pendeln/?area=1") == ("mitte", "flows", {"area": "1"})
    with pytest.raises(ValidationError):
        read_address("/mitte/atlas/?x=" + "y" * 3000)


def story(home, release: str, address: str = "/probe/atlas/?indicator=unemployment_share"):
    from wagtail.models import Locale, Page, Site

    from raumwerk.web.pages.models import InstallationPage, RegionPage
    from raumwerk.web.regions.actions import sync_regions
    from raumwerk.web.regions.models import Region

    sync_regions({"probe": {"name_de": "Probe", "name_en": "Test", "short_de": "Probe", "short_en": "Test"}})
    locale, _made = Locale.objects.get_or_create(language_code="de")
    root = Page.objects.filter(depth=1).first() or Page.add_root(title="Root", slug="root", locale=locale)
    top = root.add_child(instance=InstallationPage(title="Raumwerk", slug="story-home", locale=locale))
    Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "localhost", "root_page": top})
    region = Region.objects.get(slug="probe")
    below = top.add_child(instance=RegionPage(title="Probe", slug="probe", region=region, locale=locale))
    joint = "&" if "?" in address else "?"
    view = {"address": f"{address}{joint}release={release}", "caption": "Bildzeile", "program": "0.1.0"}
    body = [("heading", "Wo Arbeit fehlt"), ("text", "<p>Zwei Länder.</p>"), ("view", view)]
    page = below.add_child(
        instance=StoryPage(title="Geschichte", slug="geschichte", lead="Vorspann", body=body, locale=locale)
    )
    page.save_revision().publish()
    return page


@pytest.fixture
def bundles(settings, tmp_path):
    manifest = tmp_path / "bundles" / ".vite" / "manifest.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_text('{"site": {"isEntry": true, "name": "site", "file": "site.js", "css": []}}')
    settings.BUNDLE_DIR = tmp_path / "bundles"


def test_story_announces_newer_figures_and_keeps_its_own(fresh, bundles):
    import atlas_made

    home, release = fresh
    page = story(home, release)
    html = Client().get(page.url).content.decode()
    assert "Arbeitslosenanteil, 2022 – Proberegion" in html
    assert "Bildzeile" in html
    assert "Neuere Zahlen" not in html
    newer = atlas_made.publish(home, note="neu")
    assert newer != release
    html = Client().get(page.url).content.decode()
    assert "Arbeitslosenanteil, 2022 – Proberegion" in html
    assert f"Diese Ansicht ist auf Ausgabe {release} festgelegt." in html
    assert f"release={release}" in html
    assert newer in html


def test_story_pins_its_release(fresh, bundles):
    home, release = fresh
    story(home, release)
    assert pins(read.open_store(home)) == {release: ["shown in a story"]}


def test_story_says_when_a_view_is_gone(fresh, bundles):
    home, release = fresh
    page = story(home, release, "/probe/atlas/?indicator=gone")
    response = Client().get(page.url)
    assert response.status_code == 200
    assert "rw-hint" in response.content.decode()


def test_story_shows_its_own_region_only(fresh, bundles):
    home, release = fresh
    page = story(home, release)
    page.body = [("view", {"address": f"/andere/atlas/?release={release}", "caption": "", "program": ""})]
    with pytest.raises(ValidationError):
        page.full_clean()
