"""Shapes of a region: simplified as one coverage, with the state border between its parts."""

import numpy as np
import pytest
import shapely

from raumwerk.errors import MissingError
from raumwerk.web.atlas.queries.shapes import region_shapes, strongest_partners


def test_shapes_of_a_region(atlas):
    shapes = region_shapes(atlas, atlas.region("probe"), "district", "de")
    assert [feature["id"] for feature in shapes["features"]["features"]] == ["91001", "91002", "92001", "92002"]
    assert [feature["id"] for feature in shapes["context"]["features"]] == ["92003"]
    assert shapes["features"]["features"][0]["properties"] == {
        "key": "91001", "name": "Kreis 91001", "state": "91", "district": "91001", "inhabited": True,
        "x": 9.1, "y": 51.3,
    }  # fmt: skip


def test_shapes_mark_the_state_border_and_the_outline(atlas):
    shapes = region_shapes(atlas, atlas.region("probe"), "municipality", "de")
    border = shapely.MultiLineString([np.array(line) for line in shapes["borders"]["coordinates"]])
    assert shapely.equals_exact(border.envelope, shapely.LineString([(9.2, 51), (9.2, 51.4)]).envelope, 1e-9)
    (outer,) = shapes["outline"]["coordinates"]
    assert shapely.Polygon(outer[0]).area == pytest.approx(0.16)


@pytest.mark.parametrize("level", ["municipality", "district"])
def test_shapes_keep_neighbours_together(atlas, level):
    shapes = region_shapes(atlas, atlas.region("probe"), level, "de")
    parts = [
        shapely.from_geojson(str(feature["geometry"]).replace("'", '"'))
        for collection in ("features", "context")
        for feature in shapes[collection]["features"]
    ]
    assert shapely.coverage_is_valid(np.array(parts, dtype=object))
    assert all(part.is_valid for part in parts)


def test_shapes_know_which_municipality_is_uninhabited(atlas):
    shapes = region_shapes(atlas, atlas.region("probe"), "municipality", "de")
    empty = [each["id"] for each in shapes["features"]["features"] if not each["properties"]["inhabited"]]
    assert empty == ["91002004"]


def test_strongest_partners_lie_outside(atlas):
    assert strongest_partners(atlas, atlas.region("probe")) == ["92003"]


def test_shapes_without_boundaries(empty_home):
    from atlas_made import publish

    from raumwerk.web.atlas.queries.release import atlas_release

    publish(empty_home, only=("areas", "region_members"))
    atlas = atlas_release()
    with pytest.raises(MissingError):
        region_shapes(atlas, atlas.region("probe"), "district", "de")
