"""Work the worker does: the commands take from seconds to a minute."""

from __future__ import annotations

from django_tasks import task

from raumwerk.web.intake import actions

__all__ = ["check", "publish"]


@task()
def check(number: int) -> None:
    """Check one upload."""
    actions.check_upload(number)


@task()
def publish(number: int) -> None:
    """Publish one upload."""
    actions.publish_upload(number)
