"""Template tags of pages."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.models import Page

from raumwerk.web.pages.models import NewsPage, RegionDocument
from raumwerk.web.pages.models.reading import may_read_document
from raumwerk.web.pages.queries import latest_news as find_latest_news
from raumwerk.web.shared.visibility import Visibility

register = template.Library()


@register.simple_tag
def crumbs_of(page: Page) -> list[dict[str, str | None]]:
    """Return the way from the region's home (or the installation's) to `page`."""
    above = page.get_ancestors().filter(depth__gt=2 if page.depth > 3 else 1).live()
    return [*({"title": one.title, "url": one.url} for one in above), {"title": page.title, "url": None}]


@register.simple_tag
def level_mark(item: Page | RegionDocument) -> SafeString | str:
    """Mark what not everybody may read with who may."""
    level = getattr(item, "visibility", Visibility.PUBLIC)
    if level == Visibility.PUBLIC:
        return ""
    return format_html(' <span class="rw-level">{}</span>', Visibility(level).label)


@register.simple_tag(takes_context=True)
def may_have(context: template.Context, document: RegionDocument | None) -> bool:
    """Tell whether the reader may have a document; a page does not name what they may not."""
    request = context.get("request")
    return document is not None and isinstance(request, HttpRequest) and may_read_document(document, request)


@register.simple_tag(takes_context=True)
def latest_news(context: template.Context, value: Any) -> list[NewsPage]:
    """Return the news that a block of a page asks for, of the page's own region and language."""
    request = context.get("request")
    return find_latest_news(request, value) if isinstance(request, HttpRequest) else []
