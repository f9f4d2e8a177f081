"""What comes with the regions: loaded once, through actions, never over an office's work; examples are marked."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from raumwerk.web.forum.models import Body, Forwarding, Meeting, Milestone, Minutes, Motion, Resolution, Seat, Task
from raumwerk.web.people.models import Organisation, Role
from raumwerk.web.portal.handover.example_meeting import load_example
from raumwerk.web.portal.handover.forum_content import load_forum
from raumwerk.web.shared.audit.models import AuditEntry

NOTHING = {"bodies": 0, "milestones": 0, "organisations": 0, "seats": 0, "topics": 0}


def test_load_forum_once_with_all_entries(regions):
    assert load_forum(regions["mitte"]) == {
        "bodies": 7, "milestones": 37, "organisations": 8, "seats": 7, "topics": 3,
    }  # fmt: skip
    assert load_forum(regions["hannover-hildesheim"]) == {
        "bodies": 3, "milestones": 0, "organisations": 5, "seats": 12, "topics": 0,
    }  # fmt: skip
    assert load_forum(regions["kali"]) == NOTHING | {"organisations": 3}
    assert all(load_forum(region) == NOTHING for region in regions.values())
    assert Milestone.objects.in_region(regions["mitte"]).count() == 37
    assert AuditEntry.objects.filter(verb="found_body", region=regions["mitte"]).count() == 7
    assert not Seat.objects.in_region(regions["mitte"]).filter(person__isnull=False).exists()


def test_load_forum_leaves_what_an_office_removed(regions):
    region = regions["hannover-hildesheim"]
    load_forum(region)
    for model in (Seat, Body, Organisation):
        model.objects.in_region(region).delete()
    assert load_forum(region) == NOTHING


def test_overview_of_a_region_without_bodies_says_why(client, regions):
    load_forum(regions["kali"])
    for language, words in (("", "Wer eine Maßnahme trägt"), ("/en", "Whoever carries a measure")):
        page = client.get(f"{language}/kali/forum/")
        assert page.status_code == 200
        assert words in page.content.decode()


def test_example_meeting_goes_from_agenda_to_answer_and_is_marked(regions, make_person):
    region = regions["mitte"]
    load_forum(region)
    assert load_example(region) is False  # without demonstration accounts
    for role in Role.values:
        make_person(f"{role}@mitte.example", region=region, role=role)
    assert load_example(region) is True
    assert load_example(region) is False
    one = {model: model.objects.in_region(region).get() for model in (Meeting, Motion, Resolution, Minutes, Task)}
    assert (one[Meeting].state, one[Motion].state, one[Resolution].state) == ("closed", "adopted", "published")
    assert one[Minutes].state == "published"
    assert one[Resolution].result["votes"] == {"yes": 3, "no": 0, "abstain": 0}
    assert all(one[model].example for model in (Meeting, Motion, Resolution))
    assert all(str(one[model].title).startswith("Beispiel: ") for model in (Meeting, Motion, Resolution, Task))
    sent = Forwarding.objects.in_region(region).get()
    assert (sent.to_name, sent.answer[:9], sent.overdue) == ("Beispielamt für Verkehr", "Beispiel:", False)
    assert load_example(regions["kali"]) is False


def test_examples_are_refused_outside_of_a_demonstration(regions, settings):
    settings.RAUMWERK = {**settings.RAUMWERK, "DEMO": False}
    with pytest.raises(CommandError, match="RAUMWERK_DEMO=1"):
        call_command("load_examples", stdout=io.StringIO())
