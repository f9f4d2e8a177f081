"""The municipal estimate: commuter flows between municipalities from flows between districts.

:func:`estimate_flows` makes it, :data:`VALIDATION` says how accurate it was where the truth is known (one
:class:`Accuracy` for each country), :data:`INTERVALS` the error to expect by size of the flow.
"""

from raumwerk.analysis.estimate.accuracy import Accuracy, SizeClass, measure_accuracy
from raumwerk.analysis.estimate.constants import INTERVALS, PRIOR, PRIORS, VALIDATION
from raumwerk.analysis.estimate.municipal import MunicipalEstimate, estimate_flows

__all__ = [
    "INTERVALS",
    "PRIOR",
    "PRIORS",
    "VALIDATION",
    "Accuracy",
    "MunicipalEstimate",
    "SizeClass",
    "estimate_flows",
    "measure_accuracy",
]
