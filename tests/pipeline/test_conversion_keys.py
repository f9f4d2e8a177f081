"""Conversion keys of municipalities and districts, with employees at the place of work."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

import official as h
from made_areas import conversion_rows
from raumwerk.errors import InputError

Rows = list[list[object]]


def links() -> Rows:
    """Aue stays, Berg goes to Aue, the empty forest is divided, Hof stays; the area of parts is printed in parts."""
    return [
        [9901001, "Aue", 1.0, 1.0, 10.5, 3.12, 1.05, 9901001, "Aue"],
        [9901002, "Berg", 1.0, 1.0, 4.0, 1.0, 0.0, 9901001, "Aue"],
        [9901451, "Forst", 0.25, 1.0, 1.0, 0.0, 0.0, 9901001, "Aue"],
        [9901451, "Forst", 0.75, 1.0, 3.0, 0.0, 0.0, 9901003, "Ried"],
        [9902001, "Hof", 1.0, 1.0, 20.0, 10.0, 5.0, 9902001, "Hof"],
    ]


def municipal(path: Path, rows: Rows) -> dict[str, pl.DataFrame]:
    return h.tables(h.write_workbook(path / "schluessel.xlsx", {"2021": conversion_rows(rows)}))


def test_conversion_restores_leading_zeros_and_shares(tmp_path: Path) -> None:
    frame = municipal(tmp_path, links())["crosswalk"].filter(pl.col("basis") == "population")
    assert frame.select("from_edition", "from_area", "to_edition", "to_area", "weight", "method").rows() == [
        ("2021-12-31", "09901001", "2022-12-31", "09901001", 1.0, "official"),
        ("2021-12-31", "09901002", "2022-12-31", "09901001", 1.0, "official"),
        # nobody lives in the forest: the printed share of 1 in both rows gives way to the share of the area
        ("2021-12-31", "09901451", "2022-12-31", "09901001", 0.25, "official"),
        ("2021-12-31", "09901451", "2022-12-31", "09901003", 0.75, "official"),
        ("2021-12-31", "09902001", "2022-12-31", "09902001", 1.0, "official"),
    ]


def test_conversion_gives_both_editions_of_keys(tmp_path: Path) -> None:
    areas = municipal(tmp_path, links())["areas"]
    editions = dict(areas.group_by("edition").agg("area").iter_rows())
    assert sorted(editions["2021-12-31"]) == ["09901001", "09901002", "09901451", "09902001"]
    assert sorted(editions["2022-12-31"]) == ["09901001", "09901003", "09902001"]


def test_conversion_blanked_employees_are_masked_not_zero(tmp_path: Path) -> None:
    frame = municipal(tmp_path, links())["observations"].filter(pl.col("measure") == "employees_work")
    assert frame.select("area", "period", "value", "lower", "upper", "status").rows() == [
        ("09901001", "2021-06-30", 105.0, 105.0, 105.0, "measured"),
        ("09901002", "2021-06-30", None, 0.0, None, "masked"),
        ("09901451", "2021-06-30", None, 0.0, None, "masked"),
        ("09902001", "2021-06-30", 500.0, 500.0, 500.0, "measured"),
    ]


def test_conversion_counts_rounded_to_ten_carry_bounds(tmp_path: Path) -> None:
    rounded = [[*row[:5], round(float(str(row[5])), 1), round(float(str(row[6])), 1), *row[7:]] for row in links()]
    frame = municipal(tmp_path, rounded)["observations"]
    rows = (
        frame.filter(pl.col("measure") == "employees_work").select("area", "value", "lower", "upper", "status").rows()
    )
    assert rows == [
        ("09901001", 110.0, 105.0, 115.0, "rounded"),
        ("09901002", 0.0, 0.0, 5.0, "rounded"),
        ("09901451", 0.0, 0.0, 5.0, "rounded"),
        ("09902001", 500.0, 495.0, 505.0, "rounded"),
    ]
    assert h.observed(frame, "09901001", "2021-12-31")["population"] == 310.0


def test_conversion_area_of_a_divided_one_is_summed_or_taken_once(tmp_path: Path) -> None:
    parts = municipal(tmp_path, links())["observations"]
    repeated = links()
    repeated[2][4] = repeated[3][4] = 4.0  # as in the sheet of 2021: the whole in every row
    whole = municipal(tmp_path, repeated)["observations"]
    assert h.observed(parts, "09901451")["area_km2"] == h.observed(whole, "09901451")["area_km2"] == 4.0


def test_district_keys_lose_their_three_zeros(tmp_path: Path) -> None:
    rows: Rows = [
        [3152000, "Göttingen", 1.0, 1.0, 1.0, 1.0, 1.0, 3159000, "Göttingen"],
        [16056000, "Eisenach", 1.0, 1.0, 1.0, 1.0, 1.0, 16056000, "Eisenach"],
    ]
    file = h.write_workbook(tmp_path / "k.xlsx", {"2015-2019": conversion_rows(rows, year=2015, what="Kreise")})
    frame = h.tables(file)["crosswalk"].filter(pl.col("basis") == "employees")
    assert frame.select("from_area", "to_area").rows() == [("03152", "03159"), ("16056", "16056")]


def cell(row: int, column: int, value: object) -> Callable[[Rows], Rows]:
    def change(rows: Rows) -> Rows:
        rows[row][column] = value
        return rows

    return change


@pytest.mark.parametrize(
    ("change", "row", "text"),
    [
        (cell(1, 0, "zwei"), 3, "'zwei' is no key"),
        (cell(1, 7, 99), 3, "'99' is no key"),
        (cell(1, 2, 1.5), 3, "the cell holds '1.5'"),
        (cell(1, 5, "viele"), 3, "the cell holds 'viele'"),
        (cell(1, 5, -1.0), 3, "the cell holds '-1'"),
        (cell(1, 2, 0.5), 3, "the shares of 09901002 do not sum to 1"),
        (lambda rows: [*rows, rows[0]], 2, "09901001 → 09901001 is there twice"),
        (lambda _: [], None, "the sheet holds no rows"),
    ],
)
def test_conversion_wrong_in_one_way_names_the_place(
    tmp_path: Path, change: Callable[[Rows], Rows], row: int | None, text: str
) -> None:
    with pytest.raises(InputError) as caught:
        municipal(tmp_path, change(links()))
    problem = caught.value.problems[0]
    assert (problem.file, problem.sheet, problem.row) == ("schluessel.xlsx", "2021", row)
    assert text in problem.what


def test_conversion_without_area_column_names_it(tmp_path: Path) -> None:
    rows = conversion_rows(links())
    rows[0][5] = "anderes"
    with pytest.raises(InputError, match=r"schluessel\.xlsx, sheet 2021, row 1: no column for area_km2"):
        h.tables(h.write_workbook(tmp_path / "schluessel.xlsx", {"2021": rows}))


@pytest.mark.real_data
def test_real_municipal_key_agrees_with_the_official_figures() -> None:
    frame = h.tables(h.real("employment/ref-gemeinden-ab-2020.xlsx"))["observations"]
    jobs = frame.filter(pl.col("measure") == "employees_work")
    cities = {"06611000": (111_410, 113_819), "03159016": (71_500, 72_751), "05774032": (74_880, 76_881),
              "05762020": (11_200, 11_423)}  # fmt: skip
    for area, (rounded, exact) in cities.items():
        assert h.observed(jobs, area, "2020-06-30") == {"employees_work": rounded}
        assert h.observed(jobs, area, "2021-06-30") == {"employees_work": exact}
    by_year = jobs.group_by("period").agg(
        pl.col("value").sum(), pl.col("value").null_count().alias("masked"), pl.col("status").unique().sort()
    )
    assert by_year.sort("period").rows() == [
        ("2020-06-30", 33_326_640.0, 0, ["rounded"]),
        ("2021-06-30", 33_719_048.0, 1_586, ["measured", "masked"]),
    ]
    people = (
        frame.filter(pl.col("measure") == "population").group_by("period").agg(pl.col("value").sum()).sort("period")
    )
    assert dict(people.iter_rows())["2021-12-31"] == 83_237_124.0
    assert dict(people.iter_rows())["2022-12-31"] == 84_358_845.0


@pytest.mark.real_data
def test_real_district_key_knows_the_reforms() -> None:
    frame = h.tables(h.real("indicators/ref-kreise-umrech-2019-1990-2018.xlsx"))["crosswalk"]
    links = frame.filter((pl.col("from_edition") == "2015-12-31") & (pl.col("basis") == "population"))
    assert links.filter(pl.col("to_area") == "03159").select("from_area", "weight").rows() == [
        ("03152", 1.0), ("03156", 1.0),
    ]  # fmt: skip
    assert frame["from_edition"].n_unique() == 29
    assert set(frame["to_edition"]) == {"2019-12-31"}
