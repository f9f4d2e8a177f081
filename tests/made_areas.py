"""Small made registers, boundaries and keys in official layouts: two districts of a state 99 that does not exist."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyogrio
import shapely

EXTRACT_HEADER: list[list[object]] = [
    ["Gemeinden in Deutschland nach Fläche, Bevölkerung und Postleitzahl am 31.12.2019 (Jahr)"],
    [],
    ["Satz-art", "Text-kenn-zeichen", "Amtlicher Regionalschlüssel (ARS)", "", "", "", "", "Gemeindename",
     "Fläche km2 1)", "Bevölkerung2)", "", "", "", "Post-leit-zahl3)", "Geografische Mittelpunktkoordinaten", "",
     "Reisegebiete", "", "Grad der Verstädterung", ""],
    ["", "", "Land", "RB", "Kreis", "VB", "Gem", "", "", "insgesamt", "männlich", "weiblich", "je km2", "",
     "Längengrad", "Breitengrad", "", "", "", ""],
    ["", "", "Gebietsstand am 31.12.2019 (Jahr)", "", "", "", "", "", "am 31.12.2019 (Jahr) "],
    [],
]  # fmt: skip


def extract_rows() -> list[list[object]]:
    """Rows of an extract: a state, two districts, two associations, three municipalities."""
    return [
        ["10", "", "99", "", "", "", "", "Musterland"],
        ["40", "44", "99", "0", "01", "", "", "Ost"],
        ["50", "51", "99", "0", "01", "5001", "", "Amt Ost"],
        place("01", "5001", "001", "Aue", 10.5, 300, 140, "9,25"),
        place("01", "5001", "002", "Berg", 4.0, 100, 60, "9,75"),
        ["40", "44", "99", "0", "02", "", "", "West"],
        ["50", "50", "99", "0", "02", "0001", "", "Hof, Stadt"],
        place("02", "0001", "001", "Hof, Stadt", 20.0, 1000, 500, "8,5", mark="63"),
    ]


def place(  # noqa: PLR0917
    district: str,
    association: str,
    number: str,
    name: str,
    km2: object,
    people: object,
    men: object,
    longitude: str,
    *,
    mark: str = "64",
) -> list[object]:
    women = people - men if isinstance(people, int) and isinstance(men, int) else 0
    return ["60", mark, "99", "0", district, association, number, name, km2, people, men, women, 1, "12345", longitude,
            "51,5", "E1", "Musterwald", "03", "gering besiedelt"]  # fmt: skip


def extract_sheets(rows: Sequence[Sequence[object]] | None = None) -> dict[str, Sequence[Sequence[object]]]:
    body = extract_rows() if rows is None else rows
    return {"Inhalt": [["Gemeindeverzeichnis"]], "Onlineprodukt": [*EXTRACT_HEADER, *body, [], ["Quelle: GV-ISys"]]}


def register_line(
    record: str,
    key: str,
    name: str,
    *,
    association: str = "",
    mark: str = "",
    date: str = "20231231",
    hectares: object = 0,
    people: object = 0,
    men: object = 0,
) -> str:
    """One line of GV100AD."""
    line = f"{record}{date}{key:<8}{association:<4}{name:<50}{'':<50}{mark:<2}{'':<4}"
    return line + (f"{hectares:0>11}{people:0>11}{men:0>11}".ljust(92) if record == "60" else "".ljust(92))


def register_lines() -> list[str]:
    return [
        register_line("10", "99", "Musterland"),
        register_line("40", "99001", "Ost", mark="44"),
        register_line("50", "99001", "Amt Ost", association="5001", mark="51"),
        register_line("60", "99001001", "Aue", association="5001", mark="64", hectares=1050, people=300, men=140),
        register_line("60", "99001002", "Berg", association="5001", mark="66", hectares=400),
        register_line("40", "99002", "West", mark="44"),
        register_line("50", "99002", "Hof, Stadt", association="0001", mark="50"),
        register_line(
            "60", "99002001", "Hof, Stadt", association="0001", mark="63", hectares=2000, people=1000, men=500
        ),
    ]


def conversion_rows(
    links: Sequence[Sequence[object]], *, year: int = 2021, what: str = "Gemeinden"
) -> list[list[object]]:
    """A sheet of conversion keys: from, name, shares of area and people, km², people and jobs in 100, to, name."""
    header: list[object] = [
        f"{what}\n 31.12.{year}", f"Name {year}", "flächen-\nproportionaler\nUmsteige-schlüssel",
        "bevölkerungs- \nproportionaler \nUmsteige- \nschlüssel",
        "beschäftigten- \nproportionaler \nUmsteige- \nschlüssel", f"Fläche am 31.12.{year} in km²",
        f"Bevölkerung am 31.12.{year} in 100",
        f"sozialvers.pflichtig Beschäftigte am Arbeitsort am 30.6.{year} in 100",
        f"{what}\n 31.12.{year + 1}", f"Name {year + 1}",
    ]  # fmt: skip
    return [header, *([*row[:4], row[3], *row[4:]] for row in links)]


def square(left: float, *, bottom: float = 51.0, width: float = 0.5, height: float = 1.0) -> shapely.Polygon:
    return shapely.box(left, bottom, left + width, bottom + height)


def write_geopackage(
    path: Path,
    municipalities: Sequence[tuple[str, str, shapely.Geometry]],
    *,
    districts: Sequence[tuple[str, str, shapely.Geometry]] | None = None,
    columns: Sequence[str] = ("ags", "name"),
) -> Path:
    """``gemeinden_de.gpkg`` with squares for municipalities; districts and states are their unions."""
    upper = _unions(municipalities, 5) if districts is None else districts
    layers = (
        ("gemeinden", columns, municipalities),
        ("kreise", ("kreis", "name"), upper),
        ("laender", ("land", "name"), _unions(municipalities, 2)),
    )
    for number, (layer, fields, rows) in enumerate(layers):
        pyogrio.raw.write(
            path,
            np.array([shapely.to_wkb(shape) for _, _, shape in rows], dtype=object),
            [np.array([row[at] for row in rows], dtype=object) for at in range(2)],
            list(fields),
            layer=layer,
            driver="GPKG",
            geometry_type="Unknown",
            crs="EPSG:4326",
            append=number > 0,
        )
    return path


def _unions(
    municipalities: Sequence[tuple[str, str, shapely.Geometry]], width: int
) -> list[tuple[str, str, shapely.Geometry]]:
    keys = sorted({key[:width] for key, _, _ in municipalities})
    return [
        (key, f"Gebiet {key}", shapely.union_all([shape for one, _, shape in municipalities if one.startswith(key)]))
        for key in keys
    ]


def write_shapefile(
    path: Path, rows: Sequence[tuple[str, str, int, shapely.Geometry]], *, ade: int = 4, crs: str = "EPSG:25832"
) -> Path:
    """A shapefile of VG1000 with (key, name, GF, polygon)."""
    count = len(rows)
    fields: dict[str, list[object]] = {
        "ADE": [ade] * count, "GF": [row[2] for row in rows], "AGS": [row[0] for row in rows],
        "GEN": [row[1] for row in rows], "BEZ": ["Landkreis"] * count,
    }  # fmt: skip
    pyogrio.raw.write(
        path,
        np.array([shapely.to_wkb(row[3]) for row in rows], dtype=object),
        [np.array(values, dtype=np.int32 if name in ("ADE", "GF") else object) for name, values in fields.items()],
        list(fields),
        driver="ESRI Shapefile",
        geometry_type="Polygon",
        crs=crs,
    )
    return path


def write_administrative_layer(
    path: Path, layer: str, rows: Sequence[tuple[str, str, int, shapely.Geometry]], *, ade: int, kind: str, append: bool
) -> None:
    """A layer of the BKG's own GeoPackage; there the columns are written small."""
    count = len(rows)
    fields = {
        "ade": np.array([ade] * count, dtype=np.int32), "gf": np.array([row[2] for row in rows], dtype=np.int32),
        "ags": np.array([row[0] for row in rows], dtype=object),
        "gen": np.array([row[1] for row in rows], dtype=object),
        "bez": np.array([kind] * count, dtype=object),
    }  # fmt: skip
    pyogrio.raw.write(
        path, np.array([shapely.to_wkb(row[3]) for row in rows], dtype=object), list(fields.values()), list(fields),
        layer=layer, driver="GPKG", geometry_type="Polygon", crs="EPSG:4326", append=append,
    )  # fmt: skip
