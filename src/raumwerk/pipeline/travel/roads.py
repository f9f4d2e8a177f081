"""Travel on roads: a network from an OpenStreetMap extract and shortest ways in it.

Data from OpenStreetMap is under the Open Database Licence (ODbL): tables made from it stay in files of their own.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import osmium
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from raumwerk.analysis.estimate.places import great_circle
from raumwerk.analysis.straight_line import read_coordinates
from raumwerk.analysis.travel import TravelMatrix
from raumwerk.errors import InputError, MissingError, Problem
from raumwerk.pipeline.travel.shortest import shortest_ways

__all__ = ["ROAD_SPEEDS", "RoadNetwork", "read_roads"]

Floats = NDArray[np.float64]

#: Assumed mean speeds by class of road, km/h, junctions and traffic included; a lower posted limit counts instead.
ROAD_SPEEDS = {
    "motorway": 105.0, "motorway_link": 60.0, "trunk": 85.0, "trunk_link": 50.0, "primary": 65.0, "primary_link": 45.0,
    "secondary": 58.0, "secondary_link": 40.0, "tertiary": 50.0, "tertiary_link": 35.0, "unclassified": 42.0,
    "residential": 28.0, "living_street": 10.0, "road": 35.0,
}  # fmt: skip
_CLOSED = {"no", "private"}
_FORWARD, _BACKWARD = {"yes", "true", "1"}, {"-1", "reverse"}
_ACCESS_SPEED = 30.0  # km/h on the straight line from a place to its nearest road


@dataclass(frozen=True, eq=False)
class RoadNetwork:
    """Roads for cars as a directed graph of its largest connected part.

    Turn restrictions, traffic lights and ferries are ignored.

    Parameters
    ----------
    longitude, latitude : (n,) arrays
        Nodes, degrees.
    minutes, kilometres : (n, n) sparse arrays
        Edges.
    source : str
        File the network was read from.
    """

    longitude: Floats
    latitude: Floats
    minutes: csr_array
    kilometres: csr_array
    source: str

    def travel(
        self, origins: pl.DataFrame, destinations: pl.DataFrame, *, limit: float = np.inf, threads: int = 2
    ) -> TravelMatrix:
        """Fastest ways by car.

        Parameters
        ----------
        origins, destinations : polars.DataFrame
            ``area, longitude, latitude``. A place is taken to its nearest node at 30 km/h.
        limit : float
            Minutes beyond which there counts no way.
        threads : int
            How many origins are worked on at a time.

        Returns
        -------
        TravelMatrix
            With the kilometres of the fastest way.

        Raises
        ------
        InputError
            Naming wrong places, or a limit not above 0.
        """
        if not limit > 0:
            raise InputError(Problem(f"the limit is {limit}", expected="minutes above 0"))
        ends = []
        for places in (origins, destinations):
            codes, longitude, latitude = read_coordinates(places)
            node, away = self._nearest(longitude, latitude)
            ends.append((codes, node, away))
        (starts, first, before), (goals, last, after) = ends
        minutes, kilometres = shortest_ways(self.minutes, self.kilometres, first, last, limit=limit, threads=threads)
        minutes = minutes + (before[:, None] + after[None, :]) / _ACCESS_SPEED * 60
        kilometres = kilometres + before[:, None] + after[None, :]
        beyond = ~(minutes <= limit) | np.isinf(minutes)
        minutes[beyond], kilometres[beyond] = np.inf, np.inf
        return TravelMatrix(
            starts, goals, minutes, kilometres=kilometres, mode="car", estimated=True,
            source=f"roads of OpenStreetMap ({self.source}, ODbL), assumed speeds by class of road, turns ignored",
        )  # fmt: skip

    def _nearest(self, longitude: Floats, latitude: Floats) -> tuple[NDArray[np.int64], Floats]:
        scale = np.cos(np.radians(self.latitude.mean()))
        tree = cKDTree(np.column_stack([self.longitude * scale, self.latitude]))
        node = np.asarray(tree.query(np.column_stack([longitude * scale, latitude]))[1], dtype=np.int64)
        away = [
            great_circle(longitude[[i]], latitude[[i]], to=(self.longitude[[k]], self.latitude[[k]]))[0, 0]
            for i, k in enumerate(node)
        ]
        return node, np.array(away)


def read_roads(path: Path) -> RoadNetwork:
    """Read the roads for cars from an OpenStreetMap extract (.osm, .osm.gz, .osm.bz2, .osm.pbf).

    Raises
    ------
    MissingError
        When there is no such file.
    InputError
        When it cannot be read or holds no roads.

    Notes
    -----
    Roads closed to cars or private are left out; one-way roads, motorways and roundabouts are kept one-way.
    """
    if not path.is_file():
        raise MissingError(f"There is no file {path}.")
    try:
        nodes, edges = _collect(path)
    except RuntimeError as error:  # what osmium raises for a broken file
        raise InputError(Problem(f"the file cannot be read: {error}", expected="an OpenStreetMap extract",
                                 file=path.name)) from error  # fmt: skip
    if not edges:
        raise InputError(Problem("the extract holds no roads for cars", expected="ways with the tag highway",
                                 file=path.name))  # fmt: skip
    index = {node: place for place, node in enumerate(nodes)}
    longitude, latitude = (np.array([point[side] for point in nodes.values()]) for side in (0, 1))
    start = np.array([index[edge[0]] for edge in edges])
    end = np.array([index[edge[1]] for edge in edges])
    length = _along(longitude, latitude, start, end)
    time = length / np.array([edge[2] for edge in edges]) * 60
    fastest = np.lexsort((time, end, start))
    fastest = fastest[np.r_[True, (np.diff(start[fastest]) != 0) | (np.diff(end[fastest]) != 0)]]
    shape = (len(nodes), len(nodes))
    minutes, kilometres = (
        coo_array((part[fastest], (start[fastest], end[fastest])), shape=shape).tocsr() for part in (time, length)
    )
    label = connected_components(minutes, connection="strong")[1]
    kept = np.flatnonzero(label == np.bincount(label).argmax())
    return RoadNetwork(longitude[kept], latitude[kept], minutes[kept][:, kept], kilometres[kept][:, kept], path.name)


def _collect(path: Path) -> tuple[dict[int, tuple[float, float]], list[tuple[int, int, float]]]:
    """Coordinates of the nodes of roads, and directed edges (from, to, km/h)."""
    nodes: dict[int, tuple[float, float]] = {}
    edges: list[tuple[int, int, float]] = []
    for way in osmium.FileProcessor(str(path)).with_locations().with_filter(osmium.filter.KeyFilter("highway")):
        if not isinstance(way, osmium.osm.Way) or (speed := _speed(way.tags)) is None:
            continue
        points = [(node.ref, node.location.lon, node.location.lat) for node in way.nodes if node.location.valid()]
        nodes.update((ref, (lon, lat)) for ref, lon, lat in points)
        refs = [ref for ref, _, _ in points]
        forward, backward = _directions(way.tags)
        for one, other in itertools.pairwise(refs):
            if one != other:
                edges += [(one, other, speed)] * forward + [(other, one, speed)] * backward
    return nodes, edges


def _speed(tags: osmium.osm.TagList) -> float | None:
    speed = ROAD_SPEEDS.get(tags.get("highway") or "")
    allowed = tags.get("motorcar", tags.get("motor_vehicle", tags.get("access", "yes")))
    if speed is None or allowed in _CLOSED or tags.get("area") == "yes":
        return None
    posted = tags.get("maxspeed") or ""
    return min(speed, float(posted)) if posted.isdigit() and float(posted) > 0 else speed


def _directions(tags: osmium.osm.TagList) -> tuple[bool, bool]:
    oneway = tags.get("oneway", "")
    if oneway in _BACKWARD:
        return False, True
    implied = tags.get("junction") == "roundabout" or (tags.get("highway") or "").startswith("motorway")
    return True, not (oneway in _FORWARD or (implied and oneway != "no"))


def _along(longitude: Floats, latitude: Floats, start: NDArray[np.int64], end: NDArray[np.int64]) -> Floats:
    """Kilometres of single edges."""
    one, two = np.radians(latitude[start]), np.radians(latitude[end])
    apart = np.radians(longitude[end] - longitude[start])
    half = np.sin((two - one) / 2) ** 2 + np.cos(one) * np.cos(two) * np.sin(apart / 2) ** 2
    return np.asarray(2 * 6371.0088 * np.arcsin(np.sqrt(half)))
