"""Words that betray where they stand, the things of a made world, and who walks through its doors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "ALL",
    "INSIDE",
    "LEVELS",
    "LIGHT",
    "MEMBERS",
    "OFFICE",
    "ROLES",
    "SETS",
    "WITHOUT_BODY",
    "Mark",
    "Thing",
    "World",
]

#: Who walks through the doors; all are what their name says in Mitte, but for the office elsewhere.
ROLES = ("visitor", "guest", "former member", "office elsewhere", "body member", "member", "editor", "chair", "office",
         "administration")  # fmt: skip
ALL = frozenset(ROLES)
OFFICE = frozenset({"office", "administration"})
INSIDE = OFFICE | {"body member", "chair"}
MEMBERS = OFFICE | {"member", "editor", "chair"}
#: Who reads what of a body's things: those who sit there are in the circle of members as far as the body goes.
LEVELS: dict[str, frozenset[str]] = {"public": ALL, "members": MEMBERS | INSIDE, "body": INSIDE, "office": OFFICE}
#: Who reads things of each level that belong to no body; certainly in no body is the office alone.
WITHOUT_BODY = {"public": ALL, "members": MEMBERS, "body": OFFICE, "office": OFFICE}
#: Which bodies hold things of which levels: all levels in an open body, and open things in bodies that are not.
SETS = [("public", level) for level in LEVELS] + [(level, "public") for level in LEVELS if level != "public"]
WORD = re.compile(r"zq\d{4}q", re.IGNORECASE)
#: Stands in every title, so that one search finds all there is.
LIGHT = "Leuchtfeuer"


@dataclass(frozen=True, slots=True)
class Mark:
    """One word: in which field it stands, who may read it, and in which region it belongs."""

    word: str
    field: str
    readers: frozenset[str]
    region: str


@dataclass(frozen=True, slots=True)
class Thing:
    """What an address leads to: its parts, who may know of it, who took part in it, and who may not change it."""

    parts: Mapping[str, Any]
    readers: frozenset[str]
    entitled: frozenset[str] = frozenset()


@dataclass
class World:
    """All there is: people by role, things by kind, marks by word."""

    regions: dict[str, Any]
    people: dict[str, Any] = field(default_factory=dict)
    things: dict[str, list[Thing]] = field(default_factory=dict)
    marks: dict[str, Mark] = field(default_factory=dict)
    region: str = "mitte"

    def mark(self, name: str, readers: Iterable[str]) -> str:
        """Make a word for a field."""
        word = f"zq{len(self.marks):04d}q"
        self.marks[word] = Mark(word, name, frozenset(readers), self.region)
        return word

    def title(self, name: str, readers: Iterable[str]) -> str:
        """Make a title that a search for all finds."""
        return f"{LIGHT} {self.mark(name, readers)}"

    def add(self, kind: str, readers: Iterable[str], *, entitled: Iterable[str] = (), **parts: Any) -> None:
        """Note an address of a kind of thing."""
        self.things.setdefault(kind, []).append(Thing(parts, frozenset(readers), frozenset(entitled)))

    def found(self, text: str) -> list[Mark]:
        """Return the marks in a text, each once."""
        return [self.marks[word] for word in sorted({each.lower() for each in WORD.findall(text)})]
