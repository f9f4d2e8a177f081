"""Commuters of sets of areas, against sums done by hand on the made country."""

import numpy as np
import polars as pl
import pytest

from raumwerk.errors import InputError, MissingError
from raumwerk.web.atlas.queries.bounded import Bounded
from raumwerk.web.atlas.queries.commuting import Question, commuting
from raumwerk.web.atlas.queries.distance import kilometres, kilometres_between
from raumwerk.web.atlas.queries.expected import expected_pairs


def ask(atlas, *areas, **asked):
    return commuting(atlas, atlas.region("probe"), Question(tuple(areas), **asked), lang="de")


def pairs(view) -> list[tuple]:
    return view.pairs.select("origin", "destination", "value").rows()


def exact(number: float) -> Bounded:
    return Bounded(number, number, number, "measured")


def test_pairs_of_one_district_are_its_partners(atlas):
    view = ask(atlas, "91001")
    assert pairs(view) == [("91001", "92001", 600), ("91001", "91002", 400), ("91001", "92003", 50)]
    assert view.partners["area"].to_list() == ["92001", "91002", "92003"]
    assert view.out.total == exact(1065)
    assert view.into.total == exact(1640)
    assert not view.estimated


def test_pairs_of_several_districts_begin_at_each_of_them(atlas):
    view = ask(atlas, "91001", "91002")
    assert pairs(view) == [
        ("91002", "91001", 900), ("91001", "92001", 600), ("91001", "91002", 400), ("91002", "92002", 300),
        ("91001", "92003", 50),
    ]  # fmt: skip
    assert view.inside == exact(1300)
    assert dict(view.partners.select("area", "value").iter_rows()) == {
        "91001": 900, "92001": 600, "91002": 400, "92002": 300, "92003": 50,
    }  # fmt: skip


def test_the_region_stands_for_its_districts(atlas):
    whole = ask(atlas)
    assert pairs(whole) == pairs(ask(atlas, "91001", "91002", "92001", "92002"))
    assert whole.units.areas == ("region:probe",)


def test_pairs_in_end_at_the_chosen_areas(atlas):
    assert pairs(ask(atlas, "91001", direction="in")) == [
        ("91002", "91001", 900), ("92001", "91001", 700), ("92003", "91001", 30),
    ]  # fmt: skip


def test_balance_goes_the_way_that_more_people_take(atlas):
    view = ask(atlas, "91001", direction="net")
    assert view.pairs.select("origin", "destination", "value", "out", "back").rows() == [
        ("91002", "91001", 500, 400, 900), ("92001", "91001", 100, 600, 700), ("91001", "92003", 20, 50, 30),
    ]  # fmt: skip
    assert dict(view.partners.select("area", "value").iter_rows()) == {"91002": 500, "92001": 100, "92003": -20}
    assert view.balance == exact(1640 - 1065)


def test_balance_of_a_pair_that_is_listed_one_way_only_is_known_within_bounds(atlas):
    view = ask(atlas, "92002", direction="net")
    row = view.pairs.filter(pl.col("far") == "91002").to_dicts()[0]
    # 300 come from 91002; how many go there is suppressed: 0 to 9
    assert (row["value"], row["lower"], row["upper"]) == (None, 291, 300)
    assert row["origin"] == "91002"


def test_filters_hide_pairs_and_say_how_many(atlas):
    view = ask(atlas, "91001", least=100)
    assert pairs(view) == [("91001", "92001", 600), ("91001", "91002", 400)]
    assert view.hidden == (1, exact(50))
    assert ask(atlas, "91001", border="crossing").pairs["destination"].to_list() == ["92001", "92003"]
    assert ask(atlas, "91001", border="within").pairs["destination"].to_list() == ["91002"]
    nothing = ask(atlas, "91001", least=1e6)
    assert (nothing.pairs.height, nothing.hidden[0]) == (0, 3)
    assert nothing.out.total == exact(1065)


def test_distances_part_near_from_far_pairs(atlas):
    km = dict(ask(atlas, "91001").pairs.select("far", "km").iter_rows())
    near = ask(atlas, "91001", farthest=km["92001"] + 0.1)
    far = ask(atlas, "91001", nearest=km["92001"] + 0.1)
    assert "92003" not in near.pairs["far"]
    assert near.pairs.height + far.pairs.height == 3
    with pytest.raises(InputError, match="50 km"):
        ask(atlas, "91001", nearest=50, farthest=10)


def test_municipalities_take_districts_apart_and_are_estimates(atlas):
    view = ask(atlas, "91001", level="municipality", least=0)
    assert view.estimated
    assert pairs(view) == [
        ("91001001", "91001002", 100.5), ("91001001", "92001001", 42.25), ("91001002", "91001001", 11),
        ("91001001", "92003", 7),
    ]  # fmt: skip
    assert ask(atlas, "91001", level="municipality").least == 10  # of several estimated areas the fractions stay away
    mixed = ask(atlas, "91001001", "91002")
    assert mixed.units.level == "municipality"
    assert "91002004" not in mixed.units.near  # nobody lives there


def test_partners_of_a_municipality_by_district(atlas):
    view = ask(atlas, "91001001", level="district")
    assert pairs(view) == [("91001001", "91001", 100.5), ("91001001", "92001", 42.25), ("91001001", "92003", 7)]


@pytest.mark.parametrize(
    ("areas", "asked", "error", "told"),
    [
        (("99999",), {}, MissingError, "99999"),
        (("92003001",), {}, MissingError, "92003"),  # of another region
        (("91001001", "92003"), {}, InputError, "92003"),
        (("91001",), {"period": "1999"}, InputError, "1999"),
    ],
)
def test_areas_that_do_not_go_together_are_refused_by_name(atlas, areas, asked, error, told):
    with pytest.raises(error, match=told):
        ask(atlas, *areas, **asked)


def test_expected_pairs_add_up_to_what_was_counted_and_keep_their_sides(atlas):
    view = expected_pairs(atlas, atlas.region("probe"), ("91002",))
    assert set(view.pairs["area"]) == {"91002"}
    row = view.pairs.filter(pl.col("partner") == "91001").to_dicts()[0]
    assert (row["out_observed"], row["back_observed"], row["observed"]) == (900, 400, 1300)
    assert row["difference"] == pytest.approx(row["observed"] - row["expected"])
    assert row["score"] * row["difference"] >= 0
    more = expected_pairs(atlas, atlas.region("probe"), ("91002",), kind="more")
    fewer = expected_pairs(atlas, atlas.region("probe"), ("91002",), kind="fewer")
    assert more.pairs.height + fewer.pairs.height == view.pairs.height
    assert 0 < view.fit <= 1


def test_kilometres_between_arrays_agree_with_single_ones():
    starts, ends = np.array([[9.5, 51.3], [8.75, 51.7]]), np.array([[9.9, 51.5], [13.4, 52.5]])
    single = [kilometres(tuple(start), tuple(end)) for start, end in zip(starts, ends, strict=True)]
    assert kilometres_between(starts, ends) == pytest.approx(single)
