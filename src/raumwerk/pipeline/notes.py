"""What readers must be told about a release: what is missing and how to load it, what does not fit together.

A note is a dictionary for the manifest: ``kind``, ``text_de``, ``text_en`` and, depending on its kind, the facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

__all__ = [
    "Note",
    "absent_regions",
    "changed_keys",
    "contradictions",
    "discrepancies",
    "dropped_keys",
    "empty_indicators",
    "no_areas",
    "parted_associations",
    "resummed",
    "undescribed",
]

Note = dict[str, Any]


def _note(kind: str, german: str, english: str, **facts: Any) -> Note:
    return {"kind": kind, "text_de": german, "text_en": english, **facts}


def no_areas() -> Note:
    """Nothing tells which areas there are."""
    return _note(
        "missing",
        "Es fehlen Grenzen und Gemeindeverzeichnis: ohne sie gibt es weder Karte noch Regionen. Zu laden mit "
        "„raumwerk data import PFAD“.",
        "Boundaries and a register of municipalities are missing: without them there is neither map nor region. Load "
        "them with 'raumwerk data import PATH'.",
    )


def absent_regions(slugs: Iterable[str], regions: Mapping[str, Mapping[str, Any]]) -> list[Note]:
    """Regions of which no area is loaded: their pages stand without figures."""
    return [
        _note(
            "missing",
            f"Zu {regions[slug]['name_de']} ist kein Gebiet geladen. Zu laden sind Grenzen und Statistik mit "
            f"„raumwerk data import PFAD“.",
            f"No area of {regions[slug]['name_en']} is loaded. Load boundaries and statistics with 'raumwerk data "
            f"import PATH'.",
            region=slug,
        )
        for slug in slugs
    ]


def undescribed(used: Iterable[str], known: Iterable[str]) -> list[Note]:
    """Sources that the catalogue does not describe: their figures have no attribution."""
    return [
        _note(
            "source",
            f"Der Katalog beschreibt die Quelle {key} nicht; ihre Zahlen haben keinen Quellenvermerk.",
            f"The catalogue does not describe source {key}; its figures have no attribution.",
            source=key,
        )
        for key in sorted(set(used) - set(known))
    ]


def dropped_keys(dropped: pl.DataFrame) -> list[Note]:
    """Keys of older editions that lead to no area of today."""
    return [
        _note(
            "key",
            f"Der Schlüssel {area} führt zu keinem heutigen Gebiet ({reason}); seine Zahlen fehlen.",
            f"Key {area} leads to no area of today ({reason}); its figures are left out.",
            area=area,
            reason=reason,
        )
        for area, reason in dropped.select("area", "reason").iter_rows()
    ]


def changed_keys(changes: pl.DataFrame, names: Mapping[str, str]) -> list[Note]:
    """Files whose keys had to be brought to those of today, one note for each file and level.

    Parameters
    ----------
    changes : polars.DataFrame
        As ``Harmonised.changes``.
    names : mapping
        File name by checksum.
    """
    numbers = ("summed", "estimated", "incomplete", "ended", "unknown")
    grouped = changes.group_by("file", "level", maintain_order=True).agg(
        pl.col("period").min().alias("first"), pl.col("period").max().alias("last"),
        pl.col("edition").unique().sort().alias("editions"), pl.col(numbers).sum(),
        pl.col("examples").explode().drop_nulls().unique().sort().head(5).alias("examples"),
    )  # fmt: skip
    found = []
    for row in grouped.iter_rows(named=True):
        name = names.get(row["file"], row["file"])
        span = row["first"] if row["first"] == row["last"] else f"{row['first']} – {row['last']}"
        german = (
            f"{name} ({span}): ältere Schlüssel auf die der Grenzen gebracht; {row['summed']} Werte zusammengefasst, "
            f"davon {row['estimated']} geschätzt, {row['incomplete']} unvollständig und deshalb unbekannt; "
            f"{row['ended']} Werte nicht fortgeführt; {row['unknown']} Schlüssel unbekannt."
        )
        english = (
            f"{name} ({span}): older keys brought to those of the boundaries; {row['summed']} values summed, of "
            f"these {row['estimated']} estimated, {row['incomplete']} incomplete and therefore unknown; {row['ended']} "
            f"values not continued; {row['unknown']} keys unknown."
        )
        found.append(_note("edition", german, english, **row))
    return found


def parted_associations(name: str, areas: Sequence[str]) -> list[Note]:
    """Associations of municipalities in a file whose members are no longer together."""
    if not areas:
        return []
    return [
        _note(
            "edition",
            f"{name}: {len(areas)} Gemeindeverbände gibt es in dieser Zusammensetzung nicht mehr; ihre Zahlen fehlen.",
            f"{name}: {len(areas)} associations of municipalities no longer have these members; their figures are left "
            f"out.",
            areas=list(areas),
        )
    ]


def resummed(replaced: pl.DataFrame, names: Mapping[str, str]) -> list[Note]:
    """Districts whose published figures were replaced by sums, because their territory changed since.

    Parameters
    ----------
    replaced : polars.DataFrame
        As ``Resummed.replaced``.
    names : mapping
        Name of each district.
    """
    if replaced.is_empty():
        return []
    areas = sorted(replaced["area"].unique())
    shown = ", ".join(f"{names[area]} ({area})" for area in areas)
    count = replaced.height
    return [
        _note(
            "territory",
            f"{count} Kreiswerte galten für das Gebiet ihrer Zeit und sind durch die Summe der Gemeinden auf dem "
            f"heutigen Gebiet ersetzt: {shown}. Wie sie veröffentlicht waren, steht in der Tabelle "
            f"observations_of_their_time.",
            f"{count} figures of districts referred to the territory of their time; the sum of the municipalities on "
            f"the territory of today stands in their place: {shown}. As they were published they are in table "
            f"observations_of_their_time.",
            areas=areas,
            measures=sorted(replaced["measure"].unique()),
        )
    ]


def discrepancies(found: pl.DataFrame) -> list[Note]:
    """Measures for which two sources disagree."""
    notes = []
    for row in found.iter_rows(named=True):
        measure, kept, other = row["measure"], row["kept"], row["other"]
        where = f"{row['largest']:.1%} ({row['area']}, {row['period']})"
        count = (row["differing"], row["compared"])
        german = (
            f"{measure}: {kept} und {other} weichen bei {count[0]} von {count[1]} Werten voneinander ab, höchstens um "
            f"{where}; gezeigt wird {kept}."
        )
        english = (
            f"{measure}: {kept} and {other} differ in {count[0]} of {count[1]} values, at most by {where}; {kept} is "
            f"shown."
        )
        notes.append(_note("discrepancy", german, english, **row))
    return notes


_LEVEL_NAMES = {"district": ("Kreise", "districts"), "state": ("Länder", "states"), "nation": ("Bund", "nation")}
_NAMED = 3  # measures named in the text of a note; its facts hold them all


def contradictions(found: pl.DataFrame) -> list[Note]:
    """Published totals that are apart from the sums of their published parts, one note for each level."""
    notes = []
    for (level,), rows in found.sort("largest", descending=True).partition_by("level", as_dict=True).items():
        german, english = _LEVEL_NAMES.get(str(level), (str(level), str(level)))
        worst = "; ".join(
            f"{row['measure']} {row['largest']:.1%} ({row['area']}, {row['period']})"
            for row in rows.head(_NAMED).iter_rows(named=True)
        )
        notes.append(
            _note(
                "contradiction",
                f"{german}: Bei {rows.height} Größen weichen veröffentlichte Summen und die Summen ihrer Teile "
                f"voneinander ab (andere Quelle, Revision oder Gebietsstand), am meisten {worst}. Gezeigt wird die "
                f"veröffentlichte Summe.",
                f"{english}: for {rows.height} measures published totals and the sums of their parts differ (another "
                f"source, a revision or other areas), most of all {worst}. The published total is shown.",
                level=str(level),
                measures=rows.drop("level").to_dicts(),
            )
        )
    return notes


def empty_indicators(
    entries: Mapping[str, Mapping[str, Any]], frame: pl.DataFrame, levels: Iterable[str]
) -> list[Note]:
    """Indicators of the catalogue for which nothing is loaded, at all or at a level where they are promised."""
    held = set(frame.select("indicator", "level").unique().iter_rows())
    order = list(levels)
    notes = []
    for key, entry in entries.items():
        missing = [level for level in order if level in entry["levels"] and (key, level) not in held]
        if missing:
            measures = [*entry["numerator"], *entry.get("minus", []), *entry.get("denominator", [])]
            notes.append(
                _note(
                    "indicator",
                    f"{entry['name_de']}: keine Werte für {', '.join(missing)}; nötig sind {', '.join(measures)}.",
                    f"{entry['name_en']}: no values for {', '.join(missing)}; it needs {', '.join(measures)}.",
                    indicator=key,
                    levels=missing,
                    measures=measures,
                )
            )
    return notes
