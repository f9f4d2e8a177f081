from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from raumwerk.errors import InputError, IntegrityError
from raumwerk.store.checked import CheckedImport, active, batches, require_sound, scan, write_batch
from raumwerk.store.layout import Store
from raumwerk.store.raw import RawRecord
from raumwerk.tables.schemas import FLOWS

Flows = Callable[..., pl.DataFrame]


def test_write_batch_activates_its_tables(store: Store, kept: RawRecord, flows: Flows) -> None:
    assert write_batch(store, [CheckedImport(kept, "made_up", "1", {"flows": flows()})]) == "000001"
    (one,) = active(store)
    assert (one.sha256, one.source, one.reader_version, one.batch) == (kept.sha256, "made_up", "1", "000001")
    read = scan(store, "flows").collect()
    assert read.drop("source").equals(FLOWS.conform(flows()))
    assert read["source"].unique().to_list() == ["made_up"]
    assert list(store.workspaces.iterdir()) == []


def test_active_counts_only_the_latest_import_of_a_file(store: Store, kept: RawRecord, flows: Flows) -> None:
    for number, value in enumerate((1.0, 2.0)):
        write_batch(store, [CheckedImport(kept, "made_up", str(number), {"flows": flows(value)})])
    assert batches(store) == ["000001", "000002"]
    assert [one.reader_version for one in active(store)] == ["1"]
    assert scan(store, "flows").collect()["value"].to_list() == [2.0, None]


def test_write_batch_writes_nothing_when_one_table_is_wrong(store: Store, kept: RawRecord, flows: Flows) -> None:
    wrong = flows().with_columns(value=pl.lit(-1.0), lower=pl.lit(-1.0))
    with pytest.raises(InputError, match=r"flows\.csv, row 1, column value.*at least 0"):
        write_batch(
            store,
            [
                CheckedImport(kept, "made_up", "1", {"flows": flows()}),
                CheckedImport(kept, "made_up", "1", {"flows": wrong}),
            ],
        )
    assert batches(store) == []
    assert list(store.checked.iterdir()) == []
    assert list(store.workspaces.iterdir()) == []


def test_scan_without_imports_has_columns_and_no_rows(store: Store) -> None:
    assert scan(store, "flows").collect().schema == {**FLOWS.schema, "source": pl.String}
    assert scan(store, "flows").collect().height == 0


def test_scan_refuses_a_table_of_another_layout(store: Store, kept: RawRecord, flows: Flows) -> None:
    write_batch(store, [CheckedImport(kept, "made_up", "1", {"flows": flows()})])
    path = active(store)[0].tables["flows"].path
    path.unlink()
    flows().drop("caveat").write_parquet(path)
    with pytest.raises(IntegrityError, match="written by another version"):
        scan(store, "flows")


def test_active_notices_an_edited_batch_record(store: Store, kept: RawRecord, flows: Flows) -> None:
    write_batch(store, [CheckedImport(kept, "made_up", "1", {"flows": flows()})])
    path = store.checked / "000001" / "batch.json"
    text = path.read_text()
    path.chmod(0o644)
    path.write_text(text.replace("made_up", "made_ub"))
    with pytest.raises(IntegrityError, match="has changed since it was written"):
        active(store)


@pytest.mark.parametrize("damage", ["changed", "missing", "raw"])
def test_require_sound_notices_damage_before_it_is_published(
    store: Store, kept: RawRecord, flows: Flows, damage: str
) -> None:
    write_batch(store, [CheckedImport(kept, "made_up", "1", {"flows": flows()})])
    (one,) = active(store)
    require_sound(store, [one])
    path = one.tables["flows"].path
    if damage == "raw":
        (store.raw_folder(kept.sha256) / "origin.json").unlink()
    elif damage == "missing":
        path.unlink()
    else:
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.chmod(0o644)
        path.write_bytes(content)
    told = {"changed": "has changed since", "missing": r"flows\.parquet is missing", "raw": "Raw file .* is missing"}
    with pytest.raises(IntegrityError, match=told[damage]):
        require_sound(store, [one])
