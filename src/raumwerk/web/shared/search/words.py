"""From text to the tokens that are compared: forms of one German (or English) word become one token.

The ways to name people of every sex are one word here: *Akteur\\*innen*, *Akteur:innen*, *Akteur_innen*, *AkteurInnen*,
*Akteur/-innen*, *Akteurinnen* and *Akteure* all become the token of *Akteur*.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

import snowballstemmer

__all__ = ["LONGEST_TOKEN", "count_tokens", "stems_of", "token_of", "words_in"]

LONGEST_TOKEN = 40
SHORTEST_BASE = 4

_STEMMERS = {"de": snowballstemmer.stemmer("german"), "en": snowballstemmer.stemmer("english")}
_LETTERS = r"[^\W\d_]"
#: A word with its marked ending, or a word, or a number; a point or a hyphen inside a number stays with it.
_WORD = re.compile(
    rf"(?P<base>{_LETTERS}{{2,}})(?:[*:_·’]|/-?|\(-?)(?P<ending>innen|in)\b\)?"
    rf"|(?P<inner>{_LETTERS}*[a-zäöüß])I(?P<big>nnen|n)\b"
    rf"|(?P<word>{_LETTERS}+)"
    r"|(?P<number>\d+(?:[./-]\d+)*)"
)
#: Endings of words for women in the singular; a bare "in" would also end Termin and Berlin.
_SINGULAR = re.compile(r"(?:er|eur|ist|ent|ant|or|og|ert|wart|walt)in$")

# Words that stand in nearly every text and tell nothing.
_COMMON = frozenset(
    """
    der die das den dem des ein eine einer eines einem einen und oder aber als auch auf aus bei bis dass durch für im in
    ist mit nach nicht noch nur ob ohne sich sie sind so über um unter vom von vor war wenn wie wird wurde zu zum zur
    the a an and or of to in on for with is are was be by at from as it its this that
    """.split()  # noqa: SIM905  (a list of a hundred quoted words is not read by anybody)
)


def words_in(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each word of `text` in its plain form (``Akteur*innen`` → ``akteur``), with where it begins and ends."""
    for found in _WORD.finditer(unicodedata.normalize("NFC", text)):
        plain = found["base"] or found["inner"] or found["word"] or found["number"]
        yield plain.casefold(), found.start(), found.end()


@lru_cache(maxsize=100_000)
def token_of(word: str, language: str) -> str:
    """Return the token of a plain word in a language, without accents; the empty text for words that tell nothing."""
    if word in _COMMON:
        return ""
    base = _without_female_ending(word) if language == "de" else word
    stem = _STEMMERS[language].stemWord(base)
    folded = unicodedata.normalize("NFKD", stem.replace("ß", "ss"))
    return "".join(char for char in folded if not unicodedata.combining(char))[:LONGEST_TOKEN]


def stems_of(word: str) -> frozenset[str]:
    """Return the tokens a searched word may have: texts are in either language."""
    return frozenset(token for language in _STEMMERS if (token := token_of(word, language)))


def count_tokens(text: str, language: str) -> Counter[str]:
    """Count the tokens of a text."""
    tokens = (token_of(word, language) for word, _start, _end in words_in(text))
    return Counter(token for token in tokens if token)


def _without_female_ending(word: str) -> str:
    if word.endswith("innen") and len(word) - 5 >= SHORTEST_BASE:
        return word[:-5]
    if _SINGULAR.search(word) and len(word) - 2 >= SHORTEST_BASE:
        return word[:-2]
    return word
