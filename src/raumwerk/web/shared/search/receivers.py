"""Organisations are searched wherever they are; other apps register their own things."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.dispatch import receiver
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from raumwerk.web.people.forgetting import forget_in
from raumwerk.web.people.models import Organisation
from raumwerk.web.people.signals import person_leaving
from raumwerk.web.shared.files.models import FileVersion, StoredFile
from raumwerk.web.shared.files.targets import is_guarded
from raumwerk.web.shared.search.indexing import index_things, rebuild
from raumwerk.web.shared.search.models import Entry
from raumwerk.web.shared.search.registry import Document, register, set_indexer
from raumwerk.web.shared.visibility import Visibility

__all__ = ["file_documents", "forget_person", "organisation_documents"]


def organisation_documents(organisation: Organisation) -> Iterator[Document]:
    """Return what is found of an organisation; one that rests is found by nobody."""
    if not organisation.active:
        return
    yield Document(
        title=organisation.name,
        text="\n".join((organisation.short, organisation.offers, organisation.seeks)),
        address=reverse("people:organisation", args=[organisation.region.slug, organisation.pk]),
        visibility=Visibility.PUBLIC if organisation.public else Visibility.MEMBERS,
    )


def file_documents(file: StoredFile) -> Iterator[Document]:
    """Return what is found of a stored file: its title. What hangs on a guarded thing is found with that thing."""
    if file.withdrawn_at is not None or is_guarded(file.target_type):
        return
    latest = FileVersion.objects.in_region(file.region_id).filter(file=file).order_by("-number").first()
    yield Document(
        title=file.title,
        text=latest.name if latest else "",
        address=reverse("files:versions", args=[file.region.slug, file.pk]),
        visibility=file.visibility,
        body_number=file.body_number,
        day=file.created_at.date(),
    )


set_indexer(index_things)
register(Organisation, kind="organisation", label=_("Organisations"), documents=organisation_documents)
register(StoredFile, kind="document", label=_("Documents"), documents=file_documents)


@receiver(person_leaving, dispatch_uid="search.forget_person")
def forget_person(sender: Any, *, person: Any, **kwargs: Any) -> None:
    """Clear what results show at once, and write the whole index anew from what the apps left standing."""
    forget_in(person, Entry, ("title", "text"))
    transaction.on_commit(rebuild)
