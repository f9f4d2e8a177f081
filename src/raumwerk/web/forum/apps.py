"""The forum as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class ForumConfig(AppConfig):
    """Bodies, seats, meetings, votes, minutes, resolutions, tasks."""

    name = "raumwerk.web.forum"
    label = "forum"
    verbose_name = "Forum"

    def ready(self) -> None:
        from raumwerk.web.forum import furnish, receivers  # noqa: F401 - imported for its receivers
        from raumwerk.web.forum.own_data import register_own_data
        from raumwerk.web.forum.rules.bodies import bodies_of
        from raumwerk.web.shared.visibility import register_bodies

        register_bodies(bodies_of)
        furnish.register_bodies_to_invite_into()
        furnish.register_bodies_to_write_to()
        furnish.register_news()
        furnish.register_things()
        furnish.register_work()
        register_own_data()
