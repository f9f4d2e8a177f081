"""What the forum tells the shared rooms at start: kinds of news, things to follow, discuss, cite, attach and find."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from raumwerk.web.shared.notify.kinds import Pace, register_kind

__all__ = ["register_news"]


def register_news() -> None:
    """Name the kinds of news; what the rules of procedure demand cannot be chosen away."""
    register_kind("meeting_invitation", _("Invitations to meetings"), obligatory=True)
    register_kind("meeting_changed", _("Changes of date or place"), obligatory=True)
    register_kind("meeting_cancelled", _("Meetings called off"), obligatory=True)
    register_kind("agenda_addendum", _("Addenda to agendas"), obligatory=True)
    register_kind("meeting_news", _("Notes about meetings"), pace=Pace.NONE)
    register_kind("vote_opened", _("Votes you can take part in"), pace=Pace.AT_ONCE)
    register_kind("minutes", _("Minutes"), pace=Pace.DAILY)
    register_kind("resolution_forwarded", _("Resolutions sent to addressees"), obligatory=True)
    register_kind("resolution_answered", _("Answers to resolutions"), pace=Pace.DAILY)
    register_kind("resolution_unanswered", _("Resolutions without an answer"), pace=Pace.DAILY)
    register_kind("task", _("Tasks"), pace=Pace.DAILY)
