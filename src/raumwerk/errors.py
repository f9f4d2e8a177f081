"""The errors that Raumwerk raises on purpose.

Each class is ours and a builtin, so that a notebook user may catch ``ValueError`` and the command line may catch
``RaumwerkError``. A message says what was wrong, where, what was expected and what to do next.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

__all__ = [
    "BusyError",
    "ConflictError",
    "InputError",
    "IntegrityError",
    "MissingError",
    "Problem",
    "RaumwerkError",
    "UnavailableError",
    "UnknownCodeError",
]

MAX_SHOWN = 10


class RaumwerkError(Exception):
    """Root of all errors that a user may see; its text is one clear sentence or a short list."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input, precise enough to be mended.

    Parameters
    ----------
    what : str
        What is wrong, in words.
    expected : str
        What was expected instead.
    advice : str
        What to do next.
    file, sheet, row, column : str | int | None
        Where; ``row`` counts from 1 as a spreadsheet shows it.
    """

    what: str
    expected: str = ""
    advice: str = ""
    file: str | None = None
    sheet: str | None = None
    row: int | str | None = None
    column: str | None = None

    @property
    def where(self) -> str:
        """The place as text: file, sheet, row, column, as far as known."""
        named = (("", self.file), ("sheet ", self.sheet), ("row ", self.row), ("column ", self.column))
        return ", ".join(f"{label}{value}" for label, value in named if value not in (None, ""))

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        if self.expected:
            text += f"; expected {self.expected}"
        text = text.rstrip(".") + "."
        return f"{text} {self.advice}".rstrip()


@dataclass
class InputError(RaumwerkError, ValueError):
    """Input that cannot be accepted. Carries every :class:`Problem` found, not only the first."""

    problems: list[Problem] = field(default_factory=list)
    exit_code = 2

    def __init__(self, problems: Problem | str | Iterable[Problem]) -> None:
        if isinstance(problems, str):
            problems = Problem(problems)
        self.problems = [problems] if isinstance(problems, Problem) else list(problems)
        super().__init__(str(self))

    def __str__(self) -> str:
        shown = [str(problem) for problem in self.problems[:MAX_SHOWN]]
        if len(self.problems) > MAX_SHOWN:
            shown.append(f"… and {len(self.problems) - MAX_SHOWN} more problems.")
        return "\n".join(shown)


class MissingError(RaumwerkError, LookupError):
    """Something that was asked for by name does not exist."""

    exit_code = 2

    def __str__(self) -> str:  # LookupError's children quote their text
        return str(self.args[0]) if self.args else ""


class UnknownCodeError(MissingError, ValueError):
    """A code in the caller's own input that the data does not have: missing, and a wrong value at once."""


class ConflictError(RaumwerkError, RuntimeError):
    """Somebody else changed the same thing first, or is changing it now."""

    exit_code = 3


class BusyError(RaumwerkError, RuntimeError):
    """Too much heavy work is under way; the same question a moment later will be answered."""

    exit_code = 3


class IntegrityError(RaumwerkError, RuntimeError):
    """Stored data is not what its checksum says."""

    exit_code = 4


class UnavailableError(RaumwerkError, OSError):
    """A place outside (an official address, a server, a disk) did not answer as it should."""

    exit_code = 5
