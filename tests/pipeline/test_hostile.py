"""Files made to hurt: databases that answer without end, archives in archives, parts that say they are small."""

from __future__ import annotations

import io
import sqlite3
import struct
import zipfile
import zlib
from contextlib import closing
from pathlib import Path

import pytest

from made_areas import square, write_geopackage
from raumwerk.errors import InputError
from raumwerk.pipeline import sniff
from raumwerk.pipeline.importing import inspect_paths
from raumwerk.store.layout import Store

PLACES = [("99001001", "Aue", square(9.0)), ("99001002", "Berg", square(9.5))]
ENDLESS = "with recursive n(x) as (values(1) union all select x + 1 from n) select"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store").create()


@pytest.fixture
def geopackage(tmp_path: Path) -> Path:
    return write_geopackage(tmp_path / "grenzen_2024-01-01.gpkg", PLACES)


def told(store: Store, path: Path) -> str:
    """What is said of a file."""
    try:
        (found,) = inspect_paths(store, [path])
    except InputError as error:
        return str(error)
    return " ".join(problem.what for problem in found.problems)


@pytest.mark.parametrize("table", ["gpkg_contents", "gpkg_geometry_columns", "gpkg_spatial_ref_sys", "gpkg_extensions"])
def test_table_that_answers_without_end_is_refused(store: Store, geopackage: Path, table: str) -> None:
    with closing(sqlite3.connect(geopackage)) as base:
        base.execute(f"drop table if exists {table}")
        base.execute(f"create view {table} as {ENDLESS} x as table_name, 'features' as data_type from n")
        base.commit()
    assert f"'{table}' is no table" in told(store, geopackage)


def test_layer_that_is_a_question_or_another_machine_is_refused(store: Store, geopackage: Path) -> None:
    with closing(sqlite3.connect(geopackage)) as base:
        base.execute(f"create view endless as {ENDLESS} x as fid from n")
        base.execute("insert into gpkg_contents(table_name, data_type) values ('endless', 'features')")
        base.commit()
    assert "'endless' is no table" in told(store, geopackage)
    with closing(sqlite3.connect(geopackage)) as base:
        base.execute("drop view endless")
        base.execute("create virtual table rtree_words using fts5(words)")
        base.commit()
    assert "'rtree_words' is no table" in told(store, geopackage)


def test_trigger_is_never_run(store: Store, geopackage: Path) -> None:
    with closing(sqlite3.connect(geopackage)) as base:
        for (table,) in base.execute("select table_name from gpkg_contents union select 'gpkg_contents'").fetchall():
            for deed in ("insert", "update", "delete"):
                name = f'"t_{deed}_{table}"'
                base.execute(f'create trigger {name} after {deed} on "{table}" begin select raise(abort, "ran"); end')
        base.commit()
    before = geopackage.read_bytes()
    assert told(store, geopackage) == ""
    assert geopackage.read_bytes() == before


def test_shape_that_says_it_has_thousands_of_millions_of_points_is_refused(store: Store, geopackage: Path) -> None:
    head = b"GP\x00\x01" + struct.pack("<i", 25832)
    shape = head + struct.pack("<BIII", 1, 3, 1, 0xFFFFFFF0) + bytes(64)
    with closing(sqlite3.connect(geopackage)) as base:
        (layer, column) = base.execute("select table_name, column_name from gpkg_geometry_columns").fetchone()
        for (trigger,) in base.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            base.execute(f'drop trigger "{trigger}"')
        base.execute(f'update "{layer}" set "{column}" = ?', (shape,))
        base.commit()
    assert told(store, geopackage)


def test_archive_in_an_archive_is_not_unpacked(store: Store, tmp_path: Path) -> None:
    inner = b"x" * 2**20
    for number in range(3):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for copy in range(4):
                archive.writestr(f"{number}-{copy}.zip" if number else f"{copy}.csv", inner)
        inner = packed.getvalue()
    path = tmp_path / "nested.zip"
    path.write_bytes(inner)
    found = inspect_paths(store, [path])
    assert len(found) == 4
    assert all(one.problems and not one.tables for one in found)


def lying_workbook(part: str, shown: bytes, hidden: bytes) -> bytes:
    """A workbook of which one part goes on after the size and the checksum that the archive tells."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr(part, shown + hidden)
    whole = bytearray(packed.getvalue())
    true = struct.pack("<L", zlib.crc32(shown + hidden)), struct.pack("<L", len(shown + hidden))
    false = struct.pack("<L", zlib.crc32(shown)), struct.pack("<L", len(shown))
    for right, wrong in zip(true, false, strict=True):
        while (at := whole.find(right)) >= 0:
            whole[at : at + 4] = wrong
    return bytes(whole)


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_part_that_goes_on_after_its_end_is_refused(tmp_path: Path, part: str) -> None:
    near = b'<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    path = tmp_path / "liar.xlsx"
    path.write_bytes(lying_workbook(part, near, far))
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None  # the archive itself seems sound
    with pytest.raises(InputError, match="unpacks to more than the archive says"):
        sniff.head(path)
