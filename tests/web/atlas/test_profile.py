"""Profile of an area and the way back from its figures to the files."""

import pytest

from raumwerk.errors import InputError, MissingError
from raumwerk.web.atlas.queries.lineage import lineage
from raumwerk.web.atlas.queries.profile import area_profile


def test_profile_of_a_municipality(atlas):
    profile = area_profile(atlas, "91001002", lang="de")
    assert profile.parents == ["91001", "region:probe", "91", "DG"]
    (population,) = profile.indicators
    assert (population["value"], population["period"]) == (1210.0, "2022")
    assert [(row["area"], row["value"]) for row in population["comparison"]] == [
        ("91001", 4000.0), ("region:probe", 40000.0), ("91", 12000.0), ("DG", 60000.0),
    ]  # fmt: skip
    assert [(point["period"], point["value"]) for point in population["series"]] == [("2021", 1200.0), ("2022", 1210.0)]
    # 16 members, one of them uninhabited; those of the three later districts have more, and two of its own
    assert (population["rank"], population["of"]) == (14, 15)


def test_profile_shows_flows_in_both_directions(atlas):
    profile = area_profile(atlas, "91001", lang="de")
    assert {direction: view.frame["area"][0] for direction, view in profile.flows.items()} == {
        "out": "92001",
        "in": "91002",
    }


def test_profile_of_a_masked_figure_has_no_rank(atlas):
    (_, share) = area_profile(atlas, "92001", lang="de").indicators
    assert (share["value"], share["lower"], share["upper"], share["status"]) == (None, 2.0, 4.5, "masked")
    assert share["rank"] is None


def test_profile_tells_the_caveat(atlas):
    (_, share) = area_profile(atlas, "91002", lang="en").indicators
    assert share["caveat"] == "Beware, made up."


@pytest.mark.parametrize("key", ["91", "DG", "99999999", "region:probe", ""])
def test_profile_is_for_municipalities_and_districts(atlas, key):
    with pytest.raises(MissingError):
        area_profile(atlas, key, lang="de")


def test_lineage_ends_at_the_checksum_of_the_file(atlas, home):
    steps = lineage(atlas, "indicators", {"indicator": "population", "area": "91001002", "period": "2022"})
    assert [step["kind"] for step in steps] == ["row", "table", "table", "file", "source"]
    (file,) = (step for step in steps if step["kind"] == "file")
    kept = home / "store" / "raw" / file["name"][:2] / file["name"] / "zaehlung.csv"
    assert kept.read_text() == "erfunden;1\n"


def test_lineage_refuses_what_is_not_there(atlas):
    with pytest.raises(MissingError):
        lineage(atlas, "secrets", {})
    with pytest.raises(InputError):
        lineage(atlas, "indicators", {"origin": "91001"})
    with pytest.raises(MissingError):
        lineage(atlas, "indicators", {"indicator": "population", "area": "91001002", "period": "1871"})
