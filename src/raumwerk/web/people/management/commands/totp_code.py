"""``totp_code SECRET``: the present six digits, for demonstration accounts without an authenticator app."""

from __future__ import annotations

from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.management.base import BaseCommand, CommandError


def current_code(secret: str) -> str:
    """Return the code that `secret` gives now."""
    counters = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, counters[len(counters) // 2]))


class Command(BaseCommand):
    help = "Print the one-time code that a TOTP secret gives now."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("secret")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.stdout.write(current_code(options["secret"].strip().upper()))
        except (ValueError, TypeError) as error:
            raise CommandError("That is no TOTP secret; copy it whole from demo-accounts.txt.") from error
