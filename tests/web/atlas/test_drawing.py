"""Drawings of the server: safe whatever the text, colours as on the screen, charts that admit doubt."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from raumwerk.web.atlas.exports.charts import line_chart, structure_chart
from raumwerk.web.atlas.exports.drawing import Drawing, wrapped
from raumwerk.web.atlas.exports.maps import choropleth, flow_map, locator
from raumwerk.web.atlas.exports.palette import class_of, colours, colours_of
from raumwerk.web.atlas.queries.flows import area_flows
from raumwerk.web.atlas.queries.structure import Group, Structure
from raumwerk.web.atlas.queries.values import region_values

SVG = "{http://www.w3.org/2000/svg}"


def test_colours_are_those_of_the_screen():
    screen = Path(__file__).parents[3] / "frontend/src/flows/classes.ts"
    ramps = re.findall(r"const (?:SEQUENTIAL|BELOW|ABOVE) = \[(.+?)\]", screen.read_text("utf-8"))
    sequential, below, above = (re.findall(r"#[0-9a-f]{6}", ramp) for ramp in ramps)
    assert colours(7) == sequential
    assert colours(10, 5) == [*below, *above]
    assert colours(1) == [sequential[3]]
    assert colours(0) == []


def test_colours_part_where_the_indicator_turns():
    assert colours_of([-1.0, 0.0, 2.0], 0.0) == colours(4, 2)
    assert colours_of([1.0], 0.0) == colours(2)


def test_class_of_a_value_on_a_border_is_the_one_above():
    assert [class_of(value, [1.0, 2.0]) for value in (0.5, 1.0, 1.5, 2.0, 9.0)] == [0, 1, 1, 2, 2]


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "\"&'", "\x00\x08\uffff", "]]>", "a" * 5000])
def test_drawing_of_any_text_is_well_formed(text):
    drawing = Drawing(100, 50)
    drawing.text(1, 10, text)
    drawing.rect(0, 0, 5, 5, "#000000", name=text)
    root = ET.fromstring(drawing.svg(title=text, description=text))
    assert [each.tag for each in root] == [f"{SVG}text", f"{SVG}rect"]


def test_wrapped_cuts_what_is_too_long_and_keeps_every_letter():
    lines = wrapped("kurz " + "x" * 40 + " ende", 10, 60)
    assert "".join(lines).replace(" ", "") == "kurz" + "x" * 40 + "ende"
    assert max(map(len, lines)) <= 11
    assert wrapped("", 10, 60) == []


def test_choropleth_hatches_what_has_no_value(atlas):
    view = region_values(atlas, atlas.region("probe"), indicator="unemployment_share", lang="de")
    drawing, keys = choropleth(atlas, view, method="quantile", lang="de")
    root = ET.fromstring(drawing.svg(title="x"))
    filled = {each.findtext(f"{SVG}title"): each.get("fill") for each in root.iter(f"{SVG}path")}
    assert filled["Kreis 92001: kein Wert"] == "url(#no-value)"
    assert filled["Kreis 91001: 3,0 %"] == keys[0].colour
    assert [key.label for key in keys][-1] == "kein Wert"


def test_locator_marks_what_is_chosen(atlas):
    drawing = locator(atlas, atlas.region("probe"), ["91001", "92002001"], "de")
    root = ET.fromstring(drawing.svg(title="x"))
    chosen = [each.findtext(f"{SVG}title") for each in root.iter(f"{SVG}path") if each.get("fill") == "#0f4163"]
    assert sorted(chosen) == [*(f"Ort 9100100{number}" for number in range(1, 5)), "Ort 92002001"]


def test_flow_map_is_dashed_for_estimates_and_names_every_line(atlas):
    region = atlas.region("probe")
    drawing, keys = flow_map(atlas, region, area_flows(atlas, region, area="91001001", lang="de"), lang="de")
    root = ET.fromstring(drawing.svg(title="x"))
    lines = [each for each in root.iter(f"{SVG}path") if each.get("stroke") in ("#0f4163", "#a34f04")]
    assert {each.findtext(f"{SVG}title") for each in lines} == {"Ort 91001002: 100", "Ort 92001001: 42"}
    assert {each.get("stroke-dasharray") for each in lines} == {"6 4"}
    assert any("Schätzung" in key.label for key in keys)


def test_structure_chart_draws_the_interval_of_what_is_suppressed():
    sure = {"value": 40.0, "lower": 40.0, "upper": 40.0, "status": "measured"}
    masked = {"value": None, "lower": 2.0, "upper": 10.0, "status": "masked"}
    found = Structure(("1",), "2020", [Group("A", sure, sure, sure), Group("B", masked, masked, None)], [])
    drawing, keys = structure_chart(found, own="Kreis", other="Region")
    root = ET.fromstring(drawing.svg(title="x"))
    texts = [each.text for each in root.iter(f"{SVG}text")]
    assert "2,0–10,0 %" in texts
    assert len(keys) == 3
    widths = [float(each.get("width")) for each in root.iter(f"{SVG}rect")]
    assert widths[2] == pytest.approx(widths[0] * 8 / 40, abs=0.2)


def test_line_chart_leaves_gaps_open():
    points = [{"period": str(year), "value": value} for year, value in ((2019, 1.0), (2020, 2.0), (2021, None),
                                                                         (2022, 4.0), (2023, 3.0))]  # fmt: skip
    drawing, keys = line_chart([("Ort", points)], decimals=0)
    root = ET.fromstring(drawing.svg(title="x"))
    assert len(list(root.iter(f"{SVG}polyline"))) == 2
    assert [key.label for key in keys] == ["Ort"]


@pytest.mark.parametrize("values", [[], [None], [5.0], [0.0, 0.0], [-3.0, 1e9]])
def test_line_chart_of_few_or_equal_values_is_a_drawing(values):
    points = [{"period": str(2000 + number), "value": value} for number, value in enumerate(values)]
    drawing, _keys = line_chart([("Ort", points)], decimals=0)
    ET.fromstring(drawing.svg(title="x"))
