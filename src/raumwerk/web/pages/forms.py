"""Forms of the pages app."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from raumwerk.web.pages.models import BarrierReport
from raumwerk.web.regions.models import Region

__all__ = ["BarrierForm"]


class BarrierForm(forms.ModelForm):
    """Anybody tells the office of a region what they could not use."""

    region = forms.ModelChoiceField(queryset=Region.objects.none(), label=_("Region"), empty_label=None)

    class Meta:
        model = BarrierReport
        fields = ("text", "page", "region", "email")
        widgets = {"text": forms.Textarea(attrs={"rows": 6})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        regions = self.fields["region"]
        if isinstance(regions, forms.ModelChoiceField):
            regions.queryset = Region.objects.filter(active=True)
        self.fields["page"].help_text = _("Address of the page, if you know it.")
        self.fields["email"].help_text = _("Only if you want an answer.")
        self.fields["email"].widget.attrs["autocomplete"] = "email"
