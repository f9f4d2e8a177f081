"""The forum at the size of a large region: server time and database queries of every kind of page.

Makes a region with ``raumwerk manage generate_region`` (2,000 accounts, 300 organisations, 40 bodies, 600 meetings,
5,000 documents) in a folder of its own; ``RAUMWERK_BENCH_FORUM_HOME`` names a folder that has it already. Pages are
asked straight from the application, as a visitor, as a member who sits in bodies and as the office, with the cache of
pages emptied each time. Processor time tells what a page costs when the machine is busy with other work.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SLUG, ROUNDS = "gross", 5
PAGE_LIMIT, SEARCH_LIMIT = 300, 200  # milliseconds
COMMANDS = (["migrate", "-v0"], ["sync_regions"], ["load_content"], ["generate_region", "--slug", SLUG])


def say(**facts: Any) -> None:
    print(json.dumps(facts), flush=True)


@contextmanager
def home() -> Iterator[Path]:
    """Yield a folder with the region; the time of making it is told."""
    given = os.environ.get("RAUMWERK_BENCH_FORUM_HOME")
    if given:
        yield Path(given)
        return
    with tempfile.TemporaryDirectory(prefix="raumwerk-bench-") as name:
        begin = 0.0
        for words in COMMANDS:
            begin = time.perf_counter()
            subprocess.run(
                [sys.executable, "-m", "raumwerk.cli.main", "manage", *words], check=True, stdout=subprocess.DEVNULL,
                env={**os.environ, "RAUMWERK_HOME": name, "RAUMWERK_DEMO": "1"},
            )  # fmt: skip
        say(task="generate_region", seconds=round(time.perf_counter() - begin, 1))  # the last command
        yield Path(name)


def set_up(folder: Path) -> None:
    os.environ |= {
        "RAUMWERK_HOME": str(folder), "RAUMWERK_DEMO": "1", "DJANGO_SETTINGS_MODULE": "raumwerk.web.config.settings",
    }  # fmt: skip
    import django

    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["testserver"]


def addresses() -> dict[str, str]:
    """One address of each kind of page, by its name in the table."""
    from django.urls import reverse

    from raumwerk.web.forum.models import Body, Meeting, Motion, Resolution, Task, Vote
    from raumwerk.web.people.models import Organisation
    from raumwerk.web.regions.models import Region

    region = Region.objects.get(slug=SLUG)

    def last(model: Any, **wanted: Any) -> Any:
        return model.objects.in_region(region).filter(visibility="public", **wanted).order_by("-pk").first()

    def forum(name: str, **kwargs: Any) -> str:
        return reverse(f"forum:{name}", kwargs={"region": SLUG, **kwargs})

    meeting = last(Meeting, state="closed", body__slug="plenum")
    body = Body.objects.in_region(region).get(slug="plenum")
    organisation = Organisation.objects.in_region(region).filter(public=True).first()
    number = {"number": meeting.pk}
    base = f"/{SLUG}"
    return {
        "forum overview": forum("overview"),
        "body": forum("body", body=body.slug),
        "rules of procedure": forum("procedure", body=body.slug),
        "meetings": forum("meetings"), "meetings, page 20": forum("meetings") + "?seite=20",
        "meeting": forum("meeting", **number), "minutes": forum("minutes", **number),
        "calendar of a body": forum("body-calendar", body=body.slug),
        "motion": forum("motion", number=last(Motion).pk), "vote": forum("vote", number=last(Vote).pk),
        "resolutions": forum("resolutions"), "resolution": forum("resolution", number=last(Resolution).pk),
        "tasks": forum("tasks") + "?zeigen=alle", "task": forum("task", number=last(Task).pk),
        "programme": forum("programme"), "programme calendar": forum("programme-calendar"),
        "frameworks": forum("frameworks"), "framework topic": forum("framework", number=2),
        "directory": f"{base}/verzeichnis/", "directory, text": f"{base}/verzeichnis/?q=Radweg",
        "organisation": f"{base}/verzeichnis/{organisation.pk}/",
        "documents": f"{base}/dokumente/", "documents, text": f"{base}/dokumente/?q=Radweg",
        "documents, page 100": f"{base}/dokumente/?seite=100",
        "news": f"{base}/aktuelles/", "news, topic": f"{base}/aktuelles/?thema=forum",
        "news item": f"{base}/aktuelles/meldung-0000/", "feed": f"{base}/feed/aktuelles.rss",
        "home": f"{base}/", "sitemap": "/sitemap.xml",
        "search, frequent word": f"{base}/suche/?q=Radweg", "search, two words": f"{base}/suche/?q=Radweg+Bus",
        "search, rare word": f"{base}/suche/?q=plenary", "search, suggestions": f"{base}/suche/vorschlaege/?q=Radw",
    }  # fmt: skip


FOR_MEMBERS = {
    "my page": f"/{SLUG}/meine-seite/", "my calendar": f"/{SLUG}/forum/kalender/",
    "requests for contact": f"/{SLUG}/verzeichnis/anfragen/",
}  # fmt: skip
FOR_OFFICE = {
    "office": f"/{SLUG}/geschaeftsstelle/", "accounts": f"/{SLUG}/geschaeftsstelle/konten/",
    "organisations of the office": f"/{SLUG}/geschaeftsstelle/organisationen/",
    "invitations": f"/{SLUG}/geschaeftsstelle/einladungen/", "outbox": f"/{SLUG}/geschaeftsstelle/postausgang/",
    "moderation": f"/{SLUG}/geschaeftsstelle/moderation/", "seats of a body": f"/{SLUG}/forum/plenum/sitze/",
    "new seat": f"/{SLUG}/forum/plenum/sitze/neu/", "history of a body": f"/{SLUG}/forum/plenum/verlauf/",
    "new task": f"/{SLUG}/forum/plenum/aufgaben/neu/", "new meeting": f"/{SLUG}/forum/plenum/sitzungen/neu/",
}  # fmt: skip


def member(role: str) -> Any:
    """Return somebody of a role, of the members the one with the most seats."""
    from django.db.models import Count

    from raumwerk.web.people.models import Person

    people = Person.objects.filter(memberships__role=role, memberships__region__slug=SLUG)
    return people.annotate(held=Count("seats")).order_by("-held", "pk").first()


def sign_in(client: Any, person: Any) -> None:
    """Open a session with the second factor, which the office needs."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    Authenticator.objects.filter(user=person).delete()
    TOTP.activate(person, generate_totp_secret())
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "type": "totp"}]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()


def measure(reader: str, person: Any, pages: dict[str, str]) -> list[dict[str, Any]]:
    """Median server time and queries of each page; one request before warms what a process keeps."""
    from django.core.cache import caches
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    if person is not None:
        sign_in(client, person)
    rows = []
    for name, address in pages.items():
        caches["default"].clear()  # counts of how often somebody asked: nobody asks this fast
        client.get(address)
        taken, processor = [], []
        for _round in range(ROUNDS):
            caches["pages"].clear()  # whole pages, and the menus they need
            begin, worked = time.perf_counter(), time.process_time()
            answer = client.get(address)
            taken.append(1000 * (time.perf_counter() - begin))
            processor.append(1000 * (time.process_time() - worked))
        if answer.status_code != 200:
            raise RuntimeError(f"{address} as {reader}: {answer.status_code}")
        caches["pages"].clear()
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        rows.append({"reader": reader, "page": name, "ms": round(statistics.median(taken), 1),
                     "processor": round(statistics.median(processor), 1),
                     "queries": len(queries), "kB": round(len(answer.content) / 1000)})  # fmt: skip
    return rows


def main() -> None:
    with home() as folder:
        set_up(folder)
        pages = addresses()
        rows = measure("visitor", None, pages)
        rows += measure("member", member("member"), {**pages, **FOR_MEMBERS})
        rows += measure("office", member("office"), {**pages, **FOR_OFFICE})
        for row in rows:
            limit = SEARCH_LIMIT if row["page"].startswith("search") else PAGE_LIMIT
            say(task=f"{row['page']} ({row['reader']})", milliseconds=row["ms"],
                processor_milliseconds=row["processor"], queries=row["queries"],
                kilobytes=row["kB"], target=f"at most {limit} ms")  # fmt: skip


if __name__ == "__main__":
    main()
