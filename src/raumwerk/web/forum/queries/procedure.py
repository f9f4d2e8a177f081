"""Rules of procedure as text, made from the settings of a body: every setting stands in a sentence of its own.

The sentences come from the translations, so the same settings give the German and the English text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from raumwerk.web.forum.models import Body, BodyKind, Invited, Majority, QuorumBy, Resolution, VotesPer

__all__ = ["Procedure", "Section", "procedure_of"]


@dataclass(frozen=True, slots=True)
class Section:
    """One section: its number, heading and sentences grouped into paragraphs."""

    number: int
    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Procedure:
    """The whole text in one language; `as_of` is the day it was made."""

    title: str
    subtitle: str
    as_of: str
    sections: tuple[Section, ...]


def procedure_of(
    body: Body, language: str, on: date, above: Body | None = None, act: Resolution | None = None
) -> Procedure:
    """Return the rules of procedure of a body as they stand on a day.

    The body above and the resolution that founded it (`act`) are named where the reader may see them.
    """
    with translation.override(language):
        parts = (
            (_("Name and remit"), _remit(body, above, act)),
            (_("Members"), _members(body)),
            (_("Chair and office"), _chair(body)),
            (_("Invitation and agenda"), _invitation(body)),
            (_("Who takes part"), _attendance(body)),
            (_("Quorum"), _quorum(body)),
            (_("Votes and majorities"), _votes(body)),
            (_("Balance of interests"), _balance(body)),
            (_("Conflicts of interest"), _conflicts()),
            (_("Written procedure"), _written(body)),
            (_("Minutes and resolutions"), _minutes(body)),
            (_("Changes of these rules"), _changes(body)),
        )
        return Procedure(
            title=_("Rules of procedure: %(body)s") % {"body": body.name},
            subtitle=body.region.name,
            as_of=date_format(on, "DATE_FORMAT"),
            sections=tuple(
                Section(number, title, tuple(part for part in texts if part))
                for number, (title, texts) in enumerate(parts, start=1)
            ),
        )


def _remit(body: Body, above: Body | None, act: Resolution | None) -> list[str]:
    kinds = {
        BodyKind.STEERING: _("“%(body)s” is a steering group of the region “%(region)s”."),
        BodyKind.PLENARY: _("“%(body)s” is the plenary of the forum of the region “%(region)s”."),
        BodyKind.EXPERT: _("“%(body)s” is an expert committee of the region “%(region)s”."),
        BodyKind.WORKING_GROUP: _("“%(body)s” is a working group of the region “%(region)s”."),
        BodyKind.PROJECT_GROUP: _("“%(body)s” is a project group of the region “%(region)s”."),
        BodyKind.BUSINESS: _("“%(body)s” is a business forum of the region “%(region)s”."),
    }
    first = kinds[BodyKind(body.kind)] % {"body": body.name, "region": body.region.name}
    if above is not None:
        first += " " + _("It belongs to “%(parent)s” and reports there.") % {"parent": above.name}
    texts = [first, body.remit]
    founded = []
    if body.founded_on is not None:
        founded.append(_("It was founded on %(day)s.") % {"day": date_format(body.founded_on, "DATE_FORMAT")})
    if act is not None:
        founded.append(
            _("The founding act is resolution %(reference)s of “%(body)s”: “%(title)s”.")
            % {"reference": act.reference, "body": act.body.name, "title": act.title}
        )
    return [*texts, " ".join([*founded, body.founding_text]).strip()]


def _members(body: Body) -> list[str]:
    return [
        _(
            "The body is made of seats. A seat is given for a term to a person, as a rule on behalf of an "
            "organisation, and belongs to one interest group: public authorities, business, civil society, "
            "science or politics."
        ),
        _(
            "For each seat a deputy can be named who sits in with all its rights when the holder cannot come. "
            "Permanent guests may speak but have no vote."
        ),
    ]


def _chair(body: Body) -> list[str]:
    return [
        _(
            "The chair leads the meetings and is represented by the deputy chair. The office of the region "
            "prepares the meetings, keeps the list of seats and looks after the minutes and what becomes of "
            "resolutions."
        ),
        _("The names of those who sit in the body are public.")
        if body.names_public
        else _(
            "The public reads which organisations and interest groups sit in the body; names are shown to the "
            "members of the region."
        ),
    ]


def _invitation(body: Body) -> list[str]:
    notice = ngettext(
        "The invitation with the agenda is sent at least one day before the meeting.",
        "The invitation with the agenda is sent at least %(days)s days before the meeting.",
        body.notice_days,
    ) % {"days": body.notice_days}
    if body.notice_days == 0:
        notice = _("The invitation with the agenda is sent before the meeting; there is no period of notice.")
    return [
        notice,
        _(
            "The agenda is fixed when the invitation is sent. What is added or changed afterwards is marked as "
            "such, and everybody invited is told."
        ),
    ]


def _attendance(body: Body) -> list[str]:
    invited = {
        Invited.MEMBERS: _("The members are invited. Others take part only where the chair asks them in."),
        Invited.MEMBERS_AND_GUESTS: _(
            "The members and the permanent guests are invited. The public does not take part."
        ),
        Invited.PUBLIC: _(
            "The members and the permanent guests are invited; the public may take part and listen. Items "
            "marked as internal are dealt with among the members and the permanent guests."
        ),
    }
    return [invited[Invited(body.invited)]]


def _quorum(body: Body) -> list[str]:
    if body.quorum_by == QuorumBy.ORGANISATIONS:
        text = _(
            "The body can decide when at least %(percent)s percent of the organisations with a vote are represented."
        )
    else:
        text = _("The body can decide when at least %(percent)s percent of the seats with a vote are attended.")
    return [
        text % {"percent": body.quorum_percent},
        _(
            "A deputy counts for the seat. Who is excluded because of a conflict of interest is not counted for "
            "that item, neither among those present nor among those there should be."
        ),
    ]


def _votes(body: Body) -> list[str]:
    per = {
        VotesPer.SEAT: _("Each seat with a vote has one vote, or as many as its weight says where one was agreed."),
        VotesPer.ORGANISATION: _(
            "Each organisation has one vote, whatever number of seats it fills, or as many as its weight says "
            "where one was agreed; its seats cast it together."
        ),
    }
    majority = {
        Majority.SIMPLE: _(
            "A motion is carried when more votes are cast for it than against it. Abstentions do not count; "
            "with equal votes the motion is rejected."
        ),
        Majority.ABSOLUTE: _(
            "A motion is carried when more than half of all votes of the body are cast for it, whether all take "
            "part or not."
        ),
        Majority.TWO_THIRDS: _(
            "A motion is carried when at least two thirds of the votes for and against are cast for it. "
            "Abstentions do not count."
        ),
    }
    secret = (
        _(
            "Votes are open. The chair can have a vote taken by name or in secret; a secret vote cannot be "
            "joined to persons. If fewer than three take part in a secret vote, it is not counted and the motion is "
            "voted on again."
        )
        if body.secret_allowed
        else _("Votes are open. The chair can have a vote taken by name. There are no secret votes.")
    )
    return [per[VotesPer(body.votes_per)], majority[Majority(body.majority)], secret]


def _balance(body: Body) -> list[str]:
    if body.interest_group_cap is None:
        return [_("There is no limit to the share of votes of an interest group.")]
    return [
        _(
            "No interest group holds more than %(percent)s percent of the votes in a decision. Where a group "
            "would hold more, its votes are weighed down together until it holds that share. Where too few "
            "groups take part for that, nothing is decided."
        )
        % {"percent": body.interest_group_cap},
    ]


def _conflicts() -> list[str]:
    return [
        _(
            "Whoever has an interest of their own in an item, or whose organisation has one, says so before it "
            "is dealt with. They take no part in its vote, and this is noted in the minutes."
        ),
    ]


def _written(body: Body) -> list[str]:
    if not body.written_allowed:
        return [_("Decisions are taken in meetings only; there is no written procedure.")]
    return [
        _(
            "Between meetings decisions can be taken in writing. All who have a vote get the motion with its "
            "reasons and a date by which votes are to be given; quorum and majority are the same as in a meeting."
        ),
    ]


def _minutes(body: Body) -> list[str]:
    texts = [
        _(
            "Minutes are taken of the results. Those who took part can comment on the draft; then the chair "
            "approves the minutes. Approved minutes and resolutions are not changed but superseded by later ones."
        ),
        _(
            "Each resolution is given a number and names its wording, reasons, result and addressee. The office "
            "follows up the answer of the addressee."
        ),
    ]
    if not body.public:
        texts.append(
            _("The body’s page and papers are not open to the public; who may read them: %(level)s.")
            % {"level": body.get_visibility_display().lower()}
        )
    return texts


def _changes(body: Body) -> list[str]:
    texts = [
        _(
            "The settings these rules are made from are changed by the office. Each change is noted with day "
            "and person; a vote that has been opened keeps the rules it was opened with."
        ),
    ]
    if body.dissolved_on is not None:
        day = date_format(body.dissolved_on, "DATE_FORMAT")
        texts.append(_("The body was dissolved on %(day)s.") % {"day": day})
    return texts
