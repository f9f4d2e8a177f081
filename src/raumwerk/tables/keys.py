"""Keys of areas: text, never numbers, so that no leading zero is lost.

``DG`` Germany · 2 digits state · 3 digits government region · 5 digits district · 8 digits municipality ·
9 digits association of municipalities (5 district + 4 association) · ``region:<slug>`` a region of Raumwerk.
"""

from __future__ import annotations

import re
from enum import StrEnum

import polars as pl

__all__ = ["LEVELS", "NATION", "Level", "ags_from_ars", "level_of", "pad_key", "parent_key", "region_key", "state_of"]

NATION = "DG"
_DIGITS = re.compile(r"\d+")


class Level(StrEnum):
    """Administrative level, from the smallest up."""

    MUNICIPALITY = "municipality"
    ASSOCIATION = "association"
    DISTRICT = "district"
    GOVERNMENT_REGION = "government_region"
    STATE = "state"
    NATION = "nation"
    REGION = "region"


LEVELS = tuple(Level)
_LENGTH = {
    8: Level.MUNICIPALITY,
    9: Level.ASSOCIATION,
    5: Level.DISTRICT,
    3: Level.GOVERNMENT_REGION,
    2: Level.STATE,
}


def level_of(key: str) -> Level | None:
    """Level of an area key, or None when the text is not an area key."""
    if key == NATION:
        return Level.NATION
    if key.startswith("region:") and len(key) > len("region:"):
        return Level.REGION
    return _LENGTH.get(len(key)) if _DIGITS.fullmatch(key) and key.isascii() else None


def state_of(key: str) -> str | None:
    """Two-digit state of a municipality, association, district or state key; None for nation and regions."""
    return key[:2] if level_of(key) not in (None, Level.NATION, Level.REGION) else None


def parent_key(key: str) -> str | None:
    """Key one counted level up: municipality and association → district → state → nation."""
    match level_of(key):
        case Level.MUNICIPALITY | Level.ASSOCIATION:
            return key[:5]
        case Level.DISTRICT | Level.GOVERNMENT_REGION:
            return key[:2]
        case Level.STATE:
            return NATION
        case _:
            return None


def region_key(slug: str) -> str:
    """Area key of a region, e.g. ``region:mitte``."""
    return f"region:{slug}"


def ags_from_ars(ars: str) -> str:
    """Eight-digit municipal key (AGS) from the twelve-digit regional key (ARS): the association's digits drop out."""
    return ars[:5] + ars[9:12]


def pad_key(column: str, width: int) -> pl.Expr:
    """Restore leading zeros of a key column that was read as a number."""
    return pl.col(column).cast(pl.String).str.strip_chars().str.replace(r"\.0$", "").str.zfill(width)
