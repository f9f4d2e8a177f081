"""The forum as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class ForumConfig(AppConfig):
    """Bodies, seats, meetings, votes, minutes, resolutions, tasks."""

    name = "raumwerk.web.forum"
    label = "forum"
    verbose_name = "Forum"
