"""How a cited figure is written: as sure as it is, in plain text that also stands in mail and PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from raumwerk.tables.status import Status
from raumwerk.web.kit.templatetags.kit import number

if TYPE_CHECKING:
    from raumwerk.web.shared.evidence.findings import Finding

__all__ = ["figure_of", "written"]


def written(
    value: float | None, lower: float | None, upper: float | None, *, status: str, unit: str, decimals: int
) -> str:
    """Write a value with unit and doubts: ``3,4 %``, ``rund 76 Personen (Schätzung, 26–91)``, ``0 – 9 (…)``."""
    behind = f"\u00a0{unit}" if unit else ""
    if value is not None and status == Status.ESTIMATED:
        within = "" if lower is None or upper is None else f", {number(lower, decimals)}–{number(upper, decimals)}"
        return _("about %(value)s (estimate%(within)s)") % {
            "value": f"{number(value, decimals)}{behind}",
            "within": within,
        }
    if value is not None:
        return f"{number(value, decimals)}{behind}"
    if upper is None:
        return _("not known")
    bounds = f"{number(lower or 0, decimals)} – {number(upper, decimals)}{behind}"
    return _("%(bounds)s (suppressed or not listed by the publisher; lies in this interval)") % {"bounds": bounds}


def figure_of(found: Finding) -> str:
    """Write what a release says, in the reader's language."""
    unit = found.unit["en" if (get_language() or "de").startswith("en") else "de"]
    return written(found.value, found.lower, found.upper, status=found.status, unit=unit, decimals=found.decimals)
