"""What the environment says, and what happens when it says nonsense."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections, transaction

from raumwerk.web.config import environment


def test_secret_key_made_once_and_private(tmp_path, monkeypatch):
    monkeypatch.delenv("RAUMWERK_SECRET_KEY", raising=False)
    first = environment.secret_key(tmp_path)
    assert environment.secret_key(tmp_path) == first
    assert len(first) >= 50
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["secret-key"]


def test_secret_key_one_for_processes_that_start_together(tmp_path, monkeypatch):
    monkeypatch.delenv("RAUMWERK_SECRET_KEY", raising=False)
    code = (
        "import sys, pathlib; from raumwerk.web.config.environment import secret_key;"
        "print(secret_key(pathlib.Path(sys.argv[1])))"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, env={**os.environ})
        for _ in range(4)
    ]
    assert len({process.communicate(timeout=60)[0] for process in running}) == 1


@pytest.mark.parametrize("bad", ["short", "x" * 31])
def test_secret_key_too_short_refused(tmp_path, monkeypatch, bad):
    monkeypatch.setenv("RAUMWERK_SECRET_KEY", bad)
    with pytest.raises(ImproperlyConfigured, match="at least 32"):
        environment.secret_key(tmp_path)
    monkeypatch.delenv("RAUMWERK_SECRET_KEY")
    (tmp_path / "secret-key").write_text(bad)
    with pytest.raises(ImproperlyConfigured, match="delete it"):
        environment.secret_key(tmp_path)


@pytest.mark.parametrize(("text", "value"), [("1", True), ("yes", True), ("0", False), ("off", False), ("", False)])
def test_flag_known_words(monkeypatch, text, value):
    monkeypatch.setenv("RAUMWERK_DEMO", text)
    assert environment.flag("RAUMWERK_DEMO") is value


def test_flag_unknown_word_refused(monkeypatch):
    monkeypatch.setenv("RAUMWERK_DEMO", "maybe")
    with pytest.raises(ImproperlyConfigured, match="expected 1 or 0"):
        environment.flag("RAUMWERK_DEMO")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("", {"ENGINE": "django.db.backends.sqlite3", "NAME": "HOME/db.sqlite3"}),
        ("sqlite:////tmp/a%20b.sqlite3", {"ENGINE": "django.db.backends.sqlite3", "NAME": "/tmp/a b.sqlite3"}),
        (
            "postgres://me:p%40ss@db.example:5433/raum",
            {
                "ENGINE": "django.db.backends.postgresql", "NAME": "raum", "USER": "me", "PASSWORD": "p@ss",
                "HOST": "db.example", "PORT": "5433",
            },
        ),
    ],
)  # fmt: skip
def test_database_from_address(tmp_path, monkeypatch, address, expected):
    monkeypatch.setenv("RAUMWERK_DATABASE_URL", address)
    found = environment.database(tmp_path)
    found["NAME"] = found["NAME"].replace(str(tmp_path), "HOME")
    assert {name: found[name] for name in expected} == expected


def test_database_unknown_kind_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("RAUMWERK_DATABASE_URL", "mysql://x/y")
    with pytest.raises(ImproperlyConfigured, match="sqlite:///path or postgres"):
        environment.database(tmp_path)


def test_demonstration_answers_this_machine_alone(tmp_path):
    code = "from raumwerk.web.config import settings; print(settings.ALLOWED_HOSTS)"
    world = {**os.environ, "RAUMWERK_HOME": str(tmp_path), "RAUMWERK_DEMO": "1", "RAUMWERK_HOSTS": "atlas.example"}
    said = subprocess.run([sys.executable, "-c", code], env=world, capture_output=True, text=True, check=True).stdout
    assert "atlas.example" not in said
    world["RAUMWERK_DEMO"] = "0"
    said = subprocess.run([sys.executable, "-c", code], env=world, capture_output=True, text=True, check=True).stdout
    assert "atlas.example" in said


@pytest.mark.django_db(transaction=True)
def test_sqlite_writers_wait_for_each_other():
    """Read-then-write in several connections at once: with IMMEDIATE nobody fails and nothing is lost."""
    if connection.vendor != "sqlite":
        pytest.skip("a property of the SQLite settings")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone()[0] == "wal"
    from raumwerk.web.pages.models import ContentStamp

    ContentStamp.objects.update_or_create(pk=1, defaults={"count": 0})
    faults = []

    def add() -> None:
        try:
            for _ in range(10):
                with transaction.atomic():
                    stamp = ContentStamp.objects.get(pk=1)
                    ContentStamp.objects.filter(pk=1).update(count=stamp.count + 1)
        except Exception as error:  # a thread's fault would be lost; the test looks at all of them below
            faults.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert ContentStamp.objects.get(pk=1).count == 40


OIDC = {
    "RAUMWERK_OIDC_ISSUER": "https://anmelden.kreis.example/realms/kreis/", "RAUMWERK_OIDC_CLIENT_ID": "raumwerk",
    "RAUMWERK_OIDC_SECRET": "geheim",
}  # fmt: skip


def test_provider_of_sign_ins_is_off_by_default(monkeypatch):
    monkeypatch.delenv("RAUMWERK_OIDC_ISSUER", raising=False)
    assert environment.openid_connect() is None
    assert environment.socialaccount_providers(None) == {}


def test_provider_of_sign_ins_is_trusted_with_no_address_unless_said(monkeypatch):
    for name, value in OIDC.items():
        monkeypatch.setenv(name, value)
    assert environment.openid_connect() == {
        "issuer": "https://anmelden.kreis.example/realms/kreis", "name": "anmelden.kreis.example",
        "client_id": "raumwerk", "secret": "geheim", "trust_email": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("RAUMWERK_OIDC_ISSUER", "http://anmelden.kreis.example", "https"),
        ("RAUMWERK_OIDC_ISSUER", "anmelden.kreis.example", "https"),
        ("RAUMWERK_OIDC_ISSUER", "https://anmelden.kreis.example/?x=1", "https"),
        ("RAUMWERK_OIDC_CLIENT_ID", " ", "RAUMWERK_OIDC_CLIENT_ID"),
        ("RAUMWERK_OIDC_SECRET", "", "RAUMWERK_OIDC_SECRET"),
        ("RAUMWERK_OIDC_TRUST_EMAIL", "vielleicht", "expected 1 or 0"),
    ],
)
def test_provider_of_sign_ins_half_configured_is_refused(monkeypatch, name, value, said):
    for key, given in {**OIDC, name: value}.items():
        monkeypatch.setenv(key, given)
    with pytest.raises(ImproperlyConfigured, match=said):
        environment.openid_connect()


@pytest.mark.parametrize(
    "bad", ["Hannover", "https://dcat-ap.de/def/contributors/x", "http://dcat-ap.de/def/contributors/"]
)
def test_contributor_that_govdata_does_not_give_is_refused(bad, monkeypatch):
    monkeypatch.setenv("RAUMWERK_DCAT_CONTRIBUTOR", bad)
    with pytest.raises(ImproperlyConfigured, match="RAUMWERK_DCAT_CONTRIBUTOR"):
        environment.contributor()


def test_contributor_as_given(monkeypatch):
    monkeypatch.setenv("RAUMWERK_DCAT_CONTRIBUTOR", "http://dcat-ap.de/def/contributors/niedersachsen")
    assert environment.contributor().endswith("/niedersachsen")
    monkeypatch.delenv("RAUMWERK_DCAT_CONTRIBUTOR")
    assert environment.contributor() == ""
