"""Planning pages are kept ready: after warming, the page's first question finds its answer."""

from __future__ import annotations

import logging

import pytest

from raumwerk.web.atlas import warming
from raumwerk.web.atlas.queries.planning import analysis

pytestmark = [pytest.mark.real_data, pytest.mark.django_db]


@pytest.fixture
def nothing_kept():
    held = dict(analysis._kept)
    analysis._kept.clear()
    yield
    analysis._kept.update(held)


def test_warming_keeps_the_first_answers_of_every_region_ready(official, nothing_kept, ask):
    assert warming.warm() == 3 * len(warming.QUESTIONS_ASKED)
    kept = set(analysis._kept)
    for slug in ("mitte", "kali", "hannover-hildesheim"):
        for key, given in warming.QUESTIONS_ASKED:
            ask(key, slug=slug, **given)
    assert set(analysis._kept) == kept


def test_warming_without_a_release_does_nothing(settings, tmp_path):
    settings.HOME = tmp_path
    assert warming.warm() == 0


def test_warming_that_fails_is_told_and_ends(official, monkeypatch, caplog):
    def broken():
        raise OSError("the disk is gone")

    monkeypatch.setattr(warming, "atlas_release", broken)
    with caplog.at_level(logging.ERROR):
        warming.warm_beside().join(60)
    assert "could not be kept ready" in caplog.text
    assert "the disk is gone" in caplog.text
