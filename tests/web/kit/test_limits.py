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


def _from(address: str, *, via: str = "10.0.0.1") -> bool:
    request = RequestFactory().get("/", REMOTE_ADDR=via, headers={"x-forwarded-for": address})
    return limits.within_limit(request, "knock", times=1, seconds=60)


def test_visitors_behind_a_named_proxy_do_not_use_up_each_others_tries(clock: list[float], settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert [_from("192.0.2.1"), _from("192.0.2.2"), _from("192.0.2.1")] == [True, True, False]
    # What the visitor wrote stands before what the proxy added, and is not believed.
    assert _from("198.51.100.7, 192.0.2.1") is False


def test_header_is_not_believed_where_no_proxy_is_named(clock: list[float]) -> None:
    assert [_from("192.0.2.1"), _from("192.0.2.2")] == [True, False]


def test_proxy_that_adds_nothing_is_counted_itself(clock: list[float], settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    assert [_from("192.0.2.1"), _from("192.0.2.2")] == [True, False]


def test_addresses_of_one_ipv6_network_are_one_visitor(clock: list[float]) -> None:
    """A household has 2^64 of them and could take a new one for each try."""
    assert [_from("", via="2001:db8:1:2::1"), _from("", via="2001:db8:1:2:ffff::9")] == [True, False]
    assert _from("", via="2001:db8:1:3::1") is True
