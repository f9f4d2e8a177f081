"""A standing body of a region and the settings its rules of procedure are made of."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from raumwerk.web.regions.scope import RegionScoped, ScopedManager, ScopedQuerySet
from raumwerk.web.shared.visibility import Visibility

__all__ = [
    "RESERVED_BODY_SLUGS",
    "AgendaLock",
    "Body",
    "BodyKind",
    "Invited",
    "Majority",
    "QuorumBy",
    "VotesPer",
]

#: Words that stand after ``/<region>/forum/`` and therefore cannot name a body.
RESERVED_BODY_SLUGS = frozenset(
    {
        "abstimmung", "abstimmungen", "amt", "antrag", "antraege", "aufgabe", "aufgaben", "beschluesse", "beschluss",
        "dateien", "gremien", "gremium", "kalender", "meilenstein", "mitglieder", "neu", "programm",
        "rahmenbedingung", "rahmenbedingungen", "sitz", "sitze", "sitzung", "sitzungen", "suche", "tisch",
        "umlaufverfahren", "verwalten",
    }
)  # fmt: skip


class BodyKind(models.TextChoices):
    """What a body is for."""

    STEERING = "steering", _("Steering group")
    PLENARY = "plenary", _("Forum plenary")
    EXPERT = "expert", _("Expert committee")
    WORKING_GROUP = "working_group", _("Working group")
    PROJECT_GROUP = "project_group", _("Project group")
    BUSINESS = "business", _("Business forum")


class QuorumBy(models.TextChoices):
    """What is counted when a body asks whether it can decide."""

    SEATS = "seats", _("seats with a vote")
    ORGANISATIONS = "organisations", _("organisations with a vote")


class Majority(models.TextChoices):
    """What a motion needs to be carried."""

    SIMPLE = "simple", _("more yes than no; abstentions do not count")
    ABSOLUTE = "absolute", _("more than half of all votes of the body")
    TWO_THIRDS = "two_thirds", _("two thirds of the votes cast; abstentions do not count")


class AgendaLock(models.TextChoices):
    """When the agenda may no longer be changed silently."""

    AT_INVITATION = "at_invitation", _("when the invitation is sent")


class Invited(models.TextChoices):
    """Who gets an invitation and may take part."""

    MEMBERS = "members", _("the members")
    MEMBERS_AND_GUESTS = "members_and_guests", _("the members and the permanent guests")
    PUBLIC = "public", _("the members, the permanent guests and the public")


class VotesPer(models.TextChoices):
    """Who has a vote: each seat, or each organisation whatever number of seats it fills."""

    SEAT = "seat", _("each seat has its own vote")
    ORGANISATION = "organisation", _("each organisation has one vote, weighted where so agreed")


class BodyQuerySet(ScopedQuerySet):
    """Bodies of a region."""

    def standing(self, on: date | None = None) -> Self:
        """Keep the bodies that are founded and not dissolved on the day (default today)."""
        day = on or timezone.localdate()
        founded = models.Q(founded_on__isnull=True) | models.Q(founded_on__lte=day)
        return self.filter(founded & (models.Q(dissolved_on__isnull=True) | models.Q(dissolved_on__gt=day)))


def _refuse_reserved(slug: str) -> None:
    if slug in RESERVED_BODY_SLUGS:
        raise ValidationError(
            _("“%(slug)s” is an address of the forum itself; choose another short name."), params={"slug": slug}
        )


class Body(RegionScoped):  # type: ignore[django-manager-missing]
    """Steering group, plenary, committee or group: what it is for, who may read of it, and by which rules it works."""

    slug = models.SlugField(
        _("short name in the address"),
        max_length=60,
        validators=[RegexValidator(r"^[a-z][a-z0-9-]*$"), _refuse_reserved],
    )
    name_de = models.CharField(_("name in German"), max_length=160)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=BodyKind.choices)
    parent = models.ForeignKey(
        "self", verbose_name=_("belongs to"), null=True, blank=True, on_delete=models.RESTRICT, related_name="children"
    )
    remit_de = models.TextField(_("remit in German"))
    remit_en = models.TextField(_("remit in English"), blank=True)
    visibility = models.CharField(
        _("who may see this body"), max_length=10, choices=Visibility.choices, default=Visibility.PUBLIC
    )
    names_public = models.BooleanField(
        _("names of persons are public"),
        default=False,
        help_text=_("Otherwise visitors read organisations and interest groups; members of the region read names."),
    )
    founded_on = models.DateField(_("founded on"), null=True, blank=True)
    founding_text = models.TextField(
        _("founding act"), blank=True, help_text=_("By what and by whom it was founded. A project group needs one.")
    )
    founding_resolution = models.ForeignKey(
        "forum.Resolution",
        verbose_name=_("founded by the resolution"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="founded",
        help_text=_("A published resolution of another body; it is the founding act, with or without further words."),
    )
    dissolved_on = models.DateField(_("dissolved on"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("order in lists"), default=100)

    quorum_percent = models.PositiveSmallIntegerField(
        _("quorum in percent"), default=50, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    quorum_by = models.CharField(
        _("quorum counted by"), max_length=20, choices=QuorumBy.choices, default=QuorumBy.SEATS
    )
    majority = models.CharField(_("majority"), max_length=20, choices=Majority.choices, default=Majority.SIMPLE)
    interest_group_cap = models.PositiveSmallIntegerField(
        _("greatest share of votes of one interest group in percent"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    notice_days = models.PositiveSmallIntegerField(
        _("notice period in days"), default=14, validators=[MaxValueValidator(180)]
    )
    agenda_lock = models.CharField(
        _("agenda is fixed"), max_length=20, choices=AgendaLock.choices, default=AgendaLock.AT_INVITATION
    )
    written_allowed = models.BooleanField(_("written procedure between meetings is allowed"), default=True)
    secret_allowed = models.BooleanField(_("secret votes are allowed"), default=True)
    invited = models.CharField(_("invited"), max_length=20, choices=Invited.choices, default=Invited.MEMBERS_AND_GUESTS)
    votes_per = models.CharField(_("votes"), max_length=20, choices=VotesPer.choices, default=VotesPer.SEAT)

    objects = ScopedManager.from_queryset(BodyQuerySet)()  # type: ignore[misc, django-manager-missing]

    class Meta:
        ordering = ("position", "name_de", "pk")
        constraints = [
            models.UniqueConstraint(fields=["region", "slug"], name="one_body_per_short_name"),
            models.CheckConstraint(
                condition=models.Q(quorum_percent__gte=1) & models.Q(quorum_percent__lte=100),
                name="quorum_is_a_share",
            ),
            models.CheckConstraint(
                condition=models.Q(interest_group_cap__isnull=True)
                | (models.Q(interest_group_cap__gte=1) & models.Q(interest_group_cap__lte=100)),
                name="cap_is_a_share",
            ),
            models.CheckConstraint(
                condition=models.Q(dissolved_on__isnull=True)
                | models.Q(founded_on__isnull=True)
                | models.Q(dissolved_on__gte=models.F("founded_on")),
                name="body_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def _text(self, name: str) -> Any:
        language = "en" if (get_language() or "de").startswith("en") else "de"
        return getattr(self, f"{name}_{language}") or getattr(self, f"{name}_de")

    @property
    def name(self) -> str:
        """Name in the reader's language."""
        return self._text("name")

    @property
    def remit(self) -> str:
        """What the body is for, in the reader's language."""
        return self._text("remit")

    @property
    def public(self) -> bool:
        """Tell whether everybody may read its page."""
        return self.visibility == Visibility.PUBLIC

    @property
    def dissolved(self) -> bool:
        """Tell whether the body has ended."""
        return self.dissolved_on is not None and self.dissolved_on <= timezone.localdate()
