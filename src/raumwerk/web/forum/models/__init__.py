"""Tables of the forum. Each module holds one matter; import the models from here."""

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
from raumwerk.web.forum.models.programme import Milestone, MilestoneForm, MilestoneStatus, Precision
from raumwerk.web.forum.models.seat import InterestGroup, OfficeInBody, Seat
from raumwerk.web.forum.models.theme import BodyTheme, ThemeKind

__all__ = [
    "RESERVED_BODY_SLUGS",
    "AgendaLock",
    "Body",
    "BodyKind",
    "BodyTheme",
    "FrameworkCondition",
    "FrameworkField",
    "FrameworkRevision",
    "FrameworkStatus",
    "FrameworkTopic",
    "InterestGroup",
    "Invited",
    "Majority",
    "Milestone",
    "MilestoneForm",
    "MilestoneStatus",
    "OfficeInBody",
    "Precision",
    "QuorumBy",
    "Seat",
    "ThemeKind",
    "VotesPer",
]
