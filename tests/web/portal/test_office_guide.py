"""The guide for an office: every address in it opens to an office, and every word in bold stands on that page."""

from __future__ import annotations

import html
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import get_commands, load_command_class
from django.test import Client

from made_forum import cast_all, make_table, motion_on, open_ballot, plan, running
from raumwerk.web.forum.actions.meetings import close_meeting
from raumwerk.web.forum.actions.minutes import begin_minutes
from raumwerk.web.forum.actions.resolutions import publish_resolution
from raumwerk.web.forum.actions.votes import close_vote
from raumwerk.web.forum.models import Resolution
from raumwerk.web.pages.loading import load_content
from raumwerk.web.people.models import Person
from raumwerk.web.regions.actions import sync_regions
from raumwerk.web.regions.models import Region

HOW_TO = Path(__file__).parents[3] / "docs" / "how-to"
GUIDES = {"geschaeftsstelle.md": "", "office.md": "/en"}
NUMBERED = re.compile(r"/(sitzung|antrag|beschluss)/(\d)/")


@pytest.fixture
def afternoon(db, make_person):
    """The region of the guide at the end of its afternoon; its numbers are those of the guide."""
    sync_regions({"suedharz": {"name_de": "Südharz", "name_en": "Southern Harz"}})
    load_content()
    region = Region.objects.get(slug="suedharz")
    table = make_table({"suedharz": region}, make_person, region="suedharz")
    planned, held, over = plan(table), running(table), running(table)
    waiting, _item = motion_on(table, held)
    resolutions = []
    for title in ("Erster", "Zweiter"):
        vote = open_ballot(table, over, title=title)
        cast_all(table, vote, ["yes", "yes", "yes"])
        close_vote(vote, by=table.chair)
        resolutions.append(Resolution.objects.in_region(region).get(vote=vote))
    publish_resolution(resolutions[1], by=table.office)
    begin_minutes(over, by=table.office)
    close_meeting(over, by=table.office)
    numbers = {
        ("sitzung", "1"): planned, ("sitzung", "2"): held, ("sitzung", "3"): over, ("antrag", "2"): waiting,
        ("beschluss", "3"): resolutions[0], ("beschluss", "4"): resolutions[1],
    }  # fmt: skip
    return SimpleNamespace(office=table.office, numbers=numbers)


def steps(guide: str) -> list[tuple[str, list[str]]]:
    """Each address of a guide with the words in bold that follow it, up to the next address."""
    text = re.sub(r"^```.*?^```$", "", (HOW_TO / guide).read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    found = []
    for paragraph in re.split(r"\n\n|\n(?=(?:\d+\.|-) )", text):
        pieces = re.split(r"`(/[^`]*)`", paragraph)
        for address, words in zip(pieces[1::2], pieces[2::2], strict=True):
            found.append((address, [" ".join(one.split()) for one in re.findall(r"\*\*(.+?)\*\*", words, re.DOTALL)]))
    return found


def words_of(page: str) -> str:
    """What a page says, its buttons included."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).replace("\u00ad", "").split())


@pytest.mark.parametrize("guide", GUIDES)
def test_every_address_of_the_guide_opens_and_shows_its_words(afternoon, sign_in, guide):
    client, visitor, wrong = sign_in(afternoon.office), Client(), []
    listed = steps(guide)
    assert len(listed) > 35
    for address, words in listed:
        path = NUMBERED.sub(
            lambda part: f"/{part[1]}/{afternoon.numbers[part[1], part[2]].pk}/", address
        )  # fmt: skip
        answer = (visitor if "/konto/login/" in path else client).get(path, follow=True)
        if answer.status_code != 200 or (answer.redirect_chain and "/konto/login/" in answer.redirect_chain[-1][0]):
            wrong.append(f"{address}: {answer.status_code} {answer.redirect_chain}")
            continue
        missing = [word for word in words if word not in words_of(answer.content.decode())]
        wrong += [f"{address} does not say {word!r}" for word in missing]
    assert not wrong, "\n".join(wrong)


def test_guides_say_the_same_in_both_languages():
    german, english = steps("geschaeftsstelle.md"), steps("office.md")
    own = {"/konto", "/verwaltung", "/impressum", "/datenschutz", "/barrierefreiheit"}
    assert [(address.removeprefix("/en"), len(words)) for address, words in english] == [
        (address, len(words)) for address, words in german
    ]
    assert all(address.startswith(("/suedharz/", *own)) for address, _words in german)
    commands = [re.findall(r"^raumwerk .*$", (HOW_TO / guide).read_text("utf-8"), re.MULTILINE) for guide in GUIDES]
    assert commands[0] == commands[1]


def test_commands_passed_on_to_django_exist():
    lines = re.findall(r"^raumwerk manage (.+)$", (HOW_TO / "geschaeftsstelle.md").read_text("utf-8"), re.MULTILINE)
    assert lines
    for line in lines:
        name, *words = line.split()
        parser = load_command_class(get_commands()[name], name).create_parser("raumwerk", name)
        assert {word for word in words if word.startswith("--")} <= set(parser._option_string_actions)


def test_first_sign_in_of_the_administration_proves_the_address_then_asks_for_the_second_factor(db, client, mailoutbox):
    """What the guide says of ``createsuperuser``: a mail at the first sign-in, its link, then the second factor."""
    Person.objects.create_superuser("verwaltung@suedharz.example", "ein langes Passwort")
    given = {"login": "verwaltung@suedharz.example", "password": "ein langes Passwort"}
    assert client.post("/konto/login/", given).url == "/konto/confirm-email/"
    link = re.search(r"/konto/confirm-email/\S+", mailoutbox[0].body)[0]
    assert client.post(link).status_code == 302
    signed_in = client.post("/konto/login/", given, follow=True)
    assert client.get("/verwaltung/").url.startswith("/konto/2fa/")
    assert signed_in.status_code == 200
