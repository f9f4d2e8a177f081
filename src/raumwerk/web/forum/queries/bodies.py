"""Reading bodies and their members as far as a reader may."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.http import Http404
from django.utils import timezone

from raumwerk.web.forum.models import Body, InterestGroup, OfficeInBody, Resolution, Seat, VotesPer
from raumwerk.web.forum.queries.meetings import resolutions_seen
from raumwerk.web.regions.models import Region
from raumwerk.web.shared.visibility import Audience, visible

__all__ = [
    "BodyBranch",
    "Group",
    "Member",
    "Shares",
    "bodies_seen",
    "body_seen",
    "ended_seats_of",
    "founded_by",
    "founding_act",
    "members_of",
    "names_shown",
    "seats_of",
    "shares_of",
    "tree_of",
]

MOST_ENDED = 500


def bodies_seen(region: Region, audience: Audience) -> list[Body]:
    """Return the standing bodies of a region that the reader may see, in their order."""
    rows = Body.objects.in_region(region).standing().filter(visible(audience, body_field="pk"))
    return list(rows.select_related("region"))


def body_seen(region: Region, slug: str, audience: Audience) -> Body:
    """Return one body, dissolved or not; what a reader may not see is as absent as what does not exist (404)."""
    rows = Body.objects.in_region(region).filter(visible(audience, body_field="pk"), slug=slug)
    found: Body | None = rows.select_related("region", "parent", "theme").first()
    if found is None:
        raise Http404("There is no such body.")
    return found


def founding_act(body: Body, audience: Audience) -> Resolution | None:
    """Return the resolution that founded a body, as far as the reader may know of it."""
    if body.founding_resolution_id is None:
        return None
    rows = resolutions_seen(body.region, audience).filter(pk=body.founding_resolution_id, state="published")
    found: Resolution | None = rows.first()
    return found


def founded_by(resolution: Resolution, audience: Audience) -> list[Body]:
    """Return the bodies that a resolution founded, as far as the reader may see them."""
    rows = Body.objects.in_region(resolution.region).filter(visible(audience, body_field="pk"))
    return list(rows.filter(founding_resolution=resolution))


@dataclass(slots=True)
class BodyBranch:
    """A body with those that belong to it."""

    body: Body
    parts: list[BodyBranch] = field(default_factory=list)


def tree_of(bodies: Iterable[Body]) -> list[BodyBranch]:
    """Arrange bodies below those they belong to; where that one is not among them, a body stands on its own."""
    branches = {body.pk: BodyBranch(body) for body in bodies}
    top: list[BodyBranch] = []
    for branch in branches.values():
        above = branches.get(branch.body.parent_id) if branch.body.parent_id else None
        (top if above is None else above.parts).append(branch)
    return top


def names_shown(body: Body, audience: Audience) -> bool:
    """Tell whether this reader sees the names of those who sit in the body."""
    return body.names_public or audience.member or body.pk in audience.bodies


def seats_of(body: Body, on: date | None = None) -> list[Seat]:
    """Return the current seats: chair first, then members by organisation, guests last."""
    rows = Seat.objects.in_region(body.region_id).current(on).filter(body=body)
    order = list(OfficeInBody)
    return sorted(
        rows.select_related("person", "deputy", "organisation"),
        key=lambda seat: (
            order.index(OfficeInBody(seat.office_in_body)),
            seat.organisation.name.casefold() if seat.organisation else "~",
            seat.pk,
        ),
    )


def ended_seats_of(body: Body) -> list[Seat]:
    """Return the seats whose term is over, the latest first."""
    rows = Seat.objects.in_region(body.region_id).filter(body=body, ends_on__lt=timezone.localdate())
    return list(rows.select_related("person", "organisation").order_by("-ends_on", "-pk")[:MOST_ENDED])


@dataclass(frozen=True, slots=True)
class Member:
    """One seat as the reader sees it: texts they may not read are empty."""

    seat: Seat
    name: str
    deputy: str
    organisation: str
    vacant: bool


def members_of(body: Body, audience: Audience, seats: Iterable[Seat]) -> list[Member]:
    """Return the seats without what the reader may not see: names of persons, organisations that are not public."""
    named = names_shown(body, audience)
    inside = audience.member or body.pk in audience.bodies
    found = []
    for seat in seats:
        organisation = seat.organisation
        shown = organisation is not None and (organisation.public or inside)
        found.append(
            Member(
                seat=seat,
                name=str(seat.person) if named and seat.person else "",
                deputy=str(seat.deputy) if named and seat.deputy else "",
                organisation=organisation.name if organisation is not None and shown else "",
                vacant=seat.person_id is None,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Group:
    """Votes of one interest group; `percent` of all votes, None where nobody has one."""

    key: str
    label: str
    seats: int
    votes: int
    percent: float | None
    above_cap: bool


@dataclass(frozen=True, slots=True)
class Shares:
    """Votes of a body by interest group, held against its cap."""

    groups: tuple[Group, ...]
    votes: int
    seats: int
    cap: int | None

    @property
    def above_cap(self) -> tuple[Group, ...]:
        """The groups that hold more than the cap allows."""
        return tuple(group for group in self.groups if group.above_cap)


def shares_of(body: Body, seats: Iterable[Seat]) -> Shares:
    """Count seats and votes by interest group, vacant seats included, guests left out.

    Where each organisation has one vote, its heaviest seat gives the weight and the first one the interest group.
    """
    voting = [seat for seat in seats if seat.voting and seat.office_in_body != OfficeInBody.GUEST]
    held: dict[object, tuple[str, int]] = {}
    for seat in voting:
        joint = body.votes_per == VotesPer.ORGANISATION and seat.organisation_id is not None
        key = ("organisation", seat.organisation_id) if joint else ("seat", seat.pk)
        group, weight = held.get(key, (seat.interest_group, 0))
        held[key] = (group, max(weight, seat.weight))
    total = sum(weight for _group, weight in held.values())
    groups = []
    for choice in InterestGroup:
        own = [seat for seat in voting if seat.interest_group == choice]
        votes = sum(weight for group, weight in held.values() if group == choice)
        if own or votes:
            above = body.interest_group_cap is not None and 100 * votes > body.interest_group_cap * total
            percent = 100 * votes / total if total else None
            groups.append(Group(choice.value, str(choice.label), len(own), votes, percent, above))
    return Shares(tuple(groups), total, len(voting), body.interest_group_cap)
