"""Counts every change of public content, so that cached pages are never older than it."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Collection
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from raumwerk.web.pages.models import ContentStamp, RegionDocument, RegionImage
from raumwerk.web.regions.models import Region

__all__ = ["count_change"]


def count_change(**kwargs: Any) -> None:
    """Add one to the count; in the same transaction as the change itself."""
    if not ContentStamp.objects.filter(pk=1).update(count=F("count") + 1):
        ContentStamp.objects.get_or_create(pk=1, defaults={"count": 1})


for _signal in (page_published, page_unpublished, page_slug_changed, post_page_move):
    _signal.connect(count_change, dispatch_uid=f"raumwerk.count.{id(_signal)}")


@receiver([post_save, post_delete], sender=Region)
@receiver([post_save, post_delete], sender=RegionDocument)
@receiver([post_save, post_delete], sender=RegionImage)
@receiver([post_save, post_delete], sender=Collection)
def _model_changed(sender: Any, **kwargs: Any) -> None:
    if not kwargs.get("raw"):
        count_change()
