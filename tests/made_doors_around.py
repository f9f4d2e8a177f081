"""What lies around the forum in the world of the doors: organisations, mail, moderation, pages, scenarios, a region."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.models import Collection

from marks import ALL, INSIDE, MEMBERS, OFFICE, WITHOUT_BODY, World
from raumwerk.web.atlas.models import SavedScenario
from raumwerk.web.forum.actions.bodies import found_body
from raumwerk.web.forum.actions.calendars import make_calendar_key
from raumwerk.web.forum.actions.meetings import plan_meeting
from raumwerk.web.forum.models import Body, Meeting
from raumwerk.web.pages.models import BarrierReport, NewsIndexPage, NewsPage, RegionDocument
from raumwerk.web.people.actions.contacts import ask_contact
from raumwerk.web.people.actions.invitations import invite_person
from raumwerk.web.people.models import Affiliation, Organisation
from raumwerk.web.shared.comments.models import Appeal, Comment, Decision, Report
from raumwerk.web.shared.notify.actions import enqueue_mail, follow, unsubscribe_token
from raumwerk.web.shared.notify.models import MassMail, Note, OutgoingMail

__all__ = ["make_around"]

#: Pages and documents name a body only where it alone may read them.
PAGES = WITHOUT_BODY | {"body": INSIDE}


def make_around(world: World, bodies: dict[str, Body]) -> None:
    """Add what is not the forum's, and another region."""
    _organisations(world)
    _mail(world)
    _discussion(world, bodies["public"])
    _pages(world, bodies["body"])
    _scenarios(world)
    _other_region(world)


def _organisations(world: World) -> None:
    region, people = world.regions["mitte"], world.people
    for public, readers in ((True, ALL), (False, MEMBERS)):
        one = Organisation.objects.create(
            region=region, name=world.mark("organisation.name", readers), kind="company", public=public,
            offers=world.mark("organisation.offers", readers), seeks=world.mark("organisation.seeks", readers),
        )  # fmt: skip
        world.add("organisation", readers, number=one.pk)
        held = Affiliation.objects.create(
            region=region, person=people["third"], organisation=one, function=world.mark("affiliation", OFFICE)
        )
        world.add("affiliation", OFFICE, number=held.pk)
    spoken = Organisation.objects.create(region=region, name="Gesprächige Stadt", kind="municipality", public=True)
    Affiliation.objects.create(region=region, person=people["editor"], organisation=spoken, spokesperson=True)
    world.add("own organisation", {"editor"}, number=spoken.pk)
    asked = ask_contact(spoken, by=people["member"], text=world.mark("contact.text", {"member", "editor"}))
    world.add("contact to", {"editor"}, number=asked.pk)
    world.add("contact from", {"member"}, number=asked.pk)
    invited = invite_person(region, email=f"{world.mark('invitation.email', OFFICE)}@neu.example", by=people["office"])
    world.add("invitation", OFFICE, number=invited.pk)
    report = BarrierReport.objects.create(region=region, text=world.mark("barrier.text", OFFICE))
    world.add("barrier", OFFICE, number=report.pk)


def _mail(world: World) -> None:
    region, people = world.regions["mitte"], world.people
    mail = enqueue_mail(to=people["third"], region=region, kind="account", text="x",
                        subject=world.mark("mail.subject", OFFICE))  # fmt: skip
    OutgoingMail.objects.in_region(region).filter(pk=mail.pk).update(
        state="failed", last_error=world.mark("mail.error", OFFICE)
    )
    mass = MassMail.objects.create(
        region=region, kind="account", subject=world.mark("mass.subject", OFFICE),
        text=world.mark("mass.text", OFFICE), proposed_by=people["administration"],
    )  # fmt: skip
    world.add("mail", OFFICE, number=mail.pk)
    world.add("mass mail", OFFICE, number=mass.pk)
    Note.objects.create(region=region, person=people["member"], kind="account", url="/", pace="daily",
                        text=world.mark("note.text", {"member"}))  # fmt: skip
    follow(_public_meeting(world), by=people["member"])
    world.add("unsubscribe", ALL, token=unsubscribe_token(people["member"], region, "task"))
    world.add("calendar", ALL, token=make_calendar_key(region, by=people["chair"]))


def _public_meeting(world: World) -> Any:
    number = world.things["meeting"][0].parts["number"]
    return Meeting.objects.in_region(world.regions["mitte"]).get(pk=number)


def _discussion(world: World, body: Body) -> None:
    """Comments that wait, are hidden, reported, decided and appealed against."""
    target, people = _public_meeting(world).items.in_region(body.region).first(), world.people

    def comment(state: str, readers: frozenset[str]) -> Comment:
        return Comment.objects.create(
            region=body.region, target_type=ContentType.objects.get_for_model(target), target_id=target.pk,
            author=people["member"], state=state, text=world.mark(f"comment.{state}", readers),
            created_at=timezone.now() - timedelta(days=1),
        )  # fmt: skip

    own = OFFICE | {"member"}
    waiting, hidden = comment("waiting", own), comment("hidden", own)
    decided = Decision.objects.create(region=body.region, comment=hidden, deed="hide", by=people["administration"],
                                      reason=world.mark("decision.reason", own | {"guest"}))  # fmt: skip
    Report.objects.create(region=body.region, comment=hidden, by=people["guest"], reason="other", decision=decided,
                          text=world.mark("report.text", OFFICE | {"guest"}))  # fmt: skip
    objection = Appeal.objects.create(region=body.region, decision=decided, text=world.mark("appeal.text", own))
    world.add("decision", own | {"guest"}, number=decided.pk)
    world.add("appeal", OFFICE, number=objection.pk)
    for one in (waiting, hidden):
        world.add("desk", OFFICE, number=one.pk)


def _pages(world: World, body: Body) -> None:
    collection = Collection.objects.get(name="mitte", depth=2)
    for index in NewsIndexPage.objects.filter(url_path__contains="/mitte/"):
        for level, readers in PAGES.items():
            _news(world, index, readers, level, body)
        draft = NewsPage(title=world.title("news.draft", ()), slug=f"meldung-{world.mark('news.draft', ())}",
                         lead=world.mark("news.draft", ()), live=False, date=date(2030, 1, 1))  # fmt: skip
        index.add_child(instance=draft)
        draft.save_revision()
    for level, readers in PAGES.items():
        document = RegionDocument(
            title=world.title("document.title", readers), summary=world.mark("document.summary", readers),
            collection=collection, visibility=level, body=body.pk if level == "body" else None,
        )  # fmt: skip
        name = f"{world.mark('document.name', readers)}.txt"
        document.file.save(name, ContentFile(world.mark("document.content", readers).encode()), save=False)
        document.save()
        world.add("document", readers, url=document.url)


def _news(world: World, index: Any, readers: frozenset[str], level: str, body: Body) -> None:
    name = f"news.{index.locale.language_code}"
    page = NewsPage(
        title=world.title(f"{name}.title", readers), slug=f"meldung-{world.mark(f'{name}.slug', readers)}",
        lead=world.mark(f"{name}.lead", readers), date=date(2030, 1, 1), visibility=level,
        visible_to_body=body.pk if level == "body" else None, topics=["kultur"],
    )  # fmt: skip
    index.add_child(instance=page)
    page.save_revision().publish()
    world.add("news", readers, url=page.get_url())


def _scenarios(world: World) -> None:
    region, owner = world.regions["mitte"], world.people["member"]
    for visibility, readers in (("private", frozenset({"member"})), ("link", ALL), ("members", MEMBERS)):
        made = SavedScenario.objects.create(
            region=region, owner=owner, name=world.mark(f"scenario.{visibility}", readers), visibility=visibility,
            release="2026-01-01-made", code_version="1", parameters={},
        )  # fmt: skip
        world.add("scenario", readers, token=made.token)


def _other_region(world: World) -> None:
    """Kali has a meeting for its members: of Mitte's people nobody but the administration reads it."""
    world.region, region, office = "kali", world.regions["kali"], world.people["office elsewhere"]
    readers = frozenset({"office elsewhere", "administration"})
    body = found_body(
        region, by=office, slug=f"runde-{world.mark('body.slug', readers)}", kind="steering", visibility="members",
        name_de=world.title("body.name", readers), remit_de=world.mark("body.remit", readers),
    )  # fmt: skip
    start = timezone.now() + timedelta(days=20)
    meeting = plan_meeting(body, by=office, title=world.title("meeting.title", readers), visibility="members",
                           place="Rathaus", starts_at=start, ends_at=start + timedelta(hours=2))  # fmt: skip
    world.add("body of Kali", readers, body=body.slug)
    world.add("meeting of Kali", readers, number=meeting.pk)
    Organisation.objects.create(region=region, name=world.mark("organisation.name", readers), kind="company")
    world.region = "mitte"
