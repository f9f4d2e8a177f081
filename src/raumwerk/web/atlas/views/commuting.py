"""The commuting page: who commutes between which areas, as counted or held against what could be expected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import polars as pl
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from raumwerk.errors import InputError, MissingError
from raumwerk.tables.keys import Level
from raumwerk.web.atlas.forms import BORDER_NAMES
from raumwerk.web.atlas.forms_commuting import EXPECTED_NAMES, LEVEL_NAMES, TABLES, WAY_NAMES, CommutingForm
from raumwerk.web.atlas.queries.commuting import BALANCE, DRAWN, Commuting, Question, commuting
from raumwerk.web.atlas.queries.expected import MOST_SURPRISING, Expected, expected_pairs
from raumwerk.web.atlas.queries.words import alphabetical
from raumwerk.web.atlas.views.frame import Page, atlas_page, crumbs
from raumwerk.web.atlas.views.map import FORMS, cite
from raumwerk.web.kit.problems import sentence, worded

__all__ = ["commuting_page"]

#: Rows of the table on the page; the files hold all.
MOST_ROWS = 400
_NAMED = 3
_STEPS = "0,1,2,5,10,20,50,100,200,500,1000,2000,5000,10000"
_KILOMETRES = "0,5,10,15,20,25,30,40,50,60,75,100,125,150,200,250,300,400,500,700,900"


@atlas_page
def commuting_page(page: Page) -> HttpResponse:
    """``/<region>/atlas/pendeln/``: commuters of any set of areas, as its address says."""
    if not page.has_areas:
        return page.missing()
    form = CommutingForm(page.request.GET)
    state, problems, status = form.state, form.problems, 200
    try:
        context = _shown(page, form, state)
    except (InputError, MissingError) as error:
        problems += (
            [worded(each).what for each in error.problems] if isinstance(error, InputError) else [sentence(error)]
        )
        status = 400 if isinstance(error, InputError) else 404
        state = {**state, "areas": (), "period": None, "level": None, "km_min": None, "km_max": None}
        try:
            context = _shown(page, form, state)
        except MissingError as nothing:
            context, problems, status = {"empty": True, "notice": sentence(nothing)}, form.problems, 200
    context |= {
        "crumbs": crumbs(page, (gettext("Atlas"), page.url("map")), (gettext("Commuting"), "")),
        "state": state,
        "problems": problems,
        "ways": WAY_NAMES.items(),
        "borders": BORDER_NAMES.items(),
        "kinds": EXPECTED_NAMES.items(),
        "tables": TABLES.items(),
        "steps": _STEPS,
        "kilometres": _KILOMETRES,
        "choices": _choices(page, state["areas"]),
        "cite": cite(page),
        "together": ",".join(state["areas"]) if len(state["areas"]) > 1 else "",
    }
    return page.render("atlas/commuting.html", context, status=status if not form.problems else max(status, 400))


def _shown(page: Page, form: CommutingForm, state: dict[str, Any]) -> dict[str, Any]:
    question = form.question(state)
    return _expected(page, state, question) if state["expected"] else _counted(page, state, question)


def _counted(page: Page, state: dict[str, Any], question: Question) -> dict[str, Any]:
    view = commuting(page.atlas, page.region, question, lang=page.lang)
    state.update(period=view.period, min=view.least)
    several = len(view.units.near) > 1
    table = state["table"] if several else "partner"
    rows = _pair_rows(page, view) if table == "pair" else _partner_rows(page, view)
    asked = _asked(state, question) | {"direction": question.direction, "level": question.level}
    levels = [(key, name) for key, name in LEVEL_NAMES.items() if key != "zoom" or view.level == Level.MUNICIPALITY]
    return {
        "view": view,
        "side": view.side,
        "several": several,
        "balance": question.direction == BALANCE,
        "place": _named(page, view.units.areas),
        "chips": _chips(page, view.units.areas),
        "periods": view.periods,
        "levels": levels,
        "level": state["level"] or view.level,
        "table": table,
        "rows": _sorted(rows, state["sort"] or "-value")[:MOST_ROWS],
        "more": max(0, len(rows) - MOST_ROWS),
        "count": view.pairs.height,
        "drawn": min(DRAWN, view.pairs.height),
        "top": [row for row in _partner_rows(page, view) if row["value"] is not None][:_NAMED],
        "hidden_pairs": view.hidden[0],
        "hidden_persons": view.hidden[1],
        "pairs_url": _api(page, "api-commuting", asked),
        "shapes_url": _api(page, "api-shapes", {"level": view.units.level}),
        "downloads": [(form, _api(page, "api-commuting-file", asked, form=form)) for form in FORMS],
        "picture": page.pictures("commuting", asked | _drawn(state)),
        "accuracy": page.atlas.accuracy(page.lang) if view.estimated else None,
        "caveats": page.atlas.caveats(view.side.caveats, page.lang),
        "attribution": page.credits(view.side.files),
        "sort": state["sort"] or "-value",
    }


def _expected(page: Page, state: dict[str, Any], question: Question) -> dict[str, Any]:
    view = expected_pairs(
        page.atlas, page.region, question.areas,
        kind=state["expected"], period=question.period, border=question.border, least=question.least or 0.0,
        nearest=question.nearest, farthest=question.farthest,
    )  # fmt: skip
    state.update(period=view.period, min=question.least or 0.0)
    rows = [
        {
            **row,
            "name": page.atlas.name(row["area"], page.lang),
            "partner_name": page.atlas.name(row["partner"], page.lang),
            "value": row["score"],
        }
        for row in view.pairs.iter_rows(named=True)
    ]
    asked = _asked(state, question) | {"kind": state["expected"]}
    return {
        "expected": view,
        "place": _named(page, view.units.areas),
        "chips": _chips(page, view.units.areas),
        "periods": view.units.periods,
        "rows": _sorted(rows, state["sort"] or "surprise")[:MOST_ROWS],
        "more": max(0, len(rows) - MOST_ROWS),
        "count": view.pairs.height,
        "drawn": min(MOST_SURPRISING, view.pairs.height),
        "most": _told(page, view, pl.col("score") > 0),
        "least": _told(page, view, pl.col("score") < 0),
        "effect": _effect(view),
        "expected_url": _api(page, "api-interfaces", asked),
        "shapes_url": _api(page, "api-shapes", {"level": "district"}),
        "downloads": [(form, _api(page, "api-interfaces-file", asked, form=form)) for form in FORMS],
        "picture": page.pictures("interfaces", asked | _drawn(state)),
        "attribution": page.credits(view.files),
        "sort": state["sort"] or "surprise",
    }


def _told(page: Page, view: Expected, wanted: pl.Expr) -> list[dict[str, Any]]:
    """The three most surprising pairs of one kind, named."""
    return [
        {**row, "names": f"{page.atlas.name(row['area'], page.lang)} – {page.atlas.name(row['partner'], page.lang)}"}
        for row in view.pairs.filter(wanted).head(_NAMED).iter_rows(named=True)
    ]


def _effect(view: Expected) -> dict[str, Any] | None:
    """The effect of the state border in words of per cent; ``sure`` when the interval does not hold 1."""
    effect = view.border
    if effect is None:
        return None
    return {
        "percent": abs(100 * (effect.factor - 1)),
        "fewer": effect.factor < 1,
        "lower": 100 * (effect.lower - 1),
        "upper": 100 * (effect.upper - 1),
        "sure": effect.upper < 1 or effect.lower > 1,
    }


def _asked(state: Mapping[str, Any], question: Question) -> dict[str, Any]:
    return {
        "area": ",".join(question.areas),
        "period": state["period"],
        "border": question.border,
        "min": f"{state['min']:.12g}" if state["min"] else ("0" if question.least == 0 else None),
        "km_min": _plain(question.nearest),
        "km_max": _plain(question.farthest),
    }


def _drawn(state: Mapping[str, Any]) -> dict[str, str]:
    """How the picture differs from the standard: without a state border where the reader has hidden it."""
    return {"borders": "false"} if state["hide_border"] else {}


def _plain(value: float | None) -> str | None:
    return None if value is None else f"{value:.12g}"


def _api(page: Page, name: str, asked: Mapping[str, Any], **kwargs: Any) -> str:
    given = {key: value for key, value in asked.items() if value not in (None, "")}
    query = urlencode({**given, "lang": page.lang, "release": page.atlas.id}, safe=",:")
    return f"{reverse(name, kwargs={'slug': page.region.slug, **kwargs})}?{query}"


def _named(page: Page, areas: tuple[str, ...]) -> str:
    """The chosen areas in a few words."""
    names = [page.atlas.name(key, page.lang) for key in areas[:_NAMED]]
    rest = len(areas) - len(names)
    if rest:
        names.append(ngettext("%(number)s more area", "%(number)s more areas", rest) % {"number": rest})
    return ", ".join(names)


def _chips(page: Page, areas: tuple[str, ...]) -> list[dict[str, str]]:
    """Each chosen area with the address of the view without it."""
    given = page.request.GET.copy()
    chips = []
    for key in areas:
        given.setlist("area", [",".join(other for other in areas if other != key)])
        if key == page.region.key or len(areas) < 2:
            continue
        chips.append({"name": page.atlas.name(key, page.lang), "url": f"?{given.urlencode(safe=',:')}"})
    return chips


def _choices(page: Page, chosen: tuple[str, ...]) -> dict[str, Any]:
    """What can be ticked: districts of the region with their municipalities, and whatever else is chosen."""
    areas, region = page.atlas.areas, page.region
    keys = sorted({*region.districts, *(key[:5] for key in region.municipalities)}, key=lambda key: _order(page, key))
    districts = []
    for district in keys:
        members = [key for key in region.municipalities if key[:5] == district]
        inhabited = [key for key in members if key not in areas or areas[key].inhabited or key in chosen]
        parts = [(key, page.atlas.name(key, page.lang), key in chosen) for key in sorted(
            inhabited, key=lambda key: _order(page, key))]  # fmt: skip
        districts.append(
            {"key": district, "name": page.atlas.name(district, page.lang), "chosen": district in chosen,
             "parts": parts if len(parts) > 1 else [], "open": any(ticked for _, _, ticked in parts)}
        )  # fmt: skip
    known = {region.key, *region.districts, *keys, *region.municipalities}
    others = [(key, page.atlas.name(key, page.lang)) for key in chosen if key not in known]
    return {"districts": districts, "others": others, "number": len(chosen)}


def _order(page: Page, key: str) -> tuple[str, str]:
    return alphabetical(page.atlas.name(key, page.lang))


def _partner_rows(page: Page, view: Commuting) -> list[dict[str, Any]]:
    # an estimate is not made a rate of
    whole = None if view.estimated or view.question.direction == BALANCE else view.side.total.value or view.side.listed
    return [
        {
            **row,
            "state_name": page.atlas.name(row["state"], page.lang) if row["state"] else "",
            "share": 100 * row["value"] / whole if whole and row["value"] is not None else None,
        }
        for row in view.partners.iter_rows(named=True)
    ]


def _pair_rows(page: Page, view: Commuting) -> list[dict[str, Any]]:
    return [
        {
            **row,
            "area": row["origin"],
            "name": page.atlas.name(row["origin"], page.lang),
            "to_name": page.atlas.name(row["destination"], page.lang),
            "state": row["origin"][:2],
        }
        for row in view.pairs.head(DRAWN).iter_rows(named=True)
    ]


def _sorted(rows: list[dict[str, Any]], sort: str) -> list[dict[str, Any]]:
    """Rows in the wanted order; those without a value come last, whichever way."""
    name = sort.removeprefix("-")
    if name in ("name", "state"):
        keys = {"name": lambda row: alphabetical(row["name"]),
                "state": lambda row: (row.get("state_name", ""), alphabetical(row["name"]))}  # fmt: skip
        return sorted(rows, key=keys[name], reverse=sort.startswith("-"))
    if name == "surprise":
        return rows
    known = [row for row in rows if row.get(name) is not None]
    unknown = [row for row in rows if row.get(name) is None]
    return sorted(known, key=lambda row: float(row[name]), reverse=sort.startswith("-")) + unknown
