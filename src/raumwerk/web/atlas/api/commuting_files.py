"""Downloads of the commuting page: the same questions as on the map, another ending."""

from __future__ import annotations

from typing import Any

from raumwerk.web.atlas.api.base import AtlasView
from raumwerk.web.atlas.api.commuting import expected_view
from raumwerk.web.atlas.api.files import file_answer, file_question, picture_answer
from raumwerk.web.atlas.api.params_commuting import CommutingFileParams, ExpectedFileParams, question_of
from raumwerk.web.atlas.exports.figure import IMAGE_FORMS
from raumwerk.web.atlas.exports.pair_figures import commuting_figure, interfaces_figure
from raumwerk.web.atlas.exports.pairs import commuting_content, interfaces_content
from raumwerk.web.atlas.queries.commuting import commuting
from raumwerk.web.atlas.queries.release import AtlasRelease

__all__ = ["CommutingFile", "InterfacesFile"]


@file_question(CommutingFileParams, "commuting_file", "Commuters of a set of areas, pair by pair, as a file or picture")
class CommutingFile(AtlasView):
    params = CommutingFileParams

    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        view = commuting(atlas, atlas.region(kwargs["slug"]), question_of(asked), lang=asked["lang"])
        content = commuting_content(atlas, view, kwargs["slug"], asked["lang"])
        if kwargs["form"] in IMAGE_FORMS:
            region = atlas.region(kwargs["slug"])
            figure = commuting_figure(atlas, region, view, lang=asked["lang"], borders=asked["borders"])
            return picture_answer(figure, content.stem, kwargs["form"], asked)
        return file_answer(content, kwargs["form"], asked["lang"])


@file_question(
    ExpectedFileParams,
    "interfaces_file",
    "Pairs of districts held against what could be expected, as a file or picture",
)
class InterfacesFile(AtlasView):
    params = ExpectedFileParams

    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        view = expected_view(atlas, kwargs["slug"], asked)
        content = interfaces_content(atlas, view, kwargs["slug"], asked["lang"])
        if kwargs["form"] in IMAGE_FORMS:
            region = atlas.region(kwargs["slug"])
            figure = interfaces_figure(atlas, region, view, lang=asked["lang"], borders=asked["borders"])
            return picture_answer(figure, content.stem, kwargs["form"], asked)
        return file_answer(content, kwargs["form"], asked["lang"])
