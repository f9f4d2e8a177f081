"""Agendas: order, visibility, addenda after the invitation, conflicts of interest."""

from __future__ import annotations

import pytest
from django.utils import translation

from made_forum import make_table, motion_on, plan, running
from raumwerk.errors import ConflictError, InputError
from raumwerk.web.forum.actions.agenda import add_item, change_item, declare_conflict, move_item, withdraw_item
from raumwerk.web.forum.actions.meetings import invite
from raumwerk.web.forum.actions.votes import create_vote, open_vote
from raumwerk.web.forum.counting import Quorum
from raumwerk.web.forum.models import AgendaItem
from raumwerk.web.forum.queries.roster import meeting_quorum
from raumwerk.web.shared.notify.models import OutgoingMail
from raumwerk.web.shared.visibility import Visibility, audience_of


@pytest.fixture
def table(regions, make_person):
    return make_table(regions, make_person)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def titles(meeting, person=None):
    rows = AgendaItem.objects.in_region(meeting.region).filter(meeting=meeting)
    if person is not None:
        rows = rows.readable(audience_of(person, meeting.region))
    return [item.title for item in rows]


def addenda(meeting):
    return OutgoingMail.objects.in_region(meeting.region).about(meeting).filter(kind="agenda_addendum")


def test_items_stand_in_the_order_the_chair_gives(table):
    meeting = plan(table)
    second = add_item(meeting, by=table.chair, title="Radweg")
    add_item(meeting, by=table.chair, title="Verschiedenes")
    assert titles(meeting) == ["Begrüßung", "Radweg", "Verschiedenes"]
    move_item(second, by=table.chair, up=True)
    assert titles(meeting) == ["Radweg", "Begrüßung", "Verschiedenes"]
    move_item(second, by=table.chair, up=True)  # already the first
    move_item(second, by=table.chair, up=False)
    assert titles(meeting) == ["Begrüßung", "Radweg", "Verschiedenes"]


def test_parts_belong_to_main_items_of_the_same_meeting(table):
    meeting, other = plan(table), plan(table)
    main = add_item(meeting, by=table.chair, title="Verkehr")
    part = add_item(meeting, by=table.chair, title="Bus", parent=main)
    with pytest.raises(InputError, match="main item"):
        add_item(meeting, by=table.chair, title="Linie 5", parent=part)
    with pytest.raises(InputError, match="main item"):
        add_item(other, by=table.chair, title="Bus", parent=main)


def test_item_is_read_by_whom_it_is_for(table, make_person):
    citizen = make_person("citizen@example.org")
    meeting = plan(table)
    add_item(meeting, by=table.office, title="Intern", kind="internal")
    add_item(meeting, by=table.office, title="Geheim", kind="hidden")
    everything = ["Begrüßung", "Intern", "Geheim"]
    assert titles(meeting, table.office) == everything
    for one in (table.chair, table.deputy, table.guest):
        assert titles(meeting, one) == everything[:2]
    assert titles(meeting, table.outsider) == titles(meeting, citizen) == everything[:1]


@pytest.mark.parametrize(
    ("level", "outsider", "member"),
    [(Visibility.PUBLIC, 1, 2), (Visibility.MEMBERS, 1, 2), (Visibility.BODY, 0, 2), (Visibility.OFFICE, 0, 0)],
)
def test_item_is_never_wider_than_its_meeting(table, level, outsider, member):
    meeting = plan(table, visibility=level)
    add_item(meeting, by=table.office, title="Intern", kind="internal")
    assert len(titles(meeting, table.outsider)) == outsider
    assert len(titles(meeting, table.chair)) == member
    assert len(titles(meeting, table.office)) == 2


def test_change_before_the_invitation_is_silent(table):
    meeting = plan(table)
    item = add_item(meeting, by=table.chair, title="Radweg")
    change_item(item, by=table.chair, title="Radwege")
    assert withdraw_item(item, by=table.chair) is None
    assert titles(meeting) == ["Begrüßung"]
    assert addenda(meeting).count() == 0


def test_change_after_the_invitation_is_an_addendum_told_to_all(table):
    meeting = plan(table)
    item = add_item(meeting, by=table.chair, title="Radweg")
    invite(meeting, by=table.office)
    fresh = add_item(meeting, by=table.chair, title="Nachtrag")
    assert fresh.added_at is not None
    assert addenda(meeting).count() == 7
    changed = change_item(item, by=table.chair, title="Radwege")
    assert (changed.added_at, changed.changed_at is None) == (None, False)
    assert addenda(meeting).count() == 14
    gone = withdraw_item(item, by=table.chair)
    assert gone is not None
    assert gone.withdrawn_at is not None
    assert "Radwege" in titles(meeting)  # it stays visible as withdrawn
    assert addenda(meeting).count() == 21
    change_item(fresh, by=table.chair, title="Nachtrag")  # nothing changed, nobody is written to
    assert addenda(meeting).count() == 21


def test_hidden_addendum_is_told_to_nobody(table):
    meeting = invite(plan(table), by=table.office)
    add_item(meeting, by=table.office, title="Personalie", kind="hidden")
    assert addenda(meeting).count() == 0


def test_invitation_does_not_name_hidden_items(table):
    meeting = plan(table)
    add_item(meeting, by=table.office, title="Personalie", kind="hidden")
    invite(meeting, by=table.office)
    texts = OutgoingMail.objects.in_region(table.region).about(meeting).values_list("text", flat=True)
    assert all("Personalie" not in text for text in texts)


def test_partial_members_leave_vote_and_quorum(table):
    meeting = running(table, there=(0, 1, 2))
    _motion, item = motion_on(table, meeting)
    assert meeting_quorum(meeting, item) == Quorum(5, 3, 3)
    with pytest.raises(InputError, match="Give the reason"):
        declare_conflict(item, table.members[2], by=table.members[2], reason="")
    declare_conflict(item, table.members[2], by=table.members[2], reason="Grundstück am Radweg")
    assert meeting_quorum(meeting, item) == Quorum(4, 2, 2)
    assert meeting_quorum(meeting) == Quorum(5, 3, 3)
    with pytest.raises(ConflictError, match="declared already"):
        declare_conflict(item, table.members[2], by=table.chair, reason="noch einmal")


def test_declaration_after_the_vote_has_opened_comes_too_late(table):
    meeting = running(table)
    motion, item = motion_on(table, meeting)
    open_vote(create_vote(motion, by=table.chair, method="named", item=item), by=table.chair)
    with pytest.raises(ConflictError, match="comes too late"):
        declare_conflict(item, table.members[2], by=table.members[2], reason="zu spät")
    with pytest.raises(ConflictError, match="stays on the agenda"):
        withdraw_item(item, by=table.chair)
