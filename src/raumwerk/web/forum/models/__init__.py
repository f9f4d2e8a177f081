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
from raumwerk.web.forum.models.seat import InterestGroup, OfficeInBody, Seat

__all__ = [
    "RESERVED_BODY_SLUGS",
    "AgendaLock",
    "Body",
    "BodyKind",
    "InterestGroup",
    "Invited",
    "Majority",
    "OfficeInBody",
    "QuorumBy",
    "Seat",
    "VotesPer",
]
