"""Mail goes into the queue with the deed; notes reach each person once, at the pace they chose."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.mail import EmailMessage
from django.db import transaction

from raumwerk.errors import InputError, MissingError
from raumwerk.web.shared.notify.actions import Attachment, enqueue_mail, follow, notify, notify_followers, unfollow
from raumwerk.web.shared.notify.kinds import Pace, kind_of, register_kind, registered_kinds
from raumwerk.web.shared.notify.models import Choice, MailContent, Note, OutgoingMail
from raumwerk.web.shared.notify.texts import clean_body, clean_line
from raumwerk.web.shared.targets import find_target, things_by_row

register_kind("test_news", "News of the test", pace=Pace.AT_ONCE)
register_kind("test_slow", "Slow news of the test", pace=Pace.DAILY)
register_kind("test_duty", "Formal news of the test", obligatory=True)


def test_enqueue_mail_writes_one_row_with_its_attachment_once(regions, make_person):
    anna = make_person("anna@kreis.example", region=regions["mitte"], role="member")
    paper = Attachment("Tages/ordnung\n.pdf", b"%PDF-1.7", "application/pdf")
    first = enqueue_mail(
        to=anna, subject="Einladung", text="Kommen Sie.", region=regions["mitte"], kind="test_duty", about=anna,
        attachments=[paper],
    )  # fmt: skip
    enqueue_mail(
        to="gast@stadt.example", subject="Einladung", text="Kommen Sie.", region=regions["mitte"], kind="test_duty",
        attachments=[paper],
    )  # fmt: skip
    rows = OutgoingMail.objects.in_region(regions["mitte"])
    assert sorted(rows.values_list("address", "state", "attempts", "person")) == [
        ("anna@kreis.example", "queued", 0, anna.pk),
        ("gast@stadt.example", "queued", 0, None),
    ]
    assert list(rows.about(anna)) == [first]
    assert first.attachments.get().name == "Tages-ordnung .pdf"
    assert bytes(MailContent.objects.get().content) == b"%PDF-1.7"


class DeedError(RuntimeError):
    pass


@transaction.atomic
def _deed_that_fails():
    enqueue_mail(to="a@b.example", subject="x", text="y", kind="test_news")
    raise DeedError


@pytest.mark.django_db(transaction=True)
def test_a_deed_that_fails_leaves_no_mail(regions):
    with pytest.raises(DeedError):
        _deed_that_fails()
    assert not OutgoingMail.objects.across_regions("all of the test").exists()


@pytest.mark.parametrize("address", ["", "kein", "a@b.example, c@d.example", "a@b.example\nBcc: x@y.example"])
def test_a_bad_address_is_refused(db, address):
    with pytest.raises(InputError, match="is no e-mail address"):
        enqueue_mail(to=address, subject="x", text="y", kind="test_news")


def test_a_kind_nobody_registered_is_refused(db):
    with pytest.raises(MissingError, match="no kind of news 'test_unknown'"):
        enqueue_mail(to="a@b.example", subject="x", text="y", kind="test_unknown")
    with pytest.raises(ValueError, match="registered twice"):
        register_kind("test_news", "Something else")
    assert kind_of("test_news") in registered_kinds()


@pytest.mark.parametrize("name", [
    "Eva\r\nBcc: all@kreis.example", "Eva\nSubject: Gewinn", "Eva\u2028X-Header: 1", "Eva\x00\x0b\x85Muster",
    "<a href='https://evil.example'>hier</a>", "\u202egnp.exe",
])  # fmt: skip
def test_a_name_becomes_neither_header_nor_line(db, name):
    mail = enqueue_mail(to="a@b.example", subject=f"Einladung von {name}", text=f"Guten Tag {name},", kind="test_news")
    sent = EmailMessage(mail.subject, mail.text, to=[mail.address]).message()
    assert sorted(sent.keys()) == sorted(
        ["Content-Type", "MIME-Version", "Content-Transfer-Encoding", "Subject", "From", "To", "Date", "Message-ID"]
    )
    assert sent.get_content_type() == "text/plain"
    assert len(mail.subject.splitlines()) == 1


@pytest.mark.parametrize("text", [
    "https://evil.example/login", "HTTP://EVIL.EXAMPLE", "evil.example/login", "www.evil.example", "http://localhost:8000.evil.example/x",
    "http://localhost:8000@evil.example/", "ftp://evil.example", "Bitte hier:https://evil.example",
])  # fmt: skip
def test_text_of_others_never_looks_like_a_link(text):
    body = clean_body(f"Guten Tag {text}, willkommen.")
    assert "\u2060" in body
    assert body.replace("\u2060", "") == f"Guten Tag {text}, willkommen."
    assert "evil.example" not in body.lower()


def test_own_and_vouched_addresses_stay_links():
    own = "Siehe http://localhost:8000/mitte/forum/sitzung/3/?x=1 und https://meet.example/raum."
    assert clean_body(own, links=["https://meet.example/raum"]) == own
    plain = "Dr. Eva Muster, z. B. § 3 Abs. 2 e.V., am 3.4.2027 um 14.30 Uhr, eva@kreis.example"
    assert clean_body(plain) == plain


def test_subjects_are_cut_to_their_length():
    assert clean_line("ä" * 300) == "ä" * 199 + "…"
    assert clean_line("  a \t b\n\nc ") == "a b c"


def test_notify_tells_each_once_at_the_pace_chosen(regions, make_person):
    mitte = regions["mitte"]
    quick, slow, silent = (make_person(f"{name}@kreis.example", region=mitte, role="member") for name in "abc")
    gone = make_person("d@kreis.example", is_active=False)
    Choice.objects.create(region=mitte, person=slow, kind="test_news", pace=Pace.WEEKLY)
    Choice.objects.create(region=mitte, person=silent, kind="test_news", pace=Pace.NONE)
    Choice.objects.create(region=regions["kali"], person=quick, kind="test_news", pace=Pace.NONE)
    notify(
        people=[quick, slow, silent, gone, quick], region=mitte, kind="test_news", text="Neue Tagesordnung",
        url="/mitte/forum/", about=quick,
    )  # fmt: skip
    notes = Note.objects.in_region(mitte)
    assert sorted(notes.values_list("person__email", "pace", "mail__address")) == [
        ("a@kreis.example", "at_once", "a@kreis.example"),
        ("b@kreis.example", "weekly", None),
        ("c@kreis.example", "none", None),
    ]
    mail = OutgoingMail.objects.in_region(mitte).get()
    assert mail.subject == f"{mitte.short}: Neue Tagesordnung"
    assert "http://localhost:8000/mitte/forum/" in mail.text


def test_formal_news_cannot_be_chosen_away(regions, make_person):
    anna = make_person("a@kreis.example")
    Choice.objects.create(region=regions["mitte"], person=anna, kind="test_duty", pace=Pace.NONE)
    notify(people=[anna], region=regions["mitte"], kind="test_duty", text="Abstimmung", url="/mitte/forum/")
    assert OutgoingMail.objects.in_region(regions["mitte"]).count() == 1


@pytest.mark.parametrize(
    "url", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""]
)
def test_notes_lead_nowhere_else(regions, make_person, url):
    with pytest.raises(InputError, match="leads out of this installation"):
        notify(people=[make_person("a@b.example")], region=regions["mitte"], kind="test_news", text="x", url=url)


def test_followers_hear_as_long_as_they_may_read(regions, make_person, make_thing):
    mitte = regions["mitte"]
    thing = make_thing(public=False)
    member, office = (make_person(f"{role}@kreis.example", region=mitte, role=role) for role in ("member", "office"))
    stranger = make_person("fremd@kali.example", region=regions["kali"], role="office")
    assert follow(thing, by=member) == follow(thing, by=member)
    with pytest.raises(MissingError):
        follow(thing, by=stranger)
    follow(thing, by=office)
    told = notify_followers(thing, kind="test_news", text="Neues", besides=[member, stranger], not_to=[office])
    assert [(note.person, note.url, note.about) for note in told] == [
        (member, f"/mitte/verzeichnis/{thing.pk}/", thing)
    ]
    member.memberships.in_region(mitte).update(role="guest")
    assert notify_followers(thing, kind="test_news", text="Neues", not_to=[office]) == []
    unfollow(thing, by=office)
    assert notify_followers(thing, kind="test_news", text="Neues") == []


def test_a_thing_is_found_by_readers_of_its_region_alone(regions, make_person, make_thing):
    thing = make_thing(public=False)
    member = make_person("m@kreis.example", region=regions["mitte"], role="member")
    assert find_target(regions["mitte"], "people.organisation", thing.pk, member) == thing
    for region, key, number, person in [
        (regions["kali"], "people.organisation", thing.pk, member),
        (regions["mitte"], "people.person", member.pk, member),
        (regions["mitte"], "people.organisation", thing.pk + 1, member),
        (regions["mitte"], "people.organisation", thing.pk, make_person("x@kreis.example")),
        (regions["mitte"], "people.organisation", thing.pk, AnonymousUser()),
    ]:
        with pytest.raises(MissingError):
            find_target(region, key, number, person)


def test_things_of_rows_are_found_with_one_query_a_model(regions, make_person, make_thing, django_assert_num_queries):
    things = [make_thing(name=f"Stadt {number}") for number in range(3)]
    anna = make_person("m@kreis.example", region=regions["mitte"], role="member")
    rows = [follow(thing, by=anna) for thing in things]
    things[1].delete()
    with django_assert_num_queries(1):
        found = things_by_row(rows)
    assert found == {rows[0].pk: things[0], rows[2].pk: things[2]}
