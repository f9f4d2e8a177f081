"""Pieces of the planning pages on the made country: drawing, colours, parameters, memory."""

from __future__ import annotations

import re
import threading

import pytest
from django.http import QueryDict

from raumwerk.web.atlas.queries.methods import METHODS, method_text
from raumwerk.web.atlas.queries.planning.analysis import Column, Dot, Legend, Picture, Table, apart, kept
from raumwerk.web.atlas.queries.planning.drawing import WIDTH, colour_classes, drawing_of
from raumwerk.web.atlas.queries.planning.params import Param, as_text, read_state
from raumwerk.web.atlas.templatetags.planning import plan_map


def test_drawing_has_every_member_its_neighbours_and_common_lines(atlas):
    drawing = drawing_of(atlas, atlas.region("probe"), "district")
    assert sorted(drawing.areas) == ["91001", "91002", "92001", "92002"]
    assert set(drawing.lines) == {("91001", "91002"), ("91001", "92001"), ("91002", "92002"), ("92001", "92002")}
    assert drawing.neighbours["91001"] == {"91002", "92001"}
    assert all(re.fullmatch(r"(M-?\d+ -?\d+l(-?\d+ -?\d+ ?)+z)+", path) for path in drawing.areas.values())
    numbers = [int(number) for path in drawing.areas.values() for number in re.match(r"M(\d+) (\d+)", path).groups()]
    assert all(0 <= number <= max(WIDTH, drawing.height) for number in numbers)
    west, east = drawing.centres["91001"], drawing.centres["92001"]
    assert west[0] < east[0]
    assert abs(west[1] - east[1]) <= 1
    assert drawing.centres["91002"][1] > west[1]  # y goes down


def test_lines_part_only_areas_of_different_known_groups(atlas):
    drawing = drawing_of(atlas, atlas.region("probe"), "district")
    assert drawing.between(dict.fromkeys(drawing.areas, "x")) == ""
    states = {key: key[:2] for key in drawing.areas}
    assert drawing.between(states) == "".join(
        path for pair, path in drawing.lines.items() if pair[0][:2] != pair[1][:2]
    )
    assert drawing.between({"91001": "a", "92002": "b"}) == ""


def test_neighbouring_groups_have_different_colours():
    neighbours = {"a": ["b", "c"], "b": ["a", "c", "d"], "c": ["a", "b", "d"], "d": ["b", "c"]}
    found = colour_classes({key: key for key in neighbours}, neighbours, 4)
    assert all(found[one] != found[two] for one, others in neighbours.items() for two in others)
    assert set(colour_classes({key: key for key in neighbours}, neighbours, 2).values()) <= {0, 1}


def test_map_escapes_every_text(atlas):
    drawing = drawing_of(atlas, atlas.region("probe"), "district")
    evil = '"><script>alert(1)</script>'
    picture = Picture(drawing, {}, {"91001": evil}, [Legend("#fff", "x")], (), [Dot(5, 5, 3, evil)])
    svg = plan_map(picture, evil)
    assert "<script" not in svg
    assert svg.count("&lt;script&gt;") == 4  # label, title of the area, title and name of the dot
    assert svg.count("<path") == 5


def test_names_on_a_map_do_not_lie_on_each_other():
    first, beside, third = Dot(100, 100, 4, "Hofgeismar"), Dot(120, 105, 4, "Vellmar"), Dot(110, 102, 4, "Kassel")
    far, quiet = Dot(600, 100, 4, "Eschwege"), Dot(602, 100, 4, "Sontra", label=False)
    placed = apart([first, beside, third, far, quiet])
    assert [(dot.name, dot.label, dot.below) for dot in placed] == [
        ("Hofgeismar", True, False), ("Vellmar", True, True), ("Kassel", False, False),
        ("Eschwege", True, False), ("Sontra", False, False),
    ]  # fmt: skip
    assert placed[1].baseline > beside.y > placed[0].baseline


def test_names_without_room_for_the_larger_letters_of_a_phone_are_marked(atlas):
    dots = apart([Dot(100, 100, 4, "Hofgeismar"), Dot(210, 100, 4, "Vellmar"), Dot(900, 300, 4, "Frankenberg (Eder)")])
    assert [(dot.label, dot.narrow) for dot in dots] == [(True, True), (True, False), (True, False)]
    svg = plan_map(Picture(drawing_of(atlas, atlas.region("probe"), "district"), {}, {}, [], (), dots), "Karte")
    assert re.findall(r'class="(plan-map__name[^"]*)"[^>]*>([^<]+)', svg) == [
        ("plan-map__name", "Hofgeismar"), ("plan-map__name plan-map__name--wide", "Vellmar"),
        ("plan-map__name plan-map__name--wide", "Frankenberg (Eder)"),
    ]  # fmt: skip


NUMBER = Param(name="n", label="N", kind="number", default=2, least=1, most=9)
SHARE = Param(name="s", label="S", kind="number", default=1.0, least=0, most=2, step=0.1)
CHOICE = Param(name="c", label="C", default="a", choices=(("a", "A"), ("b", "B")))
TOWNS = Param(name="t", label="T", kind="areas", default=None)
PARAMS = (NUMBER, SHARE, CHOICE, TOWNS)


@pytest.mark.parametrize(
    ("query", "state", "wrong"),
    [
        ("", {"n": 2, "s": 1.0, "c": "a", "t": None}, set()),
        ("n=5&s=0,4&c=b&t=91001001,91001002", {"n": 5, "s": 0.4, "c": "b", "t": ["91001001", "91001002"]}, set()),
        ("t=91001002&t=91001001", {"n": 2, "s": 1.0, "c": "a", "t": ["91001001", "91001002"]}, set()),
        ("n=2.5&s=nan&c=z&t=92003001", {"n": 2, "s": 1.0, "c": "a", "t": None}, {"n", "s", "c", "t"}),
        ("n=1e400&s=inf&c=&t=91002004", {"n": 2, "s": 1.0, "c": "a", "t": None}, {"n", "s", "t"}),
        ("n=0&s=-1&utm_source=x", {"n": 2, "s": 1.0, "c": "a", "t": None}, {"n", "s"}),
    ],
)
def test_state_is_read_and_what_is_wrong_is_told(atlas, query, state, wrong):
    found, problems = read_state(PARAMS, QueryDict(query), atlas=atlas, region=atlas.region("probe"))
    assert (found, set(problems)) == (state, wrong)
    if not wrong:
        again, _ = read_state(PARAMS, as_text(PARAMS, found), atlas=atlas, region=atlas.region("probe"))
        assert again == found


def test_answers_are_computed_once_even_when_asked_at_once(atlas):
    calls = []
    gate = threading.Event()

    def slow():
        calls.append(1)
        gate.wait(5)
        return "answer"

    found = []
    threads = [threading.Thread(target=lambda: found.append(kept(atlas, ("test", "slow"), slow))) for _ in range(4)]
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join(10)
    assert (found, len(calls)) == (["answer"] * 4, 1)


def test_failed_answers_are_asked_again(atlas):
    def fails():
        raise ValueError("no")

    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            kept(atlas, ("test", "fails"), fails)
    assert kept(atlas, ("test", "fails"), lambda: 3) == 3


def test_bounded_column_brings_its_interval():
    import polars as pl

    frame = pl.DataFrame({"key": ["1"], "name": ["A"], "q": [None], "q_lower": [0.1], "q_upper": [0.9]})
    columns = [Column("name", "Name", "", area="key"), Column("q", "Q", "", "", 2, bounded=True)]
    assert Table("t", "T", columns, frame).rows() == [
        {"name": "A", "key": "1", "q": None, "q_lower": 0.1, "q_upper": 0.9}
    ]


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize("key", METHODS)
def test_every_method_has_a_text(key, lang):
    title, body = method_text(key, lang, lambda other: f"/{other}/")
    assert title
    assert "**" not in body
    assert "](" not in body
    assert body.count("<p>") == body.count("</p>") > 1
