"""Every page there is, in both languages: no fault of accessibility, no foreign request, and a fit on a narrow phone.

The pages are those of the table of addresses: an address that is neither looked at nor named as no page fails.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from playwright.sync_api import Browser, BrowserContext, Page

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
    "deed of a form, which leads on to a page": (
        "intake:go_back intake:publish intake:discard intake:check atlas:scenario-save atlas:scenario-share "
        "atlas:scenario-remove "
        "forum:framework-publish forum:milestone-remove people:contact_answered people:contact_withdrawn "
        "people:contact_asked people:invitation_again people:invitation_withdrawn people:end_role "
        "people:affiliation_added people:affiliation_ended comments:withdraw comments:setting comments:answer "
        "notify:follow notify:read notify:again evidence:withdraw report_settled sso_begin sso_end"
    ),
    "sign-in by a code in a mail, which is switched off": "account_confirm_login_code",
}
#: Pages that need a key of the browser or a provider: the named test holds each of them against the same rules.
ELSEWHERE = {
    "test_passkeys.py": (
        "mfa_authenticate mfa_list_webauthn mfa_add_webauthn mfa_edit_webauthn mfa_remove_webauthn "
        "mfa_reauthenticate_webauthn"
    ),
    "test_sso.py": "sso sso_answer",
}
#: Who looks (nobody is signed in for "") → address name → its parts as keys of the examples, and what is asked.
ATLAS: dict[str, list[tuple[dict[str, str], dict[str, str]]]] = {
    "atlas:map": [({}, {}), ({}, {"compare": "population_density"}), ({}, {"indicator": "population"}),
                  ({}, {"scope": "germany"})],
    "atlas:commuting": [({}, {}), ({}, {"area": "05762,06611", "direction": "net", "table": "pair"}),
                        ({}, {"area": "05762", "expected": "all"}), ({}, {"level": "zoom"})],
    "atlas:lineage": [({}, {"table": "indicators", "indicator": "population", "area": "06611000",
                            "period": "2022-12-31"})],
    "atlas:data": [({}, {})],
    "atlas:economy": [({}, {})],
    "atlas:centres": [({}, {}), ({}, {"view": "nodes"}), ({}, {"view": "supply"})],
    "atlas:regions": [({}, {}), ({}, {"shade": "stability"}), ({}, {"level": "district", "extent": "nation"})],
    "atlas:scenarios": [({}, {"telework_share": "30"})],
    "atlas:scenarios-compare": [({}, {"s": "telework_share=30&name=A"})],
    "atlas:scenario-link": [({}, {})],
    "atlas:methods": [({"key": "regions"}, {}), ({"key": "flows"}, {})],
    "atlas:area": [({"key": "06611000"}, {}), ({"key": "05762"}, {"mit": "03255,DG"})],
    "atlas:selection": [({}, {}), ({}, {"gebiete": "05762,03255008"}), ({}, {"gebiete": "nirgends"})],
    "atlas:embed": [({"key": "map"}, {"scope": "germany", "level": "district"}), ({"key": "regions"}, {}),
                    ({"key": "commuting"}, {"area": "05762"}), ({"key": "scenarios"}, {"telework_share": "30"})],
    "atlas:embed_map": [({}, {"indicator": "population_density"})],
    "atlas:embed_flows": [({}, {"area": "05762"})],
    "atlas:compare": [({}, {}), ({}, {"gebiete": "05762,03255,06611,06633,DG"})],
}  # fmt: skip
READER = (
    "forum:overview forum:programme forum:frameworks forum:framework forum:meetings forum:meeting forum:item "
    "forum:minutes forum:motion forum:vote forum:resolutions forum:resolution forum:tasks forum:task forum:body "
    "forum:procedure people:directory people:organisation notebook:notes search:results?q=Atlas comments:report "
    "files:versions notify:unsubscribe barrier_form barrier_thanks"
)
#: What somebody sees who is coming in, or cannot.
ENTRANCE = (
    "invited account_login account_signup account_inactive account_email_verification_sent account_confirm_email "
    "account_reset_password account_reset_password_done account_reset_password_from_key "
    "account_reset_password_from_key_done"
)
#: The first ones are open only for some minutes after signing in.
MEMBER = (
    "leave mfa_activate_totp account_email account_change_password own_data account_reauthenticate account_logout "
    "mfa_index my_page notify:choices forum:own-calendar-page people:contacts people:own_organisation "
    "comments:write?thing=forum.resolution&number={discussed} comments:change comments:decision"
)
EDITOR = "mfa_deactivate_totp mfa_generate_recovery_codes mfa_view_recovery_codes mfa_reauthenticate mfa_index"
PASSWORDLESS = "account_set_password"
PLANNING = (
    "forum:body-new forum:milestone-new forum:milestone forum:framework-new forum:framework-edit forum:framework-link "
    "forum:meeting-edit forum:attendance forum:sent forum:item-new forum:item-edit forum:meeting-file forum:item-file "
    "forum:minutes-edit forum:minutes-file forum:motion-edit forum:vote-new forum:resolution-complete "
    "forum:resolution-forward forum:resolution-answer forum:task-from forum:task-edit forum:meeting-new "
    "forum:motion-new forum:task-new forum:body-edit forum:rules forum:dissolve forum:theme forum:seats forum:seat-new "
    "forum:seat forum:table forum:history"
)
OFFICE = (
    "people:office people:invitations people:accounts people:term people:organisation_list people:organisation_new "
    "people:organisation_edit comments:queue comments:desk notify:outbox notify:mass_mail report_list "
    "notify:mass_mail_new "
    "evidence:citation evidence:add?thing=forum.minutes&number={draft} "
    "evidence:add?thing=forum.minutes&number={draft}&kind=indicator&indicator=population_density&area=06611000"
)
ADMIN = "intake:list intake:upload"
#: Whoever has no password may set one for five minutes after coming in, so this is looked at first.
SEEN = {
    "passwordless": ("session", PASSWORDLESS), "reader": ("", READER), "entrance": ("", ENTRANCE),
    "member": ("member@mitte.example", MEMBER), "editor": ("editor@mitte.example", EDITOR),
    "planning": ("office@mitte.example", PLANNING), "office": ("office@mitte.example", OFFICE),
    "administration": ("verwaltung@demo.example", ADMIN),
}  # fmt: skip
#: Pages of the editors, which stand in the tree of Wagtail and not in the table of addresses.
WRITTEN = (
    "/", "/impressum/", "/datenschutz/", "/barrierefreiheit/", "/mitte/", "/mitte/projekt/", "/mitte/programm/",
    "/mitte/aktuelles/", "/mitte/aktuelles/laendervergleich/", "/mitte/beispiele/", "/mitte/dokumente/",
    "/mitte/kontakt/", "/kali/", "/kali/projekt/", "/kali/atlas/", "/hannover-hildesheim/",
    "/hannover-hildesheim/programm/", "/gibt-es-nicht/", "/mitte/gibt-es-nicht/",
)  # fmt: skip
#: Beginning of a name → which example its number is.
NUMBERS = {
    "intake:upload": "upload", "forum:milestone": "milestone", "forum:framework": "topic", "forum:motion": "motion",
    "forum:minutes-": "draft_meeting", "forum:vote-new": "motion", "forum:vote": "vote",
    "forum:resolution": "resolution", "forum:task-from": "resolution", "forum:task": "task", "forum:seat": "seat",
    "forum:": "meeting", "people:term": "membership", "people:own_organisation": "own", "people:": "organisation",
    "comments:decision": "decision", "comments:desk": "hidden", "comments:": "comment", "files:": "file",
    "notify:mass_mail": "mass", "evidence:": "citation",
}  # fmt: skip
#: Name → which examples its other parts are.
WORDS = {
    "atlas:scenario-link": {"token": "scenario"}, "invited": {"token": "invitation"},
    "notify:unsubscribe": {"token": "unsubscribe"}, "account_confirm_email": {"key": "confirmation"},
    "account_reset_password_from_key": {"uidb36": "uid", "key": "reset"},
}  # fmt: skip
#: Where a link leads that is no page of its own: its word is kept in the session, or stands for levers.
LEADS_ON = re.compile(r"-set-password/$|/atlas/szenarien/\?.*&name=Beispiel$")


def addresses(patterns: list[Any], begins: str = "", space: str = "") -> Iterator[tuple[str, str, URLPattern]]:
    """Yield name, whole pattern as text, and pattern of each address of ours."""
    for one in patterns:
        whole = begins + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, whole, f"{space}{one.namespace}:" if one.namespace else space)
        elif not whole.startswith(APART) and one.name not in ("wagtail_serve", None):
            yield f"{space}{one.name}", whole, one


def named(*texts: str) -> set[str]:
    return {one.partition("?")[0] for one in " ".join(texts).split()}


def test_every_address_is_looked_at_or_known_to_be_no_page():
    shown = set(ATLAS) | named(*(names for _, names in SEEN.values())) | named(*ELSEWHERE.values())
    apart = named(*NO_PAGE.values())
    known = {name for name, _, _ in addresses(get_resolver().url_patterns)}
    assert known - shown - apart == set(), "add these to the lists of this file"
    assert (shown | apart) - known == set(), "these addresses are gone"
    assert shown & apart == set()


@pytest.fixture(scope="module")
def examples(site: str, site_home: Path, real_release) -> dict[str, Any]:
    """What addresses need: numbers and words of things made for it."""
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    environment |= {"RAUMWERK_HOME": str(site_home), "RAUMWERK_DEMO": "1", "RAUMWERK_PORT": str(urlsplit(site).port)}
    command = [sys.executable, str(Path(__file__).parents[1] / "made_examples.py"), real_release.id]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def address_of(entry: str, examples: dict[str, Any], parts: dict[str, str] | None = None) -> str:
    """Address of a page by its name, its variable parts filled from the examples."""
    name, _, query = entry.partition("?")
    whole, one = next((whole, one) for known, whole, one in addresses(get_resolver().url_patterns) if known == name)
    number = next((example for begins, example in NUMBERS.items() if name.startswith(begins)), "")
    source = {"number": number} | WORDS.get(name, {}) | (parts or {})
    filled = {key: examples.get(source.get(key, key), source.get(key)) for key in one.pattern.regex.groupindex}
    region = {"region": "mitte"} if "region>" in whole else {}
    return reverse(name, kwargs={**filled, **region}) + (f"?{query.format(**examples)}" if query else "")


def faults_of(page: Page, address: str, site: str, asked: list[str]) -> list[str]:
    """What is wrong with a page. The narrow screen is for the longer words, which are German."""
    asked.clear()
    answer = page.goto(address)
    if page.locator("#atlas-map").count():
        page.locator("#atlas-map[data-drawn=yes]").wait_for()
    known = answer.status in (200, 400) or (answer.status == 404 and "gibt-es-nicht" in address)
    there = urlsplit(page.url).path == urlsplit(address).path or LEADS_ON.search(page.url)
    away = [url for url in asked if urlsplit(url).scheme in ("http", "https") and not url.startswith(site)]
    return [
        *([] if known else [f"status {answer.status}"]), *([] if there else [f"sent to {page.url}"]), *away,
        *violations(page), *([] if address.startswith("/en/") else too_wide(page)),
    ]  # fmt: skip


@pytest.fixture
def look(browser: Browser, site: str, people) -> Iterator[Any]:
    """``look(mail, addresses)``: faults of each page in both languages, as that person sees them."""
    opened: list[BrowserContext] = []

    def faults_for(mail: str, wanted: list[str], session: str = "") -> dict[str, list[str]]:
        context = browser.new_context(base_url=site, locale="de-DE", viewport={"width": 1280, "height": 900})
        context.set_default_timeout(60_000)
        opened.append(context)
        if session:
            context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        if mail:
            people.sign_in(page, mail)
        if mail and any(one.startswith("/konto/") for one in wanted):
            people.prove(page, mail)
        found = {one: faults_of(page, one, site, asked) for way in wanted for one in (way, f"/en{way}")}
        return {one: faults for one, faults in found.items() if faults}

    yield faults_for
    for context in opened:
        context.close()


@pytest.mark.parametrize("who", SEEN)
def test_pages_for_people_are_sound(look, examples, who: str):
    mail, names = SEEN[who]
    wanted = [address_of(name, examples) for name in names.split()]
    session = examples["session"] if mail == "session" else ""
    assert look("" if session else mail, wanted, session) == {}


def test_written_pages_are_sound(look):
    assert look("", list(WRITTEN)) == {}


@pytest.mark.parametrize("part", [0, 1])
def test_pages_of_the_atlas_are_sound(look, examples, part: int):
    wanted = [
        address_of(name, examples, parts) + (f"?{urlencode(query)}" if query else "")
        for name, views in ATLAS.items()
        for parts, query in views
    ]
    assert look("", wanted[part::2]) == {}
