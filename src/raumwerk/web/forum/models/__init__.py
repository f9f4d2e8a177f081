"""Tables of the forum. Each module holds one matter; import the models from here."""

from raumwerk.web.forum.models.agenda import (
    AgendaItem,
    ConflictOfInterest,
    ItemKind,
    Motion,
)
from raumwerk.web.forum.models.body import (
    RESERVED_BODY_SLUGS,
    AgendaLock,
    Body,
    BodyKind,
    Invited,
    Majority,
    QuorumBy,
    VotesPer,
)
from raumwerk.web.forum.models.framework import (
    FrameworkCondition,
    FrameworkField,
    FrameworkRevision,
    FrameworkStatus,
    FrameworkTopic,
)
from raumwerk.web.forum.models.meeting import (
    Attendance,
    CalendarKey,
    Meeting,
    MeetingSeries,
    Mode,
    Presence,
    Registration,
)
from raumwerk.web.forum.models.minutes import (
    Minutes,
    MinutesEntry,
    MinutesRemark,
    MinutesSave,
)
from raumwerk.web.forum.models.programme import Milestone, MilestoneForm, MilestoneStatus, Precision
from raumwerk.web.forum.models.resolution import (
    Forwarding,
    Resolution,
)
from raumwerk.web.forum.models.seat import InterestGroup, OfficeInBody, Seat
from raumwerk.web.forum.models.task import (
    Task,
)
from raumwerk.web.forum.models.theme import BodyTheme, ThemeKind
from raumwerk.web.forum.models.vote import (
    BallotChoice,
    Entitlement,
    Method,
    NamedBallot,
    Outcome,
    Participation,
    SecretBallot,
    UrnCount,
    Vote,
)

__all__ = [
    "RESERVED_BODY_SLUGS",
    "AgendaItem",
    "AgendaLock",
    "Attendance",
    "BallotChoice",
    "Body",
    "BodyKind",
    "BodyTheme",
    "CalendarKey",
    "ConflictOfInterest",
    "Entitlement",
    "Forwarding",
    "FrameworkCondition",
    "FrameworkField",
    "FrameworkRevision",
    "FrameworkStatus",
    "FrameworkTopic",
    "InterestGroup",
    "Invited",
    "ItemKind",
    "Majority",
    "Meeting",
    "MeetingSeries",
    "Method",
    "Milestone",
    "MilestoneForm",
    "MilestoneStatus",
    "Minutes",
    "MinutesEntry",
    "MinutesRemark",
    "MinutesSave",
    "Mode",
    "Motion",
    "NamedBallot",
    "OfficeInBody",
    "Outcome",
    "Participation",
    "Precision",
    "Presence",
    "QuorumBy",
    "Registration",
    "Resolution",
    "Seat",
    "SecretBallot",
    "Task",
    "ThemeKind",
    "UrnCount",
    "Vote",
    "VotesPer",
]
