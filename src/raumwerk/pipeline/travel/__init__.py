"""Where travel times come from: a declared estimate by straight lines, or a road network from OpenStreetMap."""

from raumwerk.pipeline.travel.roads import RoadNetwork, read_roads
from raumwerk.pipeline.travel.straight_line import SPEEDS, straight_line_travel

__all__ = ["SPEEDS", "RoadNetwork", "read_roads", "straight_line_travel"]
