"""What is cited: one row of one table of one release. And the way from an address of the Atlas to such a row."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlencode, urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from raumwerk.errors import InputError, Problem
from raumwerk.tables.keys import Level, level_of

__all__ = ["TABLES", "Reference", "parse"]

TABLES = ("indicators", "observations", "flows", "flow_estimates")
_PAIRS = ("flows", "flow_estimates")
_KEY = re.compile(r"[A-Za-z0-9:_-]{1,80}\Z")
_PERIOD = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?(/\d{4})?\Z")
_RELEASE = re.compile(r"\d{8}-[0-9a-f]{8}\Z")
#: Indicators that say what a view of commuters sums up, by direction and border.
_SUMS = {("out", "all"): "commuters_out", ("in", "all"): "commuters_in"}


@dataclass(frozen=True, slots=True)
class Reference:
    """One row of a release.

    Parameters
    ----------
    table : str
        ``indicators``, ``observations``, ``flows`` or ``flow_estimates``.
    column : str
        Key of the indicator or measure; for flows the group of persons (``all``), for estimates the region's key.
    area : str
        Key of the area, of indicators and observations.
    origin, destination : str
        Keys of home and place of work, of flows.
    period : str
        As in the table; empty means the latest there is.
    release : str
        Id of the release; empty means the current one.
    """

    table: str
    column: str
    area: str = ""
    origin: str = ""
    destination: str = ""
    period: str = ""
    release: str = ""

    @property
    def is_pair(self) -> bool:
        """Tell whether two areas are meant."""
        return self.table in _PAIRS

    def checked(self) -> Reference:
        """Return this reference if its parts can be keys at all.

        Raises
        ------
        InputError
            Naming every part that cannot.
        """
        wanted = ["column", "origin", "destination"] if self.is_pair else ["column", "area"]
        problems = [
            Problem(_("“%(value)s” is no key of the Atlas") % {"value": getattr(self, name)[:60]}, column=name)
            for name in wanted
            if not _KEY.match(getattr(self, name))
        ]
        if self.table not in TABLES:
            problems.append(Problem(_("The table “%(table)s” cannot be cited") % {"table": self.table[:60]}))
        if self.period and not _PERIOD.match(self.period):
            problems.append(Problem(_("“%(value)s” is no period") % {"value": self.period[:60]}, column="period"))
        if self.release and not _RELEASE.match(self.release):
            problems.append(Problem(_("“%(value)s” is no release") % {"value": self.release[:60]}, column="release"))
        if problems:
            raise InputError(problems)
        return self

    def in_release(self, release: str) -> Reference:
        """Return the same row of another release."""
        return replace(self, release=release)

    def view_url(self, region: str) -> str:
        """Return the path of the Atlas view that shows this row, of this very release."""
        asked = {"mode": "indicator", "indicator": self.column, "area": self.area}
        if self.is_pair:
            asked = {"mode": "flows", "area": self.origin, "direction": "out"}
        if self.table == "observations":
            return self.origin_url(region)
        level = level_of(self.origin or self.area)
        if level in (Level.MUNICIPALITY, Level.DISTRICT):
            asked["level"] = str(level.value)
        asked |= {"period": self.period, "release": self.release}
        return f"{reverse('atlas:map', kwargs={'region': region})}?{_query(asked)}"

    def origin_url(self, region: str) -> str:
        """Return the path of the page that leads from this row back to the official files."""
        asked = {"table": self.table, "area": self.area, "origin": self.origin, "destination": self.destination}
        if self.table == "indicators":
            asked["indicator"] = self.column
        asked |= {"period": self.period, "release": self.release}
        return f"{reverse('atlas:lineage', kwargs={'region': region})}?{_query(asked)}"

    def as_query(self) -> str:
        """Return the reference as part of an address, as the form to cite reads it."""
        names = ("table", "column", "area", "origin", "destination", "period", "release")
        return _query({name: getattr(self, name) for name in names})


def _query(asked: dict[str, str]) -> str:
    return urlencode({name: value for name, value in asked.items() if value})


def parse(url: str, region: str) -> Reference:
    """Return what an address of the Atlas shows: a view of an indicator, of commuters, or the origin of a figure.

    Parameters
    ----------
    url : str
        Whole address or path; of this installation.
    region : str
        Slug of the region whose page cites: the area of a view that names none.

    Raises
    ------
    InputError
        When the address is none of the Atlas, or shows many rows and not one.
    """
    parts = urlsplit(url.strip())
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    ours = urlsplit(settings.BASE_URL).netloc
    place = re.fullmatch(r"/(?:en/)?([a-z][a-z0-9-]*)/atlas/(herkunft/)?", parts.path)
    if place is None or (parts.netloc and parts.netloc != ours):
        raise InputError(
            Problem(
                _("This is no address of the Atlas of this installation"),
                expected=_("the address of a map or of the origin of a figure"),
                advice=_("Copy it from the address bar while the figure is shown."),
            )
        )
    wanted = {name: asked.get(name, "") for name in ("period", "release")}
    if place.group(2):
        column = asked.get("indicator", "") or ("all" if asked.get("table") == "flows" else f"region:{place.group(1)}")
        areas = {name: asked.get(name, "") for name in ("area", "origin", "destination")}
        return Reference(asked.get("table", ""), column, **areas, **wanted).checked()
    area = asked.get("area") or f"region:{place.group(1) or region}"
    if asked.get("mode") != "flows":
        return Reference("indicators", asked.get("indicator", ""), area, **wanted).checked()
    summed = _SUMS.get((asked.get("direction", "out"), asked.get("border", "all")))
    if summed is None:
        raise InputError(
            Problem(
                _("This view shows many pairs of areas"),
                expected=_("one figure"),
                advice=_("Choose place of residence and place of work in the form below."),
            )
        )
    return Reference("indicators", summed, area, **wanted).checked()
