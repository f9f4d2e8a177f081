"""Stories: pages of text and views of the Atlas that are fixed to the figures they were written about."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from raumwerk.web.atlas.blocks import AtlasViewBlock, read_address
from raumwerk.web.shared.visibility import Visibility

__all__ = ["StoryPage"]


class StoryPage(Page):
    """A story: readers scroll through text and views; newer figures are announced, never put in silently."""

    lead = models.TextField(_("opening paragraph"), blank=True, max_length=600)
    body = StreamField(
        [
            ("heading", blocks.CharBlock(label=_("Heading"), max_length=160, template="atlas/story_heading.html")),
            ("text", blocks.RichTextBlock(label=_("Text"), features=["bold", "italic", "ol", "ul", "link"])),
            ("view", AtlasViewBlock()),
        ],
        verbose_name=_("content"),
    )
    visibility = models.CharField(
        _("who may read it"), max_length=10, choices=Visibility.choices, default=Visibility.PUBLIC
    )
    visible_to_body = models.PositiveBigIntegerField(_("body"), null=True, blank=True)

    template = "atlas/story.html"
    parent_page_types = ("pages.RegionPage",)
    subpage_types: tuple[str, ...] = ()
    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
    settings_panels = [
        MultiFieldPanel([FieldPanel("visibility"), FieldPanel("visible_to_body")], heading=_("Who may read it")),
        *Page.settings_panels,
    ]
    search_fields = [*Page.search_fields, index.SearchField("lead"), index.SearchField("body")]

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")

    def releases(self) -> set[str]:
        """Return the releases that the views of the story are fixed to."""
        views = (block.value for block in self.body if block.block_type == "view")
        return {dict(parse_qsl(urlsplit(view["address"]).query)).get("release", "") for view in views} - {""}

    def clean(self) -> None:
        super().clean()
        if self.visibility == Visibility.BODY and self.visible_to_body is None:
            raise ValidationError({"visible_to_body": _("Choose the body whose members may read it.")})
        if self.visibility != Visibility.BODY:
            self.visible_to_body = None
        home = self.get_parent() if self.path else None
        if home is not None and _is_module(home.slug, self.slug):
            raise ValidationError({"slug": _("This address belongs to a module of the region; choose another one.")})
        for block in self.body:
            if block.block_type == "view" and home is not None:
                region, _kind, _asked = read_address(block.value["address"])
                if region != home.slug:
                    message = _("A story shows views of its own region; “%(address)s” is of another one.")
                    raise ValidationError({"body": message % {"address": block.value["address"][:80]}})


def _is_module(region: str, slug: str) -> bool:
    """Whether the address of a page below a region's home is answered by a module, so that the page would hide."""
    with translation.override("de"):
        try:
            return resolve(f"/{region}/{slug}/").view_name != "wagtail_serve"
        except Resolver404:
            return False
