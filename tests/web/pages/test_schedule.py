"""Editorial work over time: what is planned appears and goes by itself, and who moves a page leaves a way to it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import Comment as Remark
from wagtail.models import Page, PageLogEntry, TaskState, Workflow

from raumwerk.web.pages.models import NewsIndexPage, NewsPage, RegionPage
from raumwerk.web.people.models import Role
from raumwerk.web.shared.notify.duties import do_duties

AREA = "/verwaltung"


@pytest.fixture
def index(content):
    return NewsIndexPage.objects.get(slug="aktuelles", locale__language_code="de", path__startswith=_home(content).path)


def _home(regions, slug="mitte"):
    return RegionPage.objects.get(region=regions[slug], locale__language_code="de")


def _piece(index, **fields):
    made = NewsPage(title="Brücke offen", slug="bruecke-offen", live=False, **fields)
    index.add_child(instance=made)
    return made


def _browser(sign_in, make_person, regions, slug, role):
    person = make_person(f"{role}@{slug}.example", region=regions[slug], role=role)
    return sign_in(person, client=Client())


def _fields(browser, page):
    """What the form of a page holds when it is opened."""
    found = {}
    form = browser.get(f"{AREA}/pages/{page.pk}/edit/").context["form"]
    for field in form:
        value = field.value()
        found[field.html_name] = "" if value is None else value
    for name in ("body", "comments"):
        found |= {f"{name}-count": "0", f"{name}-TOTAL_FORMS": "0", f"{name}-INITIAL_FORMS": "0"}
    return {key: value for key, value in found.items() if isinstance(value, (str, int))}


def test_page_appears_and_goes_at_the_times_set_by_the_office(index, client):
    page, now = _piece(index), timezone.now()
    page.go_live_at, page.expire_at = now + timedelta(days=1), now + timedelta(days=2)
    page.save_revision(approved_go_live_at=page.go_live_at)
    address = f"{index.url}bruecke-offen/"

    def shown(at, monkeypatch_now):
        monkeypatch_now(at)
        do_duties(at)
        return client.get(address).status_code, b"bruecke-offen" in client.get(f"{index.url}").content

    with pytest.MonkeyPatch.context() as patch:

        def clock(at):
            patch.setattr(timezone, "now", lambda: at)

        assert shown(now, clock) == (404, False)
        assert shown(now + timedelta(days=1, minutes=1), clock) == (200, True)
        assert shown(now + timedelta(days=2, minutes=1), clock) == (404, False)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.OFFICE])
def test_another_region_neither_schedules_nor_reviews_nor_remarks(content, index, make_person, sign_in, role):
    page = _piece(index)
    author = make_person("autor@mitte.example", region=content["mitte"], role=Role.EDITOR)
    page.save_revision(user=author)
    Workflow.objects.get(name="mitte: Freigabe").start(page, author)
    (state,) = TaskState.objects.all()
    remark = Remark.objects.create(page=page, user=author, text="Verschlusssache", contentpath="title")
    before = Page.objects.filter(pk=page.pk).values().get()
    foreign = _browser(sign_in, make_person, content, "kali", role)
    when = (timezone.now() - timedelta(days=1)).strftime("%Y-%m-%d %H:%M")
    doors = {
        f"pages/{page.pk}/edit/": {"title": "Gekapert", "slug": page.slug, "go_live_at": when, "action-publish": "1"},
        f"pages/workflow/action/{page.pk}/approve/{state.pk}/": {"comment": "ja"},
        f"pages/workflow/action/{page.pk}/reject/{state.pk}/": {"comment": "nein"},
        f"pages/{page.pk}/workflow/confirm_cancellation/": {},
        f"pages/{page.pk}/lock/": {}, f"pages/{page.pk}/unpublish/": {}, f"pages/{page.pk}/delete/": {},
        f"pages/{page.pk}/move/{_home(content, 'kali').pk}/confirm/": {}, f"pages/{page.pk}/convert_alias/": {},
        f"pages/{page.pk}/revisions/{page.latest_revision_id}/revert/": {},
        f"pages/{page.pk}/revisions/{page.latest_revision_id}/unschedule/": {},
    }  # fmt: skip
    for door, fields in doors.items():
        assert foreign.post(f"{AREA}/{door}", fields).status_code in {302, 403, 404}, door
        seen = foreign.get(f"{AREA}/{door}", follow=True)
        assert "Verschlusssache" not in seen.content.decode(), door
        assert "Brücke offen" not in seen.content.decode(), door
    for door in (f"pages/{page.pk}/history/", f"pages/workflow_history/{page.pk}/", f"pages/{page.pk}/view_draft/",
                 f"pages/{page.pk}/edit/preview/", f"pages/workflow/preview/{page.pk}/{state.task_id}/",
                 f"pages/{page.pk}/revisions/{page.latest_revision_id}/view/"):  # fmt: skip
        assert "Brücke offen" not in foreign.get(f"{AREA}/{door}", follow=True).content.decode(), door
    after = Page.objects.filter(pk=page.pk).values().get()
    state.refresh_from_db()
    remark.refresh_from_db()
    assert (after, state.status, remark.resolved_at) == (before, TaskState.STATUS_IN_PROGRESS, None)
    assert not PageLogEntry.objects.filter(page=page.pk, user__email__endswith="kali.example").exists()


def test_editor_without_the_right_to_publish_cannot_publish_by_a_date(content, index, make_person, sign_in):
    page = _piece(index)
    page.save_revision()
    editor = _browser(sign_in, make_person, content, "mitte", Role.EDITOR)
    when = timezone.localtime(timezone.now() - timedelta(hours=1)).strftime("%d.%m.%Y %H:%M")
    for extra in ({}, {"action-publish": "1"}):
        editor.post(f"{AREA}/pages/{page.pk}/edit/", _fields(editor, page) | {"go_live_at": when} | extra)
    do_duties(timezone.now() + timedelta(minutes=2))
    page.refresh_from_db()
    assert not page.live


def test_moved_page_is_found_at_its_old_address(index, client, django_capture_on_commit_callbacks):
    page = _piece(index)
    page.save_revision().publish()
    old = f"{index.url}bruecke-offen/"
    assert client.get(old).status_code == 200
    page.refresh_from_db()
    page.slug = "bruecke-ist-offen"
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    answer = client.get(old)
    assert (answer.status_code, re.sub(r"^https?://[^/]+", "", answer["Location"])) == (
        301, f"{index.url}bruecke-ist-offen/",
    )  # fmt: skip


def test_editing_area_names_kinds_of_pages_and_fields_in_german(content, make_person, sign_in):
    browser = _browser(sign_in, make_person, content, "mitte", Role.OFFICE)
    adding = browser.get(f"{AREA}/pages/{_home(content).pk}/add_subpage/").content.decode()
    assert "Textseite" in adding
    form = browser.get(f"{AREA}/pages/add/pages/textpage/{_home(content).pk}/").content.decode()
    for english in ("Text page", "News page", '"label": "Kind"', '"label": "Level"'):
        assert english not in adding + form.replace("&quot;", '"'), english
