"""RegioStaR 7 of the federal ministry of transport by municipality, as passed on in a short list."""

from __future__ import annotations

import polars as pl

from raumwerk.pipeline.cells import check_keys, read_delimited
from raumwerk.pipeline.source import RawFile, Tables
from raumwerk.pipeline.sources.flat import header_of, reference_date

__all__ = ["SOURCES", "RegioStar7"]

_LABELS = {
    "71": "Stadtregion – Metropole",
    "72": "Stadtregion – Regiopole und Großstadt",
    "73": "Stadtregion – Mittelstädte, städtischer Raum",
    "74": "Stadtregion – kleinstädtischer, dörflicher Raum",
    "75": "Ländliche Region – zentrale Stadt",
    "76": "Ländliche Region – Mittelstädte, städtischer Raum",
    "77": "Ländliche Region – kleinstädtischer, dörflicher Raum",
}


class RegioStar7:
    """Seven types of area; the three coarse ones of the file are a choice of those who pass it on and left out."""

    key = "regiostar_municipal"
    version = "1"

    def recognise(self, file: RawFile) -> bool:
        """By its columns."""
        return header_of(file) == ["ags", "rt7", "rt3"]

    def read(self, file: RawFile) -> Tables:
        """Read as classes of scheme regiostar7."""
        frame = read_delimited(file)
        check_keys(frame, ["ags"], patterns={"ags": r"\d{8}", "rt7": "|".join(_LABELS)}, file=file)
        return {
            "classes": frame.select(
                pl.lit("regiostar7").alias("scheme"), pl.col("ags").alias("area"),
                pl.lit(reference_date(file)).alias("period"), pl.col("rt7").alias("code"),
                pl.col("rt7").replace_strict(_LABELS).alias("label"), pl.lit(file.sha256).alias("file"),
            )
        }  # fmt: skip


SOURCES = (RegioStar7(),)
