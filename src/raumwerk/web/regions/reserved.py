"""Words that stand at the beginning of an address and therefore cannot name a region."""

from __future__ import annotations

from django.core.exceptions import ValidationError

__all__ = ["RESERVED_SLUGS", "refuse_reserved"]

RESERVED_SLUGS = frozenset(
    {
        "admin", "api", "barriere-melden", "barrierefreiheit", "daten-einspielen", "datenschutz", "dcat", "de",
        "dokumente", "en", "healthz", "impressum", "konto", "media", "ogc", "robots", "sitemap", "static", "verwaltung",
    }
)  # fmt: skip


def refuse_reserved(slug: str) -> None:
    """Refuse a slug that an address of the installation itself uses."""
    if slug in RESERVED_SLUGS:
        raise ValidationError(f"“{slug}” is an address of the installation itself; choose another short name.")
