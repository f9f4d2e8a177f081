"""Building blocks of page bodies: few, plain, each accessible by construction."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

__all__ = ["TEXT_FEATURES", "body_blocks"]

TEXT_FEATURES = ["bold", "italic", "ol", "ul", "link", "document-link"]


class HeadingBlock(blocks.StructBlock):
    text = blocks.CharBlock(max_length=160, label=_("Heading"))
    level = blocks.ChoiceBlock(choices=[("h2", _("Section")), ("h3", _("Subsection"))], default="h2")

    class Meta:
        icon = "title"
        label = _("Heading")
        template = "pages/blocks/heading.html"


class PictureBlock(blocks.StructBlock):
    image = ImageChooserBlock(label=_("Image"))
    description = blocks.CharBlock(
        label=_("Text alternative"),
        help_text=_("What the picture shows, for those who cannot see it."),
        max_length=300,
    )
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=300)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "pages/blocks/picture.html"


class HintBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(choices=[("info", _("Hint")), ("example", _("Example"))], default="info")
    text = blocks.RichTextBlock(features=TEXT_FEATURES)

    class Meta:
        icon = "help"
        label = _("Hint")
        template = "pages/blocks/hint.html"


class CardBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=120, label=_("Title"))
    text = blocks.RichTextBlock(features=["bold", "italic", "link"], label=_("Text"))
    link = blocks.CharBlock(required=False, max_length=200, label=_("Address the title leads to"))


class CardsBlock(blocks.StructBlock):
    cards = blocks.ListBlock(CardBlock())

    class Meta:
        icon = "grip"
        label = _("Cards")
        template = "pages/blocks/cards.html"


class RowBlock(blocks.StructBlock):
    cells = blocks.ListBlock(blocks.CharBlock(max_length=600))


class TableBlock(blocks.StructBlock):
    caption = blocks.CharBlock(max_length=200, label=_("What the table shows"))
    header = blocks.ListBlock(blocks.CharBlock(max_length=120), label=_("Column headings"))
    rows = blocks.ListBlock(RowBlock(), label=_("Rows"))

    class Meta:
        icon = "table"
        label = _("Table")
        template = "pages/blocks/table.html"


class DownloadBlock(blocks.StructBlock):
    document = DocumentChooserBlock(label=_("Document"))
    text = blocks.CharBlock(required=False, max_length=300, label=_("What it is"))

    class Meta:
        icon = "download"
        label = _("Download")
        template = "pages/blocks/download.html"


def body_blocks() -> list[tuple[str, blocks.Block]]:
    """Return the blocks a page body may have."""
    return [
        ("heading", HeadingBlock()),
        ("text", blocks.RichTextBlock(features=TEXT_FEATURES, icon="pilcrow", label=_("Text"))),
        ("picture", PictureBlock()),
        ("hint", HintBlock()),
        ("cards", CardsBlock()),
        ("table", TableBlock()),
        ("download", DownloadBlock()),
    ]
