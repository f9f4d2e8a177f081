"""A profile as accessible document of two pages: the figures to talk about, not all that the page holds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from raumwerk.web.atlas.exports.charts import line_chart
from raumwerk.web.atlas.exports.figures import plain
from raumwerk.web.atlas.queries.flows import AreaFlows
from raumwerk.web.atlas.views.frame import Page
from raumwerk.web.atlas.views.profile import Chart, Subject, topics_of
from raumwerk.web.kit.pdf import render_pdf
from raumwerk.web.kit.templatetags.kit import number
from raumwerk.web.kit.templatetags.kit import period as written

__all__ = ["profile_pdf"]

#: What a mayor is asked first; the rest of the first page is filled in the order of the catalogue.
_FIRST = (
    "population", "population_change_5y", "population_density", "share_working_age", "share_65_plus", "average_age",
    "employees_work", "employees_residence", "job_density", "unemployed_share", "commuter_balance_rate",
    "cross_border_share_out", "gdp_per_inhabitant", "household_income", "living_area_per_head", "share_settlement",
    "distance_pharmacy", "distance_hospital",
)  # fmt: skip
_ROWS, _PARTNERS, _COLUMNS, _SOURCES = 24, 6, 3, 14
_TRENDS = ("population", "employees_work", "unemployed_share", "employees_residence", "unemployed", "gdp")


def profile_pdf(page: Page, subject: Subject) -> bytes:
    """Two pages: place, key figures with ranks; trends, structure, commuters, sources."""
    charts = subject.charts(page)
    drawn = subject.locator(page)
    title = gettext("Profile: %(name)s") % {"name": subject.name}
    data = {
        "lead": _lead(page, subject),
        "locator": drawn.svg(title=subject.name) if drawn else None,
        "locator_alt": gettext("Where %(name)s lies in the region") % {"name": subject.name},
        "facts": _facts(page, subject),
        "figures_title": gettext("Key figures"),
        "figures": _figures(page, subject),
        "figures_note": _note(subject),
        "trends_title": gettext("Trends"),
        "trends": _trends(subject),
        "charts": [_chart(chart) for chart in charts],
        "flows_title": gettext("Commuter partners"),
        "flows": [_partners(page, subject, view) for view in subject.flows.values()],
        "sources_title": gettext("Sources"),
        "sources": _sources(page, subject, charts),
    }
    moment = datetime.fromisoformat(str(page.atlas.manifest["created"]))
    return render_pdf("atlas/profile.typ", data, title=title, language=page.lang, issued=moment)


def _lead(page: Page, subject: Subject) -> str:
    if subject.area is not None:
        parents = [page.atlas.name(key, page.lang) for key in subject.compared[:3]]
        kind = [subject.area.kind] if subject.area.kind else []
        return " · ".join([*kind, f"{gettext('key')} {subject.area.key}", *parents])
    words = gettext("Own selection of %(number)s municipalities in %(region)s")
    return words % {"number": len(subject.keys), "region": page.region.name(page.lang)}


def _facts(page: Page, subject: Subject) -> list[list[str]]:
    found = [[fact.name, fact.label] for fact in subject.facts(page)[:8]]
    functional = subject.functional_regions(page)
    if functional:
        found.append([gettext("Functional region (model)"), functional])
    for way in subject.centres(page):
        label = gettext("Nearest centre (%(level)s)") % {"level": way.level}
        centre = page.atlas.name(way.centre, page.lang)
        far = gettext("%(centre)s, %(km)s km in a straight line") % {"centre": centre, "km": number(way.km)}
        found.append([label, far if way.km else centre])
    return found


def _chosen(subject: Subject) -> list[dict[str, Any]]:
    rows = [row for topic in topics_of(subject) for row in topic["rows"]]
    first = [row for key in _FIRST for row in rows if row["indicator"] == key]
    chosen = [*first, *(row for row in rows if row not in first)][:_ROWS]
    return [row for row in rows if row in chosen]


def _figures(page: Page, subject: Subject) -> dict[str, Any]:
    compared = subject.compared[:_COLUMNS]
    columns = [{"label": gettext("Indicator")}, {"label": gettext("Value"), "align": "right"},
               {"label": gettext("Period")}]  # fmt: skip
    columns += [{"label": page.atlas.name(key, page.lang), "align": "right"} for key in compared]
    ranked = subject.area is not None
    if ranked:
        columns.append({"label": gettext("Rank in the region"), "align": "right"})
    rows = []
    for row in _chosen(subject):
        values = {each["area"]: plain(each, row["decimals"]) for each in row["comparison"]}
        unit = f" ({row['unit']})" if row["unit"] else ""
        line = [row["name"] + unit, plain(row, row["decimals"]), row["period"][:10].rpartition("/")[2][:4]]
        line += [values.get(key, "–") for key in compared]
        rows.append([*line, *([_place(row["place"])] if ranked else [])])
    return {"columns": columns, "rows": rows, "caption": gettext("Key figures")}


def _place(place: Any) -> str:
    if place is None:
        return "–"
    text = gettext("%(rank)s of %(of)s")
    return text % {"rank": str(place.best) if place.sure else f"{place.best}–{place.worst}", "of": place.of}


def _note(subject: Subject) -> str:
    if subject.area is not None:
        return gettext("Rank 1 has the highest value in the region, whether that is good or bad.")
    return gettext("Added up from counts; what cannot be added, such as averages as published, is left out.")


def _trends(subject: Subject) -> list[dict[str, str]]:
    rows = {row["indicator"]: row for row in subject.indicators}
    found: list[dict[str, str]] = []
    for row in (rows[key] for key in _TRENDS if key in rows):
        known = [each for each in row["series"] if each["value"] is not None]
        if len(known) < 2 or len(found) == 3:
            continue
        drawing, _keys = line_chart([(row["name"], row["series"])], decimals=row["decimals"], width=360, height=190)
        told = gettext("%(name)s: from %(first)s (%(start)s) to %(last)s (%(end)s)") % {
            "name": row["name"],
            "first": number(known[0]["value"], row["decimals"]),
            "start": written(known[0]["period"]),
            "last": number(known[-1]["value"], row["decimals"]),
            "end": written(known[-1]["period"]),
        }
        found.append({"svg": drawing.svg(title=row["name"]), "alt": told, "caption": told})
    return found


def _chart(chart: Chart) -> dict[str, Any]:
    """The bars as a table with the same figures: shorter than a chart with its description, and readable by all."""
    columns = [{"label": gettext("Group")}, {"label": "%", "align": "right"}, {"label": chart.other, "align": "right"}]
    rows = [
        [group.name, plain(group.share, 1), plain(group.compared, 1) if group.compared else "–"]
        for group in chart.structure.groups
    ]
    caption = f"{chart.title}, {chart.keys[0].label}, {written(chart.structure.period)}"
    return {"caption": caption, "columns": columns, "rows": rows}


def _partners(page: Page, subject: Subject, view: AreaFlows) -> dict[str, Any]:
    heading = gettext("Commuters from %(area)s") if view.direction == "out" else gettext("Commuters to %(area)s")
    caption = f"{heading % {'area': subject.name}}, {written(view.period)}"
    if view.estimated:
        caption += f" – {gettext('estimate by a model, not counted')}"
    rows = [[row["name"], plain(row)] for row in view.frame.head(_PARTNERS).iter_rows(named=True)]
    rows.append([gettext("All"), plain(view.total.as_dict())])
    rows.append([gettext("of them across a state border"), plain(view.crossing.as_dict())])
    columns = [{"label": gettext("Partner")}, {"label": gettext("Persons"), "align": "right"}]
    return {"caption": caption, "columns": columns, "rows": rows}


def _sources(page: Page, subject: Subject, charts: list[Chart]) -> str:
    told = subject.sources(page, charts)
    parts = [f"{each['title']} – {each['attribution']} ({each['licence']})" for each in told[:_SOURCES]]
    if len(told) > _SOURCES:
        parts.append(gettext("%(number)s more sources stand on the page “Data and sources”")
                     % {"number": len(told) - _SOURCES})  # fmt: skip
    address = "" if page.static else page.request.build_absolute_uri(page.request.path.removesuffix("profil.pdf"))
    release = gettext("Release %(release)s of %(date)s, Raumwerk")
    made = release % {"release": page.atlas.id, "date": written(str(page.atlas.manifest["created"])[:10])}
    return "; ".join(parts) + f". {made}. {address}".rstrip()
