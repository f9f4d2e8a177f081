"""A region of any size with made content, to measure and try Raumwerk at the size it was made for."""

from __future__ import annotations

from raumwerk.web.portal.generating.region import Sizes, generate

__all__ = ["Sizes", "generate"]
