"""What may be asked of an analysis: one declaration from which page, API, links and saved scenarios are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext

from raumwerk.web.atlas.queries.release import AtlasRelease, Region

__all__ = ["Case", "Param", "State", "as_text", "read_state"]

Text = str | Promise
State = dict[str, Any]
Choices = Sequence[tuple[str, Text]]
Options = Choices | Callable[[AtlasRelease, Region, State], Choices]
Fitting = Callable[[AtlasRelease, str, Choices], str | None]


@dataclass(frozen=True, slots=True)
class Case:
    """What an analysis is asked: release, region, parameters, and the language of names and words."""

    atlas: AtlasRelease
    region: Region
    state: State
    lang: str

    def name(self, area: str) -> str:
        """Name of an area."""
        return self.atlas.name(area, self.lang)

    def people(self, value: float) -> str:
        """A number as the reader writes it, without decimals, with a true minus sign."""
        return self.decimal(value, 0)

    def decimal(self, value: float, decimals: int, *, sign: bool = False) -> str:
        """A number as the reader writes it; ``sign`` marks what is above 0 too."""
        text = f"{abs(value):,.{decimals}f}"
        if self.lang == "de":
            text = text.translate(str.maketrans(",.", ".,"))
        return ("\N{MINUS SIGN}" if value < 0 else "+" if sign else "") + text


#: Most areas that one parameter may name.
MOST_AREAS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """One parameter.

    ``kind``: ``choice`` (``choices`` may depend on release, region and what was asked before); ``number`` (a slider
    from ``least`` to ``most``); ``amount`` (a number to type in, may be absent); ``area`` (a member of the region, may
    be absent); ``areas`` (several). ``default`` may depend on what else was asked. ``when`` names the
    values of other parameters that make this one matter. ``fitting`` finds the nearest choice for a value that is one
    beside other parameters only, or None where it is none at all.
    """

    name: str
    label: Text
    kind: Literal["choice", "number", "amount", "area", "areas"] = "choice"
    default: Any | Callable[[State], Any] = None
    choices: Options = ()
    least: float = 0
    most: float = 100
    step: float = 1
    unit: Text = ""
    help: Text = ""
    group: Text = ""
    when: Mapping[str, tuple[str, ...]] | None = None
    fitting: Fitting | None = None

    def matters(self, state: State) -> bool:
        """Whether the parameter has an effect beside the others."""
        return all(state.get(name) in values for name, values in (self.when or {}).items())

    @property
    def whole(self) -> bool:
        """Whether only whole numbers make sense."""
        return float(self.step).is_integer()

    def options(self, atlas: AtlasRelease, region: Region, state: State) -> Choices:
        """What may be chosen, beside what was asked before."""
        return self.choices(atlas, region, state) if callable(self.choices) else self.choices

    def standard(self, state: State) -> Any:
        """Value where the address names none."""
        return self.default(state) if callable(self.default) else self.default


def read_state(
    params: Sequence[Param],
    given: Mapping[str, Any],
    *,
    atlas: AtlasRelease,
    region: Region,
    notices: list[str] | None = None,
) -> tuple[State, dict[str, str]]:
    """Values of all parameters, and what is wrong with which of them, in a sentence each.

    A wrong value is told and takes its default, so that there is always something to show. A choice that is left over
    from another state of the form is no fault of the reader: where ``notices`` takes what is told of it, the nearest
    choice takes its place; without them it is wrong.
    """
    state: State = {}
    problems: dict[str, str] = {}
    for param in params:
        texts = _texts(given, param.name)
        standard = param.standard(state)
        if standard is None and param.kind == "choice":
            standard = next((key for key, _ in param.options(atlas, region, state)), None)
        if not texts:
            state[param.name] = standard
            continue
        try:
            if param.kind == "choice":
                options = param.options(atlas, region, state)
                fitted = None if notices is None else _fitted(param, texts[-1], options, atlas)
                if fitted is not None and notices is not None:
                    state[param.name], told = fitted
                    notices += told
                else:
                    state[param.name] = _choice(param, texts, options)
            else:
                state[param.name] = _READ[param.kind](param, texts, atlas, region)
        except _WrongError as wrong:
            problems[param.name] = str(wrong)
            state[param.name] = standard
    return state, problems


class _WrongError(Exception):
    """A parameter that cannot be read; the text says what is possible."""


def _texts(given: Mapping[str, Any], name: str) -> list[str]:
    found = given.getlist(name) if hasattr(given, "getlist") else given.get(name)
    many = found if isinstance(found, list | tuple) else [found]
    return [str(text) for text in many if text not in (None, "")]


def _fitted(param: Param, text: str, options: Choices, atlas: AtlasRelease) -> tuple[str | None, list[str]] | None:
    """The choice nearest to one that is left over, and what to tell of it; None where nothing is to be fitted."""
    names = dict(options)
    if param.fitting is None or text in names:
        return None
    found = param.fitting(atlas, text, options)
    if found is None:
        return None
    if not names:  # nothing can be chosen, and the answer says why
        return None, []
    if text.startswith(str(names[found])):  # the same year, written otherwise
        return found, []
    told = gettext("There are other choices of “%(name)s” here; shown is “%(shown)s”.")
    return found, [told % {"name": param.label, "shown": names[found]}]


def _choice(param: Param, texts: list[str], choices: Choices) -> str:
    known = [key for key, _ in choices]
    if texts[-1] in known:
        return texts[-1]
    told = gettext("“%(given)s” is no choice of “%(name)s”; possible are: %(known)s.")
    raise _WrongError(told % {"given": texts[-1][:40], "name": param.label, "known": ", ".join(known)})


def _number(param: Param, texts: list[str], atlas: AtlasRelease, region: Region) -> float:
    try:
        value = float(texts[-1].replace(",", "."))
    except ValueError:
        value = float("nan")
    if not param.least <= value <= param.most or (param.whole and not value.is_integer()):
        told = gettext("“%(given)s” cannot be used for “%(name)s”; it takes a number from %(least)s to %(most)s.")
        facts = {
            "given": texts[-1][:40],
            "name": param.label,
            "least": f"{param.least:g}",
            "most": f"{param.most:.10g}",
        }
        raise _WrongError(told % facts)
    return int(value) if param.whole else value


def _areas(param: Param, texts: list[str], atlas: AtlasRelease, region: Region) -> list[str]:
    keys = [key for text in texts for key in text.split(",") if key]
    for key in keys:
        area = atlas.areas.get(key)
        if key not in region.municipalities or area is None:
            told = gettext("“%(given)s” is no municipality of this region (“%(name)s”).")
            raise _WrongError(told % {"given": key[:40], "name": param.label})
        if not area.inhabited:
            told = gettext("Nobody lives in %(area)s, so it cannot be chosen for “%(name)s”.")
            raise _WrongError(told % {"area": area.name, "name": param.label})
    if len(set(keys)) > MOST_AREAS:
        told = gettext("“%(name)s” takes at most %(most)s areas.")
        raise _WrongError(told % {"name": param.label, "most": MOST_AREAS})
    return sorted(set(keys))


def _area(param: Param, texts: list[str], atlas: AtlasRelease, region: Region) -> str:
    found = _areas(param, texts[-1:], atlas, region)
    if len(found) != 1:
        told = gettext("“%(given)s” cannot be used for “%(name)s”; it takes one municipality of the region.")
        raise _WrongError(told % {"given": texts[-1][:40], "name": param.label})
    return found[0]


_READ: Mapping[str, Callable[[Param, list[str], AtlasRelease, Region], Any]] = {
    "number": _number,
    "amount": _number,
    "area": _area,
    "areas": _areas,
}


def as_text(params: Iterable[Param], state: State) -> dict[str, str]:
    """State as an address holds it: only what differs from the default, each value as text."""
    told = {}
    before: State = {}
    for param in params:
        value = state[param.name]
        if value not in (None, [], param.standard(before)):
            told[param.name] = ",".join(value) if isinstance(value, list) else _plain(value)
        before[param.name] = value
    return told


def _plain(value: Any) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)
