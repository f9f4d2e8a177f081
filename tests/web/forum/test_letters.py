"""Letters of the office to many: to a body or to all, looked at before, with a way out, one row a recipient."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from made_forum import make_table
from raumwerk.web.people.models import Membership
from raumwerk.web.shared.audit.models import AuditEntry
from raumwerk.web.shared.notify.models import Choice, MassMail, OutgoingMail

NEW = "/mitte/geschaeftsstelle/postausgang/an-viele/neu/"


@pytest.fixture
def table(regions, make_person):
    return make_table(regions, make_person)


def _mails():
    return OutgoingMail.objects.across_regions("all of the test").filter(kind="circular").order_by("address")


def test_letter_to_a_body_is_looked_at_then_sent_to_each_who_still_belongs(table, sign_in):
    office, (anna, bert, *others) = sign_in(table.office, client=Client()), table.members
    gone = others[-1]
    ended = timezone.localdate() - timedelta(days=1)
    Membership.objects.in_region(table.region).filter(person=gone).update(
        starts_on=ended - timedelta(days=9), ends_on=ended
    )
    Choice.objects.create(region=table.region, person=bert, kind="circular", pace="none")
    page = office.get(NEW).content.decode()
    assert f'value="body-{table.body.pk}"' in page
    given = {"circle": f"body-{table.body.pk}", "subject": "Termin verlegt", "text": "Wir tagen im Mai."}
    answer = office.post(NEW, given)
    (mass,) = MassMail.objects.in_region(table.region)
    assert (answer.status_code, answer["Location"]) == (302, NEW.replace("neu", str(mass.pk)))
    assert not _mails().exists()
    reviewed = office.get(answer["Location"]).content.decode()
    assert all(text in reviewed for text in ("Termin verlegt", "Wir tagen im Mai.", str(anna)))
    assert str(gone) not in reviewed
    assert office.post(answer["Location"], {"choice": "release"}).status_code == 302
    sent = {mail.address: mail for mail in _mails()}
    assert anna.email in sent
    assert not {bert.email, gone.email, table.office.email, table.outsider.email} & set(sent)
    mail = sent[anna.email]
    assert (mail.mass_mail, mail.headers["List-Unsubscribe-Post"]) == (mass, "List-Unsubscribe=One-Click")
    link = re.search(r"/mitte/meine-seite/abbestellen/[^>]+", mail.headers["List-Unsubscribe"])[0]
    assert Client().post(link).status_code == 200
    assert Choice.objects.in_region(table.region).get(person=anna, kind="circular").pace == "none"
    verbs = list(AuditEntry.objects.filter(verb__endswith="mass_mail").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["propose_mass_mail", "release_mass_mail"]


def test_letter_without_text_or_to_nobody_is_sent_back_with_what_was_written(table, sign_in):
    office = sign_in(table.office, client=Client())
    answer = office.post(NEW, {"circle": "all", "subject": "Nur ein Betreff", "text": " "})
    assert (answer.status_code, "Nur ein Betreff" in answer.content.decode()) == (400, True)
    assert office.post(NEW, {"circle": "body-999999", "subject": "x", "text": "y"}).status_code == 400
    assert not MassMail.objects.in_region(table.region).exists()


def test_letter_to_all_reaches_no_other_region(table, regions, make_person, sign_in):
    foreign = make_table(regions, make_person, region="kali", slug="fremd")
    office = sign_in(table.office, client=Client())
    assert f"body-{foreign.body.pk}" not in office.get(NEW).content.decode()
    assert office.post(NEW, {"circle": f"body-{foreign.body.pk}", "subject": "x", "text": "y"}).status_code == 400
    office.post(NEW, {"circle": "all", "subject": "x", "text": "y"})
    people = set(MassMail.objects.in_region(table.region).get().people.values_list("email", flat=True))
    assert table.outsider.email in people
    assert not {person.email for person in (*foreign.members, foreign.office)} & people


def test_letters_are_the_offices(table, sign_in):
    given = {"circle": "all", "subject": "x", "text": "y"}
    for person in (table.chair, table.members[1], table.guest):
        assert sign_in(person, client=Client()).post(NEW, given).status_code == 403
    assert not MassMail.objects.in_region(table.region).exists()
