"""Workflows as tables."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from raumwerk.errors import ConflictError
from raumwerk.web.shared.workflow import Move, State, Workflow

DOOR = Workflow(
    "Door",
    (State("shut", "shut"), State("open", "open", {"owner": "to be shut"}), State("gone", "gone")),
    (
        Move("open_door", ("shut",), "open", "house.enter", "open the door"),
        Move("shut_door", ("open",), "shut", "house.enter", "shut the door"),
        Move("remove_door", ("shut", "open"), "gone", "house.build", "remove the door"),
    ),
)


def test_require_leads_to_the_target():
    assert DOOR.first == "shut"
    assert DOOR.require("shut", "open_door") == "open"
    assert DOOR.require("open", "remove_door") == "gone"


def test_require_names_state_and_possible_moves():
    with override("en"), pytest.raises(ConflictError) as caught:
        DOOR.require("open", "open_door")
    assert str(caught.value) == (
        "Door: “open the door” is not possible, because the state is “open”. "
        "Possible now: “shut the door”, “remove the door”."
    )
    with override("en"), pytest.raises(ConflictError, match="Nothing can follow"):
        DOOR.require("gone", "shut_door")


def test_labels_differ_by_audience():
    assert DOOR.state("open").label_for() == "open"
    assert DOOR.state("open").label_for("owner") == "to be shut"
    assert DOOR.choices == [("shut", "shut"), ("open", "open"), ("gone", "gone")]
    assert [move.name for move in DOOR.open_moves("gone")] == []
    assert DOOR.allows("shut", "remove_door")
    assert not DOOR.allows("gone", "remove_door")


def test_table_with_mistakes_is_refused():
    with pytest.raises(ValueError, match="named twice"):
        Workflow("x", (State("a", "a"), State("a", "a")), ())
    with pytest.raises(ValueError, match=r"do not exist: \['b'\]"):
        Workflow("x", (State("a", "a"),), (Move("go", ("a",), "b", ""),))
    with pytest.raises(KeyError):
        DOOR.state("ajar")
    with pytest.raises(KeyError):
        DOOR.move("fly")
