"""A thing to follow, discuss and cite: an organisation, read by everybody when it is public, else by members."""

from __future__ import annotations

import pytest

from raumwerk.web.people.models import Organisation
from raumwerk.web.shared import targets


def _may_read(person, thing):
    return thing.public or person.has_perm("regions.read_members_area", thing.region)


def _member(person, thing):
    return person.has_perm("regions.read_members_area", thing.region)


def _editor(person, thing):
    return person.has_perm("regions.edit_pages", thing.region)


@pytest.fixture
def make_thing(regions, monkeypatch):
    """Make a thing: ``make_thing("mitte", public=False)``."""
    monkeypatch.setattr(targets, "_types", dict(targets._types))
    targets.register_target(
        Organisation, label="Organisation", title=lambda one: one.name, may_read=_may_read, may_cite=_editor,
        may_discuss=_member, url=lambda one: f"/{one.region.slug}/verzeichnis/{one.pk}/",
    )  # fmt: skip

    def make(slug="mitte", *, public=True, name="Landkreis Muster"):
        return Organisation.objects.create(region=regions[slug], name=name, public=public)

    return make
