"""Values of a region: one row a member, comparison, breaks, ranks."""

import pytest

from raumwerk.errors import InputError, MissingError
from raumwerk.web.atlas.queries.values import region_values


def test_values_have_one_row_for_each_member(atlas):
    view = region_values(atlas, atlas.region("probe"), indicator="population", lang="de")
    assert (view.level, view.period, view.periods) == ("municipality", "2022", ["2021", "2022"])
    assert view.frame["area"].to_list() == list(atlas.region("probe").municipalities)
    assert view.frame.row(0, named=True) == {
        "area": "91001001", "name": "Ort 91001001", "state": "91", "district": "91001", "inhabited": True,
        "value": 1110.0, "lower": 1110.0, "upper": 1110.0, "status": "measured", "caveat": None,
        "files": view.files,
    }  # fmt: skip


def test_values_name_what_they_are_compared_with(atlas):
    view = region_values(atlas, atlas.region("probe"), indicator="population", lang="en")
    assert [(row["area"], row["name"], row["value"]) for row in view.comparison] == [
        ("region:probe", "Test Region", 40000.0), ("91", "Linksland", 12000.0), ("DG", "Germany", 60000.0),
    ]  # fmt: skip


def test_values_keep_masked_areas_with_their_bounds(atlas):
    view = region_values(atlas, atlas.region("probe"), indicator="unemployment_share", lang="de")
    masked = view.frame.row(2, named=True)
    assert (masked["area"], masked["value"], masked["lower"], masked["upper"], masked["status"]) == (
        "92001", None, 2.0, 4.5, "masked",
    )  # fmt: skip
    assert view.breaks["equal"] == pytest.approx([4, 5])
    assert view.ranked()["area"].to_list() == ["92002", "91002", "91001"]


def test_uninhabited_areas_are_not_ranked_and_make_no_breaks(atlas):
    view = region_values(atlas, atlas.region("probe"), indicator="population", lang="de", period="2021")
    assert "91002004" not in view.ranked()["area"].to_list()
    assert len(view.ranked()) == 15


def test_values_refuse_what_the_indicator_does_not_have(atlas):
    region = atlas.region("probe")
    with pytest.raises(MissingError):
        region_values(atlas, region, indicator="never_measured", lang="de")
    with pytest.raises(InputError) as level:
        region_values(atlas, region, indicator="unemployment_share", level="municipality", lang="de")
    with pytest.raises(InputError) as period:
        region_values(atlas, region, indicator="population", period="1871", lang="de")
    assert "district" in level.value.problems[0].expected
    assert period.value.problems[0].expected == "2021, 2022"
