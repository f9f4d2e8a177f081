"""Data come in by the hands of the administration of the installation alone: a release is everybody's."""

from __future__ import annotations

from rules.permissions import add_perm
from rules.predicates import is_active, is_superuser

__all__ = ["ADD_DATA"]

ADD_DATA = "intake.add_data"

add_perm(ADD_DATA, is_active & is_superuser)
