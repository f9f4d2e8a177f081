"""The reference of the planning pages names every parameter there is, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from raumwerk.web.atlas.queries.planning.questions import QUESTIONS
from raumwerk.web.atlas.queries.planning.scenarios import WEIGHTS

TEXT = (Path(__file__).resolve().parents[4] / "docs/reference/planning-pages.md").read_text("utf-8")


def test_reference_names_every_parameter():
    sections = TEXT.split("\n## ")[1:]
    for question, section in zip(QUESTIONS.values(), sections, strict=False):
        assert re.findall(r"(?m)^\| `(\w+)` \|", section) == [param.name for param in question.params]
    assert all(f"`{param.name}`" in TEXT for param in WEIGHTS)
