"""Every address of the site × every role × every level of what it leads to: who gets in, and what the answer tells.

The addresses are those of Django's resolver, what is to be expected of them stands in ``doors.py``, and what they lead
to is made once by ``made_doors.py``. Each field of each thing there holds a word of its own, so that an answer betrays
itself whichever field it leaks.
"""

from __future__ import annotations

import importlib.util
import io
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

import openpyxl
import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import URLPattern, get_resolver
from django.urls.resolvers import LocalePrefixPattern

from doors import DOORS, ELSEWHERE, Door
from made_doors import make_world
from marks import ALL, LIGHT, ROLES, Mark, Thing, World
from raumwerk.web.forum.views import agenda, bodies, meetings, minutes, papers, resolutions, tasks, votes
from raumwerk.web.shared.search.indexing import rebuild

pytestmark = pytest.mark.xdist_group("doors")  # one worker makes the world, once

#: Who walks to each thing of a kind; most others walk to one of each circle of readers.
EVERYWHERE = {"body member", "member", "administration"}
#: Who reads what somebody else reads too (a visitor, a member): to one thing they may know of, and one they may not.
SHORT_OF_TIME = {"former member", "office elsewhere", "editor"}
#: Who asks for statistics, which know no rights: who may least, somebody at home, and who may most.
READERS = {"visitor", "member", "administration"}
PART = re.compile(r"<(?:\w+:)?(\w+)>")
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|TRUNCATE)\b(?!.*django_session)", re.IGNORECASE | re.DOTALL)


# --- the world, and who looks at it -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made_release(tmp_path_factory):
    """A home with a release of the made country under the names of our regions."""
    path = Path(__file__).parents[1] / "atlas" / "made.py"
    spec = importlib.util.spec_from_file_location("made_country_of_doors", path)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    home = tmp_path_factory.mktemp("doors-home")
    made.publish(home, called={"probe": "mitte", "andere": "kali"})
    return home


@pytest.fixture(scope="module")
def world(content_of_module, made_release) -> Iterator[World]:
    with override_settings(HOME=made_release, MEDIA_ROOT=made_release / "media"):
        made = make_world(content_of_module)
        rebuild()
        yield made


@pytest.fixture(scope="module")
def browsers(world) -> dict[str, Client]:
    """A browser for each role; those who are signed in have proved their second factor."""
    opened = {}
    for role in ROLES:
        opened[role] = client = Client()
        if role in world.people:
            person = world.people[role]
            client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
            TOTP.activate(person, generate_totp_secret())
            session = client.session
            session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "type": "totp"}]
            session["account_authentication_methods_user"] = str(person.pk)
            session.save()
    return opened


@pytest.fixture
def printed(monkeypatch) -> list[str]:
    """What was set as PDF, as text: it is really set, and its words are read before the fonts hide them."""
    told: list[str] = []
    plain = papers.render_pdf

    def render(template: str, data: Any, **options: Any) -> bytes:
        told.append(f"{data} {options}")
        return plain(template, data, **options)

    for module in (papers, bodies):
        monkeypatch.setattr(module, "render_pdf", render)
    return told


# --- addresses --------------------------------------------------------------------------------------------------------


def routes(patterns: Any = None, prefix: str = "") -> Iterator[str]:
    """All addresses of the site as patterns, those of German pages."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        own = "" if isinstance(pattern.pattern, LocalePrefixPattern) else str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield prefix + own
        else:
            yield from routes(pattern.url_patterns, prefix + own)


@dataclass(frozen=True, slots=True)
class Way:
    """One address of a door, the thing behind it, and what is asked there."""

    door: Door
    address: str
    thing: Thing | None
    region: str = "mitte"
    asked: tuple[str, ...] = ("",)

    def known_to(self, role: str) -> bool:
        return self.thing is None or role in self.thing.readers or role in self.thing.entitled

    def opens_to(self, role: str) -> bool:
        return self.door.opens is not None and role in self.door.opens and self.known_to(role)

    def takes_from(self, role: str) -> bool:
        return self.door.posts is not None and role in self.door.posts and self.known_to(role)

    @property
    def payload(self) -> dict[str, str]:
        return dict(parse_qsl(self.asked[0].lstrip("?")))


def ways(world: World, route: str, *, every: bool = True, region: str = "mitte") -> Iterator[Way]:
    """The addresses of a door: one for each thing of its kind, or one for each circle of readers."""
    door, met = DOORS[route], set()
    facts = {"item": world.things["item"][0].parts["item"],
             "draft": world.things["resolution draft"][0].parts["number"]}  # fmt: skip
    asked = tuple(query.format(**facts) for query in door.queries)
    for thing in world.things[door.of] if door.of else [None]:
        circle = thing and (thing.readers, thing.entitled)
        if circle in met and not (every and door.every):
            continue
        met.add(circle)
        parts = {"region": region, "slug": region} | dict(door.fill) | dict(thing.parts if thing else {})
        path = re.sub(r"\(\?P<(\w+)>[^()]*\)", r"<\1>", route.strip("^$").replace(r"\.", "."))
        address = parts.get("url") or "/" + PART.sub(lambda part, parts=parts: str(parts[part[1]]), path)
        yield Way(door, address, thing, region, asked)


def told_apart(found: Iterator[Way], role: str, doers: frozenset[str] | None) -> Iterator[Way]:
    """Of a door that is closed to somebody whatever lies behind it, keep a thing they know and one they do not."""
    met = set()
    for way in found:
        known = way.known_to(role)
        if role in (doers or ()) or known not in met:
            met.add(known)
            yield way


# --- answers ----------------------------------------------------------------------------------------------------------


def text_of(answer: Any) -> str:
    """The words of an answer, of whatever kind it is."""
    if answer.streaming:
        text = b"".join(answer.streaming_content).decode("utf-8", "replace")
    elif "spreadsheetml" in answer.get("Content-Type", ""):
        sheets = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets
        text = "\n".join(str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row)
    else:
        text = answer.content.decode("utf-8", "replace").replace("\r\n ", "")
    return "\n".join((text, answer.get("Location", ""), answer.get("Content-Disposition", "")))


def refused(answer: Any) -> bool:
    return answer.status_code in (403, 404) or (answer.status_code == 302 and "/konto/login/" in answer["Location"])


def readable(way: Way, role: str, mark: Mark) -> bool:
    """Tell whether somebody may read a word behind this address."""
    if mark.region != way.region:
        return False
    if way.door.shared:
        return mark.readers == ALL
    entitled = way.thing is not None and role in way.thing.entitled and mark.field in way.door.grants
    return entitled or (way.door.eyes or role) in mark.readers


def leaks(world: World, way: Way, role: str, text: str) -> list[str]:
    """Words of an answer that are not for its reader; those of the address itself were known before."""
    known = set(world.found(unquote(way.address)))
    return [f"{mark.field} {mark.word}" for mark in world.found(text)
            if mark not in known and not readable(way, role, mark)]  # fmt: skip


@dataclass
class Visit:
    """What somebody gets at an address."""

    answers: list[Any] = field(default_factory=list)
    text: str = ""


def look(client: Client, way: Way, printed: list[str]) -> Visit:
    if way.door.posts == ALL or len(way.asked) > 1:
        cache.clear()  # what is counted by address of the connection
    printed.clear()
    visit = Visit([client.get(way.address + query) for query in way.asked])
    visit.text = "\n".join([*(text_of(answer) for answer in visit.answers), *printed])
    return visit


def complaints(world: World, way: Way, role: str, visit: Visit) -> Iterator[str]:
    """What is wrong with an answer: somebody let in or kept out, or a word too many or too few."""
    states, expected = {answer.status_code for answer in visit.answers}, way.opens_to(role)
    good = {200, 302, 400, 404} if way.door.thin else {200, 302}
    if way.door.opens is None:
        fits = all(answer.status_code == 405 or refused(answer) for answer in visit.answers)
    elif expected:
        fits = states <= good and (way.door.thin or not any(map(refused, visit.answers)))
    else:
        fits = all(map(refused, visit.answers))
    if not fits:
        yield f"{role} {way.address}: {states}, expected to be {'let in' if expected else 'refused'}"
    for leak in leaks(world, way, role, visit.text):
        yield f"{role} {way.address} tells {leak}"
    if expected and not way.door.of:
        found = world.found(visit.text)
        for mark in world.marks.values():
            if mark.field in way.door.shows and readable(way, role, mark) and mark not in found:
                yield f"{role} {way.address} does not show {mark.field} {mark.word}"


# --- tests ------------------------------------------------------------------------------------------------------------


def test_every_address_has_a_line_in_the_table():
    known = {route for route in routes() if not route.startswith(tuple(ELSEWHERE))}
    assert known - set(DOORS) == set(), "new addresses: say in doors.py who may open them"
    assert set(DOORS) - known == set(), "addresses that are gone"
    assert [begin for begin in ELSEWHERE if not any(route.startswith(begin) for route in routes())] == []


def test_every_kind_of_thing_is_there_for_every_circle(world):
    for kind in ("meeting", "item", "motion", "resolution", "task", "file", "comment", "citation", "body"):
        circles = {thing.readers for thing in world.things[kind]}
        assert {len(ALL), 2} <= set(map(len, circles)), kind
        assert len(circles) >= 4, kind
    assert {door.of for door in DOORS.values()} - {""} <= set(world.things)
    assert len(world.marks) > 400


@pytest.mark.parametrize("role", ROLES)
def test_doors_open_and_tell_as_the_table_says(world, browsers, printed, role):
    """Who may look, looks; who may not, is refused; and no answer holds a word that is not for its reader."""
    wrong, shown = [], set()
    for route, door in DOORS.items():
        if door.thin and role not in READERS:
            continue
        doers = None if role in SHORT_OF_TIME else door.opens
        for way in told_apart(ways(world, route, every=role in EVERYWHERE), role, doers):
            visit = look(browsers[role], way, printed)
            wrong += complaints(world, way, role, visit)
            shown |= {mark.field for mark in world.found(visit.text)}
            if printed and not way.opens_to(role):
                wrong.append(f"{role} {way.address}: a paper was made for nobody")
    assert not wrong, "\n".join(wrong)
    if role == "administration":  # the walk proves something only where doors do hold the words of their things
        aside = {"scenario.private", "note.text", "contact.text",  # told to their owner alone
                 "forwarding.letter",  # in the mail alone
                 "mixed.milestone"}  # told by its meeting to those who see that  # fmt: skip
        assert {mark.field for mark in world.marks.values() if mark.readers} - shown == aside


def test_english_pages_tell_no_more_than_german_ones(world, browsers, printed):
    wrong, role = [], "guest"
    for route, door in DOORS.items():
        if not route.startswith("<slug:region>/") or door.thin:
            continue
        for way in told_apart(ways(world, route, every=False), role, door.opens):
            english = Way(replace(door, shows=()), f"/en{way.address}", way.thing, way.region, way.asked)
            wrong += complaints(world, english, role, look(browsers[role], english, printed))
    assert not wrong, "\n".join(wrong)


def test_things_of_a_region_are_nothing_in_another(world, browsers, printed):
    """The number of a thing of Mitte leads nowhere under the address of Kali, whatever its reader may there."""
    wrong, role = [], "administration"
    for route, door in DOORS.items():
        if not (door.of and route.startswith("<slug:region>/")) or door.of == "unsubscribe":
            continue  # the page of an unsubscription only asks; its button knows the region of the word in the address
        for way in ways(world, route, every=False, region="kali"):
            visit = look(browsers[role], way, printed)
            if not all(answer.status_code == 405 or refused(answer) for answer in visit.answers):
                wrong.append(f"{role} {way.address}: {[answer.status_code for answer in visit.answers]}")
            wrong += [f"{role} {way.address} tells {leak}" for leak in leaks(world, way, role, visit.text)]
    assert not wrong, "\n".join(wrong)


# --- forms ------------------------------------------------------------------------------------------------------------


class Written:
    """Notes what a request writes into the database, the session aside."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if WRITES.match(sql):
            self.statements.append(sql[:90])
        return execute(sql, params, many, context)


def send(client: Client, address: str, payload: dict[str, str]) -> tuple[Any, list[str]]:
    """Send a form; whatever it did is undone."""
    written = Written()
    with transaction.atomic():
        with connection.execute_wrapper(written):
            answer = client.post(address, payload)
            text_of(answer)  # reads a file to its end, which closes it
        transaction.set_rollback(True)
    return answer, written.statements


@pytest.mark.parametrize("role", ROLES)
def test_forms_are_taken_from_those_who_may_alone(world, browsers, role):
    """Who must not do it is refused whatever the button, and nothing is written; who may is not turned away."""
    wrong, client = [], browsers[role]
    for route, door in DOORS.items():
        doers = None if role in SHORT_OF_TIME else door.posts
        for way in told_apart(ways(world, route, every=False), role, doers) if door.posts is not None else ():
            if door.posts == ALL:
                cache.clear()
            answer, written = send(client, way.address, way.payload)
            turned_away = answer.status_code == 405 or refused(answer)
            if way.takes_from(role):
                if turned_away and not door.deeds:
                    wrong.append(f"{role} POST {way.address}: {answer.status_code}, though it may")
            elif written or not (turned_away or (door.deeds and answer.status_code == 400)):
                wrong.append(f"{role} POST {way.address}: {answer.status_code}, {written}")
            known = way.known_to(role)  # of what is not known, no button is looked at: one stands for all
            for deed, doers in list((door.deeds or {}).items())[: None if known else 1]:
                if role in doers and known:
                    continue
                answer, written = send(client, way.address, {"deed": deed, "reason": "x", "choice": "yes"})
                if not refused(answer) or written:
                    wrong.append(f"{role} POST {way.address} {deed}: {answer.status_code}, {written}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", ["visitor", "administration"])
def test_doors_that_take_no_form_change_nothing_when_one_is_sent(world, browsers, role):
    wrong = []
    for route, door in DOORS.items():
        for way in list(ways(world, route, every=False))[:2] if door.posts is None else ():
            answer, written = send(browsers[role], way.address, {"deed": "x"})
            if written or not (answer.status_code in (400, 405) or refused(answer) or way.opens_to(role)):
                wrong.append(f"{role} POST {way.address}: {answer.status_code}, {written}")
    assert not wrong, "\n".join(wrong)


def test_table_names_every_button(world, browsers, monkeypatch):
    """The deeds of the table are those that the pages know."""
    seen: dict[str, set[str]] = {}

    def noting(press: Any) -> Any:
        def pressed(request: Any, buttons: Any, to: str) -> Any:
            seen.setdefault(f"{request.resolver_match.route}", set()).update(buttons)
            return press(request, buttons, to)

        return pressed

    for module in (agenda, meetings, minutes, resolutions, tasks, votes):
        monkeypatch.setattr(module, "press", noting(module.press))
    for route, door in DOORS.items():
        for way in ways(world, route, every=False) if door.deeds else ():
            send(browsers["administration"], way.address, {"deed": "no such button"})
    assert seen == {route: set(door.deeds) for route, door in DOORS.items() if door.deeds}


#: Doors that take a form without the token of a page: a mail program presses the button, its signed address is proof.
WITHOUT_TOKEN = {"<slug:region>/meine-seite/abbestellen/<str:token>/"}


def test_forms_need_the_token_of_their_page(world, browsers):
    """Nobody can be made to send a form by another site, whatever their rights."""
    client, wrong = Client(enforce_csrf_checks=True), []
    client.cookies = browsers["administration"].cookies
    for route, door in DOORS.items():
        for way in ways(world, route, every=False) if door.posts is not None else ():
            answer, written = send(client, way.address, {"deed": next(iter(door.deeds or [""])), **way.payload})
            if (answer.status_code == 403 and not written) == (route in WITHOUT_TOKEN):
                wrong.append(f"{way.address}: {answer.status_code}, {written}")
            break
    assert not wrong, "\n".join(wrong)


# --- counts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_search_counts_what_its_reader_may_read(world, browsers, role):
    cache.clear()
    found = browsers[role].get(f"/mitte/suche/?q={LIGHT}").context["found"]
    titles = {"body": "body.name", "meeting": ("meeting.title", "mixed.meeting"), "news": "news.de.title",
              "document": "document.title"}  # fmt: skip
    expected = {
        kind: sum(
            mark.field in ((fields,) if isinstance(fields, str) else fields)
            and mark.region == "mitte" and role in mark.readers for mark in world.marks.values()
        )
        for kind, fields in titles.items()
    }  # fmt: skip
    assert {kind: found.kinds.get(kind, 0) for kind in titles} == expected
