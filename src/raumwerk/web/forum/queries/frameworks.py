"""Reading the comparison of frameworks: the public the published revisions, members the latest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from raumwerk.web.forum.models import FrameworkCondition, FrameworkRevision, FrameworkTopic, Resolution
from raumwerk.web.forum.queries.meetings import resolutions_seen
from raumwerk.web.people.models import STATES
from raumwerk.web.regions.known import known_regions
from raumwerk.web.regions.models import Region
from raumwerk.web.shared.visibility import Audience, may_see

__all__ = [
    "Change",
    "Row",
    "changes_between",
    "resolutions_of",
    "revisions_of",
    "sheet_of",
    "states_of",
    "topic_seen",
    "topics_seen",
]

COMPARED = (
    "title_de", "title_en", "field", "status", "common_ground_de", "common_ground_en", "obstacle_de", "obstacle_en",
    "body", "organisation", "actor",
)  # fmt: skip
OF_STATE = ("text_de", "text_en", "source_title", "source_url", "source_date")


def states_of(region: Region) -> list[tuple[str, str]]:
    """Return key and name of the states a region lies in, in the order of their keys; all where that is not known."""
    entry = known_regions().get(region.slug, {})
    keys = {str(key)[:2] for name in ("districts", "municipalities", "areas", "core") for key in _keys(entry.get(name))}
    named = [(key, str(name)) for key, name in STATES if key in keys]
    return named or [(key, str(name)) for key, name in STATES]


def _keys(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else ()


@dataclass(slots=True)
class Row:
    """One topic as a reader sees it; `cells` are its conditions in the order of the states, or None."""

    topic: FrameworkTopic
    revision: FrameworkRevision
    cells: list[FrameworkCondition | None] = field(default_factory=list)
    body: Any = None
    organisation: Any = None

    @property
    def is_published(self) -> bool:
        """Tell whether this is what the public reads."""
        return self.topic.published_id == self.revision.pk


def topics_seen(region: Region, audience: Audience, states: Sequence[tuple[str, str]]) -> list[Row]:
    """Return the table: members read the latest revisions, everybody else those that the office has published."""
    rows = FrameworkTopic.objects.in_region(region)
    name = "latest" if audience.member else "published"
    rows = rows.filter(**{f"{name}__isnull": False})
    topics = list(rows.select_related(f"{name}__body", f"{name}__organisation", "region"))
    return _rows([(topic, getattr(topic, name)) for topic in topics], region, audience, states)


def topic_seen(region: Region, number: int, audience: Audience, states: Sequence[tuple[str, str]]) -> Row:
    """Return one topic as the reader sees it, or 404."""
    found = next((row for row in topics_seen(region, audience, states) if row.topic.number == number), None)
    if found is None:
        raise Http404("There is no such topic.")
    return found


def resolutions_of(topic: FrameworkTopic, audience: Audience) -> list[Resolution]:
    """Return the resolutions about a topic that the reader may see."""
    return list(resolutions_seen(topic.region, audience).filter(framework_topics=topic))


@dataclass(frozen=True, slots=True)
class Change:
    """What a revision changed in one field."""

    name: str
    before: str
    after: str


def revisions_of(topic: FrameworkTopic, audience: Audience) -> list[tuple[FrameworkRevision, list[Change]]]:
    """Return all revisions, the latest first, each with what it changed; for members.

    A body that the reader may not see is not named in what was before either.
    """
    rows = FrameworkRevision.objects.in_region(topic.region_id).filter(topic=topic).order_by("number")
    revisions = list(rows.select_related("by", "body", "organisation"))
    conditions = _conditions(topic.region, revisions)
    found: list[tuple[FrameworkRevision, list[Change]]] = []
    earlier: FrameworkRevision | None = None
    for revision in revisions:
        if revision.body is not None and not may_see(audience, revision.body.visibility, revision.body.pk):
            revision.body = None
        found.append((revision, changes_between(earlier, revision, conditions)))
        earlier = revision
    return found[::-1]


def changes_between(
    earlier: FrameworkRevision | None,
    later: FrameworkRevision,
    conditions: dict[int, dict[str, FrameworkCondition]],
) -> list[Change]:
    """Return the fields in which two revisions differ."""
    found = []
    for name in COMPARED:
        label = str(FrameworkRevision._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        found.append(Change(label, _shown(earlier, name), _shown(later, name)))
    before, after = conditions.get(earlier.pk, {}) if earlier else {}, conditions.get(later.pk, {})
    names = dict(STATES)
    for state in sorted({*before, *after}):
        for name in OF_STATE:
            label = str(FrameworkCondition._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            told = f"{names.get(state, state)}: {label}"
            found.append(Change(told, _shown(before.get(state), name), _shown(after.get(state), name)))
    return [change for change in found if change.before != change.after]


def sheet_of(rows: Sequence[Row], states: Sequence[tuple[str, str]]) -> tuple[list[str], list[list[str]]]:
    """Return head and rows of the table for a file: each state with its condition and its source."""
    head = [_("No."), _("Topic"), _("Field")]
    for _key, name in states:
        head += [name, _("%(state)s: source") % {"state": name}]
    head += [_("Common ground"), _("Obstacle"), _("Who should act"), _("Status")]
    lines = []
    for row in rows:
        line = [str(row.topic.number), row.revision.title, row.revision.get_field_display()]
        for cell in row.cells:
            line += [cell.text, _source(cell)] if cell else ["", ""]
        actors = [str(one) for one in (row.body, row.organisation, row.revision.actor) if one]
        line += [
            row.revision.common_ground, row.revision.obstacle, ", ".join(actors), row.revision.get_status_display(),
        ]  # fmt: skip
        lines.append(line)
    return head, lines


def _rows(
    pairs: Sequence[tuple[FrameworkTopic, FrameworkRevision]],
    region: Region,
    audience: Audience,
    states: Sequence[tuple[str, str]],
) -> list[Row]:
    conditions = _conditions(region, [revision for _topic, revision in pairs])
    found = []
    for topic, revision in pairs:
        body, organisation = revision.body, revision.organisation
        found.append(
            Row(
                topic,
                revision,
                [conditions.get(revision.pk, {}).get(state) for state, _name in states],
                body if body is not None and may_see(audience, body.visibility, body.pk) else None,
                organisation if organisation is not None and (organisation.public or audience.member) else None,
            )
        )
    return found


def _conditions(region: Region, revisions: Sequence[FrameworkRevision]) -> dict[int, dict[str, FrameworkCondition]]:
    found: dict[int, dict[str, FrameworkCondition]] = {}
    for one in FrameworkCondition.objects.in_region(region).filter(revision__in=[row.pk for row in revisions]):
        found.setdefault(one.revision_id, {})[one.state] = one
    return found


def _source(condition: FrameworkCondition) -> str:
    day = date_format(condition.source_date, "SHORT_DATE_FORMAT") if condition.source_date else ""
    return ", ".join(part for part in (condition.source_title, day, condition.source_url) if part)


def _shown(thing: Any, name: str) -> str:
    if thing is None:
        return ""
    shown = getattr(thing, f"get_{name}_display", None)
    value = shown() if callable(shown) else getattr(thing, name)
    return "" if value is None else str(value)
