from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from raumwerk.cli import statistics
from raumwerk.cli.marks import Marks, fingerprint
from raumwerk.errors import InputError
from raumwerk.store import read
from raumwerk.store.layout import Store

Run = Callable[..., Any]
NOWHERE = "http://127.0.0.1:9/grenzen.zip"


@pytest.fixture
def offline(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No official files at hand, and an official address at which nobody answers."""
    monkeypatch.setattr(statistics, "data_folder", lambda: None)
    (home / "sources").mkdir(parents=True)
    facts = "title_de='G'\ntitle_en='B'\npublisher='P'\nlicence='L'\nattribution='A'\npriority=1\n"
    (home / "sources" / "bkg_vg.toml").write_text(f'{facts}download = "{NOWHERE}"\n')
    return home


def test_prepare_lets_the_sample_stand_in_and_reads_nothing_the_second_time(
    offline: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, marks = Store(offline / "store").create(), Marks(offline / "up.json")
    said = statistics.prepare(store, offline, marks)
    release = read.current(store)
    assert said.startswith(f"Release {release.id} was published from the made sample: all its figures are invented")
    assert release.manifest["sample"] is True
    assert {"muster-1", "muster-2", "muster-3", "mitte", "kali", "hannover-hildesheim"} <= set(
        release.manifest["regions"]
    )
    assert f"bkg_vg: {NOWHERE} did not answer" in capsys.readouterr().err
    monkeypatch.setattr(statistics, "publish", None)
    monkeypatch.setattr(statistics, "import_paths", None)  # the second time nothing may be read or published again
    assert statistics.prepare(store, offline, marks) == f"Release {release.id} is up to date."
    assert read.current(store).id == release.id


def test_prepare_publishes_anew_when_a_region_was_added(offline: Path) -> None:
    store, marks = Store(offline / "store").create(), Marks(offline / "up.json")
    statistics.prepare(store, offline, marks)
    first = read.current(store)
    areas = first.table("areas").collect()
    key = areas.filter(level="district")["area"][0]
    (offline / "regions").mkdir()
    text = f'name_de="Eigene"\nname_en="Own"\nshort_de="E"\nshort_en="O"\ndistricts=["{key}"]\n'
    (offline / "regions" / "eigene.toml").write_text(text)
    statistics.prepare(store, offline, marks)
    second = read.current(store)
    assert second.id != first.id
    (note,) = [one for one in second.manifest["notes"] if one.get("region") == "region:eigene"]
    assert "cannot be estimated" in note["text_en"]  # one district alone says nothing about its municipalities
    assert "region:eigene" in second.table("region_members").collect()["region"].to_list()


def test_data_folder_named_by_the_environment_must_exist(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RAUMWERK_SHARED_DATA", str(tmp_path))
    assert statistics.data_folder() == tmp_path
    monkeypatch.setenv("RAUMWERK_SHARED_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(InputError, match=r"RAUMWERK_SHARED_DATA names .*nowhere, which is no folder"):
        statistics.data_folder()


def test_up_refuses_to_open_a_demonstration_to_everybody(run: Run, home: Path) -> None:
    answer = run("up", "--host", "0.0.0.0")
    assert answer.code == 2
    assert "a demonstration would be open to everybody at 0.0.0.0; expected 127.0.0.1, or --no-demo" in answer.err
    assert not home.exists()


def test_up_refuses_a_port_in_use_before_anything_else(run: Run, home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        answer = run("up", "--port", taken.getsockname()[1])
    assert answer.code == 2
    assert "Choose another with --port" in answer.err
    assert not home.exists()


def test_fingerprint_changes_with_content_names_and_whatever_matters(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    file = tmp_path / "sub" / "a.py"
    file.write_text("1")
    first = fingerprint([tmp_path], content=True)
    assert fingerprint([tmp_path], content=True) == first
    os.utime(file, (0, 0))
    assert fingerprint([tmp_path], content=True) == first
    assert fingerprint([tmp_path], more=["x"], content=True) != first
    (tmp_path / "sub" / "a.mo").write_text("made")
    assert fingerprint([tmp_path], content=True) == first
    file.write_text("2")
    second = fingerprint([tmp_path], content=True)
    file.rename(tmp_path / "sub" / "b.py")
    assert len({first, second, fingerprint([tmp_path], content=True), fingerprint([tmp_path / "nothing"])}) == 4


def test_marks_hold_until_they_change_and_survive_damage(tmp_path: Path) -> None:
    marks = Marks(tmp_path / "up.json")
    assert not marks.holds("web", "1")
    marks.set("web", "1")
    marks.set("data", "2")
    assert marks.holds("web", "1")
    assert marks.holds("data", "2")
    assert not Marks(tmp_path / "up.json").holds("web", "2")
    (tmp_path / "up.json").write_text("{ cut")
    assert not marks.holds("web", "1")
    marks.set("web", "3")
    assert marks.holds("web", "3")
