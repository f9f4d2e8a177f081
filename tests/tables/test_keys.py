import polars as pl
import pytest

from raumwerk.tables.keys import Level, ags_from_ars, level_of, pad_key, parent_key, region_key, state_of


@pytest.mark.parametrize(
    ("key", "level", "state", "parent"),
    [
        ("06611000", Level.MUNICIPALITY, "06", "06611"),
        ("066330001", Level.ASSOCIATION, "06", "06633"),
        ("06611", Level.DISTRICT, "06", "06"),
        ("066", Level.GOVERNMENT_REGION, "06", "06"),
        ("06", Level.STATE, "06", "DG"),
        ("DG", Level.NATION, None, None),
        ("region:mitte", Level.REGION, None, None),
    ],
)
def test_level_state_and_parent_of_each_kind_of_key(key, level, state, parent):
    assert (level_of(key), state_of(key), parent_key(key)) == (level, state, parent)


@pytest.mark.parametrize("text", ["", "Kassel", "6611", "0661100", "region:", "٠٦٦١١", "06 611", "-6611"])
def test_level_of_refuses_what_is_no_key(text):
    assert level_of(text) is None
    assert state_of(text) is None


def test_ags_from_ars_drops_the_association():
    assert ags_from_ars("091840137137") == "09184137"
    assert ags_from_ars("110000000000") == "11000000"


def test_pad_key_restores_leading_zeros_of_numbers_and_texts():
    frame = pl.DataFrame({"number": [6611.0, 11000.0], "text": [" 6611", "11000"]})
    assert frame.select(pad_key("number", 5))["number"].to_list() == ["06611", "11000"]
    assert frame.select(pad_key("text", 5))["text"].to_list() == ["06611", "11000"]


def test_region_key_is_a_region():
    assert level_of(region_key("hannover-hildesheim")) is Level.REGION
