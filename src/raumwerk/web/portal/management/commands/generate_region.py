"""``generate_region``: a region of a wished size with made content, to measure Raumwerk."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import fields
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from raumwerk.errors import RaumwerkError
from raumwerk.web.portal.generating import Sizes, generate


class Command(BaseCommand):
    help = (
        "Make a region with accounts, organisations, bodies, meetings, documents and news, all made up. "
        "Only on a demonstration (RAUMWERK_DEMO=1) unless --force is given."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        for size in fields(Sizes):
            parser.add_argument(f"--{size.name}", type=int, default=size.default, help=f"default {size.default}")
        parser.add_argument("--slug", default="gross", help="short name of the region; default gross")
        parser.add_argument("--seed", type=int, default=1, help="the same number makes the same content")
        parser.add_argument("--force", action="store_true", help="also where this is no demonstration")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.RAUMWERK["DEMO"] or options["force"]):
            raise CommandError("Made content belongs on a demonstration: set RAUMWERK_DEMO=1, or give --force.")
        sizes = Sizes(**{size.name: options[size.name] for size in fields(Sizes)})
        try:
            generate(options["slug"], sizes, seed=options["seed"], told=self.stdout.write)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        except RaumwerkError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"The region {options['slug']} is ready at /{options['slug']}/forum/.")
