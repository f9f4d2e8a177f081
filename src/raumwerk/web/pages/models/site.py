"""Pages of the website. One tree per language, in it one page per region, below it what belongs to the region."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Collection, Page

from raumwerk.web.pages.forms_pages import CaseForm
from raumwerk.web.pages.models.base import (
    LEAD_PANELS,
    LEAD_SEARCH,
    SETTINGS_PANELS,
    LeadMixin,
    RegionChildMixin,
    audience_at,
)
from raumwerk.web.pages.models.files import RegionDocument
from raumwerk.web.pages.models.news import NewsIndexPage, NewsPage
from raumwerk.web.pages.models.reading import readable
from raumwerk.web.pages.topics import Topic
from raumwerk.web.shared.visibility import may_see, visible

__all__ = ["CaseIndexPage", "CasePage", "DocumentsPage", "InstallationPage", "RegionPage", "TextPage"]

DOCUMENTS_PER_PAGE = 20
LATEST_NEWS = 3
LONGEST_SEARCH = 100


class InstallationPage(LeadMixin, Page):  # type: ignore[django-manager-missing]
    """Home of the installation in one language: lists the regions."""

    claim = models.CharField(_("claim under the name"), max_length=140, blank=True)

    template = "pages/installation.html"
    parent_page_types = ("wagtailcore.Page",)
    subpage_types = ("pages.RegionPage", "pages.TextPage")
    content_panels = [*Page.content_panels, FieldPanel("claim"), *LEAD_PANELS]
    search_fields = [*Page.search_fields, *LEAD_SEARCH]

    class Meta:
        verbose_name = _("home page of the installation")
        verbose_name_plural = _("home pages of the installation")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        homes = RegionPage.objects.child_of(self).live().filter(region__active=True).select_related("region")
        context["homes"] = sorted(homes, key=lambda home: (home.region.sample, home.region.position, home.slug))
        return context


class RegionPage(LeadMixin, Page):  # type: ignore[django-manager-missing]
    """Home of a region in one language; its slug is the region's."""

    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="pages")
    claim = models.CharField(_("claim under the name"), max_length=140, blank=True)
    headline = models.CharField(
        _("headline"), max_length=120, blank=True, help_text=_("Large words of the home page; without them, the title.")
    )

    template = "pages/region.html"
    parent_page_types = ("pages.InstallationPage",)
    subpage_types = (
        "pages.NewsIndexPage",
        "pages.TextPage",
        "pages.DocumentsPage",
        "pages.CaseIndexPage",
        "atlas.StoryPage",
    )
    content_panels = [*Page.content_panels, FieldPanel("claim"), FieldPanel("headline"), *LEAD_PANELS]
    search_fields = [*Page.search_fields, *LEAD_SEARCH]

    class Meta:
        verbose_name = _("home page of a region")
        verbose_name_plural = _("home pages of regions")

    def clean(self) -> None:
        super().clean()
        if self.region_id and self.slug != self.region.slug:
            raise ValidationError({"slug": _("The address of a region's home is the region's own short name.")})

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        audience = audience_at(request)
        news = readable(NewsPage.objects.descendant_of(self), audience).newest().defer_streamfields()
        context["news"] = list(news[:LATEST_NEWS])
        context["news_index"] = readable(NewsIndexPage.objects.child_of(self), audience).first()
        return context


class TextPage(RegionChildMixin, LeadMixin, Page):  # type: ignore[django-manager-missing]
    """A plain page: project, contact, imprint, privacy, accessibility."""

    template = "pages/text.html"
    parent_page_types = ("pages.RegionPage", "pages.InstallationPage", "pages.TextPage")
    subpage_types = ("pages.TextPage",)
    content_panels = [*Page.content_panels, *LEAD_PANELS]
    settings_panels = SETTINGS_PANELS
    search_fields = [*Page.search_fields, *LEAD_SEARCH]

    class Meta:
        verbose_name = _("text page")
        verbose_name_plural = _("text pages")


class DocumentsPage(RegionChildMixin, LeadMixin, Page):  # type: ignore[django-manager-missing]
    """Documents of the region's collection, the newest first, each with publisher, edition and checksum."""

    template = "pages/documents.html"
    parent_page_types = ("pages.RegionPage",)
    subpage_types: tuple[str, ...] = ()
    content_panels = [*Page.content_panels, *LEAD_PANELS]
    settings_panels = SETTINGS_PANELS
    search_fields = [*Page.search_fields, *LEAD_SEARCH]

    class Meta:
        verbose_name = _("page of documents")
        verbose_name_plural = _("pages of documents")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        words = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:LONGEST_SEARCH]
        older = request.GET.get("alte") == "1"
        found = self._documents(request, words, older=older)
        context["documents"] = Paginator(found, DOCUMENTS_PER_PAGE).get_page(request.GET.get("seite"))
        for document in context["documents"]:
            newer = document.replaced_by
            if newer is not None and may_see(audience_at(request), newer.visibility, newer.body):
                document.newer = newer
        asked = request.GET.copy()
        asked.pop("seite", None)
        context |= {"words": words, "older": older, "asked": asked.urlencode()}
        return context

    def _documents(self, request: HttpRequest, words: str, *, older: bool) -> models.QuerySet[RegionDocument]:
        """Documents of the region that the reader may have, the newest first; replaced ones only where asked for."""
        audience = audience_at(request)
        own = Collection.objects.filter(depth=2, name=self.get_parent().slug).first()
        within = own.get_descendants(inclusive=True) if own else Collection.objects.none()
        found = RegionDocument.objects.filter(visible(audience), collection__in=within)
        if not older:
            # A version that the reader may not have does not hide the one they may.
            found = found.exclude(Q(replaced_by__isnull=False) & visible(audience, "replaced_by__"))
        for word in words.split():
            found = found.filter(Q(title__icontains=word) | Q(summary__icontains=word) | Q(publisher__icontains=word))
        return found.select_related("replaced_by").order_by("-issued_on", "-created_at", "-pk")


class CaseIndexPage(RegionChildMixin, LeadMixin, Page):  # type: ignore[django-manager-missing]
    """Library of examples from elsewhere."""

    template = "pages/case_index.html"
    parent_page_types = ("pages.RegionPage",)
    subpage_types = ("pages.CasePage",)
    content_panels = [*Page.content_panels, *LEAD_PANELS]
    settings_panels = SETTINGS_PANELS
    search_fields = [*Page.search_fields, *LEAD_SEARCH]

    class Meta:
        verbose_name = _("case library")
        verbose_name_plural = _("case libraries")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        cases = readable(CasePage.objects.child_of(self), audience_at(request)).order_by("title")
        context["cases"] = Paginator(cases.defer_streamfields(), DOCUMENTS_PER_PAGE).get_page(request.GET.get("seite"))
        return context


class CasePage(RegionChildMixin, LeadMixin, Page):  # type: ignore[django-manager-missing]
    """One example: where, carried by whom, about what, and what can be learnt from it."""

    place = models.CharField(_("where"), max_length=160, blank=True)
    carrier = models.CharField(_("carried by"), max_length=200, blank=True)
    topics = models.JSONField(_("topics"), default=list, blank=True)
    source = models.CharField(_("where to read on"), max_length=300, blank=True)

    base_form_class = CaseForm
    template = "pages/case.html"
    parent_page_types = ("pages.CaseIndexPage",)
    subpage_types: tuple[str, ...] = ()
    content_panels = [
        *Page.content_panels,
        FieldPanel("place"),
        FieldPanel("carrier"),
        FieldPanel("topics"),
        FieldPanel("source"),
        *LEAD_PANELS,
    ]
    settings_panels = SETTINGS_PANELS
    search_fields = [*Page.search_fields, *LEAD_SEARCH]

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")

    @property
    def topic_names(self) -> list[str]:
        """Names of its topics in the reader's language."""
        return [str(Topic(key).label) for key in self.topics if key in Topic.values]
