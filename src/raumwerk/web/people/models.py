"""A person with an account, and what they are in which region."""

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

__all__ = ["Membership", "Person", "Role"]


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


class MembershipQuerySet(ScopedQuerySet):
    """Memberships, with the question that matters: which of them count today."""

    def current(self, on: date | None = None) -> Self:
        """Keep the memberships whose term covers the day (default today)."""
        day = on or timezone.localdate()
        return self.filter(models.Q(starts_on__lte=day) & (models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=day)))


class Membership(RegionScoped):
    """One role of one person in one region, for a term."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    starts_on = models.DateField(default=timezone.localdate)
    ends_on = models.DateField(null=True, blank=True)

    objects = ScopedManager.from_queryset(MembershipQuerySet)()  # type: ignore[misc, django-manager-missing]

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
