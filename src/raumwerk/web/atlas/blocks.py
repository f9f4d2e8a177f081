"""Building block of stories: a view of the Atlas, named by its address."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from raumwerk import __version__
from raumwerk.errors import MissingError
from raumwerk.store import read
from raumwerk.web.kit.problems import sentence

__all__ = ["AtlasViewBlock", "read_address"]

#: End of an address in a region → what the view is called here.
_KINDS = {"atlas/": "map", "atlas/pendeln/": "flows", "einbetten/karte/": "map", "einbetten/pendeln/": "flows"}
_LONGEST = 2000


def read_address(address: str) -> tuple[str, str, dict[str, str]]:
    """Region, kind of view and parameters of the address of a map or of commuters.

    Raises
    ------
    ValidationError
        When it is the address of something else.
    """
    parts = urlsplit(address.strip())
    steps = [step for step in parts.path.split("/") if step]
    if steps and steps[0] == "en":
        steps = steps[1:]
    kind = _KINDS.get("/".join(steps[1:]) + "/") if len(address) <= _LONGEST else None
    if kind is None:
        raise ValidationError(
            _("This is no address of a map or of commuters in the Atlas. Open the view and copy its address.")
        )
    asked = dict(parse_qsl(parts.query))
    if kind == "map" and asked.get("mode") == "flows":
        kind = "flows"
    return steps[0], kind, asked


def _release(asked: str | None, region: str) -> read.Release:
    """Release of that name, else the current one; MissingError when it is gone or does not know the region."""
    store = read.open_store(settings.HOME)
    found = read.release(store, asked) if asked else read.current(store)
    if region not in found.manifest.get("regions", {}):
        message = gettext("There is no region “%(region)s” in release %(release)s.")
        raise MissingError(message % {"region": region[:60], "release": found.id})
    return found


class AtlasViewBlock(blocks.StructBlock):
    """A view by its address; when saved it is fixed to a release and notes the version of the program."""

    address = blocks.CharBlock(
        label=_("Address of the view"),
        max_length=_LONGEST,
        help_text=_("Open the view in the Atlas and copy its address. It is fixed to the release of today when saved."),
    )
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=300)
    program = blocks.CharBlock(
        label=_("Version of the program"), required=False, max_length=40, help_text=_("Filled in when saved.")
    )

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        try:
            region, kind, asked = read_address(cleaned["address"])
            release = _release(asked.get("release"), region)
        except ValidationError as error:
            raise blocks.StructBlockValidationError(block_errors={"address": error}) from error
        except MissingError as error:
            told = ValidationError(sentence(error))
            raise blocks.StructBlockValidationError(block_errors={"address": told}) from error
        known = {name: text for name, text in asked.items() if name not in ("mode", "release", "sort")}
        path = "atlas/" if kind == "map" else "atlas/pendeln/"
        fresh = "release" not in asked or not cleaned.get("program")
        cleaned["address"] = f"/{region}/{path}?{urlencode({**known, 'release': release.id})}"
        cleaned["program"] = __version__ if fresh else cleaned["program"]
        return cleaned

    class Meta:
        icon = "site"
        label = _("View of the Atlas")
        template = "atlas/story_view.html"
