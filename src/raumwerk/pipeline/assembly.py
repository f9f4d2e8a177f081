"""The order of derivations: from all checked tables to the tables of a release.

Each step is a pure function of :mod:`raumwerk.pipeline.derived`; this module only says what follows what, hands the
frames on and collects what readers must be told (notes).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import polars as pl

from raumwerk.pipeline import notes
from raumwerk.pipeline.catalogue import Catalogue, catalogue_folder
from raumwerk.pipeline.derived import associations, harmonise, indicators, merge, resum, territory
from raumwerk.pipeline.derived import crosswalk as keys
from raumwerk.pipeline.derived.areas import areas as list_areas
from raumwerk.pipeline.derived.boundaries import boundaries as draw_boundaries
from raumwerk.pipeline.derived.flow_tables import NEEDED_MEASURES, FlowTables, flow_tables
from raumwerk.pipeline.derived.points import supply
from raumwerk.pipeline.derived.region_members import region_members
from raumwerk.pipeline.derived.rollup import contradictions
from raumwerk.pipeline.derived.share_alike import share_alike_files, split
from raumwerk.pipeline.notes import Note
from raumwerk.pipeline.regions import absent
from raumwerk.store import checked
from raumwerk.store.checked import ActiveImport
from raumwerk.store.layout import Store
from raumwerk.store.read import APART
from raumwerk.store.release import ReleaseWriter
from raumwerk.tables import schemas
from raumwerk.tables.keys import Level
from raumwerk.tables.spec import TableSpec

__all__ = ["Assembly"]


@dataclass
class Assembly:
    """One release in the making.

    Parameters
    ----------
    store : Store
    imports : sequence of ActiveImport
        What enters the release.
    catalogue : Catalogue
    writer : ReleaseWriter
        Takes each table as soon as it is done, so that it need not stay in memory.
    progress : callable
        Called with the name of each step that begins.
    """

    store: Store
    imports: Sequence[ActiveImport]
    catalogue: Catalogue
    writer: ReleaseWriter
    progress: Callable[[str], None]
    notes: list[Note] = field(default_factory=list)
    _summed: list[str] = field(default_factory=list)

    def run(self) -> list[Note]:
        """Derive and write every table; return the notes for the manifest."""
        self.progress("areas")
        listed, boundaries = self._checked("areas"), self._checked("boundaries")
        areas = list_areas(listed, boundaries, self.catalogue.regions)
        self.writer.add(schemas.AREAS, areas, inputs=["checked:areas", "checked:boundaries"], step="areas")
        if areas.is_empty():
            self.notes.append(notes.no_areas())
        self.notes += notes.absent_regions(absent(self.catalogue.regions, areas), self.catalogue.regions)
        members = region_members(self.catalogue.regions, areas)
        self.writer.add(schemas.REGION_MEMBERS, members, inputs=["areas"], step="region_members")
        outlines = draw_boundaries(boundaries, areas, members)
        self.writer.add(
            schemas.BOUNDARIES, outlines, inputs=["checked:boundaries", "areas", "region_members"], step="boundaries"
        )
        self.progress("crosswalk")
        links = self._checked("crosswalk")
        walk = self._crosswalk(listed, boundaries, links, areas)
        self.writer.add(
            schemas.CROSSWALK, walk.frame, inputs=["checked:areas", "checked:boundaries", "checked:crosswalk"],
            step="crosswalk",
        )  # fmt: skip
        self.notes += notes.dropped_keys(walk.dropped)
        del listed, boundaries
        people = self._population()
        shifts = territory.changes(links, people, walk, areas, least=territory.ANY_SHARE)
        commuters = self._flows(walk, members)
        classes = self._classes(walk, people)
        points = self._checked("points")
        self._add_apart(schemas.POINTS, points, inputs=["checked:points"], step="union")
        derived = [commuters.observations, supply(points, areas, outlines)]
        observations = self._observations(walk, areas, shifts, classes, derived)
        self._estimate(commuters, observations, classes, areas, members)
        told = territory.caveats(shifts, areas, summed=self._summed)
        self._caveats(pl.concat([told, commuters.caveats]))
        self._indicators(observations, areas, members)
        return self.notes

    def _crosswalk(
        self, listed: pl.DataFrame, boundaries: pl.DataFrame, links: pl.DataFrame, areas: pl.DataFrame
    ) -> keys.Crosswalk:
        """Without areas of today there is nothing to bring keys to: they stay as they are."""
        if areas.is_empty():
            nothing = pl.DataFrame(schema={"area": pl.String, "reason": pl.String})
            return keys.Crosswalk(schemas.CROSSWALK.empty(), nothing, "")
        by_hand = keys.load_by_hand(catalogue_folder() / "crosswalk.csv")
        return keys.crosswalk(listed, boundaries, links, areas, by_hand)

    def _add_apart(self, spec: TableSpec, frame: pl.DataFrame, *, inputs: Sequence[str], step: str) -> None:
        """Write a table; rows under a share-alike licence go into a file of their own."""
        sources = {one.sha256: one.source for one in self.imports}
        rest, apart = split(frame, share_alike_files(sources, self.catalogue.sources))
        self.writer.add(spec, rest, inputs=inputs, step=step)
        if not apart.is_empty():
            self.writer.add(spec, apart, inputs=inputs, step=step, name=f"{spec.name}{APART}")

    def _checked(self, table: str) -> pl.DataFrame:
        return checked.scan(self.store, table, imports=self.imports).drop("source").collect()

    def _population(self) -> pl.DataFrame:
        """Inhabitants on the keys of their time: the weight of what became of a key."""
        every = checked.scan(self.store, "observations", imports=self.imports).drop("source")
        return every.filter(pl.col("measure") == "population").collect()

    def _observations(
        self,
        walk: keys.Crosswalk,
        areas: pl.DataFrame,
        shifts: pl.DataFrame,
        classes: pl.DataFrame,
        derived: Sequence[pl.DataFrame],
    ) -> pl.DataFrame:
        """File by file to the keys of today, then measure by measure to one value: never all at once in memory."""
        self.progress("harmonise")
        targets = areas["area"].to_list()
        districts = areas.filter(pl.col("level") == Level.DISTRICT.value)["area"].to_list()
        frames, changes, old = [], [], []
        for one in self.imports:
            raw = checked.scan(self.store, "observations", imports=[one]).collect()
            if areas.is_empty():
                frames.append(raw)
                continue
            told = territory.attach(raw, shifts, walk, districts)
            old.append(territory.outdated(raw, shifts, walk, districts))
            moved = harmonise.observations(told, walk, self.catalogue.measures, targets=targets)
            placed = associations.place(moved.frame, classes, areas)
            self.notes += notes.parted_associations(one.name, placed.left_out)
            frames.append(placed.observations)
            changes.append(moved.changes)
        sources = {one.sha256: one.source for one in self.imports}
        for made in derived:
            named = made.with_columns(pl.col("file").replace(sources).alias("source"))
            frames.append(named.select(frames[0].columns))
        if changes:
            self.notes += notes.changed_keys(pl.concat(changes), {one.sha256: one.name for one in self.imports})
        self.progress("merge")
        priorities = {key: int(entry["priority"]) for key, entry in self.catalogue.sources.items()}
        by_measure = _regrouped(frames, "measure")
        batches = {one.sha256: int(one.batch) for one in self.imports}
        merged = [merge.merge(frame, priorities, batches) for frame in by_measure]
        for one_measure in merged:
            self.notes += notes.discrepancies(one_measure.discrepancies)
        observations = pl.concat([one_measure.observations for one_measure in merged])
        del merged, by_measure
        return self._on_todays_territory(observations, old, areas)

    def _on_todays_territory(
        self, observations: pl.DataFrame, old: Sequence[pl.DataFrame], areas: pl.DataFrame
    ) -> pl.DataFrame:
        """Write the observations, districts of an earlier territory summed anew; what that replaced lies beside."""
        inputs, steps = ["checked:observations", "crosswalk", "flows", "points"], "harmonise, merge"
        made = resum.resum(observations, pl.concat(old), areas, self.catalogue.measures) if old else None
        if made is not None and not made.replaced.is_empty():
            observations, steps = made.observations, f"{steps}, resum"
            self._summed += sorted(made.replaced["area"].unique())
            self.notes += notes.resummed(made.replaced, dict(areas.select("area", "name").iter_rows()))
            self.writer.add(
                schemas.OBSERVATIONS, made.replaced, inputs=inputs[:2], step="harmonise, merge",
                name="observations_of_their_time",
            )  # fmt: skip
        self._add_apart(schemas.OBSERVATIONS, observations, inputs=inputs, step=steps)
        return observations

    def _classes(self, walk: keys.Crosswalk, people: pl.DataFrame) -> pl.DataFrame:
        self.progress("classes")
        size = people.sort("period", "file").group_by("area").agg(pl.col("value").last().alias("population"))
        frame = self._checked("classes")
        if not walk.frame.is_empty():
            frame = harmonise.classes(frame, walk, size=size)
        self.writer.add(schemas.CLASSES, frame, inputs=["checked:classes", "crosswalk"], step="harmonise")
        return frame

    def _flows(self, walk: keys.Crosswalk, members: pl.DataFrame) -> FlowTables:
        """Flows and their totals, on the keys of today and as they were published."""
        self.progress("flows")
        every = checked.scan(self.store, "observations", imports=self.imports).drop("source")
        needed = every.filter(pl.col("measure").is_in(NEEDED_MEASURES)).collect()
        made = flow_tables(
            self._checked("flows"), self._checked("flow_margins"), needed,
            walk=walk, members=members, priorities=self._priorities(),
        )  # fmt: skip
        files = ["checked:flows", "checked:flow_margins"]
        on_keys = [*files, "checked:observations", "crosswalk"]
        self.writer.add(schemas.FLOWS, made.original, inputs=files[:1], step="merge_flows", name="flows_original")
        self.writer.add(
            schemas.FLOW_MARGINS, made.original_margins, inputs=files[1:], step="merge_margins",
            name="flow_margins_original",
        )  # fmt: skip
        self.writer.add(schemas.FLOWS, made.flows, inputs=on_keys, step="release_flows")
        self.writer.add(schemas.FLOW_MARGINS, made.margins, inputs=on_keys, step="release_flows")
        self.notes += made.notes
        return made

    def _estimate(
        self,
        commuters: FlowTables,
        observations: pl.DataFrame,
        classes: pl.DataFrame,
        areas: pl.DataFrame,
        members: pl.DataFrame,
    ) -> None:
        """Flows between municipalities where only those between districts are known."""
        from raumwerk.pipeline.derived.flow_estimate import flow_estimate  # noqa: PLC0415 - compiles for a second

        self.progress("estimate")
        made = flow_estimate(
            commuters.flows, commuters.margins, observations=observations, classes=classes, areas=areas, members=members
        )
        inputs = ["flows", "flow_margins", "observations", "classes", "areas", "region_members"]
        self.writer.add(schemas.FLOW_ESTIMATES, made.frame, inputs=inputs, step="flow_estimate")
        self.writer.describe(estimate=made.accuracy)
        self.notes += made.notes

    def _priorities(self) -> dict[str, int]:
        """Priority of each file: that of its source."""
        known = self.catalogue.sources
        return {one.sha256: int(known.get(one.source, {}).get("priority", 0)) for one in self.imports}

    def _caveats(self, derived: pl.DataFrame) -> None:
        """Warnings printed in the sources, and those that follow from reforms."""
        told = pl.concat([self._checked("caveats"), derived])
        self.writer.add(schemas.CAVEATS, told, inputs=["checked:caveats", "crosswalk"], step="union, territory")

    def _indicators(self, observations: pl.DataFrame, areas: pl.DataFrame, members: pl.DataFrame) -> None:
        self.progress("indicators")
        frame = indicators.indicators(
            observations, areas, members, measures=self.catalogue.measures, catalogue=self.catalogue.indicators
        )
        self._add_apart(
            schemas.INDICATORS, frame, inputs=["observations", "areas", "region_members"], step="indicators"
        )
        self.notes += notes.contradictions(contradictions(observations, areas, self.catalogue.measures))
        levels = [level.value for level in Level]
        self.notes += notes.empty_indicators(self.catalogue.indicators, frame, levels)


def _regrouped(frames: list[pl.DataFrame], column: str) -> list[pl.DataFrame]:
    """The same rows, grouped by a column; empties ``frames`` on the way."""
    parts: dict[str, list[pl.DataFrame]] = {}
    while frames:
        for (value,), part in frames.pop().partition_by(column, as_dict=True).items():
            parts.setdefault(str(value), []).append(part)
    return [pl.concat(parts.pop(value)) for value in sorted(parts)]
