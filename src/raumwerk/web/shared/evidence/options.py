"""What the form to cite offers: indicators with values, areas of the region and what they are compared with."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from raumwerk.errors import MissingError
from raumwerk.store import read
from raumwerk.tables.keys import NATION, Level, region_key
from raumwerk.web.shared.evidence.findings import current_release, names_of, text_of

__all__ = ["area_options", "indicator_options", "partner_options"]

type_options = list[Any]


def indicator_options(lang: str) -> type_options:
    """Return key and name of every indicator with values, by name."""
    release = current_release()
    return list(_indicators(str(settings.HOME), release, lang)) if release else []


@lru_cache(maxsize=8)
def _indicators(home: str, identity: str, lang: str) -> tuple[tuple[str, str], ...]:
    release = read.release(read.open_store(home), identity)
    if "indicators" not in release.tables:
        return ()
    held = set(release.sql("SELECT DISTINCT indicator FROM indicators")["indicator"])
    entries = release.manifest.get("indicators", {})
    named = ((key, text_of(entry, "name", lang) or key) for key, entry in entries.items() if key in held)
    return tuple(sorted(named, key=lambda pair: _alphabetical(pair[1])))


def area_options(slug: str, lang: str) -> type_options:
    """Return the region, its districts, its municipalities by district, its states and the nation, in groups."""
    release = current_release()
    return list(_areas(str(settings.HOME), release, slug, lang)) if release else []


@lru_cache(maxsize=32)
def _areas(home: str, identity: str, slug: str, lang: str) -> tuple[Any, ...]:
    names = names_of(home, identity, lang)
    members = _members(home, identity, slug)
    districts = [key for key, level in members if level == Level.DISTRICT]
    municipal = [key for key, level in members if level == Level.MUNICIPALITY]
    states = sorted({key[:2] for key in (*districts, *municipal)})
    with translation.override(lang):
        groups: list[Any] = [(region_key(slug), names.get(region_key(slug), slug))]
        groups.append((_("Districts"), _named(districts, names)))
        for district in _by_name({key[:5] for key in municipal}, names):
            inside = [key for key in municipal if key[:5] == district]
            label = _("Municipalities: %(district)s") % {"district": names.get(district, district)}
            groups.append((label, _named(inside, names)))
        groups.append((_("To compare"), [*_named(states, names), (NATION, names[NATION])]))
    return tuple(groups)


def partner_options(lang: str) -> type_options:
    """Return all districts of the nation, by name."""
    release = current_release()
    return list(_districts(str(settings.HOME), release, lang)) if release else []


@lru_cache(maxsize=8)
def _districts(home: str, identity: str, lang: str) -> tuple[tuple[str, str], ...]:
    release = read.release(read.open_store(home), identity)
    if "flows" not in release.tables:
        return ()
    asked = "SELECT DISTINCT destination FROM flows WHERE level = 'district' AND part = 'all'"
    return tuple(_named(list(release.sql(asked)["destination"]), names_of(home, identity, lang)))


def _members(home: str, identity: str, slug: str) -> list[tuple[str, str]]:
    release = read.release(read.open_store(home), identity)
    if "region_members" not in release.tables:
        raise MissingError(_("No statistics have been published on this installation yet."))
    asked = "SELECT DISTINCT area, level FROM region_members WHERE region = ? AND perimeter = 'wider' ORDER BY area"
    return list(release.sql(asked, [region_key(slug)]).iter_rows())


def _by_name(keys: Iterable[str], names: dict[str, str]) -> list[str]:
    return sorted(keys, key=lambda key: (_alphabetical(names[key] if key in names else key), key))  # noqa: SIM401 - typed


def _named(keys: Iterable[str], names: dict[str, str]) -> list[tuple[str, str]]:
    return [(key, names.get(key, key)) for key in _by_name(keys, names)]


def _alphabetical(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
