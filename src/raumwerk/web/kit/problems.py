"""Errors of the floors below the website in the language of the page.

Tables, store, pipeline and analysis know no readers and word their errors in English. Here such a text is recognised
by the template it was made from (``{1} is no {2}``) and worded anew from the catalogue ``problems.po`` of the language;
what stood in the places of the template is carried over. See docs/decisions/0019-errors-from-below.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from babel.messages.pofile import read_po
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from raumwerk.errors import MAX_SHOWN, InputError, Problem, RaumwerkError
from raumwerk.web.kit.messages import WEB

__all__ = ["problem_catalogue", "sentence", "telling", "translated", "worded"]

#: A text longer than this is no message but something that got into one; it is left as it is.
_LONGEST = 2000
#: A template that begins with a place and has fewer letters than this says too little to stand for whole sentences.
_TELLING = 14
_PLACE = re.compile(r"\{(\d+)\}")
_QUOTATION = re.compile(r"(['\"])(.*)\1", re.DOTALL)
_NAMED = re.compile(rf"{_QUOTATION.pattern}|\S+(, \S+)*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Template:
    """One template of the catalogue: the parts around its places, the numbers of the places, and the wording."""

    parts: tuple[str, ...]
    numbers: tuple[str, ...]
    wording: str

    @classmethod
    def of(cls, text: str, wording: str) -> _Template:
        """Take a template apart."""
        return cls(tuple(_PLACE.split(text)[::2]), tuple(_PLACE.findall(text)), wording)

    @property
    def letters(self) -> int:
        """How much the template itself says."""
        return sum(letter.isalpha() for part in self.parts for letter in part)

    def values(self, text: str) -> dict[str, str] | None:
        """What stands in the places if a text was made from this template, found in one pass."""
        first, *middle, last = self.parts
        if not (text.startswith(first) and text.endswith(last)):
            return None
        start, end, found = len(first), len(text) - len(last), []
        for part in middle:
            at = text.find(part, start + 1, end)
            if at < 0:
                return None
            found.append(text[start:at])
            start = at + len(part)
        found.append(text[start:end])
        vague = first in ("", "the ") and self.letters < _TELLING
        if not found[-1] or (vague and not _NAMED.fullmatch(found[0])):
            return None
        return dict(zip(self.numbers, found, strict=True))

    def filled(self, values: Mapping[str, str]) -> str:
        """The wording with its places filled."""
        return _PLACE.sub(lambda place: values[place[1]], self.wording)


def problem_catalogue(language: str) -> dict[str, str]:
    """Templates and their wording in a language; empty for a language without a catalogue."""
    source = WEB / "locale" / language / "LC_MESSAGES" / "problems.po"
    if not source.exists():
        return {}
    with source.open("rb") as stream:
        catalogue = read_po(stream, locale=language, domain="problems")
    return {str(each.id): str(each.string) for each in catalogue if each.id and each.string}


@lru_cache
def _book(language: str) -> tuple[dict[str, str], tuple[_Template, ...]]:
    """Whole texts, and templates with places, the most telling first."""
    catalogue = problem_catalogue(language)
    templates = [_Template.of(text, wording) for text, wording in catalogue.items() if _PLACE.search(text)]
    return catalogue, tuple(sorted(templates, key=lambda one: -sum(map(len, one.parts))))


def translated(text: str, names: Mapping[str, str] | None = None) -> str | None:
    """Return a text of the floors below in the language of the page; None if there is no wording.

    Parameters
    ----------
    text : str
        One field of a problem, or the text of an error that is a sentence.
    names : mapping, optional
        What the page calls a parameter that the text names.
    """
    language = (get_language() or "en").partition("-")[0]
    return text if language == "en" else _translated(text, language, tuple((names or {}).items()))


@lru_cache(maxsize=4096)
def _translated(text: str, language: str, names: tuple[tuple[str, str], ...]) -> str | None:
    whole, templates = _book(language)
    if text in whole:
        return whole[text]
    if not text or len(text) > _LONGEST:
        return None
    for template in templates:
        values = template.values(text)
        if values is not None:
            told = {place: _value(value, whole, dict(names)) for place, value in values.items()}
            return template.filled(told)
    return None


def _value(value: str, whole: Mapping[str, str], names: Mapping[str, str]) -> str:
    """What stands in a place: the page's word if it has one, a quotation in the language's marks, else as it is."""
    known = names.get(value) or whole.get(value)
    if known:
        return known
    quoted = _QUOTATION.fullmatch(value)
    return _("“%(text)s”") % {"text": quoted[2]} if quoted else value


def worded(problem: Problem, names: Mapping[str, str] | None = None) -> Problem:
    """Return a problem whose words are those of the page; what has no wording stays as it is."""
    told = {name: translated(str(getattr(problem, name)), names) for name in ("what", "expected", "advice")}
    return replace(problem, **{name: text for name, text in told.items() if text})


def sentence(error: RaumwerkError) -> str:
    """Return the text of an error in the language of the page, its problems line by line with their places."""
    if not isinstance(error, InputError):
        return translated(str(error)) or str(error)
    shown = [telling(problem) for problem in error.problems[:MAX_SHOWN]]
    if len(error.problems) > MAX_SHOWN:
        shown.append(_("… and %(number)s more problems.") % {"number": len(error.problems) - MAX_SHOWN})
    return "\n".join(shown)


def telling(problem: Problem) -> str:
    """Return one problem as text: where, what, expected, advice."""
    told = worded(problem)
    text = told.what.rstrip(".")
    if told.expected:
        text += _("; expected: %(what)s") % {"what": told.expected}
    place = _where(told)
    return f"{f'{place}: ' if place else ''}{text.rstrip('.')}. {told.advice}".rstrip()


def _where(problem: Problem) -> str:
    """The place in the page's words. A column alone is a field of the form beside it and needs no name."""
    inside = any(each not in (None, "") for each in (problem.file, problem.sheet, problem.row))
    parts = (
        problem.file,
        _("sheet %(name)s") % {"name": problem.sheet} if problem.sheet else "",
        _("row %(name)s") % {"name": problem.row} if problem.row not in (None, "") else "",
        _("column %(name)s") % {"name": problem.column} if problem.column and inside else "",
    )
    return ", ".join(part for part in parts if part)
