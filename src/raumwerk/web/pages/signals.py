"""What happens in the site that other rooms may want to know."""

from __future__ import annotations

from django.dispatch import Signal

__all__ = ["content_loaded"]

#: The pages that come with Raumwerk have been written; other rooms write what comes with them.
content_loaded = Signal()
