"""``{% discussion target %}``: the discussion of a thing as this reader sees it, with the form to take part."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse

from raumwerk.web.shared.comments.forms import CommentForm
from raumwerk.web.shared.comments.queries import discussion_of
from raumwerk.web.shared.comments.rules import may_write
from raumwerk.web.shared.targets import target_type

register = template.Library()


@register.inclusion_tag("comments/discussion.html", takes_context=True)
def discussion(context: template.Context, target: Any, level: int = 2) -> dict[str, Any]:
    """Show the discussion of `target`; ``level`` is that of its heading.

    Whoever shows `target` has asked whether the reader may read it.
    """
    request, kind = context["request"], target_type(target)
    region = kind.region(target)
    writing = may_write(request.user, target)
    asked = urlencode({"thing": kind.key, "number": target.pk})
    return {
        "request": request, "csrf_token": context.get("csrf_token"), "region": region, "level": level, "kind": kind,
        "target": target, "threads": discussion_of(target, request.user), "may_write": writing,
        "form": CommentForm(auto_id=f"comment-{target.pk}-%s") if writing else None, "asked": asked,
        "write_url": reverse("comments:write", kwargs={"region": region.slug}),
        "sign_in_url": f"{reverse('account_login')}?{urlencode({'next': request.path})}",
        "anonymous": not request.user.is_authenticated,
    }  # fmt: skip
