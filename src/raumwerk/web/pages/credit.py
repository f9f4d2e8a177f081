"""Pictures are shown with the name of their author alone."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

__all__ = ["needs_credit"]


def needs_credit(image: Any) -> None:
    """Refuse a picture whose author is not named."""
    if image is not None and not image.credit:
        raise ValidationError(_("This picture has no credit yet. Name its author at the picture, then choose it."))
