"""The website under test: a migrated database that is made once, three regions, people of every role."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import caches
from django.db import connections
from django.test.utils import setup_databases, teardown_databases


def _migrations_digest() -> str:
    """Name the state of all migrations: their files and the version of nothing else."""
    digest = hashlib.sha256()
    for config in apps.get_app_configs():
        for path in sorted(Path(config.path, "migrations").glob("*.py")):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker, django_db_modify_db_settings):
    """Copy a migrated SQLite file instead of running 300 migrations again; PostgreSQL runs them."""
    database = settings.DATABASES["default"]
    on_sqlite = database["ENGINE"].endswith("sqlite3")
    template = Path(tempfile.gettempdir()) / f"raumwerk-migrated-{_migrations_digest()}.sqlite3"
    target = Path(str(connections["default"].settings_dict["TEST"]["NAME"])) if on_sqlite else None
    if target and template.exists():
        shutil.copyfile(template, target)
    with django_db_blocker.unblock():
        created = setup_databases(verbosity=0, interactive=False, keepdb=on_sqlite)
        if target and not template.exists():
            _snapshot(target, template)
    yield
    with django_db_blocker.unblock():
        teardown_databases(created, verbosity=0, keepdb=on_sqlite)


def _snapshot(source: Path, target: Path) -> None:
    draft = target.with_suffix(f".{hashlib.sha256(str(source).encode()).hexdigest()[:8]}")
    with sqlite3.connect(source) as opened, sqlite3.connect(draft) as copy:
        opened.backup(copy)
    copy.close()
    opened.close()
    draft.replace(target)


@pytest.fixture(autouse=True, scope="session")
def _guards_let_the_end_of_a_test_pass(django_db_setup):
    """Emptying all tables after a test with real transactions is no deed that the guards of the forum may refuse."""
    operations = connections["default"].ops
    plain = operations.execute_sql_flush

    def flush(sql_list):
        if operations.connection.vendor != "sqlite":  # elsewhere tables are truncated, which asks no trigger
            return plain(sql_list)
        with operations.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name GLOB 'forum_*_no_*'")
            guards = cursor.fetchall()
            for name, _sql in guards:
                cursor.execute(f"DROP TRIGGER {name}")
        try:
            return plain(sql_list)
        finally:
            with operations.connection.cursor() as cursor:
                for _name, sql in guards:
                    cursor.execute(sql)

    operations.execute_sql_flush = flush
    yield
    operations.execute_sql_flush = plain


@pytest.fixture(autouse=True)
def _empty_caches():
    """No test sees what another one cached or how often it tried to log in."""
    for alias in settings.CACHES:
        caches[alias].clear()


def make_regions():
    """Make the three regions, without statistics."""
    from raumwerk.web.regions.actions import sync_regions
    from raumwerk.web.regions.models import Region

    names = {
        "mitte": ("Region der Mitte", "Central Region"),
        "kali": ("Zukunft Kali-Region", "Future Potash Region"),
        "hannover-hildesheim": ("Zukunftsregion Hannover-Hildesheim", "Hanover-Hildesheim"),
    }
    sync_regions(
        {slug: {"name_de": de, "name_en": en, "short_de": de, "short_en": en} for slug, (de, en) in names.items()}
    )
    return {region.slug: region for region in Region.objects.all()}


@pytest.fixture
def regions(db):
    """The three regions, without statistics."""
    return make_regions()


@pytest.fixture
def make_person(db):
    """Make an account: ``make_person("a@b.example", region=..., role=...)``."""
    from raumwerk.web.people.models import Membership, Person

    def make(email, *, region=None, role=None, **fields):
        person = Person.objects.create_user(email, "a long enough password", **fields)
        if role is not None:
            Membership.objects.create(person=person, region=region, role=role)
        return person

    return make


@pytest.fixture
def content(regions):
    """The three regions with all their pages."""
    return fill_pages(regions)


@pytest.fixture(scope="module")
def content_of_module(django_db_setup, django_db_blocker):
    """The three regions with all their pages, in one transaction around all tests of a module."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        yield fill_pages(make_regions())
        transaction.set_rollback(True)


def fill_pages(regions):
    """Write all pages of the three regions.

    Writing 56 pages takes seconds, so their rows are kept beside the migrated database and put back from there.
    """
    from django.db import connection

    from raumwerk.web.pages.loading import load_content

    if connection.vendor == "postgresql":
        if not _COPIED:
            load_content()
            _COPIED.update(_copy_out(connection))
        else:
            _copy_in(connection, _COPIED)
        return _as_they_stand(regions)
    kept = Path(tempfile.gettempdir()) / f"raumwerk-content-{_migrations_digest()}-{_content_digest()}.json"
    if kept.exists():
        _put_rows(connection, json.loads(kept.read_text("utf-8")))
    else:
        load_content()
        draft = kept.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps(_all_rows(connection), default=str), "utf-8")
        draft.replace(kept)
    return _as_they_stand(regions)


def _as_they_stand(regions):
    """Give the regions the numbers of the rows put back: the database may have counted on since those were kept."""
    for slug, region in regions.items():
        region.pk = type(region).objects.get(slug=slug).pk
        region.refresh_from_db()
    return regions


def _content_digest() -> str:
    from raumwerk.web import pages

    digest = hashlib.sha256()
    folder = Path(pages.__file__).parent
    for path in sorted([*folder.rglob("*.md"), *folder.rglob("*.py"), folder.parent / "people/groups.py"]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _tables(connection) -> list[str]:
    """Real tables; the full-text index is kept by triggers of its own."""
    return [name for name in connection.introspection.table_names() if "_fts" not in name and "django_mig" not in name]


def _all_rows(connection) -> dict[str, list[list[object]]]:
    with connection.cursor() as cursor:
        return {
            table: [list(row) for row in cursor.execute(f'SELECT * FROM "{table}"')] for table in _tables(connection)
        }


def _put_rows(connection, rows: dict[str, list[list[object]]]) -> None:
    with connection.cursor() as cursor:
        raw = cursor.connection
        for table, lines in rows.items():
            raw.execute(f'DELETE FROM "{table}"')
            if lines:
                raw.executemany(f'INSERT INTO "{table}" VALUES ({",".join("?" * len(lines[0]))})', lines)


#: Rows of the content by table, as PostgreSQL copies them; valid for one run, since numbers of rows go on counting.
_COPIED: dict[str, bytes] = {}


def _copy_out(connection) -> dict[str, bytes]:
    with connection.cursor() as cursor:
        copied = {}
        for table in _tables(connection):
            with cursor.copy(f'COPY "{table}" TO STDOUT') as stream:
                copied[table] = b"".join(stream)
    return copied


def _copy_in(connection, copied: dict[str, bytes]) -> None:
    with connection.cursor() as cursor:
        # Rows come table by table: keys and triggers look away until all are there.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, data in copied.items():
            cursor.execute(f'DELETE FROM "{table}"')
            with cursor.copy(f'COPY "{table}" FROM STDIN') as stream:
                stream.write(data)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


@pytest.fixture
def sign_in(client):
    """Open a session as somebody: ``sign_in(person)``; with the second factor unless told otherwise."""
    import time

    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    def enter(person, *, second_factor=True, client=client):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        if second_factor:
            TOTP.activate(person, generate_totp_secret())
            session = client.session
            session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "type": "totp"}]
            session["account_authentication_methods_user"] = str(person.pk)
            session.save()
        return client

    return enter
