"""Scenarios compared, to take away: the tables as data, the maps side by side as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import polars as pl
from django.utils.translation import gettext
from rest_framework import serializers
from rest_framework.request import Request

from raumwerk import __version__
from raumwerk.errors import InputError, MissingError, Problem
from raumwerk.web.atlas.api.base import AtlasView
from raumwerk.web.atlas.api.files import TABLES, file_answer, file_question, picture_answer
from raumwerk.web.atlas.api.params import PictureParams
from raumwerk.web.atlas.api.planning import param_field
from raumwerk.web.atlas.exports.content import Content, Field, origin_facts
from raumwerk.web.atlas.exports.figure import IMAGE_FORMS
from raumwerk.web.atlas.exports.planning_figures import scenarios_figure
from raumwerk.web.atlas.queries.planning.analysis import Analysis, Table
from raumwerk.web.atlas.queries.planning.params import Case, as_text, read_state
from raumwerk.web.atlas.queries.planning.questions import QUESTIONS
from raumwerk.web.atlas.queries.planning.scenarios import WEIGHTS
from raumwerk.web.atlas.queries.planning.scenarios_view import compare_scenarios, scenario_analysis
from raumwerk.web.atlas.queries.release import AtlasRelease

__all__ = ["COMPARISON_FORMS", "ScenarioComparisonFile"]

MOST_COMPARED = 4
#: Scenarios are no areas: tables without shapes, and pictures.
COMPARISON_FORMS = {**{form: media for form, media in TABLES.items() if form not in ("geojson", "gpkg")}, **IMAGE_FORMS}


class _Compared(PictureParams):
    """Which scenarios to compare, and what counts for the groups."""

    s = serializers.ListField(
        child=serializers.CharField(max_length=4000, allow_blank=True), max_length=MOST_COMPARED, allow_empty=False,
        help_text="Levers of a scenario as the address of its page, with its name; given up to four times.",
    )  # fmt: skip
    table = serializers.RegexField(r"^[a-z_]{1,30}\Z", required=False, help_text="Default the outcomes.")


_weights: dict[str, Any] = {param.name: param_field(param) for param in WEIGHTS}
ComparisonParams: type[PictureParams] = type("ComparisonParams", (_Compared,), _weights)


@file_question(ComparisonParams, "scenario_comparison", "Scenarios beside today: tables or maps", COMPARISON_FORMS)
class ScenarioComparisonFile(AtlasView):
    params = ComparisonParams

    def checked(self, request: Request) -> dict[str, Any]:
        """Parameters after every check; the scenarios are given one by one."""
        given: dict[str, Any] = request.query_params.dict()
        if "s" in given:
            given["s"] = request.query_params.getlist("s")
        asked = self.params(data=given)
        unknown = sorted(set(given) - set(asked.fields))
        if unknown:
            told = gettext("is no parameter of this question; possible are: %(known)s")
            raise serializers.ValidationError({name: [told % {"known": ", ".join(asked.fields)}] for name in unknown})
        asked.is_valid(raise_exception=True)
        valid: dict[str, Any] = asked.validated_data
        return {**valid, "_given": given}

    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        cases = _cases(atlas, kwargs["slug"], asked)
        region = atlas.region(kwargs["slug"])
        weights, problems = read_state(WEIGHTS, asked["_given"], atlas=atlas, region=region)
        if problems:
            raise InputError(Problem(text, column=name) for name, text in problems.items())
        tables, _judged = compare_scenarios(cases, weights)
        views = {name: scenario_analysis(case) for name, case in cases.items()}
        stem = f"raumwerk-{region.slug}-scenarios-{len(cases)}-{atlas.id}"
        if kwargs["form"] in IMAGE_FORMS:
            return picture_answer(scenarios_figure(cases, views, tables), stem, kwargs["form"], asked)
        return file_answer(_content(cases, views, tables, asked.get("table"), stem), kwargs["form"], asked["lang"])


def _cases(atlas: AtlasRelease, slug: str, asked: Mapping[str, Any]) -> dict[str, Case]:
    region, params = atlas.region(slug), QUESTIONS["scenarios"].params
    cases: dict[str, Case] = {}
    for number, text in enumerate(asked["s"], start=1):
        given = dict(parse_qsl(text.removeprefix("?")))
        state, problems = read_state(params, given, atlas=atlas, region=region)
        if problems:
            raise InputError(Problem(f"s{number} {name}: {told}", column="s") for name, told in problems.items())
        name = given.get("name", "")[:80] or gettext("Scenario %(number)s") % {"number": number}
        while name in cases or name == gettext("Today"):
            name = f"{name} ({number})"
        cases[name] = Case(atlas, region, state, asked["lang"])
    return cases


def _content(
    cases: Mapping[str, Case], views: Mapping[str, Analysis], tables: list[Table], wanted: str | None, stem: str
) -> Content:
    """One table with the levers of every scenario."""
    chosen = next((table for table in tables if table.key == (wanted or tables[0].key)), None)
    if chosen is None:
        told = gettext("There is no table “%(table)s”; possible are: %(known)s.")
        raise MissingError(told % {"table": wanted, "known": ", ".join(table.key for table in tables)})
    atlas, lang = next((case.atlas, case.lang) for case in cases.values())
    params = QUESTIONS["scenarios"].params
    facts = [
        (name, "; ".join(f"{key}={value}" for key, value in as_text(params, case.state).items()) or "–")
        for name, case in cases.items()
    ]
    one = next(iter(views.values()))
    facts += [(gettext("Note"), text) for text in one.warnings]
    facts += [(gettext("Raumwerk"), __version__), *origin_facts(atlas, one.files, lang)]
    fields = [Field(each.name, each.label, each.description, str(each.unit)) for each in chosen.columns]
    frame: pl.DataFrame = chosen.frame.select([field.name for field in fields])
    return Content(f"{stem}-{chosen.key}", chosen.title, fields, frame, facts, {}, str(atlas.manifest["created"]))
