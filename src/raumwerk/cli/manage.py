"""``raumwerk manage …``: Django's own commands."""

from __future__ import annotations

import os
from typing import Any

import typer

__all__ = ["call", "manage", "set_up"]

SETTINGS = "raumwerk.web.config.settings"


def manage(context: typer.Context) -> None:
    """Pass everything that follows on to Django (**raumwerk manage help** lists its commands)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - only here the web framework loads

    execute_from_command_line(["raumwerk manage", *context.args])


def set_up() -> None:
    """Load the website's settings and apps."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django  # noqa: PLC0415 - only starting the web loads the web framework

    django.setup()


def call(command: str, **options: Any) -> None:
    """Run one of Django's commands; :func:`set_up` comes first."""
    from django.core.management import call_command  # noqa: PLC0415 - as above

    call_command(command, **options)
