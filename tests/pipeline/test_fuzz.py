"""Damaged files: one clear message that names the place, nothing half imported, the current release untouched.

The files of the made country stand for every official layout that it is written in; each is damaged in every way that
official files were seen to be, and in random ways.
"""

from __future__ import annotations

import hashlib
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from raumwerk.errors import InputError, Problem
from raumwerk.pipeline.importing import import_paths
from raumwerk.pipeline.publishing import publish
from raumwerk.pipeline.registry import recognise
from raumwerk.pipeline.sample import write_sample
from raumwerk.pipeline.source import RawFile, Tables
from raumwerk.store import checked
from raumwerk.store.layout import Store
from raumwerk.store.pointer import current_id
from raumwerk.tables.schemas import spec_of


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One file of each layout: workbooks, fixed width, csv, GENESIS, GeoPackage."""
    paths = {path.name: path for path in write_sample(tmp_path_factory.mktemp("sample"))}
    return {name: path for name, path in paths.items() if "2021_Auszug" not in name and "_92_" not in name}


def read(path: Path) -> Tables:
    """Recognise, read and check a file, as an import does."""
    file = RawFile(path, hashlib.sha256(path.read_bytes()).hexdigest(), path.name)
    tables = recognise(file).read(file)
    return {name: spec_of(name).conform(frame, file=path.name) for name, frame in tables.items()}


def refused(path: Path) -> str:
    """The message with which a damaged file is refused."""
    with pytest.raises(InputError) as caught:
        read(path)
    assert caught.value.exit_code == 2
    assert all(problem.file == path.name for problem in caught.value.problems), str(caught.value)
    return str(caught.value)


def problems_of(path: Path) -> list[Problem]:
    """What an import would say about a file; nothing when it is sound. Any other error is a fault of ours."""
    try:
        read(path)
    except InputError as error:
        return error.problems
    return []


def rewritten(source: Path, target: Path, change: Callable[[str], str]) -> Path:
    """A text file with its text changed, in its own encoding."""
    encoding = "utf-8" if source.suffix == ".txt" or "12411" not in source.name else "latin-1"
    text = source.read_bytes().decode(encoding)
    changed = change(text)
    assert changed != text
    target.write_bytes(changed.encode(encoding))
    return target


def rezipped(source: Path, target: Path, part: str, change: Callable[[str], str]) -> Path:
    """A workbook with one of its parts changed."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            data = old.read(item)
            if item.filename == part:
                changed = change(data.decode())
                assert changed.encode() != data
                data = changed.encode()
            new.writestr(item, data)
    return target


def test_every_sample_file_is_sound_to_begin_with(sample: dict[str, Path]) -> None:
    assert all(read(path) for path in sample.values())


@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.97])
def test_truncated_file_is_refused_or_named_as_of_no_known_kind(
    sample: dict[str, Path], tmp_path: Path, share: float
) -> None:
    for name, path in sample.items():
        whole = path.read_bytes()
        cut = tmp_path / name
        cut.write_bytes(whole[: int(len(whole) * share)])
        if path.suffix in (".xlsx", ".gpkg", ".gz", ".txt"):
            assert refused(cut)
        else:  # a csv that is cut at the end of a line is a sound, shorter csv
            assert all(problem.file == name for problem in problems_of(cut))


def test_web_page_that_calls_itself_a_spreadsheet_is_refused(tmp_path: Path) -> None:
    for name in ("krpend_91_2019.xlsx", "gemeinden.gpkg", "12411-0018.csv", "GV100AD_2022-12-31.txt"):
        page = tmp_path / name
        page.write_text("<!DOCTYPE html><html><body>Seite nicht gefunden</body></html>")
        assert "this is a web page, not a data file" in refused(page)


def test_empty_file_is_refused(tmp_path: Path) -> None:
    for name in ("krpend_91_2019.xlsx", "flaeche_2021-12-31.csv"):
        for content in (b"", b"  \n\n"):
            path = tmp_path / name
            path.write_bytes(content)
            assert "the file is empty" in refused(path)


def test_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = tmp_path / "krpend_91_2019.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 40_000_000)
    assert bomb.stat().st_size < 100_000
    assert "unpacking it would take" in refused(bomb)


def test_renamed_file_is_recognised_by_its_content(sample: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "Kopie von Daten (3).xlsx"
    path.write_bytes(sample["krpend_91_2019.xlsx"].read_bytes())
    assert read(path)["flows"].height == read(sample["krpend_91_2019.xlsx"])["flows"].height


def sheet_of(path: Path, title: str) -> str:
    """Part of the workbook that holds the sheet called so."""
    with zipfile.ZipFile(path) as archive:
        names = archive.read("xl/workbook.xml").decode().split("<sheet ")[1:]
    return f"xl/worksheets/sheet{next(i for i, text in enumerate(names, start=1) if title in text)}.xml"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("<v>{n}</v>", "<v>-5</v>", r"sheet Auspendler Kreise, row \d+, column \w+: '-5' is not a count"),
        ("<v>{n}</v>", "<v>12.5</v>", r"'12.5' is not a count"),
        ("<v>{n}</v>", "<f>1+1</f><v></v>", "is not a count"),
        ("<v>{n}</v>", "<v>999999</v>", "do not add up to the total|rows it sums hold"),
    ],
)
def test_changed_count_in_a_commuter_workbook_is_named(
    sample: dict[str, Path], tmp_path: Path, old: str, new: str, told: str
) -> None:
    source = sample["krpend_91_2019.xlsx"]
    part = sheet_of(source, "Auspendler")
    value = str(int(read(source)["flows"].filter(part="men", origin="91002")["value"].drop_nulls()[0]))

    def change(text: str) -> str:
        at = text.index(old.format(n=value), text.index('r="E9"') if 'r="E9"' in text else 0)
        return text[:at] + new + text[at + len(old.format(n=value)) :]

    path = rezipped(source, tmp_path / source.name, part, change)
    with pytest.raises(InputError, match=told):
        read(path)
    assert refused(path)


def test_workbook_without_its_last_rows_is_refused(sample: dict[str, Path], tmp_path: Path) -> None:
    source = sample["krpend_91_2019.xlsx"]
    part = sheet_of(source, "Einpendler")

    def cut(text: str) -> str:
        rows = text.split("<row ")
        return "<row ".join(rows[:-6]) + text[text.index("</sheetData>") :]

    path = rezipped(source, tmp_path / source.name, part, cut)
    assert "no total closes this area; the sheet seems cut off" in refused(path)


def test_workbook_with_a_missing_column_names_it(sample: dict[str, Path], tmp_path: Path) -> None:
    source = sample["krpend_91_2019.xlsx"]
    path = rezipped(
        source, tmp_path / source.name, "xl/sharedStrings.xml", lambda text: text.replace("Frauen", "Fraun")
    )
    message = refused(path)
    assert "sheet Auspendler Kreise, row 7: no column for women" in message
    assert "'Frauen'" in message


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("flaeche_muster_2021-12-31.csv", lambda t: t.replace(",", ";"), "no known kind"),
        ("flaeche_muster_2021-12-31.csv", lambda t: t.replace("land_traffic", "verkehr", 1), "land_traffic"),
        ("flaeche_muster_2021-12-31.csv", lambda t: t + t.splitlines()[5] + "\n", "more than once|twice"),
        ("flaeche_muster_2021-12-31.csv", lambda t: t.replace("91002001,", "9100x001,"), "9100x001"),
        ("GV100AD_muster_2022-12-31.txt", lambda t: t.replace("91002001", "91002002"), "91002002 is there twice"),
        ("GV100AD_muster_2022-12-31.txt", lambda t: t.replace("\r\n60", "\r\n61", 1), "the line begins with '61'"),
        ("12411-0018_muster.csv", lambda t: t.replace("31.12.2019;91002;", "31.12.2019;91001;"), "appears twice"),
        ("12411-0018_muster.csv", lambda t: t.replace("unter 3 Jahre", "unter 4 Jahre"), "no column for"),
        ("energie_muster_2024-12-31.csv", lambda t: t.replace("\n91002003,", "\n91002003,-"), "negative|below|-"),
    ],
)
def test_damaged_text_file_is_refused_with_its_place(
    sample: dict[str, Path], tmp_path: Path, name: str, change: Callable[[str], str], told: str
) -> None:
    path = rewritten(sample[name], tmp_path / name, change)
    with pytest.raises(InputError, match=told):
        read(path)


@settings(
    max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_random_damage_is_refused_or_harmless_but_never_a_crash(
    sample: dict[str, Path], tmp_path: Path, data: st.DataObject
) -> None:
    """Bytes flipped, dropped or repeated anywhere: either the tables keep all their rules, or the file is refused."""
    name = data.draw(st.sampled_from(sorted(sample)))
    content = bytearray(sample[name].read_bytes())
    chance = random.Random(data.draw(st.integers(0, 2**32)))
    for _ in range(data.draw(st.integers(1, 8))):
        at = chance.randrange(len(content))
        match chance.randrange(3):
            case 0:
                content[at] = chance.randrange(256)
            case 1:
                del content[at : at + chance.randrange(1, 200)]
            case _:
                content[at:at] = content[at : at + chance.randrange(1, 200)]
    path = tmp_path / name
    path.write_bytes(bytes(content))
    assert all(problem.file == name for problem in problems_of(path))


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_changed_cell_of_a_csv_is_read_or_named_with_row(
    sample: dict[str, Path], tmp_path: Path, data: st.DataObject
) -> None:
    name = data.draw(
        st.sampled_from(sorted(n for n in sample if n.endswith(".csv") and "_20" in n and "13111" not in n))
    )
    lines = sample[name].read_text().splitlines()
    row = data.draw(st.integers(1, len(lines) - 1))
    cells = lines[row].split(",")
    column = data.draw(st.integers(0, len(cells) - 1))
    cells[column] = data.draw(
        st.sampled_from(["", "*", ".", "x", "viele", "-3", "1e999", "=1+1", "0x10", "٣", "9" * 40])
    )
    lines[row] = ",".join(cells)
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n")
    problems = problems_of(path)
    assert all(problem.file == name for problem in problems)
    assert not problems or any(problem.row for problem in problems)


def test_one_damaged_file_leaves_nothing_half_imported_and_the_release_untouched(
    sample: dict[str, Path], tmp_path: Path
) -> None:
    store = Store(tmp_path / "store").create()
    import_paths(
        store, [sample["gemeinden_muster_2023-12-31.gpkg"], sample["GV100AD_muster_2022-12-31.txt"]], processes=1
    )
    before = publish(store)
    imports = [one.sha256 for one in checked.active(store)]
    good = sample["krpend_91_2019.xlsx"]
    bad = tmp_path / "krpend_93_2019.xlsx"
    bad.write_bytes(sample["krpend_93_2019.xlsx"].read_bytes()[:9_000])
    with pytest.raises(InputError, match=r"krpend_93_2019\.xlsx: the file is cut off or damaged"):
        import_paths(store, [good, bad], processes=1)
    assert [one.sha256 for one in checked.active(store)] == imports
    assert current_id(store) == before
    assert not list(store.root.rglob(good.name))  # not even its raw file stays
