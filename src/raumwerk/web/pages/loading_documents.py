"""Documents that come with Raumwerk: set from data files, kept like any document, never over the work of an office."""

from __future__ import annotations

import hashlib
import tomllib
from collections import Counter
from datetime import datetime, time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.db import transaction
from django.utils import timezone

from raumwerk.errors import InputError, Problem
from raumwerk.web.kit.pdf import render_image, render_pdf
from raumwerk.web.pages.furnish import collection_of
from raumwerk.web.pages.models import LoadedDocument, RegionDocument, RegionImage
from raumwerk.web.regions.models import Region
from raumwerk.web.shared.visibility import Visibility

__all__ = ["load_documents"]

CONTENT = Path(__file__).resolve().parent / "content"
TEMPLATE = "pages/brochure.typ"
COVER_PPI = 72
NEEDED = ("title", "subtitle", "publisher", "summary", "cover_credit", "blocks")


def load_documents(folder: Path = CONTENT) -> Counter[str]:
    """Set the documents that are missing, and a new version of those whose data file has changed.

    A data file is ``<region>/documents/<name>.toml``: ``issued_on``, ``edition``, and one table per language with
    title, subtitle, publisher, summary, mark and blocks (see ``typst/brochure.typ``).

    Returns
    -------
    Counter
        How many documents were ``added``, ``renewed``, ``kept`` and ``left`` (deleted or replaced by the office).
    """
    counts: Counter[str] = Counter()
    for region in Region.objects.filter(active=True):
        for path in sorted((folder / region.slug / "documents").glob("*.toml")):
            text = path.read_text("utf-8")
            entry = _read(path, text)
            for code, _name in settings.LANGUAGES:
                digest = hashlib.sha256(f"{code} {text}".encode()).hexdigest()
                with transaction.atomic():
                    counts[_place(region, f"{code}/{region.slug}/{path.stem}", entry, code, digest)] += 1
    return counts


def _read(path: Path, text: str) -> dict[str, Any]:
    try:
        entry = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(Problem(str(error), file=path.name)) from error
    missing = [f"{code}.{name}" for code, _ in settings.LANGUAGES for name in NEEDED if name not in entry.get(code, {})]
    missing += [name for name in ("issued_on", "edition") if name not in entry]
    if missing:
        raise InputError(Problem(f"these entries are missing: {', '.join(missing)}", file=path.name))
    return entry


def _place(region: Region, key: str, entry: dict[str, Any], language: str, digest: str) -> str:
    kept = LoadedDocument.objects.filter(key=key).select_related("document").first()
    if kept is not None and (kept.document is None or kept.document.replaced_by_id is not None):
        return "left"
    if kept is not None and kept.file_digest == digest:
        return "kept"
    document, cover = _make(region, key, entry, language)
    old = kept.document if kept is not None else None
    if old is not None:
        document.version = old.version + 1
        document.save()
        old.replaced_by = document
        old.save()
    values = {"document": document, "cover": cover, "file_digest": digest}
    LoadedDocument.objects.update_or_create(key=key, defaults=values)
    return "renewed" if kept is not None else "added"


def _make(region: Region, key: str, entry: dict[str, Any], language: str) -> tuple[RegionDocument, RegionImage]:
    text, issued_on = entry[language], entry["issued_on"]
    issued = timezone.make_aware(datetime.combine(issued_on, time(12)))
    name = region.name_en if language == "en" else region.name_de
    cover = {"region": name, "subtitle": text["subtitle"], "mark": text.get("mark", "")}
    data = {"cover": cover, "blocks": text["blocks"]}
    frame: dict[str, Any] = {"title": text["title"], "language": language, "issued": issued}
    stem = "-".join([region.slug, key.rpartition("/")[2], language])
    collection = collection_of(region)
    document = RegionDocument(
        title=text["title"], summary=text["summary"], publisher=text["publisher"], edition=entry["edition"],
        issued_on=issued_on, collection=collection, visibility=Visibility.PUBLIC,
    )  # fmt: skip
    document.file.save(f"{stem}.pdf", ContentFile(render_pdf(TEMPLATE, data, **frame)), save=False)
    document._set_document_file_metadata()
    document.save()
    picture = RegionImage(
        title=text["title"], credit=text["cover_credit"], licence="EUPL-1.2", collection=collection,
        description=text["subtitle"],
    )  # fmt: skip
    drawn = render_image(TEMPLATE, data, format="png", ppi=COVER_PPI, **frame)
    picture.file.save(f"{stem}.png", ImageFile(ContentFile(drawn), name=f"{stem}.png"), save=False)
    picture._set_image_file_metadata()
    picture.save()
    return document, picture
