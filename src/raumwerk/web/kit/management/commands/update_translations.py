"""``update_translations``: bring the .po files up to date with the texts in code and templates."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from raumwerk.web.kit.messages import WEB, catalogue_files, compile_catalogue, renew_catalogue


class Command(BaseCommand):
    help = "Collect the texts to translate into the .po files of each app, compile them and say what is missing."

    def handle(self, *args: Any, **options: Any) -> None:
        for source in catalogue_files():
            texts, missing = renew_catalogue(source)
            compile_catalogue(source)
            self.stdout.write(f"{source.relative_to(WEB)}: {texts} texts, {missing} without translation.")
