"""What a profile says beside its indicators: official types, nearest centres, age and economy; as data."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from rest_framework import serializers

from raumwerk.errors import MissingError
from raumwerk.web.atlas.api import answers
from raumwerk.web.atlas.api.base import AtlasView
from raumwerk.web.atlas.api.params import CommonParams, PlaceParams
from raumwerk.web.atlas.api.views import question
from raumwerk.web.atlas.exports.place_figures import STRUCTURES
from raumwerk.web.atlas.queries.place import centre_access, classifications
from raumwerk.web.atlas.queries.release import AtlasRelease
from raumwerk.web.atlas.queries.structure import Structure

__all__ = ["Place"]


class PlaceDataParams(CommonParams):
    """Which municipalities or districts, taken together."""

    area = PlaceParams().fields["area"]


class PlaceFact(serializers.Serializer):
    scheme, name, period = (answers.string() for _each in range(3))
    label = answers.string()  # type: ignore[assignment]  # a field of that name hides nothing that a serializer reads


class PlaceCentre(serializers.Serializer):
    level, origin, centre, centre_name = (answers.string() for _each in range(4))
    km = serializers.FloatField(help_text="As the crow flies; 0 for a centre itself. The farthest of several areas.")


class StructureGroup(serializers.Serializer):
    name = answers.string()
    persons, share = answers.BoundedNumber(), answers.BoundedNumber(help_text="Per cent of all.")
    compared = answers.BoundedNumber(allow_null=True, help_text="Per cent in the region.")


class PlaceStructure(serializers.Serializer):
    key, title, period = (answers.string() for _each in range(3))
    districts = serializers.ListField(child=answers.string(), help_text="Known for whole districts only.")
    groups = StructureGroup(many=True)


class PlaceAnswer(serializers.Serializer):
    release = answers.string()
    areas = answers.NamedArea(many=True)
    facts = PlaceFact(many=True, help_text="Official types of a single area; empty for several.")
    centres = PlaceCentre(many=True, help_text="Nearest centres of municipalities.")
    structures = PlaceStructure(many=True)
    attribution = answers.Attribution(many=True)


@question(PlaceDataParams, PlaceAnswer, name="place", summary="Official types, nearest centres, age and economy")
class Place(AtlasView):
    def answer(self, atlas: AtlasRelease, asked: dict[str, Any], **kwargs: Any) -> Any:
        region, lang = atlas.region(kwargs["slug"]), asked["lang"]
        keys = list(dict.fromkeys(str(asked["area"]).split(",")))
        known = {*region.municipalities, *region.districts}
        for key in keys:
            if key not in known:
                told = gettext("“%(area)s” is no municipality and no district of this region")
                raise MissingError(told % {"area": key})
        districts = tuple(sorted({key[:5] for key in keys}))
        facts = classifications(atlas, keys[0], districts[0], lang) if len(keys) == 1 else []
        towns = tuple(key for key in keys if len(key) == 8)
        found = {key: ask(atlas, districts, region.districts, lang) for key, (ask, _title) in STRUCTURES.items()}
        structures = {key: each for key, each in found.items() if each is not None}
        files = {fact.file for fact in facts} | {file for each in structures.values() for file in each.files}
        return {
            "release": atlas.id,
            "areas": [{"key": key, "name": atlas.name(key, lang)} for key in keys],
            "facts": [{name: getattr(fact, name) for name in ("scheme", "name", "label", "period")} for fact in facts],
            "centres": [
                {"level": way.level, "origin": way.origin, "centre": way.centre,
                 "centre_name": atlas.name(way.centre, lang), "km": way.km}
                for way in (centre_access(atlas, towns, lang) if len(towns) == len(keys) else ())
            ],
            "structures": [_structure(key, each) for key, each in structures.items()],
            "attribution": atlas.attribution(sorted(files), lang),
        }  # fmt: skip


def _structure(key: str, found: Structure) -> dict[str, Any]:
    groups = [
        {"name": each.name, "persons": each.persons, "share": each.share, "compared": each.compared}
        for each in found.groups
    ]
    title = STRUCTURES[key][1]()
    return {"key": key, "title": title, "period": found.period, "districts": list(found.areas), "groups": groups}
