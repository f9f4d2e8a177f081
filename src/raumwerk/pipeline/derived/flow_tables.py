"""All flow tables of a release, from what the readers gave: the order of the steps in ``flows`` and ``commuters``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from raumwerk.pipeline.derived.commuters import commuter_observations, internal_commuters
from raumwerk.pipeline.derived.crosswalk import Crosswalk
from raumwerk.pipeline.derived.flows import merge_flows, merge_margins, release_flows
from raumwerk.pipeline.derived.harmonise import rekey
from raumwerk.tables.schemas import FLOW_MARGINS, FLOWS

__all__ = ["NEEDED_MEASURES", "FlowTables", "flow_tables"]

#: Observations from which the people are computed who live and work in the same area.
NEEDED_MEASURES = ("commuters_internal", "employees_residence", "employees_work")
_WHOLE = 0.999


@dataclass(frozen=True)
class FlowTables:
    """Frames for the release.

    Attributes
    ----------
    original, original_margins : polars.DataFrame
        Tables ``flows`` and ``flow_margins`` on the keys of their files, without the diagonal.
    flows, margins : polars.DataFrame
        The same on the keys of the boundaries; flows with the diagonal where it can be computed.
    observations : polars.DataFrame
        Commuters of each area and region as observations.
    caveats : polars.DataFrame
        Caveats that follow from the computation.
    notes : list of dict
        Reforms that were followed and keys that have no successor, for the manifest.
    """

    original: pl.DataFrame
    original_margins: pl.DataFrame
    flows: pl.DataFrame
    margins: pl.DataFrame
    observations: pl.DataFrame
    caveats: pl.DataFrame
    notes: list[dict[str, Any]] = field(default_factory=list)


def flow_tables(
    flows: pl.DataFrame,
    margins: pl.DataFrame,
    observations: pl.DataFrame,
    *,
    walk: Crosswalk,
    members: pl.DataFrame,
    priorities: Mapping[str, int],
) -> FlowTables:
    """Derive every flow table.

    Parameters
    ----------
    flows, margins, observations : polars.DataFrame
        Checked tables of all files; of the observations at least :data:`NEEDED_MEASURES`.
    walk : Crosswalk
        From the keys of the files to those of the boundaries.
    members : polars.DataFrame
        Table ``region_members``.
    priorities : mapping of str to int
        SHA-256 of each file → priority of its source; the higher one wins.

    Raises
    ------
    InputError
        When two files of the same priority disagree on a pair.
    """
    original = merge_flows(flows, margins, priorities)
    totals = merge_margins(margins, priorities)
    internal, caveats = internal_commuters(observations, totals)
    notes: list[dict[str, Any]] = []
    parts: list[tuple[pl.DataFrame, pl.DataFrame]] = []
    for (period, level), pairs in original.partition_by("period", "level", as_dict=True).items():
        width = 8 if level == "municipality" else 5
        here = (pl.col("period") == period) & (pl.col("area").str.len_chars() == width)
        keys, lost = _keys(pairs, walk)
        notes += _notes(keys, lost, str(period))
        kept = pairs.filter(~pl.col("origin").is_in(lost) & ~pl.col("destination").is_in(lost))
        inside = internal.filter(here & ~pl.col("area").is_in(lost))
        parts.append(release_flows(kept, totals.filter(here & ~pl.col("area").is_in(lost)), inside, keys))
    alone = totals.join(original.select("period").unique(), on="period", how="anti")
    released = pl.concat([FLOWS.empty(), *(part[0] for part in parts)])
    with_totals = pl.concat([FLOW_MARGINS.empty(), *(part[1] for part in parts), alone])
    measures = commuter_observations(released, with_totals, members)
    return FlowTables(original, totals, released, with_totals, measures, caveats, notes)


def _keys(pairs: pl.DataFrame, walk: Crosswalk) -> tuple[pl.DataFrame, list[str]]:
    """Where each key goes (to the successor that took most of it), and the keys that have none."""
    seen = pl.concat([pairs["origin"], pairs["destination"]]).unique().sort().rename("area")
    found = rekey(seen.to_list(), walk)
    if found.is_empty():  # no boundaries are loaded: the keys stay as they are
        return pl.DataFrame({"area": seen, "to_area": seen, "weight": 1.0}), []
    main = found.sort("weight", descending=True).unique("area", keep="first", maintain_order=True)
    lost = seen.to_frame().join(main, on="area", how="anti")["area"].to_list()
    return main.select("area", "to_area", "weight"), lost


def _notes(keys: pl.DataFrame, lost: list[str], period: str) -> list[dict[str, Any]]:
    notes: list[dict[str, Any]] = []
    joined = keys.filter(pl.col("to_area").is_duplicated() & (pl.col("area") != pl.col("to_area")))
    if not joined.is_empty():
        pairs = ", ".join(f"{old} → {new}" for old, new in joined.select("area", "to_area").iter_rows())
        notes.append({
            "kind": "reform", "period": period, "table": "flows",
            "text_de": f"Pendlerströme vom {period}: Gebiete zusammengelegt ({pairs}); Ströme dazwischen gelten als "
            "Binnenpendler. Die ursprünglichen Zahlen stehen in der Tabelle flows_original.",
            "text_en": f"Commuter flows of {period}: areas joined ({pairs}); flows between them count as internal. The "
            "original figures are in table flows_original.",
        })  # fmt: skip
    split = keys.filter(pl.col("weight") < _WHOLE)["area"].to_list()
    for kind, areas, german, english in (
        ("break", split, "auf mehrere Gebiete aufgeteilt; ihre Ströme stehen bei dem größten Nachfolger",
         "split among several areas; their flows stand with the largest successor"),
        ("missing", lost, "ohne Nachfolger in den Grenzen; ihre Ströme fehlen in der Tabelle flows",
         "without a successor in the boundaries; their flows are absent from table flows"),
    ):  # fmt: skip
        if areas:
            named = ", ".join(areas[:20]) + (" …" if len(areas) > 20 else "")
            notes.append({
                "kind": kind, "period": period, "table": "flows", "areas": areas,
                "text_de": f"Pendlerströme vom {period}: {named} {german}.",
                "text_en": f"Commuter flows of {period}: {named} {english}.",
            })  # fmt: skip
    return notes
