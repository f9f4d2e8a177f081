"""The BBSR reference workbook: official classifications."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import official as h
from raumwerk.errors import InputError
from raumwerk.pipeline.sources import reference_areas as source

Rows = list[list[object]]


def sheets() -> dict[str, Rows]:
    """A workbook with one municipality and one district and every scheme set to 1."""

    def two_rows(first: str, schemes: list[str], key: int, name: str) -> Rows:
        header: list[object] = [f"{first} Kennziffer", f"{first} Name"]
        values: list[object] = [key, name]
        for scheme in schemes:
            header += [f"{scheme} Kennziffer", f"{scheme} Name"]
            values += [1.0, f"{scheme} eins"]
        return [[f"{first} 31.12.2019", *[""] * (len(header) - 1)], header, values]

    municipal = ["Zentrale Orte (ja/nein)", *(scheme.header for scheme in source._MUNICIPAL)]
    district = [scheme.header for scheme in source._DISTRICT]
    places = two_rows("Gemeinden", municipal, 9901001, "Aue")
    places[1] += ["Gemeindeverbände Kennziffer", "Gemeindeverbände Name"]
    places[2] += [9901905, "Amt Ost"]
    return {
        "Gemeinden": places,
        "Kreise": two_rows("Kreise", district, 9901000, "Ost"),
        "GVB": [
            ["Gemeindeverbände Kennziffer", "Gemeindeverbände Regionalschlüssel", "Gemeindeverbände Name"],
            [9901905, 99015001, "Amt Ost"],
        ],
    }


def classes(path: Path, content: dict[str, Rows]) -> pl.DataFrame:
    return h.tables(h.write_workbook(path / "referenz.xlsx", dict(content)))["classes"]


def test_reference_restores_zeros_of_keys_and_codes(tmp_path: Path) -> None:
    frame = classes(tmp_path, sheets())
    wanted = ["central_place_level", "mittelbereich", "labour_market_region", "association", "regiostar7"]
    rows = (
        frame.filter(pl.col("scheme").is_in(wanted)).sort("scheme").select("scheme", "area", "period", "code", "label")
    )
    assert rows.rows() == [
        ("association", "09901001", "2019-12-31", "099015001", "Amt Ost"),
        ("central_place_level", "09901001", "2019-12-31", "1", "Zentralörtliche Einstufung (zusammengefasst) eins"),
        ("labour_market_region", "09901", "2019-12-31", "001", "Arbeitsmarktregionen eins"),
        ("mittelbereich", "09901001", "2019-12-31", "000001", "BBSR-Mittelbereiche eins"),
        ("regiostar7", "09901001", "2019-12-31", "1", "RegioStaR7 eins"),
    ]


@pytest.mark.parametrize(
    ("sheet", "column", "value", "text"),
    [
        ("Gemeinden", 0, "Aue", "'Aue' is not a key"),
        ("Gemeinden", 4, "eins", "'eins' is not a code"),
        ("Kreise", 2, "", "'' is not a code"),
        ("Gemeinden", -2, 1234567, "the association is not in the list of associations"),
    ],
)
def test_reference_wrong_in_one_way_names_the_place(
    tmp_path: Path, sheet: str, column: int, value: object, text: str
) -> None:
    content = sheets()
    content[sheet][2][column] = value
    with pytest.raises(InputError) as caught:
        classes(tmp_path, content)
    problem = caught.value.problems[0]
    assert (problem.file, problem.sheet, problem.row) == ("referenz.xlsx", sheet, 3)
    assert text in problem.what


def test_reference_with_doubled_key_names_both_rows(tmp_path: Path) -> None:
    content = sheets()
    content["Gemeinden"].append(content["Gemeinden"][2])
    with pytest.raises(InputError, match=r"row 4.*key 9901001 is there twice; expected once \(row 3\)"):
        classes(tmp_path, content)


def test_reference_without_a_scheme_names_its_columns(tmp_path: Path) -> None:
    content = sheets()
    content["Gemeinden"][1][4] = "weg"
    with pytest.raises(InputError, match="no column for central_place_level"):
        classes(tmp_path, content)


@pytest.mark.real_data
def test_real_reference_agrees_with_the_official_figures() -> None:
    frame = h.tables(h.real("central_places/referenz_gemeinden_kreise_nuts_2019-12-31.xlsx"))["classes"]
    centres = frame.filter(pl.col("scheme") == "central_place_level")
    assert dict(centres.group_by("code").len().iter_rows()) == {"1": 152, "2": 960, "3": 2_506, "0": 7_389}
    assert centres.height == 11_007
    regions = frame.filter(pl.col("scheme") == "labour_market_region")
    assert (regions.height, regions["code"].n_unique()) == (401, 223)
    assert set(frame["period"]) == {"2019-12-31"}
    kassel = frame.filter(pl.col("area") == "06611000")
    assert dict(kassel.select("scheme", "label").iter_rows())["municipality_type"] == "Großstadt"
