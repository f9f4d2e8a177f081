"""A query that forgets its region is an error, through every door of the query set."""

from __future__ import annotations

import pytest
from django.db.models import Count

from raumwerk.web.people.models import Membership, Person, Role
from raumwerk.web.regions.scope import UnscopedQueryError, allow_unscoped


@pytest.fixture
def two(regions, make_person):
    """One office membership in each of two regions."""
    make_person("a@mitte.example", region=regions["mitte"], role=Role.OFFICE)
    make_person("b@kali.example", region=regions["kali"], role=Role.OFFICE)
    return regions


FORGETFUL = {
    "list": lambda rows: list(rows.all()),
    "filter": lambda rows: list(rows.filter(role="office")),
    "get": lambda rows: rows.get(role="office", person__email="a@mitte.example"),
    "first": lambda rows: rows.first(),
    "count": lambda rows: rows.count(),
    "exists": lambda rows: rows.exists(),
    "aggregate": lambda rows: rows.aggregate(Count("pk")),
    "values": lambda rows: list(rows.values("role")),
    "values_list": lambda rows: list(rows.values_list("role", flat=True)),
    "iterator": lambda rows: list(rows.iterator()),
    "in_bulk": lambda rows: rows.in_bulk(),
    "dates": lambda rows: list(rows.dates("starts_on", "day")),
    "update": lambda rows: rows.update(role="guest"),
    "delete": lambda rows: rows.all().delete(),
    "subquery": lambda rows: list(Person.objects.filter(memberships__in=rows.all())),
    "get_or_create": lambda rows: rows.get_or_create(role="office", defaults={}),
    "len": lambda rows: len(rows.all()),
    "bool": lambda rows: bool(rows.all()),
    "slice": lambda rows: list(rows.all()[:1]),
    "union": lambda rows: list(rows.all().union(rows.all())),
    "or": lambda rows: list(rows.filter(role="office") | rows.filter(role="guest")),
    "current": lambda rows: list(rows.current()),
}


@pytest.mark.parametrize("door", FORGETFUL)
def test_scoped_manager_without_region_refuses(two, door):
    with pytest.raises(UnscopedQueryError, match="names no region"):
        FORGETFUL[door](Membership.objects)
    assert Membership.objects.across_regions("test counts all").count() == 2


def test_scoped_manager_related_manager_refuses(two):
    person = Person.objects.get(email="a@mitte.example")
    with pytest.raises(UnscopedQueryError):
        list(person.memberships.all())
    with pytest.raises(UnscopedQueryError):
        list(Person.objects.prefetch_related("memberships"))


def test_in_region_sees_only_its_rows(two):
    seen = {
        slug: list(Membership.objects.in_region(region).values_list("person__email", flat=True))
        for slug, region in two.items()
    }
    assert seen == {"mitte": ["a@mitte.example"], "kali": ["b@kali.example"], "hannover-hildesheim": []}


def test_in_region_survives_further_steps(two):
    rows = Membership.objects.in_region(two["kali"]).filter(role="office").exclude(role="guest").order_by("pk")
    assert [row.person.email for row in rows.select_related("person")] == ["b@kali.example"]
    assert rows.count() == 1
    assert Membership.objects.in_region(two["kali"]).update(role="editor") == 1
    assert Membership.objects.in_region(two["mitte"]).get().role == "office"


def test_in_region_without_region_refuses(two):
    with pytest.raises(UnscopedQueryError, match="no region given"):
        Membership.objects.in_region(None)


def test_across_regions_needs_a_reason(two):
    with pytest.raises(ValueError, match="Say why"):
        Membership.objects.across_regions("")
    with pytest.raises(ValueError, match="Say why"), allow_unscoped(""):
        pass


def test_allow_unscoped_ends_with_its_block(two):
    with allow_unscoped("test"):
        assert Membership.objects.count() == 2
    with pytest.raises(UnscopedQueryError):
        Membership.objects.count()


def test_full_clean_of_scoped_model_checks_uniqueness(two):
    present = Membership.objects.in_region(two["mitte"]).get()
    doubled = Membership(person=present.person, region=present.region, role=present.role)
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError, match=r"one_membership_per_role|already exists|existiert"):
        doubled.full_clean()
