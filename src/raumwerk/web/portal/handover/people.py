"""Mail about people: what happens on their floor is told here, and put into the queue of mail."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.dispatch import receiver
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from raumwerk.web.people.models import ContactRequest, ContactState, Invitation
from raumwerk.web.people.queries.organisations import spokespersons
from raumwerk.web.people.signals import (
    contact_answered,
    contact_asked,
    invitation_accepted,
    invitation_made,
    invitation_withdrawn,
)
from raumwerk.web.shared.notify.actions import drop_mail, enqueue_mail

__all__ = ["forget_invitation_mail", "mail_contact_answer", "mail_contact_request", "mail_invitation"]

#: Who is invited has chosen no language yet: the mail says everything in both.
LANGUAGES = ("de", "en")


@receiver(invitation_made, dispatch_uid="portal.mail_invitation")
def mail_invitation(sender: Any, invitation: Invitation, token: str, **kwargs: Any) -> None:
    """Send the link of an invitation; the mail is the only place where its token stands, and only until it is sent."""
    forget_invitation_mail(sender, invitation)  # an earlier link works no more
    texts = []
    for language in LANGUAGES:
        with translation.override(language):
            link = settings.BASE_URL + reverse("invited", args=[token])
            until = formats.date_format(timezone.localtime(invitation.expires_at), "DATETIME_FORMAT")
            texts.append(
                _(
                    "You are invited to take part in %(region)s, in the role “%(role)s”.\n\n"
                    "Open this link to accept. It works until %(until)s and only once:\n%(link)s\n\n"
                    "If you do not expect an invitation, you need not do anything: without the link being used, "
                    "no account is made and your address is forgotten."
                )
                % {
                    "region": invitation.region.name, "role": invitation.get_role_display(),
                    "until": until, "link": link,
                }
            )  # fmt: skip
    with translation.override(LANGUAGES[0]):
        subject = _("Invitation to %s") % invitation.region.name
    enqueue_mail(
        to=invitation.email, region=invitation.region, kind="invitation", about=invitation,
        until=invitation.expires_at, subject=subject, text="\n\n----\n\n".join(texts) + "\n",
    )  # fmt: skip


@receiver(invitation_accepted, dispatch_uid="portal.forget_accepted_invitation_mail")
@receiver(invitation_withdrawn, dispatch_uid="portal.forget_withdrawn_invitation_mail")
def forget_invitation_mail(sender: Any, invitation: Invitation, **kwargs: Any) -> None:
    """Keep no link that is of no use any more, and do not send it."""
    drop_mail(invitation, region=invitation.region, kind="invitation")


@receiver(contact_asked, dispatch_uid="portal.mail_contact_request")
def mail_contact_request(sender: Any, request: ContactRequest, **kwargs: Any) -> None:
    """Tell those who speak for an organisation of a request; who asks is not named before they accept."""
    with translation.override(LANGUAGES[0]):
        asking = request.asking.name if request.asking else _("a person of the region")
        text = _(
            "%(asking)s would like to get in touch with %(organisation)s:\n\n%(text)s\n\n"
            "Accept or decline here. Addresses are exchanged only when you accept:\n%(link)s\n"
        ) % {
            "asking": asking, "organisation": request.organisation.name, "text": request.text,
            "link": _contacts_link(request),
        }  # fmt: skip
        subject = _("Request for contact with %s") % request.organisation.name
    for person in spokespersons(request.organisation):
        enqueue_mail(to=person, region=request.region, kind="contact", about=request, subject=subject, text=text)


@receiver(contact_answered, dispatch_uid="portal.mail_contact_answer")
def mail_contact_answer(sender: Any, request: ContactRequest, **kwargs: Any) -> None:
    """Tell who asked what the answer is; the address itself stands on the page behind the sign-in."""
    with translation.override(LANGUAGES[0]):
        answer = (
            _("%s has accepted your request. You find the address here:")
            if request.state == ContactState.ACCEPTED
            else _("%s has declined your request.")
        ) % request.organisation.name
        subject = _("Answer of %s") % request.organisation.name
        text = f"{answer}\n{_contacts_link(request)}\n"
    enqueue_mail(to=request.by, region=request.region, kind="contact", about=request, subject=subject, text=text)


def _contacts_link(request: ContactRequest) -> str:
    return settings.BASE_URL + reverse("people:contacts", args=[request.region.slug])
