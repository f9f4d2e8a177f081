"""Stories: pages of text and views of the Atlas that are fixed to the figures they were written about."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from raumwerk.web.atlas.blocks import AtlasViewBlock, read_address

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

    template = "atlas/story.html"
    parent_page_types = ("pages.RegionPage",)
    subpage_types: tuple[str, ...] = ()
    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
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
        home = self.get_parent() if self.path else None
        for block in self.body:
            if block.block_type == "view" and home is not None:
                region, _kind, _asked = read_address(block.value["address"])
                if region != home.slug:
                    message = _("A story shows views of its own region; “%(address)s” is of another one.")
                    raise ValidationError({"body": message % {"address": block.value["address"][:80]}})
