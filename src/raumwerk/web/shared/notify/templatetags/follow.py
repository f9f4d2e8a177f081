"""``{% follow_button target %}``: the button to follow a thing, or to follow it no more."""

from __future__ import annotations

from typing import Any

from django import template

from raumwerk.web.shared.notify.queries import is_following
from raumwerk.web.shared.targets import target_type

register = template.Library()


@register.inclusion_tag("notify/follow_button.html", takes_context=True)
def follow_button(context: template.Context, target: Any) -> dict[str, Any]:
    """Show the button to those who are signed in."""
    request, kind = context["request"], target_type(target)
    return {
        "request": request, "csrf_token": context.get("csrf_token"), "region": kind.region(target), "kind": kind,
        "target": target, "title": kind.title(target), "shown": request.user.is_authenticated,
        "following": is_following(request.user, target), "back": request.get_full_path(),
    }  # fmt: skip
