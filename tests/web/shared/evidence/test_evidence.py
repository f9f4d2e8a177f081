"""A citation is frozen; what holds now stands beside it; the release is kept; who may not read learns nothing."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from raumwerk.errors import ConflictError, InputError, MissingError
from raumwerk.store import read
from raumwerk.web.shared.audit.models import AuditEntry
from raumwerk.web.shared.evidence.actions import cite, renew_pins, take_back
from raumwerk.web.shared.evidence.findings import find, held_periods
from raumwerk.web.shared.evidence.models import Citation, FrozenError
from raumwerk.web.shared.evidence.queries import citations_of, citations_of_many, frozen_lines
from raumwerk.web.shared.evidence.reference import Reference, parse

pytestmark = pytest.mark.django_db

PEOPLE = Reference("indicators", "population", "91001", period="2022")
MASKED = Reference("indicators", "unemployment_share", "92001", period="2022")
VANISHING = Reference("indicators", "unemployment_share", "91002", period="2022")
EARLIER = Reference("indicators", "population", "92002")
PAIR = Reference("flows", "all", origin="91001", destination="92001", period="2023-06-30")
ESTIMATE = Reference("flow_estimates", "region:probe", origin="91001001", destination="92001001")
HIDDEN_PAIR = Reference("flows", "all", origin="92002", destination="91002", period="2023-06-30")


@pytest.fixture
def editor(regions, make_person):
    return make_person("redaktion@kreis.example", region=regions["mitte"], role="editor")


def _pins(atlas):
    return set(read.pins(read.open_store(atlas.home)))


def test_a_figure_is_frozen_with_all_that_makes_it_readable(atlas, editor, make_thing):
    made = cite(make_thing(), PEOPLE, by=editor)
    kept = {name: getattr(made, name) for name in (
        "release", "table", "column", "area", "period", "label_de", "label_en", "value", "lower", "upper", "status",
        "unit_de", "decimals", "cited_by",
    )}  # fmt: skip
    assert kept == {
        "release": atlas.first, "table": "indicators", "column": "population", "area": "91001", "period": "2022",
        "label_de": "Einwohner, Kreis 91001, 2022", "label_en": "Population, Kreis 91001, 2022", "value": 4000.0,
        "lower": 4000.0, "upper": 4000.0, "status": "measured", "unit_de": "Personen", "decimals": 0,
        "cited_by": editor,
    }  # fmt: skip
    assert made.source_line == "© Amt für Erfundenes, 2024, dl-de/by-2-0"
    assert _pins(atlas) == {atlas.first}
    assert list(AuditEntry.objects.values_list("verb", "subject", "by__email")) == [
        ("cite", "Landkreis Muster: Einwohner, Kreis 91001, 2022", "redaktion@kreis.example")
    ]


@pytest.mark.parametrize("case", [
    (PEOPLE, "4.000\u00a0Personen", "Einwohner, Kreis 91001, 2022"),
    (MASKED, "2,0 – 4,5\u00a0% (vom Herausgeber gesperrt oder nicht aufgeführt; liegt in diesem Bereich)",
     "Arbeitslosenanteil, Kreis 92001, 2022"),
    (PAIR, "600\u00a0Personen", "Pendelnde von Kreis 91001 nach Kreis 92001, 2023-06-30"),
    (ESTIMATE, "rund 42\u00a0Personen (Schätzung, 20–60)", "Pendelnde von Ort 91001001 nach Ort 92001001, 2023-06-30"),
    (HIDDEN_PAIR, "0 – 9\u00a0Personen (vom Herausgeber gesperrt oder nicht aufgeführt; liegt in diesem Bereich)",
     "Pendelnde von Kreis 92002 nach Kreis 91002, 2023-06-30"),
])  # fmt: skip
def test_a_figure_is_written_as_sure_as_it_is(atlas, editor, make_thing, case):
    reference, figure, label = case
    made = cite(make_thing(), reference, by=editor)
    assert (made.figure, made.label_de) == (figure, label)


def test_what_holds_now_stands_beside_what_was_cited(atlas, editor, make_thing):
    thing = make_thing()
    for reference in (PEOPLE, MASKED, VANISHING, EARLIER, PAIR):
        cite(thing, reference, by=editor)
    assert [each.now.state for each in citations_of(thing)] == ["same"] * 5
    atlas.publish()
    seen = [(each.now.state, each.now.changed, each.now.figure, each.now.later) for each in citations_of(thing)]
    assert seen == [
        ("changed", True, "4.321\u00a0Personen", ""), ("changed", True, "5,5\u00a0%", ""), ("gone", True, "", ""),
        ("same", False, "16.000\u00a0Personen", "2023"), ("same", False, "600\u00a0Personen", ""),
    ]  # fmt: skip
    first = citations_of(thing)[0]
    assert (first.citation.figure, first.citation.release, first.now.release) == (
        "4.000\u00a0Personen", atlas.first, atlas.second,
    )  # fmt: skip
    assert first.view_url == (
        f"/mitte/atlas/?mode=indicator&indicator=population&area=91001&level=district&period=2022&release={atlas.first}"
    )
    assert "release" not in first.now_url
    assert frozen_lines(thing)[0].startswith(
        "Einwohner, Kreis 91001, 2022: 4.000\u00a0Personen. Quelle: © Amt für Erfundenes, 2024, dl-de/by-2-0. "
        f"Ausgabe {atlas.first}, zitiert am "
    )
    with translation.override("en"):
        assert frozen_lines(thing)[1].startswith("Unemployment share, Kreis 92001, 2022: 2.0 – 4.5\u00a0% (suppressed")


def test_a_citation_outlives_its_store(atlas, editor, make_thing, settings, tmp_path):
    thing = make_thing()
    cite(thing, PEOPLE, by=editor)
    settings.HOME = tmp_path / "empty"
    cited = citations_of(thing)[0]
    assert (cited.citation.figure, cited.now.state, cited.day) == ("4.000\u00a0Personen", "unknown", "")


def test_a_citation_never_changes(atlas, editor, make_thing):
    thing = make_thing()
    made = cite(thing, PEOPLE, by=editor)
    made.value = 1.0
    rows = Citation.objects.in_region(made.region)
    for deed in (made.save, lambda: rows.update(value=1.0), lambda: rows.bulk_update([made], ["value"])):
        with pytest.raises(FrozenError):
            deed()
    assert rows.get().value == 4000.0
    with pytest.raises(ConflictError, match="bereits"):
        cite(thing, PEOPLE, by=editor)


@pytest.mark.django_db(transaction=True)
def test_taking_back_keeps_the_row_and_frees_the_release(atlas, editor, make_thing):
    thing, other = make_thing(), make_thing(name="Stadt Muster")
    first, second = cite(thing, PEOPLE, by=editor), cite(other, PEOPLE, by=editor)
    take_back(first, by=editor)
    assert (citations_of(thing), len(citations_of(other)), _pins(atlas)) == ([], 1, {atlas.first})
    with pytest.raises(ConflictError):
        take_back(first, by=editor)
    take_back(second, by=editor)
    assert _pins(atlas) == set()
    assert Citation.objects.in_region(first.region).filter(removed_by=editor).count() == 2
    assert AuditEntry.objects.filter(verb="take_back_citation").count() == 2
    cite(thing, PEOPLE, by=editor)
    assert _pins(atlas) == {atlas.first}


def test_pins_are_renewed_from_what_is_cited(atlas, editor, make_thing):
    made = cite(make_thing(), PEOPLE, by=editor)
    store = read.open_store(atlas.home)
    atlas.publish()
    read.unpin(store, atlas.first, "cited by pages and decisions")
    read.pin(store, atlas.second, "cited by pages and decisions")
    read.pin(store, atlas.second, "an exhibition")
    renew_pins()
    assert read.pins(store) == {atlas.first: ["cited by pages and decisions"], atlas.second: ["an exhibition"]}
    assert made.release == atlas.first


def test_only_who_may_cite_there_cites(atlas, regions, make_person, make_thing, editor):
    thing, far = make_thing(), make_thing("kali")
    member = make_person("m@kreis.example", region=regions["mitte"], role="member")
    for person, target in ((member, thing), (editor, far)):
        with pytest.raises(PermissionDenied):
            cite(target, PEOPLE, by=person)
    made = cite(thing, PEOPLE, by=editor)
    with pytest.raises(PermissionDenied):
        take_back(made, by=member)
    assert not AuditEntry.objects.filter(by=member).exists()


@pytest.mark.parametrize(("reference", "error", "words"), [
    (Reference("indicators", "nothing", "91001"), MissingError, "nothing, Kreis 91001"),
    (Reference("indicators", "population", "91001", period="1999"), MissingError, "2021, 2022"),
    (Reference("indicators", "population", "91001", release="20200101-00000000"), MissingError, "20200101-00000000"),
    (Reference("areas", "x", "91001"), InputError, "areas"),
    (Reference("indicators", "population", "' OR 1=1"), InputError, "OR 1=1"),
    (Reference("indicators", "population", "91001", period="2022; x"), InputError, "2022; x"),
    (Reference("indicators", "population", "91001", release="../../etc"), InputError, "etc"),
    (Reference("flows", "all", origin="91001", destination="99999"), MissingError, "99999"),
])  # fmt: skip
def test_what_is_not_there_is_told(atlas, reference, error, words):
    with pytest.raises(error, match=words.replace("(", r"\(")):
        find(reference)


def test_an_empty_home_says_so(tmp_path, settings):
    settings.HOME = tmp_path
    with pytest.raises(MissingError, match="Statistik"):
        find(PEOPLE)
    assert held_periods(PEOPLE) == []


@pytest.mark.parametrize(("url", "reference"), [
    ("/mitte/atlas/?mode=indicator&indicator=population&area=91001&period=2022&release=20260101-0123abcd",
     Reference("indicators", "population", "91001", period="2022", release="20260101-0123abcd")),
    ("http://localhost:8000/en/mitte/atlas/?indicator=population",
     Reference("indicators", "population", "region:mitte")),
    ("/mitte/atlas/?mode=flows&area=91001&direction=out", Reference("indicators", "commuters_out", "91001")),
    ("/mitte/atlas/herkunft/?table=indicators&indicator=population&area=91001&period=2022", PEOPLE),
    ("/mitte/atlas/herkunft/?table=flows&origin=91001&destination=92001&period=2023-06-30", PAIR),
])  # fmt: skip
def test_the_address_of_a_view_names_a_figure(url, reference):
    assert parse(url, "mitte") == reference
    assert parse(reference.origin_url("mitte"), "mitte") == reference
    if not reference.is_pair:
        assert parse(reference.view_url("mitte"), "mitte") == reference


@pytest.mark.parametrize("url", [
    "", "https://evil.example/mitte/atlas/?indicator=population", "/mitte/forum/", "/mitte/atlas/gebiet/91001/",
    "/mitte/atlas/", "/mitte/atlas/?mode=flows&area=91001&border=crossing", "/mitte/atlas/?indicator=a%27b",
    "javascript:alert(1)", "/mitte/atlas/herkunft/?table=areas&area=91001",
])  # fmt: skip
def test_an_address_that_names_no_figure_is_refused(url):
    with pytest.raises(InputError):
        parse(url, "mitte")


def test_citations_of_many_things_cost_one_query(atlas, editor, make_thing, django_assert_num_queries):
    things = [make_thing(name=f"Stadt {number}") for number in range(4)]
    for thing in things[:3]:
        cite(thing, PEOPLE, by=editor)
    cite(things[0], PAIR, by=editor)
    with django_assert_num_queries(1):
        found = citations_of_many(things)
    assert [[each.number for each in found[thing.pk]] for thing in things] == [[1, 2], [1], [1], []]
    assert citations_of_many([]) == {}


def test_the_form_looks_up_and_cites(client, atlas, editor, make_thing, sign_in):
    thing = make_thing()
    sign_in(editor)
    address = f"/mitte/belege/neu/?thing=people.organisation&number={thing.pk}"
    # this region is not part of the made country: areas are typed by hand as the form would send them
    found = client.get(f"{address}&kind=link&url=/mitte/atlas/?mode=indicator%26indicator=population%26area=91001")
    assert found.status_code == 200
    body = found.content.decode()
    assert "Einwohner, Kreis 91001, 2022" in body
    assert "4.000\u00a0Personen" in body
    fields = found.context["confirm"].initial | {"thing": "people.organisation", "number": thing.pk}
    answer = client.post("/mitte/belege/neu/", fields)
    assert (answer.status_code, answer.url) == (302, f"/mitte/verzeichnis/{thing.pk}/")
    made = citations_of(thing)[0].citation
    page = client.get(f"/mitte/belege/{made.pk}/").content.decode()
    assert "Einwohner, Kreis 91001, 2022" in page
    missing = client.get(f"{address}&kind=link&url=/mitte/atlas/?indicator=population%26area=99999")
    assert missing.status_code == 400
    assert "99999" in missing.content.decode()
    assert client.post(f"/mitte/belege/{made.pk}/zuruecknehmen/", {"next": "//evil.example/"}).url == (
        f"/mitte/verzeichnis/{thing.pk}/"
    )
    assert citations_of(thing) == []


@pytest.fixture
def cited(atlas, editor, make_thing):
    thing = make_thing(public=False)
    return thing, cite(thing, PEOPLE, by=editor)


@pytest.mark.parametrize("case", [
    (None, (302, 404, 302)), ("guest", (404, 404, 404)), ("member", (403, 200, 403)), ("editor", (200, 200, 302)),
    ("office", (200, 200, 302)),
])  # fmt: skip
def test_doors_open_to_those_who_may(client, make_person, sign_in, cited, case):
    thing, made = cited
    role, codes = case
    if role:
        sign_in(make_person("p@kreis.example", region=thing.region, role=role))
    answers = (
        client.get(f"/mitte/belege/neu/?thing=people.organisation&number={thing.pk}"),
        client.get(f"/mitte/belege/{made.pk}/"),
        client.post(f"/mitte/belege/{made.pk}/zuruecknehmen/"),
    )
    assert tuple(answer.status_code for answer in answers) == codes
    assert client.get(f"/kali/belege/{made.pk}/").status_code == 404
