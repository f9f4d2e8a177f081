"""``rebuild_search``: write the whole index anew, after rows were loaded past the actions."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from raumwerk.web.shared.search.indexing import rebuild


class Command(BaseCommand):
    help = "Write the search index of all regions anew."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{rebuild()} entries in the search index.")
