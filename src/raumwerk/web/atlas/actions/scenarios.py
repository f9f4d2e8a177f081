"""Saving, sharing and removing scenarios. The log notes that there was one, not what it says."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext

from raumwerk import __version__
from raumwerk.errors import ConflictError, InputError, Problem
from raumwerk.web.atlas.models import SavedScenario, ScenarioVisibility
from raumwerk.web.people.models import Person
from raumwerk.web.regions.models import Region
from raumwerk.web.shared.audit.actions import record

__all__ = ["MOST_SAVED", "remove_scenario", "save_scenario", "share_scenario"]

#: Scenarios that one person may keep in one region.
MOST_SAVED = 100


@transaction.atomic
def save_scenario(
    region: Region, *, by: Person, name: str, visibility: str, release: str, parameters: Mapping[str, str]
) -> SavedScenario:
    """Keep levers under a name, with the release and the version of the code they were computed with.

    Raises
    ------
    InputError
        When the name is empty or too long, or the visibility unknown.
    ConflictError
        When the person has one of that name already, or too many.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= 80:
        what, expected = gettext("The scenario needs a name."), gettext("1 to 80 characters")
        raise InputError(Problem(what, expected=expected, column="name"))
    own = SavedScenario.objects.in_region(region).filter(owner=by)
    if own.filter(name=name).exists():
        raise ConflictError(
            gettext("You already have a scenario “%(name)s” here. Choose another name.") % {"name": name}
        )
    if own.count() >= MOST_SAVED:
        told = gettext("You keep %(most)s scenarios here, which is the most. Remove one first.")
        raise ConflictError(told % {"most": MOST_SAVED})
    scenario: SavedScenario = SavedScenario.objects.create(
        region=region, owner=by, name=name, visibility=_known(visibility), release=release, code_version=__version__,
        parameters=dict(parameters),
    )  # fmt: skip
    record("save_scenario", f"scenario {scenario.pk}", by=by, region=region, visibility=scenario.visibility)
    return scenario


@transaction.atomic
def share_scenario(scenario: SavedScenario, *, by: Person, visibility: str) -> None:
    """Change who may open it; InputError when the visibility is unknown."""
    scenario.visibility = _known(visibility)
    scenario.save(update_fields=["visibility"])
    record("share_scenario", f"scenario {scenario.pk}", by=by, region=scenario.region, visibility=visibility)


@transaction.atomic
def remove_scenario(scenario: SavedScenario, *, by: Person) -> None:
    """Forget it for good."""
    record("remove_scenario", f"scenario {scenario.pk}", by=by, region=scenario.region)
    scenario.delete()


def _known(visibility: str) -> str:
    if visibility not in ScenarioVisibility.values:
        what = gettext("“%(given)s” does not say who may open it.") % {"given": visibility[:20]}
        raise InputError(Problem(what, expected=", ".join(ScenarioVisibility.values), column="visibility"))
    return visibility
