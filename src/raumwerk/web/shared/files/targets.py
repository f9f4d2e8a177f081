"""What files may hang on: apps register who may read the thing, so that no file is wider than what it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from raumwerk.web.shared.visibility import Audience

__all__ = ["is_guarded", "may_read_target", "register_target"]

type_guard = Callable[[Audience, Any], bool]

_guards: dict[type[models.Model], type_guard] = {}


def register_target(model: type[models.Model], *, may_read: type_guard) -> None:
    """Let ``may_read(audience, thing)`` be asked before a file of a `model` is handed out."""
    _guards[model] = may_read


def may_read_target(audience: Audience, target: models.Model | None) -> bool:
    """Tell whether somebody may read what a file hangs on; a thing of an unregistered kind lets the file decide."""
    if target is None:
        return audience.office
    guard = _guards.get(type(target))
    return guard is None or guard(audience, target)


def is_guarded(kind: ContentType | None) -> bool:
    """Tell whether files of this kind of thing have a guard."""
    model = kind.model_class() if kind is not None else None
    return model is not None and model in _guards
