"""Planning, inviting, registering, attending: what the rules of procedure allow and what they refuse."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from made_forum import make_table, plan, running
from raumwerk.errors import ConflictError, InputError
from raumwerk.web.forum.actions.agenda import add_item
from raumwerk.web.forum.actions.attendance import note_arrival, note_departure, note_excuse, note_guest, register
from raumwerk.web.forum.actions.meetings import (
    cancel_meeting,
    change_meeting,
    close_meeting,
    invite,
    last_day_to_invite,
    open_meeting,
    plan_meeting,
    plan_series,
    same_weekday,
)
from raumwerk.web.forum.actions.seats import fill_seat
from raumwerk.web.forum.counting import Quorum
from raumwerk.web.forum.models import Attendance, Meeting, Registration
from raumwerk.web.forum.queries.roster import meeting_quorum
from raumwerk.web.people.models import Organisation
from raumwerk.web.shared.audit.models import AuditEntry
from raumwerk.web.shared.notify.models import OutgoingMail

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def table(regions, make_person):
    return make_table(regions, make_person)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def mails(meeting, kind):
    rows = OutgoingMail.objects.in_region(meeting.region).about(meeting).filter(kind=kind)
    return sorted(rows.values_list("address", flat=True))


def test_series_keeps_weekday_and_hour_over_the_change_of_clocks(table):
    # Second Wednesday of January 2027, 14:00 in Berlin.
    first = datetime(2027, 1, 13, 14, 0, tzinfo=BERLIN)
    made = plan_series(
        table.body, by=table.office, every_months=3, times=4, title="Quartal", starts_at=first,
        ends_at=first + timedelta(hours=3),
    )  # fmt: skip
    local = [timezone.localtime(one.starts_at).strftime("%a %d.%m.%Y %H:%M") for one in made]
    assert local == ["Wed 13.01.2027 14:00", "Wed 14.04.2027 14:00", "Wed 14.07.2027 14:00", "Wed 13.10.2027 14:00"]
    assert {one.ends_at - one.starts_at for one in made} == {timedelta(hours=3)}
    assert len({one.series_id for one in made}) == 1


def test_fifth_weekday_becomes_the_last_where_a_month_has_four():
    fifth_monday = datetime(2027, 3, 29, 9, 30, tzinfo=BERLIN)
    assert same_weekday(fifth_monday, 1) == datetime(2027, 4, 26, 9, 30, tzinfo=BERLIN)
    assert same_weekday(fifth_monday, 11) == datetime(2028, 2, 28, 9, 30, tzinfo=BERLIN)


@pytest.mark.parametrize("times", [0, 1, 61])
def test_series_of_no_sense_is_refused(table, times):
    start = timezone.now() + timedelta(days=20)
    with pytest.raises(InputError, match="2 to 60"):
        plan_series(table.body, by=table.office, every_months=1, times=times, title="x", starts_at=start,
                    ends_at=start + timedelta(hours=1))  # fmt: skip


def test_meeting_that_ends_before_it_begins_is_refused(table):
    start = timezone.now()
    with pytest.raises(InputError):
        plan_meeting(table.body, by=table.office, title="x", starts_at=start, ends_at=start - timedelta(hours=1))
    assert Meeting.objects.in_region(table.region).count() == 0


def test_invitation_goes_to_members_deputies_and_guests_and_is_proved(table):
    meeting = invite(plan(table, days=30), by=table.office)
    assert meeting.state == "invited"
    everybody = sorted(one.email for one in [*table.members, table.deputy, table.guest])
    assert mails(meeting, "meeting_invitation") == everybody
    text = OutgoingMail.objects.in_region(table.region).about(meeting).first().text
    assert "1. Begrüßung" in text
    assert "Rathaus" in text
    entry = AuditEntry.objects.filter(verb="invite").get()
    assert (entry.by, entry.details["mails"], entry.details["late"]) == (table.office, 7, False)
    with pytest.raises(ConflictError, match="state is “invited”"):
        invite(meeting, by=table.office)


def test_guests_are_left_out_where_the_rules_say_so(regions, make_person):
    table = make_table(regions, make_person, invited="members")
    meeting = invite(plan(table), by=table.office)
    assert table.guest.email not in mails(meeting, "meeting_invitation")


def test_invitation_after_the_notice_period_needs_a_reason(table):
    meeting = plan(table, days=10)
    assert last_day_to_invite(meeting) == timezone.localdate(meeting.starts_at) - timedelta(days=14)
    with pytest.raises(InputError, match="notice period of 14 days cannot be kept"):
        invite(meeting, by=table.office)
    assert mails(meeting, "meeting_invitation") == []
    sent = invite(meeting, by=table.office, reason="Die Frist der Förderung endet.")
    assert sent.short_notice_reason == "Die Frist der Förderung endet."
    assert "Die Frist der Förderung endet." in OutgoingMail.objects.in_region(table.region).about(meeting).first().text


def test_invitation_numbers_the_agenda_as_the_page_does(table):
    """Parts of an item, items of the office and items taken off count for the mail as for everybody."""
    meeting = plan(table, days=30)
    add_item(meeting, by=table.office, title="Nur fürs Büro", kind="hidden")
    main = add_item(meeting, by=table.office, title="Radweg")
    add_item(meeting, by=table.office, title="Brücke", parent=main)
    add_item(meeting, by=table.office, title="Bus", kind="internal")
    invite(meeting, by=table.office)
    text = OutgoingMail.objects.in_region(table.region).about(meeting).first().text
    listed = text.partition("Tagesordnung:\n")[2].partition("\n\n")[0].splitlines()
    assert listed == ["1. Begrüßung", "3. Radweg", "3.1. Brücke", "4. Bus"]


def test_invitation_on_the_last_day_of_the_notice_period_needs_none(table):
    start = timezone.make_aware(datetime.combine(timezone.localdate() + timedelta(days=14), datetime.min.time()))
    meeting = plan(table, starts_at=start + timedelta(hours=9), ends_at=start + timedelta(hours=11))
    assert invite(meeting, by=table.office).state == "invited"


def test_invitation_without_agenda_or_to_a_past_date_is_refused(table):
    start = timezone.now() + timedelta(days=40)
    bare = plan_meeting(table.body, by=table.office, title="x", starts_at=start, ends_at=start + timedelta(hours=1))
    with pytest.raises(InputError, match="agenda is empty"):
        invite(bare, by=table.office)
    with pytest.raises(InputError, match="would have begun already"):
        invite(plan(table, days=-1), by=table.office, reason="trotzdem")


def test_change_after_the_invitation_is_told_to_all(table):
    meeting = plan(table)
    change_meeting(meeting, by=table.office, place="Kreishaus")
    assert mails(meeting, "meeting_changed") == []
    invite(meeting, by=table.office)
    change_meeting(meeting, by=table.office, note="Nur eine Notiz")
    assert mails(meeting, "meeting_changed") == []
    change_meeting(meeting, by=table.office, place="Stadthalle")
    assert len(mails(meeting, "meeting_changed")) == 7
    entry = AuditEntry.objects.filter(verb="change_meeting").first()
    assert entry.details["changed"] == {"place": ["Kreishaus", "Stadthalle"]}


def test_cancelling_needs_a_reason_and_is_told(table):
    meeting = invite(plan(table), by=table.office)
    with pytest.raises(InputError, match="Give the reason"):
        cancel_meeting(meeting, by=table.office, reason=" ")
    cancelled = cancel_meeting(meeting, by=table.office, reason="Krankheit")
    assert cancelled.state == "cancelled"
    assert len(mails(meeting, "meeting_cancelled")) == 7
    with pytest.raises(ConflictError):
        open_meeting(meeting, by=table.office)


def test_registration_beyond_capacity_waits_and_moves_up(table):
    meeting = plan(table, capacity=2)
    first, second, third, fourth = (register(meeting, by=one, coming=True) for one in table.members[:4])
    assert [one.state for one in (first, second, third, fourth)] == ["coming", "coming", "waiting", "waiting"]
    register(meeting, by=table.members[0], coming=False)
    states = dict(Registration.objects.in_region(table.region).values_list("person__first_name", "state"))
    assert states == {"Anna": "declined", "Bert": "coming", "Cleo": "coming", "Dora": "waiting"}
    # Who changes their mind waits behind the others; asking twice changes nothing.
    assert register(meeting, by=table.members[0], coming=True).state == "waiting"
    assert register(meeting, by=table.members[1], coming=True).state == "coming"
    register(meeting, by=table.members[1], coming=False)
    states = dict(Registration.objects.in_region(table.region).values_list("person__first_name", "state"))
    assert states == {"Anna": "waiting", "Bert": "declined", "Cleo": "coming", "Dora": "coming"}
    with pytest.raises(InputError, match="2 people have registered"):
        change_meeting(meeting, by=table.office, capacity=1)


def test_more_places_let_the_waiting_in(table):
    meeting = plan(table, capacity=1)
    for one in table.members[:3]:
        register(meeting, by=one, coming=True)
    change_meeting(meeting, by=table.office, capacity=2)
    states = dict(Registration.objects.in_region(table.region).values_list("person__first_name", "state"))
    assert states == {"Anna": "coming", "Bert": "coming", "Cleo": "waiting"}


def test_registration_closes_when_the_meeting_opens(table):
    meeting = running(table)
    with pytest.raises(ConflictError, match="Registration is closed"):
        register(meeting, by=table.chair, coming=True)


def test_attendance_knows_holder_deputy_guest_and_times(table):
    meeting = running(table, there=(0,))
    deputy = note_arrival(meeting, table.seats[1], by=table.office, deputy=True)
    assert (deputy.person, deputy.as_deputy) == (table.deputy, True)
    with pytest.raises(ConflictError, match="taken already"):
        note_arrival(meeting, table.seats[1], by=table.office)
    with pytest.raises(InputError, match="no deputy"):
        note_arrival(meeting, table.seats[2], by=table.office, deputy=True)
    note_excuse(meeting, table.seats[3], by=table.office)
    late = note_arrival(meeting, table.seats[3], by=table.office)  # excused, and yet here
    assert late.presence == "present"
    note_guest(meeting, by=table.office, name="Frau Doktor Gast")
    left = note_departure(deputy, by=table.office)
    with pytest.raises(ConflictError, match="noted already"):
        note_departure(left, by=table.office)
    assert note_arrival(meeting, table.seats[1], by=table.office).person == table.members[1]
    closed = close_meeting(meeting, by=table.office)
    rows = Attendance.objects.in_region(table.region).filter(meeting=meeting)
    assert {one.left_at for one in rows if one.pk != left.pk} == {closed.closed_at}
    with pytest.raises(ConflictError, match="while the meeting runs"):
        note_arrival(meeting, table.seats[4], by=table.office)


def test_nobody_sits_on_two_seats(table):
    table.seats[2].deputy = table.members[0]
    table.seats[2].save()
    meeting = running(table, there=(0,))
    with pytest.raises(ConflictError, match="another seat"):
        note_arrival(meeting, table.seats[2], by=table.office, deputy=True)


def test_seat_of_another_body_is_refused(table, regions, make_person):
    other = make_table(regions, make_person, slug="andere")
    with pytest.raises(InputError, match="another body"):
        note_arrival(running(table), other.seats[0], by=table.office)


def test_quorum_follows_coming_and_going(table):
    meeting = running(table, there=(0, 1))
    assert meeting_quorum(meeting) == Quorum(5, 2, 3)
    third = note_arrival(meeting, table.seats[2], by=table.office)
    assert meeting_quorum(meeting) == Quorum(5, 3, 3)
    note_departure(third, by=table.office)
    assert not meeting_quorum(meeting).reached
    hall = Organisation.objects.create(region=table.region, name="Hochschule", kind="university")
    fill_seat(
        table.body, by=table.office, organisation=hall, interest_group="science"
    )  # a vacant seat counts in the whole
    assert meeting_quorum(meeting) == Quorum(6, 2, 3)


@pytest.mark.parametrize("year", [1, 26, 9999])
def test_mistyped_year_is_refused_and_breaks_no_calendar(table, client, year):
    plan(table)
    start = datetime(year, 5, 3, 10, tzinfo=ZoneInfo("Europe/Berlin"))
    with pytest.raises(InputError) as refused:
        plan(table, starts_at=start, ends_at=start + timedelta(hours=1))
    assert [problem.column for problem in refused.value.problems] == ["starts_at", "ends_at"]
    slug = table.body.slug
    for address in (
        f"/mitte/forum/{slug}/kalender.ics",
        "/mitte/forum/programm/kalender.ics",
        "/mitte/forum/programm/",
    ):
        assert client.get(address).status_code == 200
