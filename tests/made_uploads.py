"""Files that tests hand in: a table of one's own, and what explains it."""

from __future__ import annotations

__all__ = ["MAPPING"]

MAPPING = b"""
source = "own"
table = "observations"

[keys]
area = { column = "key" }
period = { value = "2024-12-31" }

[[value]]
column = "people"
set = { measure = "population" }
"""
