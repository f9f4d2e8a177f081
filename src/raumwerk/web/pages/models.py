"""Pages of the website. One tree per language, in it one page per region, below it what belongs to the region."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.documents.models import AbstractDocument, Document
from wagtail.fields import StreamField
from wagtail.images.models import AbstractImage, AbstractRendition, Image
from wagtail.models import Page
from wagtail.search import index

from raumwerk.web.pages.blocks import body_blocks
from raumwerk.web.regions.scope import RegionScoped

__all__ = [
    "BarrierReport",
    "ContentStamp",
    "DocumentsPage",
    "InstallationPage",
    "LoadedPage",
    "NewsIndexPage",
    "NewsPage",
    "RegionDocument",
    "RegionImage",
    "RegionPage",
    "TextPage",
]

MODULE_SLUGS = frozenset({"atlas", "daten", "forum", "beteiligung", "strategie", "foerderung", "werkzeuge"})
NEWS_PER_PAGE = 10


class RegionImage(AbstractImage):
    """A picture with its credit and licence."""

    credit = models.CharField(_("credit"), max_length=200, blank=True)
    licence = models.CharField(_("licence"), max_length=100, blank=True)

    admin_form_fields = (*Image.admin_form_fields, "credit", "licence")


class RegionRendition(AbstractRendition):
    image = models.ForeignKey(RegionImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)


class RegionDocument(AbstractDocument):
    """A document with publisher, edition and the SHA-256 of its file."""

    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    edition = models.CharField(_("edition"), max_length=60, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)

    admin_form_fields = (*Document.admin_form_fields, "publisher", "edition", "issued_on")

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.file and not (self.file._committed and self.sha256):
            self.sha256 = self._checksum()
        super().save(*args, **kwargs)

    def _checksum(self) -> str:
        """Hash the file as it will be stored; an upload stays open and at its beginning, a stored file is closed."""
        digest = hashlib.sha256()
        if self.file._committed:
            with self.file.storage.open(self.file.name, "rb") as stored:
                for chunk in stored.chunks():
                    digest.update(chunk)
        else:
            for chunk in self.file.chunks():
                digest.update(chunk)
            self.file.seek(0)
        return digest.hexdigest()


class LeadMixin(models.Model):
    """Opening paragraph and body, as every page has them."""

    lead = models.TextField(_("opening paragraph"), blank=True, max_length=600)
    body = StreamField(body_blocks(), blank=True, verbose_name=_("body"))

    class Meta:
        abstract = True


LEAD_PANELS = [FieldPanel("lead"), FieldPanel("body")]
LEAD_SEARCH = [index.SearchField("lead"), index.SearchField("body")]


class InstallationPage(LeadMixin, Page):  # type: ignore[django-manager-missing]
    """Home of the installation in one language: lists the regions."""

    claim = models.CharField(_("claim under the name"), max_length=140, blank=True)

    template = "pages/installation.html"
    parent_page_types = ("wagtailcore.Page",)
    subpage_types = ("pages.RegionPage", "pages.TextPage")
    content_panels = [*Page.content_panels, FieldPanel("claim"), *LEAD_PANELS]
    search_fields = [*Page.search_fields, *LEAD_SEARCH]

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
    subpage_types = ("pages.NewsIndexPage", "pages.TextPage", "pages.DocumentsPage")
    content_panels = [*Page.content_panels, FieldPanel("claim"), FieldPanel("headline"), *LEAD_PANELS]
    search_fields = [*Page.search_fields, *LEAD_SEARCH]

    def clean(self) -> None:
        super().clean()
        if self.region_id and self.slug != self.region.slug:
            raise ValidationError({"slug": _("The address of a region's home is the region's own short name.")})

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["news"] = list(NewsPage.objects.descendant_of(self).live().order_by("-date", "-pk")[:3])
        context["news_index"] = NewsIndexPage.objects.child_of(self).live().first()
        return context


class RegionChildMixin(models.Model):
    """Pages below a region's home: their slug may not hide a module's address."""

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        if getattr(self, "slug", None) in MODULE_SLUGS:
            raise ValidationError({"slug": _("This address belongs to a module of the region; choose another one.")})


class TextPage(RegionChildMixin, LeadMixin, Page):  # type: ignore[django-manager-missing]
    """A plain page: project, contact, imprint, privacy, accessibility."""

    template = "pages/text.html"
    parent_page_types = ("pages.RegionPage", "pages.InstallationPage", "pages.TextPage")
    subpage_types = ("pages.TextPage",)
    content_panels = [*Page.content_panels, *LEAD_PANELS]
    search_fields = [*Page.search_fields, *LEAD_SEARCH]


class DocumentsPage(RegionChildMixin, LeadMixin, Page):  # type: ignore[django-manager-missing]
    """Documents of the region's collection, the newest first, each with publisher, edition and checksum."""

    template = "pages/documents.html"
    parent_page_types = ("pages.RegionPage",)
    subpage_types: tuple[str, ...] = ()
    content_panels = [*Page.content_panels, *LEAD_PANELS]
    search_fields = [*Page.search_fields, *LEAD_SEARCH]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        home = self.get_parent().specific
        in_region = RegionDocument.objects.filter(collection__name=home.slug, collection__depth=2)
        context["documents"] = list(in_region.order_by("-issued_on", "-created_at"))
        return context


class NewsIndexPage(RegionChildMixin, LeadMixin, Page):  # type: ignore[django-manager-missing]
    """All news of a region."""

    template = "pages/news_index.html"
    parent_page_types = ("pages.RegionPage",)
    subpage_types = ("pages.NewsPage",)
    content_panels = [*Page.content_panels, *LEAD_PANELS]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        news = NewsPage.objects.child_of(self).live().order_by("-date", "-pk")
        context["news"] = Paginator(news, NEWS_PER_PAGE).get_page(request.GET.get("seite"))
        return context


class NewsPage(LeadMixin, Page):  # type: ignore[django-manager-missing]
    """One piece of news."""

    date = models.DateField(_("date"), default=timezone.localdate)
    example = models.BooleanField(_("made-up example"), default=False)
    image = models.ForeignKey(RegionImage, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    image_description = models.CharField(_("text alternative of the picture"), max_length=300, blank=True)

    template = "pages/news.html"
    parent_page_types = ("pages.NewsIndexPage",)
    subpage_types: tuple[str, ...] = ()
    content_panels = [
        *Page.content_panels,
        FieldPanel("date"),
        FieldPanel("example"),
        FieldPanel("image"),
        FieldPanel("image_description"),
        *LEAD_PANELS,
    ]
    search_fields = [*Page.search_fields, *LEAD_SEARCH, index.FilterField("date")]

    def clean(self) -> None:
        super().clean()
        if self.image_id and not self.image_description:
            raise ValidationError({"image_description": _("Say what the picture shows.")})


class LoadedPage(models.Model):
    """What `load_content` wrote: a page changed or deleted since then belongs to its editors and is left alone."""

    key = models.CharField(max_length=250, unique=True)
    page = models.ForeignKey(Page, null=True, on_delete=models.SET_NULL, related_name="+")
    file_digest = models.CharField(max_length=64)
    page_digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.key


class ContentStamp(models.Model):
    """Counts changes of public content; cached pages carry the count they were made at."""

    count = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.count)


class BarrierReport(RegionScoped):
    """Somebody could not use a page. Seen by the region's office alone; removed when settled."""

    page = models.CharField(_("page"), max_length=300, blank=True)
    text = models.TextField(_("what did not work"), max_length=4000)
    email = models.EmailField(_("e-mail address for our answer"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("created_at", "pk")

    def __str__(self) -> str:
        return f"{self.page or '–'} ({self.created_at:%Y-%m-%d})"
