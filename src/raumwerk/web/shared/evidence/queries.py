"""Citations with what the release of today says about the same thing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from raumwerk.errors import RaumwerkError
from raumwerk.web.kit.templatetags.kit import period as written_period
from raumwerk.web.shared.evidence.findings import current_release, find, release_day
from raumwerk.web.shared.evidence.models import Citation
from raumwerk.web.shared.evidence.wording import figure_of
from raumwerk.web.shared.targets import target_type

__all__ = ["Cited", "Now", "citations_of", "citations_of_many", "frozen_lines", "one_citation"]


@dataclass(frozen=True, slots=True)
class Now:
    """What the current release says where it says something else than was cited.

    ``state`` is ``same``, ``changed``, ``gone`` (no such figure any more) or ``unknown`` (no release can be read).
    """

    state: str
    release: str
    day: str
    figure: str
    later: str = ""
    later_figure: str = ""

    @property
    def changed(self) -> bool:
        """Tell whether the finding is another one today."""
        return self.state in ("changed", "gone")


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation beside the present."""

    citation: Citation
    number: int
    day: str
    now: Now
    view_url: str
    origin_url: str
    now_url: str


def citations_of(target: models.Model) -> list[Cited]:
    """Return the citations at a thing in the order they were made, each with what holds now."""
    region = target_type(target).region(target)
    rows = Citation.objects.in_region(region).of(target).standing().select_related("cited_by", "region")
    return [_cited(row, number) for number, row in enumerate(rows, start=1)]


def citations_of_many(targets: Iterable[models.Model]) -> dict[int, list[Cited]]:
    """Return the citations of several things of one model and region by primary key, asked with one query."""
    things = list(targets)
    found: dict[int, list[Cited]] = {thing.pk: [] for thing in things}
    if not things:
        return found
    region = target_type(things[0]).region(things[0])
    kind = ContentType.objects.get_for_model(things[0])
    rows = Citation.objects.in_region(region).standing().filter(target_type=kind, target_id__in=found)
    for row in rows.select_related("cited_by", "region"):
        found[row.target_id].append(_cited(row, len(found[row.target_id]) + 1))
    return found


def frozen_lines(target: models.Model) -> list[str]:
    """Return one line of plain text a citation, with the value as cited: for PDF and mail, which freeze it."""
    region = target_type(target).region(target)
    rows = Citation.objects.in_region(region).of(target).standing()
    return [
        _("%(label)s: %(figure)s. Source: %(source)s. Release %(release)s, cited on %(day)s.")
        % {
            "label": row.label, "figure": row.figure, "source": row.source_line or "–", "release": row.release,
            "day": date_format(row.cited_at, "SHORT_DATE_FORMAT"),
        }
        for row in rows
    ]  # fmt: skip


def one_citation(citation: Citation) -> Cited:
    """Return a single citation beside the present."""
    return _cited(citation, 1)


def _cited(row: Citation, number: int) -> Cited:
    reference, slug = row.reference, row.region.slug
    now = _now(row)
    return Cited(
        citation=row, number=number, day=_day(row.release), now=now, view_url=reference.view_url(slug),
        origin_url=reference.origin_url(slug),
        now_url=reference.in_release("").view_url(slug) if now.state == "changed" else "",
    )  # fmt: skip


def _now(row: Citation) -> Now:
    try:
        current = current_release()
    except RaumwerkError:  # a damaged store is told where it is kept; the citation itself stands
        current = None
    if current is None:
        return Now("unknown", "", "", "")
    later, later_figure = _later(row, current)
    try:
        found = find(row.reference.in_release(current))
    except RaumwerkError:
        return Now("gone", current, _day(current), "", later, later_figure)
    as_cited = replace(found, value=row.value, lower=row.lower, upper=row.upper, status=row.status)
    digits = max(found.decimals, row.decimals)
    same = replace(found, decimals=digits).says == replace(as_cited, decimals=digits).says
    return Now("same" if same else "changed", current, _day(current), figure_of(found), later, later_figure)


def _later(row: Citation, current: str) -> tuple[str, str]:
    """Return a later period with a figure of the same thing, and what it says."""
    try:
        latest = find(replace(row.reference, release=current, period=""))
    except RaumwerkError:
        return "", ""
    if latest.reference.period <= row.period:
        return "", ""
    return written_period(latest.reference.period), figure_of(latest)


def _day(release: str) -> str:
    day = release_day(release)
    return written_period(day) if day else ""
