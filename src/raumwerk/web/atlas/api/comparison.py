"""Scenarios beside today: as data, the tables as files, the maps side by side as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from django.http import QueryDict
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from raumwerk import __version__
from raumwerk.errors import InputError, MissingError, Problem
from raumwerk.web.atlas.api import answers
from raumwerk.web.atlas.api.described import PROBLEMS, example
from raumwerk.web.atlas.api.files import WITH_SHAPES, FigureView, file_answer, file_question
from raumwerk.web.atlas.api.params import CommonParams, PictureParams
from raumwerk.web.atlas.api.planning import (
    AnalysisFigure,
    AnalysisTable,
    figures_answer,
    param_field,
    tables_answer,
)
from raumwerk.web.atlas.exports.content import Content, origin_facts
from raumwerk.web.atlas.exports.figure import IMAGE_FORMS, Figure
from raumwerk.web.atlas.exports.planning import table_fields, table_shapes
from raumwerk.web.atlas.exports.planning_figures import scenarios_figure
from raumwerk.web.atlas.queries.planning.params import Case, State, as_text, read_state
from raumwerk.web.atlas.queries.planning.questions import QUESTIONS
from raumwerk.web.atlas.queries.planning.scenarios import WEIGHTS
from raumwerk.web.atlas.queries.planning.scenarios_view import Comparison, comparison_of
from raumwerk.web.atlas.queries.release import AtlasRelease
from raumwerk.web.atlas.queries.shapes import shape_files

__all__ = ["ScenarioComparison", "ScenarioComparisonFile"]

MOST_COMPARED = 4


class _Scenarios(serializers.Serializer):
    """Which scenarios to compare."""

    s = serializers.ListField(
        child=serializers.CharField(max_length=4000, allow_blank=True), max_length=MOST_COMPARED, allow_empty=False,
        help_text="Levers of a scenario as the address of its page, with its name; given up to four times.",
    )  # fmt: skip


_weights: dict[str, Any] = {param.name: param_field(param) for param in WEIGHTS}
ComparisonParams: type[CommonParams] = type("ComparisonParams", (_Scenarios, CommonParams), _weights)


class ComparisonFileParams(ComparisonParams, PictureParams):  # type: ignore[misc, valid-type]  # made of the weights
    """Which scenarios to compare, and which table to take."""

    table = serializers.RegexField(
        r"^[a-z_]{1,30}\Z", required=False, help_text="Default the outcomes; of a file with shapes, the areas."
    )


class ComparedScenario(serializers.Serializer):
    name = answers.string()
    parameters = serializers.DictField(help_text="All levers and assumptions with the values that were used.")
    sentences = serializers.ListField(child=answers.string())
    figures = AnalysisFigure(many=True)


class ScenarioComparisonAnswer(serializers.Serializer):
    release = answers.string()
    code_version = answers.string(help_text="Version of the code that computed this.")
    accuracy = answers.Accuracy(allow_null=True)
    weights = serializers.DictField(help_text="What counts for the two groups, with the values that were used.")
    scenarios = ComparedScenario(many=True)
    tables = AnalysisTable(many=True)
    warnings = serializers.ListField(child=answers.string())
    attribution = answers.Attribution(many=True)


@dataclass(frozen=True, slots=True)
class _Compared:
    cases: Mapping[str, Case]
    weights: State
    found: Comparison

    @property
    def tables(self) -> list[Any]:
        return [*self.found.tables, self.found.areas]


class _Comparing(FigureView):
    def given(self, query: QueryDict) -> dict[str, Any]:
        """The scenarios are given one by one."""
        return {**query.dict(), **({"s": query.getlist("s")} if "s" in query else {})}

    def checked(self, query: QueryDict) -> dict[str, Any]:
        return {**super().checked(query), "_given": query.dict()}

    def drawn(self, atlas: AtlasRelease, asked: dict[str, Any], slug: str) -> tuple[Figure, str]:
        compared = self.compared(atlas, asked, slug)
        return scenarios_figure(compared.cases, compared.found.views, compared.tables), _stem(atlas, compared, slug)

    def compared(self, atlas: AtlasRelease, asked: Mapping[str, Any], slug: str) -> _Compared:
        """The scenarios of the address beside today."""
        cases = _cases(atlas, slug, asked)
        weights, problems = read_state(WEIGHTS, asked["_given"], atlas=atlas, region=atlas.region(slug))
        if problems:
            raise InputError(Problem(text, column=name) for name, text in problems.items())
        return _Compared(cases, weights, comparison_of(cases, weights))


@extend_schema_view(
    get=extend_schema(
        operation_id="scenario_comparison",
        summary="Scenarios beside today: outcomes, ranks by the weights of two groups, change of each municipality",
        description=example("scenario_comparison"),
        parameters=[ComparisonParams],
        tags=["analyses"],
        responses={200: ScenarioComparisonAnswer, **PROBLEMS},
    )
)
class ScenarioComparison(_Comparing):
    params = ComparisonParams

    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        compared, lang = self.compared(atlas, asked, kwargs["slug"]), asked["lang"]
        first = next(iter(compared.found.views.values()))
        scenarios = [
            {"name": name, "parameters": dict(compared.cases[name].state), "sentences": list(view.sentences),
             "figures": figures_answer(view.figures)}
            for name, view in compared.found.views.items()
        ]  # fmt: skip
        return {
            "release": atlas.id,
            "code_version": __version__,
            "accuracy": atlas.accuracy(lang),
            "weights": dict(compared.weights),
            "scenarios": scenarios,
            "tables": tables_answer(compared.tables),
            "warnings": list(first.warnings),
            "attribution": atlas.attribution(first.files, lang),
        }


@file_question(ComparisonFileParams, "scenario_comparison_file", "Scenarios beside today: tables or maps as files")
class ScenarioComparisonFile(_Comparing):
    params = ComparisonFileParams

    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        slug, form = kwargs["slug"], kwargs["form"]
        if form in IMAGE_FORMS:
            return self.picture(atlas, asked, slug, form)
        compared = self.compared(atlas, asked, slug)
        stem = _stem(atlas, compared, slug)
        return file_answer(_content(atlas, compared, asked, stem, shapes=form in WITH_SHAPES), form, asked["lang"])


def _stem(atlas: AtlasRelease, compared: _Compared, slug: str) -> str:
    return f"raumwerk-{slug}-scenarios-{len(compared.cases)}-{atlas.id}"


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


def _content(atlas: AtlasRelease, compared: _Compared, asked: Mapping[str, Any], stem: str, *, shapes: bool) -> Content:
    """One table with the levers of every scenario."""
    tables = {table.key: table for table in compared.tables}
    wanted = asked.get("table") or ("areas" if shapes else next(iter(tables)))
    if wanted not in tables:
        told = gettext("There is no table “%(table)s”; possible are: %(known)s.")
        raise MissingError(told % {"table": wanted, "known": ", ".join(tables)})
    chosen, params = tables[wanted], QUESTIONS["scenarios"].params
    fields, key = table_fields(chosen)
    frame = chosen.frame.select([field.name for field in fields])
    one = next(iter(compared.found.views.values()))
    facts = [
        (name, "; ".join(f"{each}={value}" for each, value in as_text(params, case.state).items()) or "–")
        for name, case in compared.cases.items()
    ]
    facts += [(gettext("Note"), text) for text in one.warnings]
    files = [*one.files, *(shape_files(atlas) if shapes else [])]
    facts += [(gettext("Raumwerk"), __version__), *origin_facts(atlas, files, asked["lang"])]
    geometries = table_shapes(atlas, frame, key, chosen.title) if shapes else {}
    created = str(atlas.manifest["created"])
    return Content(f"{stem}-{chosen.key}", chosen.title, fields, frame, facts, geometries, created)
