"""Boundaries: the municipal GeoPackage and the shapefiles of VG1000."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
import shapely

import official as h
from made_areas import square, write_administrative_layer, write_geopackage, write_shapefile
from raumwerk.errors import InputError

PLACES = [("99001001", "Aue", square(9.0)), ("99001002", "Berg", square(9.5)), ("99002001", "Hof", square(8.0))]


def test_geopackage_gives_areas_and_polygons_of_three_levels(tmp_path: Path) -> None:
    tables = h.tables(h.raw(write_geopackage(tmp_path / "grenzen_2024-01-01.gpkg", PLACES)))
    assert tables["areas"].sort("area").select("area", "edition", "level", "name", "parent", "longitude").rows() == [
        ("99", "2024-01-01", "state", "Gebiet 99", "DG", pytest.approx(9.5, abs=1.5)),
        ("99001", "2024-01-01", "district", "Gebiet 99001", "99", 9.5),
        ("99001001", "2024-01-01", "municipality", "Aue", "99001", 9.25),
        ("99001002", "2024-01-01", "municipality", "Berg", "99001", 9.75),
        ("99002", "2024-01-01", "district", "Gebiet 99002", "99", 8.25),
        ("99002001", "2024-01-01", "municipality", "Hof", "99002", 8.25),
    ]
    shapes = {area: shapely.from_wkb(wkb) for area, wkb in tables["boundaries"].select("area", "geometry").iter_rows()}
    assert shapes["99001001"].equals(square(9.0))
    assert tables["caveats"].is_empty()


def test_geopackage_area_without_polygon_is_kept_and_named(tmp_path: Path) -> None:
    empty = [*PLACES, ("99002002", "Winzig", shapely.MultiPolygon())]
    tables = h.tables(h.raw(write_geopackage(tmp_path / "grenzen_2024-01-01.gpkg", empty)))
    row = tables["areas"].filter(pl.col("area") == "99002002").row(0, named=True)
    assert (row["longitude"], row["parent"]) == (None, "99002")
    assert "99002002" not in tables["boundaries"]["area"].to_list()
    assert "Winzig (99002002)" in tables["caveats"]["text_de"][0]


def test_geopackage_without_date_is_refused_with_remedy(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"grenzen\.gpkg: .* date its areas are.*file name"):
        h.tables(h.raw(write_geopackage(tmp_path / "grenzen.gpkg", PLACES)))


def test_geopackage_with_doubled_and_foreign_key_names_layer_and_row(tmp_path: Path) -> None:
    rows = [*PLACES, ("99002001", "Hof", square(8.5)), ("9900", "Kurz", square(7.5))]
    path = write_geopackage(tmp_path / "g_2024-01-01.gpkg", rows, districts=[("99001", "Ost", square(9.0))])
    with pytest.raises(InputError) as caught:
        h.tables(h.raw(path))
    assert [(p.sheet, p.row, p.what) for p in caught.value.problems] == [
        ("gemeinden", 4, "key 99002001 is there twice (first in row 3)"),
        ("gemeinden", 5, "'9900' is not a key"),
    ]


def test_geopackage_without_key_column_names_it(tmp_path: Path) -> None:
    path = write_geopackage(tmp_path / "g_2024-01-01.gpkg", PLACES, columns=("schluessel", "name"))
    with pytest.raises(InputError) as caught:
        h.tables(h.raw(path))
    assert [(p.sheet, p.column) for p in caught.value.problems] == [("gemeinden", "ags")]


def test_geopackage_cut_off_is_refused(tmp_path: Path) -> None:
    whole = write_geopackage(tmp_path / "w_2024-01-01.gpkg", PLACES).read_bytes()
    path = tmp_path / "cut_2024-01-01.gpkg"
    path.write_bytes(whole[: len(whole) // 3])
    with pytest.raises(InputError, match=r"cut_2024-01-01\.gpkg"):
        h.tables(h.raw(path))


def test_shapefile_keeps_land_and_turns_to_longitude_and_latitude(tmp_path: Path) -> None:
    metric = shapely.box(500_000, 5_600_000, 510_000, 5_610_000)
    rows = [("99001", "Ost", 4, metric), ("99001", "Ost", 2, shapely.box(0, 0, 1, 1))]
    tables = h.tables(h.raw(write_shapefile(tmp_path / "VG1000_KRS_2022-12-31.shp", rows)))
    assert tables["areas"].select("area", "level", "edition", "kind", "parent").rows() == [
        ("99001", "district", "2022-12-31", "Landkreis", "99")
    ]
    shape = shapely.from_wkb(tables["boundaries"]["geometry"][0])
    # 500 000 m east in zone 32 is 9° E by definition; 5 600 000 m north is 50.55° N.
    assert shape.bounds == pytest.approx((9.0, 50.552, 9.142, 50.642), abs=2e-3)


def test_shapefile_without_companion_says_which(tmp_path: Path) -> None:
    path = write_shapefile(tmp_path / "VG1000_KRS_2022-12-31.shp", [("99001", "Ost", 4, square(9.0))])
    path.with_suffix(".prj").unlink()
    with pytest.raises(InputError, match=r"VG1000_KRS_2022-12-31\.prj is missing beside the shapefile"):
        h.tables(h.raw(path))


def test_shapefile_of_mixed_levels_is_refused(tmp_path: Path) -> None:
    path = write_shapefile(tmp_path / "VG1000_KRS_2022-12-31.shp", [("99001", "Ost", 4, square(9.0))], ade=1)
    with pytest.raises(InputError, match="administrative level"):
        h.tables(h.raw(path))


def test_official_geopackage_gives_each_level_once(tmp_path: Path) -> None:
    path = tmp_path / "DE_VG250_2024-12-31.gpkg"
    layers = (
        ("vg250_gem", 6, "99001001", "Aue", "Gemeinde"), ("vg250_krs", 4, "99001", "Ost", "Landkreis"),
        ("vg250_rbz", 3, "990", "Mitte", "Regierungsbezirk"), ("vg250_lan", 2, "99", "Musterland", "Land"),
    )  # fmt: skip
    for number, (layer, ade, key, name, kind) in enumerate(layers):
        write_administrative_layer(path, layer, [(key, name, 4, square(9.0)), (key, name, 1, square(1.0))], ade=ade,
                                   kind=kind, append=number > 0)  # fmt: skip
    tables = h.tables(h.raw(path))
    assert tables["areas"].sort("area").select("area", "level", "name", "kind", "edition").rows() == [
        ("99", "state", "Musterland", "Land", "2024-12-31"),
        ("990", "government_region", "Mitte", "Regierungsbezirk", "2024-12-31"),
        ("99001", "district", "Ost", "Landkreis", "2024-12-31"),
        ("99001001", "municipality", "Aue", "Gemeinde", "2024-12-31"),
    ]


@pytest.mark.real_data
def test_real_geopackage_has_all_municipalities() -> None:
    tables = h.tables(h.real("boundaries/gemeinden_de.gpkg"))
    levels = dict(tables["areas"].group_by("level").len().iter_rows())
    assert levels == {"municipality": 10_948, "district": 400, "state": 16}
    assert set(tables["areas"]["edition"]) == {"2024-01-01"}
    assert tables["caveats"]["text_de"].to_list() == [
        "Durch die Vereinfachung der Grenzen ohne Fläche auf der Karte: Almersbach (07132001), "
        "Warmensteinacher Forst-Nord (09472470)."
    ]
    assert np.all(shapely.is_valid(shapely.from_wkb(tables["boundaries"]["geometry"].to_numpy())))


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "level", "count"), [("KRS", "district", 400), ("RBZ", "government_region", 19), ("LAN", "state", 16)]
)
def test_real_shapefile_has_land_areas_only(name: str, level: str, count: int) -> None:
    tables = h.tables(h.real(f"boundaries/vg1000_2022-12-31/VG1000_{name}.shp"))
    assert tables["areas"]["level"].to_list() == [level] * count
    assert tables["boundaries"].height == count
    bounds = shapely.total_bounds(shapely.from_wkb(tables["boundaries"]["geometry"].to_numpy()))
    assert 5 < bounds[0] < bounds[2] < 16
    assert 47 < bounds[1] < bounds[3] < 56
