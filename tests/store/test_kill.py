"""Killed at any moment, the old release stays current and readable, and the next publication works."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HARNESS = Path(__file__).with_name("kill_harness.py")


def _run(folder: Path, kind: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, HARNESS, folder, kind], capture_output=True, text=True, timeout=500, check=False
    )
    assert done.returncode == 0, done.stderr
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers


def _always_sound(answers: list[dict[str, Any]]) -> None:
    assert [answer["killed"] for answer in answers] == [True] * (len(answers) - 1) + [False]
    wrong = [answer for answer in answers if answer["problems"] or answer["left"] or answer["after"] != 3.0]
    assert wrong == []
    assert {answer["seen"] for answer in answers} <= {1.0, 2.0}


@pytest.mark.parametrize(("kind", "at_least"), [("audit", 40), ("trace", 90)])
def test_publish_killed_at_any_moment_leaves_a_sound_store(tmp_path: Path, kind: str, at_least: int) -> None:
    answers = _run(tmp_path, kind)
    assert len(answers) > at_least
    _always_sound(answers)
    # what readers see: the old release up to one moment, the new one from then on
    seen = [answer["seen"] for answer in answers]
    turn = seen.index(2.0)
    assert seen == [1.0] * turn + [2.0] * (len(seen) - turn)
    assert turn > at_least // 2


def test_publish_killed_inside_native_code_leaves_a_sound_store(tmp_path: Path) -> None:
    answers = _run(tmp_path, "clock")
    assert len(answers) > 5
    _always_sound(answers)
