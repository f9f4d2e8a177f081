"""Two regions full of things with something to hide: one unique word in each field of each thing of each level.

A word (a *mark*) knows which field of what it stands in and who may read it. A test that finds it in an answer asks
whether the reader of that answer is among them.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from made_doors_around import make_around
from marks import ALL, INSIDE, LEVELS, MEMBERS, OFFICE, SETS, WITHOUT_BODY, Thing, World
from raumwerk.web.forum.actions.adopting import enter_resolution
from raumwerk.web.forum.actions.agenda import add_item
from raumwerk.web.forum.actions.attendance import note_arrival, note_guest
from raumwerk.web.forum.actions.bodies import found_body, set_theme
from raumwerk.web.forum.actions.frameworks import link_resolutions, propose_topic, publish_topic, revise_topic
from raumwerk.web.forum.actions.meetings import close_meeting, invite, open_meeting, plan_meeting
from raumwerk.web.forum.actions.minutes import (
    answer_remark,
    approve_minutes,
    begin_minutes,
    new_edition,
    publish_minutes,
    remark_minutes,
    save_minutes,
    submit_minutes,
)
from raumwerk.web.forum.actions.motions import submit_motion
from raumwerk.web.forum.actions.programme import plan_milestone
from raumwerk.web.forum.actions.resolutions import forward_resolution, publish_resolution
from raumwerk.web.forum.actions.seats import fill_seat
from raumwerk.web.forum.actions.tasks import give_task
from raumwerk.web.forum.actions.votes import cast_vote, close_vote, create_vote, open_vote, publish_vote
from raumwerk.web.forum.models import Body, Forwarding, Resolution, Seat
from raumwerk.web.people.models import Membership, Organisation, Person, Role
from raumwerk.web.shared.comments.actions import write_comment
from raumwerk.web.shared.comments.models import Comment
from raumwerk.web.shared.evidence.models import Citation
from raumwerk.web.shared.files.actions import store_file

__all__ = ["make_world"]


def make_world(regions: dict[str, Any]) -> World:
    """Fill two regions."""
    world = World(regions)
    _people(world)
    bodies = _bodies(world)
    for body, level in SETS:
        _Sitting(world, bodies[body], body, level).hold()
    _mixed(world, bodies)
    _programme(world, bodies)
    _frameworks(world, bodies)
    make_around(world, bodies)
    return world


def _people(world: World) -> None:
    mitte, kali = world.regions["mitte"], world.regions["kali"]

    def make(name: str, region: Any, role: str | None, **fields: Any) -> Person:
        person = Person.objects.create_user(f"{name.replace(' ', '-')}@doors.example", "a long enough password",
                                            first_name=name.title(), last_name="Tür", **fields)  # fmt: skip
        if role is not None:
            Membership.objects.create(person=person, region=region, role=role)
        return person

    roles = {"guest": Role.GUEST, "body member": Role.GUEST, "member": Role.MEMBER, "editor": Role.EDITOR,
             "chair": Role.MEMBER, "office": Role.OFFICE, "former member": Role.OFFICE}  # fmt: skip
    world.people = {name: make(name, mitte, role) for name, role in roles.items()}
    Membership.objects.in_region(mitte).filter(person=world.people["former member"]).update(
        starts_on=date(2020, 1, 1), ends_on=date(2020, 12, 31)
    )
    world.people["office elsewhere"] = make("office elsewhere", kali, Role.OFFICE)
    world.people["administration"] = make("administration", None, None, is_superuser=True, is_staff=True)
    # a third voice at each table, who never looks: the name is for members and those who sit there
    world.people["third"] = make("third", mitte, Role.MEMBER)
    world.people["third"].last_name = world.mark("person.name", MEMBERS | INSIDE)
    world.people["third"].save()
    for name, person in world.people.items():
        held = Membership.objects.in_region(mitte).filter(person=person).first()
        if held is not None and name != "third":
            world.add("membership", OFFICE, number=held.pk)


def _bodies(world: World) -> dict[str, Body]:
    mitte, office = world.regions["mitte"], world.people["office"]
    hidden = Organisation.objects.create(
        region=mitte, name=world.mark("organisation.hidden", MEMBERS | INSIDE), kind="company", public=False
    )
    made = {}
    for level, readers in LEVELS.items():
        slug = f"runde-{world.mark('body.slug', readers)}"
        made[level] = body = found_body(
            mitte, by=office, slug=slug, name_de=world.title("body.name", readers), kind="project_group",
            remit_de=world.mark("body.remit", readers), visibility=level, founded_on=date(2020, 1, 1),
            founding_text=world.mark("body.founding", readers), notice_days=0, parent=made.get("office"),
        )  # fmt: skip
        chair, third = world.people["chair"], world.people["third"]
        fill_seat(body, by=office, person=chair, office_in_body="chair")
        seat = fill_seat(body, by=office, person=world.people["body member"], organisation=hidden)
        fill_seat(body, by=office, person=third)
        if level == "public":
            Seat.objects.create(region=mitte, body=body, person=world.people["former member"],
                                starts_on=date(2020, 1, 1), ends_on=date(2020, 12, 31))  # fmt: skip
        set_theme(body, by=office, kind="areas", title_de=world.mark("theme.title", readers), areas=["91001"])
        world.add("body", readers, body=slug)
        world.add("seat", readers, body=slug, number=seat.pk)
    Body.objects.in_region(mitte).filter(pk=made["public"].pk).update(parent=made["office"])
    return made


class _Sitting:
    """One meeting with all that hangs on it, all of one level, in one body."""

    def __init__(self, world: World, body: Body, body_level: str, level: str) -> None:
        self.world, self.body, self.level = world, body, level
        self.readers = LEVELS[body_level] & LEVELS[level]
        self.inside = self.readers & INSIDE
        self.voted = "office" not in (body_level, level)  # nobody but the office is asked where it alone may read
        self.entitled = INSIDE if self.voted else frozenset()
        self.office = world.people["office"]

    def hold(self) -> None:
        world, body, readers = self.world, self.body, self.readers
        start = timezone.now() + timedelta(days=20)
        self.meeting = plan_meeting(
            body, by=self.office, title=world.title("meeting.title", readers), visibility=self.level,
            place=world.mark("meeting.place", readers), note=world.mark("meeting.note", readers),
            online_link=f"https://treffen.example/{world.mark('meeting.online', self.inside)}",
            mode="hybrid", starts_at=start, ends_at=start + timedelta(hours=2),
        )  # fmt: skip
        self.items = {
            kind: add_item(
                self.meeting, by=self.office, title=world.title(f"item.title.{kind}", who), kind=kind,
                text=world.mark(f"item.text.{kind}", who), responsible=world.people["third"],
            )
            for kind, who in (("common", readers), ("internal", self.inside), ("hidden", OFFICE))
        }  # fmt: skip
        self._places()
        self._motion()
        if self.voted:
            self._vote()
        else:
            self.resolution = enter_resolution(
                body, by=self.office, adopted_on=timezone.localdate(), title=world.title("resolution.title", readers),
                wording=world.mark("resolution.wording", readers), visibility=self.level,
            )  # fmt: skip
        self._resolutions()
        self._talk()

    def _places(self) -> None:
        world, meeting = self.world, self.meeting
        world.add("meeting", self.readers, number=meeting.pk)
        _file(world, self.level, self.readers, self.body, meeting)
        for kind, who in (("common", self.readers), ("internal", self.inside), ("hidden", OFFICE)):
            item = self.items[kind]
            world.add("item", who, number=meeting.pk, item=item.pk)
            _file(world, self.level, who, self.body, item)

    def _motion(self) -> None:
        world, readers = self.world, self.readers
        self.motion = submit_motion(
            self.body, by=self.office, item=self.items["common"], title=world.title("motion.title", readers),
            wording=world.mark("motion.wording", readers), reasons=world.mark("motion.reasons", readers),
            addressee=world.mark("motion.addressee", readers), visibility=self.level,
        )  # fmt: skip
        quiet = submit_motion(
            self.body, by=self.office, item=self.items["internal"], visibility=self.level,
            title=world.title("motion.internal", self.inside), wording=world.mark("motion.internal", self.inside),
        )  # fmt: skip
        world.add("motion", readers, number=self.motion.pk)
        world.add("motion", self.inside, number=quiet.pk)
        _cite(world, self.motion, readers)
        world.things.setdefault("open citation", []).append(_cite(world, quiet, self.inside))

    def _vote(self) -> None:
        world, people, readers = self.world, self.world.people, self.readers
        open_meeting(invite(self.meeting, by=self.office, reason="Eile"), by=self.office)
        seats = {seat.person_id: seat for seat in self.body.seats.in_region(self.body.region).current()}
        for name in ("chair", "body member", "third"):
            note_arrival(self.meeting, seats[people[name].pk], by=self.office)
        note_guest(self.meeting, by=self.office, name=world.mark("attendance.guest", readers & (MEMBERS | INSIDE)))
        vote = create_vote(self.motion, by=self.office, method="named", item=self.items["common"],
                           question=world.title("vote.question", readers | self.entitled))  # fmt: skip
        open_vote(vote, by=self.office)
        for name in ("chair", "body member"):
            cast_vote(vote, "yes", by=people[name])
        close_vote(vote, by=self.office)
        publish_vote(vote, by=self.office)
        world.add("vote", readers, entitled=self.entitled, number=vote.pk)
        self.resolution = Resolution.objects.in_region(self.body.region).get(vote=vote)
        self._minutes()

    def _minutes(self) -> None:
        world, meeting, office = self.world, self.meeting, self.office
        minutes = begin_minutes(meeting, by=office)
        texts = {
            self.items[kind].pk: world.mark(f"minutes.{kind}", who)
            for kind, who in (("common", self.readers), ("internal", self.inside), ("hidden", OFFICE))
        }
        minutes = save_minutes(minutes, by=office, revision=0, texts=texts,
                               summary=world.mark("minutes.summary", self.readers))  # fmt: skip
        _file(world, self.level, self.readers, self.body, minutes)
        close_meeting(meeting, by=office)
        submit_minutes(minutes, by=office)
        remark = remark_minutes(minutes, by=world.people["chair"], text=world.mark("minutes.remark", self.inside))
        answer_remark(remark, by=office, taken=True, answer=world.mark("minutes.remark", self.inside))
        _cite(world, minutes, self.readers)
        publish_minutes(approve_minutes(minutes, by=office), by=office)
        world.add("minutes", self.readers, number=meeting.pk)
        draft = new_edition(minutes, by=office, reason=world.mark("minutes.draft", self.inside))
        save_minutes(draft, by=office, revision=draft.revision, texts={},
                     summary=world.mark("minutes.draft", self.inside))  # fmt: skip

    def _resolutions(self) -> None:
        world, readers, body = self.world, self.readers, self.body
        _cite(world, self.resolution, readers)
        publish_resolution(self.resolution, by=self.office)
        draft = enter_resolution(
            body, by=self.office, adopted_on=timezone.localdate(), visibility=self.level,
            title=world.title("resolution.draft", self.inside),
            wording=world.mark("resolution.draft.text", self.inside),
        )  # fmt: skip
        world.add("resolution", readers, number=self.resolution.pk)
        world.add("resolution", self.inside, number=draft.pk)
        world.add("published resolution", readers, number=self.resolution.pk)
        world.add("resolution draft", self.inside, number=draft.pk)
        if self.level != "office":
            sent = forward_resolution(
                self.resolution, by=self.office, to_name=world.mark("forwarding.name", readers),
                to_email=f"{world.mark('forwarding.address', readers & (MEMBERS | INSIDE))}@amt.example",
                due_on=timezone.localdate() + timedelta(days=30), letter=world.mark("forwarding.letter", OFFICE),
            )  # fmt: skip
            world.add("forwarding", readers, number=self.resolution.pk, forwarding=sent.pk)
            Forwarding.objects.in_region(body.region).filter(pk=sent.pk).update(
                answer=world.mark("forwarding.answer", readers), answered_on=timezone.localdate()
            )
        task = give_task(
            body, by=self.office, resolution=self.resolution, title=world.title("task.title", readers),
            text=world.mark("task.text", readers), owner=world.people["third"], visibility=self.level,
        )  # fmt: skip
        world.add("task", readers, number=task.pk)

    def _talk(self) -> None:
        """A comment at each thing that can be discussed."""
        for thing, kind in ((self.items["common"], "item"), (self.motion, "motion"), (self.resolution, "resolution")):
            comment = write_comment(
                thing, self.world.mark(f"comment.{kind}", self.readers), by=self.world.people["office"]
            )
            _old(comment)
            self.world.add("comment", self.readers, number=comment.pk)


def _old(comment: Comment) -> None:
    """Comments follow each other slowly: nobody is refused for writing too many."""
    Comment.objects.in_region(comment.region).filter(pk=comment.pk).update(
        created_at=timezone.now() - timedelta(days=2)
    )


def _file(world: World, level: str, readers: frozenset[str], body: Body, target: Any) -> None:
    name = f"{world.mark('file.name', readers)}.txt"
    stored = store_file(
        body.region, SimpleUploadedFile(name, world.mark("file.content", readers).encode()), body_number=body.pk,
        by=world.people["office"], title=world.title("file.title", readers), visibility=level, target=target,
    )  # fmt: skip
    world.add("file", readers, number=stored.pk)


def _cite(world: World, target: Any, readers: frozenset[str]) -> Thing:
    words = world.mark("citation.label", readers)
    made = Citation.objects.create(
        region=target.region, target_type=ContentType.objects.get_for_model(target), target_id=target.pk, value=5.0,
        release="2026-01-01-made", table="indicators", column="population", area="06633", period="2022",
        label_de=words, label_en=words, lower=5.0, upper=5.0, status="measured", sources=[],
        cited_by=world.people["office"],
    )  # fmt: skip
    world.add("citation", readers, number=made.pk)
    return world.things["citation"][-1]


def _mixed(world: World, bodies: dict[str, Body]) -> None:
    """Open things that come from closed ones: what is said of the one must not tell the other."""
    office, body = world.people["office"], bodies["public"]
    start = timezone.now() + timedelta(days=40)
    meeting = plan_meeting(
        body, by=office, title=world.title("mixed.meeting", INSIDE), visibility="body",
        place=world.mark("mixed.place", INSIDE), starts_at=start, ends_at=start + timedelta(hours=1),
    )  # fmt: skip
    item = add_item(meeting, by=office, title=world.title("mixed.item", INSIDE))
    motion = submit_motion(body, by=office, item=item, title=world.title("mixed.resolution", ALL), wording="Es wird.",
                           visibility="public")  # fmt: skip
    open_meeting(invite(meeting, by=office, reason="Eile"), by=office)
    seats = {seat.person_id: seat for seat in body.seats.in_region(body.region).current()}
    for name in ("chair", "body member", "third"):
        note_arrival(meeting, seats[world.people[name].pk], by=office)
    vote = open_vote(create_vote(motion, by=office, method="open", item=item), by=office)
    cast_vote(vote, "yes", by=world.people["chair"])
    publish_vote(close_vote(vote, by=office), by=office)
    opened = Resolution.objects.in_region(body.region).get(vote=vote)
    hidden = enter_resolution(body, by=office, adopted_on=timezone.localdate(), visibility="office",
                              title=world.title("mixed.hidden", OFFICE), wording="Geheim.")  # fmt: skip
    Resolution.objects.in_region(body.region).filter(pk=opened.pk).update(replaces=hidden)
    publish_resolution(opened, by=office)
    task = give_task(body, by=office, resolution=hidden, title=world.title("mixed.task", ALL), visibility="public",
                     owner=world.people["third"])  # fmt: skip
    plan_milestone(
        body.region, by=office, body=body, title_de=world.title("mixed.milestone", ALL), meeting=meeting,
        starts_on=timezone.localdate(), ends_on=timezone.localdate(), visibility="public",
    )  # fmt: skip
    world.add("vote", INSIDE, number=vote.pk)
    world.add("resolution", ALL, number=opened.pk)
    world.add("task", ALL, number=task.pk)


def _programme(world: World, bodies: dict[str, Body]) -> None:
    region, office, today = world.regions["mitte"], world.people["office"], timezone.localdate()
    for level, readers in LEVELS.items():
        for body, who in ((None, WITHOUT_BODY[level]), (bodies["public"], readers), (bodies[level], readers)):
            made = plan_milestone(
                region, by=office, body=body, line_de="" if body else world.mark("milestone.line", who),
                title_de=world.title("milestone.title", who), text_de=world.mark("milestone.text", who),
                starts_on=today, ends_on=today + timedelta(days=1),
                visibility="public" if body is bodies[level] and body is not bodies["public"] else level,
            )  # fmt: skip
            world.add("milestone of a body" if body else "milestone", who, number=made.pk)


def _frameworks(world: World, bodies: dict[str, Body]) -> None:
    region, office = world.regions["mitte"], world.people["office"]

    def said(name: str, readers: frozenset[str]) -> dict[str, Any]:
        condition = {"text_de": world.mark(name, readers), "source_title": world.mark(name, readers)}
        return {"title_de": world.title(f"{name}.title", readers), "field": "funding", "conditions": {"06": condition},
                "common_ground_de": world.mark(f"{name}.ground", readers), "body": bodies["office"],
                "obstacle_de": world.mark(name, readers), "actor": ""}  # fmt: skip

    known = propose_topic(region, by=office, **said("topic", ALL))
    publish_topic(known, number=1, by=office)
    revise_topic(known, base=1, by=office, **said("topic.newest", MEMBERS))
    link_resolutions(known, by=office, resolutions=list(Resolution.objects.in_region(region)))
    fresh = propose_topic(region, by=office, **said("topic.newest", MEMBERS))
    world.add("topic", ALL, number=known.number)
    world.add("topic", MEMBERS, number=fresh.number)
    comment = write_comment(known, world.mark("comment.topic", ALL), by=office)
    _old(comment)
