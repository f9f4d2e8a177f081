"""A lost second factor: removed by whoever runs the installation, once they know who is asking."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.core.mail import send_mail
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from raumwerk.errors import MissingError
from raumwerk.web.people.actions.leaving import end_sessions
from raumwerk.web.people.actions.log import tell_log
from raumwerk.web.people.models import Person

__all__ = ["reset_second_factor"]


@transaction.atomic
def reset_second_factor(email: str, *, by: Person | None = None) -> int:
    """Remove app, passkeys and recovery codes of an account; return how many there were.

    Its sessions end, and its owner is told by mail. Roles that need a second factor lead to setting up a new one at the
    next sign-in.

    Raises
    ------
    MissingError
        When there is no such account, or it has no second factor.
    """
    person = Person.objects.filter(email__iexact=email.strip()).first()
    if person is None:
        raise MissingError(f"There is no account with the address {email!r}.")
    held = Authenticator.objects.filter(user=person)
    count = held.count()
    if not count:
        raise MissingError(f"The account {person.email} has no second factor.")
    held.delete()
    end_sessions(person)
    tell_log("reset_second_factor", f"person {person.pk}", by=by, region=None, factors=count)
    with translation.override("de"):
        text = _(
            "The administration has removed the second factor of your account: app, passkeys and recovery codes. You "
            "can set up a new one under “Account”. If you did not ask for this, please tell the administration now."
        )
        send_mail(_("Your second factor was removed"), text, None, [person.email])
    return count
