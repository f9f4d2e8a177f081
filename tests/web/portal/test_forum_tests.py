"""The page that maps incidents to tests names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
PAGE = TESTS.parents[1] / "docs" / "reference" / "forum-tests.md"
INCIDENTS = {1, 2, 3, 4, 6, 7, 9, 10, 11, 12, 13, 14, 17, 20, 21, 27}


def test_every_incident_names_tests_that_exist():
    rows = re.findall(r"^\| (\d+) \|.*$", text := PAGE.read_text("utf-8"), re.MULTILINE)
    assert set(map(int, rows)) == INCIDENTS
    lines = [line for line in text.splitlines() if re.match(r"\| \d", line)]
    missing = []
    for line in lines:
        named = re.findall(r"`([\w/]+\.py)::(test_\w+)`", line)
        assert named, line
        for file, test in named:
            path = TESTS / file
            if not path.is_file() or not re.search(rf"^def {test}\(", path.read_text("utf-8"), re.MULTILINE):
                missing.append(f"{file}::{test}")
    assert missing == []
