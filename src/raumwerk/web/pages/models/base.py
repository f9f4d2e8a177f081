"""What pages have in common: opening paragraph, body, level of visibility, rights to an address."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from raumwerk.web.pages.blocks import body_blocks
from raumwerk.web.pages.forms_pages import SitePageForm
from raumwerk.web.pages.models.reading import reader_of
from raumwerk.web.shared.visibility import Audience, Visibility

__all__ = [
    "LEAD_PANELS",
    "LEAD_SEARCH",
    "MODULE_SLUGS",
    "SETTINGS_PANELS",
    "LeadMixin",
    "RegionChildMixin",
    "VisibilityMixin",
    "audience_at",
]

#: Addresses of modules below a region's home; a page of that name would hide behind them.
MODULE_SLUGS = frozenset(
    {
        "atlas", "beteiligung", "daten", "dateien", "einbetten", "feed", "foerderung", "forum", "geschaeftsstelle",
        "konto", "kontaktanfragen", "meine-seite", "meldungen", "notizen", "strategie", "suche", "verzeichnis",
        "verwalten", "werkzeuge",
    }
)  # fmt: skip


def audience_at(request: HttpRequest) -> Audience:
    """Return what the reader is to the region of the address."""
    return reader_of(request, getattr(request, "region", None))


class LeadMixin(models.Model):
    """Opening paragraph and body, as every page has them."""

    lead = models.TextField(_("opening paragraph"), blank=True, max_length=600)
    body = StreamField(body_blocks(), blank=True, verbose_name=_("content"))

    class Meta:
        abstract = True


class VisibilityMixin(models.Model):
    """Who may read the page. Below a page that fewer may read, its level counts."""

    visibility = models.CharField(
        _("who may read it"), max_length=10, choices=Visibility.choices, default=Visibility.PUBLIC
    )
    visible_to_body = models.PositiveBigIntegerField(_("body"), null=True, blank=True)

    base_form_class = SitePageForm

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        if self.visibility == Visibility.BODY and self.visible_to_body is None:
            raise ValidationError({"visible_to_body": _("Choose the body whose members may read it.")})
        if self.visibility != Visibility.BODY:
            self.visible_to_body = None


class RegionChildMixin(VisibilityMixin):
    """Pages below a region's home: their slug may not hide a module's address."""

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        if getattr(self, "slug", None) in MODULE_SLUGS:
            raise ValidationError({"slug": _("This address belongs to a module of the region; choose another one.")})


LEAD_PANELS = [FieldPanel("lead"), FieldPanel("body")]
LEAD_SEARCH = [index.SearchField("lead"), index.SearchField("body")]
SETTINGS_PANELS = [
    MultiFieldPanel([FieldPanel("visibility"), FieldPanel("visible_to_body")], heading=_("Who may read it")),
    *Page.settings_panels,
]
