"""Pictures are served as pictures; nothing else in the media folder is."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from PIL import Image


@pytest.fixture
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "images").mkdir()
    (tmp_path / "documents").mkdir()
    Image.new("RGB", (2, 2)).save(tmp_path / "images/a.png")
    (tmp_path / "images/b.svg").write_text("<svg><script>alert(1)</script></svg>")
    (tmp_path / "images/c.html").write_text("<script>alert(1)</script>")
    (tmp_path / "documents/secret.png").write_text("secret")
    (tmp_path / "secret.png").write_text("secret")


def test_picture_is_served_with_its_type(media, client):
    answer = client.get("/media/images/a.png")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content).startswith(b"\x89PNG")
    assert client.post("/media/images/a.png").status_code == 405


@pytest.mark.parametrize(
    "path",
    ["images/b.svg", "images/c.html", "images/none.png", "documents/secret.png", "images/../secret.png",
     "images/..%2fsecret.png", "images/%2e%2e/documents/secret.png"],
)  # fmt: skip
def test_nothing_else_is_served(media, client, path, db):
    assert client.get(f"/media/{path}").status_code == 404


def test_document_has_its_checksum(content, settings, tmp_path):
    import hashlib

    from raumwerk.web.pages.models import RegionDocument

    settings.MEDIA_ROOT = tmp_path
    document = RegionDocument(title="Konzept")
    document.file.save("konzept.txt", ContentFile(b"Text"))
    assert document.sha256 == hashlib.sha256(b"Text").hexdigest()
