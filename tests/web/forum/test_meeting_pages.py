"""The pages of meetings, votes, minutes, resolutions and tasks by role and state."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from made_forum import cast_all, make_table, motion_on, open_ballot, plan, running
from raumwerk.web.forum.actions.agenda import add_item
from raumwerk.web.forum.actions.meetings import close_meeting, invite, plan_meeting
from raumwerk.web.forum.actions.minutes import begin_minutes
from raumwerk.web.forum.actions.resolutions import complete_resolution, publish_resolution
from raumwerk.web.forum.actions.tasks import give_task
from raumwerk.web.forum.actions.votes import close_vote, create_vote, publish_vote
from raumwerk.web.forum.models import Body, Meeting, Motion, Resolution
from raumwerk.web.shared.notify.models import OutgoingMail

ROLES = ("nobody", "foreign", "account", "outsider", "guest", "deputy", "member", "chair", "office")
READERS = {
    "public": set(ROLES),
    "members": {"outsider", "guest", "deputy", "member", "chair", "office"},
    "body": {"guest", "deputy", "member", "chair", "office"},
    "office": {"office"},
}


@pytest.fixture
def table(regions, make_person):
    made = make_table(regions, make_person)
    made.foreign = make_person("office@kali.example", region=regions["kali"], role="office")
    made.account = make_person("account@nowhere.example")
    made.member = made.members[1]
    return made


@pytest.fixture
def as_role(table, sign_in):
    def make(role):
        client = Client()
        return client if role == "nobody" else sign_in(getattr(table, role), client=client)

    return make


def path(name, **parts):
    from django.urls import reverse

    with translation.override("de"):
        return reverse(f"forum:{name}", kwargs={"region": "mitte", **parts})


def test_every_page_opens_for_office_in_both_languages(table, as_role):
    meeting = running(table)
    vote = open_ballot(table, meeting)
    cast_all(table, vote, ["yes", "yes", "no"])
    close_vote(vote, by=table.chair)
    second = open_ballot(table, meeting, title="Brücke", method="secret")
    begin_minutes(meeting, by=table.chair)
    resolution = Resolution.objects.in_region(table.region).get()
    task = give_task(table.body, by=table.office, title="Vermessen", owner=table.member)
    planned = plan(table)
    client = as_role("office")
    pages = [
        path("overview"), path("body", body="lenkung"), path("meetings"), path("meeting", number=meeting.pk),
        path("meeting", number=planned.pk), path("meeting-edit", number=planned.pk),
        path("attendance", number=meeting.pk), path("sent", number=meeting.pk), path("item-new", number=planned.pk),
        path("item", number=meeting.pk, item=vote.item_id), path("item-edit", number=meeting.pk, item=vote.item_id),
        path("minutes", number=meeting.pk), path("minutes-edit", number=meeting.pk),
        path("motion", number=vote.motion_id), path("motion-edit", number=second.motion_id),
        path("vote-new", number=second.motion_id), path("vote", number=vote.pk), path("vote", number=second.pk),
        path("resolutions"), path("resolution", number=resolution.pk),
        path("resolution-complete", number=resolution.pk), path("resolution-forward", number=resolution.pk),
        path("task-from", number=resolution.pk), path("tasks"), path("task", number=task.pk),
        path("task-edit", number=task.pk), path("meeting-new", body="lenkung"), path("motion-new", body="lenkung"),
        path("task-new", body="lenkung"),
    ]  # fmt: skip
    found = {page: client.get(page).status_code for each in pages for page in (each, f"/en{each}")}
    assert found == dict.fromkeys(found, 200)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("level", ["public", "members", "body", "office"])
def test_meeting_is_seen_by_whom_it_is_for(table, as_role, role, level):
    meeting = plan(table, title="Sondertermin", visibility=level)
    motion, item = motion_on(table, meeting, title="Sonderantrag", visibility=level)
    vote = create_vote(motion, by=table.chair, method="named", item=item)
    client = as_role(role)
    sees = role in READERS[level]
    doors = [path("meeting", number=meeting.pk), path("item", number=meeting.pk, item=item.pk),
             path("motion", number=motion.pk), path("vote", number=vote.pk)]  # fmt: skip
    expected = [200 if sees else 404] * 4
    if role == "chair":  # the chair submitted the motion
        expected[2] = 200
    assert [client.get(door).status_code for door in doors] == expected
    lists = "".join(client.get(door).content.decode() for door in (path("meetings"), path("overview"),
                                                                   path("body", body="lenkung")))  # fmt: skip
    assert ("Sondertermin" in lists) == sees
    assert ("Sonderantrag" in lists) == (sees or role == "chair")
    # The same number under another region's address is nothing.
    assert client.get(path("meeting", number=meeting.pk).replace("/mitte/", "/kali/")).status_code == 404


@pytest.mark.parametrize("role", ROLES)
def test_doors_of_those_who_run_a_meeting(table, as_role, role):
    meeting = invite(plan(table), by=table.office)
    motion, item = motion_on(table, meeting)
    client = as_role(role)
    expected = 200 if role in ("office", "chair") else (302 if role == "nobody" else 403)
    doors = [path("meeting-edit", number=meeting.pk), path("attendance", number=meeting.pk),
             path("sent", number=meeting.pk), path("item-new", number=meeting.pk),
             path("item-edit", number=meeting.pk, item=item.pk),
             path("vote-new", number=motion.pk), path("meeting-new", body="lenkung"),
             path("task-new", body="lenkung")]  # fmt: skip
    assert {door: client.get(door).status_code for door in doors} == dict.fromkeys(doors, expected)
    for deed in ("open", "cancel", "close"):
        answer = (
            client.post(path("meeting", number=meeting.pk), {"deed": deed, "reason": "x"}) if expected != 200 else None
        )
        assert answer is None or answer.status_code == expected
    assert Meeting.objects.in_region(table.region).get().state == "invited"


@pytest.mark.parametrize(
    ("role", "status"),
    [("nobody", 302), ("foreign", 403), ("account", 403), ("outsider", 403), ("guest", 302), ("deputy", 302),
     ("member", 302), ("chair", 302), ("office", 403)],
)  # fmt: skip
def test_registration_is_for_the_invited(table, as_role, role, status):
    meeting = plan(table)
    answer = as_role(role).post(path("meeting", number=meeting.pk), {"deed": "come"})
    assert answer.status_code == status
    if role == "nobody":
        assert "/konto/" in answer["Location"]


def test_registration_is_open_to_accounts_of_the_region_where_the_public_is_invited(regions, make_person, sign_in):
    table = make_table(regions, make_person, invited="public")
    meeting = plan(table)
    client = sign_in(table.outsider, client=Client())
    assert client.post(path("meeting", number=meeting.pk), {"deed": "come"}).status_code == 302
    hidden = plan(table, visibility="body")
    assert client.post(path("meeting", number=hidden.pk), {"deed": "come"}).status_code == 404


def test_refused_deed_stands_on_the_page_with_its_status(table, as_role):
    late = plan(table, days=3)
    client = as_role("chair")
    answer = client.post(path("meeting", number=late.pk), {"deed": "invite"})
    assert answer.status_code == 400
    assert "Einladungsfrist" in answer.content.decode()
    assert client.post(path("meeting", number=late.pk), {"deed": "invite", "reason": "eilig"}).status_code == 302
    assert client.post(path("meeting", number=late.pk), {"deed": "invite", "reason": "eilig"}).status_code == 409
    assert client.post(path("meeting", number=late.pk), {"deed": "dance"}).status_code == 400


def test_deeds_need_the_token_of_the_form(table, sign_in):
    meeting = plan(table)
    client = sign_in(table.chair, client=Client(enforce_csrf_checks=True))
    doors = [path("meeting", number=meeting.pk), path("meeting-new", body="lenkung"),
             path("motion-new", body="lenkung"), path("item-new", number=meeting.pk)]  # fmt: skip
    assert {client.post(door, {"deed": "come"}).status_code for door in doors} == {403}


@pytest.mark.parametrize("role", ["nobody", "foreign", "outsider", "guest", "office", "deputy"])
def test_vote_is_cast_by_those_entitled_alone(table, as_role, role):
    vote = open_ballot(table, running(table))
    answer = as_role(role).post(path("vote", number=vote.pk), {"deed": "cast", "choice": "yes"})
    assert answer.status_code == (302 if role == "nobody" else 403)
    member = as_role("member")
    assert member.post(path("vote", number=vote.pk), {"deed": "cast", "choice": "yes"}).status_code == 302
    assert member.post(path("vote", number=vote.pk), {"deed": "cast", "choice": "no"}).status_code == 409


def test_result_is_read_when_it_is_published(table, as_role):
    vote = open_ballot(table, running(table))
    cast_all(table, vote, ["yes", "yes", "no"])
    close_vote(vote, by=table.chair)
    address = path("vote", number=vote.pk)
    assert "Ergebnis der Abstimmung" not in as_role("nobody").get(address).content.decode()
    assert "Ergebnis der Abstimmung" in as_role("chair").get(address).content.decode()
    publish_vote(vote, by=table.chair)
    public, member = as_role("nobody").get(address).content.decode(), as_role("outsider").get(address).content.decode()
    assert "Ergebnis der Abstimmung" in public
    assert "Bert Muster" not in public  # who voted how is read by members of the region
    assert "Bert Muster" in member


def test_secret_result_names_nobody_to_anybody(table, as_role):
    vote = open_ballot(table, running(table), method="secret")
    cast_all(table, vote, ["yes", "yes", "no"])
    publish_vote(close_vote(vote, by=table.chair), by=table.chair)
    for role in ("nobody", "office", "chair"):
        page = as_role(role).get(path("vote", number=vote.pk)).content.decode()
        assert "Wer wie gestimmt hat" not in page


@pytest.mark.parametrize("role", ROLES)
def test_resolution_is_seen_after_publication(table, as_role, role):
    vote = open_ballot(table, running(table), title="Radweg bauen", visibility="members")
    cast_all(table, vote, ["yes", "yes", "no"])
    close_vote(vote, by=table.chair)
    resolution = Resolution.objects.in_region(table.region).get()
    client, address = as_role(role), path("resolution", number=resolution.pk)
    inside = {"guest", "deputy", "member", "chair", "office"}
    assert client.get(address).status_code == (200 if role in inside else 404)
    publish_resolution(resolution, by=table.office)
    assert client.get(address).status_code == (200 if role in inside | {"outsider"} else 404)
    assert ("LENKUNG" in client.get(path("resolutions")).content.decode()) == (role in inside | {"outsider"})


def test_hostile_words_are_shown_as_words(table, as_role):
    bad = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
    table.members[0].first_name = bad[:150]
    table.members[0].save()
    meeting = plan(table, title=bad, place=bad, note=bad)
    item = add_item(meeting, by=table.office, title=bad, text=bad)
    invite(meeting, by=table.office)
    motion = Motion.objects.create(region=table.region, body=table.body, item=item, title=bad, wording=bad, reasons=bad,
                                   visibility="public", proposed_by=table.members[0])  # fmt: skip
    task = give_task(table.body, by=table.office, title=bad, text=bad, owner=table.members[0], visibility="public")
    client = as_role("office")
    for door in (path("meetings"), path("meeting", number=meeting.pk), path("item", number=meeting.pk, item=item.pk),
                 path("motion", number=motion.pk), path("task", number=task.pk), path("tasks"), path("overview"),
                 path("sent", number=meeting.pk)):  # fmt: skip
        page = client.get(door).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_expired_session_loses_nothing_of_the_minutes(table, sign_in, client):
    meeting = running(table)
    minutes = begin_minutes(meeting, by=table.chair)
    item = meeting.items.in_region(table.region).first()
    address = path("minutes-edit", number=meeting.pk)
    typed = {"revision": "0", "summary": "Lange Überlegung", f"item-{item.pk}": "Gesagt wurde viel."}
    answer = client.post(address, typed)  # nobody is signed in any more
    assert (answer.status_code, address in answer["Location"].replace("%2F", "/")) == (302, True)
    sign_in(table.chair, client=client)
    page = client.get(address).content.decode()
    assert "Lange Überlegung" in page
    assert "Gesagt wurde viel." in page
    minutes.refresh_from_db()
    assert minutes.revision == 0  # shown, not saved
    assert client.post(address, typed).status_code == 302
    minutes.refresh_from_db()
    assert (minutes.revision, minutes.summary) == (1, "Lange Überlegung")
    assert "Lange Überlegung" in client.get(address).content.decode()


def test_clash_of_two_writers_shows_both_texts(table, as_role):
    meeting = running(table)
    begin_minutes(meeting, by=table.chair)
    address = path("minutes-edit", number=meeting.pk)
    first, second = as_role("chair"), as_role("office")
    assert first.post(address, {"revision": "0", "summary": "Fassung der Vorsitzenden"}).status_code == 302
    clash = second.post(address, {"revision": "0", "summary": "Fassung des Büros"})
    page = clash.content.decode()
    assert clash.status_code == 409
    assert "Fassung der Vorsitzenden" in page
    assert "Fassung des Büros" in page
    assert "Anna Muster" in page
    assert second.post(address, {"revision": "1", "summary": "Beides"}).status_code == 302


def test_draft_of_minutes_is_for_those_who_run_sit_or_were_there(table, as_role):
    meeting = running(table)
    begin_minutes(meeting, by=table.chair)
    close_meeting(meeting, by=table.chair)
    for role, text in (("nobody", False), ("outsider", False), ("member", True), ("office", True)):
        page = as_role(role).get(path("minutes", number=meeting.pk)).content.decode()
        assert ("Begrüßung" in page) == text, role


def test_numbers_of_queries_do_not_grow_with_the_lists(table, as_role, django_assert_max_num_queries):
    for number in range(30):
        motion_on(table, plan(table, days=20 + number, title=f"Sitzung {number}"))
        give_task(
            table.body, by=table.office, title=f"Aufgabe {number}", owner=table.member, due_on=timezone.localdate()
        )
    client = as_role("office")
    client.get(path("meetings"))
    for door in (path("meetings"), path("tasks"), path("resolutions"), path("overview"), path("body", body="lenkung")):
        with django_assert_max_num_queries(45):
            assert client.get(door).status_code == 200


def test_replaced_resolution_points_to_the_new_one(table, as_role):
    resolutions = []
    for title in ("Alt", "Neu"):
        vote = open_ballot(table, running(table), title=title)
        cast_all(table, vote, ["yes", "yes", "yes"])
        close_vote(vote, by=table.chair)
        resolutions.append(Resolution.objects.in_region(table.region).get(title=title))
    old, new = resolutions
    publish_resolution(old, by=table.office)
    complete_resolution(new, by=table.office, replaces=old)
    anybody = as_role("nobody")
    assert "wurde ersetzt" not in anybody.get(path("resolution", number=old.pk)).content.decode()
    publish_resolution(new, by=table.office)
    page = anybody.get(path("resolution", number=old.pk)).content.decode()
    assert path("resolution", number=new.pk) in page


def test_guest_of_the_region_reads_the_meetings_they_are_invited_to(forum, client_of):
    """Who sits in a body is in the circle of its members: else the link of the invitation would lead nowhere."""
    body, office, start = forum.bodies["body"], forum.people["office"], timezone.now() + timedelta(days=30)
    meeting = plan_meeting(body, by=office, title="Für Mitglieder", place="Rathaus", visibility="members",
                           starts_at=start, ends_at=start + timedelta(hours=2))  # fmt: skip
    add_item(meeting, by=office, title="Begrüßung")
    invite(meeting, by=office)
    address = f"/mitte/forum/sitzung/{meeting.pk}/"
    told = [mail for mail in OutgoingMail.objects.in_region(forum.mitte).about(meeting) if address in mail.text]
    assert [mail.person for mail in told] == [forum.people["seated"]]
    answers = {who: client_of(who).get(address).status_code for who in ("nobody", "guest", "member", "seated")}
    assert answers == {"nobody": 404, "guest": 404, "member": 404, "seated": 200}
    assert client_of("seated").post(address, {"deed": "come"}).status_code == 302
    Body.objects.in_region(forum.mitte).filter(pk=body.pk).update(visibility="members")
    assert [client_of(who).get(address).status_code for who in ("guest", "member", "seated")] == [404, 200, 200]


@pytest.mark.parametrize("weight", [1, 2])
def test_result_tells_of_weights_only_where_they_differ(table, client, weight):
    table.seats[0].weight = weight
    table.seats[0].save()
    vote = open_ballot(table, running(table), method="open")
    cast_all(table, vote, ["yes", "yes", "no"])
    publish_vote(close_vote(vote, by=table.chair), by=table.chair)
    page = client.get(path("vote", number=vote.pk)).content.decode()
    assert "<caption>Ergebnis der Abstimmung</caption>" in page
    assert (">Gewicht</th>" in page) is (weight == 2)
