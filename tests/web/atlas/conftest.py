"""A home with the made country published, shared by all tests of the Atlas."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from raumwerk.web.atlas.queries import release as queries

_spec = importlib.util.spec_from_file_location("atlas_made", Path(__file__).with_name("made.py"))
made = importlib.util.module_from_spec(_spec)
sys.modules["atlas_made"] = made
_spec.loader.exec_module(made)


@pytest.fixture(scope="session")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("atlas-home")
    made.publish(home)
    return home


@pytest.fixture
def home(made_home: Path, settings) -> Path:
    settings.HOME = made_home
    return made_home


@pytest.fixture
def empty_home(tmp_path: Path, settings) -> Path:
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def atlas(home: Path) -> queries.AtlasRelease:
    return queries.atlas_release()


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
    return queries.atlas_release()
