"""Mail on its way, notes to people, what they follow and how they want to be told."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from raumwerk.web.regions.scope import RegionScoped, ScopedManager, ScopedQuerySet
from raumwerk.web.shared.notify.kinds import Pace

__all__ = ["Choice", "Duty", "Follow", "MailAttachment", "MailContent", "MailState", "MassMail", "Note", "OutgoingMail"]


class AboutQuerySet(ScopedQuerySet):
    """Rows that say what they are about."""

    def about(self, thing: models.Model) -> Self:
        """Keep the rows about one thing."""
        return self.filter(about_type=ContentType.objects.get_for_model(thing), about_id=thing.pk)


class About(RegionScoped):
    """Base of rows that may be about some other row, of whatever app."""

    about_type = models.ForeignKey(ContentType, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    about_id = models.PositiveBigIntegerField(null=True, blank=True)
    about = GenericForeignKey("about_type", "about_id")

    class Meta:
        abstract = True


class MailState(models.TextChoices):
    """Where a mail is on its way."""

    QUEUED = "queued", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    DROPPED = "dropped", _("Not sent any more")


class MassMail(About):  # type: ignore[django-manager-missing]
    """A text to many people. It waits until somebody of the office has read it and lets it go."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for review")
        RELEASED = "released", _("Released")
        REFUSED = "refused", _("Refused")

    kind = models.SlugField(max_length=40)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)

    objects = ScopedManager.from_queryset(AboutQuerySet)()  # type: ignore[misc, django-manager-missing]

    class Meta:
        ordering = ("-proposed_at", "-pk")

    def __str__(self) -> str:
        return self.subject


class OutgoingMail(About):  # type: ignore[django-manager-missing]
    """One mail to one address. The row is the job: it is written with the deed and sent by the worker."""

    region = models.ForeignKey(  # type: ignore[assignment]  # None: mail of the installation itself
        "regions.Region", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    address = models.EmailField()
    kind = models.SlugField(max_length=40)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    headers = models.JSONField(default=dict, blank=True)
    mass_mail = models.ForeignKey(MassMail, null=True, blank=True, on_delete=models.PROTECT, related_name="mails")
    state = models.CharField(max_length=10, choices=MailState.choices, default=MailState.QUEUED)
    message_id = models.CharField(max_length=200, unique=True)
    queued_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)  # of no use later; None: at any time
    claimed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.from_queryset(AboutQuerySet)()  # type: ignore[misc, django-manager-missing]

    class Meta:
        ordering = ("-queued_at", "-pk")
        indexes = [
            models.Index(fields=["state", "due_at"], name="mail_due"),
            models.Index(fields=["about_type", "about_id"], name="mail_about"),
            models.Index(fields=["region", "state", "queued_at"], name="mail_of_region"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}: {self.state}"


class MailContent(models.Model):
    """The bytes of an attachment, kept once however many get it."""

    digest = models.CharField(max_length=64, unique=True)
    content = models.BinaryField()

    def __str__(self) -> str:
        return self.digest


class MailAttachment(models.Model):
    """A file that goes with a mail."""

    mail = models.ForeignKey(OutgoingMail, on_delete=models.CASCADE, related_name="attachments")
    content = models.ForeignKey(MailContent, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    content_type = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class NoteQuerySet(AboutQuerySet):
    """Notes to people."""

    def unread(self) -> Self:
        """Keep those not yet looked at."""
        return self.filter(read_at__isnull=True)


class Note(About):
    """One piece of news for one person: shown on their page, and told by mail at the pace they chose."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.SlugField(max_length=40)
    text = models.CharField(max_length=500)
    url = models.CharField(max_length=500)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    pace = models.CharField(max_length=10, choices=Pace.choices)
    mail = models.ForeignKey(OutgoingMail, null=True, blank=True, on_delete=models.SET_NULL, related_name="notes")

    objects = ScopedManager.from_queryset(NoteQuerySet)()  # type: ignore[misc, django-manager-missing]

    class Meta:
        ordering = ("-created_at", "-pk")
        indexes = [
            models.Index(fields=["person", "region", "created_at"], name="notes_of_person"),
            models.Index(
                fields=["pace", "created_at"],
                name="notes_for_digest",
                condition=models.Q(mail__isnull=True, read_at__isnull=True),
            ),
            models.Index(fields=["about_type", "about_id"], name="notes_about"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Choice(RegionScoped):
    """The pace one person chose for one kind of news in one region."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.SlugField(max_length=40)
    pace = models.CharField(max_length=10, choices=Pace.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "region", "kind"], name="one_pace_per_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.pace}"


class Follow(About):
    """One person follows one thing: a body, a meeting, a resolution, a row of the frameworks, a page."""

    about_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    about_id = models.PositiveBigIntegerField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = ScopedManager.from_queryset(AboutQuerySet)()  # type: ignore[misc, django-manager-missing]

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = [
            models.UniqueConstraint(fields=["person", "about_type", "about_id"], name="follow_once"),
        ]
        indexes = [models.Index(fields=["about_type", "about_id"], name="followers_of")]

    def __str__(self) -> str:
        return f"{self.about_type_id}:{self.about_id}"


class Duty(models.Model):
    """When the worker last did one of its recurring duties, and how that went."""

    name = models.SlugField(max_length=60, unique=True)
    due_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("name",)
        verbose_name_plural = "duties"

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.last_error = self.last_error[:500]
        super().save(*args, **kwargs)
