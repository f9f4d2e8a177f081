"""Own selections: who belongs to them, figures from counts only, every kind of wrong address answered."""

import pytest
from django.utils import translation

from raumwerk.errors import InputError
from raumwerk.web.atlas.queries.profile import MOST_COMPARED, area_profile, comparable, selection_indicators
from raumwerk.web.atlas.queries.selection import addable, inside, left_out, selection_of, selection_series


@pytest.fixture
def region(atlas):
    return atlas.region("probe")


def test_selection_of_a_district_holds_its_municipalities(atlas, region):
    found = selection_of(atlas, region, ["91001", "92001001"])
    assert found.keys == ("91001001", "91001002", "91001003", "91001004", "92001001")
    assert found.districts == ("91001",)
    assert found.touched == ("91001", "92001")
    assert not found.whole
    assert found.label(atlas, "de") == "Kreis 91001, Ort 92001001"


def test_selection_of_all_inhabited_members_is_the_whole_district(atlas, region):
    found = selection_of(atlas, region, [f"9100200{number}" for number in (1, 2, 3)])
    assert found.districts == ("91002",)
    assert found.whole


def test_label_of_many_is_shortened(atlas, region):
    keys = [key for key in region.municipalities if not key.endswith("004")]
    found = selection_of(atlas, region, keys[:2] + keys[3:5] + keys[6:8])
    with translation.override("en"):
        assert found.label(atlas, "en") == "Ort 91001001, Ort 91001002 and 4 more areas"


@pytest.mark.parametrize(
    "keys",
    [[], ["  "], ["92003"], ["92003001"], ["x"], ["DG"], ["91001; DROP TABLE"], ["1" * 5000], ["91001001"] * 3 + ["é"]],
    ids=["none", "blank", "other-region", "other-municipality", "word", "nation", "sql", "long", "one-bad"],
)  # fmt: skip
def test_selection_of_wrong_keys_is_refused(atlas, region, keys):
    with pytest.raises(InputError):
        selection_of(atlas, region, keys)


def test_series_add_counts(atlas, region):
    found = selection_series(atlas, selection_of(atlas, region, ["91001001", "92002002"]))
    assert list(found) == ["population"]
    rows = found["population"].to_dicts()
    assert [(row["period"], row["value"], row["lower"], row["status"]) for row in rows] == [
        ("2021", 1100.0 + 4200.0, 5300.0, "measured"), ("2022", 1110.0 + 4210.0, 5320.0, "measured"),
    ]  # fmt: skip


def test_series_of_whole_districts_divide_sums_never_add_shares(atlas, region):
    found = selection_series(atlas, selection_of(atlas, region, ["91001", "91002"]))
    row = found["unemployment_share"].row(0, named=True)
    assert row["value"] == pytest.approx(100 * (0.03 * 1000 + 0.04 * 2000) / 3000)
    assert row["value"] != pytest.approx((3 + 4) / 2)
    assert row["caveat"] == "made:warning"


def test_series_keep_the_bounds_of_what_is_masked(atlas, region):
    row = selection_series(atlas, selection_of(atlas, region, ["91001", "92001"]))["unemployment_share"].row(
        0, named=True
    )
    assert row["value"] is None
    assert row["lower"] == pytest.approx((3 * 1000 + 2 * 3000) / 4000)
    assert row["upper"] == pytest.approx((3 * 1000 + 4.5 * 3000) / 4000)
    assert row["status"] == "masked"


def test_what_cannot_be_added_is_left_out_and_named(atlas, region, monkeypatch):
    monkeypatch.setitem(atlas.manifest["measures"]["population"], "aggregate", "none")
    assert not addable(atlas, "population")
    chosen = selection_of(atlas, region, ["91001001"])
    assert selection_series(atlas, chosen) == {}
    assert left_out(atlas, chosen, [], "de") == ["Einwohner"]


def test_indicators_of_a_selection_stand_beside_what_they_are_compared_with(atlas, region):
    rows, files = selection_indicators(
        atlas, selection_of(atlas, region, ["91001001", "91001002"]), lang="de", against=["region:probe", "91"]
    )
    assert [row["indicator"] for row in rows] == ["population"]
    assert [(each["area"], each["value"]) for each in rows[0]["comparison"]] == [
        ("region:probe", 40000.0), ("91", 12000.0),
    ]  # fmt: skip
    assert rows[0]["rank"] is None
    assert len(files) == 1


def test_inside_an_outline_are_those_whose_centre_is(atlas, region):
    corners = [(9.0, 51.0), (9.2, 51.0), (9.2, 51.2), (9.0, 51.2)]
    assert inside(atlas, region, corners) == [f"9100200{number}" for number in range(1, 5)]


@pytest.mark.parametrize(
    "corners",
    [[], [(9, 51), (9, 52)], [(9, 51), (9, 52), (900, 1)], [(9, 51)] * 1000, [(9, 51), (9, 52), (float("nan"), 1)]],
    ids=["none", "line", "off-earth", "many", "nan"],
)  # fmt: skip
def test_outline_that_is_none_is_refused(atlas, region, corners):
    with pytest.raises(InputError):
        inside(atlas, region, corners)


def test_comparable_refuses_too_many_and_unknown(atlas):
    assert comparable(atlas, ["DG", "region:probe", "91", "DG", ""]) == ["DG", "region:probe", "91"]
    with pytest.raises(InputError, match="XYZ"):
        comparable(atlas, ["XYZ"])
    with pytest.raises(InputError):
        comparable(atlas, [*"12345"][: MOST_COMPARED + 1])


def test_profile_beside_other_areas_ranks_in_its_region_only(atlas):
    found = area_profile(atlas, "92001", lang="de", region=atlas.region("probe"), against=["92003", "region:probe"])
    rows = {row["indicator"]: row for row in found.indicators}
    share = rows["unemployment_share"]
    assert [each["area"] for each in share["comparison"]] == ["92003", "region:probe"]
    # 2.0–4.5 against 3, 4 and 6: below 6 for sure, perhaps above both others
    assert (share["place"].best, share["place"].worst, share["place"].of) == (2, 4, 4)
    assert rows["population"]["place"].sure
    assert rows["population"]["place"].best == rows["population"]["rank"]
