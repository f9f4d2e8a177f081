"""News, press releases and event reports of a region."""

from __future__ import annotations

from typing import Any, Self

from django.core.exceptions import BadRequest, ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet
from wagtail.search import index

from raumwerk.web.pages.credit import needs_credit
from raumwerk.web.pages.forms_pages import NewsForm
from raumwerk.web.pages.models.base import (
    LEAD_PANELS,
    LEAD_SEARCH,
    SETTINGS_PANELS,
    LeadMixin,
    RegionChildMixin,
    VisibilityMixin,
    audience_at,
)
from raumwerk.web.pages.models.files import RegionImage
from raumwerk.web.pages.models.reading import readable
from raumwerk.web.pages.models.records import NewsTag
from raumwerk.web.pages.providers import places_of
from raumwerk.web.pages.topics import NewsKind, Topic

__all__ = ["NEWS_PER_PAGE", "NewsIndexPage", "NewsPage", "news_filter"]

NEWS_PER_PAGE = 10
LONGEST_KEY = 20


def news_filter(asked: QueryDict) -> dict[str, str]:
    """Return what a list or feed of news is asked for: ``art``, ``thema``, ``ort``.

    Raises
    ------
    BadRequest
        For a kind or topic there is none of, or a place that is no key of an area.
    """
    wanted = {name: str(asked[name]) for name in ("art", "thema", "ort") if asked.get(name)}
    known = {"art": NewsKind.values, "thema": Topic.values}
    for name, value in wanted.items():
        if name in known and value not in known[name]:
            raise BadRequest(f"{name} can be: {', '.join(known[name])}")
        if name == "ort" and not (value.isascii() and value.isalnum() and len(value) <= LONGEST_KEY):
            raise BadRequest("ort is the key of a district or municipality")
    return wanted


class NewsQuerySet(PageQuerySet):
    """News, the newest first."""

    def newest(self) -> Self:
        """Order by date."""
        return self.order_by("-date", "-pk")

    def asked_for(self, wanted: dict[str, str]) -> Self:
        """Keep the kind, topic and place that :func:`news_filter` found."""
        found = self
        if "art" in wanted:
            found = found.filter(kind=wanted["art"])
        for name, kind in (("thema", NewsTag.Kind.TOPIC), ("ort", NewsTag.Kind.PLACE)):
            if name in wanted:
                tagged = NewsTag.objects.filter(kind=kind, key=wanted[name]).values("page_id")
                found = found.filter(pk__in=tagged)
        return found


class NewsIndexPage(RegionChildMixin, LeadMixin, Page):  # type: ignore[django-manager-missing]
    """All news of a region, to be narrowed by kind, topic and municipality."""

    template = "pages/news_index.html"
    parent_page_types = ("pages.RegionPage",)
    subpage_types = ("pages.NewsPage",)
    content_panels = [*Page.content_panels, *LEAD_PANELS]
    settings_panels = SETTINGS_PANELS

    class Meta:
        verbose_name = _("list of news")
        verbose_name_plural = _("lists of news")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        wanted = news_filter(request.GET)
        below = readable(NewsPage.objects.child_of(self), audience_at(request))
        news = below.asked_for(wanted).newest().defer_streamfields()
        context["news"] = Paginator(news, NEWS_PER_PAGE).get_page(request.GET.get("seite"))
        asked = request.GET.copy()
        asked.pop("seite", None)
        context |= {"wanted": wanted, "asked": asked.urlencode(), "kinds": NewsKind.choices, "topics": Topic.choices}
        context["places"] = self._places_with_news(request)
        return context

    def _places_with_news(self, request: HttpRequest) -> list[tuple[str, str]]:
        """Districts and municipalities that news of this list names."""
        region = getattr(request, "region", None)
        mine = readable(NewsPage.objects.child_of(self), audience_at(request)).order_by()
        tags = NewsTag.objects.filter(kind=NewsTag.Kind.PLACE, page_id__in=mine.values("pk"))
        keys = list(tags.values_list("key", flat=True).distinct().order_by("key"))
        if not keys or region is None:
            return []
        names = places_of(region, get_language() or "de")
        return sorted(((key, names.get(key, key)) for key in keys), key=lambda entry: entry[1])


class NewsPage(VisibilityMixin, LeadMixin, Page):
    """One piece of news, a press release, or the report of an event."""

    kind = models.CharField(_("kind"), max_length=10, choices=NewsKind.choices, default=NewsKind.NEWS)
    date = models.DateField(_("date"), default=timezone.localdate, db_index=True)
    example = models.BooleanField(_("made-up example"), default=False)
    topics = models.JSONField(_("topics"), default=list, blank=True)
    places = models.JSONField(_("districts and municipalities"), default=list, blank=True)
    event_on = models.DateField(_("day of the event"), null=True, blank=True)
    event_place = models.CharField(_("place of the event"), max_length=160, blank=True)
    image = models.ForeignKey(RegionImage, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    image_description = models.CharField(_("text alternative of the picture"), max_length=300, blank=True)
    image_caption = models.CharField(_("caption of the picture"), max_length=300, blank=True)

    objects = PageManager.from_queryset(NewsQuerySet)()  # type: ignore[django-manager-missing]

    base_form_class = NewsForm
    template = "pages/news.html"
    parent_page_types = ("pages.NewsIndexPage",)
    subpage_types: tuple[str, ...] = ()
    content_panels = [
        *Page.content_panels,
        FieldPanel("kind"),
        FieldPanel("date"),
        FieldPanel("example"),
        MultiFieldPanel([FieldPanel("topics"), FieldPanel("places")], heading=_("Topics and places")),
        MultiFieldPanel([FieldPanel("event_on"), FieldPanel("event_place")], heading=_("Event")),
        MultiFieldPanel(
            [FieldPanel("image"), FieldPanel("image_description"), FieldPanel("image_caption")], heading=_("Picture")
        ),
        *LEAD_PANELS,
    ]
    settings_panels = SETTINGS_PANELS
    search_fields = [*Page.search_fields, *LEAD_SEARCH, index.FilterField("date")]

    class Meta:
        verbose_name = _("piece of news")
        verbose_name_plural = _("pieces of news")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        region = getattr(request, "region", None)
        names = places_of(region, get_language() or "de") if region and self.places else {}
        context["topics"] = [(key, Topic(key).label) for key in self.topics if key in Topic.values]
        context["places"] = [(key, names.get(key, key)) for key in self.places]
        return context

    def clean(self) -> None:
        super().clean()
        problems: dict[str, Any] = {}
        if self.image_id and not self.image_description:
            problems["image_description"] = _("Say what the picture shows.")
        if self.kind == NewsKind.EVENT and self.event_on is None:
            problems["event_on"] = _("The report of an event says when it was.")
        if self.kind == NewsKind.EVENT and self.image_id and not self.image_caption:
            problems["image_caption"] = _("Say whom or what the picture of the event shows.")
        try:
            needs_credit(self.image)
        except ValidationError as error:
            problems["image"] = error.messages
        if problems:
            raise ValidationError(problems)
