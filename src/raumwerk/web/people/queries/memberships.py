"""Who is what in a region."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from raumwerk.web.people.models import Invitation, Membership, Person, Role
from raumwerk.web.people.signals import leaving_warnings
from raumwerk.web.regions.models import Region

__all__ = ["invitations_of", "is_sole_office", "leaving_texts", "memberships_of", "office_of", "sole_offices"]


def memberships_of(region: Region, *, text: str = "", role: str = "", past: bool = False) -> QuerySet[Membership]:
    """Return the roles held in a region, by name; terms that are over only where asked for."""
    rows: QuerySet[Membership] = Membership.objects.in_region(region).select_related("person", "region")
    if not past:
        rows = rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=timezone.localdate()))
    if role:
        rows = rows.filter(role=role)
    for word in text.split()[:5]:
        named = Q(person__first_name__icontains=word) | Q(person__last_name__icontains=word)
        rows = rows.filter(named | Q(person__email__icontains=word))
    return rows.order_by("person__last_name", "person__first_name", "person__email", "role")


def invitations_of(region: Region) -> QuerySet[Invitation]:
    """Return all invitations of a region, the latest first."""
    rows: QuerySet[Invitation] = Invitation.objects.in_region(region)
    return rows.select_related("organisation", "by", "accepted_by", "region")


def office_of(region: Region) -> list[Person]:
    """Return the people of a region's office today."""
    held = Membership.objects.in_region(region).current().filter(role=Role.OFFICE).values("person")
    return list(Person.objects.filter(pk__in=held, is_active=True).order_by("pk"))


def is_sole_office(membership: Membership) -> bool:
    """Tell whether a region has no office today but by this membership."""
    if membership.role != Role.OFFICE:
        return False
    holders = Membership.objects.in_region(membership.region_id).current().filter(role=Role.OFFICE)
    return set(holders.filter(person__is_active=True).values_list("pk", flat=True)) == {membership.pk}


def sole_offices(person: Person) -> list[Region]:
    """Return the regions that would have no office without this person."""
    held = Membership.objects.across_regions("somebody leaves all their regions at once").current()
    mine = held.filter(person=person, role=Role.OFFICE).select_related("region")
    return [membership.region for membership in mine if is_sole_office(membership)]


def leaving_texts(person: Person) -> list[str]:
    """Return what will lack somebody once a person is gone: offices, the installation, and what other apps say."""
    texts = [
        _("You are the only office of %(region)s; nobody could run it any more.") % {"region": region.short}
        for region in sole_offices(person)
    ]
    others = Person.objects.filter(is_superuser=True, is_active=True).exclude(pk=person.pk)
    if person.is_superuser and not others.exists():
        texts.append(_("You are the only administration of this installation."))
    answers = leaving_warnings.send(sender=None, person=person)
    return texts + [text for _receiver, more in answers for text in more or []]
