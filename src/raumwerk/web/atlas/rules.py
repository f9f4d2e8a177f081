"""Who may keep something of the Atlas, and who may open what others kept. Everything not written here is denied."""

from __future__ import annotations

from typing import Any

from rules.permissions import add_perm
from rules.predicates import is_active, predicate

from raumwerk.web.atlas.models import SavedScenario, ScenarioVisibility
from raumwerk.web.people.models import Role
from raumwerk.web.people.rules import has_role

__all__ = ["may_open"]


@predicate
def owns(person: Any, scenario: SavedScenario | None = None) -> bool:
    """The person saved it."""
    return scenario is not None and person.is_authenticated and scenario.owner_id == person.pk


@predicate
def is_for_everybody(person: Any, scenario: SavedScenario | None = None) -> bool:
    """It was shared by its link."""
    return scenario is not None and scenario.visibility == ScenarioVisibility.LINK


@predicate
def is_for_members(person: Any, scenario: SavedScenario | None = None) -> bool:
    """It was shared with the members of the region."""
    return scenario is not None and scenario.visibility == ScenarioVisibility.MEMBERS


add_perm("atlas.save_scenario", is_active & has_role(Role.GUEST))
add_perm("atlas.change_saved_scenario", is_active & owns)
add_perm("atlas.read_shared_scenarios", is_active & has_role(Role.MEMBER))


def may_open(person: Any, scenario: SavedScenario) -> bool:
    """Whether the person, signed in or not, may open a saved scenario."""
    if is_for_everybody(person, scenario):
        return True
    if not person.is_authenticated or not person.is_active:
        return False
    if owns(person, scenario):
        return True
    return is_for_members(person, scenario) and person.has_perm("atlas.read_shared_scenarios", scenario.region)
