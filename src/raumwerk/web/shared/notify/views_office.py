"""Doors for the office: the outbox with what failed, and texts to many that wait for review."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from raumwerk.errors import MissingError, RaumwerkError
from raumwerk.web.kit.refusals import tell_form
from raumwerk.web.people.models import Person
from raumwerk.web.regions.models import Region
from raumwerk.web.regions.shortcuts import RegionRequest, region_view
from raumwerk.web.shared.doors import back, told
from raumwerk.web.shared.notify.circles import circles_of, people_of
from raumwerk.web.shared.notify.kinds import is_secret, kind_of
from raumwerk.web.shared.notify.models import MailState, MassMail, OutgoingMail
from raumwerk.web.shared.notify.outbox import propose_mass_mail, refuse_mass_mail, release_mass_mail, send_again
from raumwerk.web.shared.notify.queries import mail_counts, mails_of, waiting_texts

__all__ = ["again", "mass_mail", "mass_mail_new", "outbox"]

PER_PAGE = 50


def office_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open a view to the office of the region alone."""

    def checked(request: RegionRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("regions.run_office", request.region):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return never_cache(login_required(region_view(told(checked))))


def _label(key: str) -> Any:
    try:
        return kind_of(key).label
    except MissingError:  # of an app that is not installed any more
        return key


@office_only
@require_safe
def outbox(request: RegionRequest) -> HttpResponse:
    """List mail of the region by state, what failed with the reason and the way to send it again."""
    state = request.GET.get("stand", "")
    found = Paginator(mails_of(request.region, state), PER_PAGE).get_page(request.GET.get("seite"))
    counts = mail_counts(request.region)
    context = {
        "found": found, "rows": [(row, _label(row.kind), is_secret(row.kind)) for row in found], "state": state,
        "states": [(key, label, counts.get(key, 0)) for key, label in MailState.choices],
        "asked": f"stand={state}" if state in MailState.values else "", "texts": waiting_texts(request.region),
    }  # fmt: skip
    return render(request, "notify/outbox.html", context)


@office_only
@require_POST
def again(request: RegionRequest, number: int) -> HttpResponse:
    """Put a failed mail into the queue once more."""
    mail = get_object_or_404(OutgoingMail.objects.in_region(request.region), pk=number)
    send_again(mail, by=cast(Person, request.user))
    messages.success(request, _("The mail is on its way again."))
    return back(request, f"/{request.region.slug}/geschaeftsstelle/postausgang/")


class ReviewForm(forms.Form):
    """Let a text go, or say why not."""

    choice = forms.ChoiceField(
        label=gettext_lazy("Review"),
        choices=[("release", gettext_lazy("Send it")), ("refuse", gettext_lazy("Do not send it"))],
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason, if it is not sent"), required=False, max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class LetterForm(forms.Form):
    """A text to many: to whom, and what."""

    circle = forms.ChoiceField(label=gettext_lazy("Recipients"))
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=200)
    text = forms.CharField(label=gettext_lazy("Text"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 12}))

    def __init__(self, *args: Any, region: Region, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.circles = circles_of(region)
        choices = [(key, circle.label) for key, circle in self.circles.items()]
        cast(forms.ChoiceField, self.fields["circle"]).choices = choices


@office_only
@require_http_methods(["GET", "HEAD", "POST"])
def mass_mail_new(request: RegionRequest) -> HttpResponse:
    """Write a text to many; nothing is sent before it has been looked at on its own page."""
    form, status = LetterForm(request.POST if request.method == "POST" else None, region=request.region), 200
    if form.is_bound:
        status = 400
        if form.is_valid():
            given = form.cleaned_data
            try:
                people = people_of(form.circles[given["circle"]], request.region)
                mass = propose_mass_mail(
                    request.region, people=people, subject=given["subject"], text=given["text"], kind="circular",
                    by=cast(Person, request.user),
                )  # fmt: skip
            except RaumwerkError as error:
                status = tell_form(form, error)
            else:
                return redirect("notify:mass_mail", region=request.region.slug, number=mass.pk)
    return render(request, "notify/mass_mail_new.html", {"form": form}, status=status)


@office_only
@require_http_methods(["GET", "HEAD", "POST"])
def mass_mail(request: RegionRequest, number: int) -> HttpResponse:
    """Show a text to many with its recipients, before and after the review."""
    mass = get_object_or_404(MassMail.objects.in_region(request.region).select_related("proposed_by"), pk=number)
    form, status = ReviewForm(request.POST if request.method == "POST" else None), 200
    if form.is_bound:
        status = 400
        if form.is_valid():
            try:
                _review(request, mass, form.cleaned_data)
            except RaumwerkError as error:
                status = tell_form(form, error)
            else:
                return redirect("notify:mass_mail", region=request.region.slug, number=mass.pk)
    mails = mass.mails.in_region(request.region).select_related("person").order_by("pk")
    context = {
        "mass": mass, "form": form, "mails": mails, "waiting": mass.state == MassMail.State.WAITING,
        "people": mass.people.order_by("last_name", "email"),
    }  # fmt: skip
    return render(request, "notify/mass_mail.html", context, status=status)


def _review(request: RegionRequest, mass: MassMail, given: dict[str, str]) -> None:
    by = cast(Person, request.user)
    if given["choice"] == "refuse":
        refuse_mass_mail(mass, given["reason"], by=by)
        messages.success(request, _("The text is not sent."))
        return
    count = release_mass_mail(mass, by=by)
    told = ngettext("One mail is on its way.", "%(count)s mails are on their way.", count)
    messages.success(request, told % {"count": count})
