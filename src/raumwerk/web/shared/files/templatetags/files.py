"""Template tag that lists what hangs on a thing."""

from __future__ import annotations

from typing import Any

from django import template
from django.db import models

from raumwerk.web.shared.files.queries import files_of
from raumwerk.web.shared.visibility import audience_of

register = template.Library()


@register.inclusion_tag("files/attachments.html", takes_context=True)
def attachments(context: template.Context, target: models.Model) -> dict[str, Any]:
    """List the files of `target` that the reader may have: ``{% load files %}{% attachments item %}``."""
    request = context["request"]
    audience = audience_of(request.user, target.region)  # type: ignore[attr-defined]  # all targets belong to a region
    return {"files": files_of(target, audience), "region": target.region}  # type: ignore[attr-defined]
