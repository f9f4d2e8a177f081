"""Registers, boundaries and keys with random damage: read, or refused with a message, but never anything else."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import official as h
from made_areas import (
    conversion_rows,
    extract_sheets,
    register_lines,
    square,
    write_geopackage,
    write_shapefile,
)  # fmt: skip
from raumwerk.errors import InputError

LINKS = [
    [9901001, "Aue", 1.0, 1.0, 10.5, 3.1, 1.0, 9901001, "Aue"],
    [9901002, "Berg", 1.0, 1.0, 4.0, 1.0, 0.0, 9901001, "Aue"],
]
PLACES = [("99001001", "Aue", square(9.0)), ("99001002", "Berg", square(9.5)), ("99002001", "Hof", square(8.0))]
WRITERS: dict[str, Callable[[Path], object]] = {
    "x_2024-01-01.gpkg": lambda path: write_geopackage(path, PLACES),
    "VG1000_KRS_2022-12-31.shp": lambda path: write_shapefile(path, [("99001", "Ost", 4, square(9.0))]),
    "register.txt": lambda path: h.write_text(path, register_lines(), "utf-8"),
    "extract.xlsx": lambda path: h.write_workbook(path, extract_sheets()),
    "keys.xlsx": lambda path: h.write_workbook(path, {"2021": conversion_rows(LINKS)}),
    "points_2021-01-01.csv": lambda path: h.write_text(
        path, ["ARS,AGS,GEN,IBZ,BEZ,LON_DEZ,LAT_DEZ", "990015001001,99001001,Aue,64,Gemeinde,9.25,51.5"]
    ),
}
MUTATIONS = 25


def scratched(data: bytes, chance: random.Random) -> bytes:
    """Cut off, or some bytes exchanged: any ones, or ones that look harmless."""
    if chance.random() < 0.25:
        return data[: chance.randrange(1, len(data))]
    damaged = bytearray(data)
    palette = range(256) if chance.random() < 0.4 else b'0123456789,;- \n"<>'
    for _ in range(chance.randint(1, 8)):
        damaged[chance.randrange(len(damaged))] = chance.choice(palette)
    return bytes(damaged)


def scratched_workbook(data: bytes, chance: random.Random) -> bytes:
    """A sound zip whose sheets are damaged inside."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, scratched(content, chance) if "sheet" in name or "shared" in name else content)
    return packed.getvalue()


@pytest.mark.parametrize("name", WRITERS)
def test_damaged_file_is_read_or_refused_with_its_name(tmp_path: Path, name: str) -> None:
    chance = random.Random(name)  # the same damage in every run
    whole = tmp_path / "whole"
    whole.mkdir()
    WRITERS[name](whole / name)
    for number in range(MUTATIONS):
        folder = tmp_path / str(number)
        folder.mkdir()
        for part in whole.iterdir():
            data = part.read_bytes()
            scratch = scratched_workbook if part.suffix == ".xlsx" and chance.random() < 0.5 else scratched
            hit = part.name == name or chance.random() < 0.3
            (folder / part.name).write_bytes(scratch(data, chance) if hit and data else data)
        refusal = outcome(folder / name)
        assert refusal is None or (refusal.problems and all(problem.what for problem in refusal.problems))


def outcome(path: Path) -> InputError | None:
    try:
        h.tables(h.raw(path))
    except InputError as refused:
        return refused
    return None
