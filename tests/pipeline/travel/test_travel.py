from __future__ import annotations

import gzip
import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from raumwerk.errors import InputError, MissingError
from raumwerk.pipeline.travel import read_roads, straight_line_travel

_ROOT = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("RAUMWERK_SHARED_DATA", _ROOT.parent / "shared" / "data"))

# Four corners of a square of about 1.11 km by 1.11 km at the equator; 4 → 1 is one-way, a field path is no road.
OSM = """<?xml version="1.0"?><osm version="0.6">
<node id="1" lon="0" lat="0"/><node id="2" lon="0.01" lat="0"/><node id="3" lon="0.01" lat="0.01"/>
<node id="4" lon="0" lat="0.01"/><node id="5" lon="0.5" lat="0.5"/><node id="6" lon="0.51" lat="0.5"/>
<way id="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="secondary"/><tag k="maxspeed" v="50"/></way>
<way id="2"><nd ref="3"/><nd ref="4"/><tag k="highway" v="residential"/></way>
<way id="3"><nd ref="4"/><nd ref="1"/><tag k="highway" v="primary"/><tag k="oneway" v="yes"/></way>
<way id="4"><nd ref="1"/><nd ref="3"/><tag k="highway" v="track"/></way>
<way id="5"><nd ref="5"/><nd ref="6"/><tag k="highway" v="primary"/></way></osm>"""
SIDE = 2 * np.pi * 6371.0088 / 360 * 0.01


@pytest.fixture
def square(tmp_path):
    path = tmp_path / "square.osm.gz"
    path.write_bytes(gzip.compress(OSM.encode()))
    return read_roads(path)


def _places(**points):
    return pl.DataFrame(
        [(name, *point) for name, point in points.items()], schema=["area", "longitude", "latitude"], orient="row"
    )


def test_read_roads_ways_by_hand(square):
    places = _places(a=(0.0, 0.0), d=(0.0, 0.01))
    travel = square.travel(places, places)
    # d → a along the one-way road; a → d only the long way round.
    assert travel.kilometres[1, 0] == pytest.approx(SIDE, rel=1e-4)
    assert travel.minutes[1, 0] == pytest.approx(SIDE / 65 * 60, rel=1e-4)
    assert travel.kilometres[0, 1] == pytest.approx(3 * SIDE, rel=1e-4)
    assert travel.minutes[0, 1] == pytest.approx((2 * SIDE / 50 + SIDE / 28) * 60, rel=1e-4)
    assert len(square.longitude) == 4  # the road far away is not connected
    assert "ODbL" in travel.source


def test_read_roads_limit_and_access(square):
    near = _places(a=(0.0, -0.001))
    far = square.travel(near, _places(d=(0.0, 0.01)), limit=3)
    assert far.minutes.tolist() == [[np.inf]]
    there = square.travel(near, _places(a=(0.0, 0.0)))
    assert there.kilometres[0, 0] == pytest.approx(SIDE / 10, rel=1e-3)
    assert there.minutes[0, 0] == pytest.approx(SIDE / 10 / 30 * 60, rel=1e-3)


@pytest.mark.real_data
def test_read_roads_real_extract_is_never_shorter_than_the_straight_line():
    path = SHARED / "roads" / "north-bayreuth.osm.gz"
    if not path.exists():
        pytest.skip(f"{path} is not there; set RAUMWERK_SHARED_DATA")
    roads = read_roads(path)
    rng = np.random.default_rng(0)
    some = rng.choice(len(roads.longitude), 12, replace=False)
    places = pl.DataFrame(
        {"area": [f"n{k}" for k in some], "longitude": roads.longitude[some], "latitude": roads.latitude[some]}
    )
    travel = roads.travel(places, places)
    straight = straight_line_travel(places, detour=1.0).kilometres
    away = ~np.eye(12, dtype=bool)
    assert np.isfinite(travel.minutes).all()
    assert (travel.kilometres[away] >= straight[away] * 0.999).all()
    speed = travel.kilometres[away].sum() / travel.minutes[away].sum() * 60
    assert 20 < speed < 100


def test_straight_line_travel_by_hand():
    places = _places(a=(0.0, 0.0), b=(0.0, 0.01)).with_columns(hectares=pl.Series([400 * np.pi, None]))
    travel = straight_line_travel(places, detour=1.5)
    assert travel.kilometres[0, 1] == pytest.approx(1.5 * SIDE)
    assert travel.minutes[0, 1] == pytest.approx(1.5 * SIDE / 30 * 60)
    assert travel.kilometres.diagonal().tolist() == pytest.approx([1.5 * 0.5 * 2, 1.5 * 0.5 * 2])
    assert travel.estimated
    long = straight_line_travel(_places(a=(0.0, 0.0), b=(0.0, 1.0)), detour=1.0)
    km = 100 * SIDE
    expected = 60 * (5 / 30 + 15 / 50 + 30 / 70 + (km - 50) / 90)
    assert long.minutes[0, 1] == pytest.approx(expected)


def test_straight_line_travel_to_other_places_is_part_of_the_whole():
    places = _places(a=(0.0, 0.0), b=(0.0, 0.3), c=(0.2, 0.1)).with_columns(hectares=pl.Series([50.0, 70.0, None]))
    whole = straight_line_travel(places)
    part = straight_line_travel(places[:2], destinations=places[1:])
    assert (part.origins, part.destinations) == (("a", "b"), ("b", "c"))
    assert part.minutes.tolist() == whole.minutes[:2, 1:].tolist()
    assert part.kilometres.tolist() == whole.kilometres[:2, 1:].tolist()


def test_travel_bad_input_is_named(tmp_path):
    with pytest.raises(InputError, match=r"row b: the latitude is 95\.0"):
        straight_line_travel(_places(a=(0.0, 0.0), b=(0.0, 95.0)))
    with pytest.raises(InputError, match=r"detour 0\.5"):
        straight_line_travel(_places(a=(0.0, 0.0)), detour=0.5)
    with pytest.raises(MissingError, match="There is no file"):
        read_roads(tmp_path / "none.osm.pbf")
    empty = tmp_path / "empty.osm"
    empty.write_text('<?xml version="1.0"?><osm version="0.6"></osm>')
    with pytest.raises(InputError, match="holds no roads"):
        read_roads(empty)
    broken = tmp_path / "broken.osm"
    broken.write_text("no xml")
    with pytest.raises(InputError, match="cannot be read"):
        read_roads(broken)
