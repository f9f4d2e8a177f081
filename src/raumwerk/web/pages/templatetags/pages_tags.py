"""Template tags of pages."""

from __future__ import annotations

from django import template
from wagtail.models import Page

register = template.Library()


@register.simple_tag
def crumbs_of(page: Page) -> list[dict[str, str | None]]:
    """Return the way from the region's home (or the installation's) to `page`."""
    above = page.get_ancestors().filter(depth__gt=2 if page.depth > 3 else 1).live()
    return [*({"title": one.title, "url": one.url} for one in above), {"title": page.title, "url": None}]
