"""A home folder and the command, run in this process as a user would run it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from made_uploads import MAPPING
from raumwerk.cli import console
from raumwerk.cli.main import main


@dataclass(frozen=True)
class Answer:
    """What the command left: exit code and what it wrote."""

    code: int
    out: str
    err: str


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("RAUMWERK_HOME", str(folder))
    return folder


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Answer]:
    def call(*arguments: object) -> Answer:
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        written = capsys.readouterr()
        code = left.value.code
        return Answer(code if isinstance(code, int) else 0, written.out, written.err)

    for one in (console.out, console.err):
        monkeypatch.setattr(one, "_width", 200)
    return call


@pytest.fixture
def own(tmp_path: Path) -> tuple[Path, Path]:
    """A table of one's own and its mapping."""
    table, mapping = tmp_path / "people.csv", tmp_path / "people.toml"
    table.write_text("key,people\n06611,204202\n05762,140667\n")
    mapping.write_bytes(MAPPING)
    return table, mapping
