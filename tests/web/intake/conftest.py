from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from made_uploads import MAPPING
from raumwerk.web.intake import actions
from raumwerk.web.intake.models import Upload
from raumwerk.web.people.models import Person


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    monkeypatch.setitem(settings.RAUMWERK, "HOME", tmp_path)
    return tmp_path


@pytest.fixture
def operator(make_person) -> Person:
    return make_person("operator@example.org", is_superuser=True, is_staff=True)


@pytest.fixture
def bring(operator):
    """Hand in a file: ``bring(content, name=…, mapping=…)``."""

    def bring(content: bytes, name: str = "people.csv", mapping: bytes | None = MAPPING) -> Upload:
        plan = SimpleUploadedFile("people.toml", mapping) if mapping else None
        return actions.receive_upload(SimpleUploadedFile(name, content), mapping=plan, by=operator)

    return bring
