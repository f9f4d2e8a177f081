"""Discussion and moderation: who may do what in which state, who is told, and that nothing is lost or doubled."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.template import engines
from django.test import RequestFactory
from django.utils import timezone

from raumwerk.errors import ConflictError, InputError
from raumwerk.web.shared.audit.models import AuditEntry
from raumwerk.web.shared.comments import actions, moderation
from raumwerk.web.shared.comments.models import LONGEST, Appeal, Comment, Report
from raumwerk.web.shared.comments.queries import comment_counts, discussion_of, open_appeals, queue_of
from raumwerk.web.shared.notify.models import Follow, Note

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(regions, make_person):
    """People of one region by what they are."""
    names = {"anna": "member", "bert": "member", "office": "office", "other": "office", "guest": "guest"}
    found = {
        name: make_person(f"{name}@kreis.example", region=regions["mitte"], role=role, first_name=name.title())
        for name, role in names.items()
    }
    found["far"] = make_person("far@kali.example", region=regions["kali"], role="office")
    found["nobody"] = AnonymousUser()
    return found


@pytest.fixture
def thing(make_thing):
    return make_thing()


def _notes(person):
    rows = Note.objects.across_regions("what one person was told").filter(person=person).order_by("pk")
    return [(row.kind, row.text) for row in rows]


def _seen(thing, person):
    return [(one.author, one.text, one.notice, len(one.answers)) for one in discussion_of(thing, person)]


def _age(comment, **span):
    Comment.objects.in_region(comment.region).filter(pk=comment.pk).update(
        created_at=timezone.now() - timedelta(**span)
    )
    comment.refresh_from_db()


def test_a_discussion_grows_and_tells_those_concerned(thing, cast):
    first = actions.write_comment(thing, "Der Bus fehlt.\r\n", by=cast["anna"])
    answer = actions.write_comment(thing, "Stimmt.", by=cast["bert"], parent=first)
    actions.write_comment(thing, "Danke.", by=cast["anna"], parent=answer)
    (top,) = discussion_of(thing, cast["nobody"])
    assert [(one.author, one.text) for one in [top, *top.answers]] == [
        ("Anna", "Der Bus fehlt."), ("Bert", "Stimmt."), ("Anna", "Danke."),
    ]  # fmt: skip
    assert comment_counts([thing]) == {thing.pk: 3}
    assert _notes(cast["anna"]) == [("answer", "Bert hat auf Ihren Kommentar zu „Landkreis Muster“ geantwortet.")]
    assert _notes(cast["bert"]) == [("answer", "Anna hat auf Ihren Kommentar zu „Landkreis Muster“ geantwortet.")]
    followers = Follow.objects.in_region(thing.region).about(thing).values_list("person__first_name", flat=True)
    assert sorted(followers) == ["Anna", "Bert"]
    assert {entry.subject for entry in AuditEntry.objects.all()} == {
        f"Landkreis Muster: comment {pk}" for pk in Comment.objects.in_region(thing.region).values_list("pk", flat=True)
    }


@pytest.mark.parametrize("name", ["guest", "far", "nobody"])
def test_only_who_may_take_part_writes(thing, cast, name):
    with pytest.raises(PermissionDenied):
        actions.write_comment(thing, "Hallo", by=cast[name])


@pytest.mark.parametrize("text", ["", " \r\n ", "x" * (LONGEST + 1)])
def test_a_text_that_is_none_is_refused(thing, cast, text):
    with pytest.raises(InputError) as caught:
        actions.write_comment(thing, text, by=cast["anna"])
    assert caught.value.problems[0].column == "text"


def test_floods_and_doubles_are_refused(thing, cast):
    actions.write_comment(thing, "Dasselbe", by=cast["anna"])
    with pytest.raises(InputError, match="bereits"):
        actions.write_comment(thing, "Dasselbe", by=cast["anna"])
    for number in range(5):
        actions.write_comment(thing, f"Nummer {number}", by=cast["anna"])
    with pytest.raises(ConflictError, match="6 Kommentare in 10 Minuten"):
        actions.write_comment(thing, "Noch einer", by=cast["anna"])
    actions.write_comment(thing, "Noch einer", by=cast["bert"])


@pytest.mark.django_db(transaction=True)
def test_a_flood_at_once_is_refused_as_one_after_the_other(thing, cast):
    gate = threading.Barrier(10)

    def write(number):
        gate.wait(30)
        try:
            actions.write_comment(thing, f"Nummer {number}", by=cast["anna"])
        except ConflictError:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(10) as pool:
        written = list(pool.map(write, range(10)))
    assert (sum(written), Comment.objects.in_region(thing.region).count()) == (6, 6)


def test_an_answer_stays_with_its_thing(thing, make_thing, cast):
    elsewhere = actions.write_comment(make_thing(name="Stadt"), "Hier", by=cast["anna"])
    with pytest.raises(PermissionDenied):
        actions.write_comment(thing, "Dort", by=cast["bert"], parent=elsewhere)
    actions.withdraw_comment(elsewhere, by=cast["anna"])
    with pytest.raises(ConflictError):
        actions.write_comment(elsewhere.target, "Spät", by=cast["bert"], parent=elsewhere)


def test_authors_change_for_a_quarter_of_an_hour_and_withdraw(thing, cast):
    made = actions.write_comment(thing, "Alt", by=cast["anna"])
    with pytest.raises(PermissionDenied):
        actions.change_comment(made, "Fremd", by=cast["bert"])
    actions.change_comment(made, "Neu", by=cast["anna"])
    assert made.edited_at is not None
    _age(made, minutes=16)
    with pytest.raises(ConflictError, match="15 Minuten"):
        actions.change_comment(made, "Zu spät", by=cast["anna"])
    with pytest.raises(PermissionDenied):
        actions.withdraw_comment(made, by=cast["bert"])
    actions.withdraw_comment(made, by=cast["anna"])
    assert _seen(thing, cast["office"]) == [
        ("", "", "Dieser Kommentar wurde von der verfassenden Person zurückgezogen.", 0)
    ]
    assert Comment.objects.in_region(thing.region).get().text == ""


def test_released_first_keeps_comments_until_the_office_lets_them_go(thing, cast):
    moderation.set_released_first(thing.region, wanted=True, by=cast["office"])
    made = actions.write_comment(thing, "Wartet", by=cast["anna"])
    assert _seen(thing, cast["nobody"]) == _seen(thing, cast["bert"]) == []
    assert [text for _, text, _, _ in _seen(thing, cast["anna"])] == ["Wartet"]
    assert list(queue_of(thing.region)) == [made]
    assert _notes(cast["office"]) == [("moderation_office", "Ein Kommentar zu „Landkreis Muster“ wartet auf Freigabe.")]
    moderation.decide(made, "release", "In Ordnung", by=cast["office"])
    assert [text for _, text, _, _ in _seen(thing, cast["nobody"])] == ["Wartet"]
    actions.write_comment(thing, "Vom Amt", by=cast["office"])
    assert len(_seen(thing, cast["nobody"])) == 2
    with pytest.raises(PermissionDenied):
        moderation.set_released_first(thing.region, wanted=False, by=cast["bert"])


def test_report_decision_appeal_answer(thing, cast):
    made = actions.write_comment(thing, "Sie Dummkopf", by=cast["anna"])
    moderation.report_comment(made, "insult", "Das geht zu weit.", by=cast["bert"])
    with pytest.raises(ConflictError, match="bereits gemeldet"):
        moderation.report_comment(made, "insult", by=cast["bert"])
    moderation.report_comment(made, "other", by=None)
    assert [row.open_reports for row in queue_of(thing.region)] == [2]
    with pytest.raises(ConflictError):
        actions.withdraw_comment(made, by=cast["anna"])
    hidden = moderation.decide(made, "hide", "Beleidigung (Nr. 3 der Regeln)", by=cast["office"])
    assert not queue_of(thing.region)
    assert _seen(thing, cast["nobody"]) == [("", "", "Dieser Kommentar wurde von der Geschäftsstelle ausgeblendet.", 0)]
    assert [text for _, text, _, _ in _seen(thing, cast["anna"])] == ["Sie Dummkopf"]
    assert _notes(cast["anna"])[-1][0] == _notes(cast["bert"])[-1][0] == "moderation"
    assert not Report.objects.in_region(thing.region).filter(decision__isnull=True).exists()
    with pytest.raises(PermissionDenied):
        moderation.appeal(hidden, "Nein", by=cast["bert"])
    objection = moderation.appeal(hidden, "Das war ein Zitat.", by=cast["anna"])
    with pytest.raises(ConflictError):
        moderation.appeal(hidden, "Noch einmal", by=cast["anna"])
    assert list(open_appeals(thing.region)) == [objection]
    for name in ("office", "bert", "far", "anna"):
        with pytest.raises(PermissionDenied):
            moderation.answer_appeal(objection, granted=True, answer="Ja", by=cast[name])
    moderation.answer_appeal(objection, granted=True, answer="Es war ein Zitat.", by=cast["other"])
    with pytest.raises(ConflictError):
        moderation.answer_appeal(objection, granted=False, answer="Doch nicht", by=cast["other"])
    assert [text for _, text, _, _ in _seen(thing, cast["nobody"])] == ["Sie Dummkopf"]
    verbs = AuditEntry.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == [
        "write_comment", "report_comment", "report_comment", "decide_on_comment", "appeal", "answer_appeal",
        "decide_on_comment",
    ]  # fmt: skip


def test_two_of_the_office_do_not_decide_twice(thing, cast):
    made = actions.write_comment(thing, "Text", by=cast["anna"])
    same = Comment.objects.in_region(thing.region).get()
    moderation.decide(made, "remove", "Werbung", by=cast["office"])
    with pytest.raises(ConflictError, match="Entfernt"):
        moderation.decide(same, "hide", "Werbung", by=cast["other"])
    with pytest.raises(InputError):
        moderation.decide(same, "restore", " ", by=cast["other"])
    for name in ("anna", "bert", "far"):
        with pytest.raises(PermissionDenied):
            moderation.decide(same, "restore", "Doch", by=cast[name])
    own = actions.write_comment(thing, "Vom Amt", by=cast["office"])
    with pytest.raises(PermissionDenied):
        moderation.decide(own, "hide", "Selbst", by=cast["office"])


def test_an_appeal_that_is_refused_leaves_the_decision(thing, cast):
    made = actions.write_comment(thing, "Text", by=cast["anna"])
    removed = moderation.decide(made, "remove", "Werbung", by=cast["office"])
    objection = moderation.appeal(removed, "Keine Werbung", by=cast["anna"])
    moderation.answer_appeal(objection, granted=False, answer="Doch.", by=cast["other"])
    held = Appeal.objects.in_region(thing.region).get()
    assert (held.granted, held.answer, held.settled_by) == (False, "Doch.", cast["other"])
    assert Comment.objects.in_region(thing.region).get().state == "removed"
    assert _notes(cast["anna"])[-1][1] == "Ihr Widerspruch zu Ihrem Kommentar zu „Landkreis Muster“ ist beantwortet."


def test_an_account_that_goes_leaves_its_texts_without_a_name(thing, cast):
    made = actions.write_comment(thing, "Bleibt", by=cast["anna"])
    cast["anna"].delete()
    made.refresh_from_db()
    assert [(author, text) for author, text, _, _ in _seen(thing, cast["nobody"])] == [("Früheres Konto", "Bleibt")]


def test_a_discussion_costs_two_queries_however_long(thing, cast, django_assert_num_queries):
    for number in range(6):
        actions.write_comment(thing, f"Nummer {number}", by=cast["anna"])
        actions.write_comment(thing, f"Antwort {number}", by=cast["bert"])
    with django_assert_num_queries(1):
        assert len(discussion_of(thing, cast["nobody"])) == 12


def test_hostile_text_stays_text(thing, cast):
    evil = '<script>alert(1)</script> https://evil.example/?a="><b>'
    actions.write_comment(thing, evil, by=cast["anna"])
    request = RequestFactory().get("/mitte/")
    request.user = cast["nobody"]
    template = engines["django"].from_string("{% load comments %}{% discussion thing %}")
    html = template.render({"thing": thing}, request)
    assert "<script>" not in html
    assert "<b>" not in html
    assert 'rel="nofollow"' in html


DOORS = (
    "/mitte/diskussion/neu/?thing=people.organisation&number={thing}", "/mitte/diskussion/{comment}/aendern/",
    "/mitte/diskussion/{comment}/melden/", "/mitte/diskussion/entscheidung/{decision}/",
    "/mitte/geschaeftsstelle/moderation/", "/mitte/geschaeftsstelle/moderation/{comment}/",
)  # fmt: skip


@pytest.mark.parametrize("case", [
    ("nobody", "public", (403, 302, 200, 302, 302, 302)), ("nobody", "closed", (403, 302, 404, 302, 302, 302)),
    ("guest", "public", (403, 403, 200, 404, 403, 403)), ("guest", "closed", (404, 404, 404, 404, 403, 403)),
    ("far", "public", (403, 403, 200, 404, 403, 403)), ("far", "closed", (404, 404, 404, 404, 403, 403)),
    ("bert", "public", (200, 403, 200, 404, 403, 403)), ("bert", "closed", (200, 403, 200, 404, 403, 403)),
    ("anna", "closed", (200, 200, 200, 200, 403, 403)), ("office", "closed", (200, 403, 200, 200, 200, 200)),
])  # fmt: skip
def test_doors_by_role(client, make_thing, cast, sign_in, case):
    name, state, codes = case
    thing = make_thing(public=state == "public")
    made = actions.write_comment(thing, "Text", by=cast["anna"])
    decided = moderation.decide(made, "keep", "In Ordnung", by=cast["office"])
    if name != "nobody":
        sign_in(cast[name])
    given = {"thing": thing.pk, "comment": made.pk, "decision": decided.pk}
    assert tuple(client.get(door.format(**given)).status_code for door in DOORS) == codes
    assert client.get(DOORS[2].format(**given).replace("mitte", "kali")).status_code == 404


def test_the_way_through_the_pages(client, thing, cast, sign_in):
    place = {"thing": "people.organisation", "number": thing.pk}
    sign_in(cast["anna"])
    answer = client.post("/mitte/diskussion/neu/", {**place, "text": "Erster <b>Satz</b>"})
    made = Comment.objects.in_region(thing.region).get()
    assert (answer.status_code, answer.url) == (302, f"/mitte/verzeichnis/{thing.pk}/#kommentar-{made.pk}")
    again = client.post("/mitte/diskussion/neu/", {**place, "text": "Erster <b>Satz</b>"})
    assert again.status_code == 400
    assert "Erster &lt;b&gt;Satz&lt;/b&gt;" in again.content.decode()
    client.logout()
    lost = client.post("/mitte/diskussion/neu/", {**place, "text": "Nicht verlieren"})
    assert lost.status_code == 403
    assert "Nicht verlieren" in lost.content.decode()
    assert client.post(f"/mitte/diskussion/{made.pk}/melden/", {"reason": "other"}).status_code == 302
    sign_in(cast["office"])
    desk = f"/mitte/geschaeftsstelle/moderation/{made.pk}/"
    assert client.post(desk, {"deed": "hide", "reason": ""}).status_code == 400
    assert client.post(desk, {"deed": "hide", "reason": "Unsachlich"}).status_code == 302
    assert client.post(desk, {"deed": "hide", "reason": "Unsachlich"}).status_code == 400
    page = f"/mitte/diskussion/entscheidung/{made.decisions.in_region(thing.region).get().pk}/"
    client.logout()
    sign_in(cast["anna"], second_factor=False)
    assert "Unsachlich" in client.get(page).content.decode()
    assert client.post(page, {"text": "Doch sachlich"}).status_code == 302
    client.logout()
    client.force_login(cast["other"], backend="django.contrib.auth.backends.ModelBackend")
    sign_in(cast["other"])
    appeal = Appeal.objects.in_region(thing.region).get()
    done = client.post(
        f"/mitte/geschaeftsstelle/moderation/widerspruch/{appeal.pk}/", {"granted": "yes", "answer": "Ja"}
    )
    assert done.status_code == 302
    made.refresh_from_db()
    assert made.state == "visible"
