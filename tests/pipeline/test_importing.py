from __future__ import annotations

import gzip
import zipfile
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from raumwerk.errors import InputError, UnavailableError
from raumwerk.pipeline import discovery, importing, registry
from raumwerk.pipeline.importing import import_kept, import_paths
from raumwerk.pipeline.source import RawFile, Tables
from raumwerk.store import checked, raw
from raumwerk.store.layout import Store

HEADER = "Teststatistik;area;value\n"


@dataclass(frozen=True)
class Reader:
    """A reader of a small layout of its own: what matters here is what importing does around it."""

    key: str = "test_source"
    version: str = "1"

    def recognise(self, file: RawFile) -> bool:
        return file.head.has_text("Teststatistik")

    def read(self, file: RawFile) -> Tables:
        rows = [line.split(";") for line in file.path.read_text().splitlines()[1:]]
        if any(row[1] == "crash" for row in rows):
            raise KeyError("crash")
        values = [float(row[2]) for row in rows]
        frame = pl.DataFrame({"measure": ["people"] * len(rows), "area": [row[1] for row in rows]})
        return {
            "observations": frame.with_columns(
                pl.Series("value", values, dtype=pl.Float64),
                pl.Series("lower", values, dtype=pl.Float64),
                pl.Series("upper", values, dtype=pl.Float64),
                period=pl.lit("2020"), status=pl.lit("measured"), file=pl.lit(file.sha256),
            )
        }  # fmt: skip


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(registry, "sources", lambda: (Reader(),))
    return Store(tmp_path / "store").create()


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "good.csv").write_text(HEADER + "x;06611;5\nx;03159;7\n")
    return folder


def _is_empty(store: Store) -> bool:
    return not any(list(folder.iterdir()) for folder in (store.raw, store.checked, store.workspaces))


def test_import_keeps_the_raw_file_and_its_tables(store: Store, inbox: Path) -> None:
    seen: list[tuple[int, int, str]] = []
    report = import_paths(store, [inbox / "good.csv"], progress=lambda *step: seen.append(step))
    (record,) = raw.records(store)
    assert (record.name, record.origin, record.source) == ("good.csv", str(inbox / "good.csv"), "test_source")
    assert report.batch == "000001"
    assert [(one.name, one.sha256, one.rows) for one in report.imported] == [
        ("good.csv", record.sha256, {"observations": 2})
    ]
    read = checked.scan(store, "observations").collect()
    assert read.select("area", "value", "source").rows() == [
        ("06611", 5.0, "test_source"),
        ("03159", 7.0, "test_source"),
    ]
    assert seen == [(1, 1, "good.csv")]
    assert list(store.workspaces.iterdir()) == []


def test_import_again_does_nothing_until_the_reader_changes(
    store: Store, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_paths(store, [inbox])
    report = import_paths(store, [inbox])
    assert (report.batch, report.unchanged) == (None, ["good.csv"])
    monkeypatch.setattr(registry, "sources", lambda: (Reader(version="2"),))
    assert import_paths(store, [inbox]).batch == "000002"
    assert import_paths(store, [inbox], again=True).batch == "000003"
    assert len(checked.active(store)) == 1


def test_import_kept_reads_the_raw_files_anew(store: Store, inbox: Path) -> None:
    import_paths(store, [inbox])
    before = raw.records(store)
    (inbox / "good.csv").unlink()
    report = import_kept(store)
    assert report.batch == "000002"
    assert raw.records(store) == before
    assert checked.scan(store, "observations").collect().height == 2


def test_import_of_a_folder_leaves_unknown_files_aside_and_says_so(store: Store, inbox: Path) -> None:
    (inbox / "notes.txt").write_text("milk, bread")
    (inbox / "sub").mkdir()
    (inbox / "sub" / "again.csv").write_text((inbox / "good.csv").read_text())
    (inbox / ".hidden.csv").write_text(HEADER)
    report = import_paths(store, [inbox])
    assert [one.name for one in report.imported] == ["good.csv"]
    assert report.skipped == [
        (str(inbox / "notes.txt"), "the content is of no known kind"),
        (str(inbox / "sub" / "again.csv"), "same content as good.csv"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("unknown.csv", b"a;b\n1;2\n", r"unknown\.csv: the content is of no known kind; expected one of the official"),
        ("empty.csv", b"", r"empty\.csv: the file is empty"),
        ("page.xlsx", b"<!DOCTYPE html><html>Fehler</html>", r"page\.xlsx: this is a web page, not a data file"),
        ("cut.xlsx", b"PK\x03\x04 cut", r"cut\.xlsx: the file is cut off or damaged"),
        ("cut.csv.gz", gzip.compress(HEADER.encode() * 999, mtime=0)[:40], r"cut\.csv\.gz: the gzip file is cut off"),
        (
            "negative.csv",
            (HEADER + "x;nonsense;-5\n").encode(),
            r"negative\.csv, row 1, column area: .*holds 'nonsense'",
        ),
        (
            "twice.csv",
            (HEADER + "x;06611;5\nx;06611;5\n").encode(),
            r"twice\.csv, row 1.* \(2 rows in all\); expected each",
        ),
        ("text.csv", (HEADER + "x;06611;five\n").encode(), r"text\.csv: no reader understands it \(ValueError"),
        ("crash.csv", (HEADER + "x;crash;5\n").encode(), r"crash\.csv: no reader understands it \(KeyError"),
    ],
)
def test_import_of_a_bad_file_imports_nothing_and_says_why(
    store: Store, inbox: Path, name: str, content: bytes, message: str
) -> None:
    (inbox / name).write_bytes(content)
    with pytest.raises(InputError, match=message):
        import_paths(store, [inbox / "good.csv", inbox / name])
    assert _is_empty(store)


def test_import_reports_the_problems_of_all_files(store: Store, inbox: Path) -> None:
    (inbox / "one.csv").write_text(HEADER + "x;no;1\n")
    (inbox / "two.csv").write_text(HEADER + "x;no;1\n")
    with pytest.raises(InputError) as caught:
        import_paths(store, [inbox])
    assert [problem.file for problem in caught.value.problems] == ["one.csv", "two.csv"]


def test_import_of_a_missing_path_says_so(store: Store, inbox: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.csv: there is no such file or folder"):
        import_paths(store, [inbox / "good.csv", inbox / "nowhere.csv"])
    assert _is_empty(store)


def test_import_refuses_a_file_larger_than_any_official_one(
    store: Store, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "MAX_SIZE", 10)
    with pytest.raises(InputError, match=r"good\.csv: the file has 0 MiB"):
        import_paths(store, [inbox])
    assert _is_empty(store)


def test_import_unpacks_an_archive(store: Store, inbox: Path) -> None:
    archive = inbox / "statistik.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.write(inbox / "good.csv", "deep/folder/good.csv")
        packed.writestr("../../evil.csv", HEADER + "x;06611;1\n")
    (inbox / "good.csv").unlink()
    report = import_paths(store, [archive])
    assert sorted(one.origin for one in report.imported) == [f"{archive}!evil.csv", f"{archive}!good.csv"]
    assert not list(store.root.parent.rglob("evil.csv")) or all(
        store.raw in path.parents for path in store.root.parent.rglob("evil.csv")
    )


def test_import_refuses_a_zip_bomb(store: Store, inbox: Path) -> None:
    with zipfile.ZipFile(inbox / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("zeros.csv", b"0" * (40 << 20))
    with pytest.raises(InputError, match=r"bomb\.zip: unpacking it would take 40 MiB"):
        import_paths(store, [inbox])
    assert _is_empty(store)


def test_discover_puts_a_shapefile_and_its_companions_together(tmp_path: Path) -> None:
    for name in ("a.shp", "a.dbf", "a.SHX", "a.prj", "b.dbf"):
        (tmp_path / name).write_text(name)
    found = {one.path.name: [path.name for path in one.companions] for one in discovery.discover([tmp_path])}
    assert found == {"a.shp": ["a.dbf", "a.SHX", "a.prj"], "b.dbf": []}


def test_import_in_several_processes_reads_real_layouts(tmp_path: Path) -> None:
    """The registry of the tracked readers, in spawned processes: unknown files come back as problems, not as a hang."""
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(6):
        (folder / f"{number}.txt").write_text(f"nothing {number}")
    store = Store(tmp_path / "store")
    report = import_paths(store, [folder], processes=2)
    assert (report.batch, len(report.skipped)) == (None, 6)
    with pytest.raises(InputError) as caught:
        import_paths(store, sorted(folder.iterdir()), processes=2)
    assert [problem.file for problem in caught.value.problems] == [f"{number}.txt" for number in range(6)]


def _die(job: object) -> None:
    import os
    import signal

    os.kill(os.getpid(), signal.SIGKILL)


def test_import_survives_the_death_of_a_reader_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(5):
        (folder / f"{number}.txt").write_text("nothing")
    monkeypatch.setattr(importing, "_process", _die)
    store = Store(tmp_path / "store").create()
    with pytest.raises(UnavailableError, match="A reader process died near"):
        import_paths(store, [folder], processes=2)
    assert _is_empty(store)
