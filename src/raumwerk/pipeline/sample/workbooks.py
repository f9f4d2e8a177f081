"""Workbooks of the made country in the layouts of the Federal Employment Agency."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import xlsxwriter

from raumwerk.pipeline.sample.country import STATES, Country, Counts

__all__ = ["open_workbook", "write_commuters", "write_municipal"]

_HEADER = ("Insgesamt", "Männer", "Frauen", "Deutsche", "Ausländer \n+ Sonstige", "Auszubildende")
_MADE = "Erfundene Zahlen eines erfundenen Landes (Raumwerk)"
_LISTED = 10  # the smallest pair that is listed
_Row = list[Any]


def open_workbook(path: Path) -> xlsxwriter.Workbook:
    """A workbook whose bytes depend on its content alone."""
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"created": datetime(2024, 1, 1), "comments": _MADE})  # noqa: DTZ001 - a date, not a moment
    return book


def write_commuters(folder: Path, made: Country, year: int) -> list[Path]:
    """The commuter workbook of each state (``krpend``)."""
    flows = made.between_districts(year)
    np.fill_diagonal(flows, 0)
    paths = []
    for number, (state, name) in enumerate(STATES.items(), start=91):
        path = folder / f"krpend_{number}_{year}.xlsx"
        with open_workbook(path) as book:
            book.add_worksheet("Deckblatt").write(2, 0, _MADE)
            for direction, matrix in (("Auspendler", flows), ("Einpendler", flows.T)):
                abroad = made.by_district(made.abroad[year]) if direction == "Einpendler" else None
                rows = _sheet(made, state, direction, matrix, abroad)
                sheet = book.add_worksheet(f"{direction} Kreise")
                title = (
                    f"Pendlerverflechtungen der sozialversicherungspflichtig Beschäftigten - {direction} nach Kreisen"
                )
                first, second = ("Wohnort", "Arbeitsort") if direction == "Auspendler" else ("Arbeitsort", "Wohnort")
                head: list[_Row] = [[*[""] * 9, "Beschäftigungsstatistik"], [], [title], [name],
                        [f"Stichtag: 30.06.{year}"], [], [first, "", second, "", *_HEADER],
                        ["", "", "", "", 1, 2, 3, 4, 5, 6]]  # fmt: skip
                for index, row in enumerate([*head, *rows, [], [_MADE]]):
                    for column, cell in enumerate(row):
                        if cell != "":
                            sheet.write(index, column, cell)
        paths.append(path)
    return paths


def _sheet(made: Country, state: str, direction: str, matrix: Counts, abroad: Counts | None) -> list[_Row]:
    keys = [district.key for district in made.districts]
    rows: list[_Row] = []
    for near, district in enumerate(made.districts):
        if district.key[:2] != state:
            continue
        rows.append([district.key, district.name, "", "", "", "", "", "", "", ""])
        nation: Counts = _parts(0, 0)
        unnamed = _parts(0, 0)
        for partner, name in STATES.items():
            pairs = [(far, _parts(int(matrix[near, far]), _salt(near, far, direction))) for far in range(len(keys))
                     if keys[far][:2] == partner]  # fmt: skip
            whole = sum((part for _, part in pairs), _parts(0, 0))
            nation = nation + whole
            if whole[0] < _LISTED:
                unnamed = unnamed + whole
                continue
            listed = [(far, part) for far, part in pairs if part[0] >= _LISTED]
            rows += [["", "", keys[far], made.districts[far].name, *_masked(part)] for far, part in listed]
            rest = whole - sum((part for _, part in listed), _parts(0, 0))
            if rest[0] and listed:
                rows.append(["", "", f"{partner}0", "Übrige Kreise (Regierungsbezirk)", *_masked(rest)])
            rows += [["", "", f"{partner}0", name, *_masked(whole)], ["", "", partner, name, *_masked(whole)]]
        rows += _closing(direction, nation, unnamed, int(abroad[near]) if abroad is not None else 0)
    return rows


def _salt(near: int, far: int, direction: str) -> int:
    """The same for a pair in both of its sheets."""
    return 17 * near + far if direction == "Auspendler" else 17 * far + near


def _closing(direction: str, nation: Counts, unnamed: Counts, foreign: int) -> list[_Row]:
    """Countries, remainder and totals of one area."""
    rows: list[_Row] = []
    total = nation
    if direction == "Einpendler":
        people = np.array([foreign, foreign - foreign // 3, foreign // 3, 0, foreign, 0])
        total = np.asarray(nation + people)
        if foreign >= _LISTED:
            rows += [["", "", "NL", "Niederlande", *_masked(people)]] * 3
        else:
            unnamed = unnamed + people
    label = "Übrige Bundesländer" if direction == "Auspendler" else "Übrige Bundesländer / Staaten"
    if unnamed[0]:
        rows.append(["", "", "ZZ", label, *_masked(unnamed)])
    inside = "Auspendler in das Bundesgebiet" if direction == "Auspendler" else "Einpendler aus dem Bundesgebiet"
    rows.append(["", "", "ZZ", inside, *_masked(nation)])
    rows.append(["", "", "Z", f"{direction} insgesamt", *_masked(total)])
    return rows


def _parts(people: int, salt: int) -> Counts:
    """All, men, women, Germans, foreigners, trainees; the shares differ a little from pair to pair."""
    men = round(people * (0.5 + (salt % 13) / 130))
    foreign = round(people * (0.05 + (salt % 7) / 70))
    return np.array([people, men, people - men, people - foreign, foreign, round(people * (0.03 + (salt % 5) / 100))])


def _masked(parts: Counts) -> _Row:
    """As printed: 1 and 2 are masked, and so is the other half that would reveal them."""
    small = [0 < part <= 2 for part in parts.tolist()]
    for first, second in ((1, 2), (3, 4)):
        small[first] = small[second] = small[first] or small[second]
    return ["*" if hidden else int(part) for part, hidden in zip(parts, small, strict=True)]


def write_municipal(folder: Path, made: Country, year: int) -> Path:
    """Employees, commuters and establishments of every municipality and district (``gemband``)."""
    flows = made.flows[year]
    abroad = made.abroad[year]
    residents, jobs, internal = flows.sum(axis=1), flows.sum(axis=0) + abroad, np.diag(flows)
    between = made.between_districts(year)
    path = folder / f"gemband-dlk-0-{year}06.xlsx"
    with open_workbook(path) as book:
        book.add_worksheet("Deckblatt").write(2, 0, _MADE)
        sheet = book.add_worksheet("Gemeindedaten")
        title = f"Sozialversicherungspflichtig Beschäftigte nach Gemeinden, Stichtag: 30.06.{year}"
        head = ["Beschäftigte am Wohnort", "Beschäftigte am Arbeitsort", "Wohnort gleich Arbeitsort", "Einpendler",
                "Auspendler", "Betriebe"]  # fmt: skip
        rows: list[_Row] = [[_MADE], [title], [], ["Gemeindeschlüssel", "Gemeinde", *head]]
        sums = (made.by_district(residents), made.by_district(jobs), np.diag(between))
        for position, district in enumerate(made.districts):
            rows.append([district.key, district.name, *_figures(*(int(values[position]) for values in sums))])
            for index in np.flatnonzero(made.district_index == position):
                place = made.municipalities[index]
                counts = _figures(int(residents[index]), int(jobs[index]), int(internal[index]))
                rows.append([place.key, place.name, *counts])
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


def _figures(live: int, work: int, both: int) -> list[int]:
    """Residents, jobs, internal, in- and out-commuters, establishments."""
    return [live, work, both, work - both, live - both, max(work // 14, 1)]
