"""What the forum tells the shared rooms at start: kinds of news, things to follow, discuss, cite, attach and find."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from raumwerk.web.forum.actions.resolutions import remind_unanswered
from raumwerk.web.forum.actions.tasks import remind_overdue
from raumwerk.web.forum.actions.votes import close_due_votes
from raumwerk.web.forum.models import (
    AgendaItem,
    Body,
    FrameworkTopic,
    InterestGroup,
    Meeting,
    Minutes,
    Motion,
    Resolution,
    Task,
)
from raumwerk.web.forum.queries.bodies import seats_of
from raumwerk.web.forum.queries.meetings import (
    items_seen,
    meetings_seen,
    minutes_seen,
    motions_seen,
    resolutions_seen,
    tasks_seen,
)
from raumwerk.web.people.models import Person
from raumwerk.web.people.seats import register_seats
from raumwerk.web.regions.models import Region
from raumwerk.web.shared import targets
from raumwerk.web.shared.files.targets import register_target as register_files
from raumwerk.web.shared.notify.circles import Circle, register_circles
from raumwerk.web.shared.notify.duties import register_duty
from raumwerk.web.shared.notify.kinds import Pace, register_kind
from raumwerk.web.shared.search.registry import Document, register
from raumwerk.web.shared.visibility import Audience, Visibility, audience_of

__all__ = [
    "register_bodies_to_invite_into", "register_bodies_to_write_to", "register_news", "register_things",
    "register_work",
]  # fmt: skip

RUN, TAKE_PART = "forum.run_body", "forum.take_part_in_body"


def register_news() -> None:
    """Name the kinds of news; what the rules of procedure demand cannot be chosen away."""
    register_kind("meeting_invitation", _("Invitations to meetings"), obligatory=True)
    register_kind("meeting_changed", _("Changes of date or place"), obligatory=True)
    register_kind("meeting_cancelled", _("Meetings called off"), obligatory=True)
    register_kind("agenda_addendum", _("Addenda to agendas"), obligatory=True)
    register_kind("meeting_news", _("Notes about meetings"), pace=Pace.NONE)
    register_kind("vote_opened", _("Votes you can take part in"), pace=Pace.AT_ONCE)
    register_kind("minutes", _("Minutes"), pace=Pace.DAILY)
    register_kind("resolution_forwarded", _("Resolutions sent to addressees"), obligatory=True)
    register_kind("resolution_answered", _("Answers to resolutions"), pace=Pace.DAILY)
    register_kind("resolution_unanswered", _("Resolutions without an answer"), pace=Pace.DAILY)
    register_kind("task", _("Tasks"), pace=Pace.DAILY)
    register_kind("task_overdue", _("Overdue tasks"), pace=Pace.AT_ONCE)


def register_bodies_to_invite_into() -> None:
    """Let an invitation promise a seat; the receiver of accepted ones fills it."""

    def bodies(region: Region) -> list[tuple[str, str]]:
        return [(str(body.pk), body.name) for body in Body.objects.in_region(region).standing()]

    register_seats(bodies, lambda: [(str(key), str(word)) for key, word in InterestGroup.choices])


def register_bodies_to_write_to() -> None:
    """Let the office write to the people of a body: those who sit in it, their deputies and its guests."""

    def people(body: Body) -> list[Person]:
        found = [person for seat in seats_of(body) for person in (seat.person, seat.deputy) if person]
        return list(dict.fromkeys(found))

    def circles(region: Region) -> list[Circle]:
        bodies = Body.objects.in_region(region).standing()
        return [Circle(f"body-{body.pk}", body.name, partial(people, body)) for body in bodies]

    register_circles(circles)


def register_work() -> None:
    """Give the worker what falls due: written procedures to close, addressees to remind."""
    register_duty("close_due_votes", close_due_votes, every=timedelta(minutes=5))
    register_duty("remind_unanswered", remind_unanswered, every=timedelta(hours=6))
    register_duty("remind_overdue", remind_overdue, every=timedelta(hours=6))


def _among(rows: Callable[[Any, Audience], Any]) -> Callable[[Audience, Any], bool]:
    def may_read(audience: Audience, thing: Any) -> bool:
        return bool(rows(thing.region, audience).filter(pk=thing.pk).exists())

    return may_read


def _item_read(audience: Audience, item: AgendaItem) -> bool:
    meeting = meetings_seen(item.region, audience).filter(pk=item.meeting_id).first()
    return meeting is not None and bool(items_seen(meeting, audience).filter(pk=item.pk).exists())


def _minutes_read(audience: Audience, minutes: Minutes) -> bool:
    meeting = meetings_seen(minutes.region, audience).filter(pk=minutes.meeting_id).first()
    return meeting is not None and any(one.pk == minutes.pk for one in minutes_seen(meeting, audience))


READ: dict[type[Model], Callable[[Audience, Any], bool]] = {
    Meeting: _among(meetings_seen),
    AgendaItem: _item_read,
    Motion: _among(motions_seen),
    Minutes: _minutes_read,
    Resolution: _among(resolutions_seen),
    Task: _among(tasks_seen),
}


def _url(name: str, number: Callable[[Any], dict[str, int]]) -> Callable[[Any], str]:
    def address(thing: Any) -> str:
        return reverse(f"forum:{name}", kwargs={"region": thing.region.slug, **number(thing)})

    return address


URLS: dict[type[Model], Callable[[Any], str]] = {
    Meeting: _url("meeting", lambda thing: {"number": thing.pk}),
    AgendaItem: _url("item", lambda thing: {"number": thing.meeting_id, "item": thing.pk}),
    Motion: _url("motion", lambda thing: {"number": thing.pk}),
    Minutes: _url("minutes", lambda thing: {"number": thing.meeting_id}),
    Resolution: _url("resolution", lambda thing: {"number": thing.pk}),
    Task: _url("task", lambda thing: {"number": thing.pk}),
}
LABELS: dict[type[Model], Any] = {
    Meeting: _("Meeting"), AgendaItem: _("Agenda item"), Motion: _("Motion"), Minutes: _("Minutes"),
    Resolution: _("Resolution"), Task: _("Task"),
}  # fmt: skip
#: A published resolution or edition of minutes keeps the evidence it was decided on.
CITED = {Motion: ("submitted", "admitted"), Resolution: ("adopted",), Minutes: ("draft", "in_comment")}
DISCUSSED = (AgendaItem, Motion, Resolution)


def register_things() -> None:
    """Let things be followed, discussed, cited, have files, and be found."""
    for model, may_read in READ.items():
        targets.register_target(
            model, label=LABELS[model], url=URLS[model], may_read=_by_person(may_read), may_cite=_may_cite,
            may_discuss=_may_discuss,
        )  # fmt: skip
        register_files(model, may_read=may_read)
    targets.register_target(
        FrameworkTopic,
        label=_("Topic of the frameworks compared"),
        url=_url("framework", lambda topic: {"number": topic.number}),
        title=_topic_title,
        may_read=_topic_read,
        may_discuss=lambda person, topic: bool(person.has_perm("forum.edit_frameworks", topic.region)),
    )
    register(Meeting, kind="meeting", label=_("Meetings"), documents=_meeting_found)
    register(Resolution, kind="resolution", label=_("Resolutions"), documents=_resolution_found)


def _topic_title(topic: FrameworkTopic) -> str:
    revision = topic.published or topic.latest
    return revision.title if revision is not None else str(topic)


def _topic_read(person: Any, topic: FrameworkTopic) -> bool:
    """Published topics are for everybody, the others for the members of the region."""
    return topic.published_id is not None or audience_of(person, topic.region).member


def _by_person(may_read: Callable[[Audience, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda person, thing: may_read(audience_of(person, thing.region), thing)


def _may_cite(person: Any, thing: Any) -> bool:
    """Chair and office cite anywhere before it is settled; who takes part may cite for a motion."""
    if thing.state not in CITED.get(type(thing), ()) if hasattr(thing, "state") else True:
        return False
    return bool(person.has_perm(TAKE_PART if isinstance(thing, Motion) else RUN, thing))


def _may_discuss(person: Any, thing: Any) -> bool:
    """Those who sit in the body speak, and members of the region on what everybody in it may read."""
    if not isinstance(thing, DISCUSSED):
        return False
    return bool(person.has_perm(TAKE_PART, thing) or person.has_perm("regions.read_members_area", thing.region))


def _narrower(*levels: str) -> str:
    """Return the narrowest of several levels."""
    order = list(Visibility.values)
    return max(levels, key=order.index)


def _meeting_found(meeting: Meeting) -> Iterator[Document]:
    with translation.override("de"):
        yield Document(
            title=meeting.title, text=" ".join((meeting.body.name_de, meeting.place, meeting.note)),
            address=URLS[Meeting](meeting), visibility=_narrower(meeting.visibility, meeting.body.visibility),
            body_number=meeting.body_id, day=meeting.starts_at.date(),
        )  # fmt: skip


def _resolution_found(resolution: Resolution) -> Iterator[Document]:
    if resolution.state != "published":
        return
    with translation.override("de"):
        yield Document(
            title=f"{resolution.reference}: {resolution.title}",
            text=" ".join((resolution.wording, resolution.reasons, resolution.addressee)),
            address=URLS[Resolution](resolution),
            visibility=_narrower(resolution.visibility, resolution.body.visibility),
            body_number=resolution.body_id, day=resolution.adopted_on,
        )  # fmt: skip
