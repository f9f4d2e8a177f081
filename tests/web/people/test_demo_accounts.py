"""Demonstration accounts: only on a demonstration, random, readable by their owner alone, made once."""

from __future__ import annotations

import stat

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.test import override_settings

from raumwerk.web.people.models import Person


@pytest.fixture
def demonstration(regions, settings, tmp_path):
    settings.HOME = tmp_path
    settings.RAUMWERK = {**settings.RAUMWERK, "DEMO": True}
    return tmp_path / "demo-accounts.txt"


def _accounts(path):
    """E-mail address to the words behind it: password and, for some, the secret."""
    found = {}
    for line in path.read_text().splitlines():
        words = line.split()
        place = next((number for number, word in enumerate(words) if word.endswith(".example")), None)
        if place is not None:
            found[words[place]] = words[place + 1 :]
    return found


def test_demo_accounts_refused_elsewhere(regions):
    with pytest.raises(CommandError, match="RAUMWERK_DEMO=1"):
        call_command("demo_accounts")
    assert not Person.objects.exists()


def test_demo_accounts_one_per_role(demonstration, capsys):
    call_command("demo_accounts")
    assert Person.objects.count() == 1 + 3 * 4
    assert stat.S_IMODE(demonstration.stat().st_mode) == 0o600
    accounts = _accounts(demonstration)
    assert set(accounts) == set(Person.objects.values_list("email", flat=True))
    with override_settings(AUTHENTICATION_BACKENDS=["django.contrib.auth.backends.ModelBackend"]):
        assert authenticate(username="office@kali.example", password=accounts["office@kali.example"][0])
    with_secret = {email.split("@")[0] for email, words in accounts.items() if len(words) == 2}
    assert with_secret == {"verwaltung", "editor", "office"}
    assert len({words[0] for words in accounts.values()}) == len(accounts)


def test_demo_accounts_second_call_changes_nothing(demonstration, capsys):
    call_command("demo_accounts")
    before = demonstration.read_text()
    call_command("demo_accounts")
    assert demonstration.read_text() == before


def test_demo_accounts_renewed_when_the_file_is_lost(demonstration, capsys):
    call_command("demo_accounts")
    before = demonstration.read_text()
    demonstration.unlink()
    call_command("demo_accounts")
    assert demonstration.read_text() != before
    assert Person.objects.count() == 13
