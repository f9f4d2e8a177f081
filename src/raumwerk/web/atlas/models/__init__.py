"""What people keep of the Atlas; its figures are in releases."""

from raumwerk.web.atlas.models.scenario import SavedScenario, ScenarioVisibility, new_token
from raumwerk.web.atlas.models.story import StoryPage

__all__ = ["SavedScenario", "ScenarioVisibility", "StoryPage", "new_token"]
