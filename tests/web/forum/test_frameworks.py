"""Frameworks compared: members write, the office publishes, nothing is lost, files hold what the reader may see."""

from __future__ import annotations

import io

import openpyxl
import pytest

from raumwerk.errors import ConflictError, InputError
from raumwerk.web.forum.actions.adopting import enter_resolution
from raumwerk.web.forum.actions.frameworks import (
    link_resolutions,
    propose_topic,
    publish_topic,
    revise_topic,
    withdraw_topic,
)
from raumwerk.web.forum.models import FrameworkRevision, FrameworkTopic
from raumwerk.web.forum.queries.frameworks import revisions_of, states_of
from raumwerk.web.shared.audit.models import AuditEntry
from raumwerk.web.shared.visibility import audience_of

WHO = ["nobody", "account", "guest", "member", "editor", "office", "admin", "foreign"]
MEMBERS = {"member", "editor", "office", "admin"}
OFFICE = {"office", "admin"}


@pytest.fixture
def topics(forum):
    """One published topic with a newer revision in work, and one that was never published."""
    member, office = forum.people["member"], forum.people["office"]
    conditions = {"06": {"text_de": "Hessen regelt A", "source_title": "Planungsgesetz", "source_url": "https://a.example/"},
                  "05": {"text_de": "=NRW regelt B"}}  # fmt: skip
    known = propose_topic(
        forum.mitte, by=member, conditions=conditions, title_de="Träger der Regionalplanung", field="spatial_planning",
        obstacle_de="Drei Verfahren", organisation=forum.firm, body=forum.bodies["office"],
    )  # fmt: skip
    publish_topic(known, number=1, by=office)
    revise_topic(
        known, base=1, by=member, note="ergänzt",
        conditions={**conditions, "03": {"text_de": "Niedersachsen regelt C"}},
        title_de="Träger der Planung, neu", field="spatial_planning", organisation=forum.firm,
    )  # fmt: skip
    hidden = propose_topic(forum.mitte, by=member, conditions={}, title_de="Nur Entwurf", field="funding")
    known.refresh_from_db()
    return forum, known, hidden


def test_states_come_from_the_region(forum):
    assert [key for key, _name in states_of(forum.mitte)] == ["03", "05", "06"]


@pytest.mark.parametrize("who", WHO)
def test_table_and_files_show_what_the_reader_may_see(topics, client_of, who):
    client = client_of(who)
    pages = {
        "page": client.get("/mitte/forum/rahmenbedingungen/").content.decode(),
        "csv": client.get("/mitte/forum/rahmenbedingungen.csv").content.decode("utf-8-sig"),
        "topic": client.get("/mitte/forum/rahmenbedingungen/1/").content.decode(),
    }
    member = who in MEMBERS
    for door in ("page", "csv"):
        assert ("Träger der Planung, neu" in pages[door], "Nur Entwurf" in pages[door]) == (member, member)
        assert ("Träger der Regionalplanung" in pages[door]) is not member
        assert ("Stille Firma" in pages[door]) is member
    assert ("Niedersachsen regelt C" in pages["topic"]) is member
    assert ("Runde office" in pages["topic"]) is (who in OFFICE)
    assert client.get("/mitte/forum/rahmenbedingungen/2/").status_code == (200 if member else 404)
    assert client.get("/kali/forum/rahmenbedingungen/1/").status_code == 404


@pytest.mark.parametrize("who", WHO)
def test_doors_that_change_frameworks_by_role(topics, client_of, who):
    client = client_of(who)
    base = "/mitte/forum/rahmenbedingungen"
    refused = 302 if who == "nobody" else 403
    found = {
        "new": client.get(f"{base}/neu/").status_code,
        "edit": client.get(f"{base}/1/bearbeiten/").status_code,
        "link": client.get(f"{base}/1/beschluesse/").status_code,
    }
    assert found == {
        "new": 200 if who in MEMBERS else refused,
        "edit": 200 if who in MEMBERS else refused,
        "link": 200 if who in OFFICE else refused,
    }
    answer = client.post(f"{base}/1/veroeffentlichen/", {"revision": "2"})
    assert answer.status_code == (302 if who in OFFICE | {"nobody"} else 403)
    known = FrameworkTopic.objects.in_region(topics[0].mitte).get(number=1)
    assert (known.published_id == known.latest_id) is (who in OFFICE)


def test_files_hold_no_formula(topics, client_of):
    client = client_of("member")
    assert "'=NRW regelt B" in client.get("/mitte/forum/rahmenbedingungen.csv").content.decode("utf-8-sig")
    answer = client.get("/en/mitte/forum/rahmenbedingungen.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][:5] == ["No.", "Topic", "Field", "Niedersachsen", "Niedersachsen: source"]
    assert rows[1][5] == "=NRW regelt B"
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}


def test_revision_through_the_form_keeps_before_and_after(topics, client_of):
    forum, known, _hidden = topics
    client = client_of("editor")
    page = client.get("/mitte/forum/rahmenbedingungen/1/bearbeiten/").content.decode()
    assert "Niedersachsen regelt C" in page
    given = {"base": "2", "title_de": "Dritte Fassung", "field": "funding", "status": "compared",
             "text_de_06": "Hessen neu",
             "source_date_06": "2024-05-01", "note": "Stand geprüft"}  # fmt: skip
    assert client.post("/mitte/forum/rahmenbedingungen/1/bearbeiten/", given).status_code == 302
    (revision, changes), *_older = revisions_of(known, audience_of(forum.people["editor"], forum.mitte))
    assert (revision.number, revision.by, revision.note) == (3, forum.people["editor"], "Stand geprüft")
    told = {(change.before, change.after) for change in changes}
    assert ("Hessen regelt A", "Hessen neu") in told
    assert ("Niedersachsen regelt C", "") in told
    late = client.post("/mitte/forum/rahmenbedingungen/1/bearbeiten/", given | {"title_de": "Zu spät"})
    assert late.status_code == 409
    assert "Zu spät" in late.content.decode()
    assert FrameworkRevision.objects.in_region(forum.mitte).filter(topic=known).count() == 3


def test_publish_refuses_what_the_office_has_not_read(topics):
    forum, known, _hidden = topics
    with pytest.raises(ConflictError):
        publish_topic(known, number=1, by=forum.people["office"])
    withdraw_topic(known, by=forum.people["office"])
    entry = AuditEntry.objects.filter(verb="withdraw_topic").first()
    assert entry.details == {"before": 1, "after": None}


def test_propose_refuses_source_without_condition_and_foreign_body(forum):
    facts = {"by": forum.people["member"], "title_de": "X", "field": "other"}
    with pytest.raises(InputError) as refusal:
        propose_topic(forum.mitte, conditions={"06": {"source_title": "Q"}}, **facts)
    assert [one.column for one in refusal.value.problems] == ["text_de_06"]
    with pytest.raises(InputError) as refusal:
        propose_topic(forum.mitte, conditions={}, body=forum.bodies["kali"], **facts)
    assert [one.column for one in refusal.value.problems] == ["body"]


def test_source_address_that_is_a_script_is_refused(topics, client_of):
    given = {
        "title_de": "X",
        "field": "other",
        "status": "compared",
        "text_de_06": "T",
        "source_url_06": "javascript:alert(1)",
    }
    answer = client_of("member").post("/mitte/forum/rahmenbedingungen/neu/", given)
    assert answer.status_code == 400
    assert FrameworkTopic.objects.in_region(topics[0].mitte).count() == 2


def test_linked_resolutions_follow_their_own_visibility(topics, client_of):
    import datetime

    forum, known, _hidden = topics
    office = forum.people["office"]
    made = [
        enter_resolution(
            forum.bodies["public"], by=office, adopted_on=datetime.date(2026, 3, day), title=f"Beschluss {level}",
            wording="W", visibility=level, state="adopted",
        )
        for day, level in enumerate(("public", "office"), start=1)
    ]  # fmt: skip
    link_resolutions(known, resolutions=made, by=office)
    office_page = client_of("office").get("/mitte/forum/rahmenbedingungen/1/").content.decode()
    member_page = client_of("member").get("/mitte/forum/rahmenbedingungen/1/").content.decode()
    assert "Beschluss office" in office_page
    assert "Beschluss office" not in member_page


def test_table_asks_a_bounded_number_of_questions(topics, client_of, django_assert_max_num_queries):
    forum, _known, _hidden = topics
    for number in range(20):
        propose_topic(forum.mitte, by=None, conditions={"06": {"text_de": "T"}}, title_de=f"T{number}", field="other")
    client = client_of("member")
    with django_assert_max_num_queries(30):
        assert client.get("/mitte/forum/rahmenbedingungen/").status_code == 200
