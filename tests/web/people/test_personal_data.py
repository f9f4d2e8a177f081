"""The record of personal data names every such field of every model."""

from __future__ import annotations

import re
from pathlib import Path

from django.apps import apps
from django.db import models

from raumwerk.web.people.models import Person

RECORD = Path(__file__).parents[3] / "docs" / "personal-data.md"
#: Words in the name of a field that speak of a person.
PERSONAL = re.compile(r"(^|_)(e?mail|address|first_name|last_name|to_name|guest_name|phone|ip|user_agent)(_|$)")
#: Fields whose name only sounds so: an address of a page, the office a letter goes to.
NOT_PERSONAL = {
    ("search.Entry", "address"), ("forum.Motion", "addressee"), ("forum.Resolution", "addressee"),
    ("notify.MailAttachment", "mail"), ("notify.Note", "mail"), ("notify.OutgoingMail", "mass_mail"),
}  # fmt: skip
ENDS = {"emptied", "removed"}


def _personal_fields() -> set[tuple[str, str]]:
    found = set()
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_concrete_fields:
            points = field.is_relation and field.related_model is Person
            holds = isinstance(field, models.EmailField | models.GenericIPAddressField)
            if points or holds or PERSONAL.search(field.name):
                found.add((model._meta.label, field.name))
    return found - NOT_PERSONAL


def _recorded() -> dict[tuple[str, str], str]:
    rows = [line.split("|")[1:-1] for line in RECORD.read_text("utf-8").splitlines() if line.startswith("| `")]
    return {
        (model.strip(" `"), field): end.strip()
        for model, fields, _purpose, end in rows
        for field in re.findall(r"`(\w+)`", fields)
    }


def test_every_personal_field_is_recorded_and_nothing_else():
    assert set(_recorded()) == _personal_fields()


def test_record_says_what_becomes_of_each_field():
    recorded = _recorded()
    assert len(recorded) > 60
    assert [key for key, end in recorded.items() if not any(word in end for word in ENDS)] == []


def test_removed_rows_go_with_the_account_and_emptied_ones_can_be_empty():
    """What the record says of fields that point to a person fits what the database does."""
    wrong = []
    for (label, name), end in _recorded().items():
        field = apps.get_model(label)._meta.get_field(name)
        if not field.is_relation or field.related_model is not Person:
            continue
        cascades = field.remote_field.on_delete is models.CASCADE
        if cascades and "removed" not in end:
            wrong.append(f"{label}.{name} goes with the account, the record says {end!r}")
        if not cascades and "emptied" not in end and not end.startswith("open: removed"):
            wrong.append(f"{label}.{name} stays, the record says {end!r}")
    assert wrong == []
