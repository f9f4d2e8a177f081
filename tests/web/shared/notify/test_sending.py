"""The way out: claimed once, retried with growing pauses, failed for the office; digests never empty or doubled."""

from __future__ import annotations

import smtplib
import ssl
from datetime import datetime, timedelta

import pytest
from django.core import mail as outbox
from django.core.mail import send_mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from raumwerk.errors import ConflictError, InputError, MissingError
from raumwerk.web.people.signals import person_leaving
from raumwerk.web.shared.notify import actions, duties, sending
from raumwerk.web.shared.notify.backends import CheckedSMTP
from raumwerk.web.shared.notify.digest import cutoff, send_digests
from raumwerk.web.shared.notify.kinds import Pace, register_kind
from raumwerk.web.shared.notify.models import Choice, Duty, MailState, Note, OutgoingMail
from raumwerk.web.shared.notify.outbox import propose_mass_mail, refuse_mass_mail, release_mass_mail, send_again

pytestmark = pytest.mark.django_db

register_kind("test_news", "News of the test", pace=Pace.AT_ONCE)
register_kind("test_slow", "Slow news of the test", pace=Pace.DAILY)


class Broken(EmailBackend):
    """A server that does what ``error`` says."""

    error: Exception | None = None

    def send_messages(self, messages):
        if Broken.error:
            raise Broken.error
        return super().send_messages(messages)


@pytest.fixture
def server(settings):
    settings.MAIL_TRANSPORT = f"{__name__}.Broken"
    Broken.error = None
    yield Broken
    Broken.error = None


@pytest.fixture
def transport(monkeypatch, server):
    monkeypatch.setattr(sending, "get_connection", lambda _path: Broken())
    return server


def _mails():
    return OutgoingMail.objects.across_regions("all of the test")


def _queue(regions, number=1):
    return [
        actions.enqueue_mail(
            to=f"p{one}@kreis.example", subject=f"Nr. {one}", text="Text", region=regions["mitte"], kind="test_news"
        )
        for one in range(number)
    ]


def test_a_mail_is_sent_once_from_its_region(regions, transport):
    (mail,) = _queue(regions)
    assert sending.send_due().sent == 1
    assert sending.send_due().sent == 0
    (sent,) = outbox.outbox
    assert (sent.to, sent.from_email) == (["p0@kreis.example"], "Region der Mitte <raumwerk@localhost>")
    assert sent.extra_headers["Message-ID"] == mail.message_id
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.last_error) == ("sent", 1, "")
    assert mail.sent_at is not None


def test_a_broken_server_loses_nothing_and_waits_longer_each_time(regions, transport):
    first, second = _queue(regions, 2)
    transport.error = ConnectionRefusedError("nobody listens")
    done = sending.send_due()
    assert (done.sent, done.postponed, done.broken) == (0, 1, "ConnectionRefusedError: nobody listens")
    pauses = []
    for _ in range(len(sending.PAUSES)):
        first.refresh_from_db()
        if first.state != MailState.QUEUED:
            break
        pauses.append(round((first.due_at - timezone.now()).total_seconds() / 60))
        _mails().filter(pk=first.pk).update(due_at=timezone.now() - timedelta(days=9))
        sending.send_due()
    first.refresh_from_db()
    assert (pauses, first.state, first.attempts) == (list(sending.PAUSES), "failed", len(sending.PAUSES) + 1)
    transport.error = None
    assert sending.send_due().sent == 1
    second.refresh_from_db()
    assert second.state == "sent"


@pytest.mark.parametrize(("error", "state"), [
    (smtplib.SMTPRecipientsRefused({"p0@kreis.example": (550, b"unknown")}), "failed"),
    (smtplib.SMTPRecipientsRefused({"p0@kreis.example": (451, b"later")}), "queued"),
    (smtplib.SMTPDataError(554, b"refused"), "failed"), (smtplib.SMTPDataError(452, b"full"), "queued"),
    (smtplib.SMTPAuthenticationError(535, b"wrong"), "queued"), (ssl.SSLCertVerificationError("name"), "queued"),
    (ValueError("bad header"), "failed"),
])  # fmt: skip
def test_what_the_server_says_decides(regions, transport, error, state):
    (mail,) = _queue(regions)
    transport.error = error
    sending.send_due()
    mail.refresh_from_db()
    assert (mail.state, bool(mail.last_error)) == (state, True)


def test_two_workers_never_send_the_same_mail(regions, transport):
    (mail,) = _queue(regions)
    assert _mails().filter(pk=mail.pk, state="queued").update(state="sending", claimed_at=timezone.now()) == 1
    assert sending.send_due().sent == 0
    _mails().filter(pk=mail.pk).update(claimed_at=timezone.now() - timedelta(minutes=16))
    assert sending.send_due().sent == 1
    assert outbox.outbox[0].extra_headers["Message-ID"] == mail.message_id


def test_the_office_sends_a_failed_mail_again_once(client, regions, transport, make_person, sign_in):
    (mail,) = _queue(regions)
    transport.error = smtplib.SMTPDataError(554, b"refused")
    sending.send_due()
    office = make_person("o@kreis.example", region=regions["mitte"], role="office")
    sign_in(office)
    page = client.get("/mitte/geschaeftsstelle/postausgang/?stand=failed").content.decode()
    assert "SMTPDataError" in page
    assert client.post(f"/mitte/geschaeftsstelle/postausgang/{mail.pk}/erneut/").status_code == 302
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("queued", 0)
    with pytest.raises(ConflictError):
        send_again(mail, by=office)
    assert client.get("/kali/geschaeftsstelle/postausgang/").status_code == 403


@pytest.mark.parametrize("role", [None, "guest", "member", "editor"])
def test_the_outbox_is_closed_to_others(client, regions, make_person, sign_in, role):
    if role:
        sign_in(make_person("x@kreis.example", region=regions["mitte"], role=role))
    assert client.get("/mitte/geschaeftsstelle/postausgang/").status_code == (403 if role else 302)


def test_mail_of_the_account_waits_too_and_is_erased_when_sent(settings, regions, transport):
    settings.EMAIL_BACKEND = "raumwerk.web.shared.notify.backends.Queue"
    send_mail("Neues Passwort", "Geheimer Link", None, ["a@kreis.example"])
    assert outbox.outbox == []
    assert sending.send_due().sent == 1
    assert outbox.outbox[0].body == "Geheimer Link"
    assert _mails().get().text == ""


def test_certificates_of_the_mail_server_are_checked(settings, tmp_path):
    settings.MAIL_AUTHORITY = ""
    context = CheckedSMTP(host="mail.example").ssl_context
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    (tmp_path / "empty.pem").write_text("")
    settings.MAIL_AUTHORITY = str(tmp_path / "empty.pem")
    with pytest.raises(ssl.SSLError):
        _ = CheckedSMTP(host="mail.example").ssl_context


def _tell(person, region, text, *, kind="test_slow", age=timedelta(days=1)):
    (note,) = actions.notify(people=[person], region=region, kind=kind, text=text, url="/mitte/forum/")
    Note.objects.in_region(region).filter(pk=note.pk).update(created_at=timezone.now() - age)
    return note


def test_a_digest_is_grouped_newest_first_and_comes_once(regions, make_person):
    mitte, kali, anna = regions["mitte"], regions["kali"], make_person("a@kreis.example")
    _tell(anna, mitte, "Zuerst", age=timedelta(days=2))
    _tell(anna, mitte, "Danach")
    _tell(anna, kali, "Anderswo")
    assert send_digests() == 2
    mail = _mails().get(region=mitte)
    assert mail.subject.endswith("2 Neuigkeiten")
    assert mail.text.index("Danach") < mail.text.index("Zuerst")
    assert "Anderswo" not in mail.text
    assert send_digests() == 0
    assert _mails().count() == 2


def test_no_news_no_digest(regions, make_person):
    anna = make_person("a@kreis.example")
    _tell(anna, regions["mitte"], "Gelesen")
    actions.read_notes(anna, regions["mitte"])
    _tell(anna, regions["mitte"], "Eben erst", age=timedelta(seconds=-60))
    assert send_digests() == 0
    assert not _mails().exists()


def test_a_digest_leaves_out_what_may_no_longer_be_read(regions, make_person, make_thing):
    mitte, thing = regions["mitte"], make_thing(public=False)
    anna = make_person("a@kreis.example", region=mitte, role="member")
    actions.notify(people=[anna], region=mitte, kind="test_slow", text="Vertraulich", url="/mitte/", about=thing)
    Note.objects.in_region(mitte).update(created_at=timezone.now() - timedelta(days=1))
    anna.memberships.in_region(mitte).update(role="guest")
    assert send_digests() == 0


def test_digests_are_due_at_six_and_on_mondays():
    at = timezone.make_aware(datetime(2026, 11, 26, 5, 59))  # noqa: DTZ001  (made aware here), a Thursday
    assert f"{cutoff(Pace.DAILY, at):%d %H}" == "25 06"
    assert f"{cutoff(Pace.DAILY, at + timedelta(minutes=1)):%d %H}" == "26 06"
    assert f"{cutoff(Pace.WEEKLY, at):%d %H}" == "23 06"


def test_one_click_ends_a_kind_of_mail_and_looking_does_not(client, regions, make_person):
    mitte, anna = regions["mitte"], make_person("a@kreis.example")
    actions.notify(people=[anna], region=mitte, kind="test_news", text="Neues", url="/mitte/forum/")
    header = _mails().get().headers
    assert header["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = header["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")
    assert client.get(path).status_code == 200
    assert not Choice.objects.in_region(mitte).exists()
    for _ in range(2):
        assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Choice.objects.in_region(mitte).get().pace == "none"
    anna.first_name = "Anna"
    anna.save()
    actions.notify(people=[anna], region=mitte, kind="test_news", text="Mehr", url="/mitte/forum/")
    assert _mails().count() == 1
    assert client.post(path.replace("/mitte/", "/kali/")).status_code == 404
    assert client.post(path[:-3] + "/").status_code == 404
    with pytest.raises(MissingError):
        actions.unsubscribe(mitte, "nonsense")


def test_choices_are_kept_by_kind(client, regions, make_person, sign_in):
    anna = make_person("a@kreis.example", region=regions["mitte"], role="member")
    sign_in(anna)
    page = "/mitte/meine-seite/benachrichtigungen/"
    fields = dict.fromkeys(client.get(page).context["form"].fields, "weekly")
    assert "account" not in fields
    assert client.post(page, fields).status_code == 302
    assert set(Choice.objects.in_region(regions["mitte"]).values_list("pace", flat=True)) == {"weekly"}
    assert client.post(page, {**fields, "test_news": "hourly"}).status_code == 400


def test_following_by_button(client, regions, make_person, make_thing, sign_in):
    thing, anna = make_thing(), make_person("a@kreis.example", region=regions["mitte"], role="member")
    sign_in(anna)
    asked = {"thing": "people.organisation", "number": thing.pk}
    assert client.post("/mitte/meine-seite/folgen/", asked).url == f"/mitte/verzeichnis/{thing.pk}/"
    assert "Landkreis Muster" in client.get("/mitte/meine-seite/").content.decode()
    client.post("/mitte/meine-seite/folgen/", {**asked, "wanted": "0"})
    assert "Sie folgen noch nichts" in client.get("/mitte/meine-seite/").content.decode()
    assert client.post("/kali/meine-seite/folgen/", asked).status_code == 404


def test_a_text_to_many_waits_for_the_office(client, regions, make_person, sign_in):
    mitte = regions["mitte"]
    people = [make_person(f"p{number}@kreis.example", region=mitte, role="member") for number in range(3)]
    office, chair = make_person("o@kreis.example", region=mitte, role="office"), people[0]
    with pytest.raises(InputError, match="Betreff"):
        propose_mass_mail(mitte, people=people, subject=" ", text="x", kind="test_news", by=chair)
    mass = propose_mass_mail(mitte, people=people, subject="An alle", text="Text", kind="test_news", by=chair)
    assert not _mails().exists()
    sign_in(office)
    page = f"/mitte/geschaeftsstelle/postausgang/an-viele/{mass.pk}/"
    assert client.post(page, {"choice": "refuse", "reason": ""}).status_code == 400
    assert client.post(page, {"choice": "release"}).status_code == 302
    assert client.post(page, {"choice": "release"}).status_code == 409
    assert sorted(_mails().values_list("address", "mass_mail")) == [
        (f"p{number}@kreis.example", mass.pk) for number in range(3)
    ]
    with pytest.raises(ConflictError):
        release_mass_mail(mass, by=office)
    with pytest.raises(ConflictError):
        refuse_mass_mail(mass, "Zu spät", by=office)
    assert "p1@kreis.example" in client.get(page).content.decode()


def test_duties_are_done_when_due_by_one_worker(monkeypatch):
    calls = []

    def second():
        calls.append("second")
        raise RuntimeError("broken")

    monkeypatch.setattr(duties, "_duties", {})
    duties.register_duty("first", lambda: calls.append("first"), every=timedelta(hours=1))
    duties.register_duty("second", second, every=timedelta(hours=1))
    now = timezone.now()
    assert duties.do_duties(now) == ["first"]
    assert duties.do_duties(now + timedelta(minutes=1)) == []
    assert duties.do_duties(now + timedelta(minutes=6)) == []
    assert calls == ["first", "second", "second"]
    assert Duty.objects.get(name="second").last_error == "RuntimeError: broken"


def test_duties_noted_while_the_clock_went_wrong_are_done(monkeypatch):
    calls = []
    monkeypatch.setattr(duties, "_duties", {})
    duties.register_duty("first", lambda: calls.append("first"), every=timedelta(hours=1))
    now = timezone.now()
    assert duties.do_duties(now + timedelta(days=3650)) == ["first"]
    assert duties.do_duties(now) == ["first"]
    assert duties.do_duties(now + timedelta(minutes=59)) == []
    assert duties.do_duties(now + timedelta(minutes=61)) == ["first"]


def test_mail_claimed_while_the_clock_went_wrong_is_sent(regions, transport):
    (mail,) = _queue(regions)
    later = timezone.now() + timedelta(days=3650)
    _mails().filter(pk=mail.pk).update(state=MailState.SENDING, claimed_at=later)
    assert sending.send_due().sent == 1


def test_who_leaves_takes_their_name_out_of_the_mail(regions, make_person):
    anna = make_person("a@kreis.example")
    waiting = actions.enqueue_mail(to=anna, subject="x", text="Liebe Anna", region=regions["mitte"], kind="test_news")
    sent = actions.enqueue_mail(to=anna, subject="y", text="Liebe Anna", region=regions["mitte"], kind="test_news")
    _mails().filter(pk=sent.pk).update(state="sent", sent_at=timezone.now())
    person_leaving.send(sender=None, person=anna)
    assert not _mails().filter(pk=waiting.pk).exists()
    kept = _mails().get(pk=sent.pk)
    assert (kept.address, kept.subject, kept.text, kept.person_id, kept.state) == ("", "", "", None, "sent")


def _fill_queue(regions, number):
    OutgoingMail.objects.bulk_create(
        OutgoingMail(
            region=regions["mitte"], address=f"p{one}@kreis.example", kind="test_news", subject="x", text="y" * 2000,
            message_id=f"<{number}-{one}@raumwerk.example>",
        )
        for one in range(number)
    )  # fmt: skip


def test_a_pass_costs_the_same_however_long_the_queue(regions, transport):
    costs = []
    for number in (200, 10_000):
        _mails().delete()
        _fill_queue(regions, number)
        with CaptureQueriesContext(connection) as asked:
            assert sending.send_due().sent == 100
        costs.append(len(asked))
        rows = [query["sql"] for query in asked if query["sql"].lstrip().upper().startswith("SELECT")]
        assert all("LIMIT" in sql or '"id" = ' in sql or '"mail_id" = ' in sql for sql in rows)
    assert costs[0] == costs[1]


def test_an_address_the_connection_breaks_at_holds_up_one_pass_and_no_mail(regions, monkeypatch, settings):
    class Breaking(EmailBackend):
        def send_messages(self, messages):
            if messages[0].to == ["p0@kreis.example"]:
                raise smtplib.SMTPServerDisconnected("closed")
            return super().send_messages(messages)

    monkeypatch.setattr(sending, "get_connection", lambda _path: Breaking())
    _fill_queue(regions, 300)
    passes = [sending.send_due() for _ in range(4)]
    assert [one.sent for one in passes] == [0, 100, 100, 99]
    assert [bool(one.broken) for one in passes] == [True, False, False, False]
    (left,) = _mails().exclude(state=MailState.SENT)
    assert (left.address, left.state, left.attempts) == ("p0@kreis.example", MailState.QUEUED, 1)
