"""What is found of pages, their documents, and bodies; meetings and resolutions are registered by the forum itself."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail.signals import post_page_move

from raumwerk.web.atlas.models import StoryPage
from raumwerk.web.forum.models import Body, Meeting, Resolution
from raumwerk.web.pages.models import (
    CaseIndexPage,
    CasePage,
    DocumentsPage,
    NewsIndexPage,
    NewsPage,
    PageAccess,
    RegionDocument,
    RegionPage,
    TextPage,
)
from raumwerk.web.pages.models.reading import document_region
from raumwerk.web.regions.models import Region
from raumwerk.web.shared.search.registry import Document, register, things_changed
from raumwerk.web.shared.visibility import Visibility

__all__ = ["body_documents", "page_documents", "register_searched", "site_document_documents"]

_PAGES = (RegionPage, TextPage, DocumentsPage, NewsIndexPage, CaseIndexPage, CasePage, StoryPage)


def register_searched() -> None:
    """Have pages, documents and bodies searched."""
    for model in _PAGES:
        register(model, kind="page", label=_("Pages"), documents=page_documents, region_of=_region_of_page, also=_below)
    register(NewsPage, kind="news", label=_("News"), documents=page_documents, region_of=_region_of_page)
    register(
        RegionDocument, kind="document", label=_("Documents"), documents=site_document_documents,
        region_of=document_region,
    )  # fmt: skip
    register(Body, kind="body", label=_("Bodies"), documents=body_documents, also=_of_body)
    post_page_move.connect(_moved, dispatch_uid="search.page_moved")


def page_documents(page: Any) -> Iterator[Document]:
    """Return what is found of a published page, at the level that counts for it; a page without one is not found."""
    access = PageAccess.objects.filter(page_id=page.pk).first()
    if not page.live or access is None or page.get_view_restrictions().exists():
        return
    body = " ".join(str(text) for text in page.body.stream_block.get_searchable_content(page.body))
    yield Document(
        title=page.title,
        text=f"{page.lead}\n{body}",
        address=page.get_url() or "",
        visibility=access.visibility,
        body_number=access.body,
        language=page.locale.language_code,
        day=getattr(page, "date", None),
    )


def site_document_documents(document: RegionDocument) -> Iterator[Document]:
    """Return what is found of a document of the site; of several versions the latest."""
    if document.replaced_by_id is not None:
        return
    yield Document(
        title=document.title,
        text="\n".join((document.summary, document.publisher, document.edition, document.filename)),
        address=document.url,
        visibility=document.visibility,
        body_number=document.body,
        day=document.issued_on,
    )


def body_documents(body: Body) -> Iterator[Document]:
    """Return what is found of a body, in both languages."""
    for language in ("de", "en"):
        address = reverse("forum:body", args=[body.region.slug, body.slug])
        german = language == "de"
        yield Document(
            title=body.name_de if german else body.name_en or body.name_de,
            text="\n".join((body.remit_de if german else body.remit_en or body.remit_de, *_founding(body))),
            address=address if german else f"/en{address}",
            visibility=body.visibility,
            body_number=body.pk,
            language=language,
        )


def _founding(body: Body) -> Iterator[str]:
    """Words of the founding act; those of the resolution only where everybody may read it, as not all readers of the
    body may."""
    yield body.founding_text
    act = body.founding_resolution
    if act is not None and act.state == "published" and {act.visibility, act.body.visibility} == {Visibility.PUBLIC}:
        yield f"{act.reference}: {act.title}"


def _region_of_page(page: Page) -> Region | None:
    home = RegionPage.objects.ancestor_of(page, inclusive=True).select_related("region").first()
    return home.region if home is not None and home.region.active else None


def _below(page: Page) -> list[Page]:
    """Pages below may be read by fewer since a page above them is."""
    return list(page.get_descendants().specific()) if page.pk and page.numchild else []


def _of_body(body: Body) -> Iterator[models.Model]:
    """Meetings and resolutions are never open to more than their body, nor what is said of a founding act."""
    meetings = Meeting.objects.in_region(body.region_id).filter(body=body)
    resolutions = Resolution.objects.in_region(body.region_id).filter(body=body)
    founded = Body.objects.in_region(body.region_id).filter(founding_resolution__body=body)
    return chain(meetings, resolutions, founded)


def _moved(sender: Any, instance: Page, **kwargs: Any) -> None:
    things_changed([instance.specific, *_below(instance)])
