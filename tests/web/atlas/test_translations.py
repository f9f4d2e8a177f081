"""Every text of the Atlas has its German words, with the same placeholders, and no German stands outside them."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

from raumwerk.web import atlas

ROOT = Path(atlas.__file__).parent
CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext"}
TEXT = r"""u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
TEMPLATE_CALL = re.compile(rf"\bn?gettext\(\s*{TEXT}|\b_\(\s*{TEXT}")


def texts_of_code(source: str) -> set[str]:
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    named = (call for call in calls if isinstance(call.func, ast.Name) and call.func.id in CALLS and call.args)
    return {call.args[0].value for call in named if isinstance(call.args[0], ast.Constant)}


def texts_of_template(source: str) -> set[str]:
    found = TEMPLATE_CALL.findall(templatize(source))
    return {ast.literal_eval(first or second) for first, second in found}


@pytest.fixture(scope="module")
def german() -> dict[str, tuple[str, ...]]:
    with (ROOT / "locale/de/LC_MESSAGES/django.po").open("rb") as stream:
        catalogue = read_po(stream)
    words = {}
    for message in catalogue:
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            words[key] = (message.string,) if isinstance(message.string, str) else tuple(message.string)
    return words


def test_every_text_is_translated_and_no_translation_is_left_over(german):
    used = set()
    for path in ROOT.rglob("*.py"):
        used |= texts_of_code(path.read_text("utf-8"))
    for path in ROOT.rglob("*.html"):
        used |= texts_of_template(path.read_text("utf-8"))
    assert len(used) > 150
    assert used == set(german)
    assert all(all(words) for words in german.values())


def test_translations_keep_their_placeholders(german):
    def placeholders(text):
        return set(re.findall(r"%\(\w+\)s", text))

    wrong = [
        key for key, words in german.items()
        for word in words[-1:]
        if not placeholders(key) <= placeholders(word) or placeholders(word) - placeholders(key) - {"%(number)s"}
    ]  # fmt: skip
    assert wrong == []


def test_no_german_text_stands_in_code_or_templates():
    umlauts = re.compile(r"[äöüÄÖÜß]")
    places = [
        f"{path.name}: {line.strip()}"
        for path in [*ROOT.rglob("*.py"), *ROOT.rglob("*.html")]
        for line in path.read_text("utf-8").splitlines()
        if umlauts.search(line)
    ]
    assert places == []
