"""Upload of documents: who may read it, which one it replaces; the file of a document never changes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.documents.forms import BaseDocumentForm

from raumwerk.web.pages.providers import bodies_of
from raumwerk.web.regions.models import Region

__all__ = ["RegionDocumentForm"]


class RegionDocumentForm(BaseDocumentForm):
    """Form of Wagtail's document views (setting ``WAGTAILDOCS_DOCUMENT_FORM_BASE``)."""

    replaces: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        queryset=None,
        required=False,
        label=_("Replaces"),
        empty_label=_("nothing: it is a new document"),
        help_text=_("The document it is a new version of. The old one stays readable and points here."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.user = kwargs.get("user")
        super().__init__(*args, **kwargs)
        documents = self._meta.model.objects
        replaces = self.fields["replaces"]
        if self.instance.pk:
            del self.fields["replaces"]
            if "file" in self.fields:
                self.fields["file"].disabled = True
                self.fields["file"].help_text = _(
                    "The file of a document stays as it is, and so does its checksum. Upload a new version as a "
                    "document of its own and say there which one it replaces."
                )
        elif self.user is None:
            del self.fields["replaces"]
        elif isinstance(replaces, forms.ModelChoiceField):
            own = self.permission_policy.instances_user_has_any_permission_for(self.user, {"change"})
            replaces.queryset = documents.filter(pk__in=own.order_by().values("pk"), replaced_by=None).order_by("title")
        if "body" in self.fields:
            self.fields["body"] = forms.TypedChoiceField(
                label=_("Body"),
                required=False,
                coerce=int,
                empty_value=None,
                choices=[("", _("none")), *self._bodies()],
            )

    def _bodies(self) -> list[tuple[int, str]]:
        """Bodies of the regions whose documents this person may change."""
        if self.user is None:
            return []
        names = {"add", "change"}
        own = self.permission_policy.collections_user_has_any_permission_for(self.user, names)
        regions = Region.objects.filter(slug__in=own.values_list("name", flat=True))
        return [entry for region in regions for entry in bodies_of(region).items()]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        old, collection = given.get("replaces"), given.get("collection")
        if old is not None and collection is not None and old.collection_id != collection.pk:
            raise ValidationError({"replaces": _("A document can only replace one of the same collection.")})
        body = given.get("body")
        region = Region.objects.filter(slug=collection.name).first() if collection is not None else None
        if body is not None and region is not None and body not in bodies_of(region):
            raise ValidationError({"body": _("This body belongs to another region.")})
        return given

    def save(self, commit: bool = True) -> Any:
        old = self.cleaned_data.get("replaces")
        if old is not None:
            self.instance.version = old.version + 1
        with transaction.atomic():
            document = super().save(commit=commit)
            if old is not None and commit:
                old.replaced_by = document
                old.save(update_fields=["replaced_by"])
        return document
