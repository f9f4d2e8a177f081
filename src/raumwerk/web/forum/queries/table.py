"""Who belongs at the table of a body: areas by their share of the theme's commuters, held against who sits there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from raumwerk.tables.status import Status, sum_bounded
from raumwerk.web.forum.models import Body, BodyTheme, OfficeInBody, Seat
from raumwerk.web.forum.providers import FlowNumbers, FlowQuestion, Source, flows_of

__all__ = ["LEAST_SHARE", "Amount", "Candidate", "Presence", "Share", "Table", "sheet_of", "table_of", "theme_of"]

#: Areas that touch fewer than this share of the theme's commuters (per cent) are not proposed unless the theme names
#: them: a town has commuters from all over the country, and a table has an end.
LEAST_SHARE = 1.0
_BOUNDED = ("value", "lower", "upper", "status")
_NOBODY = {"value": 0.0, "lower": 0.0, "upper": 0.0, "status": Status.MEASURED.value}

PRESENT, VACANT, PARTLY, MISSING = "present", "vacant", "partly", "missing"
LABELS = {
    PRESENT: gettext_lazy("at the table"),
    VACANT: gettext_lazy("seat vacant"),
    PARTLY: gettext_lazy("a part of it at the table"),
    MISSING: gettext_lazy("missing"),
}


@dataclass(frozen=True, slots=True)
class Share:
    """Per cent; `value` is None where a part of it is suppressed or not known, then only the bounds count."""

    value: float | None
    lower: float | None
    upper: float | None

    @property
    def weight(self) -> float:
        """What decides whether an area is proposed: the share, and where it is not known the largest it can be."""
        return self.upper or 0.0 if self.value is None else self.value

    @property
    def is_interval(self) -> bool:
        """Whether the bounds differ in the digit that is shown."""
        return self.lower is not None and self.upper is not None and round(self.lower, 1) != round(self.upper, 1)


@dataclass(frozen=True, slots=True)
class Amount:
    """Commuters; `value` is None where a part of them is suppressed."""

    value: float | None
    lower: float | None
    upper: float | None
    status: str


@dataclass(frozen=True, slots=True)
class Presence:
    """Who stands for an area: `state` is present, vacant, partly or missing."""

    state: str
    organisations: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The state in words."""
        return str(LABELS[self.state])


@dataclass(frozen=True, slots=True)
class Candidate:
    """An area, and the commuters of the theme who live or work there, once each."""

    key: str
    name: str
    named: bool
    commuters: Amount
    share: Share
    population: float | None
    presence: Presence
    proposed: bool

    @property
    def state(self) -> str:
        """Two-digit key of the state."""
        return self.key[:2]


@dataclass(frozen=True, slots=True)
class Table:
    """The whole answer. Shares of flow are of all commuters of the theme, those of population of the proposed areas.

    ``at_one_end`` and ``at_both_ends`` are the commuters whose home or workplace, or both, are represented;
    ``elsewhere`` are organisations at the table whose area is not proposed, ``without_area`` counts those
    that name none.
    """

    theme: BodyTheme
    numbers: FlowNumbers
    candidates: tuple[Candidate, ...]
    total: Amount
    at_one_end: Share
    at_both_ends: Share
    inhabitants: float
    inhabitants_present: float
    unknown_population: int
    elsewhere: tuple[str, ...]
    without_area: int

    @property
    def proposed(self) -> list[Candidate]:
        """The areas that belong at the table, by share of flow."""
        return [one for one in self.candidates if one.proposed]

    @property
    def further(self) -> int:
        """How many areas are touched by less than :data:`LEAST_SHARE`."""
        return len(self.candidates) - len(self.proposed)

    @property
    def missing(self) -> list[Candidate]:
        """Proposed areas for which nobody sits there, the largest first."""
        return [one for one in self.proposed if one.presence.state != PRESENT]

    @property
    def population_share(self) -> float | None:
        """Share of the proposed areas' inhabitants whose area is represented, per cent."""
        return 100 * self.inhabitants_present / self.inhabitants if self.inhabitants else None


def theme_of(body: Body) -> BodyTheme | None:
    """Return the theme of a body, None where none was set."""
    found: BodyTheme | None = BodyTheme.objects.in_region(body.region_id).filter(body=body).first()
    return found


def table_of(body: Body, theme: BodyTheme, seats: Iterable[Seat], language: str) -> Table | None:
    """Propose who belongs at the table; None where no release is published.

    Raises
    ------
    MissingError
        Where the release has no flows for the region or for these areas.
    """
    members = [seat for seat in seats if seat.organisation is not None and seat.office_in_body != OfficeInBody.GUEST]
    held, vacant = _by_area(members, vacant=False), _by_area(members, vacant=True)
    question = FlowQuestion(theme.kind, tuple(theme.areas), tuple(theme.counterparts), also=frozenset((*held, *vacant)))
    numbers = flows_of(body.region, question, language)
    if numbers is None:
        return None
    candidates = _candidates(theme, numbers, held, vacant)
    covered = {one.key for one in candidates if one.presence.state == PRESENT}
    proposed = [one for one in candidates if one.proposed]
    at_home, at_work = pl.col("origin").is_in(list(covered)), pl.col("destination").is_in(list(covered))
    counted = [one for one in proposed if one.population is not None]
    return Table(
        theme=theme,
        numbers=numbers,
        candidates=tuple(candidates),
        total=Amount(**_sum(numbers.pairs)),
        at_one_end=_share_of(numbers.pairs, at_home | at_work),
        at_both_ends=_share_of(numbers.pairs, at_home & at_work),
        inhabitants=sum(one.population or 0.0 for one in counted),
        inhabitants_present=sum(_inhabitants_present(one, held, numbers) for one in counted),
        unknown_population=len(proposed) - len(counted),
        elsewhere=_elsewhere(proposed, held),
        without_area=len({seat.organisation_id for seat in members if seat.person_id and not _area(seat)}),
    )


def sheet_of(table: Table) -> tuple[list[str], Iterator[list[str]]]:
    """Return the head and the rows of the file: every area, proposed or not, each number with where it comes from."""
    numbers = table.numbers
    head = [
        _("Rank"), _("Key"), _("Area"), _("Named by the theme"), _("Proposed"), _("Commuters"), _("at least"),
        _("at most"), _("Status"), _("Share of flow in %"), _("at least, in %"), _("at most, in %"), _("Population"),
        _("Population on"), _("At the table"), _("Organisations"), _("Flows of"), _("Estimated by a model"),
        _("Release"), _("Sources"),
    ]  # fmt: skip
    sources = "; ".join(source.attribution or source.title for source in _all_sources(numbers))
    rows = (
        [
            str(rank), one.key, one.name, _yes(one.named), _yes(one.proposed), _plain(one.commuters.value, 1),
            _plain(one.commuters.lower, 1), _plain(one.commuters.upper, 1), one.commuters.status,
            _plain(one.share.value, 2), _plain(one.share.lower, 2), _plain(one.share.upper, 2),
            _plain(one.population, 0), numbers.population.period if numbers.population else "", one.presence.label,
            ", ".join(one.presence.organisations), numbers.period, _yes(numbers.estimated), numbers.release, sources,
        ]
        for rank, one in enumerate(table.candidates, start=1)
    )  # fmt: skip
    return head, rows


def _all_sources(numbers: FlowNumbers) -> list[Source]:
    return list(dict.fromkeys((*numbers.sources, *(numbers.population.sources if numbers.population else ()))))


def _yes(given: bool) -> str:
    return _("yes") if given else _("no")


def _plain(value: float | None, decimals: int) -> str:
    return "" if value is None else formats.number_format(round(value, decimals) + 0, decimals, use_l10n=True)


def _area(seat: Seat) -> str:
    return seat.organisation.area.strip() if seat.organisation is not None else ""


def _by_area(members: Iterable[Seat], *, vacant: bool) -> dict[str, tuple[str, ...]]:
    """Names of the organisations that stand for an area, those whose seat is held or those whose seat is vacant."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for seat in members:
        if (seat.person_id is None) is vacant and seat.organisation is not None and _area(seat):
            found[_whole(_area(seat))][seat.organisation.name] = None
    return {key: tuple(names) for key, names in found.items()}


def _whole(key: str) -> str:
    """A town that is a district of its own has two keys; the shorter one counts."""
    return key[:5] if len(key) == 8 and key.endswith("000") else key


def _presence(key: str, held: Mapping[str, tuple[str, ...]], vacant: Mapping[str, tuple[str, ...]]) -> Presence:
    """An area is present by its own organisation or by its district's; by one of its municipalities only in part."""
    own = {_whole(key), key[:5]}
    if names := _names(held, lambda area: area in own):
        return Presence(PRESENT, names)
    if names := _names(held, lambda area: len(key) == 5 and area.startswith(key)):
        return Presence(PARTLY, names)
    if names := _names(vacant, lambda area: area in own):
        return Presence(VACANT, names)
    return Presence(MISSING)


def _names(by_area: Mapping[str, tuple[str, ...]], fits: Callable[[str], bool]) -> tuple[str, ...]:
    chosen = (names for area, names in by_area.items() if fits(area))
    return tuple(dict.fromkeys(name for names in chosen for name in names))


def _candidates(
    theme: BodyTheme, numbers: FlowNumbers, held: Mapping[str, tuple[str, ...]], vacant: Mapping[str, tuple[str, ...]]
) -> list[Candidate]:
    """All areas that the theme touches, by share of flow; where it is suppressed, the middle of its bounds ranks it."""
    pairs, whole = numbers.pairs, _sum(numbers.pairs)
    touched = _touched(pairs)
    named = {_whole(key) for key in (*theme.areas, *theme.counterparts)}
    found = []
    for key in sorted({*touched, *numbers.units}):
        part = touched.get(key, _NOBODY)
        share = _ratio(part, whole)
        is_named = _whole(key) in named
        found.append(
            Candidate(
                key=key,
                name=numbers.names.get(key, key),
                named=is_named,
                commuters=Amount(**part),
                share=share,
                population=numbers.population.persons.get(key) if numbers.population else None,
                presence=_presence(key, held, vacant),
                proposed=is_named or share.weight >= LEAST_SHARE,
            )
        )
    return sorted(found, key=lambda one: (-_middle(one.commuters), one.key))


def _middle(one: Amount) -> float:
    if one.value is not None:
        return one.value
    return ((one.lower or 0.0) + (one.upper or one.lower or 0.0)) / 2


def _touched(pairs: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """Commuters by area at either end; nobody is counted twice for one area, since both ends differ."""
    ends = pl.concat([pairs.select(pl.col(end).alias("area"), *_BOUNDED) for end in ("origin", "destination")])
    summed = ends.group_by("area").agg(*sum_bounded())
    return {row.pop("area"): row for row in summed.to_dicts()}


def _sum(pairs: pl.DataFrame) -> dict[str, Any]:
    return dict(pairs.select(sum_bounded()).row(0, named=True)) if len(pairs) else dict(_NOBODY)


def _share_of(pairs: pl.DataFrame, chosen: pl.Expr) -> Share:
    return _ratio(_sum(pairs.filter(chosen)), _sum(pairs))


def _ratio(part: Mapping[str, Any], whole: Mapping[str, Any]) -> Share:
    """Share of a part in its whole. The smallest share has the part small and the rest large, the largest reversed."""
    share = 100 * part["value"] / whole["value"] if part["value"] is not None and whole["value"] else None
    if None in {part["lower"], part["upper"], whole["lower"], whole["upper"]} or not whole["upper"]:
        return Share(share, None, None)
    smallest = part["lower"] + whole["upper"] - part["upper"]
    largest = part["upper"] + whole["lower"] - part["lower"]
    lower = 100 * part["lower"] / smallest if smallest else 0.0
    return Share(share, lower, 100 * part["upper"] / largest if largest else 100.0)


def _inhabitants_present(one: Candidate, held: Mapping[str, tuple[str, ...]], numbers: FlowNumbers) -> float:
    """Inhabitants of an area who are represented: all, or those of its municipalities at the table."""
    if one.presence.state == PRESENT:
        return one.population or 0.0
    if one.presence.state != PARTLY or numbers.population is None:
        return 0.0
    persons = numbers.population.persons
    return min(one.population or 0.0, sum(persons.get(area, 0.0) for area in held if area.startswith(one.key)))


def _elsewhere(proposed: Collection[Candidate], held: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Organisations at the table whose area is none of the proposed, nor a part or the whole of one."""
    keys = {_whole(one.key) for one in proposed}
    strange = [
        names for area, names in held.items()
        if not any(key.startswith(area) or area.startswith(key) for key in keys)
    ]  # fmt: skip
    return tuple(dict.fromkeys(name for names in strange for name in names))
