"""Keeps the table of who may read which page, and the tags of news, in step with the pages."""

from __future__ import annotations

from django.db import transaction
from wagtail.models import Page

from raumwerk.web.pages.models import NewsPage, NewsTag, PageAccess
from raumwerk.web.shared.visibility import Visibility

__all__ = ["renew_access", "renew_access_below", "renew_tags"]

_RANK = {Visibility.PUBLIC: 0, Visibility.MEMBERS: 1, Visibility.BODY: 2, Visibility.OFFICE: 3}
type_level = tuple[str, int | None]


@transaction.atomic
def renew_access(page: Page) -> None:
    """Write the level of a page, and of all below it where it has changed."""
    above = PageAccess.objects.filter(page=page.get_parent()).values_list("visibility", "body").first()
    level = _narrower(above or (Visibility.PUBLIC, None), _own(page))
    if _write(page.pk, level):
        _renew_children(page, level)


@transaction.atomic
def renew_access_below(page: Page) -> None:
    """Write the levels of a page and of all below it anew, as after a move."""
    above = PageAccess.objects.filter(page=page.get_parent()).values_list("visibility", "body").first()
    level = _narrower(above or (Visibility.PUBLIC, None), _own(page.specific))
    _write(page.pk, level)
    _renew_children(page, level)


def renew_tags(page: NewsPage) -> None:
    """Write the tags of a piece of news as its published state names them."""
    wanted = {(NewsTag.Kind.TOPIC, key) for key in page.topics} | {(NewsTag.Kind.PLACE, key) for key in page.places}
    present = set(NewsTag.objects.filter(page_id=page.pk).values_list("kind", "key"))
    for kind, key in present - wanted:
        NewsTag.objects.filter(page_id=page.pk, kind=kind, key=key).delete()
    NewsTag.objects.bulk_create(
        [NewsTag(page_id=page.pk, kind=kind, key=key) for kind, key in sorted(wanted - present)], ignore_conflicts=True
    )


def _renew_children(page: Page, level: type_level) -> None:
    for child in page.get_children().specific():
        below = _narrower(level, _own(child))
        _write(child.pk, below)
        if child.numchild:
            _renew_children(child, below)


def _own(page: Page) -> type_level:
    visibility = str(getattr(page, "visibility", Visibility.PUBLIC))
    return visibility, getattr(page, "visible_to_body", None) if visibility == Visibility.BODY else None


def _narrower(above: type_level, own: type_level) -> type_level:
    """Of two levels the narrower counts; where two different bodies meet, nobody but the office is in both for sure."""
    if _RANK[Visibility(own[0])] == _RANK[Visibility(above[0])]:
        return own if own[1] == above[1] else (Visibility.OFFICE, None)
    return max(above, own, key=lambda level: _RANK[Visibility(level[0])])


def _write(number: int, level: type_level) -> bool:
    """Tell whether the level is new."""
    values = {"visibility": level[0], "body": level[1]}
    changed = PageAccess.objects.filter(page_id=number).exclude(**values).update(**values)
    if changed:
        return True
    return PageAccess.objects.get_or_create(page_id=number, defaults=values)[1]
