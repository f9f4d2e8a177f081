"""What the pages app keeps beside pages: who may read them, tags of news, what was loaded, reports of barriers."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from raumwerk.web.regions.scope import RegionScoped
from raumwerk.web.shared.visibility import Visibility

__all__ = ["BarrierReport", "ContentStamp", "LoadedDocument", "LoadedPage", "NewsTag", "PageAccess"]


class PageAccess(models.Model):
    """Who may read a page in truth: its own level, or the narrower one of a page above it.

    Derived from the pages by :mod:`raumwerk.web.pages.access`; a page without a row is read by the office alone.
    """

    page = models.OneToOneField(Page, on_delete=models.CASCADE, related_name="access", primary_key=True)
    visibility = models.CharField(max_length=10, choices=Visibility.choices)
    body = models.PositiveBigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["visibility"], name="pages_by_visibility")]

    def __str__(self) -> str:
        return f"{self.page_id}: {self.visibility}"


class NewsTag(models.Model):
    """One topic or municipality of a published piece of news, so that lists and feeds can ask for it."""

    class Kind(models.TextChoices):
        """What the tag names."""

        TOPIC = "topic", _("topic")
        PLACE = "place", _("municipality or district")

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="news_tags")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    key = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "kind", "key"], name="tag_once_per_page")]
        indexes = [models.Index(fields=["kind", "key"], name="news_by_tag")]

    def __str__(self) -> str:
        return f"{self.page_id}: {self.kind} {self.key}"


class LoadedPage(models.Model):
    """What `load_content` wrote: a page changed or deleted since then belongs to its editors and is left alone."""

    key = models.CharField(max_length=250, unique=True)
    page = models.ForeignKey(Page, null=True, on_delete=models.SET_NULL, related_name="+")
    file_digest = models.CharField(max_length=64)
    page_digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.key


class LoadedDocument(models.Model):
    """A document that came with Raumwerk, with its cover; one that was deleted since then does not come back."""

    key = models.CharField(max_length=250, unique=True)
    document = models.ForeignKey("pages.RegionDocument", null=True, on_delete=models.SET_NULL, related_name="+")
    cover = models.ForeignKey("pages.RegionImage", null=True, on_delete=models.SET_NULL, related_name="+")
    file_digest = models.CharField(max_length=64)

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
