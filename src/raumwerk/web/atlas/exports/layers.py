"""A whole layer to take away: the areas of a region with the latest value of every indicator."""

from __future__ import annotations

import polars as pl
from django.utils.translation import gettext

from raumwerk.web.atlas.exports.content import Content, Field, origin_facts
from raumwerk.web.atlas.queries.features import Layer, layer_rows
from raumwerk.web.atlas.queries.release import AtlasRelease

__all__ = ["layer_content"]


def layer_content(atlas: AtlasRelease, layer: Layer, lang: str) -> Content:
    """Layer as a download; a value that is suppressed or unknown is empty, never zero."""
    rows = layer_rows(atlas, layer, lang=lang)
    # the first column of a download is called area everywhere
    fields = [Field("area" if each.name == "key" else each.name, each.title, each.description, each.unit)
              for each in layer.properties]  # fmt: skip
    types = {"area" if each.name == "key" else each.name: pl.String if each.kind == "string" else pl.Float64
             for each in layer.properties}  # fmt: skip
    frame = pl.DataFrame([{**row, "area": row["key"]} for row, _shape in rows], schema=types)
    facts = [(gettext("Description"), layer.description), *origin_facts(atlas, list(layer.files), lang)]
    stem = f"raumwerk-{layer.key}-{atlas.id}"
    shapes = {row["key"]: shape for row, shape in rows}
    return Content(stem, layer.title, fields, frame, facts, shapes, str(atlas.manifest["created"]))
