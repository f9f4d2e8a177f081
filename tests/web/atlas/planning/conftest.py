"""Regions of the official files in the database, and bundles that pages may name."""

from __future__ import annotations

import pytest

from raumwerk.web.atlas.queries.planning.params import Case, read_state
from raumwerk.web.atlas.queries.planning.questions import QUESTIONS
from raumwerk.web.atlas.queries.release import atlas_release


@pytest.fixture
def bundles(settings, tmp_path):
    """Pages name their bundles; whether these were built is tested elsewhere."""
    manifest = tmp_path / "bundles" / ".vite" / "manifest.json"
    manifest.parent.mkdir(parents=True)
    names = ("site", "atlas", "planning", "notes")
    entries = (f'"{name}": {{"isEntry": true, "name": "{name}", "file": "{name}.js", "css": []}}' for name in names)
    manifest.write_text("{" + ", ".join(entries) + "}")
    settings.BUNDLE_DIR = tmp_path / "bundles"


@pytest.fixture
def official(real_home, settings):
    """The release of all official files."""
    settings.HOME = real_home
    return atlas_release()


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
