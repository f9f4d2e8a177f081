"""Downloads of the commuting page: the same questions as on the map, another ending."""

from __future__ import annotations

from typing import Any

from raumwerk.web.atlas.api.commuting import expected_view
from raumwerk.web.atlas.api.files import FigureView, file_answer, file_question
from raumwerk.web.atlas.api.params_commuting import CommutingFileParams, ExpectedFileParams, question_of
from raumwerk.web.atlas.exports.figure import IMAGE_FORMS, Figure
from raumwerk.web.atlas.exports.pair_figures import commuting_figure, interfaces_figure
from raumwerk.web.atlas.exports.pairs import commuting_content, interfaces_content
from raumwerk.web.atlas.queries.commuting import commuting
from raumwerk.web.atlas.queries.release import AtlasRelease

__all__ = ["CommutingFile", "InterfacesFile"]


@file_question(CommutingFileParams, "commuting_file", "Commuters of a set of areas, pair by pair, as a file or picture")
class CommutingFile(FigureView):
    params = CommutingFileParams

    def drawn(self, atlas: AtlasRelease, asked: dict[str, Any], slug: str) -> tuple[Figure, str]:
        region, lang = atlas.region(slug), asked["lang"]
        view = commuting(atlas, region, question_of(asked), lang=lang)
        figure = commuting_figure(atlas, region, view, lang=lang, borders=asked["borders"])
        return figure, commuting_content(atlas, view, slug, lang).stem

    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        slug, form, lang = kwargs["slug"], kwargs["form"], asked["lang"]
        if form in IMAGE_FORMS:
            return self.picture(atlas, asked, slug, form)
        view = commuting(atlas, atlas.region(slug), question_of(asked), lang=lang)
        return file_answer(commuting_content(atlas, view, slug, lang), form, lang)


@file_question(
    ExpectedFileParams,
    "interfaces_file",
    "Pairs of districts held against what could be expected, as a file or picture",
)
class InterfacesFile(FigureView):
    params = ExpectedFileParams

    def drawn(self, atlas: AtlasRelease, asked: dict[str, Any], slug: str) -> tuple[Figure, str]:
        view, lang = expected_view(atlas, slug, asked), asked["lang"]
        figure = interfaces_figure(atlas, atlas.region(slug), view, lang=lang, borders=asked["borders"])
        return figure, interfaces_content(atlas, view, slug, lang).stem

    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        slug, form, lang = kwargs["slug"], kwargs["form"], asked["lang"]
        if form in IMAGE_FORMS:
            return self.picture(atlas, asked, slug, form)
        return file_answer(interfaces_content(atlas, expected_view(atlas, slug, asked), slug, lang), form, lang)
