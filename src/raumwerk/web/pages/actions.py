"""Deeds of the pages app: one function, one transaction, one entry in the log."""

from __future__ import annotations

from django.db import transaction

from raumwerk.web.pages.models import BarrierReport
from raumwerk.web.people.models import Person
from raumwerk.web.regions.models import Region
from raumwerk.web.shared.audit.actions import record

__all__ = ["report_barrier", "settle_report"]


@transaction.atomic
def report_barrier(region: Region, *, text: str, page: str = "", email: str = "") -> BarrierReport:
    """Keep a report for the region's office. The log notes that there was one, not what it says."""
    report: BarrierReport = BarrierReport.objects.create(region=region, text=text, page=page, email=email)
    record("report_barrier", f"barrier report {report.pk}", by=None, region=region)
    return report


@transaction.atomic
def settle_report(report: BarrierReport, *, by: Person) -> None:
    """Remove a report that is settled, with the personal data in it."""
    record("settle_report", f"barrier report {report.pk}", by=by, region=report.region)
    report.delete()
