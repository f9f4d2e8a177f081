"""Behind a proxy that ends TLS: forms are taken, the browser is told to stay with https, links in mail work."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

HOST = "raumwerk.example"


@pytest.fixture
def public(settings):
    """Settings of an installation that is reached by https through a proxy, which hands requests on by http."""
    settings.HTTPS = True
    settings.ALLOWED_HOSTS = [HOST, "localhost"]
    settings.BASE_URL = f"https://{HOST}"
    settings.SECURE_HSTS_SECONDS = 3600
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    return Client(enforce_csrf_checks=True, headers={"host": HOST})


@pytest.fixture
def account(content, make_person):
    person = make_person("anna@mitte.example", region=content["mitte"], role="member")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def ask_for_password(browser, email, **headers):
    page = browser.get("/konto/password/reset/", headers=headers)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())[1]
    return browser.post("/konto/password/reset/", {"email": email, "csrfmiddlewaretoken": token}, headers=headers)


def test_form_of_a_browser_that_came_by_https_is_taken(public, account):
    assert ask_for_password(public, account.email, origin=f"https://{HOST}").status_code == 302
    assert ask_for_password(public, account.email, origin="https://elsewhere.example").status_code == 403


def test_browser_is_told_to_stay_with_https(public, content):
    assert public.get("/mitte/").headers["Strict-Transport-Security"] == "max-age=3600"


def test_addresses_that_machines_read_are_https(public, content):
    assert f"https://{HOST}/" in public.get("/robots.txt").content.decode()


@pytest.mark.parametrize("host", [HOST, "localhost:9", "localhost"])
def test_link_to_a_new_password_leads_home_whatever_host_was_asked(public, account, mailoutbox, host):
    headers = {"host": host, "origin": f"https://{host}"}
    assert ask_for_password(public, account.email, **headers).status_code == 302
    (mail,) = mailoutbox
    links = re.findall(r"\S+/konto/password/reset/key/\S+", mail.body)
    assert len(links) == 1
    assert links[0].startswith(f"https://{HOST}/konto/password/reset/key/")
