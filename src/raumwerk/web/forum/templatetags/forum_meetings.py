"""What the pages of bodies show of meetings, motions and resolutions."""

from __future__ import annotations

from typing import Any

from django import template

from raumwerk.web.forum.models import Body
from raumwerk.web.forum.queries.meetings import body_agenda, meetings_seen, motions_seen, resolutions_seen, votes_seen
from raumwerk.web.shared.visibility import audience_of

register = template.Library()


def _audience(context: template.Context) -> Any:
    request = context["request"]
    return context.get("audience") or audience_of(request.user, request.region)


@register.simple_tag(takes_context=True)
def forum_next(context: template.Context) -> dict[str, Any]:
    """Return the next meetings and the latest resolutions of the region, as the reader may know of them."""
    seen, region = _audience(context), context["request"].region
    return {
        "upcoming": list(meetings_seen(region, seen).upcoming()[:5]),
        "resolutions": list(resolutions_seen(region, seen).order_by("-adopted_on", "-pk")[:5]),
    }


@register.simple_tag(takes_context=True)
def forum_of(context: template.Context, body: Body) -> dict[str, Any]:
    """Return meetings, motions, running votes and resolutions of one body."""
    seen, request = _audience(context), context["request"]
    return body_agenda(body, seen) | {
        "motions": list(motions_seen(body.region, seen).filter(body=body, state__in=("submitted", "admitted"))[:10]),
        "votes": list(votes_seen(body.region, seen).filter(body=body, state="open")[:10]),
        "takes_part": request.user.has_perm("forum.take_part_in_body", body),
    }
