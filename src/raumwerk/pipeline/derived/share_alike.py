"""Keeping share-alike data apart: what rests on OpenStreetMap goes into tables and files of its own.

The Open Database Licence (ODbL) asks that a database derived from OpenStreetMap is passed on under the same licence. So
that a release as a whole stays free of that condition, rows that rest on such a file are written to
``<table>_odbl.parquet``; readers of a release see both together.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import polars as pl

__all__ = ["share_alike_files", "split"]


def share_alike_files(sources: Mapping[str, str], catalogue: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """Files whose source is under the ODbL.

    Parameters
    ----------
    sources : mapping
        Checksum of a file → key of its source.
    catalogue : mapping
        Sources of the catalogue.
    """
    return {
        sha for sha, key in sources.items() if str(catalogue.get(key, {}).get("licence", "")).startswith("ODbL")
    }  # fmt: skip


def split(frame: pl.DataFrame, files: Collection[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows that rest on none of the files, and those that rest on at least one.

    Parameters
    ----------
    frame : polars.DataFrame
        With a column ``file`` (checksum) or ``files`` (list of checksums).
    files : collection of str
    """
    if not files:
        return frame, frame.clear()
    named = list(files)
    if "file" in frame.columns:
        apart = pl.col("file").is_in(named)
    else:
        apart = pl.col("files").list.eval(pl.element().is_in(named)).list.any()
    judged = frame.select(apart.fill_null(value=False).alias("apart"))["apart"]
    return frame.filter(~judged), frame.filter(judged)
