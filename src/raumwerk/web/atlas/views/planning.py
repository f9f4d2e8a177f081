"""Planning pages: the parameters as a form, the answer as text, map and tables; complete without script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from raumwerk import __version__
from raumwerk.errors import InputError, MissingError, Problem
from raumwerk.web.atlas.modes import MODES
from raumwerk.web.atlas.queries.planning.analysis import Analysis, Table
from raumwerk.web.atlas.queries.planning.params import Case, Param, State, as_text, read_state
from raumwerk.web.atlas.queries.planning.questions import QUESTIONS, Question
from raumwerk.web.atlas.queries.planning.regions import presets
from raumwerk.web.atlas.queries.words import alphabetical
from raumwerk.web.atlas.views.frame import Page, atlas_page, crumbs
from raumwerk.web.kit.problems import sentence, worded

__all__ = [
    "Answered",
    "answered",
    "centres_page",
    "control_groups",
    "economy_page",
    "forms_of",
    "planning_context",
    "regions_page",
]

_FORMS, _SHAPES = ("csv", "xlsx", "parquet"), ("geojson", "gpkg")
#: Formats as the links call them.
FORM_NAMES = {"csv": "CSV", "xlsx": "Excel (XLSX)", "geojson": "GeoJSON", "gpkg": "GeoPackage", "parquet": "Parquet"}
#: Parts that the page's script asks for alone: the answer (with the form), then tables and links.
_PARTS = ("answer", "form", "rest")


@dataclass(frozen=True, slots=True)
class Answered:
    """What a page shows: the state, the answer (None where the release lacks it), what is wrong, what was fitted."""

    state: State
    found: Analysis | None
    problems: dict[str, str]
    notices: list[str]

    @property
    def status(self) -> int:
        """400 where a parameter was wrong, 404 where the release lacks what is asked."""
        if self.found is None:
            return 404
        return 400 if self.problems else 200


@atlas_page
def regions_page(page: Page) -> HttpResponse:
    """``/<region>/atlas/regionen/``: functional regions from the parameters."""
    if not page.has_areas:
        return page.missing()
    question = QUESTIONS["regions"]
    answer = answered(page, question, page.request.GET)
    context = planning_context(page, question, answer)
    if answer.state["method"] == "coombes_bond":
        context["presets"] = [
            (name, f"?{urlencode(asked)}", all(as_number(answer.state[field]) == value for field, value in rule(asked)))
            for _key, name, asked in presets(answer.state["level"])
        ]
    return page.render("atlas/planning.html", context, status=answer.status)


@atlas_page
def economy_page(page: Page) -> HttpResponse:
    """``/<region>/atlas/wirtschaft/``: sectors, specialisation, growth and its parts."""
    return _plain(page, "economy")


@atlas_page
def centres_page(page: Page) -> HttpResponse:
    """``/<region>/atlas/zentren/``: reach of centres, places for shared offices, places of supply."""
    return _plain(page, "centres")


def _plain(page: Page, key: str) -> HttpResponse:
    if not page.has_areas:
        return page.missing()
    question = QUESTIONS[key]
    answer = answered(page, question, page.request.GET)
    return page.render("atlas/planning.html", planning_context(page, question, answer), status=answer.status)


def rule(asked: Mapping[str, str]) -> list[tuple[str, str]]:
    """Numbers of a known setting."""
    return [(name, value) for name, value in asked.items() if name != "level"]


def as_number(value: float) -> str:
    """A number as an address holds it."""
    return f"{value:g}"


def answered(page: Page, question: Question, given: Mapping[str, Any]) -> Answered:
    """Answer the address. What cannot be used is told, and the standard answer stands in its place."""
    notices: list[str] = []
    state, problems = read_state(question.params, given, atlas=page.atlas, region=page.region, notices=notices)
    try:
        return Answered(state, question.answer(Case(page.atlas, page.region, state, page.lang)), problems, notices)
    except InputError as error:
        names = {each.name: str(each.label) for each in question.params}
        told = [worded(each, names) for each in error.problems]
        # what was wrong with a parameter itself is the cause, and stays
        problems = {each.column or f"rule {number}": _sentence(each) for number, each in enumerate(told)} | problems
    except MissingError as error:
        return Answered(state, None, {**problems, "release": sentence(error)}, notices)
    held: dict[str, Any] = {name: state[name] for name in ("level", "method", "view") if name in state}
    state, _ = read_state(question.params, held, atlas=page.atlas, region=page.region)
    return Answered(state, question.answer(Case(page.atlas, page.region, state, page.lang)), problems, notices)


def _sentence(problem: Problem) -> str:
    expected = gettext("expected: %(what)s") % {"what": problem.expected} if problem.expected else ""
    return ". ".join(part for part in (problem.what, expected, problem.advice) if part)


def planning_context(page: Page, question: Question, answer: Answered) -> dict[str, Any]:
    """What the template of a planning page needs."""
    state, found, problems = answer.state, answer.found, answer.problems
    asked = as_text(question.params, state)
    mode = next((mode for mode in MODES if mode.key == question.key), None)
    part = page.request.GET.get("part", "")
    pinned = urlencode({**asked, "release": page.atlas.id, "version": __version__})
    api = {**asked, "lang": page.lang, "release": page.atlas.id}
    return {
        "crumbs": crumbs(page, (gettext("Atlas"), page.url("map")), (str(mode.title) if mode else "", "")),
        "mode": mode,
        "part": part if part in _PARTS else "",
        "question": question,
        "state": state,
        "analysis": found,
        "problems": problems,
        "notices": answer.notices,
        "groups": control_groups(page, question.params, state, problems),
        "permalink": page.request.build_absolute_uri(f"{page.request.path}?{pinned}"),
        "code_version": __version__,
        "api_url": _api(page, f"api-{question.key}", api),
        "files": _files(page, question, found, api) if found else [],
        "picture": page.pictures(question.key, asked) if found and found.picture else None,
        "attribution": page.credits(found.files) if found else [],
        "accuracy": page.atlas.accuracy(page.lang) if found and found.estimated else None,
    }


def _api(page: Page, name: str, asked: Mapping[str, str], **kwargs: str) -> str:
    return f"{reverse(name, kwargs={'slug': page.region.slug, **kwargs})}?{urlencode(asked)}"


def _files(page: Page, question: Question, found: Analysis, asked: Mapping[str, str]) -> list[tuple[str, list[Any]]]:
    name = f"api-{question.key}-file"
    return [
        (table.title, [(FORM_NAMES[form], _api(page, name, {**asked, "table": table.key}, sheet=form))
                       for form in forms_of(table)])
        for table in found.tables
    ]  # fmt: skip


def forms_of(table: Table) -> tuple[str, ...]:
    """Formats in which a table can be taken away: with shapes where its rows are areas that have some."""
    keys = [column.area for column in table.columns if column.area]
    shapes = bool(keys) and any(str(key).isdigit() for key in table.frame[keys[0]].drop_nulls())
    return (*_FORMS, *_SHAPES) if shapes else _FORMS


def control_groups(
    page: Page, params: Sequence[Param], state: State, problems: Mapping[str, str]
) -> list[tuple[str, list[dict[str, Any]]]]:
    """Controls in their groups: what the template draws for each parameter that matters now and leaves a choice."""
    drawn = [(param, _control(page, param, state, problems)) for param in params if param.matters(state)]
    shown = [(param, control) for param, control in drawn if param.kind != "choice" or control["options"]]
    return [
        (group, [control for _param, control in members])
        for group, members in groupby(shown, key=lambda pair: str(pair[0].group))
    ]


def _control(page: Page, param: Param, state: State, problems: Mapping[str, str]) -> dict[str, Any]:
    value = state[param.name]
    chosen = value if isinstance(value, list) else [value]
    options: Sequence[tuple[str, Any]] = param.options(page.atlas, page.region, state)
    if param.kind in ("area", "areas"):
        options = _towns(page)
    return {
        "param": param, "id": f"f-{param.name}", "value": value,
        "text": "" if value is None else f"{value:.10g}" if isinstance(value, int | float) else value,
        "options": [(key, label, key in chosen) for key, label in options],
        "least": _least(param, value), "most": f"{param.most:.10g}", "step": f"{param.step:g}",
        "decimals": 0 if param.whole else 1, "problem": problems.get(param.name, ""),
    }  # fmt: skip


def _least(param: Param, value: Any) -> str:
    """Lower end of a control, moved up by less than a step so that the value is one of its steps.

    Browsers put the thumb of a slider on the nearest step, which then is not where the value says.
    """
    if param.kind != "number" or not isinstance(value, int | float):
        return f"{param.least:g}"
    beyond = round((value - param.least) % param.step, 9)
    return f"{param.least + (0 if beyond >= param.step else beyond):.10g}"


def _towns(page: Page) -> list[tuple[str, str]]:
    areas = page.atlas.areas
    named = [(key, areas[key].name) for key in page.region.municipalities if key in areas and areas[key].inhabited]
    return sorted(named, key=lambda pair: alphabetical(pair[1]))
