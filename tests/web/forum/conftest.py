"""A region with bodies of every visibility and persons of every kind."""

from __future__ import annotations

import functools
from types import SimpleNamespace

import pytest
from django.test import Client

from raumwerk.web.people.models import Role


@pytest.fixture
def forum(regions, make_person):
    """Mitte with four bodies (public, members, body, office), an organisation each way, and seats; Kali with one."""
    from raumwerk.web.forum.actions.bodies import found_body
    from raumwerk.web.forum.actions.seats import fill_seat
    from raumwerk.web.people.models import Organisation

    mitte, kali = regions["mitte"], regions["kali"]
    people = {
        role: make_person(f"{role}@mitte.example", region=mitte, role=role, first_name=role.title(), last_name="Mitte")
        for role in ("guest", "member", "editor", "office")
    }
    people["chair"] = make_person(
        "chair@mitte.example", region=mitte, role="member", first_name="Chris", last_name="Vorsitz"
    )
    people["seated"] = make_person(
        "seated@mitte.example", region=mitte, role="guest", first_name="Sam", last_name="Sitz"
    )
    people["account"] = make_person("account@mitte.example")
    people["admin"] = make_person("admin@mitte.example", is_superuser=True, is_staff=True)
    people["foreign"] = make_person("office@kali.example", region=kali, role="office")
    town = Organisation.objects.create(
        region=mitte, name="Stadt Wolfhagen", kind="municipality", area="06633028", state="06", public=True
    )
    firm = Organisation.objects.create(region=mitte, name="Stille Firma", kind="company", public=False)
    bodies = {}
    for level in ("public", "members", "body", "office"):
        bodies[level] = found_body(
            mitte, by=people["office"], slug=f"runde-{level}", name_de=f"Runde {level}", name_en=f"Circle {level}",
            kind="working_group", remit_de=f"Auftrag {level}", remit_en=f"Remit {level}", visibility=level,
        )  # fmt: skip
    bodies["kali"] = found_body(
        kali, by=people["foreign"], slug="runde-kali", name_de="Runde Kali", kind="steering", remit_de="Auftrag Kali"
    )
    seats = {
        "chair": fill_seat(
            bodies["public"], by=people["office"], person=people["chair"], organisation=town, office_in_body="chair"
        ),
        "firm": fill_seat(bodies["public"], by=people["office"], organisation=firm, interest_group="economy"),
        "seated": fill_seat(bodies["body"], by=people["office"], person=people["seated"], organisation=town),
    }
    return SimpleNamespace(
        mitte=mitte, kali=kali, people=people, bodies=bodies, seats=seats, town=town, firm=firm, roles=Role
    )


@pytest.fixture
def client_of(forum, sign_in):
    """``client_of("member")``: a browser in which that person is signed in; "nobody" for none."""

    @functools.cache
    def make(name):
        client = Client()
        return client if name == "nobody" else sign_in(forum.people[name], client=client)

    return make
