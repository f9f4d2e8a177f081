"""Template tags that bring frame, figures and modules onto a page."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from raumwerk.web.portal.frame import Frame, Link, frame_of
from raumwerk.web.portal.handover.outline import RegionMap, region_map
from raumwerk.web.portal.handover.statistics import KeyFigures, ReleaseNote, key_figures, release_note
from raumwerk.web.portal.modules import ModuleLink, modules_of
from raumwerk.web.regions.models import Region

register = template.Library()


@register.simple_tag(takes_context=True)
def page_frame(context: template.Context) -> Frame:
    """Return the frame of this page."""
    return frame_of(context.get("region"), get_language() or "de")


@register.simple_tag(takes_context=True)
def menu_entries(context: template.Context, frame: Frame) -> list[dict[str, Any]]:
    """Return the menu with a mark at the entry the reader is in."""
    path = context["request"].path
    return [{"title": link.title, "url": link.url, "current": link.leads_to(path, frame.home)} for link in frame.menu]


@register.simple_tag(takes_context=True)
def account_links(context: template.Context) -> list[Link]:
    """Return what this person may go to: sign in, or their own places and sign out."""
    person, region = context["request"].user, context.get("region")
    if not person.is_authenticated:
        return [Link(_("Sign in"), reverse("account_login"))]
    links = [Link(_("My page"), reverse("my_page", kwargs={"region": region.slug}))] if region else []
    if region and person.has_perm("regions.run_office", region):
        links.append(Link(_("Office"), reverse("people:office", kwargs={"region": region.slug})))
        links.append(Link(_("Reports of barriers"), reverse("report_list", kwargs={"region": region.slug})))
    if region and person.has_perm("regions.edit_pages", region):
        links.append(Link(_("Edit pages"), reverse("wagtailadmin_home")))
    links.append(Link(_("Address, password, second factor"), reverse("account_email")))
    return [*links, Link(_("Sign out"), reverse("account_logout"))]


@register.simple_tag
def current_release() -> ReleaseNote | None:
    """Return the release the page speaks from."""
    return release_note()


@register.simple_tag
def region_figures(region: Region) -> KeyFigures | None:
    """Return the key figures of a region."""
    return key_figures(region.slug, get_language() or "de")


@register.simple_tag
def region_modules(region: Region) -> list[ModuleLink]:
    """Return the modules of a region."""
    return modules_of(region.slug)


@register.simple_tag
def region_outline(region: Region) -> RegionMap | None:
    """Return the small map of a region."""
    return region_map(region.slug, get_language() or "de")
