"""Entry point of WSGI servers (granian)."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "raumwerk.web.config.settings")

from django.conf import settings  # noqa: E402 - needs the variable above

from raumwerk.web.atlas.cache import ResponseCache  # noqa: E402 - as above

application = ResponseCache(get_wsgi_application(), settings.HOME)
