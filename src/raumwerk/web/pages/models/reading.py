"""Which pages and documents somebody may read; every list, menu, feed and count of the site asks here."""

from __future__ import annotations

from django.http import HttpRequest
from wagtail.models import Page
from wagtail.query import PageQuerySet

from raumwerk.web.pages.models.files import RegionDocument
from raumwerk.web.pages.models.records import PageAccess
from raumwerk.web.regions.models import Region
from raumwerk.web.shared.visibility import NOBODY, Audience, Visibility, audience_of, may_see, visible

__all__ = ["document_region", "may_read_document", "may_read_page", "readable", "reader_of"]


def reader_of(request: HttpRequest, region: Region | None) -> Audience:
    """Return what the reader is to `region`; asked once per request and region."""
    person = getattr(request, "user", None)
    if region is None or person is None or not person.is_authenticated:
        return NOBODY
    known = request.__dict__.setdefault("_site_readers", {})
    if region.pk not in known:
        known[region.pk] = audience_of(person, region)
    found: Audience = known[region.pk]
    return found


def readable(pages: PageQuerySet, audience: Audience) -> PageQuerySet:
    """Keep the published pages that `audience` may read; what Wagtail itself restricts stands in no list."""
    return pages.live().public().filter(visible(audience, "access__"))


def may_read_page(page: Page, audience: Audience) -> bool:
    """Tell whether `audience` may read a page, by the level that counts for it."""
    access = PageAccess.objects.filter(page_id=page.pk).first()
    if access is None:
        return audience.office
    return may_see(audience, access.visibility, access.body)


def document_region(document: RegionDocument) -> Region | None:
    """Return the region whose collection (or a part of it) holds the document; None for the installation's own."""
    collection = document.collection
    if collection.depth > 2:
        collection = collection.get_ancestors().get(depth=2)
    return Region.objects.filter(slug=collection.name).first() if collection.depth == 2 else None


def may_read_document(document: RegionDocument, request: HttpRequest) -> bool:
    """Tell whether the reader may have a document: by its level, and of regions at work only."""
    region = document_region(document)
    if region is None:
        person = getattr(request, "user", None)
        return document.visibility == Visibility.PUBLIC or bool(person and person.is_active and person.is_superuser)
    if not region.active:
        return False
    return may_see(reader_of(request, region), document.visibility, document.body)
