"""Pharmacies and other places of supply: the way to the nearest, and how many people share them."""

from __future__ import annotations

from typing import Any

import polars as pl
import shapely
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from raumwerk.analysis.access import floating_catchment, nearest_centre, step_weight
from raumwerk.analysis.straight_line import straight_line_travel
from raumwerk.analysis.travel import TravelMatrix
from raumwerk.errors import MissingError
from raumwerk.tables.keys import Level
from raumwerk.web.atlas.queries.planning.analysis import Analysis, Column, Dot, Figure, Table, kept
from raumwerk.web.atlas.queries.planning.centres import minutes_picture, own_places, straight_line_note
from raumwerk.web.atlas.queries.planning.drawing import WIDTH, drawing_of
from raumwerk.web.atlas.queries.planning.inputs import files_of, places_of
from raumwerk.web.atlas.queries.planning.params import Case, Param
from raumwerk.web.atlas.queries.release import AtlasRelease, Region
from raumwerk.web.atlas.queries.shapes import full_shapes

__all__ = ["KINDS", "SUPPLY_PARAMS", "points_near", "supply_analysis"]

_VIEW = {"view": ("supply",)}
KINDS = {
    "pharmacy": _("pharmacies"),
    "hospital": _("hospitals"),
    "school": _("schools"),
    "station": _("railway stations"),
}

SUPPLY_PARAMS = (
    Param(
        name="kind",
        label=_("Places of supply"),
        default="pharmacy",
        group=_("Supply"),
        when=_VIEW,
        choices=tuple(KINDS.items()),
    ),
    Param(
        name="reach",
        label=_("Within reach means"),
        kind="number",
        default=15,
        least=5,
        most=60,
        step=5,
        unit=_("minutes by car"),
        group=_("Supply"),
        when=_VIEW,
    ),
    Param(
        name="sharing",
        label=_("People share places"),
        default="e2sfca",
        group=_("Supply"),
        when=_VIEW,
        choices=(
            ("2sfca", _("alike within reach (2SFCA)")),
            ("e2sfca", _("the nearer the more (E2SFCA)")),
            ("3sfca", _("and choose among several (3SFCA)")),
        ),
        help=_("How places within reach are counted against the people who share them."),
    ),
)

_AROUND = 0.9  # degrees around the region: people and places there compete too (about 60 to 100 km)
_FEW = 700  # places that are drawn as dots


def points_near(atlas: AtlasRelease, region: Region, kind: str) -> pl.DataFrame:
    """Places of a kind in and around the region: ``area`` (their key), ``name, longitude, latitude, district, size``.

    ``size`` is what they offer (beds of a hospital) where the source says so for all of them, else 1.
    """
    return atlas.remember(("planning:points", region.slug, kind), lambda: _points(atlas, region, kind))


def _points(atlas: AtlasRelease, region: Region, kind: str) -> pl.DataFrame:
    tables = [name for name in ("points", "points_odbl") if atlas.has(name)]
    frames = [atlas.table(name).filter(pl.col("kind") == kind).collect() for name in tables]
    found = next((frame for frame in frames if frame.height), None)
    if found is None:
        told = gettext("Release %(release)s holds no places of the kind “%(kind)s”.")
        raise MissingError(told % {"release": atlas.id, "kind": kind})
    found = found.filter(pl.col("period") == pl.col("period").max())
    own = own_places(atlas, region)
    for side in ("longitude", "latitude"):
        low, high = (float(value) for value in (own[side].min(), own[side].max()))  # type: ignore[arg-type]
        found = found.filter(pl.col(side).is_between(low - _AROUND, high + _AROUND))
    sized = found["capacity"].null_count() == 0 and float(found["capacity"].sum()) > 0
    chosen = found.unique("point", keep="first", maintain_order=True).select(
        pl.lit("p:").add(pl.col("point").cast(pl.String)).alias("area"),
        "name",
        "longitude",
        "latitude",
        (pl.col("capacity").cast(pl.Float64) if sized else pl.lit(1.0)).alias("size"),
        "file",
    )
    return chosen.with_columns(_districts(atlas, chosen))


def _districts(atlas: AtlasRelease, points: pl.DataFrame) -> pl.Series:
    shapes = atlas.remember("planning:district shapes", lambda: full_shapes(atlas, atlas.keys_of(Level.DISTRICT)))
    keys = list(shapes)
    spots = shapely.points(points["longitude"].to_numpy(), points["latitude"].to_numpy())
    at, which = shapely.STRtree(list(shapes.values())).query(spots, predicate="intersects")
    found: dict[int, str] = {}
    for spot, number in zip(at.tolist(), which.tolist(), strict=True):
        found.setdefault(spot, keys[number])
    return pl.Series("district", [found.get(number) for number in range(points.height)], pl.String)


def _case_of(case: Case) -> tuple[pl.DataFrame, pl.DataFrame, TravelMatrix]:
    """People around, places, and the ways between them."""
    atlas, region, kind = case.atlas, case.region, case.state["kind"]
    points = points_near(atlas, region, kind)

    def made() -> tuple[pl.DataFrame, TravelMatrix]:
        own = own_places(atlas, region)
        near = places_of(atlas)
        for side in ("longitude", "latitude"):
            low, high = (float(value) for value in (own[side].min(), own[side].max()))  # type: ignore[arg-type]
            near = near.filter(pl.col(side).is_between(low - _AROUND, high + _AROUND))
        return near, straight_line_travel(near, destinations=points)

    near, ways = kept(atlas, ("supply ways", region.slug, kind), made)
    return near, points, ways


def supply_analysis(case: Case) -> Analysis:
    """Way to the nearest place of supply, and places per 10,000 people who share them."""
    atlas, region, state = case.atlas, case.region, case.state
    key = ("supply", region.slug, *(state[name] for name in ("kind", "reach", "sharing", "border")))
    frame, numbers = kept(atlas, key, lambda: _measured(case))
    kind = str(KINDS[state["kind"]])
    unit = gettext("beds") if state["kind"] == "hospital" and numbers["sized"] else kind
    figures = [
        Figure("within", gettext("People within reach of one"), 100 * numbers["within"], "%", 1),
        Figure("uncovered", gettext("People not covered"), numbers["uncovered"], gettext("persons"), 0),
        Figure("minutes", gettext("Mean way to the nearest"), numbers["minutes"], gettext("minutes"), 1),
        Figure(
            "access", gettext("Per 10,000 people who share them: %(what)s") % {"what": unit}, numbers["access"], "", 2
        ),
        Figure(
            "border",
            gettext("More people within reach because the state border may be crossed"),
            numbers["border"],
            gettext("persons"),
            0,
        ),
    ]
    worst = frame.sort("minutes", descending=True).head(3)
    names = ", ".join(
        f"{case.name(row['area'])} ({case.decimal(row['minutes'], 0)})" for row in worst.iter_rows(named=True)
    )
    sentences = [
        gettext(
            "%(share)s %% of the people have %(kind)s within %(reach)s minutes by car. "
            "Longest ways (minutes): %(names)s."
        )
        % {"share": case.decimal(100 * numbers["within"], 1), "kind": kind, "reach": state["reach"], "names": names}
    ]
    points = points_near(atlas, region, state["kind"])
    outlying = gettext(
        "From the middle of a municipality: outlying villages have longer ways. Opening hours, places that "
        "closed since, and places abroad are not known here."
    )
    return Analysis(
        key="supply",
        title=gettext("Supply in %(name)s: %(kind)s") % {"name": region.name(case.lang), "kind": kind},
        sentences=sentences,
        figures=figures,
        tables=[_table(case, frame, unit)],
        picture=minutes_picture(
            case, dict(frame.select("area", "minutes").rows()), float(state["reach"]), _dots(case, points)
        ),
        files=sorted({*points["file"].unique(), *files_of(atlas, "areas", "boundaries")}),
        estimated=False,
        warnings=[straight_line_note(), outlying],
    )


def _measured(case: Case) -> tuple[pl.DataFrame, dict[str, Any]]:
    state = case.state
    near, points, ways = _case_of(case)
    own = own_places(case.atlas, case.region)
    people = {area: float(count or 0) for area, count in near.select("area", "people").iter_rows()}
    size = dict(points.select("area", "size").rows())
    sides = {area: area[:2] for area in near["area"]} | {
        area: (district or "--")[:2] for area, district in points.select("area", "district").iter_rows()
    }
    target = float(state["reach"])
    mine = {area: people[area] for area in own["area"]}
    ways_here = ways.select(origins=own["area"].to_list())
    free = nearest_centre(ways_here, mine, target=target)
    inside = nearest_centre(ways_here, mine, target=target, sides=sides)
    chosen = inside if state["border"] == "closed" else free
    travel = ways.within(sides) if state["border"] == "closed" else ways
    weight = None if state["sharing"] == "2sfca" else step_weight(steps=_scaled(target))
    shared = floating_catchment(travel, size, people, reach=target, weight=weight, choose=state["sharing"] == "3sfca")
    frame = chosen.areas.join(
        shared.select("area", (1e4 * pl.col("access")).alias("access")), on="area", how="left", maintain_order="left"
    )
    named = dict(points.select("area", "name").rows())
    frame = frame.with_columns(
        pl.Series("place", [named.get(key) or None for key in frame["centre"]], pl.String),
        pl.col("minutes").fill_nan(None),
    )
    total = frame.select((pl.col("access") * pl.col("people")).sum() / pl.col("people").sum()).item()
    return frame, {
        "within": chosen.share_within,
        "uncovered": chosen.people - chosen.within,
        "minutes": chosen.mean_minutes,
        "access": total,
        "border": free.within - inside.within,
        "sized": any(value != 1.0 for value in size.values()),
    }


def _scaled(reach: float) -> list[tuple[float, float]]:
    """Steps of Luo and Qi, whose last one ends at 30 minutes, stretched to the reach chosen."""
    return [(minutes * reach / 30.0, weight) for minutes, weight in ((10.0, 1.0), (20.0, 0.68), (30.0, 0.22))]


def _table(case: Case, frame: pl.DataFrame, unit: str) -> Table:
    told = frame.with_columns(
        pl.col("area").map_elements(case.name, return_dtype=pl.String).alias("name"),
        pl.Series("covered", [gettext("yes") if each else gettext("no") for each in frame["within"]], pl.String),
    ).sort("minutes", descending=True, nulls_last=False)
    return Table(
        "supply",
        gettext("Supply by municipality"),
        [
            Column("name", gettext("Municipality"), gettext("Name of the municipality"), area="area"),
            Column("people", gettext("People"), gettext("Newest count"), gettext("persons"), 0),
            Column("place", gettext("Nearest"), gettext("Name of the nearest place, where the source gives one")),
            Column("minutes", gettext("Way"), gettext("By car, estimated"), gettext("minutes"), 0),
            Column("covered", gettext("Within reach"), gettext("Within the minutes chosen")),
            Column(
                "access",
                gettext("Per 10,000 people"),
                gettext("%(what)s per 10,000 people who share them") % {"what": unit},
                "",
                2,
            ),
        ],
        told,
    )


def _dots(case: Case, points: pl.DataFrame) -> list[Dot]:
    drawing = drawing_of(case.atlas, case.region, "municipality")
    placed = [(*drawing.place(x, y), name) for x, y, name in points.select("longitude", "latitude", "name").iter_rows()]
    seen = [(x, y, name) for x, y, name in placed if 0 <= x <= WIDTH and 0 <= y <= drawing.height]
    radius = 3.0 if len(seen) > 150 else 4.5
    return [Dot(x, y, radius, name or str(KINDS[case.state["kind"]]), label=False) for x, y, name in seen[:_FEW]]
