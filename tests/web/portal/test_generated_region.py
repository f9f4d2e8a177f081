"""The generator of regions: same seed, same content; and pages whose number of queries does not grow with size."""

from __future__ import annotations

import io
from dataclasses import asdict

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from raumwerk.errors import ConflictError, InputError
from raumwerk.web.forum.models import Body, Meeting, Minutes, Resolution, Seat, Task, Vote
from raumwerk.web.pages.models import NewsPage, RegionDocument
from raumwerk.web.people.models import Membership, Organisation, Person
from raumwerk.web.portal.generating import Sizes, generate
from raumwerk.web.shared.search.models import Entry

SMALL = Sizes(accounts=30, organisations=8, bodies=3, meetings=12, documents=30, news=12)
LARGE = Sizes(accounts=90, organisations=24, bodies=6, meetings=48, documents=90, news=24)
ADDRESSES = (
    "forum/", "forum/plenum/", "forum/plenum/geschaeftsordnung/", "forum/sitzungen/", "forum/beschluesse/",
    "forum/aufgaben/?zeigen=alle", "forum/programm/", "forum/programm/kalender.ics", "forum/rahmenbedingungen/",
    "forum/plenum/kalender.ics", "verzeichnis/", "verzeichnis/?q=Radweg", "dokumente/", "aktuelles/",
    "aktuelles/?thema=forum", "suche/?q=Radweg", "suche/vorschlaege/?q=Radw", "feed/aktuelles.rss",
    "feed/aktuelles.atom",
)  # fmt: skip
FOR_MEMBERS = ("meine-seite/", "forum/kalender/", "verzeichnis/anfragen/")
FOR_OFFICE = (
    "geschaeftsstelle/", "geschaeftsstelle/konten/", "geschaeftsstelle/organisationen/",
    "geschaeftsstelle/postausgang/", "forum/plenum/sitze/",
)  # fmt: skip


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def made(content, media):
    return [generate("klein", SMALL, seed=3), generate("gross", LARGE, seed=3)]


def _count(model, region):
    return model.objects.in_region(region).count()


def test_generate_makes_what_was_asked_for_and_finds_it(made):
    region = made[0]
    found = {
        "accounts": _count(Membership, region), "organisations": _count(Organisation, region),
        "bodies": _count(Body, region), "meetings": _count(Meeting, region),
        "documents": RegionDocument.objects.filter(collection__name="klein").count(),
        "news": NewsPage.objects.filter(url_path__contains="/klein/").count(),
    }  # fmt: skip
    assert found == asdict(SMALL)
    assert _count(Minutes, region) == Meeting.objects.in_region(region).filter(state="closed").count() > 0
    adopted = Vote.objects.in_region(region).filter(outcome="accepted").count()
    assert _count(Resolution, region) == adopted > 0
    assert min(_count(Seat, region), _count(Task, region)) > 0
    assert Entry.objects.in_region(region).filter(kind="meeting").count() == SMALL.meetings
    assert not Person.objects.get(email="person00000@klein.example").has_usable_password()


def test_generate_is_repeated_by_its_seed(content, media):
    titles = []
    for slug in ("eins", "zwei"):
        region = generate(slug, SMALL, seed=5)
        titles.append(list(Meeting.objects.in_region(region).order_by("pk").values_list("title", "state")))
    assert titles[0] == titles[1]


def test_generate_refuses_a_region_at_work_and_sizes_of_nothing(content, media, make_person):
    make_person("a@mitte.example", region=content["mitte"], role="member")
    with pytest.raises(ConflictError, match="members or bodies already"):
        generate("mitte", SMALL, seed=1)
    with pytest.raises(InputError, match="accounts is 0"):
        generate("leer", Sizes(accounts=0), seed=1)


def test_command_refuses_outside_of_a_demonstration(content, media, settings):
    settings.RAUMWERK = {**settings.RAUMWERK, "DEMO": False}
    with pytest.raises(CommandError, match="--force"):
        call_command("generate_region", stdout=io.StringIO())
    sizes = [f"--{name}={size}" for name, size in asdict(SMALL).items()]
    call_command("generate_region", "--force", "--slug", "klein", *sizes, stdout=io.StringIO())
    with pytest.raises(CommandError, match="already"):
        call_command("generate_region", "--force", "--slug", "klein", *sizes, stdout=io.StringIO())


def _queries(client, address):
    client.get(address)
    caches["pages"].clear()
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    assert answer.status_code == 200, address
    return [query["sql"] for query in asked]


def _last(model, region, **wanted):
    return model.objects.in_region(region).filter(body__slug="plenum", **wanted).order_by("-pk").first().pk


def _addresses(region):
    meeting = _last(Meeting, region, state="closed")
    return [
        *ADDRESSES, f"forum/sitzung/{meeting}/", f"forum/sitzung/{meeting}/protokoll/",
        f"forum/beschluss/{_last(Resolution, region)}/", f"forum/abstimmung/{_last(Vote, region)}/",
        f"forum/aufgabe/{_last(Task, region)}/",
    ]  # fmt: skip


@pytest.mark.parametrize("reader", ["visitor", "member", "office"])
def test_number_of_queries_does_not_grow_with_the_region(made, sign_in, reader):
    counts = []
    more = {"visitor": (), "member": FOR_MEMBERS, "office": (*FOR_MEMBERS, *FOR_OFFICE)}[reader]
    for region in made:
        client = Client()
        if reader != "visitor":
            held = Membership.objects.in_region(region).filter(role=reader).order_by("pk")
            person = held.filter(person__seats__isnull=False).first() or held.first()
            sign_in(person.person, client=client)
        addresses = [*_addresses(region), *more]
        counts.append([len(_queries(client, f"/{region.slug}/{address}")) for address in addresses])
    names = [*_addresses(made[0]), *more]
    grown = {name: (few, many) for name, few, many in zip(names, *counts, strict=True) if many > few + 3}
    assert grown == {}
    assert max(counts[1]) <= 45


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("aktuelles/?seite=zehn", 200), ("aktuelles/?seite=-1", 200), ("aktuelles/?seite=99999999999999999999", 200),
        ("aktuelles/?thema=unbekannt", 400), ("aktuelles/?ort='--", 400), ("aktuelles/?art=%00", 400),
        ("dokumente/?seite=zehn", 200), ("dokumente/?seite=0", 200), ("dokumente/?q=%00", 200),
        ("dokumente/?q=%25_'\"", 200), ("feed/aktuelles.rss?thema=unbekannt", 400), ("feed/aktuelles.xml", 404),
        ("feed/aktuelles.atom?ort=<b>", 400),
    ],
)  # fmt: skip
def test_bad_parameters_get_a_clear_answer(content, client, address, status):
    assert client.get(f"/mitte/{address}").status_code == status


def test_sitemap_asks_the_same_number_of_questions_at_any_size(content, client, media):
    before = len(_queries(client, "/sitemap.xml"))
    generate("gross", SMALL, seed=3)
    after = _queries(client, "/sitemap.xml")
    assert len(after) <= before + 6, len(after)
    assert client.get("/sitemap.xml?seite=2").status_code == 200
    assert client.post("/sitemap.xml").status_code == 405
