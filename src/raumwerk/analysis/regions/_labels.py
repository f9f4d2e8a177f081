"""From mappings of area → region to arrays of positions, with one message for areas that are missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from raumwerk.errors import InputError, Problem

__all__ = ["encode", "same_areas"]


def encode(partition: Mapping[str, str], codes: Sequence[str]) -> tuple[list[str], NDArray[np.int64]]:
    """Sorted region names and, per code, the position of its region; InputError names codes without a region."""
    missing = [code for code in codes if partition.get(code) is None]
    if missing:
        raise InputError(
            Problem("area has no region", expected="a region for every area",
                    advice="Add it to the partition, or leave the area out.", row=code)
            for code in missing
        )  # fmt: skip
    odd = [code for code in codes if not isinstance(partition[code], str)]
    if odd:
        raise InputError(Problem(f"the region is {partition[code]!r}", expected="text", row=code) for code in odd)
    names = sorted({partition[code] for code in codes})
    place = {name: index for index, name in enumerate(names)}
    return names, np.array([place[partition[code]] for code in codes], dtype=np.int64)


def same_areas(left: Mapping[str, str], right: Mapping[str, str]) -> list[str]:
    """Sorted areas of two partitions; InputError names the areas that only one of them has."""
    problems = [
        Problem(f"area is only in the {side} partition", expected="the same areas in both",
                advice="Leave it out of both, or bring both to one vintage of areas.", row=code)
        for side, codes in (("first", sorted(set(left) - set(right))), ("second", sorted(set(right) - set(left))))
        for code in codes
    ]  # fmt: skip
    if not left:
        problems.append(Problem("the partition is empty", expected="at least one area"))
    if problems:
        raise InputError(problems)
    return sorted(left)
