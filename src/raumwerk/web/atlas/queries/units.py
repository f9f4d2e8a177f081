"""A set of municipalities and districts: which units its flows are counted between, and whether they are counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from raumwerk.errors import InputError, MissingError, Problem
from raumwerk.tables.keys import Level
from raumwerk.web.atlas.queries.pairs import estimate_periods, measured_periods
from raumwerk.web.atlas.queries.release import AtlasRelease, Region

__all__ = ["MOST_AREAS", "Units", "chosen_period", "counted_units"]

MOST_AREAS = 400  # as many as Germany has districts


@dataclass(frozen=True, slots=True)
class Units:
    """``areas`` as chosen (the region's key stands for all), ``near`` the units of ``level`` they consist of."""

    areas: tuple[str, ...]
    near: tuple[str, ...]
    level: str
    estimated: bool
    periods: list[str]

    @property
    def label(self) -> str:
        """Key of the one area chosen; of several ``selection``."""
        return self.areas[0] if len(self.areas) == 1 else "selection"


def counted_units(atlas: AtlasRelease, region: Region, areas: Sequence[str], level: str | None) -> Units:
    """Units of the areas.

    Districts are counted between districts, anywhere in Germany. As soon as a municipality is among them, or ``level``
    asks for municipalities, all are taken apart into the municipalities of the region.

    Raises
    ------
    MissingError
        Unknown area, or one that this region does not hold; no flows.
    InputError
        A district outside the region beside municipalities; too many areas.
    """
    chosen = tuple(dict.fromkeys(areas)) or (region.key,)
    if len(chosen) > MOST_AREAS:
        raise InputError(_too_many(len(chosen)))
    levels = [_level_in(atlas, region, key) for key in chosen]
    measured = measured_periods(atlas, Level.MUNICIPALITY, region)
    estimates = [] if measured else estimate_periods(atlas, region)
    municipal = Level.MUNICIPALITY in levels
    if municipal or (level == Level.MUNICIPALITY and (measured or estimates)):
        near = _municipalities(atlas, region, chosen)
        if not measured and not estimates:
            raise MissingError(_no_flows(atlas, chosen[0]))
        return Units(chosen, near, Level.MUNICIPALITY.value, not measured, measured or estimates)
    near = tuple(sorted({part for key in chosen for part in (region.districts if key == region.key else (key,))}))
    periods = measured_periods(atlas, Level.DISTRICT)
    if not periods:
        raise MissingError(_no_flows(atlas, chosen[0]))
    return Units(chosen, near, Level.DISTRICT.value, False, periods)


def chosen_period(units: Units, period: str | None) -> str:
    """The period asked for, else the latest; InputError when there are no flows for it."""
    if period is not None and period not in units.periods:
        raise InputError(
            Problem(
                gettext("There are no flows for “%(period)s”") % {"period": period},
                expected=", ".join(units.periods),
                advice=gettext("Choose one of the values named here."),
                column="period",
            )
        )
    return period or units.periods[-1]


def _level_in(atlas: AtlasRelease, region: Region, key: str) -> str:
    """Level of a chosen area: ``region``, ``district`` or ``municipality``."""
    if key == region.key:
        return Level.REGION.value
    known = atlas.areas.get(key)
    if known is None or known.level not in (Level.MUNICIPALITY, Level.DISTRICT):
        message = gettext("“%(area)s” is no district and no municipality of release %(release)s.")
        raise MissingError(message % {"area": key, "release": atlas.id})
    if known.level == Level.MUNICIPALITY and key not in region.municipalities:
        message = gettext("Municipality “%(area)s” does not belong to the region; choose its district %(district)s.")
        raise MissingError(message % {"area": key, "district": known.district})
    return known.level


def _municipalities(atlas: AtlasRelease, region: Region, chosen: Sequence[str]) -> tuple[str, ...]:
    near: set[str] = set()
    for key in chosen:
        parts = {part for part in region.municipalities if key == region.key or part.startswith(key)}
        if not parts:
            raise InputError(
                Problem(
                    gettext("District %(district)s lies outside the region and has no flows between municipalities")
                    % {"district": key},
                    expected=gettext("districts and municipalities of the region, or districts alone"),
                    advice=gettext("Choose districts only, or leave this one out."),
                    column="area",
                )
            )
        near |= parts
    inhabited = {key for key in near if key not in atlas.areas or atlas.areas[key].inhabited}
    return tuple(sorted(inhabited or near))


def _no_flows(atlas: AtlasRelease, area: str) -> str:
    message = gettext("Release %(release)s holds no commuter flows for “%(area)s”.")
    return message % {"release": atlas.id, "area": area}


def _too_many(number: int) -> Problem:
    return Problem(
        gettext("%(number)s areas are chosen") % {"number": number},
        expected=gettext("at most %(most)s") % {"most": MOST_AREAS},
        advice=gettext("Choose whole districts instead of their municipalities."),
        column="area",
    )
