"""Counts every change of public content, so that cached pages are never older, and keeps what is derived from pages."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.db.models.functions import Lower
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _
from wagtail.models import Collection, Comment, CommentReply, ModelLogEntry, Page, PageLogEntry, Revision
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from raumwerk.web.pages.access import renew_access, renew_access_below, renew_tags
from raumwerk.web.pages.models import BarrierReport, ContentStamp, NewsPage, RegionDocument, RegionImage
from raumwerk.web.people.forgetting import Traces, forget_in
from raumwerk.web.people.own_data import register_rows
from raumwerk.web.people.signals import person_leaving
from raumwerk.web.regions.models import Region

__all__ = ["count_change", "forget_person"]

#: Fields that the level of a page and the tags of news are derived from.
DERIVED_FROM = {"visibility", "visible_to_body", "topics", "places"}


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


@receiver(post_save)
def _page_saved(sender: Any, instance: Any, raw: bool = False, update_fields: Any = None, **kwargs: Any) -> None:
    """Every kind of page: its level may have changed with it. A draft leaves the published level as it is.

    When a draft is kept, Wagtail saves a few fields of an object that holds the draft's values: so the row is asked,
    not the object.
    """
    if raw or not isinstance(instance, Page) or type(instance) is Page:
        return
    if update_fields is not None and not DERIVED_FROM & set(update_fields):
        return
    page = type(instance)._base_manager.get(pk=instance.pk)
    renew_access(page)
    if isinstance(page, NewsPage):
        renew_tags(page)


@receiver(post_page_move)
def _page_moved(sender: Any, instance: Page, **kwargs: Any) -> None:
    renew_access_below(Page.objects.get(pk=instance.pk))


@receiver(post_delete)
def _page_deleted(sender: Any, instance: Any, **kwargs: Any) -> None:
    if isinstance(instance, Page) and type(instance) is not Page:
        count_change()


@receiver(person_leaving, dispatch_uid="pages.forget_person")
def forget_person(sender: Any, *, person: Any, **kwargs: Any) -> None:
    """Take name and number out of the history of pages, and the address out of reports of barriers.

    What pages say about somebody is what an editor wrote; it is changed there, on request.
    """
    for log in (PageLogEntry, ModelLogEntry):
        forget_in(person, log, ("label", "data"))
        log.objects.filter(user=person).update(user=None)
    forget_in(person, BarrierReport, ("text",))
    reports = BarrierReport.objects.across_regions("an account ends in all regions").annotate(to=Lower("email"))
    reports.filter(to__in=Traces(person).addresses).update(email="")


register_rows(_("Versions of pages I saved"), Revision, "user", "object_str", "created_at")
register_rows(_("What I did to pages"), PageLogEntry, "user", "label", "action", "timestamp")
register_rows(_("What I did to other things of the site"), ModelLogEntry, "user", "label", "action", "timestamp")
register_rows(_("My remarks in the editor"), Comment, "user", "text", "created_at")
register_rows(_("My answers to remarks in the editor"), CommentReply, "user", "text", "created_at")
register_rows(_("Documents I uploaded"), RegionDocument, "uploaded_by_user", "title", "created_at")
register_rows(_("Pictures I uploaded"), RegionImage, "uploaded_by_user", "title", "created_at")
