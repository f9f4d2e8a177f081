"""Who belongs at the table: shares of flow, who represents them, and who may see it."""

from __future__ import annotations

import polars as pl
import pytest

from raumwerk.errors import ConflictError, InputError, MissingError
from raumwerk.tables.status import STATUS_DTYPE
from raumwerk.web.forum import providers
from raumwerk.web.forum.actions.bodies import dissolve_body, set_theme
from raumwerk.web.forum.actions.seats import fill_seat
from raumwerk.web.forum.models import BodyTheme
from raumwerk.web.forum.providers import FlowNumbers, Population, Source
from raumwerk.web.forum.queries.bodies import seats_of
from raumwerk.web.forum.queries.table import Share, table_of, theme_of
from raumwerk.web.shared.audit.models import AuditEntry

KASSEL = "06611"
NAMES = {"06611": "Kassel", "06633": "Landkreis Kassel", "03159": "Goettingen", "06633028": "Wolfhagen"}
WHO = ["nobody", "account", "guest", "member", "editor", "office", "admin", "foreign", "chair", "seated"]


def _numbers(rows, **changes):
    schema = {"origin": pl.String, "destination": pl.String, "value": pl.Float64, "lower": pl.Float64,
              "upper": pl.Float64, "status": STATUS_DTYPE}  # fmt: skip
    given = {
        "release": "r-1", "period": "2023-06-30", "estimated": False, "level": "district",
        "pairs": pl.DataFrame(rows, schema=schema, orient="row"), "units": frozenset({KASSEL}), "names": NAMES,
        "population": Population("2023-12-31", {"06611": 200.0, "06633": 240.0, "06633028": 12.0}),
        "sources": (Source("Pendlerstatistik", "Quelle A", "DL-DE"),),
    }  # fmt: skip
    return FlowNumbers(**(given | changes))


ROWS = [
    ("06633", "06611", 60.0, 60.0, 60.0, "measured"),
    ("06611", "06633", 20.0, 20.0, 20.0, "measured"),
    ("03159", "06611", 20.0, 20.0, 20.0, "measured"),
]


@pytest.fixture
def answer(monkeypatch):
    """Let the provider answer what the test says: numbers, None, or an error."""

    def use(given):
        def flows(region, question, language):
            if isinstance(given, Exception):
                raise given
            return given

        monkeypatch.setattr(providers, "_flows", [flows])
        monkeypatch.setattr(providers, "_places", [lambda region, language: NAMES])

    return use


@pytest.fixture
def themed(forum):
    for level in ("public", "members", "body", "office"):
        set_theme(
            forum.bodies[level], by=forum.people["office"], kind="centre", title_de="Pendeln nach Kassel",
            title_en="Commuting to Kassel", areas=[KASSEL],
        )  # fmt: skip
    return forum


def _table(forum):
    body = forum.bodies["public"]
    return table_of(body, theme_of(body), seats_of(body), "de")


def test_shares_and_coverage_of_a_centre(themed, answer):
    answer(_numbers(ROWS))
    table = _table(themed)
    assert [(one.key, one.commuters.value, one.share.value, one.presence.state) for one in table.candidates] == [
        ("06611", 100.0, 100.0, "missing"),
        ("06633", 80.0, 80.0, "partly"),
        ("03159", 20.0, 20.0, "missing"),
    ]
    assert table.at_one_end == Share(0.0, 0.0, 0.0)
    assert (table.inhabitants, table.inhabitants_present, table.unknown_population) == (440.0, 12.0, 1)
    assert table.without_area == 0  # the firm names no area, but nobody holds its seat
    themed.town.area = "06633"
    themed.town.save()
    table = _table(themed)
    assert (table.at_one_end.value, table.at_both_ends.value) == (80.0, 0.0)
    assert (table.inhabitants_present, table.population_share) == (240.0, 100 * 240 / 440)


def test_guests_and_vacant_seats_represent_nobody(themed, answer, make_person):
    from raumwerk.web.people.models import Organisation

    answer(_numbers(ROWS))
    office, body = themed.people["office"], themed.bodies["public"]
    city = Organisation.objects.create(region=themed.mitte, name="Stadt Kassel", kind="district", area="06611000")
    fill_seat(body, by=office, organisation=city)
    far = Organisation.objects.create(region=themed.mitte, name="Kreis Fern", kind="district", area="03159")
    fill_seat(body, by=office, organisation=far, person=themed.people["seated"], office_in_body="guest", voting=False)
    found = {one.key: one.presence.state for one in _table(themed).candidates}
    assert found == {"06611": "vacant", "06633": "partly", "03159": "missing"}


def test_suppressed_flow_leaves_bounds_and_no_share(themed, answer):
    answer(_numbers([*ROWS[:2], ("03159", "06611", None, 1.0, 9.0, "masked")]))
    table = _table(themed)
    masked = table.candidates[-1]
    assert (table.total.value, table.total.lower, table.total.upper) == (None, 81.0, 89.0)
    assert masked.share == Share(None, 100 * 1 / 81, 100 * 9 / 89)
    assert masked.commuters.status == "masked"


def test_no_flow_at_all_leaves_the_named_area(themed, answer):
    answer(_numbers([]))
    table = _table(themed)
    assert [(one.key, one.share) for one in table.proposed] == [("06611", Share(None, None, None))]


def test_theme_is_audited_and_needs_its_other_side(themed):
    office, body = themed.people["office"], themed.bodies["public"]
    for fields in ({"counterparts": []}, {"counterparts": [KASSEL]}, {"areas": []}, {"counterparts": ["x"]}):
        with pytest.raises(InputError):
            set_theme(body, by=office, kind="flow", **fields)
    set_theme(body, by=office, kind="flow", counterparts=["06633"])
    entry = AuditEntry.objects.filter(verb="set_theme", subject=body.slug).order_by("-pk").first()
    assert (entry.details["before"]["kind"], entry.details["after"]["counterparts"]) == ("centre", ["06633"])
    assert set_theme(body, by=office, kind="areas").counterparts == []
    dissolve_body(body, by=office)
    with pytest.raises(ConflictError):
        set_theme(body, by=office, kind="areas")


@pytest.mark.parametrize("who", WHO)
def test_doors_by_role_and_visibility(themed, client_of, answer, who):
    answer(_numbers(ROWS))
    client = client_of(who)
    insiders = {"member", "editor", "office", "admin", "chair"}
    for level, seen in {
        "public": set(WHO), "members": insiders, "body": {"office", "admin", "seated"}, "office": {"office", "admin"},
    }.items():  # fmt: skip
        allowed = insiders | ({"seated"} if level == "body" else set())
        refused = 302 if who == "nobody" else 403
        expected = 404 if who not in seen else 200 if who in allowed else refused
        for door in ("tisch/", "tisch.csv"):
            assert client.get(f"/mitte/forum/runde-{level}/{door}").status_code == expected, (level, door)
    runs = {"office", "admin", "chair"}
    given = {"kind": "flow", "title_de": "Neu", "areas": "Kassel", "counterparts": "06633 Landkreis Kassel"}
    assert client.post("/mitte/forum/runde-public/thema/", given).status_code == (
        302 if who in runs | {"nobody"} else 403
    )
    theme = BodyTheme.objects.in_region(themed.mitte).get(body=themed.bodies["public"])
    assert (theme.kind, theme.areas, theme.counterparts) == (
        ("flow", [KASSEL], ["06633"]) if who in runs else ("centre", [KASSEL], [])
    )
    linked = "/runde-public/tisch/" in client.get("/mitte/forum/runde-public/").content.decode()
    assert linked is (who in insiders)


def test_page_says_what_is_known_and_what_is_not(themed, client_of, answer):
    client = client_of("member")
    address = "/en/mitte/forum/runde-public/tisch/"
    answer(_numbers(ROWS, left_out=(("99999", "unknown in this release"),), estimated=True, model="How sure it is."))
    page = client.get(address).content.decode()
    for text in ("Commuting to Kassel", "estimated by a model", "How sure it is.", "99999 (unknown in this release)",
                 "Release r-1", "Quelle A", "80.0 %", "Stadt Wolfhagen"):  # fmt: skip
        assert text in page
    sheet = client.get("/en/mitte/forum/runde-public/tisch.csv").content.decode("utf-8-sig")
    assert "2,06633,Landkreis Kassel,no,yes,80.0,80.0,80.0,measured,80.00,80.00,80.00,240" in sheet
    assert "2023-06-30,yes,r-1,Quelle A" in sheet
    answer(None)
    assert "No statistics have been published" in client.get(address).content.decode()
    assert client.get("/mitte/forum/runde-public/tisch.csv").status_code == 404
    answer(MissingError("Nothing about this region."))
    assert "Nothing about this region." in client.get(address).content.decode()
    BodyTheme.objects.in_region(themed.mitte).delete()
    assert "No theme in space" in client.get(address).content.decode()


def test_form_refuses_names_nobody_knows(themed, client_of, answer):
    answer(None)
    given = {"kind": "centre", "title_de": "Neu", "areas": "Atlantis"}
    page = client_of("office").post("/en/mitte/forum/runde-public/thema/", given)
    assert page.status_code == 400
    assert "“Atlantis” is no district" in page.content.decode()


def test_page_asks_a_bounded_number_of_questions(themed, client_of, answer, make_person, django_assert_max_num_queries):
    answer(_numbers(ROWS))
    client = client_of("member")
    for number in range(15):
        person = make_person(f"p{number}@mitte.example", region=themed.mitte, role="member")
        fill_seat(themed.bodies["public"], by=None, person=person, organisation=themed.town)
    with django_assert_max_num_queries(25):
        assert client.get("/mitte/forum/runde-public/tisch/").status_code == 200


def test_share_of_the_real_release_is_that_of_the_flows_table(themed, client_of, real_home, real_release, settings):
    settings.HOME = real_home
    table = _table(themed)
    wanted = (pl.col("level") == "district") & (pl.col("part") == "all") & (pl.col("period") == table.numbers.period)
    rows = real_release.table("flows").filter(wanted & (pl.col("origin") != pl.col("destination"))).collect()
    touching = rows.filter((pl.col("origin") == KASSEL) | (pl.col("destination") == KASSEL))
    partner = touching.filter((pl.col("origin") == "06633") | (pl.col("destination") == "06633"))
    found = {one.key: one for one in table.candidates}["06633"]
    assert found.commuters.lower == partner["lower"].sum()
    assert found.commuters.value == partner["value"].sum() > 40_000
    if touching["value"].null_count() == 0:
        assert found.share.value == pytest.approx(100 * partner["value"].sum() / touching["value"].sum())
    assert (table.numbers.estimated, table.numbers.release) == (False, real_release.id)
    assert table.numbers.sources


def test_municipal_theme_of_the_real_release_is_a_model(themed, client_of, real_home, real_release, settings):
    settings.HOME = real_home
    set_theme(themed.bodies["public"], by=themed.people["office"], kind="areas", areas=["06633", "99999", "09162000"])
    set_theme(themed.bodies["members"], by=themed.people["office"], kind="centre", areas=["06633028", "99999"])
    page = client_of("office").get("/en/mitte/forum/runde-members/tisch/").content.decode()
    assert "estimated by a model" in page
    assert "99999 (unknown in this release)" in page
    body = themed.bodies["members"]
    table = table_of(body, theme_of(body), seats_of(body), "de")
    rows = real_release.table("flow_estimates").filter(pl.col("region") == "region:mitte").collect()
    rows = rows.filter((pl.col("origin") == "06633028") ^ (pl.col("destination") == "06633028"))
    first = table.candidates[1]
    partner = rows.filter((pl.col("origin") == first.key) | (pl.col("destination") == first.key))
    assert first.share.value == pytest.approx(100 * partner["value"].sum() / rows["value"].sum())
    assert first.commuters.status == "estimated"
