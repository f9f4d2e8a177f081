from __future__ import annotations

import doctest
import importlib
import importlib.util
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

import raumwerk.analysis

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(raumwerk.analysis.__path__, "raumwerk.analysis.")
    if not module.ispkg and not module.name.rsplit(".", 1)[-1].startswith("_")
)


FUNCTIONS = [
    pytest.param(
        getattr(importlib.import_module(module), name), id=f"{module.removeprefix('raumwerk.analysis.')}.{name}"
    )
    for module in MODULES
    for name in importlib.import_module(module).__all__
    if inspect.isfunction(getattr(importlib.import_module(module), name))
]


def _methods():
    """Public methods that take more than the object, of all public classes."""
    for module in MODULES:
        for name in importlib.import_module(module).__all__:
            kind = getattr(importlib.import_module(module), name)
            if not inspect.isclass(kind):
                continue
            for method, raw in vars(kind).items():
                callable_ = inspect.isfunction(raw) or isinstance(raw, classmethod | staticmethod)
                if callable_ and not method.startswith("_"):
                    function = getattr(kind, method)
                    if set(inspect.signature(function).parameters) - {"self"}:
                        yield pytest.param(function, id=f"{name}.{method}")


METHODS = list(_methods())


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_the_docstrings_run(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("method", METHODS)
def test_docstring_of_a_method_says_what_goes_in_and_out_and_shows_an_example(method):
    titles = set(re.findall(r"(?m)^(\w+)\n-{3,}$", inspect.getdoc(method) or ""))
    assert {"Parameters", "Raises", "Examples"} <= titles
    assert "Returns" in titles
    assert set(inspect.signature(method).parameters) - {"self"} <= _described(method)


@pytest.mark.parametrize("function", [*FUNCTIONS, *METHODS])
def test_options_are_given_by_name(function):
    options = [one for one in inspect.signature(function).parameters.values() if one.default is not one.empty]
    assert all(one.kind is one.KEYWORD_ONLY for one in options)


def _described(function) -> set[str]:
    text = inspect.getdoc(function).split("Parameters\n----------\n")[1].split("\n\n")[0]
    heads = re.findall(r"(?m)^(\S.*)$", text)
    return {name.strip(" *") for head in heads for name in head.split(" : ")[0].split(",")}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_docstring_says_shapes_errors_source_and_shows_an_example(function):
    titles = set(re.findall(r"(?m)^(\w+)\n-{3,}$", inspect.getdoc(function) or ""))
    assert {"Parameters", "Raises", "Examples"} <= titles
    assert titles & {"Returns", "Yields"}
    # where a formula comes from, or that it is our own, or that there is none
    assert titles & {"References", "Notes"}
    assert doctest.DocTestFinder(recurse=False).find(function)[0].examples
    assert set(inspect.signature(function).parameters) <= _described(function)


def test_reference_is_what_the_docstrings_say():
    path = Path(__file__).resolve().parents[2] / "scripts" / "make_reference.py"
    spec = importlib.util.spec_from_file_location("make_reference", path)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    assert made.drift() == []
    text = made.pages()["gravity.md"]
    assert "## `fit_gravity`" in text
    assert "- **`flows`** : FlowMatrix" in text
