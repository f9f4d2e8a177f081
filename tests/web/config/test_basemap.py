"""The background map of the operator: own tiles, or those of a host that readers agree to."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from raumwerk.web.config import environment


def basemap(monkeypatch, address, attribution="© Somebody"):
    monkeypatch.setenv("RAUMWERK_BASEMAP", address)
    monkeypatch.setenv("RAUMWERK_BASEMAP_ATTRIBUTION", attribution)
    return environment.basemap()


def test_no_basemap_unless_named(monkeypatch):
    monkeypatch.delenv("RAUMWERK_BASEMAP", raising=False)
    assert environment.basemap() is None


def test_own_tiles_need_no_other_origin(monkeypatch):
    assert basemap(monkeypatch, "/tiles/{z}/{x}/{y}.png")["origin"] == ""


def test_tiles_of_another_host_name_its_origin(monkeypatch):
    found = basemap(monkeypatch, "https://tiles.example/a/{z}/{y}/{x}.png")
    assert found == {
        "url": "https://tiles.example/a/{z}/{y}/{x}.png",
        "attribution": "© Somebody",
        "origin": "https://tiles.example",
        "host": "tiles.example",
    }


@pytest.mark.parametrize(
    "address",
    [
        "http://tiles.example/{z}/{x}/{y}.png", "https://tiles.example/{z}/{x}.png", "//tiles.example/{z}/{x}/{y}.png",
        "https://a; script-src *//{z}/{x}/{y}", "javascript:alert(1)/{z}/{x}/{y}", "https://u:p@tiles.example/{z}/{x}/{y}",
    ],
)  # fmt: skip
def test_addresses_that_would_widen_the_policy_are_refused(monkeypatch, address):
    with pytest.raises(ImproperlyConfigured, match="RAUMWERK_BASEMAP"):
        basemap(monkeypatch, address)


def test_an_attribution_is_required(monkeypatch):
    with pytest.raises(ImproperlyConfigured, match="ATTRIBUTION"):
        basemap(monkeypatch, "/tiles/{z}/{x}/{y}.png", attribution="")
