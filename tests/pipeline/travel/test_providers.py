"""Routing servers against a server that speaks their documented formats, and the one interface of all providers."""

from __future__ import annotations

import doctest
import itertools
import json
import os
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from raumwerk.errors import InputError, MissingError, UnavailableError
from raumwerk.pipeline.travel import (
    MatrixFile,
    OsrmServer,
    StraightLine,
    ValhallaServer,
    provider,
    straight_line_travel,
    travel_provider,
    with_inner_ways,
)
from raumwerk.pipeline.travel.shortest import shortest_ways

PLACES = pl.DataFrame(
    {"area": ["06611", "05774", "03159"], "longitude": [9.49, 8.75, 9.93], "latitude": [51.31, 51.72, 51.53]}
)
Point = tuple[float, float]


def _seconds(start: Point, goal: Point) -> float:
    """What the server of the tests takes for a way: 1 minute for each thousandth of a degree."""
    return 60_000 * (abs(start[0] - goal[0]) + abs(start[1] - goal[1]))


class _Router(BaseHTTPRequestHandler):
    """OSRM's table service (GET) and Valhalla's matrix service (POST); ``change`` spoils an answer."""

    change: Callable[[dict[str, Any]], Any] = staticmethod(lambda answer: answer)
    status, verbose = 200, True
    asked: list[tuple[int, int]]

    def do_GET(self) -> None:
        found = re.fullmatch(r"/table/v1/driving/([^?]+)\?sources=([\d;]+)&destinations=([\d;]+)"
                             r"&annotations=duration,distance", self.path)  # fmt: skip
        if found is None:
            self._send({"code": "InvalidUrl", "message": "URL string malformed"}, 400)
            return
        points = [tuple(map(float, text.split(","))) for text in found[1].split(";")]
        sources, goals = ([points[int(k)] for k in found[part].split(";")] for part in (2, 3))
        type(self).asked.append((len(sources), len(goals)))
        table = [[_seconds(a, b) for b in goals] for a in sources]
        way = [{"location": list(point), "distance": 12.5, "name": ""} for point in points]
        self._send({"code": "Ok", "durations": table, "distances": [[20 * x for x in row] for row in table],
                    "sources": way[: len(sources)], "destinations": way[len(sources) :]})  # fmt: skip

    def do_POST(self) -> None:
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        sources, goals = ([(one["lon"], one["lat"]) for one in question[side]] for side in ("sources", "targets"))
        type(self).asked.append((len(sources), len(goals)))
        seconds = [[round(_seconds(a, b)) for b in goals] for a in sources]
        cells: Any = [[{"from_index": i, "to_index": j, "time": t, "distance": t / 50}
                       for j, t in enumerate(row)] for i, row in enumerate(seconds)]  # fmt: skip
        if not self.verbose:
            cells = {"durations": seconds, "distances": [[t / 50 for t in row] for row in seconds]}
        self._send({"sources_to_targets": cells, "units": question["units"], "sources": [], "targets": []})

    def _send(self, answer: dict[str, Any], status: int | None = None) -> None:
        body = json.dumps(type(self).change(answer)).encode()
        self.send_response(status or self.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def router(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, type[_Router]]]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    handler = type("Router", (_Router,), {"asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", handler
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("kind", ["osrm", "valhalla"])
def test_server_ways_are_minutes_and_kilometres_in_order(router, kind):
    address, handler = router
    server = travel_provider(f"{kind}:{address}/")
    travel = server.travel(PLACES, PLACES[:2])
    points = [tuple(row) for row in PLACES.select("longitude", "latitude").rows()]
    expected = np.array([[_seconds(a, b) for b in points[:2]] for a in points])
    assert (travel.origins, travel.destinations) == (("06611", "05774", "03159"), ("06611", "05774"))
    np.testing.assert_allclose(travel.minutes, expected / 60, rtol=1e-6, atol=0.01)
    np.testing.assert_allclose(travel.kilometres, expected / 50, rtol=1e-6, atol=0.02)
    assert (travel.mode, travel.estimated, handler.asked) == ("car", False, [(3, 2)])
    assert "ODbL" in travel.source


def test_servers_are_asked_in_blocks(router):
    address, handler = router
    whole = OsrmServer(address).travel(PLACES, PLACES)
    parts = OsrmServer(address, block=2).travel(PLACES, PLACES)
    assert handler.asked == [(3, 3), (2, 2), (2, 1), (1, 2), (1, 1)]
    assert parts.minutes.tolist() == whole.minutes.tolist()


def test_valhalla_concise_form_is_the_same(router):
    address, handler = router
    verbose = ValhallaServer(address).travel(PLACES, PLACES)
    handler.verbose = False
    assert ValhallaServer(address).travel(PLACES, PLACES).kilometres.tolist() == verbose.kilometres.tolist()


def _osrm_null(answer):
    answer["durations"][0][1] = answer["distances"][0][1] = None
    return answer


def _valhalla_null(answer):
    answer["sources_to_targets"][0][1].update(time=None, distance=None)
    return answer


@pytest.mark.parametrize(("server", "change"), [(OsrmServer, _osrm_null), (ValhallaServer, _valhalla_null)])
def test_pair_without_a_way_is_refused_or_allowed(router, server, change):
    address, handler = router
    handler.change = staticmethod(change)
    with pytest.raises(InputError, match=r"row 06611, column 05774: http://\S+ finds no way"):
        server(address).travel(PLACES, PLACES)
    allowed = server(address, without_way="allow").travel(PLACES, PLACES)
    assert np.argwhere(np.isinf(allowed.minutes)).tolist() == np.argwhere(np.isinf(allowed.kilometres)).tolist()
    assert np.argwhere(np.isinf(allowed.minutes)).tolist() == [[0, 1]]


@pytest.mark.parametrize(
    ("server", "change", "said"),
    [
        (OsrmServer, lambda a: {**a, "durations": a["durations"][:2]}, "only in part: durations is not 3 × 3"),
        (OsrmServer, lambda a: {**a, "durations": None}, "only in part: durations"),
        (OsrmServer, lambda a: {k: v for k, v in a.items() if k != "distances"}, "only in part: distances"),
        (OsrmServer, lambda a: {**a, "durations": [["x"] * 3] * 3}, "no numbers"),
        (OsrmServer, lambda a: {"code": "NoSegment", "message": "no street near 2"}, "NoSegment no street near 2"),
        (OsrmServer, lambda a: {**a, "fallback_speed_cells": [[0, 1]]}, "with a straight line"),
        (OsrmServer, lambda a: {**a, "sources": [{"location": [1, 2], "distance": 9e4}]}, "no road within 5 km"),
        (OsrmServer, lambda a: [a], "another form of JSON"),
        (ValhallaServer, lambda a: {**a, "units": "miles"}, "in miles instead of kilometres"),
        (ValhallaServer, lambda a: {**a, "sources_to_targets": a["sources_to_targets"][::-1]}, "not those asked for"),
        (ValhallaServer, lambda a: {**a, "sources_to_targets": [[{}] * 3] * 3}, "a pair has no time"),
        (ValhallaServer, lambda a: {"error": "Unknown"}, "only in part: time"),
    ],
)
def test_answers_that_are_not_whole_are_refused(router, server, change, said):
    address, handler = router
    handler.change = staticmethod(change)
    with pytest.raises(UnavailableError, match=said):
        server(address).travel(PLACES, PLACES)


def test_server_that_refuses_or_is_not_there_is_named(router):
    address, handler = router
    handler.status, handler.change = 400, staticmethod(lambda a: {"code": "TooBig", "message": "Too many coordinates"})
    with pytest.raises(UnavailableError, match="refused with 400 TooBig Too many coordinates"):
        OsrmServer(address).travel(PLACES, PLACES)
    with pytest.raises(UnavailableError, match=r"http://127\.0\.0\.1:9 cannot be reached"):
        ValhallaServer("http://127.0.0.1:9").travel(PLACES, PLACES)


@pytest.mark.parametrize("kind", ["osrm", "valhalla"])
def test_real_server_is_near_the_straight_line(kind):
    address = os.environ.get(f"RAUMWERK_TEST_{kind.upper()}")
    if not address:
        pytest.skip(f"no {kind} server: RAUMWERK_TEST_{kind.upper()} names the address of one that knows Kassel")
    near = pl.DataFrame({"area": ["a", "b"], "longitude": [9.4797, 9.4300], "latitude": [51.3127, 51.3000]})
    travel = travel_provider(f"{kind}:{address}").travel(near, near)
    straight = straight_line_travel(near, detour=1.0).kilometres
    assert straight[0, 1] * 0.95 < travel.kilometres[0, 1] < 4 * straight[0, 1]
    assert 2 < travel.minutes[0, 1] < 60


def test_straight_line_and_file_are_providers_too(tmp_path):
    travel = StraightLine().travel(PLACES[:1], PLACES)
    whole = straight_line_travel(PLACES)
    assert travel.minutes.tolist() == [whole.minutes[0].tolist()]
    path = tmp_path / "ways.csv"
    path.write_text("origin,destination,minutes,kilometres\n06611,05774,55,70\n03159,05774,80,95\n")
    given = travel_provider(f"file:{path}").travel(PLACES.filter(area="03159"), PLACES.filter(area="05774"))
    assert (given.minutes.tolist(), given.kilometres.tolist(), given.source) == ([[80.0]], [[95.0]], "ways.csv")
    with pytest.raises(MissingError, match="no travel time for 06611"):
        MatrixFile(path).travel(PLACES[:1], PLACES[:1])


def test_examples_of_the_documentation_hold():
    found = doctest.testmod(provider)
    assert (found.failed, found.attempted > 0) == (0, True)


def test_unknown_provider_is_named():
    for name in ("bus", "osrm:localhost", "roads:"):
        with pytest.raises(InputError, match=f"'{name}' names no source of travel times"):
            travel_provider(name)


def test_inner_ways_stand_where_points_have_none(router):
    travel = with_inner_ways(OsrmServer(router[0]).travel(PLACES, PLACES), PLACES)
    whole = straight_line_travel(PLACES)
    assert travel.kilometres.diagonal().tolist() == whole.kilometres.diagonal().tolist()
    assert travel.minutes[0, 1] == pytest.approx(_seconds((9.49, 51.31), (8.75, 51.72)) / 60)
    assert travel.source.endswith("within an area estimated")


@pytest.mark.parametrize("seed", range(4))
def test_shortest_ways_are_those_of_scipy_on_roads_with_bends_dead_ends_and_one_ways(seed):
    rng = np.random.default_rng(seed)
    start, end = rng.integers(0, 40, 60), rng.integers(0, 40, 60)
    edges, count = [], 40
    for a, b in zip(start, end, strict=True):
        bends = int(rng.integers(0, 4))
        chain = [a, *range(count, count + bends), b]
        count += bends
        pairs = list(itertools.pairwise(chain))
        edges += pairs + ([(b, a) for a, b in pairs] if rng.random() < 0.8 else [])
    edges = sorted({edge for edge in edges if edge[0] != edge[1]})
    row, column = np.array(edges).T
    minutes, kilometres = (
        coo_array((rng.uniform(0.1, 2, len(edges)), (row, column)), shape=(count, count)).tocsr() for _ in "ab"
    )
    ends = rng.choice(count, 30)
    for limit in (np.inf, 6.0):
        for threads in (1, 3):
            found, ways = shortest_ways(minutes, kilometres, ends[:12], ends[12:], limit=limit, threads=threads)
            expected, previous = dijkstra(minutes, indices=ends[:12], limit=limit, return_predecessors=True)
            np.testing.assert_allclose(found, expected[:, ends[12:]], rtol=1e-12)
            for i in range(12):
                for j, node in enumerate(ends[12:]):
                    length, here = 0.0 if np.isfinite(expected[i, node]) else np.inf, node
                    while previous[i, here] >= 0:
                        length, here = length + kilometres[previous[i, here], here], previous[i, here]
                    assert ways[i, j] == pytest.approx(length)
