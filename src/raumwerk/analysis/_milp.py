"""Mixed-integer programs by HiGHS, with the proven bound beside the solution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from raumwerk.errors import InputError, Problem

__all__ = ["Program", "Solution", "solve"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Program:
    """Maximise ``gain @ x`` with ``0 <= x <= 1``, ``low <= rows @ x <= high`` and some x whole."""

    gain: Floats
    rows: csr_array
    low: Floats
    high: Floats
    whole: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Solution:
    """Values, objective, proven upper bound, relative gap and whether it is proven best."""

    x: Floats
    value: float
    bound: float
    gap: float
    optimal: bool


def solve(program: Program, *, time_limit: float, tolerance: float, start: Floats | None = None) -> Solution:
    """Solve a program.

    Parameters
    ----------
    program : Program
    time_limit : float
        Seconds.
    tolerance : float
        Relative gap at which to stop.
    start : array, optional
        A first feasible solution.

    Raises
    ------
    InputError
        When no solution exists or none was found in time.
    """
    solver: Any = highspy.Highs()
    for option, value in (("output_flag", False), ("time_limit", float(time_limit)), ("mip_rel_gap", float(tolerance)),
                          ("threads", 1), ("random_seed", 0)):  # fmt: skip
        solver.setOptionValue(option, value)
    solver.passModel(_model(program))
    if start is not None:
        first = highspy.HighsSolution()
        first.col_value = [float(value) for value in start]
        solver.setSolution(first)
    solver.run()
    status, info = solver.getModelStatus(), solver.getInfo()
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    if not found:
        raise InputError(
            Problem(f"no solution was found ({solver.modelStatusToString(status)})",
                    expected="a feasible choice", advice="Allow more sites, a wider reach or more time.")
        )  # fmt: skip
    x = np.array(solver.getSolution().col_value)
    value = float(program.gain @ x)
    optimal = status == highspy.HighsModelStatus.kOptimal
    bound = float(info.mip_dual_bound) if program.whole.any() else value
    return Solution(x, value, bound, abs(bound - value) / max(abs(value), 1e-9), optimal)


def _model(program: Program) -> Any:
    model = highspy.HighsLp()
    rows, columns = program.rows.shape
    model.num_col_, model.num_row_ = columns, rows
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_ = program.gain
    model.col_lower_, model.col_upper_ = np.zeros(columns), np.ones(columns)
    model.row_lower_, model.row_upper_ = program.low, program.high
    model.integrality_ = [
        highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous for whole in program.whole
    ]
    matrix = model.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.start_, matrix.index_ = program.rows.indptr.astype(np.int32), program.rows.indices.astype(np.int32)
    matrix.value_ = program.rows.data
    return model
