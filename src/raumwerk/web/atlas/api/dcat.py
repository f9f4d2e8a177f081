"""``/dcat/``: the catalogue of datasets for harvesters, in the serialisation they ask for."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from raumwerk.errors import MissingError
from raumwerk.web.atlas.api.base import CURRENT, PINNED, conditional
from raumwerk.web.atlas.api.problems import problem
from raumwerk.web.atlas.exports.dcat import SERIALISATIONS, catalogue_graph, serialise
from raumwerk.web.atlas.queries.release import atlas_release
from raumwerk.web.kit.problems import sentence

__all__ = ["SERIALISATIONS", "dcat_catalogue"]


def dcat_catalogue(request: HttpRequest, ending: str | None = None) -> HttpResponse:
    """Return the catalogue; without an ending the ``Accept`` header chooses, Turtle where it does not say."""
    if request.method not in ("GET", "HEAD"):
        response = problem(405, "Method not allowed", "This catalogue is read with GET only.")
        response.headers["Allow"] = "GET, HEAD"
        return response
    try:
        atlas = atlas_release(request.GET.get("release"))
    except MissingError as error:
        return problem(404, "Not found", sentence(error))
    wanted = ending or _accepted(request)
    # addresses of pages in the catalogue are the German ones, whoever asks
    with translation.override(settings.LANGUAGE_CODE):
        body = atlas.remember(("dcat", wanted), lambda: serialise(catalogue_graph(atlas), wanted))
    response = HttpResponse(body, content_type=f"{SERIALISATIONS[wanted][1]}; charset=utf-8")
    response.headers["Cache-Control"] = PINNED if "release" in request.GET else CURRENT
    if ending is None:
        response.headers["Vary"] = "Accept"
    return conditional(request, response, atlas.id)


def _accepted(request: HttpRequest) -> str:
    preferred = request.get_preferred_type([media for _name, media in SERIALISATIONS.values()])
    return next((ending for ending, (_name, media) in SERIALISATIONS.items() if media == preferred), "ttl")
