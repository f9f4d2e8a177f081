from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from raumwerk.store.checked import CheckedImport, write_batch
from raumwerk.store.layout import Store
from raumwerk.store.raw import RawRecord
from raumwerk.store.verify import verify


@pytest.fixture
def full(store: Store, kept: RawRecord, flows: Callable[..., pl.DataFrame], publish: Callable[..., str]) -> Store:
    write_batch(store, [CheckedImport(kept, "made_up", "1", {"flows": flows()})])
    publish()
    return store


def test_verify_finds_a_sound_store_sound(full: Store) -> None:
    seen: list[str] = []
    report = verify(full, progress=seen.append)
    assert report.problems == []
    assert report.sound
    assert (report.files, report.releases, len(seen)) == (3, 1, 3)


def _kept_files(store: Store) -> list[Path]:
    folders = (store.raw, store.checked, store.releases)
    return sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())


def test_verify_finds_one_flipped_bit_in_any_file(full: Store) -> None:
    files = _kept_files(full)
    assert {path.name for path in files} == {"flows.csv", "origin.json", "flows.parquet", "batch.json", "manifest.json"}
    for path in files:
        content = path.read_bytes()
        path.chmod(0o644)
        for position in (0, len(content) // 2, len(content) - 2):
            flipped = bytearray(content)
            flipped[position] ^= 1
            path.write_bytes(flipped)
            report = verify(full)
            assert any(str(path.parent) in problem for problem in report.problems), (path, position)
        path.write_bytes(content)
    assert verify(full).sound


def test_verify_finds_missing_files_and_a_broken_pointer(full: Store, kept: RawRecord) -> None:
    (full.raw_folder(kept.sha256) / "flows.csv").unlink()
    full.pointer.write_text("20200101-00000000\n")
    problems = verify(full).problems
    assert len(problems) == 2
    assert problems[0].endswith("flows.csv is missing")
    assert "which is no release" in problems[1]
