"""What the forum keeps about somebody, for their own export: where they sat, came, voted, moved, remarked and acted.

Of a secret vote the export says that somebody took part, as the list of participants does; what was voted is joined to
nobody anywhere (docs/decisions/0015-secret-votes.md), so it cannot be told here either.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from raumwerk.web.forum.models import (
    AgendaItem,
    Attendance,
    CalendarKey,
    ConflictOfInterest,
    Entitlement,
    Forwarding,
    FrameworkRevision,
    MinutesRemark,
    MinutesSave,
    Motion,
    NamedBallot,
    Participation,
    Registration,
    Seat,
    Task,
    Vote,
)
from raumwerk.web.people.own_data import register_rows

__all__ = ["register_own_data"]

_SEAT = (
    "region__slug", "body__name_de", "organisation__name", "interest_group", "voting", "office_in_body", "weight",
    "starts_on", "ends_on",
)  # fmt: skip
_VOTE = (
    "region__slug", "vote__question", "vote__method", "seat__body__name_de", "organisation__name", "interest_group",
    "weight", "present", "excluded",
)  # fmt: skip


def register_own_data() -> None:
    """Add the parts of the forum to everybody's export."""
    _places()
    _votes()
    _words()
    _deeds()


def _places() -> None:
    register_rows(_("My seats"), Seat, "person", *_SEAT)
    register_rows(_("Seats I am deputy of"), Seat, "deputy", *_SEAT)
    meeting = ("region__slug", "meeting__title", "meeting__starts_at")
    register_rows(_("My registrations for meetings"), Registration, "person", *meeting, "state", "at")
    register_rows(
        _("Meetings I was at or excused from"), Attendance, "person", *meeting, "presence", "as_deputy", "arrived_at",
        "left_at",
    )  # fmt: skip
    register_rows(_("Addresses of my calendar"), CalendarKey, "person", "region__slug", "made_at")
    register_rows(
        _("My conflicts of interest"), ConflictOfInterest, "person", "region__slug", "item__meeting__title",
        "item__title", "reason", "declared_at",
    )  # fmt: skip


def _votes() -> None:
    for field, title in (
        ("holder", _("Votes of seats I hold")),
        ("deputy", _("Votes of seats I am deputy of")),
        ("acting", _("Votes I could cast")),
    ):
        register_rows(title, Entitlement, field, *_VOTE)
    register_rows(
        _("What I voted where it is recorded by name"), NamedBallot, "entitlement__acting", "region__slug",
        "entitlement__vote__question", "choice",
    )  # fmt: skip
    register_rows(
        _("Secret votes I took part in"), Participation, "entitlement__acting", "region__slug",
        "entitlement__vote__question",
    )  # fmt: skip


def _words() -> None:
    register_rows(
        _("Motions I made"), Motion, "proposed_by", "region__slug", "body__name_de", "title", "wording", "reasons",
        "addressee", "state", "submitted_at",
    )  # fmt: skip
    register_rows(
        _("My remarks on minutes"), MinutesRemark, "person", "region__slug", "minutes__meeting__title", "item__title",
        "text", "at", "state", "answer",
    )  # fmt: skip
    register_rows(
        _("Versions of topics I wrote"), FrameworkRevision, "by", "region__slug", "topic__number", "number",
        "title_de", "note", "at",
    )  # fmt: skip


def _deeds() -> None:
    register_rows(
        _("My tasks"), Task, "owner", "region__slug", "body__name_de", "title", "text", "due_on", "state", "outcome",
        "done_on",
    )  # fmt: skip
    register_rows(_("Agenda items I report on"), AgendaItem, "responsible", "region__slug", "meeting__title", "title")
    register_rows(_("Minutes I wrote"), MinutesSave, "by", "region__slug", "minutes__meeting__title", "revision", "at")
    register_rows(_("Votes I closed"), Vote, "closed_by", "region__slug", "question", "closed_at")
    register_rows(
        _("Resolutions I sent on"), Forwarding, "sent_by", "region__slug", "resolution__title", "to_name", "sent_at"
    )
