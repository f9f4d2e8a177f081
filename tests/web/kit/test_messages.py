"""German is complete: every text of code and templates has its translation, and placeholders agree."""

from __future__ import annotations

import re
import shutil

import pytest
from babel.messages.mofile import read_mo
from django.core.exceptions import ImproperlyConfigured

from raumwerk.web.kit.messages import (
    WEB,
    catalogue_files,
    compile_catalogue,
    compile_stale,
    extract_messages,
    read_catalogue,
    renew_catalogue,
)

CATALOGUES = {str(path.relative_to(WEB)): path for path in catalogue_files()}


@pytest.mark.parametrize("name", CATALOGUES)
def test_catalogue_translates_every_text(name):
    catalogue = read_catalogue(CATALOGUES[name])
    wanted = {message.id for message in extract_messages(CATALOGUES[name]) if message.id}
    translated = {message.id for message in catalogue if message.id and message.string and not message.fuzzy}
    assert wanted - translated == set()


def test_catalogues_find_the_texts_of_the_website():
    assert sum(len(extract_messages(path)) for path in CATALOGUES.values()) > 350


@pytest.mark.parametrize("name", CATALOGUES)
def test_catalogue_keeps_placeholders(name):
    wrong = [
        message.id
        for message in read_catalogue(CATALOGUES[name])
        if isinstance(message.id, str) and isinstance(message.string, str)
        and sorted(re.findall(r"%\(\w+\)s", message.id)) != sorted(re.findall(r"%\(\w+\)s", message.string))
    ]  # fmt: skip
    assert wrong == []


def test_catalogues_agree_on_a_text():
    """Django reads all catalogues as one: of two translations of a text, one would silently win everywhere."""
    said: dict[tuple[object, object], dict[object, list[str]]] = {}
    for name, path in CATALOGUES.items():
        for message in read_catalogue(path):
            if message.id and message.string:
                said.setdefault((message.id, message.context), {}).setdefault(message.string, []).append(name)
    assert {text: versions for (text, _), versions in said.items() if len(versions) > 1} == {}


@pytest.fixture
def small_app(tmp_path):
    folder = tmp_path / "locale/de/LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Old"\nmsgstr "Alt"\n'
        '\nmsgid "Yes"\nmsgstr "Ja"\n'
    )
    (tmp_path / "page.html").write_text(
        '{% load i18n %}{% translate "Yes" %}{% blocktranslate with n=1 %}Page {{ n }}{% endblocktranslate %}'
    )
    (tmp_path / "code.py").write_text("from x import gettext as _, ngettext\n_('New')\nngettext('one', 'many', 2)\n")
    return folder / "django.po"


def test_renew_catalogue_adds_drops_and_keeps(small_app):
    assert renew_catalogue(small_app) == (4, 3)
    text = small_app.read_text()
    assert 'msgid "Yes"\nmsgstr "Ja"' in text
    assert 'msgid "New"\nmsgstr ""' in text
    assert 'msgid "Page %(n)s"' in text
    assert 'msgid_plural "many"' in text
    assert "Old" not in text
    assert renew_catalogue(small_app) == (4, 3)
    assert small_app.read_text() == text


def test_compile_stale_only_what_changed(small_app, tmp_path):
    assert compile_stale(tmp_path) == [small_app.with_suffix(".mo")]
    assert compile_stale(tmp_path) == []
    with small_app.with_suffix(".mo").open("rb") as stream:
        assert read_mo(stream)["Yes"].string == "Ja"


def test_compile_stale_says_what_to_do_where_it_may_not_write(small_app, tmp_path, monkeypatch):
    def refuse(source):
        raise PermissionError(13, "not allowed")

    monkeypatch.setattr("raumwerk.web.kit.messages.compile_catalogue", refuse)
    with pytest.raises(ImproperlyConfigured, match="compile_translations"):
        compile_stale(tmp_path)
    compile_catalogue(small_app)
    shutil.copystat(small_app.with_suffix(".mo"), small_app)
