"""Rights begin and end with the term of a membership, in predicates and in Wagtail's groups."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from raumwerk.web.people.groups import mirror_memberships
from raumwerk.web.people.models import Membership, Person, Role


@pytest.mark.parametrize(
    ("start", "end", "counts"),
    [(-1, None, True), (0, 0, True), (-10, -1, False), (1, None, False), (-1, 5, True)],
)
def test_term_decides_about_rights(regions, make_person, start, end, counts):
    today = timezone.localdate()
    person = make_person("a@mitte.example")
    Membership.objects.create(
        person=person, region=regions["mitte"], role=Role.OFFICE,
        starts_on=today + timedelta(days=start), ends_on=None if end is None else today + timedelta(days=end),
    )  # fmt: skip
    assert person.has_perm("regions.run_office", regions["mitte"]) is counts


def test_inactive_person_has_no_rights(regions, make_person):
    person = make_person("a@mitte.example", region=regions["mitte"], role=Role.OFFICE)
    person.is_active = False
    assert not person.has_perm("regions.run_office", regions["mitte"])


def test_mirror_follows_memberships(content, make_person):
    person = make_person("a@mitte.example", region=content["mitte"], role=Role.OFFICE)
    Membership.objects.create(person=person, region=content["kali"], role=Role.EDITOR)
    assert mirror_memberships(person) == {"region:mitte:office", "region:kali:editor"}
    Membership.objects.in_region(content["mitte"]).update(
        starts_on=timezone.localdate() - timedelta(days=9), ends_on=timezone.localdate() - timedelta(days=1)
    )
    mirror_memberships(person)
    assert set(person.groups.values_list("name", flat=True)) == {"region:kali:editor"}


def test_ended_office_loses_the_editing_area(content, make_person, sign_in):
    person = make_person("a@mitte.example", region=content["mitte"], role=Role.OFFICE)
    client = sign_in(person)
    assert client.get("/verwaltung/").status_code == 200
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.in_region(content["mitte"]).update(starts_on=yesterday, ends_on=yesterday)
    assert client.get("/verwaltung/").status_code == 302


def test_membership_cannot_end_before_it_starts(regions, make_person):
    person = make_person("a@mitte.example")
    wrong = Membership(
        person=person, region=regions["mitte"], role=Role.MEMBER, ends_on=timezone.localdate() - timedelta(days=1)
    )
    with pytest.raises(ValidationError):
        wrong.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        wrong.save()


def test_one_account_per_address(db):
    person = Person.objects.create_user("Name@Example.org", "a long enough password")
    assert person.email == "name@example.org"
    with pytest.raises(IntegrityError), transaction.atomic():
        Person(email="NAME@example.org").save()
