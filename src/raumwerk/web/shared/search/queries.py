"""Finding: what contains the words, best first, and only what the reader may read."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from raumwerk.web.kit.context import address_in
from raumwerk.web.regions.models import Region
from raumwerk.web.shared.search.models import Entry, Token
from raumwerk.web.shared.search.words import stems_of, token_of, words_in
from raumwerk.web.shared.visibility import Audience, visible

__all__ = ["PER_PAGE", "Found", "Results", "search", "suggest"]

PER_PAGE = 20
MOST_WORDS = 8
SHORTEST_BEGINNING = 4
#: What the beginning of a longer word (Pendler in Pendlerverkehr) counts against the word itself.
BEGINNING = 0.3
SNIPPET = 260
SUGGESTED = 8


@dataclass(frozen=True, slots=True)
class Found:
    """One result as a list shows it."""

    entry: Entry
    url: str
    snippet: SafeString


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found: how much there is, how much of each kind, and one page of it."""

    total: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    found: list[Found] = field(default_factory=list)
    partial: bool = False
    pages: int = 1


def search(region: Region, audience: Audience, text: str, *, kind: str = "", page: int = 1) -> Results:
    """Find what contains all words of `text` (or, where nothing does, some), in what `audience` may read.

    Parameters
    ----------
    region, audience
        Where, and for whom: rights decide about results and counts alike.
    text : str
        What was typed; the first eight words that tell something count.
    kind : str
        Keep one kind of things; the counts of all kinds are given nevertheless.
    page : int
        From 1; of twenty each.
    """
    words = _words(text)
    if not words:
        return Results()
    scores = _scores(region, audience, words)
    most = max((len(matched) for matched in scores.values()), default=0)
    ranked = {number: sum(matched.values()) for number, matched in scores.items() if len(matched) == most}
    rows = dict(_entries(region, audience).filter(pk__in=ranked).values_list("pk", "kind")) if ranked else {}
    kinds = Counter(rows.values())
    kept = [number for number in ranked if not kind or rows.get(number) == kind]
    kept.sort(key=lambda number: (-ranked[number], number))
    shown = kept[(page - 1) * PER_PAGE : page * PER_PAGE]
    entries = {entry.pk: entry for entry in _entries(region, audience).filter(pk__in=shown)}
    found = [_found(entries[number], words) for number in shown if number in entries]
    return Results(len(kept), dict(kinds), found, most < len(words), max(1, math.ceil(len(kept) / PER_PAGE)))


def suggest(region: Region, audience: Audience, text: str) -> list[Found]:
    """Return the few best results for a text that is still being typed."""
    return search(region, audience, text).found[:SUGGESTED]


def _entries(region: Region, audience: Audience) -> QuerySet[Entry]:
    language = "en" if (get_language() or "de").startswith("en") else "de"
    rows: QuerySet[Entry] = Entry.objects.in_region(region).filter(language__in=("", language))
    return rows.filter(visible(audience, body_field="body_number"))


def _words(text: str) -> list[frozenset[str]]:
    """The tokens of each word that was asked for; a word may have one in each language."""
    found = dict.fromkeys(stems_of(word) for word, _start, _end in words_in(text[:500]))
    return [stems for stems in found if stems][:MOST_WORDS]


def _scores(region: Region, audience: Audience, words: list[frozenset[str]]) -> dict[int, dict[int, float]]:
    """Weight by entry and word. A word that stands in few entries tells more than one that stands in many."""
    condition = Q()
    for stems in words:
        for stem in stems:
            condition |= Q(token=stem)
            if len(stem) >= SHORTEST_BEGINNING:
                condition |= Q(token__gt=stem, token__lt=stem + "zzzz")
    language = "en" if (get_language() or "de").startswith("en") else "de"
    rows = (
        Token.objects.in_region(region)
        .filter(condition, visible(audience, "entry__", body_field="body_number"), entry__language__in=("", language))
        .values_list("entry_id", "token", "weight")
    )
    by_word: list[dict[int, float]] = [defaultdict(float) for _ in words]
    for entry, token, weight in rows:
        for number, stems in enumerate(words):
            share = 1.0 if token in stems else BEGINNING if token.startswith(tuple(stems)) else 0.0
            if share:
                by_word[number][entry] = max(by_word[number][entry], share * weight)
    scores: dict[int, dict[int, float]] = defaultdict(dict)
    total = 1 + len({entry for weights in by_word for entry in weights})
    for number, weights in enumerate(by_word):
        rarity = math.log(1 + total / (1 + len(weights)))
        for entry, weight in weights.items():
            scores[entry][number] = weight * rarity
    return scores


def _found(entry: Entry, words: list[frozenset[str]]) -> Found:
    # Pages of the region stand in both languages under one path; a document's address has no language.
    of_both = not entry.language and not entry.address.startswith("/dokumente/")
    url = address_in(entry.address, get_language() or "de") if of_both else entry.address
    return Found(entry, url, _snippet(entry, frozenset().union(*words)))


def _snippet(entry: Entry, stems: frozenset[str]) -> SafeString:
    """Cut the text around the first word that was found, and mark the words in it."""
    hits = list(_hits(entry.text, stems, entry.language or "de"))
    begin = max(0, hits[0][0] - SNIPPET // 4) if hits else 0
    if begin:
        begin = entry.text.find(" ", begin) + 1
    end = min(len(entry.text), begin + SNIPPET)
    pieces: list[tuple[SafeString | str]] = []
    at = begin
    for start, stop in hits:
        if at <= start and stop <= end:
            pieces += [(entry.text[at:start],), (format_html("<mark>{}</mark>", entry.text[start:stop]),)]
            at = stop
    pieces.append((entry.text[at:end],))
    return format_html(
        "{}{}{}",
        mark_safe("… ") if begin else "",
        format_html_join("", "{}", pieces),
        mark_safe(" …") if end < len(entry.text) else "",
    )


def _hits(text: str, stems: frozenset[str], language: str) -> Iterable[tuple[int, int]]:
    for word, start, end in words_in(text):
        if token_of(word, language).startswith(tuple(stems)):
            yield start, end
