"""The search: forms of a word are one word, and nobody finds or counts what they may not read."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from raumwerk.web.people.actions.organisations import add_organisation, change_organisation
from raumwerk.web.people.models import Organisation, Role
from raumwerk.web.shared.files.actions import store_file, withdraw_file
from raumwerk.web.shared.search.indexing import index_things, rebuild
from raumwerk.web.shared.search.models import Entry, Token
from raumwerk.web.shared.search.queries import search, suggest
from raumwerk.web.shared.search.words import count_tokens, stems_of, token_of, words_in
from raumwerk.web.shared.visibility import NOBODY, Audience, Visibility, audience_of

MEMBER = Audience(1, member=True)
OFFICE = Audience(1, member=True, office=True)
FORMS = ["Akteur", "Akteure", "Akteuren", "Akteurin", "Akteurinnen", "Akteur*innen", "Akteur:innen", "Akteur_innen",
         "AkteurInnen", "Akteur/innen", "Akteur/-innen", "Akteur(innen)", "Akteur*in", "Akteur:in", "AkteurIn",
         "akteur*innen"]  # fmt: skip


def _one_token(text):
    tokens = count_tokens(text, "de")
    assert len(tokens) == 1, tokens
    return next(iter(tokens))


@pytest.mark.parametrize("form", FORMS)
def test_forms_of_a_word_are_one_token(form):
    assert _one_token(form) == "akteur"


@pytest.mark.parametrize(
    ("one", "other"),
    [("Kolleg:innen", "Kollegen"), ("Expert*innen", "Experten"), ("Ärzt_innen", "Ärztinnen"), ("Häuser", "Haus"),
     ("Beschlüsse", "Beschluss"), ("STRASSE", "Straße"), ("Pendlerinnen", "Pendler"),
     ("Bürgermeisterin", "Bürgermeister")],
)  # fmt: skip
def test_pairs_of_forms_are_one_token(one, other):
    assert _one_token(one) == _one_token(other)


@pytest.mark.parametrize("word", ["Berlin", "Termin", "Medizin", "Innenstadt", "beginnen", "Verein"])
def test_words_that_only_look_female_stay(word):
    stem = word.casefold()
    assert token_of(stem, "de")[:4] == stem[:4]
    assert token_of("termin", "de") != token_of("term", "de")


def test_numbers_and_places_of_words_are_kept():
    assert [word for word, _a, _b in words_in("Beschluss 12/2026, TOP 3")] == ["beschluss", "12/2026", "top", "3"]
    text = "die Akteur*innen der Region"
    assert [text[start:end] for _w, start, end in words_in(text)] == ["die", "Akteur*innen", "der", "Region"]


def test_words_that_tell_nothing_are_left_out():
    assert stems_of("der") == frozenset()
    assert count_tokens("Der und die the of", "de") == {}


@pytest.fixture
def actors(regions, django_capture_on_commit_callbacks):
    """One actor for each level that an organisation can have, and one of another region."""
    with django_capture_on_commit_callbacks(execute=True):
        return {
            "public": add_organisation(
                regions["mitte"], by=None, name="Verkehrsverbund", kind="association", public=True,
                offers="Fahrpläne für Pendler*innen über die Landesgrenze",
            ),
            "hidden": add_organisation(
                regions["mitte"], by=None, name="Spedition Fahrt", kind="company",
                seeks="Fahrer und Pendler aus der Nachbarschaft",
            ),
            "elsewhere": add_organisation(
                regions["kali"], by=None, name="Pendlerrat Kali", kind="other", public=True
            ),
        }  # fmt: skip


def _titles(results):
    return [one.entry.title for one in results.found]


def test_results_counts_and_suggestions_follow_rights(regions, actors):
    mitte = regions["mitte"]
    seen = {
        "nobody": search(mitte, NOBODY, "Pendlerinnen"), "member": search(mitte, MEMBER, "Pendlerinnen"),
        "office": search(mitte, OFFICE, "Pendlerinnen"),
    }  # fmt: skip
    assert {who: (found.total, found.kinds, sorted(_titles(found))) for who, found in seen.items()} == {
        "nobody": (1, {"organisation": 1}, ["Verkehrsverbund"]),
        "member": (2, {"organisation": 2}, ["Spedition Fahrt", "Verkehrsverbund"]),
        "office": (2, {"organisation": 2}, ["Spedition Fahrt", "Verkehrsverbund"]),
    }
    assert [one.entry.title for one in suggest(mitte, NOBODY, "Sped")] == []
    assert [one.entry.title for one in suggest(mitte, MEMBER, "Sped")] == ["Spedition Fahrt"]
    assert _titles(search(regions["kali"], OFFICE, "Pendler")) == ["Pendlerrat Kali"]


def test_index_follows_changes(regions, actors, django_capture_on_commit_callbacks):
    mitte, actor = regions["mitte"], actors["public"]
    with django_capture_on_commit_callbacks(execute=True):
        change_organisation(actor, by=None, name="Tarifverbund", public=False)
    assert _titles(search(mitte, MEMBER, "Verkehrsverbund")) == []
    assert _titles(search(mitte, MEMBER, "Tarifverbund")) == ["Tarifverbund"]
    assert _titles(search(mitte, NOBODY, "Tarifverbund")) == []
    with django_capture_on_commit_callbacks(execute=True):
        change_organisation(actor, by=None, active=False)
    assert _titles(search(mitte, OFFICE, "Tarifverbund")) == []
    with django_capture_on_commit_callbacks(execute=True):
        actors["hidden"].delete()
    assert Entry.objects.in_region(mitte).count() == Token.objects.in_region(mitte).count() == 0


def test_undone_change_leaves_the_index(regions, actors, django_capture_on_commit_callbacks):
    from django.db import transaction

    def undone():
        with transaction.atomic():
            change_organisation(actors["public"], by=None, name="Anders")
            raise ZeroDivisionError

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ZeroDivisionError):
        undone()
    assert _titles(search(regions["mitte"], NOBODY, "Verkehrsverbund")) == ["Verkehrsverbund"]


def test_title_counts_more_and_beginnings_are_found(regions, actors, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        add_organisation(regions["mitte"], by=None, name="Pendlerbund", kind="other", public=True)
        add_organisation(regions["mitte"], by=None, name="Pendler", kind="other", public=True)
    assert _titles(search(regions["mitte"], NOBODY, "pendler")) == ["Pendler", "Pendlerbund", "Verkehrsverbund"]


def test_all_words_or_else_some(regions, actors):
    both = search(regions["mitte"], MEMBER, "Fahrpläne Landesgrenze")
    assert (_titles(both), both.partial) == (["Verkehrsverbund"], False)
    some = search(regions["mitte"], MEMBER, "Landesgrenze Quantenphysik")
    assert (_titles(some), some.partial) == (["Verkehrsverbund"], True)
    assert search(regions["mitte"], MEMBER, "Quantenphysik").total == 0
    assert search(regions["mitte"], MEMBER, "der die das !?*").total == 0


def test_snippet_marks_words_and_escapes_text(regions, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        add_organisation(
            regions["mitte"], by=None, name="Verein", kind="other", public=True,
            offers="<b>Fett</b> " + "Wort " * 200 + "Bahnhöfe für alle & jeden",
        )  # fmt: skip
    found = search(regions["mitte"], NOBODY, "Bahnhof").found[0]
    assert "<mark>Bahnhöfe</mark> für alle &amp; jeden" in found.snippet
    assert found.snippet.startswith("… ")
    assert "&lt;b&gt;Fett&lt;/b&gt;" in search(regions["mitte"], NOBODY, "Fett").found[0].snippet.replace(
        "<mark>Fett</mark>", "Fett"
    )


def test_files_are_found_by_level(regions, django_capture_on_commit_callbacks):
    mitte = regions["mitte"]
    with django_capture_on_commit_callbacks(execute=True):
        for level in Visibility.values:
            upload = SimpleUploadedFile("niederschrift.txt", f"Stand {level}".encode())
            body = 5 if level == "body" else None
            store_file(mitte, upload, by=None, title=f"Niederschrift {level}", visibility=level, body_number=body)
    found = {
        "nobody": NOBODY, "member": MEMBER, "other body": Audience(1, member=True, bodies=frozenset({6})),
        "body": Audience(1, member=True, bodies=frozenset({5})), "guest of body": Audience(1, bodies=frozenset({5})),
        "office": OFFICE,
    }  # fmt: skip
    seen = {
        who: {title.split()[1] for title in _titles(search(mitte, one, "Niederschriften"))}
        for who, one in found.items()
    }
    assert seen == {
        "nobody": {"public"}, "member": {"public", "members"}, "other body": {"public", "members"},
        "body": {"public", "members", "body"}, "guest of body": {"public", "body"}, "office": set(Visibility.values),
    }  # fmt: skip


def test_withdrawn_file_is_not_found(regions, make_person, django_capture_on_commit_callbacks):
    office = make_person("b@mitte.example", region=regions["mitte"], role=Role.OFFICE)
    with django_capture_on_commit_callbacks(execute=True):
        file = store_file(regions["mitte"], SimpleUploadedFile("a.txt", b"x"), by=office, visibility="public")
    assert search(regions["mitte"], NOBODY, "a.txt").total == 1
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_file(file, by=office)
    assert search(regions["mitte"], OFFICE, "a.txt").total == 0


def test_rebuild_gives_the_same_index(regions, actors):
    def state():
        return sorted(
            Token.objects.across_regions("test").values_list("entry__title", "token", "weight", "region__slug")
        )

    before = state()
    assert before
    assert rebuild() == 3
    assert state() == before


def test_unknown_thing_is_left_alone(regions):
    index_things([(type(regions["mitte"]), regions["mitte"].pk), (Organisation, 999_999)])
    assert Entry.objects.across_regions("test").count() == 0


def test_page_of_results_by_reader(regions, actors, make_person, sign_in):
    member = make_person("m@mitte.example", region=regions["mitte"], role=Role.MEMBER)
    foreign = make_person("k@kali.example", region=regions["kali"], role=Role.OFFICE)
    pages = {
        who: client.get("/mitte/suche/?q=Pendler").content.decode()
        for who, client in {
            "nobody": Client(), "member": sign_in(member, client=Client(), second_factor=False),
            "foreign": sign_in(foreign, client=Client()),
        }.items()
    }  # fmt: skip
    words = ("Spedition", "Verkehrsverbund", "Pendlerrat")
    assert {who: tuple(word in page for word in words) for who, page in pages.items()} == {
        "nobody": (False, True, False), "member": (True, True, False), "foreign": (False, True, False),
    }  # fmt: skip
    assert "1 Ergebnis" in pages["nobody"] or "1 result" in pages["nobody"]
    rows = json.loads(Client().get("/mitte/suche/vorschlaege/?q=verk").content)["results"]
    assert [row["title"] for row in rows] == ["Verkehrsverbund"]
    assert json.loads(Client().get("/mitte/suche/vorschlaege/?q=sped").content)["results"] == []


def test_english_reader_gets_english_addresses(regions, actors):
    with translation.override("en"):
        found = search(regions["mitte"], NOBODY, "Verkehrsverbund").found
    assert [one.url for one in found] == [f"/en/mitte/verzeichnis/{actors['public'].pk}/"]


@pytest.mark.parametrize(
    "query", ["", "q=", "q=%00", "q=" + "x" * 5000, "q=a&seite=9999999999", "q=a&seite=²", "q=a&art=%27%3B--", "q=(((*"]
)
def test_odd_queries_are_answered(regions, query):
    for door in ("/mitte/suche/", "/mitte/suche/vorschlaege/"):
        assert Client().get(f"{door}?{query}").status_code == 200


def test_query_is_escaped(regions):
    page = Client().get("/mitte/suche/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").content.decode()
    assert "<script>alert" not in page


def test_count_of_queries_does_not_grow(regions, django_capture_on_commit_callbacks, django_assert_num_queries):
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(30):
            add_organisation(regions["mitte"], by=None, name=f"Kammer {number}", kind="chamber", public=True)
    audience = audience_of(AnonymousUser(), regions["mitte"])
    with django_assert_num_queries(3):
        found = search(regions["mitte"], audience, "Kammer", page=2)
    assert (found.total, len(found.found), found.pages) == (30, 10, 2)


def test_pages_documents_and_bodies_are_found_by_level(content, django_capture_on_commit_callbacks, client):
    from django.core.files.base import ContentFile
    from wagtail.models import Collection

    from raumwerk.web.forum.models import Body
    from raumwerk.web.pages.models import NewsIndexPage, NewsPage, RegionDocument, RegionPage

    mitte = content["mitte"]
    home = RegionPage.objects.get(region=mitte, locale__language_code="de")
    index = NewsIndexPage.objects.child_of(home).get()
    with django_capture_on_commit_callbacks(execute=True):
        for level in ("public", "members"):
            page = NewsPage(title=f"Schwebebahn {level}", slug=f"bahn-{level}", lead="Neues", visibility=level)
            index.add_child(instance=page)
            page.save_revision().publish()
            document = RegionDocument(
                title=f"Schwebebahn Papier {level}", visibility=level,
                collection=Collection.objects.get(name="mitte", depth=2),
            )  # fmt: skip
            document.file.save("papier.txt", ContentFile(level.encode()))
            Body.objects.create(
                region=mitte, slug=f"gruppe-{level}", name_de=f"Schwebebahngruppe {level}", kind="working_group",
                remit_de="x", visibility=level,
            )  # fmt: skip
        draft = NewsPage(title="Schwebebahn Entwurf", slug="entwurf", live=False, lead="geheim")
        index.add_child(instance=draft)
        draft.save_revision()
    both = ["Schwebebahn {}", "Schwebebahn Papier {}", "Schwebebahngruppe {}"]
    assert sorted(_titles(search(mitte, NOBODY, "Schwebebahn"))) == sorted(one.format("public") for one in both)
    assert sorted(_titles(search(mitte, MEMBER, "Schwebebahn"))) == sorted(
        one.format(level) for one in both for level in ("public", "members")
    )
    assert search(mitte, OFFICE, "Entwurf").total == 0
    for found in search(mitte, NOBODY, "Schwebebahn").found:
        answer = client.get(found.url)
        if answer.streaming:
            b"".join(answer.streaming_content)  # read to its end, the test client closes the file
        assert answer.status_code == 200, found.url
    with django_capture_on_commit_callbacks(execute=True):
        NewsPage.objects.get(title="Schwebebahn public").unpublish()
    assert "Schwebebahn public" not in _titles(search(mitte, OFFICE, "Schwebebahn"))
    assert search(content["kali"], OFFICE, "Schwebebahn").total == 0


def test_rebuild_of_the_whole_site_finds_its_pages(content):
    assert rebuild() > 50
    assert "Datenschutz" not in _titles(search(content["mitte"], NOBODY, "zzz"))
    assert search(content["mitte"], NOBODY, "Region").kinds["page"] > 0
