"""``load_content``: write the pages that come with Raumwerk; what editors changed stays theirs."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from raumwerk.errors import RaumwerkError
from raumwerk.web.pages.loading import load_content
from raumwerk.web.pages.loading_documents import load_documents
from raumwerk.web.pages.signals import content_loaded


class Command(BaseCommand):
    help = "Write the pages and documents that come with Raumwerk. What editors changed or deleted is left alone."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            documents = load_documents()
            counts = load_content()
            content_loaded.send(sender=Command)
        except RaumwerkError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Documents: {documents['added']} added, {documents['renewed']} renewed, "
                          f"{documents['kept']} kept, {documents['left']} left.")  # fmt: skip
        names = ("added", "renewed", "kept", "left")
        self.stdout.write("Pages: " + ", ".join(f"{counts[name]} {name}" for name in names) + ".")
