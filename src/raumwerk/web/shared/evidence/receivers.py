"""Which citations are somebody's own; the account that goes takes only its number out of them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from raumwerk.web.people.own_data import register_rows
from raumwerk.web.shared.evidence.models import Citation

register_rows(_("Figures I cited"), Citation, "cited_by", "region__slug", "label_de", "release", "period", "cited_at")
