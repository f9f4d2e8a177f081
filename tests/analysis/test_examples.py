from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil

import pytest

import raumwerk.analysis

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(raumwerk.analysis.__path__, "raumwerk.analysis.")
    if not module.ispkg and not module.name.rsplit(".", 1)[-1].startswith("_")
)


# The municipal estimate needs whole data sets; its examples are the validation on Belgium and Switzerland.
TOO_LARGE_FOR_AN_EXAMPLE = "raumwerk.analysis.estimate."


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_the_docstrings_run(name):
    module = importlib.import_module(name)
    assert doctest.testmod(module).failed == 0
    if not name.startswith(TOO_LARGE_FOR_AN_EXAMPLE) and any(
        inspect.isfunction(getattr(module, public)) for public in getattr(module, "__all__", [])
    ):
        assert doctest.testmod(module).attempted > 0, f"{name} shows no example"
