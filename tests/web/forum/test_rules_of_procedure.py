"""The rules of procedure say every setting, in both languages, on the page and on paper."""

from __future__ import annotations

import datetime

import pytest

from raumwerk.web.forum.actions.bodies import RULES, change_rules
from raumwerk.web.forum.queries.procedure import procedure_of

DAY = datetime.date(2026, 11, 23)
OTHER = {
    "quorum_percent": 67,
    "quorum_by": "organisations",
    "majority": "two_thirds",
    "interest_group_cap": 49,
    "notice_days": 21,
    "written_allowed": False,
    "secret_allowed": False,
    "invited": "public",
    "votes_per": "organisation",
}


def text_of(body, language):
    made = procedure_of(body, language, DAY)
    return "\n".join(
        [made.title, *(part for section in made.sections for part in (section.title, *section.paragraphs))]
    )


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("setting", sorted(OTHER))
def test_text_changes_with_setting(forum, setting, language):
    body = forum.bodies["public"]
    before = text_of(body, language)
    changed = change_rules(body, by=forum.people["office"], **{setting: OTHER[setting]})
    after = text_of(changed, language)
    assert after != before
    if isinstance(OTHER[setting], int) and not isinstance(OTHER[setting], bool):
        assert f" {OTHER[setting]} " in after


def test_every_setting_with_a_choice_is_tested():
    assert set(RULES) - {"agenda_lock"} == set(OTHER)


@pytest.mark.parametrize("majority", ["simple", "absolute", "two_thirds"])
@pytest.mark.parametrize("invited", ["members", "members_and_guests", "public"])
def test_text_of_every_choice_differs_between_languages(forum, majority, invited):
    body = change_rules(forum.bodies["public"], by=forum.people["office"], majority=majority, invited=invited)
    german, english = procedure_of(body, "de", DAY), procedure_of(body, "en", DAY)
    assert [section.number for section in german.sections] == list(range(1, 13))
    pairs = [
        (one, other)
        for left, right in zip(german.sections, english.sections, strict=True)
        for one, other in zip(left.paragraphs, right.paragraphs, strict=True)
    ]
    assert [pair for pair in pairs if pair[0] == pair[1]] == []


def test_text_of_one_day_and_none(forum):
    body = change_rules(forum.bodies["public"], by=forum.people["office"], notice_days=1)
    assert "mindestens einen Tag vor der Sitzung" in text_of(body, "de")
    assert "at least one day before the meeting" in text_of(body, "en")
    body = change_rules(body, by=forum.people["office"], notice_days=0)
    assert "eine Frist gibt es nicht" in text_of(body, "de")


def test_page_and_pdf_hold_the_text(forum, client_of):
    change_rules(forum.bodies["public"], by=forum.people["office"], notice_days=21, interest_group_cap=49)
    page = client_of("nobody").get("/mitte/forum/runde-public/geschaeftsordnung/").content.decode()
    assert "mindestens 21 Tage vor der Sitzung" in page
    assert "mehr als 49 Prozent der Stimmen" in page
    answer = client_of("nobody").get("/en/mitte/forum/runde-public/geschaeftsordnung.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'inline; filename="runde-public-rules-of-procedure.pdf"'
    assert answer.content.startswith(b"%PDF-1.")
    assert b"pdfuaid" in answer.content
