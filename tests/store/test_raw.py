from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from raumwerk.errors import ConflictError, IntegrityError, MissingError
from raumwerk.store import raw
from raumwerk.store.layout import Store


def test_keep_stores_the_bytes_under_their_checksum(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "Zahlen.csv"
    path.write_bytes("Köln;1\n".encode())
    record = raw.keep(store, path, origin="https://example.org/Zahlen.csv", source="s")
    expected = hashlib.sha256("Köln;1\n".encode()).hexdigest()
    assert record.sha256 == expected
    assert (record.name, record.size, record.source) == ("Zahlen.csv", 8, "s")
    assert record.parts == {"Zahlen.csv": expected}
    assert (store.raw / expected[:2] / expected / "Zahlen.csv").read_bytes() == path.read_bytes()
    assert raw.record(store, expected) == record
    assert list(store.workspaces.iterdir()) == []


def test_keep_twice_keeps_the_first_origin(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("1")
    first = raw.keep(store, path, origin="one")
    assert raw.keep(store, path, origin="two") == first
    assert raw.records(store) == [first]


def test_fingerprint_with_companions_changes_with_any_of_them(store: Store, tmp_path: Path) -> None:
    shape, table = tmp_path / "a.shp", tmp_path / "a.dbf"
    shape.write_text("shape")
    table.write_text("table")
    first = raw.keep(store, shape, origin="x", companions=[table])
    table.write_text("other")
    second = raw.keep(store, shape, origin="x", companions=[table])
    assert first.sha256 != second.sha256
    listing = "".join(
        f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n"
        for name, text in (("a.dbf", "table"), ("a.shp", "shape"))
    )
    assert first.sha256 == hashlib.sha256(listing.encode()).hexdigest()


def test_keep_refuses_a_file_that_changed_since_it_was_read(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("1")
    with pytest.raises(ConflictError, match="has changed since it was read"):
        raw.keep(store, path, origin="x", sha256="0" * 64)
    assert raw.records(store) == []


def test_keep_notices_that_the_kept_file_is_damaged(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("1")
    record = raw.keep(store, path, origin="x")
    inside = store.raw_folder(record.sha256) / "a.csv"
    inside.chmod(0o644)
    inside.write_text("2")
    with pytest.raises(IntegrityError, match=r"a\.csv is not what its checksum says"):
        raw.keep(store, path, origin="x")


def test_record_of_an_unknown_file_is_missing(store: Store) -> None:
    with pytest.raises(MissingError, match="No raw file with checksum abc"):
        raw.record(store, "abc")
