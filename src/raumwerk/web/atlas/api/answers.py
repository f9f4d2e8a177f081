"""Answers of the API, declared for the OpenAPI file and the TypeScript types made from it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from raumwerk.tables.status import Status

STATUSES = [status.value for status in Status]
LEVELS = ["municipality", "district"]


def string(**options: Any) -> serializers.CharField:
    return serializers.CharField(**options)


def number(help_text: str = "", **options: Any) -> serializers.FloatField:
    return serializers.FloatField(allow_null=True, help_text=help_text, **options)


class StatusField(serializers.ChoiceField):
    """How sure a value is."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=STATUSES, **options)


class Problem(serializers.Serializer):
    type, title, detail = string(), string(), string()
    status = serializers.IntegerField()
    problems = serializers.ListField(child=serializers.DictField(child=string()), required=False)


class Attribution(serializers.Serializer):
    source = string()  # type: ignore[assignment]  # a field of that name hides nothing that a serializer reads
    title, attribution, licence, licence_url = string(), string(), string(), string()


class Caveat(serializers.Serializer):
    caveat, text = string(), string()
    areas = serializers.ListField(child=string(), help_text="Keys of the areas the caveat concerns.")


class NamedArea(serializers.Serializer):
    key, name = string(), string()


class Municipality(NamedArea):
    district = string()
    inhabited = serializers.BooleanField(help_text="False for areas without municipal government and inhabitants.")


class BoundedNumber(serializers.Serializer):
    value = number("Absent where a part of it is masked or not listed.")
    lower, upper = number("Smallest possible value."), number("Largest possible value.")
    status = StatusField()


class Release(serializers.Serializer):
    release, created, code_version = string(), string(), string()
    current = serializers.BooleanField()
    sample = serializers.BooleanField(help_text="True when the figures are made up.")
    tables = serializers.DictField(child=serializers.IntegerField(), help_text="Rows by table.")


class Releases(serializers.Serializer):
    release = string(help_text="Release this answer speaks of.")
    releases = Release(many=True)
    attribution = Attribution(many=True)


class SourceFile(serializers.Serializer):
    sha256, name, origin, kept_at = string(), string(), string(), string()
    size = serializers.IntegerField()
    tables = serializers.ListField(child=string())


class Source(serializers.Serializer):
    key, title, publisher, licence, licence_url, attribution, address, notes = (string() for _ in range(8))
    files = SourceFile(many=True)


class Sources(serializers.Serializer):
    release = string()
    sources = Source(many=True)
    notes = serializers.ListField(child=serializers.JSONField(), help_text="What is missing, and known discrepancies.")
    attribution = Attribution(many=True)


class Indicator(serializers.Serializer):
    key, topic, name, description, caveat, unit = (string() for _ in range(6))
    decimals = serializers.IntegerField()
    direction = serializers.ChoiceField(["up", "down", "neutral"], help_text="Which way counts as better.")
    diverging_at = number("Middle of a diverging scale, if the indicator has one.")
    absolute = serializers.BooleanField(help_text="A count: a map shows it by symbols, not by shades of the areas.")
    periods = serializers.DictField(
        child=serializers.ListField(child=string()), help_text="Periods with values, by level."
    )


class Indicators(serializers.Serializer):
    release = string()
    indicators = Indicator(many=True)
    attribution = Attribution(many=True)


class RegionSummary(serializers.Serializer):
    slug, key, name, short = string(), string(), string(), string()
    states = NamedArea(many=True)


class Regions(serializers.Serializer):
    release = string()
    regions = RegionSummary(many=True)
    attribution = Attribution(many=True)


class RegionDetail(RegionSummary):
    release = string()
    districts = NamedArea(many=True)
    municipalities = Municipality(many=True)
    core = serializers.ListField(child=string(), help_text="Keys of the municipalities of the core, if it was entered.")
    attribution = Attribution(many=True)


def _nested(depth: int) -> serializers.Field:
    return serializers.FloatField() if depth == 0 else serializers.ListField(child=_nested(depth - 1))


class MultiPolygon(serializers.Serializer):
    type = serializers.ChoiceField(["MultiPolygon"])
    coordinates = _nested(4)


class MultiLineString(serializers.Serializer):
    type = serializers.ChoiceField(["MultiLineString"])
    coordinates = _nested(3)


class ShapeProperties(serializers.Serializer):
    key, name, state, district = string(), string(), string(), string()
    inhabited = serializers.BooleanField()
    x, y = number("Longitude of the centre."), number("Latitude of the centre.")


class ShapeFeature(serializers.Serializer):
    type = serializers.ChoiceField(["Feature"])
    id = string()
    properties = ShapeProperties()
    geometry = MultiPolygon()


class ShapeCollection(serializers.Serializer):
    type = serializers.ChoiceField(["FeatureCollection"])
    features = ShapeFeature(many=True)


class Label(NamedArea):
    x, y = serializers.FloatField(), serializers.FloatField()


class Shapes(serializers.Serializer):
    release = string()
    level = serializers.ChoiceField(LEVELS)
    features = ShapeCollection(help_text="Members of the region.")
    context = ShapeCollection(help_text="Districts around it and its strongest partners.")  # type: ignore[assignment]
    borders = MultiLineString(help_text="Borders between states.")
    outline = MultiPolygon(help_text="The region as a whole.")
    labels = Label(many=True, help_text="Largest towns, for the names on a map.")
    attribution = Attribution(many=True)


class PackedRings(serializers.Serializer):
    sizes = serializers.ListField(child=serializers.IntegerField(), help_text="Number of points of each ring.")
    steps = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="x and y of each point in units of 1/scale degree, as difference to the point before it.",
    )


class NationShapes(serializers.Serializer):
    release = string()
    level = serializers.ChoiceField(LEVELS)
    scale = serializers.IntegerField(help_text="Steps in one degree.")
    areas = serializers.ListField(child=string(), help_text="Keys; the lists below have the same order.")
    names = serializers.ListField(child=string())
    rings = serializers.ListField(child=serializers.IntegerField(), help_text="Number of rings of each area.")
    shapes = PackedRings()
    states = PackedRings(help_text="Borders of the states.")
    attribution = Attribution(many=True)


class Comparison(BoundedNumber):
    area, name = string(), string()


class Breaks(serializers.Serializer):
    """Inner borders of the classes; a value on a border belongs to the class above it."""

    quantile, equal, natural = (serializers.ListField(child=serializers.FloatField()) for _ in range(3))
    own = serializers.ListField(child=serializers.FloatField(), required=False, help_text="As asked for.")


class Values(serializers.Serializer):
    release = string()
    indicator = Indicator()
    level = serializers.ChoiceField(LEVELS)
    period = string()
    periods = serializers.ListField(child=string())
    areas = serializers.ListField(child=string(), help_text="Keys; the lists below have the same order.")
    names = serializers.ListField(child=string())
    values, lower, upper = (serializers.ListField(child=number()) for _ in range(3))
    status = serializers.ListField(child=StatusField())
    inhabited = serializers.ListField(child=serializers.BooleanField())
    caveats = Caveat(many=True)
    comparison = Comparison(many=True, help_text="Region, states, nation.")
    breaks = Breaks()
    attribution = Attribution(many=True)


class FlowRow(BoundedNumber):
    area, name = string(), string()
    state = string(allow_null=True)
    x, y = number("Longitude of the centre."), number("Latitude of the centre.")
    crosses = serializers.BooleanField(help_text="Everybody of this row crosses a state border.")
    km = number("Distance between the centres.")


class FlowTotal(BoundedNumber):
    listed = serializers.FloatField(help_text="Sum of the listed pairs.")


class FlowCrossing(FlowTotal):
    share = number("Share of all commuters, per cent; absent where known within bounds only, and for estimates.")
    share_listed = number("Share of the listed commuters, per cent: the one to compare periods by.")
    share_lower = number("Smallest possible share of all commuters, per cent.")
    share_upper = number("Largest possible share of all commuters, per cent.")


class Interval(serializers.Serializer):
    lower, upper = number(), number()


class Accuracy(serializers.Serializer):
    text = string(help_text="How well the method finds flows that are known.")
    figures = serializers.DictField(child=serializers.FloatField())


class Flows(serializers.Serializer):
    release, area, name = string(), string(), string()
    x, y = number("Longitude of the area's centre."), number("Latitude of the area's centre.")
    direction = serializers.ChoiceField(["out", "in"])
    level = serializers.ChoiceField(LEVELS)
    period = string()
    periods = serializers.ListField(child=string())
    border = serializers.ChoiceField(["all", "crossing", "within"])
    estimated = serializers.BooleanField(help_text="True when every row is a model's estimate, not a count.")
    accuracy = Accuracy(allow_null=True)
    total = FlowTotal(help_text="Everybody who goes to (comes from) another area of Germany for work, without filter.")
    crossing = FlowCrossing(help_text="Those of them who cross a state border.")
    shown = BoundedNumber(help_text="Sum of the rows.")
    internal = BoundedNumber(allow_null=True, help_text="Live and work in the area.")
    abroad = BoundedNumber(allow_null=True, help_text="Come from abroad; not part of the total.")
    unlisted = Interval(allow_null=True, help_text="Persons of the pairs that the publisher does not list.")
    rows = FlowRow(many=True)
    caveats = Caveat(many=True)
    attribution = Attribution(many=True)


class SeriesPoint(BoundedNumber):
    period = string()


class ProfileRow(serializers.Serializer):
    indicator, name, topic, unit, period = (string() for _ in range(5))
    decimals = serializers.IntegerField()
    direction = serializers.ChoiceField(["up", "down", "neutral"])
    value, lower, upper = number(), number(), number()
    status = StatusField()
    caveat = string(allow_null=True)
    comparison = Comparison(many=True, help_text="District, region, state, nation, for the same period.")
    rank = serializers.IntegerField(allow_null=True, help_text="Place among the region's areas of this level.")
    of = serializers.IntegerField(help_text="Number of ranked areas.")
    series = SeriesPoint(many=True)


class Profile(serializers.Serializer):
    release, area, name, level = string(), string(), string(), string()
    kind = string(allow_null=True)
    inhabited = serializers.BooleanField()
    region = string(allow_null=True)
    parents = NamedArea(many=True)
    indicators = ProfileRow(many=True)
    partners = serializers.DictField(child=Flows(), help_text="Flows by direction; empty where the release has none.")
    attribution = Attribution(many=True)


class LineageStep(serializers.Serializer):
    kind = serializers.ChoiceField(["row", "table", "file", "source"])
    name, text = string(), string()
    details = serializers.JSONField()


class Lineage(serializers.Serializer):
    release, table = string(), string()
    steps = LineageStep(many=True)
    attribution = Attribution(many=True)
