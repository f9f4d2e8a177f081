"""What people keep of the Atlas; its figures are in releases."""

from raumwerk.web.atlas.models.scenario import SavedScenario, ScenarioVisibility, new_token

__all__ = ["SavedScenario", "ScenarioVisibility", "new_token"]
