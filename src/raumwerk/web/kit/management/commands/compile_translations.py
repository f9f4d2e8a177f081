"""``compile_translations``: write the .mo files; each start does it too where it may write."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from raumwerk.web.kit.messages import WEB, catalogue_files, compile_catalogue


class Command(BaseCommand):
    help = "Compile all translations."

    def handle(self, *args: Any, **options: Any) -> None:
        for source in catalogue_files():
            compile_catalogue(source)
            self.stdout.write(f"{source.relative_to(WEB)} compiled.")
