"""A vote: what is asked, who was entitled when it opened, who took part, and what was voted.

Who took part and what was voted stand apart. In an open or named vote :class:`NamedBallot` joins them on purpose. In a
secret vote :class:`Participation` says who, :class:`UrnCount` counts while the vote is open, and :class:`SecretBallot`
is written in random order when it closes: see docs/decisions/0015-secret-votes.md.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from raumwerk.web.forum.models.agenda import AgendaItem, Motion
from raumwerk.web.forum.models.body import Body
from raumwerk.web.forum.models.meeting import Meeting
from raumwerk.web.forum.models.seat import InterestGroup, Seat
from raumwerk.web.forum.states import VOTE
from raumwerk.web.regions.scope import RegionScoped
from raumwerk.web.shared.visibility import Visibility

__all__ = [
    "BallotChoice",
    "Entitlement",
    "Method",
    "NamedBallot",
    "Outcome",
    "Participation",
    "SecretBallot",
    "UrnCount",
    "Vote",
]


class Method(models.TextChoices):
    """How a vote is cast."""

    OPEN = "open", _("open (numbers are published)")
    NAMED = "named", _("by name (who voted how is published)")
    SECRET = "secret", _("secret")


class BallotChoice(models.TextChoices):
    """What can be voted."""

    YES = "yes", _("Yes")
    NO = "no", _("No")
    ABSTAIN = "abstain", _("Abstention")


class Outcome(models.TextChoices):
    """What came of a vote."""

    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")
    NOT_QUORATE = "not_quorate", _("no decision: the quorum was not reached")
    OVER_CAP = "over_cap", _("no decision: one interest group would have decided alone")
    TOO_FEW = "too_few", _("no decision: too few took part in the secret vote, so it was not counted")


class Vote(RegionScoped):
    """One vote on one motion."""

    body = models.ForeignKey(Body, on_delete=models.RESTRICT, related_name="votes")
    motion = models.ForeignKey(Motion, on_delete=models.RESTRICT, related_name="votes")
    meeting = models.ForeignKey(Meeting, null=True, blank=True, on_delete=models.RESTRICT, related_name="votes")
    item = models.ForeignKey(AgendaItem, null=True, blank=True, on_delete=models.RESTRICT, related_name="votes")
    question = models.CharField(_("question"), max_length=300)
    method = models.CharField(_("kind of vote"), max_length=10, choices=Method.choices, default=Method.OPEN)
    deadline = models.DateTimeField(
        _("deadline"), null=True, blank=True, help_text=_("Only in the written procedure between meetings.")
    )
    visibility = models.CharField(max_length=10, choices=Visibility.choices, default=Visibility.BODY)
    state = models.CharField(max_length=10, choices=VOTE.choices, default=VOTE.first)
    rules = models.JSONField(default=dict, blank=True)  # the body's rules as they were at opening
    result = models.JSONField(default=dict, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    aborted_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["motion"], condition=models.Q(state__in=["created", "open"]), name="one_running_vote_per_motion"
            ),
        ]
        indexes = [models.Index(fields=["region", "state"], name="votes_by_state")]

    def __str__(self) -> str:
        return self.question

    @property
    def written(self) -> bool:
        """Tell whether it is held between meetings, in writing."""
        return self.meeting_id is None

    @property
    def secret(self) -> bool:
        """Tell whether nobody may learn who voted what."""
        return self.method == Method.SECRET


class Entitlement(RegionScoped):
    """One vote somebody had when the vote opened. Frozen; only who acts for the seat may still change hands."""

    vote = models.ForeignKey(Vote, on_delete=models.RESTRICT, related_name="entitlements")
    seat = models.ForeignKey(Seat, on_delete=models.RESTRICT, related_name="+")
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    acting = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="entitlements"
    )
    organisation = models.ForeignKey(
        "people.Organisation", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    interest_group = models.CharField(max_length=10, choices=InterestGroup.choices)
    weight = models.PositiveSmallIntegerField(default=1)
    present = models.BooleanField(default=False)
    excluded = models.BooleanField(default=False)

    class Meta:
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=["vote", "seat"], name="one_entitlement_per_seat")]

    def __str__(self) -> str:
        return f"vote {self.vote_id}, seat {self.seat_id}"

    @property
    def may_vote(self) -> bool:
        """Tell whether this seat takes part: there, and not partial."""
        return self.present and not self.excluded


class NamedBallot(RegionScoped):
    """What a seat voted in an open or named vote."""

    entitlement = models.OneToOneField(Entitlement, on_delete=models.RESTRICT, related_name="ballot")
    choice = models.CharField(max_length=10, choices=BallotChoice.choices)

    def __str__(self) -> str:
        return f"ballot {self.pk}"


class Participation(RegionScoped):
    """A seat has voted in a secret vote. No time, no choice, a key without order."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entitlement = models.OneToOneField(Entitlement, on_delete=models.RESTRICT, related_name="participation")

    def __str__(self) -> str:
        return "participation"


class UrnCount(RegionScoped):
    """How often something was chosen so far in a secret vote that is open; all three rows change with each vote."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    vote = models.ForeignKey(Vote, on_delete=models.RESTRICT, related_name="urn")
    choice = models.CharField(max_length=10, choices=BallotChoice.choices)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vote", "choice"], name="one_count_per_choice")]

    def __str__(self) -> str:
        return "urn"


class SecretBallot(RegionScoped):
    """One ballot of a secret vote, written at its closing together with all others, in random order."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    vote = models.ForeignKey(Vote, on_delete=models.RESTRICT, related_name="secret_ballots")
    choice = models.CharField(max_length=10, choices=BallotChoice.choices)

    def __str__(self) -> str:
        return "ballot"
