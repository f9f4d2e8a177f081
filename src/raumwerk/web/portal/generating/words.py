"""Made words and sentences; the same seed gives the same ones."""

from __future__ import annotations

import random
from itertools import accumulate

__all__ = ["Words"]

SYLLABLES = (
    "ver", "ge", "be", "land", "stadt", "bahn", "rad", "weg", "kreis", "rat", "plan", "raum", "werk", "tal", "berg",
    "bach", "dorf", "markt", "schul", "haus", "arbeit", "pendel", "netz", "wald", "feld",
)  # fmt: skip
#: Words that many real texts share, so that a search finds few and many things.
COMMON = ("Radweg", "Regionalplanung", "Pendelverkehr", "Gewerbefläche", "Förderung", "Nahversorgung", "Wohnen", "Bus")
KNOWN = 4_000


class Words:
    """Draws words of which a few are frequent and most are rare, as in real texts."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        made = ("".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))).capitalize() for _ in range(KNOWN))
        self._known = [*COMMON, *made]
        self._weights = list(accumulate(1 / (rank + 5) for rank in range(len(self._known))))

    def some(self, count: int) -> list[str]:
        """Return so many words."""
        return self._chance.choices(self._known, cum_weights=self._weights, k=count)

    def title(self) -> str:
        """Return a short title."""
        return " ".join(self.some(self._chance.randint(2, 5)))

    def text(self, count: int = 60) -> str:
        """Return sentences of about `count` words."""
        words = self.some(count)
        return ". ".join(" ".join(words[at : at + 12]) for at in range(0, count, 12)) + "."
