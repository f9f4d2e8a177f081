"""Commuters of one area, against sums done by hand on the made country."""

import polars as pl
import pytest

from raumwerk.errors import InputError, MissingError
from raumwerk.web.atlas.queries.bounded import Bounded
from raumwerk.web.atlas.queries.flows import area_flows


def exact(number: float) -> Bounded:
    return Bounded(number, number, number, "measured")


def partners(view) -> dict[str, float | None]:
    return dict(view.frame.select("area", "value").iter_rows())


def test_flows_out_of_a_district_with_printed_totals(atlas):
    view = area_flows(atlas, atlas.region("probe"), area="91001", lang="de")
    assert partners(view) == {"92001": 600, "91002": 400, "92003": 50}
    assert view.period == "2023-06-30"
    assert view.periods == ["2019-06-30", "2023-06-30"]
    assert view.total == exact(1065)
    assert view.listed == 1050
    assert view.unlisted == exact(15)
    assert view.internal == exact(5000)
    assert view.crossing == exact(1065 - 410)  # 650 listed and 5 that are not
    assert view.crossing_share == pytest.approx(100 * 655 / 1065)
    assert view.listed_crossing_share == pytest.approx(100 * 650 / 1050)
    assert not view.estimated


def test_flows_keep_rows_of_the_border_filter_and_totals_of_all(atlas):
    region = atlas.region("probe")
    crossing = area_flows(atlas, region, area="91001", border="crossing", lang="de")
    within = area_flows(atlas, region, area="91001", border="within", lang="de")
    assert partners(crossing) == {"92001": 600, "92003": 50}
    assert partners(within) == {"91002": 400}
    assert crossing.frame["crosses"].to_list() == [True, True]
    assert (crossing.shown, within.shown) == (exact(650), exact(400))
    assert crossing.total == within.total == exact(1065)


def test_flows_in_name_who_comes_from_abroad(atlas):
    view = area_flows(atlas, atlas.region("probe"), area="91001", direction="in", lang="de")
    assert partners(view) == {"91002": 900, "92001": 700, "92003": 30}
    assert view.abroad == exact(12)
    assert view.total == exact(1640)
    # the own state's row is not printed here: 730 listed, and anybody of the 10 others may cross
    assert view.crossing == Bounded(None, 730, 740, "unlisted")


def test_flows_keep_a_masked_pair_as_an_interval(atlas):
    view = area_flows(atlas, atlas.region("probe"), area="92002", lang="de")
    assert view.frame.select("area", "value", "lower", "upper", "status").rows() == [
        ("92001", 250, 250, 250, "measured"),
        ("91002", None, 0, 9, "masked"),
    ]
    assert view.total == Bounded(None, 250, 259, "masked")
    assert view.crossing == Bounded(None, 0, 9, "masked")
    assert view.crossing_share is None
    assert view.crossing_share_bounds == (0, pytest.approx(100 * 9 / 250))
    assert view.internal is None


def test_flows_of_a_region_are_those_of_its_districts(atlas):
    view = area_flows(atlas, atlas.region("probe"), lang="en")
    assert partners(view) == {"91001": 1600, "92001": 850, "92002": 500, "91002": None, "92003": 50}
    assert view.frame.filter(pl.col("area") == "91002").select("lower", "upper").row(0) == (400, 409)
    assert view.listed == 3400
    assert view.total == Bounded(None, 3400, 3409, "masked")


def test_flows_of_a_municipality_are_estimates_and_say_so(atlas):
    view = area_flows(atlas, atlas.region("probe"), area="91001001", lang="de")
    assert view.estimated
    assert partners(view) == {"91001002": 100.5, "92001001": 42.25, "92003": 7.0}
    assert set(view.frame["status"]) == {"estimated"}
    assert view.internal == Bounded(500.0, 400.0, 600.0, "estimated")
    assert view.unlisted is None
    assert (view.crossing_share, view.listed_crossing_share, view.crossing_share_bounds) == (None, None, (None, None))


def test_flows_of_a_municipality_by_district(atlas):
    view = area_flows(atlas, atlas.region("probe"), area="91001001", level="district", lang="de")
    assert partners(view) == {"91001": 100.5, "92001": 42.25, "92003": 7.0}


def test_flows_know_distance_and_place(atlas):
    row = area_flows(atlas, atlas.region("probe"), area="91001", lang="de").frame.row(0, named=True)
    assert (row["area"], row["name"], row["state"]) == ("92001", "Kreis 92001", "92")
    assert (row["x"], row["y"]) == (pytest.approx(9.3), pytest.approx(51.3))
    assert row["km"] == pytest.approx(13.9, abs=0.05)  # 0.2 degrees of longitude at 51.3 degrees north


def test_flows_carry_the_caveat_of_their_area(atlas):
    view = area_flows(atlas, atlas.region("probe"), area="91002", lang="en")
    assert atlas.caveats(view.caveats, "en") == [
        {"caveat": "made:warning", "text": "Beware, made up.", "areas": ["91002"]}
    ]


@pytest.mark.parametrize("area", ["99999", "91", "nonsense", "92003001", "region:andere"])
def test_flows_of_an_area_that_has_none(atlas, area):
    with pytest.raises(MissingError):
        area_flows(atlas, atlas.region("probe"), area=area, lang="de")


def test_flows_refuse_a_level_and_a_period_without_flows(atlas):
    region = atlas.region("probe")
    with pytest.raises(InputError) as level:
        area_flows(atlas, region, area="91001", level="municipality", lang="de")
    with pytest.raises(InputError) as period:
        area_flows(atlas, region, area="91001", period="1999-06-30", lang="de")
    assert level.value.problems[0].column == "level"
    assert "2019-06-30, 2023-06-30" in str(period.value)
