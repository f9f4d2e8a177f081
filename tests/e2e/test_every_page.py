"""Every page there is, in both languages: no fault of accessibility, no foreign request, and a fit on a narrow phone.

The pages are those of the table of addresses: an address that is neither looked at nor named as no page fails.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from playwright.sync_api import Browser, BrowserContext

from browser_steps import too_wide, violations

#: Beginnings of addresses that hold no pages of ours: interfaces, the editors' area (Wagtail's own), files.
APART = ("api/", "^api/", "ogc", "^ogc/", "dcat/", "verwaltung/", "dokumente/", "media/", "robots.txt", "sitemap.xml",
         "healthz", "_util/")  # fmt: skip
#: Addresses that answer with something else than a page, or only to a form that was sent.
NO_PAGE = {
    "file or feed": (
        "atlas:area_pdf atlas:selection_pdf forum:programme-calendar forum:frameworks-csv forum:frameworks-xlsx "
        "forum:agenda-pdf forum:minutes-pdf forum:resolution-pdf forum:own-calendar forum:body-calendar "
        "forum:procedure-pdf forum:table-csv files:download files:download_version search:suggestions news_feed "
        "mfa_download_recovery_codes"
    ),
    "deed of a form": (
        "intake:go_back intake:publish intake:discard atlas:scenario-save atlas:scenario-share atlas:scenario-remove "
        "forum:framework-publish forum:milestone-remove people:contact_answered people:contact_withdrawn "
        "people:contact_asked "
        "people:invitation_again people:invitation_withdrawn people:end_role people:affiliation_added "
        "people:affiliation_ended comments:withdraw comments:setting comments:answer notify:follow notify:read "
        "notify:again evidence:withdraw report_settled"
    ),
    "step of a procedure of the account, in the same frame as the sign-in": (
        "account_inactive account_reauthenticate account_email_verification_sent account_set_password "
        "account_confirm_login_code account_confirm_email account_reset_password_from_key_done "
        "account_reset_password_from_key mfa_authenticate mfa_reauthenticate mfa_activate_totp mfa_deactivate_totp "
        "mfa_generate_recovery_codes mfa_view_recovery_codes account_signup leave "
        "sso sso_answer mfa_add_webauthn mfa_list_webauthn mfa_edit_webauthn mfa_remove_webauthn "
        "mfa_login_webauthn mfa_reauthenticate_webauthn"
    ),
}
#: Who looks (nobody is signed in for "") → address name → its parts as keys of the examples, and what is asked.
ATLAS: dict[str, list[tuple[dict[str, str], dict[str, str]]]] = {
    "atlas:map": [({}, {}), ({}, {"compare": "population_density"}), ({}, {"indicator": "population"}),
                  ({}, {"scope": "germany"})],
    "atlas:commuting": [({}, {}), ({}, {"area": "05762,06611", "direction": "net", "table": "pair"}),
                        ({}, {"area": "05762", "expected": "all"}), ({}, {"level": "zoom"})],
    "atlas:lineage": [({}, {"indicator": "population", "area": "06611000"})],
    "atlas:data": [({}, {})],
    "atlas:economy": [({}, {})],
    "atlas:centres": [({}, {}), ({}, {"view": "nodes"}), ({}, {"view": "supply"})],
    "atlas:regions": [({}, {}), ({}, {"shade": "stability"}), ({}, {"level": "district", "extent": "nation"})],
    "atlas:scenarios": [({}, {"telework_share": "30"})],
    "atlas:scenarios-compare": [({}, {"s": "telework_share=30&name=A"})],
    "atlas:scenario-link": [({"token": "scenario"}, {})],
    "atlas:methods": [({"key": "=regions"}, {}), ({"key": "=flows"}, {})],
    "atlas:area": [({"key": "=06611000"}, {}), ({"key": "=05762"}, {"mit": "03255,DG"})],
    "atlas:selection": [({}, {}), ({}, {"gebiete": "05762,03255008"}), ({}, {"gebiete": "nirgends"})],
    "atlas:embed_map": [({}, {"indicator": "population_density"})],
    "atlas:embed_flows": [({}, {"area": "05762"})],
    "atlas:compare": [({}, {}), ({}, {"gebiete": "05762,03255,06611,06633,DG"})],
}  # fmt: skip
READER = (
    "forum:overview forum:programme forum:frameworks forum:framework forum:meetings forum:meeting forum:item "
    "forum:minutes forum:motion forum:vote forum:resolutions forum:resolution forum:tasks forum:task forum:body "
    "forum:procedure people:directory people:organisation notebook:notes search:results "
    "barrier_form barrier_thanks account_login account_reset_password account_reset_password_done"
)
MEMBER = "my_page notify:choices own_data account_email account_change_password account_logout mfa_index " \
         "forum:own-calendar-page people:contacts"  # fmt: skip
OFFICE = (
    "forum:body-new forum:milestone-new forum:milestone forum:framework-new "
    "forum:framework-edit forum:framework-link forum:meeting-edit forum:attendance forum:sent forum:item-new "
    "forum:item-edit forum:meeting-file forum:item-file forum:motion-edit "
    "forum:vote-new forum:resolution-complete forum:resolution-forward forum:resolution-answer forum:task-from "
    "forum:task-edit forum:meeting-new forum:motion-new forum:task-new forum:body-edit forum:rules forum:dissolve "
    "forum:theme forum:seats forum:seat-new forum:seat people:office people:invitations "
    "people:accounts people:term people:organisation_list people:organisation_new people:organisation_edit "
    "comments:queue notify:outbox report_list forum:table forum:history"
)
ADMIN = "intake:list intake:upload"
#: Pages about things that the demonstration does not hold; they share their templates with the pages above.
WITHOUT_EXAMPLE = (
    "forum:minutes-edit forum:minutes-file people:own_organisation "
    "invited comments:write comments:change comments:report comments:decision comments:desk files:versions "
    "notify:unsubscribe notify:mass_mail evidence:add evidence:citation"
)
#: Pages of the editors, which stand in the tree of Wagtail and not in the table of addresses.
WRITTEN = (
    "/", "/impressum/", "/datenschutz/", "/barrierefreiheit/", "/mitte/", "/mitte/projekt/", "/mitte/programm/",
    "/mitte/aktuelles/", "/mitte/aktuelles/laendervergleich/", "/mitte/beispiele/", "/mitte/dokumente/",
    "/mitte/kontakt/", "/kali/", "/kali/projekt/", "/kali/atlas/", "/hannover-hildesheim/",
    "/hannover-hildesheim/programm/", "/gibt-es-nicht/", "/mitte/gibt-es-nicht/",
)  # fmt: skip
EXAMPLES = """
import json
from raumwerk.web.atlas.models import SavedScenario
from raumwerk.web.forum import models as forum
from raumwerk.web.intake.models import Upload
from raumwerk.web.people.models import Membership, Organisation, Person
from raumwerk.web.regions.models import Region
region = Region.objects.get(slug="mitte")
office = Person.objects.get(email="office@mitte.example")
def first(model, **asked):
    return model._base_manager.filter(region=region, **asked).order_by("-pk").first()
scenario = SavedScenario._base_manager.filter(region=region).first() or SavedScenario._base_manager.create(
    region=region, owner=office, name="Beispiel", query="telework_share=30", visibility="link",
    release=json.loads(%(release)r))
upload = Upload.objects.first() or Upload.objects.create(
    name="zahlen.csv", size=12, sha256="0" * 64, by=office, state="refused", found=[{"name": "zahlen.csv", "problems": [
        {"what": "the file holds a header and nothing else", "expected": "rows of data", "advice": "", "row": 1,
         "sheet": None, "column": None}]}])
minutes = first(forum.Minutes)
item = first(forum.AgendaItem, meeting=minutes.meeting_id)
forwarding = first(forum.Forwarding)
seat = first(forum.Seat, body=minutes.meeting.body_id)
print("EXAMPLES" + json.dumps({
    "scenario": str(scenario.token), "upload": upload.pk, "body": minutes.meeting.body.slug,
    "meeting": minutes.meeting_id, "item": item.pk, "motion": first(forum.Motion).pk, "vote": first(forum.Vote).pk,
    "resolution": forwarding.resolution_id, "forwarding": forwarding.pk, "task": first(forum.Task).pk,
    "topic": first(forum.FrameworkTopic).pk, "milestone": first(forum.Milestone).pk, "seat": seat.pk,
    "organisation": first(Organisation, public=True).pk, "membership": first(Membership, role="member").pk}))
"""
#: Beginning of a name → which example its number is.
NUMBERS = {
    "intake:upload": "upload", "forum:milestone": "milestone", "forum:framework": "topic", "forum:motion": "motion",
    "forum:vote-new": "motion", "forum:vote": "vote", "forum:resolution": "resolution", "forum:task-from": "resolution",
    "forum:task": "task", "forum:seat": "seat", "people:term": "membership", "people:": "organisation",
    "forum:": "meeting",
}  # fmt: skip


def addresses(patterns: list[Any], begins: str = "", space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in patterns:
        whole = begins + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, whole, f"{space}{one.namespace}:" if one.namespace else space)
        elif not whole.startswith(APART) and one.name not in ("wagtail_serve", None):
            yield f"{space}{one.name}", one


def named(text: str) -> set[str]:
    return set(text.split())


def test_every_address_is_looked_at_or_known_to_be_no_page():
    shown = set(ATLAS) | named(READER) | named(MEMBER) | named(OFFICE) | named(ADMIN) | named(WITHOUT_EXAMPLE)
    apart = named(" ".join(NO_PAGE.values()))
    known = {name for name, _ in addresses(get_resolver().url_patterns)}
    assert known - shown - apart == set(), "add these to the lists of this file"
    assert (shown | apart) - known == set(), "these addresses are gone"
    assert shown & apart == set()


@pytest.fixture(scope="module")
def examples(site: str, site_home: Path, real_release) -> dict[str, Any]:
    """Numbers of things in the demonstration, after it has held its example meetings."""
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    environment |= {"RAUMWERK_HOME": str(site_home), "RAUMWERK_DEMO": "1", "RAUMWERK_PORT": str(urlsplit(site).port)}
    manage = [sys.executable, "-m", "raumwerk.cli.main", "manage"]
    subprocess.run([*manage, "load_examples"], env=environment, check=True)
    code = EXAMPLES % {"release": json.dumps(real_release.id)}
    done = subprocess.run([*manage, "shell", "--no-imports", "-c", code], env=environment, check=True,
                          capture_output=True, text=True)  # fmt: skip
    return json.loads(done.stdout.partition("EXAMPLES")[2])


def address_of(name: str, examples: dict[str, Any], parts: dict[str, str] | None = None) -> str:
    """Address of a page by its name, its variable parts filled from the examples."""
    wanted = next(one for known, one in addresses(get_resolver().url_patterns) if known == name).pattern.converters
    number = next((example for begins, example in NUMBERS.items() if name.startswith(begins)), "")
    filled: dict[str, Any] = {}
    for key in wanted.keys() - {"region"}:
        source = (parts or {}).get(key, number if key == "number" else key)
        filled[key] = source[1:] if source.startswith("=") else examples[source]
    region = (
        {} if name.startswith(("intake:", "account_", "mfa_", "barrier_", "own_data", "leave")) else {"region": "mitte"}
    )
    return reverse(name, kwargs={**region, **filled})


@pytest.fixture
def look(browser: Browser, site: str, people) -> Iterator[Any]:
    """``look(mail, addresses)``: faults of each page in both languages, as that person sees them."""
    opened: list[BrowserContext] = []

    def faults_of(mail: str, wanted: list[str]) -> dict[str, list[str]]:
        context = browser.new_context(base_url=site, locale="de-DE", viewport={"width": 1280, "height": 900})
        context.set_default_timeout(60_000)
        opened.append(context)
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        if mail:
            people.sign_in(page, mail)
        found: dict[str, list[str]] = {}
        for address in [f"{prefix}{one}" for prefix in ("", "/en") for one in wanted]:
            asked.clear()
            answer = page.goto(address)
            if page.locator("#atlas-map").count():
                page.locator("#atlas-map[data-drawn=yes]").wait_for()
            gone = [] if answer.status in (200, 400) or "gibt-es-nicht" in address else [f"status {answer.status}"]
            moved = [] if urlsplit(page.url).path == urlsplit(address).path else [f"sent to {page.url}"]
            away = [url for url in asked if urlsplit(url).scheme in ("http", "https") and not url.startswith(site)]
            if faults := [*gone, *moved, *away, *violations(page), *too_wide(page)]:
                found[address] = faults
        return found

    yield faults_of
    for context in opened:
        context.close()


def test_written_pages_are_sound(look):
    assert look("", list(WRITTEN)) == {}


def test_pages_of_the_atlas_are_sound(look, examples):
    wanted = [
        address_of(name, examples, parts) + (f"?{urlencode(query)}" if query else "")
        for name, views in ATLAS.items()
        for parts, query in views
    ]
    assert look("", wanted) == {}


@pytest.mark.parametrize(
    ("mail", "names"),
    [("", READER), ("member@mitte.example", MEMBER), ("office@mitte.example", OFFICE),
     ("verwaltung@demo.example", ADMIN)],
    ids=["reader", "member", "office", "administration"],
)  # fmt: skip
def test_pages_for_people_are_sound(look, examples, mail: str, names: str):
    assert look(mail, [address_of(name, examples) for name in names.split()]) == {}
