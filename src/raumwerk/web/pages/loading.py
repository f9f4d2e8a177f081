"""Loading the content that comes with Raumwerk, without ever touching what editors have changed."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from wagtail.models import Locale, Page, Site

from raumwerk.web.pages.furnish import furnish_region, remove_default_groups
from raumwerk.web.pages.models import (
    CaseIndexPage,
    CasePage,
    DocumentsPage,
    InstallationPage,
    LoadedDocument,
    LoadedPage,
    NewsIndexPage,
    NewsPage,
    RegionPage,
    TextPage,
)
from raumwerk.web.pages.reader import ContentFile, read_content
from raumwerk.web.regions.models import Region

__all__ = ["CONTENT", "load_content", "load_region"]

CONTENT = Path(__file__).resolve().parent / "content"
MODELS = {
    "text": TextPage,
    "news_index": NewsIndexPage,
    "news": NewsPage,
    "documents": DocumentsPage,
    "case_index": CaseIndexPage,
    "case": CasePage,
}
#: Fields of single kinds of pages, as they stand in the head of a file.
OWN_FIELDS = ("claim", "headline", "event_place", "place", "carrier", "source")
COMPARED = (
    "title",
    "slug",
    "lead",
    "claim",
    "headline",
    "date",
    "example",
    "kind",
    "topics",
    "places",
    "event_on",
    "event_place",
    "image_id",
    "image_caption",
    "visibility",
    "place",
    "carrier",
    "source",
    "show_in_menus",
    "search_description",
    "live",
)


def load_content(folder: Path = CONTENT) -> Counter[str]:
    """Write the pages that are missing and renew those that only this function ever wrote.

    Returns
    -------
    Counter
        How many pages were ``added``, ``renewed``, ``kept`` (as they should be) and ``left`` (changed by editors).
    """
    counts: Counter[str] = Counter()
    with transaction.atomic():
        languages = [code for code, _name in settings.LANGUAGES]
        locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code in languages}
        for code in languages:
            counts += _load_installation(folder, locales[code])
        for region in Region.objects.filter(active=True):
            for code in languages:
                counts += _load_region(folder, region, locales[code])
            furnish_region(region)
        remove_default_groups()
    return counts


@transaction.atomic
def load_region(region: Region, folder: Path = CONTENT) -> None:
    """Write the pages of one region and give its editors their rights."""
    for code, _name in settings.LANGUAGES:
        _load_region(folder, region, Locale.objects.get_or_create(language_code=code)[0])
    furnish_region(region)


def _load_installation(folder: Path, locale: Locale) -> Counter[str]:
    code = locale.language_code
    placeholders = {"prefix": "" if code == settings.LANGUAGE_CODE else f"/{code}"}
    files = read_content(folder / "installation" / code, placeholders)
    counts: Counter[str] = Counter()
    for file in files:
        above = Page.get_first_root_node() if file.path == "home" else _page(f"{code}/-/{file.parent}")
        key = f"{code}/-/{file.path}"
        done = _place(key, file, above=above, locale=locale, home=InstallationPage, home_slug=f"raumwerk-{code}")
        counts[done] += 1
    if code == settings.LANGUAGE_CODE:
        _make_site(_page(f"{code}/-/home"))
    return counts


def _load_region(folder: Path, region: Region, locale: Locale) -> Counter[str]:
    code = locale.language_code
    own = folder / region.slug / code
    source = own if own.is_dir() else folder / ("_sample" if region.sample else "_region") / code
    placeholders = {
        "prefix": "" if code == settings.LANGUAGE_CODE else f"/{code}",
        "slug": region.slug,
        "name": region.name_en if code == "en" else region.name_de,
        "short": region.short_en if code == "en" else region.short_de,
    }
    counts: Counter[str] = Counter()
    for file in read_content(source, placeholders):
        above = _page(f"{code}/-/home" if file.path == "home" else f"{code}/{region.slug}/{file.parent}")
        key = f"{code}/{region.slug}/{file.path}"
        done = _place(key, file, above=above, locale=locale, home=RegionPage, home_slug=region.slug, region=region)
        counts[done] += 1
    return counts


def _page(key: str) -> Page | None:
    record = LoadedPage.objects.filter(key=key).select_related("page").first()
    return record.page.specific if record and record.page else None


def _place(
    key: str, file: ContentFile, *, above: Page | None, locale: Locale, home: type[Page], home_slug: str, **extra: Any
) -> str:
    """Add or renew one page; the word returned says what was done."""
    file = _with_documents(file, key)
    record = LoadedPage.objects.filter(key=key).first()
    if record is None:
        slug = home_slug if file.path == "home" else file.slug
        if above is None or above.get_children().filter(slug=slug).exists():
            # The page above was deleted, or editors made a page of this name themselves.
            return "left"
        model = home if file.path == "home" else MODELS[file.fields["kind"]]
        own = extra if model is home else {}
        make: Any = model
        page = make(slug=slug, locale=locale, translation_key=_translation_key(key), **own)
        _fill(page, file)
        above.add_child(instance=page)
        page.save_revision().publish()
        _record(key, file, page)
        return "added"
    return _renew(record, file)


def _renew(record: LoadedPage, file: ContentFile) -> str:
    if record.page is None:
        return "left"
    page: Any = record.page.specific
    latest = page.get_latest_revision_as_object()
    if page_digest(latest) != record.page_digest:
        return "left"
    if record.file_digest == file.digest:
        return "kept"
    _fill(latest, file)
    latest.save_revision().publish()
    _record(record.key, file, latest)
    return "renewed"


def _translation_key(key: str) -> uuid.UUID:
    """Pages of the same path in two languages are translations of each other."""
    other = key.partition("/")[2]
    twin = LoadedPage.objects.filter(key__endswith=f"/{other}", page__isnull=False).select_related("page")
    same = [one.page for one in twin if one.page and one.key.partition("/")[2] == other]
    return same[0].translation_key if same else uuid.uuid4()


def _fill(page: Any, file: ContentFile) -> None:
    fields = file.fields
    page.title = fields["title"]
    page.lead = fields.get("lead", "")
    page.search_description = fields.get("description", "")
    page.show_in_menus = bool(fields.get("menu"))
    page.body = file.blocks
    for name in OWN_FIELDS:
        if hasattr(page, name):
            setattr(page, name, fields.get(name, ""))
    if isinstance(page, (NewsPage, CasePage)):
        page.topics = list(fields.get("topics", ()))
    if isinstance(page, NewsPage):
        page.date = fields.get("date") or timezone.localdate()
        page.example = bool(fields.get("example"))
        page.kind = fields.get("news_kind", page.kind)
        page.places = list(fields.get("places", ()))
        page.event_on = fields.get("event_on")


def _with_documents(file: ContentFile, key: str) -> ContentFile:
    """Put the document a cover names into its block; a cover without its document is left out.

    The fingerprint of the page then names the document, so that the page is renewed when there is another one.
    """
    if all(kind != "cover" for kind, _value in file.blocks):
        return file
    language, region = key.split("/")[:2]
    blocks, digest = [], file.digest
    for kind, value in file.blocks:
        if kind != "cover":
            blocks.append((kind, value))
            continue
        name = f"{language}/{region}/{value['document']}"
        kept = LoadedDocument.objects.filter(key=name).select_related("document", "cover").first()
        if kept is not None and kept.document is not None and kept.cover is not None:
            blocks.append((kind, {**value, "document": kept.document, "cover": kept.cover}))
            digest = hashlib.sha256(f"{digest} {kept.document_id} {kept.cover_id}".encode()).hexdigest()
    return replace(file, blocks=blocks, digest=digest)


def _record(key: str, file: ContentFile, page: Page) -> None:
    fresh = Page.objects.get(pk=page.pk).specific.get_latest_revision_as_object()
    values = {"page_id": page.pk, "file_digest": file.digest, "page_digest": page_digest(fresh)}
    LoadedPage.objects.update_or_create(key=key, defaults=values)


def page_digest(page: Any) -> str:
    """Return a fingerprint of what a reader of the page sees."""
    values = [getattr(page, name, None) for name in COMPARED]
    plain = [value.isoformat() if isinstance(value, date) else value for value in values]
    body = [{"type": block.block_type, "value": block.get_prep_value()["value"]} for block in page.body]
    return hashlib.sha256(json.dumps([plain, _without_ids(body)], sort_keys=True, default=str).encode()).hexdigest()


def _without_ids(value: Any) -> Any:
    """List items get an id when they are first saved; it says nothing about the content."""
    if isinstance(value, dict):
        return {name: _without_ids(one) for name, one in value.items() if name != "id"}
    return [_without_ids(one) for one in value] if isinstance(value, list) else value


def _make_site(home: Page | None) -> None:
    """Let the default site begin at our home page, and remove Wagtail's page of welcome."""
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    if home is None or site.root_page_id == home.pk:
        return
    old = Page.objects.filter(pk=site.root_page_id).first() if site.root_page_id else None
    site.root_page, site.hostname, site.site_name = home, "localhost", settings.RAUMWERK["NAME"]
    site.save()
    if old is not None and old.depth == 2 and old.numchild == 0 and old.specific_class is Page:
        old.delete()
