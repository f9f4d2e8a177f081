"""``load_examples``: hold one made-up meeting per region, with the demonstration accounts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from raumwerk.errors import RaumwerkError
from raumwerk.web.portal.handover.example_meeting import load_example
from raumwerk.web.regions.models import Region


class Command(BaseCommand):
    help = "Hold one made-up meeting per region, marked as an example. Only on a demonstration, after demo_accounts."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.RAUMWERK["DEMO"]:
            raise CommandError("Examples belong on a demonstration: set RAUMWERK_DEMO=1.")
        try:
            held = [region.slug for region in Region.objects.filter(active=True) if load_example(region)]
        except RaumwerkError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Example meetings held: {', '.join(held) or 'none'}.")
