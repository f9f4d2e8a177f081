"""Founding, changing and dissolving bodies; who sees which body at which door."""

from __future__ import annotations

import datetime

import pytest
from django.utils import translation

from raumwerk.errors import ConflictError, InputError
from raumwerk.web.forum.actions.bodies import change_body, change_rules, dissolve_body, found_body
from raumwerk.web.forum.models import Body, Seat
from raumwerk.web.forum.queries.bodies import bodies_seen, shares_of
from raumwerk.web.shared.audit.models import AuditEntry
from raumwerk.web.shared.visibility import NOBODY, Visibility, audience_of, may_see, visible

WHO = ["nobody", "account", "guest", "member", "editor", "chair", "seated", "office", "admin", "foreign"]
LEVELS = ["public", "members", "body", "office"]
SEEN = {
    "nobody": {"public"},
    "account": {"public"},
    "guest": {"public"},
    "foreign": {"public"},
    "member": {"public", "members"},
    "editor": {"public", "members"},
    "chair": {"public", "members"},
    "seated": {"public", "body"},
    "office": set(LEVELS),
    "admin": set(LEVELS),
}


@pytest.mark.parametrize("who", WHO)
def test_visibility_of_bodies_at_every_door(forum, client_of, who):
    client = client_of(who)
    found = {
        door: {level for level in LEVELS if client.get(f"/mitte/forum/runde-{level}/{door}").status_code == 200}
        for door in ("", "geschaeftsordnung/", "geschaeftsordnung.pdf")
    }
    assert found == dict.fromkeys(found, SEEN[who])
    overview = client.get("/mitte/forum/").content.decode()
    assert {level for level in LEVELS if f"runde-{level}" in overview} == SEEN[who]
    assert client.get("/mitte/forum/runde-kali/").status_code == 404


@pytest.mark.parametrize("who", WHO)
def test_visibility_condition_agrees_with_single_question(forum, who):
    person = forum.people.get(who)
    audience = audience_of(person, forum.mitte) if person else NOBODY
    listed = set(
        Body.objects.in_region(forum.mitte).filter(visible(audience, body_field="pk")).values_list("slug", flat=True)
    )
    single = {one.slug for one in Body.objects.in_region(forum.mitte) if may_see(audience, one.visibility, one.pk)}
    assert listed == single == {f"runde-{level}" for level in SEEN[who]}


def test_visibility_of_unknown_level_is_office_alone(forum):
    assert not may_see(audience_of(forum.people["member"], forum.mitte), "secret", 1)
    assert may_see(audience_of(forum.people["office"], forum.mitte), "secret", 1)
    assert not may_see(NOBODY, Visibility.BODY, None)


def test_visibility_ends_with_the_account(forum):
    member = forum.people["member"]
    member.is_active = False
    assert audience_of(member, forum.mitte) == NOBODY


OFFICE_DOORS = ["bearbeiten/", "regeln/", "aufloesen/", "verlauf/"]
CHAIR_DOORS = ["sitze/", "sitze/neu/"]


@pytest.mark.parametrize("who", WHO)
def test_doors_that_change_bodies_by_role(forum, client_of, who):
    client = client_of(who)
    answers = {door: client.get(f"/mitte/forum/runde-public/{door}").status_code for door in OFFICE_DOORS + CHAIR_DOORS}
    answers["neu"] = client.get("/mitte/forum/neu/").status_code
    seat = forum.seats["chair"].pk
    answers["seat"] = client.get(f"/mitte/forum/runde-public/sitze/{seat}/").status_code
    refused = 302 if who == "nobody" else 403
    office = 200 if who in {"office", "admin"} else refused
    chair = 200 if who in {"office", "admin", "chair"} else refused
    expected = dict.fromkeys([*OFFICE_DOORS, "neu"], office) | dict.fromkeys([*CHAIR_DOORS, "seat"], chair)
    assert answers == expected


def test_doors_need_the_token_against_forged_requests(forum, sign_in):
    from django.test import Client

    client = sign_in(forum.people["office"], client=Client(enforce_csrf_checks=True))
    assert client.post("/mitte/forum/neu/", {"slug": "x"}).status_code == 403
    assert client.post("/mitte/forum/runde-public/aufloesen/", {"on": "2026-01-01"}).status_code == 403


def test_names_are_for_members_unless_the_body_publishes_them(forum, client_of):
    pages = {
        who: client_of(who).get("/mitte/forum/runde-public/").content.decode() for who in ("nobody", "guest", "member")
    }
    assert ["Chris Vorsitz" in pages[who] for who in pages] == [False, False, True]
    assert ["Stille Firma" in pages[who] for who in pages] == [False, False, True]
    assert all("Stadt Wolfhagen" in page and "chair@mitte.example" not in page for page in pages.values())
    change_body(forum.bodies["public"], by=forum.people["office"], names_public=True)
    page = client_of("nobody").get("/mitte/forum/runde-public/").content.decode()
    assert "Chris Vorsitz" in page
    assert "Stille Firma" not in page


def test_found_body_through_the_form(forum, client_of):
    client = client_of("office")
    given = {
        "slug": "lenkung", "name_de": "Lenkungsgruppe", "kind": "steering", "remit_de": "Sie lenkt.",
        "visibility": "members", "position": "10", "founded_on": "2026-01-15",
    }  # fmt: skip
    answer = client.post("/mitte/forum/neu/", given)
    assert answer.headers["Location"] == "/mitte/forum/lenkung/"
    made = Body.objects.in_region(forum.mitte).get(slug="lenkung")
    assert (made.name_de, made.visibility, made.quorum_percent, made.notice_days) == (
        "Lenkungsgruppe",
        "members",
        50,
        14,
    )
    entry = AuditEntry.objects.filter(verb="found_body").first()
    assert (entry.subject, entry.by, entry.region) == ("lenkung", forum.people["office"], forum.mitte)
    assert entry.details["after"]["founded_on"] == "2026-01-15"
    again = client.post("/mitte/forum/neu/", given)
    assert again.status_code == 400
    assert Body.objects.in_region(forum.mitte).filter(slug="lenkung").count() == 1


@pytest.mark.parametrize("slug", ["sitzungen", "neu", "programm", "rahmenbedingungen", "Groß", "a b", ""])
def test_found_body_refuses_words_that_are_addresses(forum, slug):
    with pytest.raises(InputError) as refusal:
        found_body(forum.mitte, by=forum.people["office"], slug=slug, name_de="X", kind="expert", remit_de="Y")
    assert {problem.column for problem in refusal.value.problems} == {"slug"}


def test_found_body_refuses_project_group_without_founding_act(forum):
    facts = {"slug": "projekt", "name_de": "Projektgruppe", "kind": "project_group", "remit_de": "Es wird gebaut."}
    with pytest.raises(InputError, match="Gründungsakt"):
        found_body(forum.mitte, by=forum.people["office"], **facts)
    made = found_body(
        forum.mitte, by=forum.people["office"], **facts, founding_text="Beschluss des Forums",
        founded_on=datetime.date(2026, 2, 1),
    )  # fmt: skip
    with pytest.raises(InputError):
        change_body(made, by=forum.people["office"], founding_text="")


def test_change_body_refuses_circles_and_bodies_of_other_regions(forum):
    child = forum.bodies["members"]
    change_body(child, by=forum.people["office"], parent=forum.bodies["public"])
    with pytest.raises(InputError, match="sich selbst"):
        change_body(
            forum.bodies["public"],
            by=forum.people["office"],
            parent=Body.objects.in_region(forum.mitte).get(pk=child.pk),
        )
    with pytest.raises(InputError, match="andere"):
        change_body(child, by=forum.people["office"], parent=forum.bodies["kali"])


def test_change_rules_keeps_before_and_after_of_what_changed(forum):
    change_rules(forum.bodies["public"], by=forum.people["office"], quorum_percent=60, majority="simple")
    entry = AuditEntry.objects.filter(verb="change_rules").first()
    assert entry.details == {"before": {"quorum_percent": 50}, "after": {"quorum_percent": 60}}
    count = AuditEntry.objects.count()
    change_rules(forum.bodies["public"], by=forum.people["office"], quorum_percent=60)
    assert AuditEntry.objects.count() == count


NO_RULES = [("quorum_percent", 0), ("quorum_percent", 101), ("interest_group_cap", 0), ("majority", "all"),
            ("notice_days", 500), ("votes_per", "head")]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), NO_RULES)
def test_change_rules_refuses_what_is_no_rule(forum, name, value):
    with pytest.raises(InputError) as refusal:
        change_rules(forum.bodies["public"], by=forum.people["office"], **{name: value})
    assert {problem.column for problem in refusal.value.problems} == {name}


def test_dissolve_body_ends_seats_and_keeps_the_page(forum, client_of):
    body = forum.bodies["public"]
    change_body(body, by=forum.people["office"], founded_on=datetime.date(2026, 6, 1))
    with pytest.raises(InputError):
        dissolve_body(body, by=forum.people["office"], on=datetime.date(2026, 5, 1))
    dissolve_body(body, by=forum.people["office"])
    assert not Seat.objects.in_region(forum.mitte).filter(body=body, ends_on__isnull=True).exists()
    assert "aufgelöst" in client_of("nobody").get("/mitte/forum/runde-public/").content.decode()
    assert [one.slug for one in bodies_seen(forum.mitte, NOBODY)] == []
    with pytest.raises(ConflictError):
        change_rules(body, by=forum.people["office"], quorum_percent=70)
    with pytest.raises(ConflictError):
        dissolve_body(body, by=forum.people["office"])


def test_dissolve_body_refused_while_parts_stand(forum):
    change_body(forum.bodies["members"], by=forum.people["office"], parent=forum.bodies["public"])
    with pytest.raises(ConflictError, match="Runde members"):
        dissolve_body(forum.bodies["public"], by=forum.people["office"])


def test_parent_that_a_reader_may_not_see_is_not_named(forum, client_of):
    change_body(forum.bodies["public"], by=forum.people["office"], parent=forum.bodies["office"])
    for door in ("", "geschaeftsordnung/"):
        assert "Runde office" not in client_of("member").get(f"/mitte/forum/runde-public/{door}").content.decode()
    assert "Runde office" in client_of("office").get("/mitte/forum/runde-public/").content.decode()


def test_hostile_names_are_escaped(forum, client_of):
    change_body(forum.bodies["public"], by=forum.people["office"], name_de='<script>alert("x")</script>')
    client = client_of("office")
    for door in (
        "",
        "runde-public/",
        "runde-public/sitze/",
        "runde-public/geschaeftsordnung/",
        "runde-public/verlauf/",
    ):
        assert '<script>alert("x")' not in client.get(f"/mitte/forum/{door}").content.decode()


def test_shares_count_votes_by_group_and_organisation(forum):
    from raumwerk.web.forum.actions.seats import fill_seat

    body, office = forum.bodies["public"], forum.people["office"]
    for organisation, weight in ((forum.town, 3), (None, 1)):
        fill_seat(
            body, by=office, organisation=organisation, weight=weight, interest_group="public",
            person=None if organisation else forum.people["editor"],
        )  # fmt: skip
    fill_seat(body, by=office, person=forum.people["guest"], office_in_body="guest", interest_group="civil")
    change_rules(body, by=office, interest_group_cap=75)
    seats = list(Seat.objects.in_region(forum.mitte).filter(body=body))
    body.refresh_from_db()
    found = shares_of(body, seats)
    assert [(one.key, one.seats, one.votes, one.above_cap) for one in found.groups] == [
        ("public", 3, 5, True), ("economy", 1, 1, False),
    ]  # fmt: skip
    body.votes_per = "organisation"
    found = shares_of(body, seats)
    assert [(one.key, one.seats, one.votes, one.percent) for one in found.groups] == [
        ("public", 3, 4, 80.0), ("economy", 1, 1, 20.0),
    ]  # fmt: skip


def test_overview_asks_a_bounded_number_of_questions(forum, client_of, django_assert_max_num_queries):
    for number in range(20):
        found_body(forum.mitte, by=None, slug=f"ag-{number}", name_de=f"AG {number}", kind="expert", remit_de="R")
    client = client_of("member")
    with django_assert_max_num_queries(32):
        assert client.get("/mitte/forum/").status_code == 200


def test_english_pages_show_english_texts(forum, client_of):
    page = client_of("nobody").get("/en/mitte/forum/runde-public/").content.decode()
    assert "Circle public" in page
    assert "Remit public" in page
    with translation.override("en"):
        assert str(forum.bodies["kali"]) == "Runde Kali"
