"""News as RSS 2.0 and Atom: what everybody may read, and nothing else, whoever asks."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import feedgenerator, timezone
from django.utils.translation import gettext as _

from raumwerk.web.pages.models import NewsPage
from raumwerk.web.pages.models.news import news_filter
from raumwerk.web.pages.queries import home_of, news_of
from raumwerk.web.pages.topics import NewsKind, Topic
from raumwerk.web.regions.models import Region
from raumwerk.web.shared.visibility import NOBODY

__all__ = ["FEED_KINDS", "news_feed_of"]

FEED_KINDS = {"rss": feedgenerator.Rss201rev2Feed, "atom": feedgenerator.Atom1Feed}
IN_FEED = 30
#: What XML 1.0 cannot hold.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def news_feed_of(region: Region, kind: str, language: str, request: HttpRequest) -> tuple[bytes, str]:
    """Return a feed of the latest news and its content type.

    Raises
    ------
    BadRequest
        Where the address asks for a kind, topic or place there is none of.
    """
    wanted = news_filter(request.GET)
    home = home_of(region, language)
    feed: Any = FEED_KINDS[kind](
        title=_clean(f"{region.name}: {_narrowed(wanted)}"),
        link=request.build_absolute_uri(home.url if home else "/"),
        description=_clean(home.search_description or home.lead if home else region.name),
        language=language,
        feed_url=request.build_absolute_uri(
            reverse("news_feed", kwargs={"region": region.slug, "kind": kind})
            + (f"?{request.GET.urlencode()}" if wanted else "")
        ),
    )
    for page in news_of(region, language, NOBODY).asked_for(wanted).defer_streamfields()[:IN_FEED]:
        _add(feed, page, request)
    return feed.writeString("utf-8").encode(), feed.content_type


def _add(feed: Any, page: NewsPage, request: HttpRequest) -> None:
    address = request.build_absolute_uri(page.url)
    day = timezone.make_aware(datetime.combine(page.date, time(12)))
    title = f"{_('Example')}: {page.title}" if page.example else page.title
    feed.add_item(
        title=_clean(title),
        link=address,
        description=_clean(page.lead),
        unique_id=address,
        unique_id_is_permalink=True,
        pubdate=day,
        updateddate=page.last_published_at or day,
        categories=[str(Topic(key).label) for key in page.topics if key in Topic.values],
    )


def _narrowed(wanted: dict[str, str]) -> str:
    """Title of the feed: what it was narrowed to."""
    parts = [str(NewsKind(wanted["art"]).label)] if "art" in wanted else [_("News")]
    parts += [str(Topic(wanted["thema"]).label)] if "thema" in wanted else []
    parts += [wanted["ort"]] if "ort" in wanted else []
    return ", ".join(parts)


def _clean(text: str) -> str:
    return _CONTROL.sub("", text)
