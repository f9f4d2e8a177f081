"""The analyses of the planning pages as data: parameters, sentences, figures and tables, all with their words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers

from raumwerk import __version__
from raumwerk.errors import InputError, Problem
from raumwerk.web.atlas.api import answers
from raumwerk.web.atlas.api.base import AtlasView
from raumwerk.web.atlas.api.described import PROBLEMS, example
from raumwerk.web.atlas.api.files import FORMS, WITH_SHAPES, FigureView, answers_of, file_answer
from raumwerk.web.atlas.api.params import CommonParams, PictureParams
from raumwerk.web.atlas.exports.figure import IMAGE_FORMS
from raumwerk.web.atlas.exports.figure import Figure as ExportedFigure
from raumwerk.web.atlas.exports.planning import analysis_content
from raumwerk.web.atlas.exports.planning_figures import analysis_figure
from raumwerk.web.atlas.queries.planning.analysis import Analysis, Figure, Table
from raumwerk.web.atlas.queries.planning.params import Case, Param, read_state
from raumwerk.web.atlas.queries.planning.questions import Question
from raumwerk.web.atlas.queries.release import AtlasRelease

__all__ = [
    "SHEETS",
    "AnalysisAnswer",
    "AnalysisFigure",
    "AnalysisTable",
    "analysis_file",
    "analysis_view",
    "answer_of",
    "figures_answer",
    "param_field",
    "tables_answer",
]

#: Endings of the files: tables (with shapes where their rows are areas), and the map as a picture.
SHEETS = tuple(FORMS)


class AnalysisFigure(serializers.Serializer):
    key, name, unit, note = (answers.string() for _ in range(4))
    value, before = answers.number("Absent where unknown."), answers.number("Today's value, where one is compared.")
    decimals = serializers.IntegerField()


class AnalysisColumn(serializers.Serializer):
    name, description, unit = (answers.string() for _ in range(3))
    label = answers.string()  # type: ignore[assignment]  # a field of that name hides nothing that a serializer reads


class AnalysisTable(serializers.Serializer):
    key, title, note = (answers.string() for _ in range(3))
    columns = AnalysisColumn(many=True)
    rows = serializers.ListField(child=serializers.DictField(), help_text="One object per row, by column name.")


class AnalysisAnswer(serializers.Serializer):
    release = answers.string()
    code_version = answers.string(help_text="Version of the code that computed this.")
    question, title = answers.string(), answers.string()
    estimated = serializers.BooleanField(help_text="True when the answer rests on estimated flows: a model, no count.")
    accuracy = answers.Accuracy(allow_null=True)
    parameters = serializers.DictField(help_text="All parameters with the values that were used.")
    sentences, warnings = (serializers.ListField(child=answers.string()) for _ in range(2))
    figures = AnalysisFigure(many=True)
    tables = AnalysisTable(many=True)
    attribution = answers.Attribution(many=True)


def parameters_of(question: Question, *, table: bool = False) -> type[CommonParams]:
    """Serializer of a question's parameters, for its description."""
    fields: dict[str, Any] = {param.name: param_field(param) for param in question.params}
    if table:
        fields["table"] = serializers.RegexField(
            r"^[a-z_]{1,30}\Z", required=False, help_text="Default the first table."
        )
    base = PictureParams if table else CommonParams
    return type(f"{question.key.title()}{'File' if table else ''}Params", (base,), fields)


def param_field(param: Param) -> serializers.Field:
    """A parameter of an analysis as the API checks it."""
    told: dict[str, Any] = {"required": False, "help_text": str(param.help or param.label)}
    if param.kind == "choice" and callable(param.choices):
        return serializers.RegexField(r"^[\w:/-]{1,40}\Z", **told)
    if param.kind == "choice" and not callable(param.choices):
        return serializers.ChoiceField([key for key, _ in param.choices], **told)
    if param.kind in ("number", "amount"):
        if param.whole:
            return serializers.IntegerField(min_value=int(param.least), max_value=int(param.most), **told)
        return serializers.FloatField(min_value=param.least, max_value=param.most, **told)
    pattern = r"^\d{8}\Z" if param.kind == "area" else r"^\d{8}(,\d{8}){0,11}\Z"
    return serializers.RegexField(pattern, **told)


class _Analysed(FigureView):
    question: Question

    def checked(self, query: QueryDict) -> dict[str, Any]:
        return {**super().checked(query), "_given": query.dict()}

    def drawn(self, atlas: AtlasRelease, asked: dict[str, Any], slug: str) -> tuple[ExportedFigure, str]:
        case, found = self.analysed(atlas, asked, slug)
        return analysis_figure(case, found, self.question.params), f"raumwerk-{slug}-{found.key}-{atlas.id}"

    def analysed(self, atlas: AtlasRelease, asked: Mapping[str, Any], slug: str) -> tuple[Case, Analysis]:
        region = atlas.region(slug)
        state, problems = read_state(self.question.params, asked["_given"], atlas=atlas, region=region)
        if problems:
            raise InputError(Problem(text, column=name) for name, text in problems.items())
        case = Case(atlas, region, state, asked["lang"])
        return case, self.question.answer(case)


def analysis_view(question: Question) -> type[AtlasView]:
    """The view that answers a question as data."""

    class View(_Analysed):
        params = parameters_of(question)

        def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
            case, found = self.analysed(atlas, asked, kwargs["slug"])
            return answer_of(case, question, found)

    View.question = question
    described: type[AtlasView] = extend_schema_view(
        get=extend_schema(
            operation_id=f"analysis_{question.key}",
            summary=f"Analysis: {question.key}",
            description=example(f"analysis_{question.key}"),
            parameters=[View.params],
            tags=["analyses"],
            responses={200: AnalysisAnswer, **PROBLEMS},
        )
    )(View)
    return described


def analysis_file(question: Question) -> type[AtlasView]:
    """The view that hands out a table of an answer as a file."""

    class View(_Analysed):
        params = parameters_of(question, table=True)

        def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
            form = kwargs["sheet"]
            if form in IMAGE_FORMS:
                return self.picture(atlas, asked, kwargs["slug"], form)
            case, found = self.analysed(atlas, asked, kwargs["slug"])
            shapes = form in WITH_SHAPES
            content = analysis_content(case, found, question.params, asked.get("table"), shapes=shapes)
            return file_answer(content, form, case.lang)

    View.question = question
    form = OpenApiParameter("sheet", str, OpenApiParameter.PATH, enum=list(SHEETS), description="Format of the file.")
    described: type[AtlasView] = extend_schema_view(
        get=extend_schema(
            operation_id=f"analysis_{question.key}_file",
            summary=f"Tables and map of the analysis {question.key} as files",
            description=example(f"analysis_{question.key}_file"),
            parameters=[View.params, form],
            tags=["files"],
            responses={**answers_of(FORMS), **PROBLEMS},
        )
    )(View)
    return described


def answer_of(case: Case, question: Question, found: Analysis) -> dict[str, Any]:
    """An answer as the plain values that the API declares."""
    atlas, state, lang = case.atlas, case.state, case.lang
    return {
        "release": atlas.id,
        "code_version": __version__,
        "question": question.key,
        "title": found.title,
        "estimated": found.estimated,
        "accuracy": atlas.accuracy(lang) if found.estimated else None,
        "parameters": {param.name: state[param.name] for param in question.params},
        "sentences": list(found.sentences),
        "warnings": list(found.warnings),
        "figures": figures_answer(found.figures),
        "tables": tables_answer(found.tables),
        "attribution": atlas.attribution(found.files, lang),
    }


def figures_answer(figures: Iterable[Figure]) -> list[dict[str, Any]]:
    """Key figures as the API declares them."""
    return [
        {"key": each.key, "name": each.name, "value": each.value, "unit": str(each.unit), "decimals": each.decimals,
         "before": each.before, "note": each.note}
        for each in figures
    ]  # fmt: skip


def tables_answer(tables: Iterable[Table]) -> list[dict[str, Any]]:
    """Tables as the API declares them."""
    return [
        {
            "key": table.key, "title": table.title, "note": table.note,
            "columns": [{"name": each.name, "label": each.label, "description": each.description, "unit": each.unit}
                        for each in table.columns],
            "rows": table.rows(),
        }
        for table in tables
    ]  # fmt: skip
