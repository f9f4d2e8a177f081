"""OGC API – Features: links that work, paging, filters, and a real client that reads it."""

import json
import subprocess
import sys
import threading
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.test import Client
from pyproj import CRS, Transformer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
ITEMS = "/ogc/collections/probe-municipalities/items"


def fetch(address: str, status: int = 200):
    response = Client().get(address)
    assert response.status_code == status, response.content
    return response.json()


def test_landing_leads_to_everything():
    links = {link["rel"]: link["href"] for link in fetch("/ogc/")["links"]}
    assert set(links) == {"self", "service-desc", "conformance", "data"}
    for href in links.values():
        assert Client().get(href.removeprefix("http://testserver")).status_code == 200
    assert fetch("/ogc") == fetch("/ogc/")


def test_collections_describe_every_layer_with_extent_and_attribution():
    found = fetch("/ogc/collections")["collections"]
    assert [each["id"] for each in found] == [
        "andere-municipalities", "andere-districts", "probe-municipalities", "probe-districts",
    ]  # fmt: skip
    assert found[2]["extent"]["spatial"]["bbox"] == [[9.0, 51.0, 9.4, 51.4]]
    assert "© Amt für Erfundenes, 2024 (dl-de/by-2-0)" in found[2]["attribution"]
    assert fetch("/ogc/collections/probe-districts") == found[3]


def test_items_page_through_all_features_once():
    address, keys = f"{ITEMS}?limit=7", []
    while address:
        answer = fetch(address.removeprefix("http://testserver"))
        assert answer["numberMatched"] == 16
        assert answer["numberReturned"] == len(answer["features"])
        keys += [feature["id"] for feature in answer["features"]]
        address = next((link["href"] for link in answer["links"] if link["rel"] == "next"), None)
    assert len(keys) == len(set(keys)) == 16


def test_items_hold_the_latest_values_and_null_for_what_is_masked():
    found = {each["id"]: each["properties"] for each in fetch("/ogc/collections/probe-districts/items")["features"]}
    assert found["91001"] == {
        "key": "91001", "name": "Kreis 91001", "district": "91001", "state": "91", "population": 4000.0,
        "unemployment_share": 3.0,
    }  # fmt: skip
    assert found["92001"]["unemployment_share"] is None


def test_items_filter_by_box_text_and_date():
    assert [each["id"] for each in fetch(f"{ITEMS}?bbox=9.01,51.01,9.02,51.02")["features"]] == ["91002001"]
    assert [each["id"] for each in fetch(f"{ITEMS}?bbox=9.01,51.01,0,9.02,51.02,100")["features"]] == ["91002001"]
    assert fetch(f"{ITEMS}?state=92&limit=1")["numberMatched"] == 8
    value = fetch(f"{ITEMS}?key=91001001")["features"][0]["properties"]["population"]
    before = fetch(f"{ITEMS}?key=91001001&datetime=2020-01-01/2021-12-31")["features"][0]["properties"]["population"]
    assert (value, before) == (1110.0, 1100.0)
    assert fetch(f"{ITEMS}?key=91001001&datetime=../1999-12-31")["features"][0]["properties"]["population"] is None


UTM32 = "http://www.opengis.net/def/crs/EPSG/0/25832"
DEGREES = "http://www.opengis.net/def/crs/EPSG/0/4326"


def test_items_in_the_coordinate_system_that_is_asked_for():
    plain = fetch(f"{ITEMS}?key=91001001")["features"][0]["geometry"]["coordinates"][0]
    response = Client().get(f"{ITEMS}?key=91001001&crs={UTM32}")
    assert response.headers["Content-Crs"] == f"<{UTM32}>"
    placed = response.json()["features"][0]["geometry"]["coordinates"][0]
    east, north = Transformer.from_crs("EPSG:4326", "EPSG:25832", always_xy=True).transform(*plain[0])
    assert placed[0] == pytest.approx([east, north], abs=0.01)
    turned = fetch(f"{ITEMS}/91001001?crs={DEGREES}")["geometry"]["coordinates"][0]
    assert turned[0] == pytest.approx(plain[0][::-1])  # north first, as the system has it
    assert Client().get(ITEMS).headers["Content-Crs"] == "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
    described = fetch("/ogc/collections/probe-districts")
    assert {UTM32, DEGREES, described["storageCrs"]} <= set(described["crs"])
    assert "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs" in fetch("/ogc/conformance")["conformsTo"]


def test_box_may_be_given_in_any_of_the_systems_and_over_the_180th_meridian():
    found = fetch(f"{ITEMS}?bbox=51.01,9.01,51.02,9.02&bbox-crs={DEGREES}")["features"]
    assert [each["id"] for each in found] == ["91002001"]
    to_metres = Transformer.from_crs("EPSG:4326", "EPSG:25832", always_xy=True).transform
    corners = [*to_metres(9.01, 51.01), *to_metres(9.02, 51.02)]
    found = fetch(f"{ITEMS}?bbox={','.join(map(str, corners))}&bbox-crs={UTM32}")["features"]
    assert [each["id"] for each in found] == ["91002001"]
    assert (
        fetch(f"{ITEMS}?bbox=170,51,9.05,52")["numberMatched"]
        == fetch(f"{ITEMS}?bbox=-180,51,9.05,52")["numberMatched"]
    )
    assert fetch(f"{ITEMS}?bbox=170,51,-170,52")["numberMatched"] == 0
    link = fetch(f"{ITEMS}?limit=5&crs={UTM32}")["links"]
    assert all("crs=" in each["href"] for each in link if each["rel"] == "next")


def test_item_is_one_feature_with_its_shape():
    found = fetch(f"{ITEMS}/91001001")
    assert found["geometry"]["type"] == "Polygon"
    assert found["properties"]["name"] == "Ort 91001001"
    assert fetch(f"{ITEMS}/99999999", 404)["title"]


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=-1", "limit=x", "limit=99999999999", "offset=-1", "bbox=1,2,3", "bbox=a,b,c,d", "bbox=nan,1,2,3",
     "bbox=9,52,10,51", "datetime=yesterday", "bbox-crs=EPSG:31467", "crs=EPSG:25832",
     "f=xml", "lang=fr", "evil=1", "datetime=2020-13"],
)  # fmt: skip
def test_items_of_wrong_parameters_are_refused_with_a_sentence(query):
    answer = fetch(f"{ITEMS}?{query}", 400)
    assert answer["problems"][0]["detail"]
    assert answer["problems"][0]["parameter"] == query.split("=")[0]


def test_unknown_layer_address_and_method():
    assert "probe-districts" in fetch("/ogc/collections/none", 404)["detail"]
    assert fetch("/ogc/nothing/here", 404)["status"] == 404
    assert fetch(f"{ITEMS}?release=19990101-00000000", 404)
    assert Client().post(ITEMS).status_code == 405


def test_answers_may_be_read_by_maps_of_other_websites_and_kept():
    response = Client().get(ITEMS)
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Content-Type"] == "application/geo+json"
    assert "public" in response.headers["Cache-Control"]
    again = Client().get(ITEMS, headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
    assert not response.cookies


def test_description_names_every_address_and_layer():
    answer = fetch("/ogc/api")
    assert answer["openapi"].startswith("3.0")
    assert set(answer["paths"]) == {
        "/", "/conformance", "/collections", "/collections/{collectionId}", "/collections/{collectionId}/queryables",
        "/collections/{collectionId}/items", "/collections/{collectionId}/items/{featureId}",
    }  # fmt: skip


class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture
def served(settings):
    settings.ALLOWED_HOSTS = ["*"]
    server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


READER = """
import json, sys
import pyogrio
address = f"OAPIF:{sys.argv[1]}/ogc"
frame = pyogrio.read_dataframe(address, layer="probe-municipalities", PAGE_SIZE="5")
box = (500000, 5650000, 501000, 5651000)
metres = pyogrio.read_dataframe(address, layer="probe-municipalities", CRS="EPSG:25832", bbox=box)
print(json.dumps({
    "layers": sorted(str(name) for name, _kind in pyogrio.list_layers(address)),
    "crs": str(frame.crs), "keys": sorted(frame["key"]), "area": float(frame.geometry.area.sum()),
    "metres": [str(metres.crs), len(metres), float(metres.to_crs("OGC:CRS84").geometry.iloc[0].centroid.x)],
    "population": float(frame.set_index("key").loc["92002003", "population"]),
}))
"""


def test_gdal_reads_the_layers_as_qgis_does(served):
    # in a process of its own: while GDAL waits for an answer, no other thread of its process may run
    done = subprocess.run(
        [sys.executable, "-c", READER, served], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert {"probe-municipalities", "probe-districts"} <= set(found["layers"])
    assert CRS(found["crs"]).equals(CRS("OGC:CRS84"))
    assert len(set(found["keys"])) == 16
    assert found["population"] == 4310.0
    crs, count, east = found["metres"]
    assert crs == "EPSG:25832"
    assert 0 < count < 16
    assert 9.0 < east < 9.4
    assert found["area"] == pytest.approx(16 * 0.01)
