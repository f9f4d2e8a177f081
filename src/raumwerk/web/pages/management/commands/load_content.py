"""``load_content``: write the pages that come with Raumwerk; what editors changed stays theirs."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from raumwerk.errors import RaumwerkError
from raumwerk.web.pages.loading import load_content


class Command(BaseCommand):
    help = "Write the pages that come with Raumwerk. Pages that editors changed or deleted are left alone."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = load_content()
        except RaumwerkError as error:
            raise CommandError(str(error)) from error
        names = ("added", "renewed", "kept", "left")
        self.stdout.write("Pages: " + ", ".join(f"{counts[name]} {name}" for name in names) + ".")
