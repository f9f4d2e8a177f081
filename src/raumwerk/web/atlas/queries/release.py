"""The release a request reads: one door to its tables, names, regions and catalogue, kept in memory by release."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import polars as pl
import shapely
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from raumwerk.errors import MissingError
from raumwerk.store import read
from raumwerk.tables.keys import NATION, Level, level_of, parent_key, region_key, state_of

__all__ = ["NOWHERE", "Area", "AtlasRelease", "Region", "atlas_release", "current_id", "localised"]

Answer = TypeVar("Answer")
_KEPT_RELEASES = 4  # readers of pinned links and of the current release; more would only cost memory


def localised(entry: Mapping[str, Any], field: str, lang: str) -> str:
    """Text of a catalogue entry in ``lang``, else the one that is for all, else German; empty where there is none."""
    return str(entry.get(f"{field}_{lang}") or entry.get(field) or entry.get(f"{field}_de") or "")


@dataclass(frozen=True, slots=True)
class Area:
    """One area as the Atlas shows it; ``x`` and ``y`` are its centre in WGS 84 degrees."""

    key: str
    name: str
    level: str
    kind: str | None
    inhabited: bool
    x: float | None
    y: float | None

    @property
    def district(self) -> str | None:
        """Key of the district the area is or lies in."""
        return self.key[:5] if level_of(self.key) in (Level.MUNICIPALITY, Level.DISTRICT) else None

    @property
    def state(self) -> str | None:
        """Two-digit key of the state."""
        return state_of(self.key)

    @property
    def parent(self) -> str | None:
        """Key of the next larger area."""
        return parent_key(self.key)


@dataclass(frozen=True, slots=True)
class Region:
    """A region of Raumwerk in one release: its members by level, in key order."""

    slug: str
    entry: Mapping[str, Any]
    municipalities: tuple[str, ...]
    districts: tuple[str, ...]
    core: tuple[str, ...]

    @property
    def key(self) -> str:
        """Area key, e.g. ``region:mitte``."""
        return region_key(self.slug)

    @property
    def states(self) -> tuple[str, ...]:
        """Two-digit keys of the states the region lies in."""
        return tuple(sorted({key[:2] for key in (*self.districts, *self.municipalities)}))

    def members(self, level: str) -> tuple[str, ...]:
        """Keys of the members at ``municipality`` or ``district`` level."""
        return self.municipalities if level == Level.MUNICIPALITY else self.districts

    def name(self, lang: str) -> str:
        """Name of the region."""
        return localised(self.entry, "name", lang)

    def short(self, lang: str) -> str:
        """Short name of the region, for heads of columns."""
        return localised(self.entry, "short", lang) or self.name(lang)


#: States whose English name differs from the one in the register; other areas have none.
ENGLISH_NAMES = {
    "Bayern": "Bavaria",
    "Hessen": "Hesse",
    "Mecklenburg-Vorpommern": "Mecklenburg-Western Pomerania",
    "Niedersachsen": "Lower Saxony",
    "Nordrhein-Westfalen": "North Rhine-Westphalia",
    "Rheinland-Pfalz": "Rhineland-Palatinate",
    "Sachsen": "Saxony",
    "Sachsen-Anhalt": "Saxony-Anhalt",
    "Th\N{LATIN SMALL LETTER U WITH DIAERESIS}ringen": "Thuringia",
}
#: For areas that belong to no region: nothing to rank among, no estimates, no aggregate.
NOWHERE = Region("-", {}, (), (), ())


#: Slug of the whole country where it stands in a region's place; no region may be called so, since it has a capital.
COUNTRY = "Germany"


class AtlasRelease:
    """One release with what every answer needs: areas, regions, catalogue texts.

    Parameters
    ----------
    release : raumwerk.store.read.Release
        Keeps reading its own files whatever is published later, so everything here may be remembered for good.
    """

    def __init__(self, release: read.Release) -> None:
        self.release = release
        self.id: str = release.id
        self.manifest: dict[str, Any] = release.manifest

        self._memory: dict[Hashable, Any] = {}

    def remember(self, key: Hashable, compute: Callable[[], Answer]) -> Answer:
        """Answer of ``compute``, asked once for each key: a release never changes."""
        if key not in self._memory:
            self._memory[key] = compute()
        answer: Answer = self._memory[key]
        return answer

    def has(self, table: str) -> bool:
        """Whether the release holds ``table`` with at least one row."""
        return bool(self.manifest["tables"].get(table, {}).get("rows"))

    def table(self, name: str) -> pl.LazyFrame:
        """Lazy frame of a table; MissingError when the release has none."""
        if name not in self.manifest["tables"]:
            message = gettext("Release %(release)s holds no table “%(table)s”.")
            raise MissingError(message % {"release": self.id, "table": name})
        return self.release.table(name)

    @cached_property
    def indicators(self) -> dict[str, dict[str, Any]]:
        """Catalogue entries of the indicators that have values in this release, by key, in catalogue order."""
        if not self.has("indicators"):
            return {}
        filled = set(self.coverage["indicator"].to_list())
        return {key: entry for key, entry in self.manifest.get("indicators", {}).items() if key in filled}

    @cached_property
    def coverage(self) -> pl.DataFrame:
        """Which indicator has values at which level and for which period: indicator, level, period, areas."""
        columns = {"indicator": pl.String, "level": pl.String, "period": pl.String, "areas": pl.UInt32}
        if not self.has("indicators"):
            return pl.DataFrame(schema=columns)
        return (
            self.table("indicators")
            .group_by("indicator", "level", "period")
            .agg(pl.len().cast(pl.UInt32).alias("areas"))
            .sort("indicator", "level", "period")
            .collect()
        )

    def periods(self, indicator: str, level: str) -> list[str]:
        """Periods of an indicator at a level, oldest first."""
        wanted = (pl.col("indicator") == indicator) & (pl.col("level") == level)
        return self.coverage.filter(wanted)["period"].to_list()

    @cached_property
    def edition(self) -> str | None:
        """Date of the boundaries whose keys the release uses; None without boundaries."""
        if not self.has("boundaries"):
            return None
        editions = self.table("boundaries").select("edition", "level").unique().collect()
        municipal = editions.filter(pl.col("level") == Level.MUNICIPALITY)["edition"]
        return str((municipal if len(municipal) else editions["edition"]).max())

    @cached_property
    def areas(self) -> dict[str, Area]:
        """Every area by key: register first, names of the boundaries where the register has none."""
        frames = []
        columns = ["area", "level", "name", "kind", "inhabited", "longitude", "latitude"]
        if self.has("areas"):
            frames.append(self.table("areas").sort("edition", "file").select(*columns, "edition").collect())
        if self.has("boundaries"):
            drawn = self.table("boundaries").filter(pl.col("edition") == self.edition)
            frames.append(
                drawn.select("area", "level", "name", "edition")
                .with_columns(
                    pl.lit(None, pl.String).alias("kind"),
                    pl.lit(None, pl.Boolean).alias("inhabited"),
                    pl.lit(None, pl.Float64).alias("longitude"),
                    pl.lit(None, pl.Float64).alias("latitude"),
                )
                .select(*columns, "edition")
                .collect()
            )
        if not frames:
            return {}
        return {area.key: area for area in _merged(pl.concat(frames), self.edition or "")}

    @cached_property
    def regions(self) -> dict[str, Region]:
        """Regions of the release by slug, in the order of the manifest."""
        entries = self.manifest.get("regions", {})
        if not self.has("region_members"):
            return {}
        members = self.table("region_members").sort("area").collect()
        found = {}
        for slug, entry in entries.items():
            own = members.filter(pl.col("region") == region_key(slug))
            wider = own.filter(pl.col("perimeter") == "wider")
            keys = {
                level: tuple(wider.filter(pl.col("level") == level)["area"]) for level in ("municipality", "district")
            }
            core = tuple(own.filter((pl.col("perimeter") == "core") & (pl.col("level") == "municipality"))["area"])
            found[slug] = Region(slug, entry, keys["municipality"], keys["district"], core)
        return found

    def region(self, slug: str) -> Region:
        """Region of that slug, or MissingError naming the known ones."""
        try:
            return self.regions[slug]
        except KeyError:
            message = gettext("There is no region “%(region)s” in release %(release)s; known regions: %(known)s.")
            known = ", ".join(self.regions) or "–"
            raise MissingError(message % {"region": slug, "release": self.id, "known": known}) from None

    def region_of(self, key: str) -> Region:
        """First region that holds the area, :data:`NOWHERE` if none does."""
        holders = (region for region in self.regions.values() if key in (*region.municipalities, *region.districts))
        return next(holders, NOWHERE)

    @cached_property
    def country(self) -> Region:
        """Every municipality and district with boundaries, as if they were one region."""
        drawn = self.table("boundaries").filter(pl.col("edition") == self.edition).select("area", "level").collect()
        keys = {
            level: tuple(sorted(drawn.filter(pl.col("level") == level)["area"].unique()))
            for level in (Level.MUNICIPALITY.value, Level.DISTRICT.value)
        }
        names = {f"name_{lang}": self.name(NATION, lang) for lang in ("de", "en")}
        return Region(COUNTRY, names, keys[Level.MUNICIPALITY.value], keys[Level.DISTRICT.value], ())

    def name(self, key: str, lang: str) -> str:
        """Display name of any area key; the key itself where nobody named it."""
        if key == NATION:
            with translation.override(lang):
                return gettext("The sample country") if self.manifest.get("sample") else gettext("Germany")
        if key.startswith("region:"):
            region = self.regions.get(key.removeprefix("region:"))
            return region.name(lang) if region else key
        area = self.areas.get(key)
        if area is None:
            return key
        return ENGLISH_NAMES.get(area.name, area.name) if lang == "en" and area.level == Level.STATE else area.name

    def keys_of(self, level: str) -> list[str]:
        """Keys of all areas at a level, sorted."""
        return [key for key, area in self.areas.items() if area.level == level]

    def centre(self, key: str) -> tuple[float | None, float | None]:
        """Longitude and latitude of the centre: as registered, else from the boundary; (None, None) for unknown.

        The centre of a region is the mean of its municipalities' centres: a place for its name, not for distances.
        """
        if key.startswith("region:"):
            return self.remember(("centre", key), lambda: self._middle(key.removeprefix("region:")))
        area = self.areas.get(key)
        if area is not None and area.x is not None:
            return area.x, area.y
        return self._drawn_centres.get(key, (None, None))

    def _middle(self, slug: str) -> tuple[float | None, float | None]:
        region = self.regions.get(slug)
        members = (region.municipalities or region.districts) if region else ()
        placed = [(x, y) for x, y in map(self.centre, members) if x is not None and y is not None]
        if not placed:
            return None, None
        return sum(x for x, _ in placed) / len(placed), sum(y for _, y in placed) / len(placed)

    @cached_property
    def _drawn_centres(self) -> dict[str, tuple[float, float]]:
        """Centres of districts and of areas without a registered centre: the centroid, or a point inside."""
        if not self.has("boundaries"):
            return {}
        named = [key for key, area in self.areas.items() if area.x is None]
        drawn = self.table("boundaries").filter((pl.col("edition") == self.edition) & pl.col("area").is_in(named))
        rows = drawn.select("area", "geometry").unique(subset="area", keep="first").collect()
        shapes = shapely.from_wkb(rows["geometry"].to_numpy())
        middle = shapely.centroid(shapes)
        middle = np.where(shapely.contains(shapes, middle), middle, shapely.point_on_surface(shapes))
        points = zip(shapely.get_x(middle), shapely.get_y(middle), strict=True)
        return {key: (float(x), float(y)) for key, (x, y) in zip(rows["area"], points, strict=True)}

    def sources(self, files: Iterable[str]) -> list[str]:
        """Keys of the sources that the raw files belong to, sorted."""
        known = self.manifest.get("files", {})
        return sorted({known[file]["source"] for file in files if file in known})

    def attribution(self, files: Iterable[str], lang: str) -> list[dict[str, str]]:
        """What must be said beside figures made from these raw files: one entry for each source."""
        entries = self.manifest.get("sources", {})
        return [
            {
                "source": key,
                "title": localised(entries.get(key, {}), "title", lang) or key,
                "attribution": str(entries.get(key, {}).get("attribution", "")),
                "licence": str(entries.get(key, {}).get("licence", "")),
                "licence_url": str(entries.get(key, {}).get("licence_url", "")),
            }
            for key in self.sources(files)
        ]

    def accuracy(self, lang: str) -> dict[str, Any] | None:
        """How well the flow estimate finds known flows: text and figures; None when the release does not say."""
        entry = self.manifest.get("estimate")
        if not entry:
            return None
        figures = {key: float(value) for key, value in entry.items() if isinstance(value, int | float)}
        return {"text": localised(entry, "text", lang), "figures": figures}

    @cached_property
    def caveat_texts(self) -> dict[str, dict[str, str]]:
        """Texts of the caveats by key: ``{"de": …, "en": …}``."""
        if not self.has("caveats"):
            return {}
        rows = self.table("caveats").select("caveat", "text_de", "text_en").unique(subset="caveat").collect()
        return {row["caveat"]: {"de": row["text_de"], "en": row["text_en"]} for row in rows.to_dicts()}

    def caveats(self, frame: pl.DataFrame, lang: str, area: str = "area") -> list[dict[str, Any]]:
        """Caveats of the rows of ``frame`` with the areas they concern, by caveat."""
        told = frame.filter(pl.col("caveat").is_not_null()).select("caveat", area).unique().sort("caveat", area)
        return [
            {"caveat": key, "text": self.caveat_texts.get(key, {}).get(lang, key), "areas": rows[area].to_list()}
            for (key,), rows in told.partition_by("caveat", as_dict=True, maintain_order=True).items()
        ]


def _merged(rows: pl.DataFrame, edition: str) -> list[Area]:
    """One area a key: the row of the boundaries' edition wins, else the newest; gaps are filled from the others."""
    ranked = rows.with_columns((pl.col("edition") == edition).alias("_now")).sort("_now", "edition")
    filled = ranked.group_by("area", maintain_order=True).agg(
        pl.col(column).drop_nulls().last()
        for column in ("level", "name", "kind", "inhabited", "longitude", "latitude")
    )  # fmt: skip
    return [
        Area(
            row["area"], row["name"], row["level"], row["kind"],
            True if row["inhabited"] is None else row["inhabited"], row["longitude"], row["latitude"],
        )
        for row in filled.sort("area").iter_rows(named=True)
    ]  # fmt: skip


def current_id(home: Path | None = None) -> str | None:
    """Id of the release that counts now; None when nothing was published yet."""
    try:
        return read.current(read.open_store(home or settings.HOME)).id
    except MissingError:
        return None


@lru_cache(maxsize=_KEPT_RELEASES)
def _remembered(home: str, release_id: str) -> AtlasRelease:
    return AtlasRelease(read.release(read.open_store(Path(home)), release_id))


def atlas_release(release_id: str | None = None) -> AtlasRelease:
    """Return the named release, or the current one.

    Raises
    ------
    MissingError
        When nothing was published yet, or no release has that id.
    """
    home = str(settings.HOME)
    if release_id is None:
        release_id = current_id()
    if release_id is None:
        raise MissingError(gettext("No statistics have been published on this installation yet."))
    try:
        return _remembered(home, release_id)
    except MissingError:
        message = gettext("There is no release “%(release)s”; leave the parameter out to read the current one.")
        raise MissingError(message % {"release": release_id}) from None
