"""Editors' forms of pages: choices that depend on the region the page belongs to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm

from raumwerk.web.pages.providers import bodies_of, places_of
from raumwerk.web.pages.topics import Topic
from raumwerk.web.regions.models import Region

__all__ = ["CaseForm", "NewsForm", "SitePageForm", "region_at"]


def region_at(url_path: str) -> Region | None:
    """Return the region of a page by its way in the tree: ``/raumwerk-de/mitte/…``."""
    parts = url_path.strip("/").split("/")
    return Region.objects.filter(slug=parts[1]).first() if len(parts) > 1 else None


class SitePageForm(WagtailAdminPageForm):
    """Offers the bodies of the page's own region."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        above = self.parent_page or (self.instance.get_parent() if self.instance.pk else None)
        self.region = region_at(self.instance.url_path or (above.url_path if above else ""))
        if "visible_to_body" in self.fields:
            bodies = bodies_of(self.region) if self.region else {}
            self.fields["visible_to_body"] = forms.TypedChoiceField(
                label=_("Body"),
                required=False,
                coerce=int,
                empty_value=None,
                choices=[("", _("none")), *bodies.items()],
                help_text=_("Only where those who sit in a body may read the page."),
            )


class NewsForm(SitePageForm):
    """Offers topics, and the districts and municipalities of the page's own region."""

    topics = forms.MultipleChoiceField(
        label=_("Topics"), choices=Topic.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    places = forms.MultipleChoiceField(label=_("Districts and municipalities"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "places" in self.fields:
            known = dict(places_of(self.region, get_language() or "de")) if self.region else {}
            # A key of an older release stays choosable, so that saving the page does not lose it.
            known |= {key: key for key in self.instance.places or () if key not in known}
            places = self.fields["places"]
            if isinstance(places, forms.MultipleChoiceField):
                places.choices = list(known.items())
                places.widget.attrs["size"] = 10


class CaseForm(SitePageForm):
    """Offers topics."""

    topics = forms.MultipleChoiceField(
        label=_("Topics"), choices=Topic.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
