"""What the profile of an area and that of an own selection have in common, for the page and for the document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from raumwerk.errors import MissingError
from raumwerk.tables.keys import NATION
from raumwerk.web.atlas.exports.charts import structure_chart
from raumwerk.web.atlas.exports.drawing import Drawing
from raumwerk.web.atlas.exports.maps import Key, locator
from raumwerk.web.atlas.exports.place_figures import STRUCTURES
from raumwerk.web.atlas.queries.flows import AreaFlows
from raumwerk.web.atlas.queries.place import CentreAccess, Fact, centre_access, classifications
from raumwerk.web.atlas.queries.planning.regions import regions_holding
from raumwerk.web.atlas.queries.profile import comparable
from raumwerk.web.atlas.queries.release import Area
from raumwerk.web.atlas.queries.selection import Selection
from raumwerk.web.atlas.queries.structure import Structure
from raumwerk.web.atlas.queries.topics import topic_name, topic_order
from raumwerk.web.atlas.queries.words import alphabetical
from raumwerk.web.atlas.views.frame import Page

__all__ = ["Chart", "Subject", "asked_comparison", "comparison_choices", "safe_svg", "sparkline", "topics_of"]

_WIDTH, _HEIGHT, _MARGIN = 96.0, 24.0, 3.0  # of a sparkline, in its own units


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its legend and the structure it draws, which the page shows as a table beside it."""

    title: str
    drawing: Drawing
    keys: Sequence[Key]
    structure: Structure
    other: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a profile is about: one area, or an own selection; ``keys`` are its municipalities (or the district)."""

    name: str
    keys: tuple[str, ...]
    districts: tuple[str, ...]
    indicators: list[dict[str, Any]]
    compared: list[str]
    flows: Mapping[str, AreaFlows]
    files: list[str]
    area: Area | None = None
    selection: Selection | None = None
    left_out: list[str] = field(default_factory=list)

    def charts(self, page: Page) -> list[Chart]:
        """Age and economic structure of the district or districts, held against the region."""
        atlas, lang = page.atlas, page.lang
        own = gettext(", ").join(atlas.name(key, lang) for key in self.districts)
        other = page.region.name(lang)
        found = []
        for key, (question, titled) in STRUCTURES.items():
            title = titled()
            structure = question(atlas, self.districts, page.region.districts, lang)
            if structure:
                drawing, keys = structure_chart(structure, own=own, other=other)
                found.append(Chart(title, drawing, keys, structure, other, key))
        return found

    def facts(self, page: Page) -> list[Fact]:
        """Official classifications of a single area."""
        if self.area is None:
            return []
        return classifications(page.atlas, self.area.key, self.area.district, page.lang)

    def centres(self, page: Page) -> list[CentreAccess]:
        """Way to the nearest centres; for several municipalities the longest one."""
        keys = self.keys if self.area is None or self.area.level == "municipality" else ()
        return centre_access(page.atlas, keys, page.lang)

    def functional_regions(self, page: Page) -> str:
        """Functional regions it lies in by the standard rule; empty where none can be made."""
        inside = [key for key in page.region.municipalities if key in self.keys or key[:5] in self.keys]
        found = regions_holding(page.atlas, page.region, inside, page.lang)
        if len(found) == 1:
            told = ngettext("%(name)s (%(number)s municipality)", "%(name)s (%(number)s municipalities)", found[0][1])
            return told % {"name": found[0][0], "number": found[0][1]}
        return "; ".join(name for name, _size in found)

    def locator(self, page: Page) -> Drawing | None:
        """Where it lies; None outside of the region, and where the release has no shapes of it."""
        try:
            return locator(page.atlas, page.region, self.keys, page.lang)
        except MissingError:
            return None

    def sources(self, page: Page, charts: Iterable[Chart]) -> list[dict[str, str]]:
        """What must be said beside the figures, charts, map and classifications."""
        files = {*self.files, *(fact.file for fact in self.facts(page))}
        files |= {file for chart in charts for file in chart.structure.files}
        return page.credits(files)


def asked_comparison(page: Page) -> list[str] | None:
    """Areas the reader wants beside the profile; None where he does not say."""
    asked = [key for value in page.request.GET.getlist("mit") for key in value.split(",")]
    return comparable(page.atlas, asked) or None


def comparison_choices(page: Page) -> list[tuple[str, list[tuple[str, str]]]]:
    """What may be compared with, by group: region and nation, states, districts, municipalities."""
    atlas, region, lang = page.atlas, page.region, page.lang

    def named(keys: Iterable[str]) -> list[tuple[str, str]]:
        return sorted(((key, atlas.name(key, lang)) for key in keys), key=lambda pair: alphabetical(pair[1]))

    inhabited = [key for key in region.municipalities if key not in atlas.areas or atlas.areas[key].inhabited]
    return [
        (gettext("Region and nation"), [(key, atlas.name(key, lang)) for key in (region.key, NATION)]),
        (gettext("States"), named(region.states)),
        (gettext("Districts"), named(region.districts)),
        (gettext("Municipalities"), named(inhabited)),
    ]


def topics_of(subject: Subject) -> list[dict[str, Any]]:
    """Figures by topic in the order of reading, each with its small line and the values beside it."""
    rows = []
    for row in subject.indicators:
        values = {each["area"]: each for each in row["comparison"]}
        rows.append({**row, "spark": sparkline(row["series"]), "compared": [values.get(k) for k in subject.compared]})
    rows.sort(key=lambda row: (*topic_order(row["topic"]), alphabetical(row["name"])))
    return [
        {"key": topic, "name": topic_name(topic), "rows": list(each)}
        for topic, each in groupby(rows, key=lambda row: str(row["topic"]))
    ]


def safe_svg(drawing: Drawing, title: str, description: str = "") -> SafeString:
    """Drawing to stand in a page: every text in it was escaped when it was drawn."""
    return mark_safe(drawing.svg(title=title, description=description))  # noqa: S308 - drawn by us, its texts escaped


def sparkline(series: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Points of a small line: one ``points`` text for each unbroken run of values, and the last point.

    None when fewer than two periods have a value. A gap stays a gap: no line is drawn across masked years.
    """
    known = [(number, float(each["value"])) for number, each in enumerate(series) if each["value"] is not None]
    if len(known) < 2:
        return None
    low, high = min(value for _, value in known), max(value for _, value in known)
    across, up = (_WIDTH - 2 * _MARGIN) / (len(series) - 1), _HEIGHT - 2 * _MARGIN
    heights = {number: 0.5 if high == low else (value - low) / (high - low) for number, value in known}
    placed = {
        number: (round(_MARGIN + number * across, 1), round(_HEIGHT - _MARGIN - height * up, 1))
        for number, height in heights.items()
    }
    lines: list[list[str]] = [[]]
    for number in range(len(series)):
        if number in placed:
            lines[-1].append("{},{}".format(*placed[number]))
        elif lines[-1]:
            lines.append([])
    last = placed[known[-1][0]]
    return {
        "lines": [" ".join(line) for line in lines if len(line) > 1],
        "x": last[0],
        "y": last[1],
        "box": f"0 0 {_WIDTH:g} {_HEIGHT:g}",
        "first": series[known[0][0]],
        "last": series[known[-1][0]],
    }
