"""Pictures that are broken or bloated, and what proxies may keep of signed-in visits."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from PIL import Image

from raumwerk.web.pages.models import RegionImage
from raumwerk.web.people.models import Role


def png(width=3, height=3):
    held = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(held, "PNG")
    return held.getvalue()


def bloated():
    """A head that promises 3,600 million pixels, and nothing else."""
    head = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + head
        + struct.pack(">I", zlib.crc32(head))
        + b"\0\0\0\0IEND\xaeB`\x82"
    )


@pytest.fixture
def editor(content, make_person, sign_in):
    return sign_in(make_person("e@mitte.example", region=content["mitte"], role=Role.EDITOR), client=Client())


@pytest.mark.parametrize("body", [png()[:40], png()[:20], bloated(), b"\x89PNG\r\n\x1a\n", b"<svg onload='x'/>"])
def test_unreadable_picture_is_sent_back(editor, body):
    file = SimpleUploadedFile("x.png", body, "image/png")
    answer = editor.post("/verwaltung/images/add/", {"title": "Bild", "file": file, "tags": ""})
    assert answer.status_code == 200
    assert "w-field__errors" in answer.content.decode()
    assert RegionImage.objects.count() == 0


def test_sound_picture_is_kept(editor, tmp_path):
    with override_settings(MEDIA_ROOT=tmp_path):
        file = SimpleUploadedFile("x.png", png(), "image/png")
        answer = editor.post("/verwaltung/images/add/", {"title": "Bild", "file": file, "tags": ""})
    assert answer.status_code == 302
    assert RegionImage.objects.get().width == 3


def test_page_of_a_signed_in_person_is_private(editor, content):
    assert editor.get("/mitte/").headers["Cache-Control"] == "private, no-cache"
    assert "private" not in Client().get("/mitte/").headers["Cache-Control"]
