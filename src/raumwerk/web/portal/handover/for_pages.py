"""What editors of pages choose from: districts and municipalities of the Atlas, bodies of the forum."""

from __future__ import annotations

from collections.abc import Mapping

from raumwerk.web.forum.models import Body
from raumwerk.web.portal.handover import forum_content  # noqa: F401  (listens for the pages to be written)
from raumwerk.web.portal.handover.statistics import present_release
from raumwerk.web.regions.models import Region

__all__ = ["bodies_for_pages", "places_for_pages"]


def places_for_pages(region: Region, language: str) -> Mapping[str, str]:
    """Return the districts of a region, each followed by its municipalities: key → name."""
    atlas = present_release()
    if atlas is None or region.slug not in atlas.regions:
        return {}
    known = atlas.region(region.slug)

    def make() -> dict[str, str]:
        names = {key: atlas.name(key, language) for key in (*known.districts, *known.municipalities)}
        # a district of one municipality is named once, by its shorter key
        twins = {key for key in known.municipalities if key[:5] in names and key[5:] == "000"}
        return {key: names[key] for key in sorted(names) if key not in twins}

    return atlas.remember(("places for pages", region.slug, language), make)


def bodies_for_pages(region: Region) -> Mapping[int, str]:
    """Return the bodies of a region that have not been dissolved: number → name."""
    return {body.pk: body.name for body in Body.objects.in_region(region).standing()}
