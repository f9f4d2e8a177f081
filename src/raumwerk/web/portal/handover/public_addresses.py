"""Addresses of the modules that everybody may read, for the map of the site."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import translation

from raumwerk.web.portal.modules import modules_of
from raumwerk.web.regions.models import Region

__all__ = ["public_addresses"]


def public_addresses(language: str) -> Iterator[str]:
    """Yield the addresses of a language: the first page of each module of each region."""
    with translation.override(language):
        for region in Region.objects.filter(active=True):
            yield from (module.url for module in modules_of(region.slug))
