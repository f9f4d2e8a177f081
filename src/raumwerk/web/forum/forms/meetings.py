"""Forms around meetings, motions, votes, minutes, resolutions and tasks. They only read; the actions decide."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from raumwerk.web.forum.forms.fields import DayField, PersonField
from raumwerk.web.forum.models import (
    AgendaItem,
    BallotChoice,
    Body,
    Meeting,
    Method,
    Motion,
    Resolution,
    Seat,
    Task,
)
from raumwerk.web.forum.queries.meetings import items_seen, resolutions_seen
from raumwerk.web.people.models import Organisation, Person
from raumwerk.web.people.queries.organisations import directory
from raumwerk.web.regions.models import Region
from raumwerk.web.shared.visibility import Audience

__all__ = ["AnswerForm", "CastForm", "CompleteForm", "ForwardForm", "GuestForm", "ItemForm", "MeetingForm",
           "MotionForm", "ReasonForm", "RemarkForm", "SeriesForm", "TaskForm", "VoteForm"]  # fmt: skip


class MomentField(forms.DateTimeField):
    """Day and hour, asked for by the browser's own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}))
        super().__init__(**kwargs)


def _organisations(form: forms.BaseForm, name: str, region: Region, person: Person | AnonymousUser) -> None:
    """Offer the organisations that somebody may know of, and the one that stands there."""
    field = form.fields[name]
    if isinstance(field, forms.ModelChoiceField):
        held = getattr(getattr(form, "instance", None), f"{name}_id", None)
        shown = directory(region, person).values("pk")
        field.queryset = Organisation.objects.in_region(region).filter(Q(pk__in=shown) | Q(pk=held))


def _people(form: forms.BaseForm, region: Region) -> None:
    for field in form.fields.values():
        if isinstance(field, PersonField):
            field.region = region


class MeetingForm(forms.ModelForm):
    """One date."""

    starts_at = MomentField(label=_("begins"))
    online_link = forms.URLField(
        label=_("link to the online meeting"), max_length=300, required=False, assume_scheme="https",
        help_text=_("Only those invited see it."), widget=forms.URLInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    ends_at = MomentField(label=_("ends"))

    class Meta:
        model = Meeting
        fields = ("title", "mode", "place", "online_link", "starts_at", "ends_at", "capacity", "note", "visibility")
        widgets = {"note": forms.Textarea(attrs={"rows": 4})}


class SeriesForm(MeetingForm):
    """One date, or a series of them."""

    every_months = forms.TypedChoiceField(
        label=_("Repeat"),
        choices=[
            ("", _("one meeting only")), ("1", _("every month")), ("2", _("every two months")),
            ("3", _("every quarter")), ("6", _("every half-year")), ("12", _("every year")),
        ],
        required=False, coerce=int, empty_value=None,
    )  # fmt: skip
    times = forms.IntegerField(
        label=_("Number of meetings of the series"), min_value=2, max_value=60, required=False,
        help_text=_("Each falls on the same weekday of the month as the first."),
    )  # fmt: skip

    class Meta(MeetingForm.Meta):
        pass

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("every_months") and not given.get("times"):
            self.add_error("times", _("Say how many meetings the series has."))
        return given


class ReasonForm(forms.Form):
    """A reason that others will read."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, label: Any = None, required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = required
        if label:
            self.fields["reason"].label = label


class ItemForm(forms.ModelForm):
    """An item of an agenda."""

    responsible = PersonField(label=_("responsible"), required=False)

    class Meta:
        model = AgendaItem
        fields = ("title", "text", "parent", "kind", "minutes", "responsible")
        widgets = {"text": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args: Any, meeting: Meeting, seen: Audience, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _people(self, meeting.region)
        self.instance.region, self.instance.meeting = meeting.region, meeting
        self.initial["responsible"] = self.instance.responsible
        parent = self.fields["parent"]
        if isinstance(parent, forms.ModelChoiceField):
            mains = items_seen(meeting, seen).filter(parent=None, withdrawn_at=None)
            parent.queryset = mains.exclude(pk=self.instance.pk)
            parent.empty_label = _("a main item of its own")


class GuestForm(forms.Form):
    """A guest without an account."""

    name = forms.CharField(label=_("Name of the guest"), max_length=160)


class MotionForm(forms.ModelForm):
    """A motion."""

    class Meta:
        model = Motion
        fields = ("title", "wording", "reasons", "addressee", "organisation", "visibility")
        widgets = {"wording": forms.Textarea(attrs={"rows": 6}), "reasons": forms.Textarea(attrs={"rows": 6})}

    def __init__(self, *args: Any, region: Region, person: Person | AnonymousUser, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.region = region
        _organisations(self, "organisation", region, person)


class VoteForm(forms.Form):
    """How a motion is voted on: on an item of a meeting, or in writing."""

    method = forms.ChoiceField(label=_("Kind of vote"), choices=Method.choices, initial=Method.OPEN)
    item: forms.ModelChoiceField = forms.ModelChoiceField(
        queryset=AgendaItem.objects.none(), label=_("On the agenda item"), required=False,
        empty_label=_("none: written procedure"),
    )  # fmt: skip
    deadline = MomentField(
        label=_("Deadline"), required=False, help_text=_("Only in the written procedure between meetings.")
    )  # fmt: skip

    def __init__(self, *args: Any, body: Body, seen: Audience, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        item = self.fields["item"]
        if isinstance(item, forms.ModelChoiceField):
            known = AgendaItem.objects.in_region(body.region_id).readable(seen)
            item.queryset = known.filter(
                meeting__body=body, meeting__state__in=("planned", "invited", "running"), withdrawn_at=None
            ).select_related("meeting")  # fmt: skip
            setattr(item, "label_from_instance", _item_label)  # noqa: B010 - the form's own words for its choices
        if not body.secret_allowed:
            self.fields["method"].choices = [one for one in Method.choices if one[0] != Method.SECRET]  # type: ignore[attr-defined]
        if not body.written_allowed:
            del self.fields["deadline"]


def _seat_label(seat: Any) -> str:
    return str(seat.organisation or seat.person or "")


def _item_label(item: Any) -> str:
    return f"{timezone.localtime(item.meeting.starts_at):%d.%m.%Y} {item.meeting.title}: {item.title}"


class CastForm(forms.Form):
    """One's vote."""

    choice = forms.ChoiceField(
        label=_("Your vote"), choices=BallotChoice.choices, widget=forms.RadioSelect
    )  # fmt: skip
    seat_number: forms.ModelChoiceField = forms.ModelChoiceField(
        queryset=Seat.objects.none(), label=_("For the seat"), required=False, empty_label=None
    )

    def __init__(self, *args: Any, seats: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["seat_number"]
        if seats is None or len(seats) < 2:
            del self.fields["seat_number"]
        elif isinstance(field, forms.ModelChoiceField):
            field.queryset = seats
            field.required = True
            setattr(field, "label_from_instance", _seat_label)  # noqa: B010 - the form's own words for its choices


class RemarkForm(forms.Form):
    """A remark on a draft of minutes."""

    item: forms.ModelChoiceField = forms.ModelChoiceField(
        queryset=AgendaItem.objects.none(), label=_("On the item"), required=False, empty_label=_("in general")
    )
    text = forms.CharField(label=_("What should be changed"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, items: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        item = self.fields["item"]
        if isinstance(item, forms.ModelChoiceField):
            item.queryset = items


class CompleteForm(forms.ModelForm):
    """What may still be completed in a resolution before its publication."""

    valid_from = DayField(label=_("valid from"))
    valid_until = DayField(label=_("valid until"), required=False)

    class Meta:
        model = Resolution
        fields = ("title", "reasons", "addressee", "valid_from", "valid_until", "replaces", "visibility")
        widgets = {"reasons": forms.Textarea(attrs={"rows": 6})}

    def __init__(self, *args: Any, seen: Audience, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        replaces = self.fields["replaces"]
        if isinstance(replaces, forms.ModelChoiceField):
            older = resolutions_seen(self.instance.region, seen).filter(
                body=self.instance.body_id, state="published", replaced_by=None
            )  # fmt: skip
            replaces.queryset = older.exclude(pk=self.instance.pk).select_related("body")


class ForwardForm(forms.Form):
    """To whom a resolution goes."""

    to_name = forms.CharField(label=_("Addressee"), max_length=200)
    to_email = forms.EmailField(label=_("E-mail address"))
    organisation = forms.ModelChoiceField(queryset=Organisation.objects.none(), label=_("Organisation"), required=False)
    due_on = DayField(
        label=_("Answer wanted by"), initial=lambda: timezone.localdate() + timedelta(days=56)
    )  # fmt: skip
    letter = forms.CharField(
        label=_("Covering letter"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )  # fmt: skip

    def __init__(self, *args: Any, region: Region, person: Person | AnonymousUser, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _organisations(self, "organisation", region, person)


class AnswerForm(forms.Form):
    """What the addressee answered."""

    answer = forms.CharField(label=_("Answer"), max_length=10000, widget=forms.Textarea(attrs={"rows": 5}))
    answered_on = DayField(label=_("answered on"), initial=timezone.localdate)


class TaskForm(forms.ModelForm):
    """A task."""

    owner = PersonField(label=_("Person"), required=False)
    due_on = DayField(label=_("due on"), required=False)

    class Meta:
        model = Task
        fields = ("title", "text", "owner", "organisation", "due_on", "visibility")
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, region: Region, person: Person | AnonymousUser, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.region = region
        self.initial["owner"] = self.instance.owner
        _people(self, region)
        _organisations(self, "organisation", region, person)
