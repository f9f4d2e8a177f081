"""Forms of discussion and moderation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from raumwerk.web.shared.comments.models import LONGEST, Comment, Deed, Reason
from raumwerk.web.shared.comments.moderation import MOVES

__all__ = ["AppealAnswerForm", "AppealForm", "CommentForm", "DecisionForm", "ReportForm", "SettingForm"]


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class CommentForm(forms.Form):
    """One comment."""

    text = forms.CharField(label=_("Your comment"), max_length=LONGEST, widget=_area(5))


class ReportForm(forms.Form):
    """Why a comment should not stand."""

    reason = forms.ChoiceField(label=_("Reason"), choices=Reason.choices)
    text = forms.CharField(
        label=_("What is wrong with it?"), max_length=1000, required=False, widget=_area(4),
        help_text=_("The office reads this; the author of the comment does not learn who reported it."),
    )  # fmt: skip


class DecisionForm(forms.Form):
    """What is decided and why."""

    deed = forms.ChoiceField(label=_("Decision"))
    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=_area(4),
        help_text=_("The author of the comment and those who reported it are told this reason."),
    )  # fmt: skip

    def __init__(self, data: Any, *, comment: Comment) -> None:
        super().__init__(data)
        possible = [(deed.value, deed.label) for deed in Deed if comment.state in MOVES[deed][0]]
        self.fields["deed"].choices = possible  # type: ignore[attr-defined]


class AppealForm(forms.Form):
    """Why a decision is wrong."""

    text = forms.CharField(label=_("Why is the decision wrong?"), max_length=2000, widget=_area(5))


class AppealAnswerForm(forms.Form):
    """What comes of an appeal."""

    granted = forms.ChoiceField(
        label=_("Answer"),
        choices=[("no", _("The decision stands")), ("yes", _("The appeal is right: make the comment visible"))],
    )
    answer = forms.CharField(label=_("Reason of the answer"), max_length=1000, widget=_area(4))


class SettingForm(forms.Form):
    """How discussions are run."""

    released_first = forms.BooleanField(
        label=_("Comments appear only after the office has released them"), required=False
    )
