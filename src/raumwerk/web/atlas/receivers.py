"""A release that a published story shows is pinned, so that nobody deletes it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.conf import settings
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _
from wagtail.signals import page_published

from raumwerk.errors import MissingError
from raumwerk.store import read
from raumwerk.web.atlas.models import SavedScenario, StoryPage
from raumwerk.web.people.own_data import register_rows

__all__ = ["pin_releases"]

REASON = "shown in a story"


@receiver(page_published, sender=StoryPage, dispatch_uid="atlas.pin_story")
def pin_releases(sender: Any, instance: StoryPage, **kwargs: Any) -> None:
    """Pin every release of the story."""
    store = read.open_store(settings.HOME)
    for release in instance.releases():
        # one that is gone meanwhile cannot be kept; the story says so in its place
        with suppress(MissingError):
            read.pin(store, release, REASON)


register_rows(
    _("My scenarios"), SavedScenario, "owner", "region__slug", "name", "visibility", "release", "parameters",
    "created_at",
)  # fmt: skip
