"""Saved scenarios: one's own, those shared with the members, and one by its link."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from raumwerk.errors import MissingError
from raumwerk.web.atlas.models import SavedScenario, ScenarioVisibility
from raumwerk.web.atlas.rules import may_open
from raumwerk.web.regions.models import Region

__all__ = ["own_scenarios", "scenario_by_token", "shared_scenarios"]


def own_scenarios(region: Region, person: Any) -> list[SavedScenario]:
    """What the person saved in the region, by name."""
    if not person.is_authenticated:
        return []
    return list(SavedScenario.objects.in_region(region).filter(owner=person))


def shared_scenarios(region: Region, person: Any) -> list[SavedScenario]:
    """What others shared with the members, for those who are members; by name."""
    if not (person.is_authenticated and person.has_perm("atlas.read_shared_scenarios", region)):
        return []
    shared = SavedScenario.objects.in_region(region).filter(visibility=ScenarioVisibility.MEMBERS)
    return list(shared.exclude(owner=person).select_related("owner"))


def scenario_by_token(region: Region, token: str, person: Any) -> SavedScenario:
    """The scenario of a link; MissingError alike where there is none and where it is not for this person."""
    found = SavedScenario.objects.in_region(region).filter(token=token).select_related("region").first()
    if found is None or not may_open(person, found):
        raise MissingError(gettext("This scenario does not exist any more, or is not shared with you."))
    return found
