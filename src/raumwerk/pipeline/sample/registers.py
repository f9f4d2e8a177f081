"""Boundaries and registers of the made country, in the layouts of the mapping agency and the statistical office."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyogrio.raw
import shapely

from raumwerk.pipeline.sample.country import STATES, Country
from raumwerk.pipeline.sample.workbooks import open_workbook

__all__ = ["write_boundaries", "write_extract", "write_register"]

Objects = npt.NDArray[np.object_]
_EDITION = "2023-12-31"
_TITLE = "Gemeinden in Deutschland nach Fläche, Bevölkerung und Postleitzahl am 31.12.{year} (Jahr)"


def write_boundaries(folder: Path, made: Country) -> Path:
    """Municipal GeoPackage with the layers gemeinden, kreise, laender."""
    path = folder / f"gemeinden_muster_{_EDITION}.gpkg"
    path.unlink(missing_ok=True)
    shapes = np.array([place.polygon for place in made.municipalities])
    keys = np.array([place.key for place in made.municipalities], dtype=object)
    names = np.array([place.name for place in made.municipalities], dtype=object)
    district = np.array([key[:5] for key in keys], dtype=object)
    state = np.array([key[:2] for key in keys], dtype=object)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{_EDITION}T00:00:00.000Z"})
    try:
        _layer(path, "gemeinden", shapes, {"ags": keys, "name": names, "kreis": district, "land": state})
        for layer, column, values, titles in (
            ("kreise", "kreis", district, {one.key: one.name for one in made.districts}),
            ("laender", "land", state, STATES),
        ):
            unique = sorted(titles)
            merged = np.array([shapely.union_all(shapes[values == key]) for key in unique])
            fields = {column: np.array(unique, dtype=object), "name": np.array([titles[key] for key in unique], object)}
            _layer(path, layer, merged, fields)
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    return path


def _layer(path: Path, layer: str, shapes: Objects, fields: dict[str, Objects]) -> None:
    multi = [shapely.multipolygons(shapely.get_parts(shape)) for shape in shapes]
    pyogrio.raw.write(
        path, shapely.to_wkb(np.array(multi)), list(fields.values()), list(fields), layer=layer, driver="GPKG",
        geometry_type="MultiPolygon", crs="EPSG:4326", append=path.exists(),
    )  # fmt: skip


def write_register(folder: Path, made: Country) -> Path:
    """Register of municipalities, fixed width (``GV100AD``), 31 December 2022."""
    day = "20221231"
    lines = []
    for state, name in STATES.items():
        lines.append(f"10{day}{state:<8}    {name:<50}{f'Musterstadt {name.split()[-1]}':<50}".ljust(220))
        for district in made.districts:
            if district.key[:2] != state:
                continue
            kind = "41" if district.city else "43"
            lines.append(f"40{day}{district.key:<8}    {district.name:<50}{district.name:<50}{kind}".ljust(220))
            lines.append(f"50{day}{district.key:<8}0000{district.name:<50}{'':<50}50".ljust(220))
            for index, place in enumerate(made.municipalities):
                if place.district != district.key:
                    continue
                mark = "61" if district.city else "64"
                counts = (
                    f"{round(place.km2 * 100):011d}{made.population[2022][index]:011d}{made.male[2022][index]:011d}"
                )
                head = f"60{day}{place.key}0000{place.name:<50}{'':<50}{mark}".ljust(128)
                lines.append(f"{head}{counts}    99999*****".ljust(220))
    path = folder / "GV100AD_muster_2022-12-31.txt"
    path.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8", newline="")
    return path


def write_extract(folder: Path, made: Country, year: int) -> Path:
    """Yearly spreadsheet of all municipalities (``Auszug GV``), with centre coordinates."""
    path = folder / f"3112{year}_Auszug_GV_muster.xlsx"
    top = ["Satz-art", "Text-kenn-zeichen", "Amtlicher Regionalschlüssel (ARS)", "", "", "", "", "Gemeindename",
           "Fläche km2 1)", "Bevölkerung2)", "", "", "", "Postleit-zahl3)", "Geografische Mittelpunktkoordinaten", "",
           "Reisegebiete", "", "Grad der Verstädterung", ""]  # fmt: skip
    below = ["", "", "Land", "RB", "Kreis", "VB", "Gem", "", "", "insgesamt", "männlich", "weiblich", "je km2", "",
             "Längengrad", "Breitengrad", "Schlüssel", "Bezeichnung", "Schlüssel", "Bezeichnung"]  # fmt: skip
    dated = ["", "", f"Gebietsstand am 31.12.{year} (Jahr)"]
    rows: list[list[object]] = [[_TITLE.format(year=year)], [], list(top), list(below), list(dated), []]
    for state, name in STATES.items():
        rows.append(["10", "", state, "", "", "", "", name])
        for district in (one for one in made.districts if one.key[:2] == state):
            kind = "41" if district.city else "43"
            rows.append(["40", kind, state, district.key[2], district.key[3:], "", "", district.name])
            rows.append(["50", "50", state, district.key[2], district.key[3:], "0000", "", district.name])
            rows += [_place(made, index, year, city=district.city) for index, place in enumerate(made.municipalities)
                     if place.district == district.key]  # fmt: skip
    with open_workbook(path) as book:
        book.add_worksheet("Inhalt").write(3, 0, "Erfundenes Gemeindeverzeichnis eines erfundenen Landes (Raumwerk)")
        sheet = book.add_worksheet(f"Onlineprodukt_Gemeinden3112{year}")
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell != "":
                    sheet.write(number, column, cell)
    return path


def _place(made: Country, index: int, year: int, *, city: bool) -> list[object]:
    place = made.municipalities[index]
    people, men = int(made.population[year][index]), int(made.male[year][index])
    key = place.key
    dense = ("01", "dicht besiedelt") if city else ("03", "gering besiedelt") if people < 8_000 else (
        "02", "mittlere Besiedlungsdichte")  # fmt: skip
    return [
        "60", "61" if city else "64", key[:2], key[2], key[3:5], "0000", key[5:], place.name, place.km2, people, men,
        people - men, round(people / place.km2), "99999", f"{place.longitude:.5f}".replace(".", ","),
        f"{place.latitude:.5f}".replace(".", ","), "M01", "Musterküste", *dense,
    ]  # fmt: skip
