"""Limits last as long as they say, however often somebody asks."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.cache.backends.filebased import FileBasedCache
from django.test import RequestFactory

from raumwerk.web.kit import limits

START = 1_800_000_000.0  # the beginning of a full hour


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[float]:
    """A clock that the test sets, read by the limit and by a cache in files as installations have it."""
    now = [START]
    monkeypatch.setattr("time.time", lambda: now[0])
    monkeypatch.setattr(limits, "cache", FileBasedCache(str(tmp_path), {}))
    return now


def _tries(seconds: int, times: int = 2) -> bool:
    return limits.within_limit(RequestFactory().get("/"), "knock", times=times, seconds=seconds)


def test_limit_of_an_hour_still_holds_after_a_pause_of_ten_minutes(clock: list[float]) -> None:
    assert [_tries(3600) for _ in range(3)] == [True, True, False]
    clock[0] += 600
    assert _tries(3600) is False
    clock[0] = START + 3600
    assert _tries(3600) is True


def test_limit_of_a_minute_ends_after_a_minute_although_somebody_goes_on_asking(clock: list[float]) -> None:
    answers = []
    for _ in range(5):
        answers.append(_tries(60))
        clock[0] += 20
    assert answers == [True, True, False, True, True]
