"""What a functional region must fulfil: how many employed people, and how many of them at home and at work in it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType

from raumwerk.analysis._check import number_in
from raumwerk.errors import InputError, Problem

__all__ = ["PRESETS", "SelfContainment"]


@dataclass(frozen=True, slots=True)
class SelfContainment:
    """Sizes and shares of the validity rule of Coombes and Bond.

    A region of ``target_size`` employed residents or more needs ``min_self_containment``; one of ``min_size`` needs
    ``target_self_containment``; in between the need falls as
    ``m / (1 - (1 - m/t) (T - s) / (T - M))`` with sizes ``M < T`` and shares ``m < t``.

    Parameters
    ----------
    min_size, target_size : float
        Employed residents, above 0, ``min_size < target_size``.
    min_self_containment, target_self_containment : float
        Shares above 0 and up to 1, ``min_self_containment <= target_self_containment``. When both are equal the size
        plays no part in the rule.

    Raises
    ------
    InputError
        Naming every parameter that is out of range or out of order.

    Examples
    --------
    >>> rule = SelfContainment(3500, 25000, 2 / 3, 0.75)
    >>> round(rule.needed(14250), 4)
    0.7059
    """

    min_size: float
    target_size: float
    min_self_containment: float
    target_self_containment: float

    def __post_init__(self) -> None:
        problems = []
        for name in ("min_size", "target_size", "min_self_containment", "target_self_containment"):
            value, top = getattr(self, name), 1.0 if "containment" in name else math.inf
            if not (math.isfinite(value) and 0 < value <= top):
                expected = "a share above 0 and up to 1" if top == 1.0 else "a number of people above 0"
                problems.append(Problem(f"{name} is {value}", expected=expected))
        if not problems and self.min_size >= self.target_size:
            problems.append(Problem(f"min_size {self.min_size:g} is not below target_size {self.target_size:g}",
                                    expected="min_size < target_size", advice="Exchange or change them."))  # fmt: skip
        if not problems and self.min_self_containment > self.target_self_containment:
            problems.append(Problem(f"min_self_containment {self.min_self_containment:g} is above "
                                    f"target_self_containment {self.target_self_containment:g}",
                                    expected="min_self_containment ≤ target_self_containment",
                                    advice="Exchange or change them."))  # fmt: skip
        if problems:
            raise InputError(problems)

    def needed(self, size: float) -> float:
        """Self-containment that a region needs.

        Parameters
        ----------
        size : float
            Employed residents, at least 0.

        Returns
        -------
        float
            A share; infinite when the region is too small for any.

        Raises
        ------
        InputError
            When the size is negative or not finite.

        Examples
        --------
        >>> SelfContainment(3500, 25000, 2 / 3, 0.75).needed(3000)
        inf
        """
        number_in(size, "the size", 0.0)
        missing = max((self.target_size - size) / (self.target_size - self.min_size), 0.0)
        allowance = 1 - (1 - self.min_self_containment / self.target_self_containment) * missing
        if allowance <= 0:
            return math.inf
        share = self.min_self_containment / allowance
        return share if share <= self.target_self_containment else math.inf

    def scaled(self, factor: float) -> SelfContainment:
        """The same shares for other sizes.

        Parameters
        ----------
        factor : float
            Both sizes are multiplied by it, above 0.

        Returns
        -------
        SelfContainment

        Raises
        ------
        InputError
            When the sizes are then 0, negative or not finite.

        Examples
        --------
        >>> SelfContainment(1000, 10000, 0.6, 0.75).scaled(2).min_size
        2000
        """
        return SelfContainment(
            self.min_size * factor, self.target_size * factor, self.min_self_containment, self.target_self_containment
        )


#: Settings in use elsewhere, sizes in employed residents.
#:
#: - ``uk``: travel to work areas 2011, Office for National Statistics: at least 3,500 people and 75 %, from 25,000
#:   people on 66.7 %.
#: - ``italy``: close to what Istat uses for its local labour systems: 1,000 people and 75 %, from 10,000 on 60 %.
#: - ``grw``: like the German labour-market regions behind regional aid: 65 % of residents and of jobs, at least 100,000
#:   inhabitants (RWI 2018 for the federal economics ministry). 100,000 inhabitants are about 40,000 employees subject
#:   to social insurance (33.2 of 83.2 million in 2019); from 50,000 on 65 % do, at 40,000 it is 66 %. The ministry's
#:   limits on travel time and its later political choices are not part of it.
PRESETS = MappingProxyType(
    {
        "uk": SelfContainment(3_500, 25_000, 0.667, 0.75),
        "italy": SelfContainment(1_000, 10_000, 0.60, 0.75),
        "grw": SelfContainment(40_000, 50_000, 0.65, 0.66),
    }
)
