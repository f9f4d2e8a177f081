"""``demo_accounts``: one account per role, for trying Raumwerk on one's own machine."""

from __future__ import annotations

import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from raumwerk.web.people.groups import EDITING_ROLES
from raumwerk.web.people.models import Membership, Person, Role
from raumwerk.web.regions.models import Region

FILE = "demo-accounts.txt"
HEAD = """Demonstration accounts of this installation (this machine only).
Sign in at {address} with e-mail address and password. Where a TOTP secret is given, type it into an
authenticator app, or print the present code with: raumwerk manage totp_code SECRET

"""


class Command(BaseCommand):
    help = (
        "Make one account per role and region with random passwords, written to demo-accounts.txt in the home folder."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.RAUMWERK["DEMO"]:
            raise CommandError("Demonstration accounts exist only on a demonstration: set RAUMWERK_DEMO=1.")
        path = settings.HOME / FILE
        wanted: list[tuple[str, Region | None, Role | None]] = [("verwaltung@demo.example", None, None)]
        for region in Region.objects.filter(active=True):
            wanted += [(f"{role.value}@{region.slug}.example", region, role) for role in Role]
        missing = [entry for entry in wanted if not Person.objects.filter(email=entry[0]).exists()]
        if path.exists() and not missing:
            self.stdout.write(f"The demonstration accounts stand in {path}.")
            return
        # Passwords cannot be read back from the database: without the file, all are made anew.
        renewed = missing if path.exists() else wanted
        with transaction.atomic():
            lines = [make_account(*entry) for entry in renewed]
            _append(path, lines)
        self.stdout.write(f"{len(lines)} demonstration accounts written to {path}.")


def make_account(email: str, region: Region | None, role: Role | None) -> str:
    """Make or renew one account and return its line for the file."""
    person = Person.objects.filter(email=email).first() or Person(email=email)
    password = secrets.token_urlsafe(12)
    person.first_name, person.last_name = "Demo", email.split("@", maxsplit=1)[0].capitalize()
    person.is_superuser = person.is_staff = region is None
    person.set_password(password)
    person.save()
    EmailAddress.objects.update_or_create(user=person, email=email, defaults={"verified": True, "primary": True})
    if region is not None and role is not None:
        start = timezone.localdate() - timedelta(days=1)
        Membership.objects.in_region(region).get_or_create(
            person=person, role=role, defaults={"region": region, "starts_on": start}
        )
    Authenticator.objects.filter(user=person).delete()
    secret = ""
    if region is None or role in EDITING_ROLES:
        secret = generate_totp_secret()
        TOTP.activate(person, secret)
    where = region.name_de if region else "Installation"
    return f"{where:<45} {role.value if role else 'admin':<8} {email:<45} {password:<18} {secret}".rstrip()


def _append(path: Path, lines: list[str]) -> None:
    """Add lines to the file, readable by its owner alone."""
    known = path.read_text("utf-8") if path.exists() else HEAD.format(address=f"{settings.BASE_URL}/konto/login/")
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        stream.write(known + "\n".join(lines) + "\n")
    draft.replace(path)
