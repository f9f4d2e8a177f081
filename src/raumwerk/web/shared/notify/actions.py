"""Telling people something. All of it happens inside the caller's transaction: no deed, no mail."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from email.utils import make_msgid
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core import signing
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from raumwerk.errors import MissingError
from raumwerk.web.people.models import Person
from raumwerk.web.regions.models import Region
from raumwerk.web.shared.notify.kinds import Kind, Pace, kind_of
from raumwerk.web.shared.notify.models import (
    Choice,
    Follow,
    MailAttachment,
    MailContent,
    MailState,
    MassMail,
    Note,
    OutgoingMail,
)
from raumwerk.web.shared.notify.texts import address_of_site, clean_address, clean_body, clean_line, own_path
from raumwerk.web.shared.targets import target_type, url_of

__all__ = [
    "Attachment", "choose_pace", "drop_mail", "enqueue_mail", "follow", "notify", "notify_followers", "read_notes",
    "unfollow", "unsubscribe", "unsubscribe_token",
]  # fmt: skip

_SALT = "notify.unsubscribe"


class Attachment(NamedTuple):
    """A file to go with a mail: its name, its bytes, its media type."""

    name: str
    content: bytes
    content_type: str


@transaction.atomic
def enqueue_mail(
    *,
    to: Person | str,
    subject: str | Promise,
    text: str | Promise,
    region: Region | None = None,
    kind: str,
    about: models.Model | None = None,
    attachments: Sequence[Attachment] = (),
    links: Iterable[str] = (),
    headers: dict[str, str] | None = None,
    mass_mail: MassMail | None = None,
    until: datetime | None = None,
) -> OutgoingMail:
    """Put a mail into the queue; the worker sends it once the caller's transaction stands.

    Parameters
    ----------
    to : Person or str
        Somebody with an account, or an address.
    subject, text : str
        Plain text. Line breaks in the subject become spaces; in the text, addresses that lead out of this
        installation are taken the look of a link, so that no name or title can carry one.
    region : Region, optional
        Whose office sees the mail in its outbox; None for mail of the installation itself.
    kind : str
        Key of a registered kind.
    about : Model, optional
        What the mail is about: the rows about a meeting prove that its invitation was sent.
    attachments : sequence of Attachment
        Files that go with it.
    links : iterable of str
        Addresses elsewhere that may stay links because the office vouches for them, e.g. the room of an online meeting.
    headers : dict, optional
        Further headers, one line each.
    mass_mail : MassMail, optional
        The reviewed text this mail is one copy of.
    until : datetime, optional
        When it still waits then, it is not sent any more.

    Raises
    ------
    InputError
        When `to` is no e-mail address.
    MissingError
        When no app registered `kind`.
    """
    person = to if isinstance(to, Person) else None
    mail = OutgoingMail.objects.create(
        region=region,
        person=person,
        address=clean_address(person.email if person else str(to)),
        kind=kind_of(kind).key,
        subject=clean_line(subject),
        text=clean_body(text, links=links),
        headers={clean_line(name): clean_line(value, longest=900) for name, value in (headers or {}).items()},
        about=about,
        message_id=make_msgid(domain=urlsplit(settings.BASE_URL).hostname or "localhost"),
        mass_mail=mass_mail,
        until=until,
    )
    for attachment in attachments:
        _attach(mail, attachment)
    return mail


@transaction.atomic
def drop_mail(thing: models.Model, *, region: Region, kind: str) -> None:
    """Send no more mail of a kind about a thing: what waits or failed loses its text, and the row says so.

    What went out keeps its row as proof; of what is being sent just now, no second attempt is made.
    """
    mails = OutgoingMail.objects.in_region(region).about(thing).filter(kind=kind)
    mails.filter(state=MailState.SENDING).update(until=timezone.now())
    mails.filter(state__in=(MailState.QUEUED, MailState.FAILED)).update(state=MailState.DROPPED, text="")


def _attach(mail: OutgoingMail, attachment: Attachment) -> None:
    digest = hashlib.sha256(attachment.content).hexdigest()
    content, _made = MailContent.objects.get_or_create(digest=digest, defaults={"content": attachment.content})
    name = clean_line(attachment.name, longest=150).replace("/", "-").replace("\\", "-")
    MailAttachment.objects.create(mail=mail, content=content, name=name, content_type=attachment.content_type)


@transaction.atomic
def notify(
    *,
    people: Iterable[Person],
    region: Region,
    kind: str,
    text: str | Promise,
    url: str,
    about: models.Model | None = None,
) -> list[Note]:
    """Tell people something: a note on their page at once, and mail at the pace each of them chose.

    Parameters
    ----------
    people : iterable of Person
        Each is told once; closed accounts are left out. Whether they may read what the note leads to is for the
        caller to see to (``followers`` does it for topics).
    region : Region
        Where it happened.
    kind : str
        Key of a registered kind.
    text : str
        One sentence, already in the reader's language.
    url : str
        Path of the page it leads to.
    about : Model, optional
        What it is about.
    """
    told = {person.pk: person for person in people if person.is_active}
    the_kind, line, path = kind_of(kind), clean_line(text, longest=500), own_path(str(url))
    paces = paces_of(told.values(), region, the_kind)
    notes = []
    for person in told.values():
        note = Note(
            region=region, person=person, kind=kind, text=line, url=path, about=about, created_at=timezone.now(),
            pace=paces.get(person.pk, the_kind.pace),
        )  # fmt: skip
        if note.pace == Pace.AT_ONCE:
            note.mail = _mail_of(note, the_kind)
        notes.append(note)
    return Note.objects.bulk_create(notes)


def _mail_of(note: Note, kind: Kind) -> OutgoingMail:
    """Queue the mail of a note: the sentence, where it leads, and how to hear no more of the kind."""
    lines, headers = way_out(note.person, note.region, kind)
    return enqueue_mail(
        to=note.person, region=note.region, kind=kind.key, about=note.about,
        subject=f"{note.region.short}: {note.text}",
        text="\n".join([note.text, "", address_of_site(note.url), *lines]) + "\n", headers=headers,
    )  # fmt: skip


def way_out(person: Person, region: Region, kind: Kind) -> tuple[list[str], dict[str, str]]:
    """Return what a mail says and carries so that its reader hears no more of the kind; nothing where it is a duty."""
    if kind.obligatory:
        return [], {}
    token = unsubscribe_token(person, region, kind.key)
    with translation.override("de"):
        path = reverse("notify:unsubscribe", kwargs={"region": region.slug, "token": token})
        about = _("You get this mail because you are to hear of this: %(kind)s.") % {"kind": kind.label}
        lines = ["", "-- ", about, _("No more mail of this kind:"), address_of_site(path)]
    address = f"<{address_of_site(path)}>"
    return lines, {"List-Unsubscribe": address, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def unsubscribe_token(person: Person, region: Region, kind: str) -> str:
    """Return a signed word that lets whoever holds the mail end this kind of mail, and nothing else."""
    return signing.dumps([person.pk, region.pk, kind], salt=_SALT)


@transaction.atomic
def unsubscribe(region: Region, token: str) -> Kind:
    """End a kind of mail by the link in it; doing it twice changes nothing.

    Raises
    ------
    MissingError
        When the link was not made here, or its account is gone.
    """
    try:
        person_id, region_id, key = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        raise MissingError(_("This link is not complete. Please use the whole address from the mail.")) from None
    if region_id != region.pk or not Person.objects.filter(pk=person_id).exists():
        raise MissingError(_("This link is not complete. Please use the whole address from the mail."))
    kind = kind_of(key)
    Choice.objects.in_region(region).update_or_create(
        person_id=person_id, kind=key, defaults={"pace": Pace.NONE, "region": region}
    )
    return kind


@transaction.atomic
def choose_pace(person: Person, region: Region, paces: dict[str, str]) -> None:
    """Keep how soon somebody wants to hear of each kind; obligatory kinds stay as they are.

    One's own setting; it is not written into the log.
    """
    for key, pace in paces.items():
        if not kind_of(key).obligatory:
            Choice.objects.in_region(region).update_or_create(
                person=person, kind=key, defaults={"pace": Pace(pace), "region": region}
            )


@transaction.atomic
def read_notes(person: Person, region: Region) -> int:
    """Mark somebody's notes as read; they do not come in a digest any more."""
    notes = Note.objects.in_region(region).unread().filter(person=person)
    return notes.update(read_at=timezone.now())


def paces_of(people: Iterable[Person], region: Region, kind: Kind) -> dict[int, str]:
    """Return the chosen pace by person; those who chose nothing are not in it, and nobody where none may choose."""
    if kind.obligatory:
        return {}
    chosen = Choice.objects.in_region(region).filter(kind=kind.key, person__in=[person.pk for person in people])
    return dict(chosen.values_list("person_id", "pace"))


@transaction.atomic
def follow(thing: models.Model, *, by: Person) -> Follow:
    """Let somebody hear of what happens to a thing; following twice is following once.

    What somebody follows is their own affair and not written into the log.

    Raises
    ------
    MissingError
        When they may not read it.
    """
    kind = target_type(thing)
    if not kind.may_read(by, thing):
        raise MissingError(_("What you are looking for is not here, or not open to you."))
    region = kind.region(thing)
    place = {"about_type": ContentType.objects.get_for_model(thing), "about_id": thing.pk, "person": by}
    kept, _made = Follow.objects.in_region(region).get_or_create(**place, defaults={"region": region})
    return kept


@transaction.atomic
def unfollow(thing: models.Model, *, by: Person) -> None:
    """Let somebody hear no more of a thing."""
    Follow.objects.in_region(target_type(thing).region(thing)).about(thing).filter(person=by).delete()


def notify_followers(
    thing: models.Model,
    *,
    kind: str,
    text: str | Promise,
    url: str | None = None,
    besides: Iterable[Person] = (),
    not_to: Iterable[Person] = (),
) -> list[Note]:
    """Tell those who follow a thing, and some people besides, as far as they may (still) read it."""
    kind_of_thing, skipped = target_type(thing), {person.pk for person in not_to}
    region = kind_of_thing.region(thing)
    rows = Follow.objects.in_region(region).about(thing).select_related("person")
    people = {person.pk: person for person in [*(row.person for row in rows), *besides]}
    told = [
        person
        for person in people.values()
        if person.pk not in skipped and person.is_active and kind_of_thing.may_read(person, thing)
    ]
    return notify(people=told, region=region, kind=kind, text=text, url=url or url_of(thing), about=thing)
