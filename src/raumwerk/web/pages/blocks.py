"""Building blocks of page bodies: few, plain, each accessible by construction."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from raumwerk.web.pages.credit import needs_credit
from raumwerk.web.pages.topics import NewsKind, Topic

__all__ = ["TEXT_FEATURES", "body_blocks"]

#: Where a title may lead: a place of this website, or an address elsewhere that says how; never a program.
_ADDRESS = re.compile(r"/(?!/)|#|https?://|mailto:")
TEXT_FEATURES = ["bold", "italic", "ol", "ul", "link", "document-link"]


class HeadingBlock(blocks.StructBlock):
    text = blocks.CharBlock(max_length=160, label=_("Heading"))
    level = blocks.ChoiceBlock(
        choices=[("h2", _("Section")), ("h3", _("Subsection"))], default="h2", label=_("Rank of the heading")
    )

    class Meta:
        icon = "title"
        label = _("Heading")
        template = "pages/blocks/heading.html"


class _CreditedBlock(blocks.StructBlock):
    """A block whose picture names its author."""

    picture = "image"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        try:
            needs_credit(cleaned.get(self.picture))
        except ValidationError as error:
            raise StructBlockValidationError(block_errors={self.picture: error}) from error
        return cleaned


class PictureBlock(_CreditedBlock):
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
    kind = blocks.ChoiceBlock(choices=[("info", _("Hint")), ("example", _("Example"))], default="info", label=_("Kind"))
    text = blocks.RichTextBlock(features=TEXT_FEATURES, label=_("Text"))

    class Meta:
        icon = "help"
        label = _("Hint")
        template = "pages/blocks/hint.html"


class CardBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=120, label=_("Title"))
    text = blocks.RichTextBlock(features=["bold", "italic", "link"], label=_("Text"))
    link = blocks.CharBlock(required=False, max_length=200, label=_("Address the title leads to"))

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if cleaned.get("link") and not _ADDRESS.match(cleaned["link"]):
            told = ValidationError(_("Begin the address with / or # for this website, or with https:// or mailto:."))
            raise StructBlockValidationError(block_errors={"link": told})
        return cleaned


class CardsBlock(blocks.StructBlock):
    cards = blocks.ListBlock(CardBlock(label=_("Card")), label=_("Cards"))

    class Meta:
        icon = "grip"
        label = _("Cards")
        template = "pages/blocks/cards.html"


class RowBlock(blocks.StructBlock):
    cells = blocks.ListBlock(blocks.CharBlock(max_length=600, label=_("Cell")), label=_("Cells"))


class TableBlock(blocks.StructBlock):
    caption = blocks.CharBlock(max_length=200, label=_("What the table shows"))
    header = blocks.ListBlock(blocks.CharBlock(max_length=120, label=_("Column heading")), label=_("Column headings"))
    rows = blocks.ListBlock(RowBlock(label=_("Row")), label=_("Rows"))

    class Meta:
        icon = "table"
        label = _("Table")
        template = "pages/blocks/table.html"


class CoverBlock(_CreditedBlock):
    """The cover of a document, to click for the download."""

    picture = "cover"

    cover = ImageChooserBlock(label=_("Cover"))
    document = DocumentChooserBlock(label=_("Document"))
    text = blocks.CharBlock(required=False, max_length=400, label=_("What it is"))

    class Meta:
        icon = "doc-full"
        label = _("Cover to click for the download")
        template = "pages/blocks/cover.html"


class ContactBlock(blocks.StructBlock):
    role = blocks.CharBlock(max_length=120, label=_("Role"))
    name = blocks.CharBlock(required=False, max_length=120, label=_("Name"))
    organisation = blocks.CharBlock(required=False, max_length=160, label=_("Organisation"))
    about = blocks.CharBlock(required=False, max_length=300, label=_("What to ask here"))
    phone = blocks.RegexBlock(
        required=False,
        regex=r"^\+?[0-9][0-9 ()/–-]{4,30}$",
        label=_("Phone"),
        error_messages={"invalid": _("Write the number with digits, spaces and +, such as +49 5692 123.")},
    )
    email = blocks.EmailBlock(required=False, label=_("E-mail address"))


class ContactsBlock(blocks.StructBlock):
    contacts = blocks.ListBlock(ContactBlock(label=_("Contact")), label=_("Contacts"))

    class Meta:
        icon = "group"
        label = _("Contacts")
        template = "pages/blocks/contacts.html"


class QuestionBlock(blocks.StructBlock):
    question = blocks.CharBlock(max_length=200, label=_("Question"))
    answer = blocks.RichTextBlock(features=TEXT_FEATURES, label=_("Answer"))


class QuestionsBlock(blocks.StructBlock):
    questions = blocks.ListBlock(QuestionBlock(label=_("Question and answer")), label=_("Questions and answers"))

    class Meta:
        icon = "help"
        label = _("Questions and answers")
        template = "pages/blocks/questions.html"


class LatestNewsBlock(blocks.StructBlock):
    heading = blocks.CharBlock(max_length=160, label=_("Heading"))
    kind = blocks.ChoiceBlock(choices=NewsKind.choices, required=False, label=_("Kind"))
    topic = blocks.ChoiceBlock(choices=Topic.choices, required=False, label=_("Topic"))
    count = blocks.IntegerBlock(min_value=1, max_value=20, default=5, label=_("How many"))

    class Meta:
        icon = "list-ul"
        label = _("Latest news")
        template = "pages/blocks/latest_news.html"


class DownloadBlock(blocks.StructBlock):
    document = DocumentChooserBlock(label=_("Document"))
    text = blocks.CharBlock(required=False, max_length=300, label=_("What it is"))

    class Meta:
        icon = "download"
        label = _("File to download")
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
        ("cover", CoverBlock()),
        ("contacts", ContactsBlock()),
        ("questions", QuestionsBlock()),
        ("latest_news", LatestNewsBlock()),
    ]
