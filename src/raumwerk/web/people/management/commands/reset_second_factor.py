"""``reset_second_factor EMAIL``: lets somebody in again who lost app, passkeys and recovery codes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from raumwerk.errors import MissingError
from raumwerk.web.people.actions.factors import reset_second_factor


class Command(BaseCommand):
    help = "Remove the second factors of an account; make sure who is asking: its password alone opens it then."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = reset_second_factor(options["email"])
        except MissingError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{count} second factors removed; the owner is told by mail.")
