"""Workbooks that would fill the memory once they are laid out: refused before anything is."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from raumwerk.errors import InputError
from raumwerk.pipeline import extent, sniff
from raumwerk.pipeline.sample import write_sample

SHEET = "xl/worksheets/sheet1.xml"


def measured(sheet: str | bytes, name: str = SHEET) -> tuple[int, int, str]:
    """What is measured of a workbook with this one sheet."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, sheet)
        archive.writestr("xl/empty.bin", b"")
    with zipfile.ZipFile(packed) as archive:
        return extent.widest(archive)


@pytest.mark.parametrize(
    "far",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
        '<x:row r="1048576"><x:c s="1" r="XFD1048576"><x:v>1</x:v></x:c></x:row>',
        '<row><c\n r="XFD1048576" t="n"><v>1</v></c></row>',
        '<row><c r="xfd1048576"><v>1</v></c></row>',
        '<row r="2"><c r="XFD2"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>',
        '<row><c x="a>b" r="XFD1048576"><v>1</v></c></row>',
        '<row><c x="/>" r="XFD1048576"><v>1</v></c></row>',
        "<row><c x=\" r='A1'\"r='XFD1048576'><v>1</v></c></row>",
        '<row><c r="XFD1048576" s="1"/><c x="/>" r="XFD1048576"><v>1</v></c></row>',
    ],
)
def test_widest_finds_the_far_cell_however_it_is_written(far: str) -> None:
    rows, columns, part = measured(f'<sheetData><row r="1"><c r="A1"><v>1</v></c></row>{far}</sheetData>')
    assert (rows >= 1_048_576, columns >= 16_384, part) == (True, True, SHEET)
    for name in ("anything", "xl/worksheets/sheet1.bin"):
        assert measured(far, name=name)[2] == name


def record(kind: int, content: bytes = b"") -> bytes:
    """One record of an xlsb part: its kind, its length in one byte, its content."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 127 | 128, kind >> 7])
    return head + bytes([len(content)]) + content


def binary_sheet(*cells: tuple[int, int, int]) -> bytes:
    """The records of an xlsb sheet with cells given as kind, row and column (both from 0)."""
    found = record(129) + record(148, bytes(16)) + record(145)
    for kind, row, column in cells:
        found += record(0, struct.pack("<I", row) + bytes(13)) + record(kind, struct.pack("<IId", column, 0, 1.0))
    return found + record(146) + record(0, struct.pack("<I", 99_999) + bytes(13)) + record(130)


def test_widest_reads_the_records_of_binary_sheets() -> None:
    name = "xl/worksheets/sheet1.bin"
    assert measured(binary_sheet((5, 0, 0), (7, 999_999, 259)), name) == (1_000_000, 260, name)
    assert measured(binary_sheet((5, 3, 4), (1, 999_999, 259)), name) == (4, 5, name)
    assert measured(binary_sheet((5, 0, 0))[:-40], name)[:2] in {(0, 0), (1, 1)}
    assert measured(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 64, "xl/media/image1.png")[:2] == (0, 0)


def test_widest_cells_without_reference_count_by_their_place() -> None:
    rows = '<row r="1048000"><c><v>1</v></c></row>' + f"<row>{'<c><v>1</v></c>' * 30}</row>" * 4
    found = measured(f"<sheetData>{rows}</sheetData>")
    assert found[0] >= 1_048_004
    assert found[1:] == (30, SHEET)


def test_widest_leaves_out_cells_that_are_only_formatted() -> None:
    sheet = (
        '<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="3"/></row></sheetData>'
    )
    assert measured(sheet) == (1, 1, SHEET)


def test_widest_same_over_many_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(
        f'<row r="{row}"><c r="A{row}"><v>1</v></c><c r="ZZ{row}"><v>2</v></c></row>' for row in range(1, 40_000)
    )
    whole = measured(f"<sheetData>{rows}</sheetData>")
    monkeypatch.setattr(extent, "_CHUNK", 1000)
    assert whole == measured(f"<sheetData>{rows}</sheetData>") == (39_999, 702, SHEET)


def test_head_refuses_a_workbook_with_a_stray_cell(tmp_path: Path) -> None:
    source = next(path for path in write_sample(tmp_path / "sample") if path.name == "krpend_91_2023.xlsx")
    target = tmp_path / "stray.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            data = old.read(item)
            if "worksheets/" in item.filename:
                data = data.replace(
                    b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                )
            new.writestr(item.filename, data)
    assert sniff.head(source).kind is sniff.Kind.SPREADSHEET
    with pytest.raises(InputError) as caught:
        sniff.head(target)
    (problem,) = caught.value.problems
    assert (problem.file, problem.sheet) == ("stray.xlsx", SHEET)
    assert "row 1,048,576 and column 16,384" in problem.what


def test_widest_every_workbook_of_the_sample_is_near(tmp_path: Path) -> None:
    workbooks = [path for path in write_sample(tmp_path) if path.suffix == ".xlsx"]
    assert len(workbooks) > 5
    for path in workbooks:
        with zipfile.ZipFile(path) as archive:
            assert extent.widest(archive) == (0, 0, "")
