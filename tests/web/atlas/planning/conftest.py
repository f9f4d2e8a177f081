"""Answers of the planning pages on the official figures."""

from __future__ import annotations

import pytest

from raumwerk.web.atlas.queries.planning.params import Case, read_state
from raumwerk.web.atlas.queries.planning.questions import QUESTIONS


@pytest.fixture
def ask(official):
    """Answer of a question, as pages and API get it: ``ask("regions", level="district")``."""

    def answered(key, slug="mitte", lang="de", **given):
        region = official.region(slug)
        question = QUESTIONS[key]
        state, problems = read_state(question.params, given, atlas=official, region=region)
        assert problems == {}
        case = Case(official, region, state, lang)
        return case, question.answer(case)

    return answered
