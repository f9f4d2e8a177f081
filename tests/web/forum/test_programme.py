"""The programme: loading, keeping, who sees and changes what, chart, table and calendar."""

from __future__ import annotations

import datetime

import pytest
from icalendar import Calendar

from raumwerk.errors import InputError
from raumwerk.web.forum.actions.programme import (
    change_milestone,
    load_programme,
    plan_milestone,
    quarter_days,
    remove_milestone,
)
from raumwerk.web.forum.models import Meeting, Milestone
from raumwerk.web.forum.queries.chart import chart_of
from raumwerk.web.forum.queries.programme import Quarter, programme_of
from raumwerk.web.shared.audit.models import AuditEntry
from raumwerk.web.shared.visibility import NOBODY, audience_of

FILE = """
[[milestone]]
key = "auftakt"
body = "runde-public"
title_de = "Auftakt"
title_en = "Kick-off"
form = "online"
quarter = "2022 Q1"
status = "done"

[[milestone]]
key = "atlas-befragung"
line_de = "Atlas der Region"
line_en = "Atlas of the region"
title_de = "Befragungen"
quarter = "2022 Q1"
until_quarter = "2022 Q2"
status = "cancelled"

[[milestone]]
key = "bericht"
line_de = "Atlas der Region"
title_de = "Bericht"
starts_on = 2023-11-30
"""


@pytest.fixture
def plan(forum, tmp_path):
    file = tmp_path / "programm.toml"
    file.write_text(FILE, "utf-8")
    assert load_programme(forum.mitte, file) == {"added": 3, "kept": 0}
    return forum, file


@pytest.mark.parametrize(
    ("quarter", "first", "last"), [(1, "2022-01-01", "2022-03-31"), (4, "2022-10-01", "2022-12-31")]
)
def test_quarter_days(quarter, first, last):
    assert [day.isoformat() for day in quarter_days(2022, quarter)] == [first, last]


def test_load_programme_twice_changes_nothing_people_made(plan):
    forum, file = plan
    kept = Milestone.objects.in_region(forum.mitte).get(key="bericht")
    change_milestone(kept, by=forum.people["office"], title_de="Schlussbericht")
    assert load_programme(forum.mitte, file) == {"added": 0, "kept": 3}
    assert Milestone.objects.in_region(forum.mitte).get(key="bericht").title_de == "Schlussbericht"


@pytest.mark.parametrize(("line", "column"), [
    ('body = "gibt-es-nicht"', "body"), ('quarter = "2022 Q5"', "quarter"), ("colour = 1", None),
    ('visibility = "secret"', "visibility"), ('ends_on = 1999-01-01', "ends_on"),
])  # fmt: skip
def test_load_programme_names_entry_and_field_and_adds_nothing(forum, tmp_path, line, column):
    file = tmp_path / "p.toml"
    good = '[[milestone]]\nkey = "a"\nline_de = "L"\ntitle_de = "T"\nquarter = "2022 Q1"\n'
    bad = f'[[milestone]]\nkey = "b"\nline_de = "L"\ntitle_de = "T"\nstarts_on = 2022-01-01\n{line}\n'
    file.write_text(good + bad, "utf-8")
    with pytest.raises(InputError) as refusal:
        load_programme(forum.mitte, file)
    found = {(one.file, one.row, one.column) for one in refusal.value.problems}
    assert found & {("p.toml", "2 ([[milestone]])", column), ("p.toml", "2 ([[milestone]])", None)}
    assert not Milestone.objects.in_region(forum.mitte).exists()


def test_load_programme_refuses_what_is_no_toml(forum, tmp_path):
    file = tmp_path / "p.toml"
    file.write_bytes(b"\xff[[")
    with pytest.raises(InputError, match=r"p\.toml"):
        load_programme(forum.mitte, file)


def test_programme_by_lines_and_quarters(plan):
    forum, _file = plan
    found = programme_of(forum.mitte, NOBODY)
    assert [quarter.key for quarter in found.quarters] == [f"{year}-Q{n}" for year in (2022, 2023) for n in range(1, 5)]
    table = {line.title: [[entry.title for entry in cell] for cell in line.cells] for line in found.lines}
    assert table == {
        "Runde public": [["Auftakt"], *[[]] * 7],
        "Atlas der Region": [["Befragungen"], *[[]] * 6, ["Bericht"]],
    }
    assert [entry.when for entry in found.entries] == [
        "1. Quartal 2022",
        "1. Quartal 2022 – 2. Quartal 2022",
        "30. November 2023",
    ]


def test_programme_shows_meetings_in_place_of_their_milestones(plan):
    forum, _file = plan
    start = datetime.datetime(2022, 2, 3, 9, tzinfo=datetime.UTC)
    meeting = Meeting.objects.create(
        region=forum.mitte, body=forum.bodies["public"], title="Auftakt im Rathaus", mode="hybrid", starts_at=start,
        ends_at=start + datetime.timedelta(hours=2), state="closed",
    )  # fmt: skip
    milestone = Milestone.objects.in_region(forum.mitte).get(key="auftakt")
    change_milestone(milestone, by=forum.people["office"], meeting=meeting)
    found = programme_of(forum.mitte, NOBODY)
    assert [entry.title for entry in found.lines[0].cells[0]] == ["Auftakt im Rathaus"]
    assert (found.entries[1].status, found.entries[1].form) == ("done", "hybrid")
    # Who may not see the meeting still reads the milestone.
    Meeting.objects.in_region(forum.mitte).filter(pk=meeting.pk).update(visibility="office")
    assert "Auftakt" in [entry.title for entry in programme_of(forum.mitte, NOBODY).entries]
    with pytest.raises(InputError, match="anderen Gremium"):
        change_milestone(milestone, by=forum.people["office"], body=forum.bodies["members"])


@pytest.mark.parametrize("who", ["nobody", "guest", "member", "seated", "office", "foreign"])
def test_milestones_are_seen_by_level_at_every_door(forum, client_of, who):
    day = datetime.date(2026, 5, 1)
    for level in ("public", "members", "body", "office"):
        for body in ("public", "body", "office"):
            plan_milestone(
                forum.mitte, by=None, body=forum.bodies[body], title_de=f"M-{level}-{body}", starts_on=day, ends_on=day,
                visibility=level,
            )  # fmt: skip
    levels = {"nobody": {"public"}, "guest": {"public"}, "foreign": {"public"}, "member": {"public", "members"}}
    if who == "office":
        expected = {
            f"M-{level}-{body}"
            for level in ("public", "members", "body", "office")
            for body in ("public", "body", "office")
        }
    elif who == "seated":
        expected = {"M-public-public", "M-public-body", "M-members-body", "M-body-body"}
    else:
        expected = {f"M-{level}-public" for level in levels[who]}
    client = client_of(who)
    page = client.get("/mitte/forum/programm/").content.decode()
    names = {
        f"M-{level}-{body}"
        for level in ("public", "members", "body", "office")
        for body in ("public", "body", "office")
    }
    assert {name for name in names if name in page} == expected
    of_bodies = "".join(
        client.get(f"/mitte/forum/runde-{body}/").content.decode() for body in ("public", "body", "office")
    )
    assert {name for name in names if name in of_bodies} == expected
    calendar = Calendar.from_ical(client.get("/mitte/forum/programm/kalender.ics").content)
    assert {str(event["SUMMARY"]).rpartition(": ")[2] for event in calendar.walk("VEVENT")} == expected
    audience = audience_of(forum.people[who], forum.mitte) if who in forum.people else NOBODY
    assert len(programme_of(forum.mitte, audience).entries) == len(expected)


@pytest.mark.parametrize(
    "who", ["nobody", "account", "guest", "member", "chair", "seated", "office", "admin", "foreign"]
)
def test_doors_that_change_the_programme_by_role(plan, client_of, who):
    forum, _file = plan
    own = Milestone.objects.in_region(forum.mitte).get(key="auftakt")
    free = Milestone.objects.in_region(forum.mitte).get(key="bericht")
    client = client_of(who)
    found = {
        "new": client.get("/mitte/forum/programm/neu/").status_code,
        "own": client.get(f"/mitte/forum/programm/{own.pk}/").status_code,
        "free": client.get(f"/mitte/forum/programm/{free.pk}/").status_code,
        "remove": client.post(f"/mitte/forum/programm/{own.pk}/entfernen/").status_code,
    }
    refused = 302 if who == "nobody" else 403
    office = who in {"office", "admin"}
    assert found == {
        "new": 200 if office else refused,
        "own": 200 if office or who == "chair" else refused,
        "free": 200 if office else refused,
        "remove": 302 if office else refused,
    }
    assert Milestone.objects.in_region(forum.mitte).filter(pk=own.pk).exists() is not office


def test_chair_keeps_milestones_of_the_own_body_only(plan, client_of):
    forum, _file = plan
    own = Milestone.objects.in_region(forum.mitte).get(key="auftakt")
    given = {
        "body": forum.bodies["members"].pk, "title_de": "Neu", "starts_on": "2022-01-01", "ends_on": "2022-03-31",
        "precision": "quarter", "status": "done", "visibility": "public",
    }  # fmt: skip
    client = client_of("chair")
    assert client.post(f"/mitte/forum/programm/{own.pk}/", given).status_code == 400
    given["body"] = forum.bodies["public"].pk
    assert client.post(f"/mitte/forum/programm/{own.pk}/", given).status_code == 302
    own.refresh_from_db()
    assert (own.title_de, own.sequence, own.body_id) == ("Neu", 1, forum.bodies["public"].pk)
    entry = AuditEntry.objects.filter(verb="change_milestone").first()
    assert (entry.by, entry.details["before"]["title_de"], entry.details["after"]["title_de"]) == (
        forum.people["chair"], "Auftakt", "Neu",
    )  # fmt: skip


def test_calendar_is_valid_and_clean(plan, client_of):
    forum, _file = plan
    plan_milestone(
        forum.mitte, by=None, body=forum.bodies["public"], title_de="Böse\x07;\nDTSTART:19990101",
        starts_on=datetime.date(2022, 5, 2),
        ends_on=datetime.date(2022, 5, 2),
    )  # fmt: skip
    answer = client_of("nobody").get("/mitte/forum/programm/kalender.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    events = {str(event["SUMMARY"]): event for event in Calendar.from_ical(answer.content).walk("VEVENT")}
    assert set(events) == {
        "Runde public: Auftakt", "Atlas der Region: Befragungen", "Atlas der Region: Bericht",
        "Runde public: Böse; DTSTART:19990101",
    }  # fmt: skip
    poll = events["Atlas der Region: Befragungen"]
    assert (poll.decoded("dtstart"), poll.decoded("dtend")) == (datetime.date(2022, 1, 1), datetime.date(2022, 7, 1))
    assert poll["STATUS"] == "CANCELLED"
    assert len({str(event["UID"]) for event in events.values()}) == 4


@pytest.mark.parametrize("asked", ["von=2022-Q5", "von=x", "bis=2022-1", "von=2023-Q1&bis=2022-Q1", "von=99999999-Q1"])
def test_programme_refuses_what_is_no_span(plan, client_of, asked):
    assert client_of("nobody").get(f"/mitte/forum/programm/?{asked}").status_code == 400


def test_programme_span_is_kept(plan, client_of):
    page = client_of("nobody").get("/mitte/forum/programm/?von=2023-Q1&bis=2023-Q4").content.decode()
    assert "Bericht" in page
    assert "Auftakt" not in page


def test_long_programme_opens_around_today(forum):
    for year in range(2010, 2031):
        day = datetime.date(year, 6, 1)
        plan_milestone(forum.mitte, by=None, line_de="Arbeit", title_de=str(year), starts_on=day, ends_on=day)
    found = programme_of(forum.mitte, NOBODY, on=datetime.date(2026, 11, 23))
    assert (found.quarters[0].key, found.quarters[-1].key, found.first.key, found.last.key) == (
        "2025-Q4", "2028-Q3", "2010-Q2", "2030-Q2",
    )  # fmt: skip
    found = programme_of(forum.mitte, NOBODY, on=datetime.date(2060, 1, 1))
    assert found.quarters[-1].key == "2030-Q2"


def test_programme_with_nothing_around_today_opens_where_its_entries_are(forum, client_of):
    """As the example of the region: years of work, then an example of a meeting long after."""
    for year in (2021, 2022, 2023):
        day = datetime.date(year, 11, 1)
        plan_milestone(forum.mitte, by=None, line_de="Arbeit", title_de=str(year), starts_on=day, ends_on=day)
    day = datetime.date(2026, 11, 23)
    plan_milestone(forum.mitte, by=None, line_de="Probe", title_de="Beispiel", starts_on=day, ends_on=day, example=True)
    found = programme_of(forum.mitte, NOBODY, on=day)
    assert ([entry.title for entry in found.entries], found.moved) == (["2021", "2022", "2023"], True)
    assert (found.quarters[0].key, found.quarters[-1].key) == ("2021-Q4", "2023-Q4")
    assert found.earlier is None
    assert [quarter.key for quarter in found.later] == ["2024-Q1", "2026-Q4"]
    assert [quarter.key for quarter in found.around_today] == ["2025-Q4", "2028-Q3"]
    page = client_of("nobody").get("/mitte/forum/programm/").content.decode()
    assert "?von=2024-Q1&amp;bis=2026-Q4" in page
    asked = programme_of(forum.mitte, NOBODY, on=day, first=found.later[0], last=found.later[1])
    assert ([entry.title for entry in asked.entries], asked.moved, asked.later) == (["Beispiel"], False, None)
    assert [quarter.key for quarter in asked.earlier] == ["2021-Q4", "2023-Q4"]
    soon = datetime.date(2027, 2, 1)
    plan_milestone(forum.mitte, by=None, line_de="Arbeit", title_de="2027", starts_on=soon, ends_on=soon)
    found = programme_of(forum.mitte, NOBODY, on=day)
    assert ([entry.title for entry in found.entries], found.moved) == (["Beispiel", "2027"], False)


def test_programme_of_things_to_come_opens_with_the_first_of_them(forum):
    for year in (2010, 2035):
        day = datetime.date(year, 5, 1)
        plan_milestone(forum.mitte, by=None, line_de="Arbeit", title_de=str(year), starts_on=day, ends_on=day)
    found = programme_of(forum.mitte, NOBODY, on=datetime.date(2026, 11, 23))
    assert ([entry.title for entry in found.entries], found.quarters[0].key, found.moved) == (["2035"], "2035-Q2", True)


def test_quarter_reads_what_it_writes():
    assert Quarter.read("2022-Q3").plus(3) == Quarter(2023, 2)
    assert Quarter(2022, 4).key == "2022-Q4"


def test_chart_places_marks_by_day_without_covering(plan):
    forum, _file = plan
    day = datetime.date(2022, 1, 20)
    plan_milestone(forum.mitte, by=None, body=forum.bodies["public"], title_de="Zugleich", starts_on=day, ends_on=day)
    chart = chart_of(programme_of(forum.mitte, NOBODY), today=datetime.date(2022, 7, 1))
    band = chart.bands[0]
    assert (chart.today, len(chart.columns), chart.columns[4].year) == (210.0 + 2 * 66, 8, "2023")
    assert [mark.entry.title for mark in band.marks] == ["Auftakt", "Zugleich"]
    assert band.marks[0].y != band.marks[1].y
    assert band.marks[0].x == 211.0
    assert all(mark.y + 16 <= band.y + band.height for mark in band.marks)
    assert chart_of(programme_of(forum.kali, NOBODY)) is None


def test_remove_milestone_keeps_what_it_was_in_the_log(plan):
    forum, _file = plan
    remove_milestone(Milestone.objects.in_region(forum.mitte).get(key="bericht"), by=forum.people["office"])
    entry = AuditEntry.objects.filter(verb="remove_milestone").first()
    assert entry.details["before"]["title_de"] == "Bericht"


def test_page_asks_a_bounded_number_of_questions(plan, client_of, django_assert_max_num_queries):
    forum, _file = plan
    day = datetime.date(2022, 6, 1)
    for number in range(40):
        plan_milestone(
            forum.mitte, by=None, body=forum.bodies["public"], title_de=f"{number}", starts_on=day, ends_on=day
        )
    client = client_of("member")
    with django_assert_max_num_queries(32):
        assert client.get("/mitte/forum/programm/").status_code == 200
