"""A person with an account, what they are in which region, for whom they speak, and how they were invited."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from raumwerk.web.regions.scope import RegionScoped, ScopedManager, ScopedQuerySet

__all__ = [
    "Affiliation",
    "ContactRequest",
    "ContactState",
    "Invitation",
    "InvitationState",
    "Membership",
    "Organisation",
    "OrganisationKind",
    "Person",
    "Role",
]

#: The states by their official number, in its order; names stay as they are in every language.
STATES = (
    ("01", "Schleswig-Holstein"), ("02", "Hamburg"), ("03", "Niedersachsen"), ("04", "Bremen"),
    ("05", "Nordrhein-Westfalen"), ("06", "Hessen"), ("07", "Rheinland-Pfalz"), ("08", "Baden-Württemberg"),
    ("09", "Bayern"), ("10", "Saarland"), ("11", "Berlin"), ("12", "Brandenburg"), ("13", "Mecklenburg-Vorpommern"),
    ("14", "Sachsen"), ("15", "Sachsen-Anhalt"), ("16", "Thüringen"),
)  # fmt: skip


class PersonManager(BaseUserManager["Person"]):
    """Makes accounts that are known by their e-mail address."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """Make an account without any right."""
        if not email:
            raise ValueError("An account needs an e-mail address.")
        person = self.model(email=email.strip().lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """Make an account for the administration of the installation."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email=(username or "").strip().lower())


class Person(AbstractUser):  # type: ignore[django-manager-missing]
    """Somebody with an account. Rights come from memberships alone; ``is_superuser`` runs the installation."""

    username = None  # type: ignore[assignment]  # an account is known by its e-mail address
    email = models.EmailField(_("e-mail address"), unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    objects = PersonManager()  # type: ignore[misc, assignment]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_account_per_address")]

    def __str__(self) -> str:
        return self.get_full_name() or self.email


class Role(models.TextChoices):
    """What somebody may be in a region, from the least right to the most."""

    GUEST = "guest", _("Guest")
    MEMBER = "member", _("Member")
    EDITOR = "editor", _("Editor")
    OFFICE = "office", _("Office")


class TermQuerySet(ScopedQuerySet):
    """Rows with a first and a last day."""

    def current(self, on: date | None = None) -> Self:
        """Keep the rows whose term covers the day (default today)."""
        day = on or timezone.localdate()
        return self.filter(models.Q(starts_on__lte=day) & (models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=day)))


class Membership(RegionScoped):
    """One role of one person in one region, for a term."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    starts_on = models.DateField(default=timezone.localdate)
    ends_on = models.DateField(null=True, blank=True)

    objects = ScopedManager.from_queryset(TermQuerySet)()  # type: ignore[misc, django-manager-missing]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "region", "role"], name="one_membership_per_role"),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="term_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.role} in {self.region_id}"


class OrganisationKind(models.TextChoices):
    """What sort of actor an organisation is."""

    MUNICIPALITY = "municipality", _("Municipality")
    DISTRICT = "district", _("District or independent town")
    CHAMBER = "chamber", _("Chamber")
    UNIVERSITY = "university", _("University or research institute")
    COMPANY = "company", _("Company")
    ASSOCIATION = "association", _("Association")
    PUBLIC_BODY = "public_body", _("Public body")
    OTHER = "other", _("Other")


class Organisation(RegionScoped):  # type: ignore[django-manager-missing]
    """An actor of a region: who they are, what they offer and what they look for."""

    name = models.CharField(_("name"), max_length=200)
    short = models.CharField(_("short name"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind.choices)
    state = models.CharField(_("state"), max_length=2, blank=True, choices=STATES)
    area = models.CharField(
        _("key of its area in the Atlas"), max_length=40, blank=True,
        help_text=_("Official key of the municipality or district it stands for, e.g. 03254021."),
    )  # fmt: skip
    website = models.URLField(_("website"), blank=True)
    public = models.BooleanField(
        _("shown to everybody"), default=False, help_text=_("Without this, only members of the region see it.")
    )
    offers = models.TextField(_("what it offers"), blank=True, max_length=2000)
    seeks = models.TextField(_("what it looks for"), blank=True, max_length=2000)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ("name", "pk")
        constraints = [models.UniqueConstraint(fields=["region", "name"], name="one_organisation_per_name")]

    def __str__(self) -> str:
        return self.name


class Affiliation(RegionScoped):
    """A person speaks or works for an organisation, for a term."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="affiliations")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="affiliations")
    function = models.CharField(_("function"), max_length=120, blank=True)
    spokesperson = models.BooleanField(_("receives requests to the organisation"), default=False)
    starts_on = models.DateField(_("from"), default=timezone.localdate)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = ScopedManager.from_queryset(TermQuerySet)()  # type: ignore[misc, django-manager-missing]

    class Meta:
        ordering = ("organisation", "pk")
        constraints = [
            models.UniqueConstraint(fields=["person", "organisation"], name="one_affiliation_per_organisation"),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="affiliation_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.organisation_id}"


class InvitationState(models.TextChoices):
    """Where an invitation stands; told by its times, never stored."""

    OPEN = "open", _("open")
    ACCEPTED = "accepted", _("accepted")
    EXPIRED = "expired", _("expired")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Invitation(RegionScoped):
    """An invitation by mail into a role. The link's token is known to the mail alone; here stands its hash."""

    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.MEMBER)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("organisation")
    )
    body_number = models.PositiveBigIntegerField(null=True, blank=True)  # a body of the forum, which lies above
    interest_group = models.CharField(max_length=20, blank=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "region",
                condition=models.Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="one_pending_invitation_per_address",
            )
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk} ({self.role})"

    @property
    def state(self) -> InvitationState:
        """Where it stands at this moment."""
        if self.accepted_at:
            return InvitationState.ACCEPTED
        if self.withdrawn_at:
            return InvitationState.WITHDRAWN
        return InvitationState.EXPIRED if self.expires_at <= timezone.now() else InvitationState.OPEN


class ContactState(models.TextChoices):
    """Where a request between two actors stands."""

    OPEN = "open", _("open")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")


class ContactRequest(RegionScoped):
    """Somebody asks to be put in touch with an organisation; addresses are shown only once it has accepted."""

    by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="contact_requests")
    asking = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        verbose_name=_("on behalf of"),
    )  # fmt: skip
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="contact_requests")
    text = models.TextField(_("what it is about"), max_length=2000)
    state = models.CharField(max_length=10, choices=ContactState.choices, default=ContactState.OPEN)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=["by", "organisation"],
                condition=models.Q(state="open"),
                name="one_open_request_per_organisation",
            )
        ]

    def __str__(self) -> str:
        return f"contact request {self.pk}"
