"""Partitions of a release to compare: functional regions of its flows, and its classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from raumwerk.cli.analysis_release import class_scheme, district_flows, members, model_facts, region_flows
from raumwerk.errors import MissingError
from raumwerk.store.layout import Store
from raumwerk.store.read import Release
from raumwerk.tables.keys import Level, level_of

# ruff: noqa: PLC0415 - analyses are slow to load, and the other commands start at once without them

__all__ = ["against_classes"]

Partition = dict[str, str]


def against_classes(
    release: Release,
    slug: str,
    scheme: str,
    preset: str | None,
    *,
    given: Mapping[str, str] | None,
    weights: Mapping[str, float] | None,
) -> tuple[Partition, Partition, dict[str, float] | None, dict[str, Any]]:
    """Two partitions of the areas of a region, weights, and facts about them.

    The first is the given one or functional regions: from counted flows between all districts where the classes are of
    districts (delineated for the whole country, then looked at in the region), else from the region's estimated flows.
    Weights are employed residents where none are given.
    """
    from raumwerk.analysis.regions import PRESETS, functional_regions

    classes, period, name = class_scheme(release, scheme)
    level = level_of(next(iter(classes)))
    own = set(members(release, slug, Level.DISTRICT if level is Level.DISTRICT else Level.MUNICIPALITY))
    facts: dict[str, Any] = {"second": f"{name}, {period}", "release": release.id}
    notes: list[str] = []
    if given is None:
        store = Store(release.folder.parents[1])
        flows = district_flows(release) if level is Level.DISTRICT else region_flows(store, slug, release.id)[0]
        rule = preset or ("grw" if level is Level.DISTRICT else "uk")
        given = functional_regions(flows, PRESETS[rule]).partition
        said, notes = model_facts(release, flows)
        facts |= {**said, "first": f"functional regions, preset {rule}"}
        weights = weights or dict(flows.residents().select("area", pl.coalesce("value", "lower")).rows())
    shared = sorted(own & set(given) & set(classes))
    if not shared:
        raise MissingError(f"No area of the region {slug!r} is in both partitions; the classes are of {level} areas.")
    facts |= {"region": slug, "left_out": sorted((own | set(given) & own) - set(shared))}
    notes.insert(0, f"{facts.get('first', 'The file')} against {facts['second']}: {len(shared)} areas of {slug}.")
    facts["notes"] = notes
    weight = None if weights is None else {area: weights[area] for area in shared if area in weights}
    return {area: given[area] for area in shared}, {area: classes[area] for area in shared}, weight, facts
