"""Workflows as tables: which states there are, which move leads from where to where, and who may make it.

Code asks the table, pages print from it, and a move that the table does not have is refused with the moves it has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from raumwerk.errors import ConflictError

__all__ = ["Move", "State", "Workflow"]

type_text = str | Promise


@dataclass(frozen=True, slots=True)
class State:
    """One state of a thing.

    Parameters
    ----------
    key : str
        What the database holds.
    label : str
        What readers see.
    labels : mapping of str to str
        What an audience of its own sees instead, e.g. ``{"office": "to be sent"}``.
    """

    key: str
    label: type_text
    labels: Mapping[str, type_text] = field(default_factory=dict)

    def label_for(self, audience: str = "") -> str:
        """Return the word an audience reads for this state."""
        return str(self.labels.get(audience, self.label))


@dataclass(frozen=True, slots=True)
class Move:
    """One step: its name (that of the action), where it starts, where it leads, and the permission it needs."""

    name: str
    sources: tuple[str, ...]
    target: str
    who: str
    label: type_text = ""


@dataclass(frozen=True, slots=True)
class Workflow:
    """States in their order and the moves between them; the first state is where a thing begins."""

    name: type_text
    states: tuple[State, ...]
    moves: tuple[Move, ...]

    def __post_init__(self) -> None:
        keys = [state.key for state in self.states]
        names = [move.name for move in self.moves]
        if len(set(keys)) != len(keys) or len(set(names)) != len(names):
            raise ValueError(f"Workflow {self.name}: a state or move is named twice.")
        unknown = {key for move in self.moves for key in (*move.sources, move.target)} - set(keys)
        if unknown:
            raise ValueError(f"Workflow {self.name}: moves name states that do not exist: {sorted(unknown)}.")

    @property
    def first(self) -> str:
        """Key of the state in which a thing begins."""
        return self.states[0].key

    @property
    def choices(self) -> list[tuple[str, Any]]:
        """Pairs of key and label, as a model field wants them."""
        return [(state.key, state.label) for state in self.states]

    def state(self, key: str) -> State:
        """Return the state of that key; an unknown one is a mistake of the programme (KeyError)."""
        for state in self.states:
            if state.key == key:
                return state
        raise KeyError(f"Workflow {self.name} has no state {key!r}.")

    def move(self, name: str) -> Move:
        """Return the move of that name; an unknown one is a mistake of the programme (KeyError)."""
        for move in self.moves:
            if move.name == name:
                return move
        raise KeyError(f"Workflow {self.name} has no move {name!r}.")

    def open_moves(self, state: str) -> Iterator[Move]:
        """Yield the moves that start from `state`."""
        yield from (move for move in self.moves if state in move.sources)

    def allows(self, state: str, move: str) -> bool:
        """Tell whether `move` may start from `state`."""
        return state in self.move(move).sources

    def require(self, state: str, move: str) -> str:
        """Return where `move` leads from `state`.

        Raises
        ------
        ConflictError
            When the thing is in a state from which there is no such move, often because somebody else was quicker.
        """
        wanted = self.move(move)
        if state in wanted.sources:
            return wanted.target
        possible = ", ".join(f"“{one.label or one.name}”" for one in self.open_moves(state))
        raise ConflictError(
            _("%(thing)s: “%(move)s” is not possible, because the state is “%(state)s”. %(advice)s")
            % {
                "thing": self.name,
                "move": wanted.label or wanted.name,
                "state": self.state(state).label,
                "advice": _("Possible now: %(moves)s.") % {"moves": possible} if possible else _("Nothing can follow."),
            }
        )
