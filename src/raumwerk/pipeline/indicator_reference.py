"""The reference of indicators, written from the catalogue: ``python -m raumwerk.pipeline.indicator_reference``.

Writes ``docs/reference/indicators.md`` of the checkout; a test holds the file to the catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from raumwerk.pipeline.catalogue import Catalogue, load
from raumwerk.pipeline.derived.indicators import Definition

__all__ = ["formula", "main", "render"]

_TARGET = Path(__file__).resolve().parents[3] / "docs" / "reference" / "indicators.md"
_SHOWN = 4  # measures named in a formula before the rest is counted
_TOPICS = {
    "demography": "Demography", "land_use": "Land use and settlement", "housing": "Housing", "economy": "Economy",
    "labour_market": "Labour market", "commuting": "Commuting", "centrality": "Centrality", "supply": "Supply",
    "energy": "Energy",
}  # fmt: skip
_HEAD = """# Indicators

Written from `catalogue/indicators/*.toml` by `python -m raumwerk.pipeline.indicator_reference`; do not edit by hand.

{count} indicators. Where counts are published, values are computed from them: numerators and denominators are summed
over areas first and divided last, so that a region's rate is never a mean of its members' rates. Rates and means that
are published without their counts (INKAR, broadband) are shown as they are, and never for larger areas. Masked,
unlisted and rounded counts carry bounds through every sum; a value that cannot be known is published as an interval,
never as zero. Levels at which the sources give nothing stay empty. A municipality has no value that rests on estimates
alone.

How to add one without code: [own-indicators.md](../how-to/own-indicators.md).
"""


def formula(entry: Mapping[str, Any]) -> str:
    """The formula of an entry in one line."""
    definition = Definition.from_entry(str(entry["key"]), entry)
    top = _sum(definition.numerator)
    if definition.minus:
        top = f"{top} − {_sum(definition.minus)}"
    if definition.denominator:
        compound = len(definition.numerator) + len(definition.minus) > 1
        bottom = _sum(definition.denominator)
        top = f"({top})" if compound else top
        top = f"{top} ÷ ({bottom})" if len(definition.denominator) > 1 else f"{top} ÷ {bottom}"
    if definition.factor != 1:
        top = f"{definition.factor:g} × {top}"
    if definition.change:
        top = f"{definition.change} change of {top} in {definition.change_years} years"
    if definition.relative_to:
        top = f"{top}, ÷ the same for {definition.relative_to}"
    return top


def _sum(measures: tuple[str, ...]) -> str:
    shown = " + ".join(f"`{measure}`" for measure in measures[:_SHOWN])
    rest = len(measures) - _SHOWN
    return f"{shown} + {rest} more" if rest > 0 else shown


def render(catalogue: Catalogue) -> str:
    """The whole reference as Markdown."""
    parts = [_HEAD.format(count=len(catalogue.indicators))]
    topics = dict.fromkeys(str(entry["topic"]) for entry in catalogue.indicators.values())
    for topic in sorted(topics, key=lambda one: [*_TOPICS, one].index(one)):
        parts.append(f"\n## {_TOPICS.get(topic, topic)}\n")
        parts.append("| key | German, English | unit | levels | formula | caveat |\n|---|---|---|---|---|---|")
        for key, entry in catalogue.indicators.items():
            if entry["topic"] == topic:
                parts.append(_row(key, entry))
    return "\n".join(parts) + "\n"


def _row(key: str, entry: Mapping[str, Any]) -> str:
    names = f"{entry['name_de']}<br>{entry['name_en']}: {entry['description_en']}"
    cells = (f"`{key}`", names, entry["unit"], ", ".join(entry["levels"]), formula(entry), entry.get("caveat_en", ""))
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def main() -> None:
    """Write the reference beside the other documents."""
    _TARGET.parent.mkdir(parents=True, exist_ok=True)
    _TARGET.write_text(render(load()), encoding="utf-8")


if __name__ == "__main__":
    main()
