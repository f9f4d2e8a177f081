"""Up to five areas side by side: the same figures, the same dates, each with its rank."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import polars as pl
from django.http import HttpResponse
from django.utils.translation import gettext

from raumwerk.errors import InputError, Problem
from raumwerk.web.atlas.exports.charts import line_chart
from raumwerk.web.atlas.queries.catalogue import describe_indicator
from raumwerk.web.atlas.queries.place_rows import common_period
from raumwerk.web.atlas.queries.profile import PROFILE_LEVELS
from raumwerk.web.atlas.queries.topics import topic_name, topic_order
from raumwerk.web.atlas.queries.trend import indexed_lines
from raumwerk.web.atlas.queries.words import alphabetical
from raumwerk.web.atlas.views.frame import Page, atlas_page, crumbs
from raumwerk.web.atlas.views.profile import comparison_choices, safe_svg
from raumwerk.web.kit.problems import worded

__all__ = ["MOST", "compare_page"]

MOST = 5
_BOUNDED = ("value", "lower", "upper", "status")
_TRENDS = ("population", "employees_work", "unemployed_share")


@atlas_page
def compare_page(page: Page) -> HttpResponse:
    """``/<region>/atlas/nebeneinander/?gebiete=…``: up to five areas, regions, states or the nation side by side."""
    if not page.has_areas:
        return page.missing()
    asked = [key for value in page.request.GET.getlist("gebiete") for key in value.split(",") if key.strip()]
    problems: list[str] = []
    keys: list[str] = []
    try:
        keys = _wanted(page, asked)
    except InputError as error:
        problems = [worded(each).what for each in error.problems]
    rows = _rows(page, keys) if keys else pl.DataFrame()
    files = sorted({file for each in rows["files"].drop_nulls() for file in each}) if len(rows) else []
    context = {
        "crumbs": crumbs(page, (gettext("Atlas"), page.url("map")), (gettext("Comparison"), "")),
        "columns": [
            {"key": key, "name": page.atlas.name(key, page.lang), "profile": _has_profile(page, key)} for key in keys
        ],
        "topics": _topics(page, keys, rows) if len(rows) else [],
        "trends": _trends(page, keys, rows) if len(rows) else [],
        "downloads": page.figure_files(keys) if len(rows) else [],
        "choices": comparison_choices(page),
        "asked": asked,
        "most": MOST,
        "problems": problems,
        "attribution": page.atlas.attribution(files, page.lang),
    }
    return page.render("atlas/side_by_side.html", context, status=400 if problems else 200)


def _wanted(page: Page, asked: list[str]) -> list[str]:
    keys = list(dict.fromkeys(asked))
    if len(keys) > MOST:
        raise InputError(Problem(gettext("At most %(most)s areas fit side by side") % {"most": MOST}, column="gebiete"))
    known = {key for _group, members in comparison_choices(page) for key, _name in members} | set(
        page.region.municipalities
    )
    for key in keys:
        if key not in known:
            shown = key if len(key) <= 20 else key[:20] + "…"
            what = gettext("“%(area)s” cannot be compared here; choose from the list") % {"area": shown}
            raise InputError(Problem(what, column="gebiete"))
    return keys


def _has_profile(page: Page, key: str) -> bool:
    return key in page.atlas.areas and page.atlas.areas[key].level in PROFILE_LEVELS


def _rows(page: Page, keys: list[str]) -> pl.DataFrame:
    if not page.atlas.has("indicators"):
        return pl.DataFrame()
    columns = ("indicator", "area", "period", *_BOUNDED, "files")
    rows = page.atlas.table("indicators").filter(pl.col("area").is_in(keys)).select(columns)
    return rows.with_columns(pl.col("status").cast(pl.String)).collect().sort("period")


def _topics(page: Page, keys: list[str], rows: pl.DataFrame) -> list[dict[str, Any]]:
    """Figures by topic: each for the latest period in which most of the areas have one."""
    found = []
    for key in page.atlas.indicators:
        own = rows.filter(pl.col("indicator") == key)
        if own.is_empty():
            continue
        period = common_period(own)
        values = {row["area"]: row for row in own.filter(pl.col("period") == period).iter_rows(named=True)}
        told = describe_indicator(page.atlas, key, page.lang)
        found.append({**{name: told[name] for name in ("key", "name", "topic", "unit", "decimals")}, "period": period,
                      "cells": [values.get(area) for area in keys]})  # fmt: skip
    found.sort(key=lambda row: (*topic_order(row["topic"]), alphabetical(row["name"])))
    return [
        {"key": topic, "name": topic_name(topic), "rows": list(each)}
        for topic, each in groupby(found, key=lambda row: str(row["topic"]))
    ]


def _trends(page: Page, keys: list[str], rows: pl.DataFrame) -> list[dict[str, Any]]:
    """Lines of the areas for a few indicators; persons as per cent of the first common year, so that sizes compare."""
    found = []
    for key in _TRENDS:
        own = rows.filter((pl.col("indicator") == key) & pl.col("value").is_not_null())
        if own["area"].n_unique() < len(keys) or own["period"].n_unique() < 2:
            continue
        told = describe_indicator(page.atlas, key, page.lang)
        indexed = told["decimals"] == 0
        series = indexed_lines(page.atlas, own, keys, page.lang, indexed=indexed)
        if not series:
            continue
        drawing, legend = line_chart(series, decimals=told["decimals"])
        title = told["name"]
        if indexed:
            title = gettext("%(name)s, first year = 100") % {"name": title}
        files = page.pictures("trends", {"area": ",".join(keys), "indicator": key})
        found.append({"picture": files, "title": title, "svg": safe_svg(drawing, title), "keys": legend,
                      "series": series,
                      "decimals": 1 if indexed else told["decimals"]})  # fmt: skip
    return found
