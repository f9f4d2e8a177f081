"""What a release says in one row: value with its doubts, name, unit, sources. Releases never change, so all is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from raumwerk.errors import MissingError
from raumwerk.store import read
from raumwerk.tables.keys import NATION
from raumwerk.tables.status import Status
from raumwerk.web.shared.evidence.reference import Reference

__all__ = ["LANGUAGES", "Finding", "current_release", "find", "held_periods", "names_of", "release_day", "text_of"]

LANGUAGES = ("de", "en")
_QUESTIONS = {
    "indicators": "SELECT value, lower, upper, status, period, files FROM indicators WHERE indicator = ? AND area = ?",
    "observations": "SELECT value, lower, upper, status, period, [file] AS files FROM observations "
    "WHERE measure = ? AND area = ?",
    "flows": "SELECT value, lower, upper, status, period, [file] AS files FROM flows "
    "WHERE part = ? AND origin = ? AND destination = ?",
    "flow_estimates": "SELECT value, lower, upper, status, period, [] AS files FROM flow_estimates "
    "WHERE region = ? AND origin = ? AND destination = ?",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One row as the release has it. ``sources`` has an entry for each source: title_de, title_en, attribution, …"""

    reference: Reference
    label: Mapping[str, str]
    unit: Mapping[str, str]
    decimals: int
    value: float | None
    lower: float | None
    upper: float | None
    status: str
    sources: tuple[Mapping[str, str], ...]

    @property
    def says(self) -> tuple[object, ...]:
        """What a reader can see of it; two findings that say the same are no change."""
        digits = self.decimals
        numbers = (self.value, self.lower, self.upper)
        return (*(None if one is None else round(one, digits) + 0.0 for one in numbers), self.status)


def current_release() -> str | None:
    """Return the id of the release that counts now; None when nothing was published yet."""
    try:
        return read.current(read.open_store(settings.HOME)).id
    except MissingError:
        return None


def find(reference: Reference) -> Finding:
    """Return what a release says; the current release and the latest period where the reference leaves them open.

    Raises
    ------
    MissingError
        When there is no such release, or it has no such row.
    InputError
        When a part of the reference cannot be a key.
    """
    asked = reference.checked()
    release = asked.release or current_release()
    if release is None:
        raise MissingError(_("No statistics have been published on this installation yet."))
    return _found(str(settings.HOME), asked.in_release(release))


@lru_cache(maxsize=4096)
def _found(home: str, asked: Reference) -> Finding:
    release = _release(home, asked.release)
    rows = _rows(release, asked)
    if not rows:
        with_period = _(" for “%(period)s”") % {"period": asked.period} if asked.period else ""
        held = ", ".join(held_periods(asked)[-8:])
        message = _("Release %(release)s has no figure of %(what)s%(period)s.") % {
            "release": asked.release, "what": _label(release, asked, translation.get_language() or "de"),
            "period": with_period,
        }  # fmt: skip
        raise MissingError(
            f"{message} {_('Periods with a figure: %(periods)s.') % {'periods': held}}" if held else message
        )
    row = rows[-1]
    entry = _entry(release, asked)
    estimated = row["status"] == Status.ESTIMATED
    known = release.manifest.get("files", {})
    sources = sorted({known[file]["source"] for file in row["files"] or [] if file in known})
    dated = Reference(
        asked.table, asked.column, asked.area, asked.origin, asked.destination, row["period"], asked.release
    )
    return Finding(
        reference=dated,
        label={lang: f"{_label(release, dated, lang)}, {row['period']}" for lang in LANGUAGES},
        unit={lang: text_of(entry, "unit", lang) for lang in LANGUAGES},
        decimals=0 if asked.is_pair or estimated else int(entry.get("decimals", 0)),
        value=row["value"], lower=row["lower"], upper=row["upper"], status=str(row["status"]),
        sources=tuple(_source(release, key) for key in sources),
    )  # fmt: skip


def _rows(release: read.Release, asked: Reference) -> list[dict[str, Any]]:
    if asked.table not in release.tables:
        return []
    places = [asked.origin, asked.destination] if asked.is_pair else [asked.area]
    question, values = _QUESTIONS[asked.table], [asked.column, *places]
    if asked.period:
        question, values = f"{question} AND period = ?", [*values, asked.period]
    rows: list[dict[str, Any]] = release.sql(f"{question} ORDER BY period", values).to_dicts()
    return rows


def held_periods(reference: Reference) -> list[str]:
    """Return the periods for which the release has this row, oldest first."""
    release = reference.release or current_release()
    if release is None:
        return []
    asked = Reference(reference.table, reference.column, reference.area, reference.origin, reference.destination)
    return [str(row["period"]) for row in _rows(_release(str(settings.HOME), release), asked)]


def release_day(identity: str) -> str:
    """Return the day a release was published, e.g. ``2026-03-31``; empty when it is gone."""
    try:
        return str(_release(str(settings.HOME), identity).manifest["created"])[:10]
    except MissingError:
        return ""


def _release(home: str, identity: str) -> read.Release:
    try:
        return read.release(read.open_store(home), identity)
    except MissingError:
        raise MissingError(_("There is no release “%(release)s” here any more.") % {"release": identity}) from None


def _entry(release: read.Release, asked: Reference) -> Mapping[str, Any]:
    if asked.is_pair:
        return {"unit_de": "Personen", "unit_en": "persons"}
    entry: Mapping[str, Any] = release.manifest.get(
        "indicators" if asked.table == "indicators" else "measures", {}
    ).get(asked.column, {})
    return entry


def _label(release: read.Release, asked: Reference, lang: str) -> str:
    def name(key: str) -> str:
        return names_of(str(release.folder.parents[2]), release.id, lang).get(key, key)

    if asked.is_pair:
        with translation.override(lang):
            told = _("Commuters from %(origin)s to %(destination)s")
        return told % {"origin": name(asked.origin), "destination": name(asked.destination)}
    return f"{text_of(_entry(release, asked), 'name', lang) or asked.column}, {name(asked.area)}"


@lru_cache(maxsize=16)
def names_of(home: str, identity: str, lang: str) -> dict[str, str]:
    """Names of all areas of a release, the newest boundaries first, and of its regions."""
    release = _release(home, identity)
    names: dict[str, str] = {}
    for table in ("boundaries", "areas"):
        if table in release.tables:
            rows = release.sql(f"SELECT area, name FROM {table} ORDER BY edition")  # noqa: S608 - two known names
            names.update(rows.iter_rows())
    with translation.override(lang):
        names[NATION] = _("The sample country") if release.manifest.get("sample") else _("Germany")
    for slug, entry in release.manifest.get("regions", {}).items():
        names[f"region:{slug}"] = text_of(entry, "name", lang)
    return names


def _source(release: read.Release, key: str) -> Mapping[str, str]:
    entry = release.manifest.get("sources", {}).get(key, {})
    texts = {f"title_{lang}": text_of(entry, "title", lang) or key for lang in LANGUAGES}
    return texts | {name: str(entry.get(name, "")) for name in ("attribution", "licence", "licence_url")}


def text_of(entry: Mapping[str, Any], field: str, lang: str) -> str:
    return str(entry.get(f"{field}_{lang}") or entry.get(field) or entry.get(f"{field}_de") or "")
