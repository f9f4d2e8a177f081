"""A resolution founds a body: checks, page, rules of procedure on screen and paper, form, search, log."""

from __future__ import annotations

import datetime

import pytest

from made_forum import make_table
from raumwerk.errors import InputError
from raumwerk.web.forum.actions.adopting import enter_resolution
from raumwerk.web.forum.actions.bodies import change_body, found_body
from raumwerk.web.forum.actions.resolutions import publish_resolution
from raumwerk.web.forum.queries.history import history_of
from raumwerk.web.forum.queries.procedure import procedure_of
from raumwerk.web.shared.audit.models import AuditEntry
from raumwerk.web.shared.search.indexing import rebuild

DAY = datetime.date(2026, 5, 4)


@pytest.fixture
def table(regions, make_person):
    return make_table(regions, make_person)


def resolved(table, *, visibility="public", published=True, body=None, title="Einsetzung der Projektgruppe Radweg"):
    made = enter_resolution(
        body or table.body, by=table.office, adopted_on=DAY, title=title, wording="Die Gruppe wird eingesetzt.",
        visibility=visibility,
    )  # fmt: skip
    return publish_resolution(made, by=table.office) if published else made


def group(table, act, **fields):
    given = {"slug": "radweg", "name_de": "Projektgruppe Radweg", "kind": "project_group", "remit_de": "Plant ihn."}
    return found_body(table.region, by=table.office, founding_resolution=act, **given | fields)


def test_resolution_is_a_founding_act_and_gives_the_day(table):
    act = resolved(table)
    body = group(table, act)
    assert (body.founding_resolution, body.founded_on, body.founding_text) == (act, DAY, "")
    later = group(table, act, slug="spaeter", founded_on=DAY + datetime.timedelta(days=7), founding_text="Am Radweg.")
    assert later.founded_on == DAY + datetime.timedelta(days=7)
    with pytest.raises(InputError) as refused:
        group(table, None, slug="ohne")
    assert [problem.column for problem in refused.value.problems] == ["founding_text"]


def test_only_a_published_resolution_of_another_body_of_the_region_founds(table, regions, make_person):
    draft = resolved(table, published=False)
    elsewhere = make_table(regions, make_person, slug="kali-lenkung", region="kali")
    for act in (draft, resolved(elsewhere)):
        with pytest.raises(InputError) as refused:
            group(table, act)
        assert [problem.column for problem in refused.value.problems] == ["founding_resolution"]
    body = group(table, resolved(table))
    with pytest.raises(InputError):
        change_body(body, by=table.office, founding_resolution=resolved(table, body=body))
    with pytest.raises(InputError) as refused:
        change_body(body, by=table.office, founded_on=DAY - datetime.timedelta(days=1))
    assert [problem.column for problem in refused.value.problems] == ["founded_on"]


def test_pages_and_paper_link_body_and_resolution(table, client):
    act = resolved(table)
    group(table, act, founding_text="In der Sitzung am Fluss.")
    page = client.get("/mitte/forum/radweg/").content.decode()
    assert f'<a href="/mitte/forum/beschluss/{act.pk}/">Beschluss LENKUNG 2026/01: Einsetzung' in page
    assert "In der Sitzung am Fluss." in page
    rules = client.get("/mitte/forum/radweg/geschaeftsordnung/").content.decode()
    assert "Gründungsakt ist der Beschluss LENKUNG 2026/01" in rules
    assert client.get("/mitte/forum/radweg/geschaeftsordnung.pdf").status_code == 200
    founder = client.get(f"/mitte/forum/beschluss/{act.pk}/").content.decode()
    assert '<a href="/mitte/forum/radweg/">Projektgruppe Radweg</a>' in founder
    english = procedure_of(group(table, act, slug="second"), "en", DAY, act=act).sections[0].paragraphs[-1]
    assert english == (
        "It was founded on 4 May 2026. The founding act is resolution LENKUNG 2026/01 of “Steering group”: "
        "“Einsetzung der Projektgruppe Radweg”."
    )


@pytest.mark.parametrize("door", ["", "geschaeftsordnung/"])
def test_act_is_told_to_those_alone_who_may_read_it(table, client, sign_in, door):
    group(table, resolved(table, visibility="members", title="Vertrauliche Einsetzung"))
    assert "Vertrauliche Einsetzung" not in client.get(f"/mitte/forum/radweg/{door}").content.decode()
    assert "Vertrauliche Einsetzung" in sign_in(table.outsider).get(f"/mitte/forum/radweg/{door}").content.decode()


def test_search_finds_a_body_by_its_founding_act(table, client):
    group(table, resolved(table), founding_text="Nach dem Hochwasser.")
    group(table, resolved(table, visibility="members", title="Vertrauliche Einsetzung"), slug="leise")
    rebuild()

    def found(text):
        return client.get(f"/mitte/suche/?q={text}&art=body").content.decode()

    assert "/mitte/forum/radweg/" in found("Einsetzung")
    assert "/mitte/forum/radweg/" in found("Hochwasser")
    assert "/mitte/forum/leise/" not in found("Vertrauliche")


def test_form_offers_published_resolutions_and_the_log_keeps_the_choice(table, sign_in):
    act, draft = resolved(table), resolved(table, published=False, title="Noch nicht veröffentlicht")
    client = sign_in(table.office)
    page = client.get("/mitte/forum/neu/").content.decode()
    assert f'<option value="{act.pk}">LENKUNG 2026/01 Einsetzung' in page
    assert "Noch nicht veröffentlicht" not in page
    given = {"slug": "radweg", "name_de": "Radweg", "kind": "project_group", "remit_de": "Plant.", "position": "9",
             "visibility": "public", "founding_resolution": act.pk}  # fmt: skip
    assert client.post("/mitte/forum/neu/", given | {"founding_resolution": draft.pk}).status_code == 400
    assert client.post("/mitte/forum/neu/", given).status_code == 302
    entry = AuditEntry.objects.get(verb="found_body", subject="radweg")
    assert (entry.details["after"]["founding_resolution"], entry.details["after"]["founded_on"]) == (act.pk, str(DAY))
    other = resolved(table, title="Zweiter Anlauf")
    assert client.post("/mitte/forum/radweg/bearbeiten/", given | {"founding_resolution": other.pk}).status_code == 302
    body = other.founded.in_region(table.region).get()
    changes = {name: (before, after) for name, before, after in history_of(body)[0].changes}
    assert changes == {"founding_resolution": (act.pk, other.pk)}
