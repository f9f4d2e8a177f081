"""All addresses. German stands without prefix, English under ``/en/``; slugs are the same in both."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

# Wagtail brings doors of its own for login and passwords; there is one such door here, with the second factor.
_login = RedirectView.as_view(pattern_name="account_login", query_string=True)

urlpatterns = [
    path("", include("raumwerk.web.atlas.api_urls")),
    path("", include("raumwerk.web.portal.urls")),
    path("verwaltung/login/", _login),
    path("verwaltung/", include(wagtailadmin_urls)),
    path("dokumente/", include(wagtaildocs_urls)),
]

urlpatterns += i18n_patterns(
    path("konto/", include("raumwerk.web.people.account_urls")),
    path("konto/", include("allauth.account.urls")),
    path("konto/2fa/", include("allauth.mfa.urls")),
    path("daten-einspielen/", include("raumwerk.web.intake.urls")),
    path("<slug:region>/", include("raumwerk.web.atlas.urls")),
    path("<slug:region>/forum/", include("raumwerk.web.forum.urls")),
    path("<slug:region>/", include("raumwerk.web.people.urls")),
    path("<slug:region>/", include("raumwerk.web.shared.files.urls")),
    path("<slug:region>/", include("raumwerk.web.shared.notebook.urls")),
    path("<slug:region>/", include("raumwerk.web.shared.search.urls")),
    path("<slug:region>/", include("raumwerk.web.shared.comments.urls")),
    path("<slug:region>/", include("raumwerk.web.portal.region_urls")),
    path("<slug:region>/", include("raumwerk.web.shared.notify.urls")),
    path("<slug:region>/", include("raumwerk.web.shared.evidence.urls")),
    path("", include("raumwerk.web.pages.urls")),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)
