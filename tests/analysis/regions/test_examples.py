from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import raumwerk.analysis.regions

MODULES = [
    f"raumwerk.analysis.regions.{module.name}" for module in pkgutil.iter_modules(raumwerk.analysis.regions.__path__)
]


@pytest.mark.parametrize("name", [name for name in MODULES if "._" not in name])
def test_examples_of_the_docstrings_run(name):
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted > 0, f"{name} shows no example"
    assert result.failed == 0
