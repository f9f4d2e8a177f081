"""``/sitemap.xml``: the addresses that everybody may read, in both languages, for search engines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from xml.sax.xmlreader import AttributesImpl  # what the writer of the standard library asks for

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from raumwerk.web.pages.queries import public_pages
from raumwerk.web.portal.handover.public_addresses import public_addresses

__all__ = ["sitemap"]

LARGEST = 50_000  # what one file of this format may hold
SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """List all public pages of the site, the Atlas and the forum."""
    stream = StringIO()
    xml = SimplerXMLGenerator(stream, "utf-8")
    xml.startDocument()
    xml.startElement("urlset", AttributesImpl({"xmlns": SITEMAPS}))
    for number, (address, changed) in enumerate(_addresses()):
        if number == LARGEST:
            break
        xml.startElement("url", AttributesImpl({}))
        xml.addQuickElement("loc", request.build_absolute_uri(address))
        if changed is not None:
            xml.addQuickElement("lastmod", changed.date().isoformat())
        xml.endElement("url")
    xml.endElement("urlset")
    xml.endDocument()
    return HttpResponse(stream.getvalue(), content_type="application/xml")


def _addresses() -> Iterator[tuple[str, datetime | None]]:
    for page in public_pages():
        if page.url:
            yield page.url, page.last_published_at
    for language, _name in settings.LANGUAGES:
        for address in public_addresses(language):
            yield address, None
