"""Errors of the floors below the website in the language of the page; German is complete for what a page can show."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils.translation import override

import raumwerk
from problem_texts import Code
from raumwerk.errors import ConflictError, InputError, MissingError, Problem
from raumwerk.tables.schemas import SPECS
from raumwerk.web.kit.problems import problem_catalogue, sentence, translated, worded

SRC = Path(raumwerk.__file__).parent
FLOORS = ("tables", "store", "pipeline", "analysis")
#: What data-in and the pages of planning call, by module or folder.
SHOWN = (
    "tables", "store",
    "pipeline/adding.py", "pipeline/assembly.py", "pipeline/catalogue.py", "pipeline/cells.py", "pipeline/derived",
    "pipeline/discovery.py", "pipeline/editions.py", "pipeline/importing.py", "pipeline/mapping.py",
    "pipeline/publishing.py", "pipeline/regions.py", "pipeline/registry.py", "pipeline/sheets.py", "pipeline/sniff.py",
    "pipeline/source.py", "pipeline/sources",
    "analysis/_check.py", "analysis/_milp.py", "analysis/access.py", "analysis/hubs.py",
    "analysis/regions/coombes_bond.py", "analysis/regions/nodal.py", "analysis/regions/parameters.py",
    "analysis/regions/stability.py", "analysis/scenarios", "analysis/straight_line.py", "analysis/travel.py",
)  # fmt: skip
#: What is left in English, and why.
LEFT_OUT = {
    "pipeline/fetch.py": "commands only", "pipeline/plain_tables.py": "commands only",
    "pipeline/travel": "commands only",
    "analysis/autocorrelation.py": "no page calls it", "analysis/composite.py": "checked by the page before",
    "analysis/estimate": "publishing: faults of data that passed the checks before",
    "analysis/excess.py": "no page calls it", "analysis/flow_measures.py": "no page calls it",
    "analysis/location.py": "no page calls it", "analysis/mobility.py": "no page calls it",
    "analysis/perception.py": "no page calls it", "analysis/radiation.py": "no page calls it",
    "analysis/_flow_input.py": "faults of data that a release cannot hold",
    "analysis/_poisson.py": "models: told of the data, not of what a reader asks",
    "analysis/border.py": "models: told of the data, not of what a reader asks",
    "analysis/concentration.py": "faults of data that a release cannot hold",
    "analysis/fit.py": "models: told of the data, not of what a reader asks",
    "analysis/flows.py": "faults of data that a release cannot hold",
    "analysis/gravity.py": "models: told of the data, not of what a reader asks",
    "analysis/interfaces.py": "models: told of the data, not of what a reader asks",
    "analysis/plan.py": "faults of data that a release cannot hold",
    "analysis/regions/_labels.py": "faults of data that a release cannot hold",
    "analysis/regions/communities.py": "checked by the page before",
    "analysis/regions/compare.py": "faults of data that a release cannot hold",
    "analysis/regions/contiguity.py": "no page calls it", "analysis/regions/naming.py": "checked by the page before",
    "analysis/structure.py": "faults of data that a release cannot hold",
}  # fmt: skip
#: Texts that only running the code tells, and what they can be.
TOLD_BY_RUNNING = {
    ("pipeline/catalogue.py", "what"): (
        "field {1} is missing", "{1} is {2}", "{1} is empty",
    ),
    ("pipeline/catalogue.py", "expected"): (
        "one of {1}", "a whole number", "a number", "true or false", "a [list]", "a [table]", "text",
    ),
    ("pipeline/cells.py", "expected"): (),  # words of the file
    ("pipeline/derived/indicators.py", "expected"): (),  # words of the catalogue's files
    ("pipeline/importing.py", "outcome.skipped"): ("the content is of no known kind", "the file is empty"),
    ("pipeline/mapping.py", "what"): (
        "unknown part {1}", "{1} is missing", "{1} is {2}", "keys.{1} is no column of table {2}", "keys.{1} is {2}",
        "keys.{1}.width is {2}", "keys.{1} names not exactly one origin", "nothing says what {1} is",
        "no column of numbers is named", "value {1} has no column", "value {1} has unknown {2}", "caveat {1} holds {2}",
    ),
    ("pipeline/mapping.py", "expected"): (
        "a line {1} = … or a part [{2}]", "a key of small letters, digits and _", "one of {1}",
        '{ column = "…" } or { value = "…" }', "a number of digits from 0 to {1}", "column, value or from_name",
        "keys.{1}, or {2} in set of every [[value]]", "at least one [[value]] with its column",
    ),
    ("pipeline/sources/commuters.py", "rules[what][1]"): (
        "2, 3, 5 or 8 digits, a country, ZZ or Z", "each pair of areas once", "an unchanged workbook",
        "a row with key Z",
    ),
    ("pipeline/sources/commuters.py", "f'{area} with {partner}: {what}'"): (
        "{1} with {2}: the partner's key is unknown", "{1} with {2}: named more than once",
        "{1} with {2}: men and women do not add up to the total",
        "{1} with {2}: Germans and foreigners do not add up to the total",
        "{1} with {2}: no total closes this area; the sheet seems cut off",
    ),
    ("pipeline/sources/inkar.py", "' or '.join(_KINDS)"): (),  # words of the file
    ("pipeline/sources/register.py", "what.format(area=area)"): (
        "the line is cut off", "the key {1} has the wrong length", "the key {1} is there twice", "the name is missing",
    ),
    ("pipeline/sources/register.py", "expected"): (
        "at least {1} characters", "8 digits for a municipality, 5 for a district, 2 for a state", "each area once",
        "a name",
    ),
    ("pipeline/sources/register_extract.py", "' + '.join(_HEADER)"): (),  # words of the file
    ("pipeline/sources/tidy.py", "expected"): ("a value", "one of {1}", "text like {1}", "zero or more"),
    ("tables/spec.py", "', '.join(sorted(known))"): (),  # names of columns
    ("tables/spec.py", "expected"): (
        "a value", "a finite number", "at least {1}", "at most {1}", "text like {1}", "one of {1}", "each {1} once",
        "lower not above upper", "value between lower and upper", "no value where the publisher masked it",
    ),
}  # fmt: skip


def _modules(*below: str) -> set[Path]:
    return {path for each in below for path in ([SRC / each] if each.endswith(".py") else (SRC / each).rglob("*.py"))}


@pytest.fixture(scope="module")
def code() -> Code:
    return Code(sorted(_modules(*SHOWN)))


@pytest.fixture
def german():
    with override("de"):
        yield


def test_german_is_complete_for_what_a_page_can_show(code):
    by_running = {text for texts in TOLD_BY_RUNNING.values() for text in texts}
    wanted = {text for text in code.templates() if re.search(r"[^\W\d_]{2}", re.sub(r"\{\d+\}", "", text))}
    assert len(wanted) > 450
    assert sorted((wanted | by_running) - set(problem_catalogue("de"))) == []


@pytest.mark.usefixtures("german")
def test_what_a_declared_table_expects_is_worded():
    expected = [rule.expected for spec in SPECS.values() for rule in spec.checks] + [
        text for spec in SPECS.values() for column in spec.columns for _wrong, text in column.violations()
    ]
    assert len(set(expected)) > 10
    assert sorted(text for text in set(expected) if translated(text) is None) == []


def test_texts_that_only_running_tells_are_named(code):
    assert code.unreadable() == {place for place in TOLD_BY_RUNNING if not place[1].startswith("f'")}


def test_every_module_with_errors_is_shown_in_german_or_left_out_for_a_reason():
    decided = _modules(*SHOWN, *LEFT_OUT)
    others = sorted(_modules(*FLOORS) - decided)
    assert [str(path) for path in others if Code([path]).templates()] == []
    assert not _modules(*SHOWN) & _modules(*LEFT_OUT)


def test_catalogue_keeps_places():
    wrong = [
        text
        for text, wording in problem_catalogue("de").items()
        if sorted(re.findall(r"\{\d+\}", text)) != sorted(re.findall(r"\{\d+\}", wording))
    ]
    assert wrong == []


def test_places_stand_apart():
    """Between two places stands something to tell them apart by."""
    assert [text for text in problem_catalogue("de") if re.search(r"\}\{", text)] == []


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("'many' is not a number", "„many“ ist keine Zahl"),
        ("the row has 3 fields", "Die Zeile hat 3 Felder"),
        ("min_size 60000 is not below target_size 2000",
         "Die Größe 60000 der kleinsten Region liegt nicht unter der Größe 2000 der großen Region"),
        ("the file is cut off or damaged (a (b))", "Die Datei ist abgeschnitten oder beschädigt (a (b))"),
        ("the key of a municipality", "der Schlüssel der Ebene Gemeinde"),
        ("columns a, b, c", "die Spalten a, b, c"),
        ("area=06, period=2024 holds None", "area=06, period=2024 enthält None"),
        ("'{1} <b>' is negative", "„{1} <b>“ ist negativ"),
    ],
)  # fmt: skip
def test_text_is_recognised_by_its_template(text, told):
    assert translated(text) == told


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    "text", ["the moon above us is full", "", " is no ", "Die Zeile fehlt.", "x" * 5000 + " is not a number"]
)
def test_text_without_wording_is_left_alone(text):
    assert translated(text) is None
    assert worded(Problem(text)) == Problem(text)


@pytest.mark.usefixtures("german")
def test_parameter_is_called_what_the_page_calls_it():
    assert translated("tolerance is 7", {"tolerance": "Spielraum"}) == "Spielraum ist 7"


def test_english_pages_keep_the_english_text():
    problem = Problem("'many' is not a number", "a number", "Correct the cell, or download the table again.", row=2)
    with override("en"):
        assert worded(problem) == problem
        assert translated("whatever this is") == "whatever this is"


@pytest.mark.usefixtures("german")
def test_sentence_tells_place_and_problem_in_german():
    number = Problem("'many' is not a number", "a number", "Check the path.", "a.csv", "Blatt1", 2, "people")
    first, *others = sentence(InputError([number, *[Problem("the layer is empty")] * 11])).splitlines()
    assert first == (
        "a.csv, Blatt Blatt1, Zeile 2, Spalte people: „many“ ist keine Zahl; erwartet: eine Zahl. Prüfen Sie den Pfad."
    )
    assert others == ["Die Ebene ist leer."] * 9 + ["… und 2 weitere Probleme."]


@pytest.mark.usefixtures("german")
def test_sentence_of_errors_without_problems():
    missing = MissingError("There is no release 20200101. 'raumwerk data releases' lists them.")
    assert sentence(missing) == "Eine Ausgabe 20200101 gibt es nicht. „raumwerk data releases“ zählt alle auf."
    assert sentence(ConflictError("Schon vergeben.")) == "Schon vergeben."
    assert sentence(InputError(Problem("Bitte schreiben Sie etwas.", column="text"))) == "Bitte schreiben Sie etwas."
