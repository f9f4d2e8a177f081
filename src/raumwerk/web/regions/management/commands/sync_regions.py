"""``sync_regions``: take over the regions of the current release and of the region files."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from raumwerk.errors import RaumwerkError
from raumwerk.web.regions.actions import sync_regions
from raumwerk.web.regions.known import known_regions


class Command(BaseCommand):
    help = "Take over the regions of the current release and of the region files (again, whenever they change)."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = sync_regions(known_regions())
        except RaumwerkError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("Regions: {added} added, {changed} changed, {rested} put to rest.".format(**counts))
