"""What becomes of a discussion when somebody leaves, and what of it is theirs."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from raumwerk.web.people.forgetting import forget_in
from raumwerk.web.people.own_data import register_rows
from raumwerk.web.people.signals import person_leaving
from raumwerk.web.shared.comments.models import Appeal, Comment, Decision, Report

__all__ = ["forget_person"]


@receiver(person_leaving, dispatch_uid="comments.forget_person")
def forget_person(sender: Any, *, person: Any, **kwargs: Any) -> None:
    """Leave contributions without a name, also where somebody signed or was addressed by name."""
    forget_in(person, Comment, ("text",))
    forget_in(person, Decision, ("reason",))
    forget_in(person, Report, ("text",))
    forget_in(person, Appeal, ("text", "answer"))


register_rows(_("My comments"), Comment, "author", "region__slug", "text", "state", "created_at", "edited_at")
register_rows(_("My reports of comments"), Report, "by", "region__slug", "reason", "text", "created_at")
register_rows(
    _("My appeals"), Appeal, "decision__comment__author", "region__slug", "text", "created_at", "granted", "answer"
)
register_rows(_("My decisions on comments"), Decision, "by", "region__slug", "deed", "reason", "at")
