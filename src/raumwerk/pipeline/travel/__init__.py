"""Where travel times come from, behind one interface: :mod:`raumwerk.pipeline.travel.provider`."""

from raumwerk.analysis.straight_line import SPEEDS, straight_line_travel
from raumwerk.pipeline.travel.matrix_file import MatrixFile, read_matrix
from raumwerk.pipeline.travel.provider import StraightLine, TravelProvider, travel_provider, with_inner_ways
from raumwerk.pipeline.travel.roads import RoadNetwork, read_roads
from raumwerk.pipeline.travel.servers import OsrmServer, ValhallaServer

__all__ = [
    "SPEEDS",
    "MatrixFile",
    "OsrmServer",
    "RoadNetwork",
    "StraightLine",
    "TravelProvider",
    "ValhallaServer",
    "read_matrix",
    "read_roads",
    "straight_line_travel",
    "travel_provider",
    "with_inner_ways",
]
