"""The record of personal data names every such field of every model."""

from __future__ import annotations

import re
from pathlib import Path

from django.apps import apps
from django.db import models

from raumwerk.web.people.models import Person
from raumwerk.web.people.own_data import registered_fields

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


def _rows() -> list[list[str]]:
    return [line.split("|")[1:-1] for line in RECORD.read_text("utf-8").splitlines() if line.startswith("| `")]


def _recorded() -> dict[tuple[str, str], str]:
    return {
        (model.strip(" `"), field): end.strip()
        for model, fields, _purpose, _own, end in _rows()
        for field in re.findall(r"`(\w+)`", fields)
    }


def _exported() -> dict[tuple[str, str], str]:
    """By field: empty where its rows are in the export, else the reason why not."""
    found = {}
    for model, fields, _purpose, own, _end in _rows():
        named = re.findall(r"`(\w+)`", fields)
        given, _, left = own.strip().partition("; not ")
        left, _, reason = (left or own.strip()).partition(": ")
        out = set(named if given == "yes" else re.findall(r"`(\w+)`", given))
        for field in named:
            found[model.strip(" `"), field] = "" if field in out else reason.strip()
            assert field in out or reason.strip(), f"{model} {field}: say why it is not exported"
    return found


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


def _to_person() -> set[tuple[str, str]]:
    """Every field of every table that leads to an account."""
    return {
        (model._meta.label, field.name)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_concrete_fields
        if field.is_relation and field.related_model is Person
    }


def test_every_table_that_leads_to_a_person_is_exported_or_says_why_not():
    registered = {(model._meta.label, field) for model, field in registered_fields()}
    direct, said = _to_person(), _exported()
    assert len(direct) > 50
    assert {key for key in direct if not said[key]} - registered == set(), "the record says they are exported"
    assert {key for key in direct if said[key]} & registered == set(), "the record says they are not exported"
    beside = {(label, field) for label, field in registered - direct if "__" not in field}
    assert beside == {("people.Person", "pk")}
