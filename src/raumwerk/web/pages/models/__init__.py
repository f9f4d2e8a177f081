"""Tables of the site. Each module holds one matter; import the models from here."""

from raumwerk.web.pages.models.files import RegionDocument, RegionImage, RegionRendition
from raumwerk.web.pages.models.news import NewsIndexPage, NewsPage
from raumwerk.web.pages.models.records import (
    BarrierReport,
    ContentStamp,
    LoadedDocument,
    LoadedPage,
    NewsTag,
    PageAccess,
)
from raumwerk.web.pages.models.site import (
    CaseIndexPage,
    CasePage,
    DocumentsPage,
    InstallationPage,
    RegionPage,
    TextPage,
)

__all__ = [
    "BarrierReport",
    "CaseIndexPage",
    "CasePage",
    "ContentStamp",
    "DocumentsPage",
    "InstallationPage",
    "LoadedDocument",
    "LoadedPage",
    "NewsIndexPage",
    "NewsPage",
    "NewsTag",
    "PageAccess",
    "RegionDocument",
    "RegionImage",
    "RegionPage",
    "RegionRendition",
    "TextPage",
]
