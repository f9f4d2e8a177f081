"""Long calculations: one at a time and one waiting; who comes third is told to ask again, everybody else is served."""

from __future__ import annotations

import threading
import time

import pytest

from raumwerk.web.atlas.queries.planning import analysis
from raumwerk.web.atlas.queries.planning.analysis import kept

pytestmark = [pytest.mark.real_data, pytest.mark.django_db, pytest.mark.usefixtures("official", "regions", "bundles")]
PAGE = "/mitte/atlas/regionen/?shade=stability&min_size=4500"


@pytest.fixture
def crowd(official):
    """Two long calculations under way: one is done, the other waits for its turn; both end with the test."""
    begun, end = threading.Event(), threading.Event()

    def compute():
        begun.set()
        assert end.wait(60)
        return "done"

    answers = []

    def work(name):
        answers.append(kept(official, (begun, name), compute, heavy=True))

    threads = [threading.Thread(target=work, args=(name,)) for name in ("first", "second")]
    for thread in threads:
        thread.start()
    assert begun.wait(60)
    _await_both_places_taken()
    yield
    end.set()
    for thread in threads:
        thread.join(60)
    assert answers == ["done", "done"]
    assert kept(official, (begun, "third"), lambda: "now", heavy=True) == "now"


def _await_both_places_taken():
    while analysis._heavy_places.acquire(blocking=False):
        analysis._heavy_places.release()
        time.sleep(0.01)


def test_third_long_calculation_is_put_off_on_the_page(crowd, client):
    answer = client.get(PAGE)
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    html = answer.content.decode()
    assert "Einen Moment, bitte" in html
    assert f'href="{PAGE.replace("&", "&amp;")}"' in html
    assert "One moment, please" in client.get(f"/en{PAGE}").content.decode()


def test_third_long_calculation_is_put_off_in_the_api(crowd, client):
    answer = client.get("/api/v1/regions/mitte/centres/?view=nodes&search=exact&places=7")
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "10", "no-store")
    assert answer.json()["title"] == "Einen Moment, bitte"


@pytest.mark.parametrize("page", ["", "profil.pdf"])
def test_large_selection_waits_for_its_turn(crowd, client, official, page):
    """Whoever draws ever new outlines of many municipalities keeps no more threads than others with long work."""
    drawn = client.get(f"/mitte/atlas/auswahl/{page}?umriss=8,50;12,50;12,53;8,53")
    assert (drawn.status_code, drawn["Retry-After"]) == (503, "10")
    few = ",".join(official.region("mitte").municipalities[:2])
    assert client.get(f"/mitte/atlas/auswahl/?gebiete={few}").status_code == 200


def test_other_questions_are_answered_meanwhile(crowd, client):
    assert client.get("/mitte/atlas/regionen/?min_size=4500").status_code == 200


def test_long_calculation_is_done_when_nobody_else_has_one(client):
    assert client.get(PAGE).status_code == 200


@pytest.mark.parametrize("ending", ["xlsx", "gpkg"])
def test_large_download_waits_for_its_turn(crowd, client, official, ending):
    """Every pair of a whole region takes seconds to write; a few rows are written at once."""
    members = ",".join(official.region("mitte").municipalities)
    large = client.get(f"/api/v1/regions/mitte/commuting.{ending}?area={members}&level=municipality&min=0")
    assert (large.status_code, large["Retry-After"], large["Cache-Control"]) == (503, "10", "no-store")
    assert client.get(f"/api/v1/regions/mitte/commuting.{ending}?min=500").status_code == 200
