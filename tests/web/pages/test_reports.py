"""Reports of barriers: anybody may send, the office reads and settles, the log keeps no personal data."""

from __future__ import annotations

import pytest

from raumwerk.web.pages.models import BarrierReport
from raumwerk.web.people.models import Role
from raumwerk.web.shared.audit.models import AppendOnlyError, AuditEntry


@pytest.fixture
def body(regions):
    return {"text": "Die Karte", "page": "/kali/atlas/", "region": regions["kali"].pk, "email": "a@b.example"}


def _all():
    return BarrierReport.objects.across_regions("test")


def test_report_reaches_its_region(client, body, regions):
    answer = client.post("/barriere-melden/", body)
    assert (answer.status_code, answer.url) == (302, "/barriere-melden/danke/")
    assert client.post("/en/barriere-melden/", body).url == "/en/barriere-melden/danke/"
    kept = BarrierReport.objects.in_region(regions["kali"]).values_list("text", "page", "email")
    assert list(kept) == [("Die Karte", "/kali/atlas/", "a@b.example")] * 2
    assert not BarrierReport.objects.in_region(regions["mitte"]).exists()


def test_report_form_knows_where_the_reader_came_from(client, regions):
    form = client.get("/barriere-melden/?seite=/en/kali/projekt/").context["form"]
    assert form.initial == {"page": "/en/kali/projekt/", "region": regions["kali"]}


@pytest.mark.parametrize("change", [{"text": ""}, {"text": "x" * 4001}, {"email": "nobody"}, {"region": "999"}])
def test_report_that_is_wrong_is_sent_back(client, body, change):
    answer = client.post("/barriere-melden/", {**body, **change})
    assert answer.status_code == 400
    assert "errorlist" in answer.content.decode()
    assert not _all().exists()


def test_report_limit_not_passed_by_forged_address(client, body):
    codes = [
        client.post("/barriere-melden/", body, headers={"X-Forwarded-For": f"10.0.0.{number}"}).status_code
        for number in range(8)
    ]
    assert codes == [302] * 5 + [429] * 3
    assert _all().count() == 5


def test_report_settled_by_the_office(regions, client, body, make_person, sign_in):
    client.post("/barriere-melden/", body)
    office = make_person("office@kali.example", region=regions["kali"], role=Role.OFFICE)
    sign_in(office)
    number = _all().get().pk
    assert client.get(f"/kali/meldungen/{number}/erledigt/").status_code == 405
    assert client.post(f"/kali/meldungen/{number}/erledigt/").url == "/kali/meldungen/"
    assert not _all().exists()
    entries = list(AuditEntry.objects.order_by("pk").values_list("verb", "by__email", "region__slug"))
    assert entries == [("report_barrier", None, "kali"), ("settle_report", "office@kali.example", "kali")]
    assert "a@b.example" not in str(list(AuditEntry.objects.values_list("subject", "details")))


def test_log_can_only_grow(regions, client, body):
    client.post("/barriere-melden/", body)
    entry = AuditEntry.objects.get()
    entry.subject = "other"
    for attempt in (
        entry.save, entry.delete, AuditEntry.objects.all().delete, lambda: AuditEntry.objects.update(verb="x"),
        lambda: AuditEntry.objects.bulk_update([entry], ["verb"]),
    ):  # fmt: skip
        with pytest.raises(AppendOnlyError):
            attempt()
    assert AuditEntry.objects.get().subject != "other"


def test_log_loses_the_name_with_the_account(regions, client, body, make_person, sign_in):
    client.post("/barriere-melden/", body)
    office = make_person("office@kali.example", region=regions["kali"], role=Role.OFFICE)
    sign_in(office)
    client.post(f"/kali/meldungen/{_all().get().pk}/erledigt/")
    office.delete()
    assert AuditEntry.objects.filter(verb="settle_report", by=None).count() == 1
