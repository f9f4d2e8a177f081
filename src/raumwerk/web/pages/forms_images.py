"""Upload of pictures: a broken or bloated one is sent back with a sentence instead of stopping the form."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

__all__ = ["RegionImageForm"]

# What Pillow raises for a picture that is cut off, damaged, or would unpack to more than any screen shows.
_UNREADABLE = (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError)


class _PictureField(WagtailImageField):
    def check_image_pixel_size(self, f: Any) -> None:
        try:
            super().check_image_pixel_size(f)
        except _UNREADABLE as error:
            raise ValidationError(self.error_messages["invalid_image"], code="invalid_image") from error


class RegionImageForm(BaseImageForm):
    """Form of Wagtail's picture views (setting ``WAGTAILIMAGES_IMAGE_FORM_BASE``)."""

    file = _PictureField(label=_("file"))
