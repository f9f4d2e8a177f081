"""Writing the index."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import translation

from raumwerk.web.regions.scope import allow_unscoped
from raumwerk.web.shared.search.models import Entry, Token
from raumwerk.web.shared.search.registry import Document, Registration, registered, registrations
from raumwerk.web.shared.search.words import count_tokens

__all__ = ["index_things", "rebuild"]

LONGEST_TEXT = 100_000
SHOWN_TEXT = 2_000
TITLE_WEIGHT = 6.0
BATCH = 500


def index_things(keys: Iterable[tuple[type[models.Model], Any]]) -> None:
    """Make the entries of the things with these keys say what the database says now; those that are gone go."""
    for model, key in dict.fromkeys(keys):
        registration = registered(model)
        if registration is None:
            continue
        with transaction.atomic(), allow_unscoped("a thing is indexed by its key, in whichever region it lies"):
            thing = registration.rows().filter(pk=key).first()
            _write(registration, key, thing)


def rebuild() -> int:
    """Write the whole index anew, for all regions; return how many entries it has."""
    with transaction.atomic(), allow_unscoped("the whole index is written anew"):
        Token.objects.all().delete()
        Entry.objects.all().delete()
        for registration in registrations():
            target = ContentType.objects.get_for_model(registration.model, for_concrete_model=False)
            drafts = []
            for thing in registration.rows().order_by("pk").iterator(chunk_size=BATCH):
                drafts += list(_drafts(registration, target, thing.pk, thing))
                if len(drafts) >= BATCH:
                    _insert(drafts)
                    drafts = []
            _insert(drafts)
        return Entry.objects.all().count()


def _write(registration: Registration, key: Any, thing: models.Model | None) -> None:
    target = ContentType.objects.get_for_model(registration.model, for_concrete_model=False)
    Entry.objects.filter(target_type=target, target_id=key).delete()
    if thing is not None:
        _insert(list(_drafts(registration, target, key, thing)))


def _drafts(
    registration: Registration, target: ContentType, key: Any, thing: models.Model
) -> Iterator[tuple[Entry, dict[str, float]]]:
    region = registration.region_of(thing)
    if region is None:
        return
    with translation.override("de"):  # addresses are kept as German readers have them
        documents = list(registration.documents(thing))
    for document in documents:
        entry = Entry(
            region=region, target_type=target, target_id=key, language=document.language, kind=registration.kind,
            title=document.title[:250], text=" ".join(document.text.split())[:SHOWN_TEXT], address=document.address,
            day=document.day, visibility=document.visibility, body_number=document.body_number,
        )  # fmt: skip
        yield entry, _weights(document)


def _weights(document: Document) -> dict[str, float]:
    """Weigh each token: the logarithm tames repetition, a word of the title counts as much as many in the text."""
    language = document.language or "de"
    counts = count_tokens(document.text[:LONGEST_TEXT], language)
    weights = {token: 1.0 + math.log(times) for token, times in counts.items()}
    for token in count_tokens(document.title, language):
        weights[token] = weights.get(token, 0.0) + TITLE_WEIGHT
    return weights


def _insert(drafts: list[tuple[Entry, dict[str, float]]]) -> None:
    if not drafts:
        return
    Entry.objects.bulk_create([entry for entry, _weights in drafts])
    rows = (
        Token(region_id=entry.region_id, entry=entry, token=token, weight=weight)
        for entry, weights in drafts
        for token, weight in weights.items()
    )
    Token.objects.bulk_create(rows, batch_size=5000)
