"""Documents and news of a made region."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from datetime import date, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from wagtail.models import Collection

from raumwerk.web.pages.furnish import collection_of
from raumwerk.web.pages.models import NewsIndexPage, NewsPage, RegionDocument
from raumwerk.web.pages.topics import Topic
from raumwerk.web.portal.generating.people import BATCH
from raumwerk.web.portal.generating.words import Words
from raumwerk.web.regions.models import Region

__all__ = ["make_documents", "make_news"]

LEVELS = ("public", "public", "members", "office")


def make_documents(region: Region, count: int, words: Words, today: date, told: Callable[[int], None]) -> None:
    """Make documents with a small file each, so that every link works and every checksum is right."""
    collection = collection_of(region)
    for begin in range(0, count, BATCH):
        numbers = range(begin, min(count, begin + BATCH))
        RegionDocument.objects.bulk_create([_document(region, collection, one, words, today) for one in numbers])
        told(numbers.stop)


def _document(region: Region, collection: Collection, number: int, words: Words, today: date) -> RegionDocument:
    content = words.text(60).encode()
    kept = default_storage.save(f"documents/{region.slug}-{number:05}.txt", ContentFile(content))
    return RegionDocument(
        title=f"{words.title()} {number:05}", file=kept, file_size=len(content), collection=collection,
        sha256=hashlib.sha256(content).hexdigest(), summary=" ".join(words.some(20))[:300],
        publisher=f"Organisation {number % 300:04}", edition="1", issued_on=today - timedelta(days=number % 3_000),
        visibility=LEVELS[number % len(LEVELS)],
    )  # fmt: skip


def make_news(region: Region, count: int, chance: random.Random, words: Words, today: date) -> None:
    """Publish news below the region's page of news, in German."""
    indexes = NewsIndexPage.objects.filter(locale__language_code="de")
    index = indexes.filter(url_path__contains=f"/{region.slug}/").first()
    if index is None:
        return
    for number in range(count):
        page = NewsPage(
            title=f"{words.title()} {number:04}", slug=f"meldung-{number:04}", lead=words.text(24), live=True,
            date=today - timedelta(days=number * 3), topics=chance.sample(Topic.values, 2), locale=index.locale,
            example=True, visibility="members" if number % 5 == 4 else "public",
            body=[("text", f"<p>{words.text(90)}</p>")],
        )  # fmt: skip
        index.add_child(instance=page)
