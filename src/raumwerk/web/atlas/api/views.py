"""Questions that the API answers; see ``/api/v1/schema/``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.serializers import Serializer

from raumwerk.web.atlas.api import answers, params
from raumwerk.web.atlas.api.base import AtlasView
from raumwerk.web.atlas.api.described import PROBLEMS, example
from raumwerk.web.atlas.api.represent import flows_answer, profile_answer, values_answer
from raumwerk.web.atlas.queries import catalogue
from raumwerk.web.atlas.queries.flows import area_flows
from raumwerk.web.atlas.queries.lineage import KEYS, lineage
from raumwerk.web.atlas.queries.nation import nation_shapes
from raumwerk.web.atlas.queries.overview import all_releases, describe_sources
from raumwerk.web.atlas.queries.profile import area_profile
from raumwerk.web.atlas.queries.release import AtlasRelease, Region
from raumwerk.web.atlas.queries.shapes import region_shapes, shape_files
from raumwerk.web.atlas.queries.values import region_values

__all__ = ["AreaProfile", "Indicators", "Lineage", "NationShapes", "RegionDetail", "RegionFlows", "RegionShapes",
           "RegionValues", "Regions", "Releases", "Sources", "question", "scoped"]  # fmt: skip

View = TypeVar("View", bound=type[AtlasView])


def question(
    asked: type[params.CommonParams], answer: type[Serializer[Any]], *, name: str, summary: str
) -> Callable[[View], View]:
    """Give a view its parameters, and describe it for the OpenAPI file: parameters, answer, problems."""
    schema = extend_schema(
        operation_id=name,
        summary=summary,
        description=example(name),
        parameters=[asked],
        tags=["atlas"],
        responses={200: answer, **PROBLEMS},
    )

    def declared(view: View) -> View:
        view.params = asked
        described: View = extend_schema_view(get=schema)(view)
        return described

    return declared


@question(params.CommonParams, answers.Releases, name="releases", summary="Published releases, the newest first")
class Releases(AtlasView):
    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        return {"release": atlas.id, "releases": all_releases(), "attribution": _all(atlas, asked)}


@question(params.CommonParams, answers.Sources, name="sources", summary="Sources of a release with licence and files")
class Sources(AtlasView):
    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        return {
            "release": atlas.id,
            "sources": describe_sources(atlas, asked["lang"]),
            "notes": list(atlas.manifest.get("notes", [])),
            "attribution": _all(atlas, asked),
        }


@question(
    params.IndicatorParams, answers.Indicators, name="indicators", summary="Indicators with values, levels and periods"
)
class Indicators(AtlasView):
    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        described = [catalogue.describe_indicator(atlas, key, asked["lang"]) for key in atlas.indicators]
        wanted = [each for each in described if asked.get("topic") in (None, each["topic"])]
        return {"release": atlas.id, "indicators": wanted, "attribution": _all(atlas, asked)}


@question(params.CommonParams, answers.Regions, name="regions", summary="Regions of this installation")
class Regions(AtlasView):
    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        described = [catalogue.describe_region(atlas, slug, asked["lang"]) for slug in atlas.regions]
        short = ("slug", "key", "name", "short", "states")
        regions = [{name: each[name] for name in short} for each in described]
        return {"release": atlas.id, "regions": regions, "attribution": _all(atlas, asked)}


@question(
    params.CommonParams, answers.RegionDetail, name="region", summary="A region with its districts and municipalities"
)
class RegionDetail(AtlasView):
    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        described = catalogue.describe_region(atlas, kwargs["slug"], asked["lang"])
        files = atlas.manifest["tables"]["region_members"].get("files", [])
        return {"release": atlas.id, **described, "attribution": atlas.attribution(files, asked["lang"])}


@question(params.ShapeParams, answers.Shapes, name="shapes", summary="Shapes of a region for a map, WGS 84")
class RegionShapes(AtlasView):
    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        shapes = region_shapes(atlas, atlas.region(kwargs["slug"]), asked["level"], asked["lang"])
        return {**shapes, "attribution": atlas.attribution(shape_files(atlas), asked["lang"])}


@question(
    params.ValueParams, answers.Values, name="values", summary="Values of an indicator over the areas of a region"
)
class RegionValues(AtlasView):
    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        chosen = {key: asked.get(key) for key in ("level", "period")}
        view = region_values(
            atlas, scoped(atlas, kwargs["slug"], asked["scope"]),
            indicator=asked["indicator"], classes=asked["classes"], lang=asked["lang"],
            own=asked.get("breaks", ()), steady=asked["steady"], **chosen,
        )  # fmt: skip
        return values_answer(atlas, view, asked["lang"])


@question(params.FlowParams, answers.Flows, name="flows", summary="Commuters of an area by partner")
class RegionFlows(AtlasView):
    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        chosen = {key: asked.get(key) for key in ("area", "level", "period")}
        view = area_flows(
            atlas, atlas.region(kwargs["slug"]),
            direction=asked["direction"], border=asked["border"], lang=asked["lang"], **chosen,
        )  # fmt: skip
        return flows_answer(atlas, view, asked["lang"])


@question(params.AreaParams, answers.Profile, name="area", summary="Profile of a municipality or district")
class AreaProfile(AtlasView):
    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        region = atlas.region(asked["region"]) if "region" in asked else None
        profile = area_profile(atlas, kwargs["key"], lang=asked["lang"], region=region)
        return profile_answer(atlas, profile, asked["lang"])


@question(
    params.LineageParams, answers.Lineage, name="lineage", summary="From a number back to its files and their checksums"
)
class Lineage(AtlasView):
    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        key = {name: asked[name] for name in KEYS if name in asked}
        steps = lineage(atlas, asked["table"], key)
        files = [step["name"] for step in steps if step["kind"] == "file"]
        return {
            "release": atlas.id,
            "table": asked["table"],
            "steps": steps,
            "attribution": atlas.attribution(files, asked["lang"]),
        }


@question(
    params.NationParams, answers.NationShapes, name="nation_shapes", summary="Shapes of the whole country, compact"
)
class NationShapes(AtlasView):
    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        shapes = nation_shapes(atlas, asked["level"], asked["lang"])
        return {**shapes, "attribution": atlas.attribution(shape_files(atlas), asked["lang"])}


def scoped(atlas: AtlasRelease, slug: str, scope: str) -> Region:
    """The region of the address, or the whole country in its place."""
    region = atlas.region(slug)
    return atlas.country if scope == "germany" else region


def _all(atlas: AtlasRelease, asked: dict[str, Any]) -> list[dict[str, str]]:
    return atlas.attribution(atlas.manifest.get("files", {}), asked["lang"])
