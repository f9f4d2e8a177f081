"""Keeping the comparison of frameworks: members write revisions, the office publishes one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from raumwerk.errors import ConflictError, InputError, Problem
from raumwerk.web.forum.actions._checks import checked
from raumwerk.web.forum.models import FrameworkCondition, FrameworkRevision, FrameworkTopic, Resolution
from raumwerk.web.people.models import Person
from raumwerk.web.regions.models import Region
from raumwerk.web.regions.scope import allow_unscoped
from raumwerk.web.shared.audit.actions import record

__all__ = [
    "CONDITION",
    "REVISION",
    "link_resolutions",
    "propose_topic",
    "publish_topic",
    "revise_topic",
    "withdraw_topic",
]

REVISION = (
    "title_de", "title_en", "field", "status", "common_ground_de", "common_ground_en", "obstacle_de", "obstacle_en",
    "body", "organisation", "actor", "note",
)  # fmt: skip
CONDITION = ("text_de", "text_en", "source_title", "source_url", "source_date")

type_conditions = Mapping[str, Mapping[str, Any]]


@transaction.atomic
def propose_topic(
    region: Region, *, by: Person | None, conditions: type_conditions, position: int = 100, **fields: Any
) -> FrameworkTopic:
    """Add a topic with its first revision; the public reads it when the office has published it.

    Parameters
    ----------
    conditions : mapping
        By key of the state: ``text_de``, ``text_en``, ``source_title``, ``source_url``, ``source_date``.
    """
    Region.objects.select_for_update().get(pk=region.pk)  # numbers run without a gap
    last = FrameworkTopic.objects.in_region(region).aggregate(last=Max("number"))["last"] or 0
    topic: FrameworkTopic = FrameworkTopic.objects.create(region=region, number=last + 1, position=position)
    revision = _added(topic, 1, conditions, fields, by)
    record("propose_topic", _named(topic), by=by, region=region, revision=revision.pk)
    return topic


@transaction.atomic
def revise_topic(
    topic: FrameworkTopic, *, base: int, by: Person, conditions: type_conditions, **fields: Any
) -> FrameworkRevision:
    """Write a new revision of a topic on top of revision `base`.

    Raises
    ------
    ConflictError
        When somebody else has written a revision since `base`: nothing of theirs is overwritten.
    """
    current = _locked(topic)
    last = (
        FrameworkRevision.objects.in_region(current.region).filter(topic=current).aggregate(last=Max("number"))["last"]
    )
    if last != base:
        raise ConflictError(
            _("Somebody else has changed this topic in the meantime (revision %(last)s). Compare, then save again.")
            % {"last": last}
        )
    revision = _added(current, base + 1, conditions, fields, by)
    record("revise_topic", _named(current), by=by, region=current.region, before=base, after=revision.number)
    return revision


@transaction.atomic
def publish_topic(topic: FrameworkTopic, *, number: int, by: Person | None) -> FrameworkTopic:
    """Let the public read revision `number` of a topic.

    Raises
    ------
    ConflictError
        When `number` is not the latest revision: the office publishes what it has read.
    """
    current = _locked(topic)
    latest = current.latest
    if latest is None or latest.number != number:
        raise ConflictError(_("There is a newer revision by now. Read it, then publish it."))
    before = current.published.number if current.published else None
    current.published = latest
    current.save(update_fields=["published"])
    record("publish_topic", _named(current), by=by, region=current.region, before=before, after=number)
    return current


@transaction.atomic
def withdraw_topic(topic: FrameworkTopic, *, by: Person) -> FrameworkTopic:
    """Take a topic out of the public table; members keep reading it."""
    current = _locked(topic)
    before = current.published.number if current.published else None
    current.published = None
    current.save(update_fields=["published"])
    record("withdraw_topic", _named(current), by=by, region=current.region, before=before, after=None)
    return current


@transaction.atomic
def link_resolutions(topic: FrameworkTopic, *, resolutions: Iterable[Resolution], by: Person) -> None:
    """Say which resolutions are about a topic."""
    current, wanted = _locked(topic), list(resolutions)
    if any(one.region_id != current.region_id for one in wanted):
        raise InputError(Problem(_("A resolution belongs to another region."), column="resolutions"))
    held = Resolution.objects.in_region(current.region).filter(framework_topics=current)
    before = sorted(held.values_list("pk", flat=True))
    with allow_unscoped("the rows of one topic, of whose region the resolutions are"):
        current.resolutions.set(wanted)
    after = sorted(one.pk for one in wanted)
    record("link_resolutions", _named(current), by=by, region=current.region, before=before, after=after)


def _locked(topic: FrameworkTopic) -> FrameworkTopic:
    rows = FrameworkTopic.objects.in_region(topic.region_id).select_for_update(of=("self",))
    found: FrameworkTopic = rows.select_related("region", "latest", "published").get(pk=topic.pk)
    return found


def _added(
    topic: FrameworkTopic, number: int, conditions: type_conditions, fields: Mapping[str, Any], by: Person | None
) -> FrameworkRevision:
    if strange := sorted(set(fields) - set(REVISION)):
        raise ValueError(f"A revision has {', '.join(REVISION)}; not {', '.join(strange)}.")
    for name in ("body", "organisation"):
        other = fields.get(name)
        if other is not None and other.region_id != topic.region_id:
            raise InputError(Problem(_("This belongs to another region."), column=name))
    revision = FrameworkRevision(region=topic.region, topic=topic, number=number, by=by, **fields)
    checked(revision, exclude=("by",))  # nobody, where a file was loaded
    revision.save()
    for state, facts in conditions.items():
        if not any(facts.get(name) for name in CONDITION):
            continue
        condition = FrameworkCondition(region=topic.region, revision=revision, state=state, **facts)
        if not (condition.text_de or condition.text_en):
            raise InputError(Problem(_("A source needs the condition it stands for."), column=f"text_de_{state}"))
        checked(condition)
        condition.save()
    topic.latest = revision
    topic.save(update_fields=["latest"])
    return revision


def _named(topic: FrameworkTopic) -> str:
    return f"framework topic {topic.number}"
