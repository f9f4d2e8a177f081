"""From a figure on a page back to the files it was made from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from raumwerk.errors import InputError, MissingError, Problem
from raumwerk.web.atlas.queries.release import AtlasRelease

__all__ = ["KEYS", "lineage"]

#: Columns that may pick the rows of a figure.
KEYS = ("indicator", "area", "origin", "destination", "period")


def lineage(atlas: AtlasRelease, table: str, key: Mapping[str, str]) -> list[dict[str, Any]]:
    """Steps from a figure to its files and sources.

    Returns
    -------
    list of dict
        ``kind`` (row, table, file, source), ``name``, ``text``, ``details``.
    """
    if table not in atlas.manifest["tables"]:
        message = gettext("Release %(release)s holds no table “%(table)s”.")
        raise MissingError(message % {"release": atlas.id, "table": table})
    columns = {column["name"] for column in atlas.manifest["tables"][table]["columns"]}
    for name in key:
        if name not in columns:
            message = gettext("Table “%(table)s” has no column “%(column)s”") % {"table": table, "column": name}
            raise InputError(Problem(message, expected=", ".join(sorted(columns & set(KEYS))), column=name))
    try:
        steps = atlas.release.lineage(table, **key)
    except MissingError:
        message = gettext("Table “%(table)s” has no row %(key)s.")
        raise MissingError(message % {"table": table, "key": ", ".join(key.values())}) from None
    return [{"kind": step.kind, "name": step.name, "text": step.text, "details": step.details} for step in steps]
