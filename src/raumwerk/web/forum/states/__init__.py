"""The workflows of the forum as tables."""

from raumwerk.web.forum.states.meetings import MEETING, MINUTES, MOTION, RESOLUTION, TASK, VOTE

__all__ = ["MEETING", "MINUTES", "MOTION", "RESOLUTION", "TASK", "VOTE"]
