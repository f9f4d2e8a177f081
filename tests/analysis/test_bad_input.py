"""Bad input of every public entry of the analysis: one error that says what is wrong, never a silent NaN.

For each entry there is a good call, which must run, and a list of single arguments that spoil it. A spoilt call must
raise a RaumwerkError that is also a ValueError and that names the row, the column or the parameter.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import polars as pl
import pytest

import raumwerk.analysis
from analysis_cases import CASES, CHECKED_ELSEWHERE
from raumwerk.analysis.estimate import places
from raumwerk.errors import RaumwerkError


def _name(entry: Any) -> str:
    return f"{entry.func.__name__}*" if isinstance(entry, partial) else str(entry.__qualname__)


def _calls() -> list[Any]:
    return [
        pytest.param(entry, argument, bad, text, id=f"{_name(entry)}-{argument}-{number}")
        for entry, (_, spoilt) in CASES.items()
        for argument, some in spoilt.items()
        for number, (bad, text) in enumerate(some)
    ]


def _consume(found: Any) -> Any:
    return list(found) if inspect.isgenerator(found) else found


def _numbers(found: Any) -> list[np.ndarray]:
    """All numbers in a result, however deep, as arrays; a null of a frame is no number."""
    if isinstance(found, pl.DataFrame):
        return [column.drop_nulls().to_numpy() for column in found.iter_columns() if column.dtype.is_float()]
    if isinstance(found, np.ndarray):
        return [found] if found.dtype.kind == "f" else []
    if isinstance(found, float | np.floating):
        return [np.array([found])]
    if is_dataclass(found):
        parts = [getattr(found, field.name) for field in fields(found)]
    elif isinstance(found, Mapping):
        parts = list(found.values())
    elif isinstance(found, list | tuple):
        parts = list(found)
    else:
        return []
    return [array for part in parts for array in _numbers(part)]


@pytest.mark.parametrize("entry", CASES, ids=_name)
def test_good_input_gives_a_result_without_nan(entry):
    found = _consume(entry(**CASES[entry][0]))
    if isinstance(found, places.Places):  # NaN says there that nobody has counted who lives and works in the place
        found = replace(found, internal=np.zeros(len(found)))
    assert not any(np.isnan(array).any() for array in _numbers(found))


@pytest.mark.parametrize(("entry", "argument", "bad", "text"), _calls())
def test_bad_input_is_refused_with_its_place(entry, argument, bad, text):
    with pytest.raises(RaumwerkError) as caught:
        _consume(entry(**{**CASES[entry][0], argument: bad}))
    assert isinstance(caught.value, ValueError)
    assert text in str(caught.value)
    assert len(str(caught.value)) > 20  # a sentence, not a word


def test_every_public_function_is_tried():
    tried = {_name(entry).rstrip("*").split(".")[-1] for entry in CASES}
    missing = set()
    for found in pkgutil.walk_packages(raumwerk.analysis.__path__, "raumwerk.analysis."):
        if found.ispkg or found.name.rsplit(".", 1)[-1].startswith("_"):
            continue
        module = importlib.import_module(found.name)
        for name in module.__all__:
            thing = getattr(module, name)
            checks = inspect.isclass(thing) and hasattr(thing, "__post_init__")
            if (inspect.isfunction(thing) or checks) and name not in tried | CHECKED_ELSEWHERE:
                missing.add(f"{found.name}.{name}")
    assert not missing


#: Parameters that nothing can be wrong with on account of the function: names and words that are carried along.
CARRIED = {"unit", "date", "learned_on", "what", "mode", "source"}
#: Parameters of which nothing is a good answer as well: no measured errors, a category or centres that nobody has.
MAY_BE_EMPTY = {"classes", "intervals", "category", "centres"}


def _own(annotation: str) -> bool:
    """Whether a parameter is a switch, or one of our own objects, which are checked where they are made."""
    names = re.findall(r"\w+", annotation)
    return names == ["bool"] or bool(
        {"TravelMatrix", "FlowMatrix", "SelfContainment", "GravityFit", "Blocks", "Composite"} & {*names}
    )


def test_every_parameter_of_every_public_function_is_spoilt():
    spoilt: dict[str, set[str]] = {}
    given: dict[str, list[inspect.Parameter]] = {}
    for entry, (_, bad) in CASES.items():
        plain = entry.func if isinstance(entry, partial) else entry
        spoilt.setdefault(_name(plain), set()).update(bad)
        given[_name(plain)] = list(inspect.signature(plain).parameters.values())
    missing = {
        f"{name}({parameter.name})"
        for name, parameters in given.items()
        for parameter in parameters
        if parameter.name not in spoilt[name] | CARRIED | MAY_BE_EMPTY and not _own(str(parameter.annotation))
    }
    assert not missing
