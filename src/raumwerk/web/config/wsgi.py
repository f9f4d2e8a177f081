"""Entry point of WSGI servers (granian)."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "raumwerk.web.config.settings")

from django.conf import settings
from django.urls import get_resolver

from raumwerk.web.atlas.cache import ResponseCache
from raumwerk.web.atlas.warming import warm_beside

application = ResponseCache(get_wsgi_application(), settings.HOME)

# All pages are imported before the first reader comes, not while he waits.
_ = get_resolver().url_patterns
warm_beside()
