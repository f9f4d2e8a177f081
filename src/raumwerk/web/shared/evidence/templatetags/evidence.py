"""``{% evidence target %}``: the citations of a thing, each as cited and as it is now, and the way to add one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse

from raumwerk.web.shared.evidence.queries import citations_of, frozen_lines
from raumwerk.web.shared.targets import target_type

register = template.Library()


@register.inclusion_tag("evidence/list.html", takes_context=True)
def evidence(context: template.Context, target: Any, cited: Any = None, level: int = 2) -> dict[str, Any]:
    """Show the citations of `target`; `cited` where the view has them already, `level` of the heading.

    Whoever shows `target` has asked whether the reader may read it.
    """
    request, kind = context["request"], target_type(target)
    region = kind.region(target)
    may_cite = request.user.is_authenticated and kind.may_cite(request.user, target)
    asked = urlencode({"thing": kind.key, "number": target.pk})
    return {
        "request": request, "csrf_token": context.get("csrf_token"), "region": region, "level": level,
        "citations": citations_of(target) if cited is None else cited, "may_cite": may_cite,
        "add_url": f"{reverse('evidence:add', kwargs={'region': region.slug})}?{asked}",
        "heading": f"evidence-{target.pk}", "back": request.get_full_path(),
    }  # fmt: skip


@register.simple_tag
def evidence_lines(target: Any) -> list[str]:
    """Return the citations of `target` as lines of plain text with the value as cited."""
    return frozen_lines(target)
