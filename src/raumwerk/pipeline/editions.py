"""The date of the area definitions of a file that does not carry it inside.

Boundaries and some registers are published without their date in the data. It is then taken, in this order, from the
content, from the tracked list ``catalogue/editions.toml`` (by checksum), or from a date in the file name; a file that
has none of these is refused, because a figure without a date is worth nothing.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path

from raumwerk.errors import InputError, Problem
from raumwerk.pipeline.source import RawFile

__all__ = ["Edition", "date_in", "german_date", "known_edition", "require_edition"]

_DATES = (
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)[-_.]?(?P<m>0[1-9]|1[0-2])[-_.]?(?P<d>0[1-9]|[12]\d|3[01])(?!\d)"),
    re.compile(r"(?<!\d)(?P<d>0[1-9]|[12]\d|3[01])[-_.]?(?P<m>0[1-9]|1[0-2])[-_.]?(?P<y>(?:19|20)\d\d)(?!\d)"),
)


@dataclass(frozen=True, slots=True)
class Edition:
    """What the tracked list knows about one file.

    Parameters
    ----------
    edition : str
        Date of the area definitions, ``YYYY-MM-DD``.
    population : str or None
        Date of the counts where it differs.
    """

    edition: str
    population: str | None = None


def catalogue_folder() -> Path:
    """Folder of the tracked catalogue: beside the code of an installed package, or at the root of a checkout."""
    packed = Path(str(resources.files("raumwerk"))) / "catalogue"
    return packed if packed.is_dir() else Path(__file__).resolve().parents[3] / "catalogue"


@cache
def _listed() -> dict[str, Edition]:
    with (catalogue_folder() / "editions.toml").open("rb") as handle:
        entries = tomllib.load(handle)
    return {
        sha: Edition(str(entry["edition"]), str(entry["population"]) if "population" in entry else None)
        for sha, entry in entries.items()
    }


def known_edition(file: RawFile) -> Edition | None:
    """Entry of the tracked list for exactly these bytes, or None."""
    with file.path.open("rb") as handle:
        return _listed().get(hashlib.file_digest(handle, "sha256").hexdigest())


def date_in(text: str) -> str | None:
    """First full date in a text, as ``YYYY-MM-DD``: ``2022-12-31``, ``20221231``, ``31.12.2022`` or ``31122022``."""
    for pattern in _DATES:
        for match in pattern.finditer(text):
            try:
                return date(int(match["y"]), int(match["m"]), int(match["d"])).isoformat()
            except ValueError:
                continue
    return None


def german_date(text: str) -> str | None:
    """First date of the form ``31.12.2019`` in a text, as ``2019-12-31``."""
    match = re.search(r"(?<!\d)(\d{1,2})\.(\d{1,2})\.((?:19|20)\d\d)(?!\d)", text)
    if match is None:
        return None
    try:
        return date(int(match[3]), int(match[2]), int(match[1])).isoformat()
    except ValueError:
        return None


def require_edition(file: RawFile, *, content: str = "") -> str:
    """Date of the area definitions of a file, or raise.

    Parameters
    ----------
    file : RawFile
    content : str
        Text inside the file that may name the date (a title, a layer description).

    Raises
    ------
    InputError
        When neither content, tracked list nor file name tell the date.
    """
    found = date_in(content)
    if found is None:
        listed = known_edition(file)
        found = listed.edition if listed else date_in(file.name)
    if found is None:
        raise InputError(
            Problem(
                "the file does not say of which date its areas are",
                expected="a date of the area definitions",
                advice="Put it into the file name (for example …_2024-12-31) or list the file in "
                "catalogue/editions.toml.",
                file=file.name,
            )
        )
    return found
