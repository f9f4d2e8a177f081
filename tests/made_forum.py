"""A body with five votes, a guest, an office and a public outside, ready to meet."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

from django.utils import timezone

from raumwerk.web.forum.actions.agenda import add_item
from raumwerk.web.forum.actions.attendance import note_arrival
from raumwerk.web.forum.actions.bodies import found_body
from raumwerk.web.forum.actions.meetings import invite, open_meeting, plan_meeting
from raumwerk.web.forum.actions.motions import submit_motion
from raumwerk.web.forum.actions.seats import fill_seat
from raumwerk.web.forum.actions.votes import cast_vote, create_vote, open_vote
from raumwerk.web.people.models import Organisation

GROUPS = ("public", "public", "public", "economy", "civil")


def make_table(regions, make_person, *, slug="lenkung", region="mitte", **rules):
    """Return a namespace: region, body, office, chair, members, deputy, guest, outsider, seats."""
    where = regions[region]

    def person(name, role="member"):
        return make_person(
            f"{name}@{slug}.example", region=where, role=role, first_name=name.title(), last_name="Muster"
        )

    office, outsider = person("office", "office"), person("outsider")
    body = found_body(
        where, by=office, slug=slug, name_de="Lenkungsgruppe", name_en="Steering group", kind="steering",
        remit_de="Lenkt das Vorhaben.", **rules,
    )  # fmt: skip
    members = [person(name) for name in ("anna", "bert", "cleo", "dora", "emil")]
    deputy, guest = person("deputy"), person("guest", "guest")
    towns = [
        Organisation.objects.create(region=where, name=f"Stadt {one} ({slug})", kind="municipality", public=True)
        for one in ("A", "B", "C", "D", "E")
    ]
    seats = [
        fill_seat(
            body, by=office, person=member, organisation=town, interest_group=group,
            office_in_body="chair" if place == 0 else "member",
        )
        for place, (member, town, group) in enumerate(zip(members, towns, GROUPS, strict=True))
    ]  # fmt: skip
    seats[1].deputy = deputy
    seats[1].save()
    fill_seat(body, by=office, person=guest, office_in_body="guest", voting=False)
    return SimpleNamespace(
        region=where, body=body, office=office, chair=members[0], members=members, deputy=deputy, guest=guest,
        outsider=outsider, seats=seats, towns=towns,
    )  # fmt: skip


def plan(table, *, days=30, **fields):
    """Plan a meeting with one item on its agenda."""
    start = timezone.now() + timedelta(days=days)
    given = {"title": "Sitzung", "place": "Rathaus", "starts_at": start, "ends_at": start + timedelta(hours=2)} | fields
    meeting = plan_meeting(table.body, by=table.office, **given)
    add_item(meeting, by=table.office, title="Begrüßung")
    return meeting


def running(table, there=(0, 1, 2, 3, 4), **fields):
    """Return a meeting that runs, with the members of these places there."""
    meeting = open_meeting(invite(plan(table, **fields), by=table.office), by=table.office)
    for place in there:
        note_arrival(meeting, table.seats[place], by=table.office)
    return meeting


def motion_on(table, meeting, **fields):
    """Return a motion and the item it stands on."""
    item = add_item(meeting, by=table.office, title="Radweg") if meeting else None
    given = {"title": "Radweg bauen", "wording": "Der Radweg wird gebaut.", "visibility": "public"} | fields
    return submit_motion(table.body, by=table.chair, **given), item


def open_ballot(table, meeting, *, method="named", **fields):
    """Return an open vote in a meeting."""
    motion, item = motion_on(table, meeting, **fields)
    return open_vote(create_vote(motion, by=table.chair, method=method, item=item), by=table.chair)


def cast_all(table, vote, choices):
    """Let the members vote in their order; None stays away."""
    for member, choice in zip(table.members, choices, strict=False):
        if choice is not None:
            cast_vote(vote, choice, by=member)
