"""Settings of the tests: a home and a database of their own, a quick hasher, no compression of static files."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_home = tempfile.mkdtemp(prefix="raumwerk-test-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["RAUMWERK_HOME"] = _home
for _name in ("RAUMWERK_DEMO", "RAUMWERK_HOSTS", "RAUMWERK_HTTPS", "RAUMWERK_SIGNUP", "RAUMWERK_OIDC_ISSUER"):
    os.environ.pop(_name, None)

from raumwerk.web.config.settings import *  # noqa: E402, F403
from raumwerk.web.config.settings import DATABASES  # noqa: E402

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MAIL_TRANSPORT = EMAIL_BACKEND
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
# In a file, so that several connections (live server, parallel writers) see one database with its real locks.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(Path(_home) / "test.sqlite3")}
