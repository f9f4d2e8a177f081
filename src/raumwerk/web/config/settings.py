"""Settings of the website. Everything that differs between installations comes from the environment.

``RAUMWERK_HOME``, ``_DATABASE_URL``, ``_SECRET_KEY``, ``_PORT``, ``_DEMO``, ``_HOSTS``, ``_HTTPS``, ``_SIGNUP``,
``_OIDC_…``, ``_DCAT_CONTRIBUTOR`` and ``_MAIL_FROM`` are described in docs/reference/settings.md.
"""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONE, SELF

from raumwerk.web.config import environment

WEB = Path(__file__).resolve().parent.parent
HOME = environment.home()

# --- this installation --------------------------------------------------------------------------------------------
DEBUG = False
SECRET_KEY = environment.secret_key(HOME)
PORT = int(os.environ.get("RAUMWERK_PORT") or 8000)
DEMO = environment.flag("RAUMWERK_DEMO")
HTTPS = environment.flag("RAUMWERK_HTTPS")
BASEMAP = environment.basemap()
DCAT_CONTRIBUTOR = environment.contributor()
OIDC = environment.openid_connect()
HOSTS = [host.strip() for host in os.environ.get("RAUMWERK_HOSTS", "").split(",") if host.strip()]
ALLOWED_HOSTS = [*HOSTS, "localhost", "127.0.0.1", "[::1]"]
# Demonstration accounts have their passwords in a file: such an installation answers this machine alone.
if DEMO:
    ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
BASE_URL = f"https://{HOSTS[0]}" if HTTPS and HOSTS else f"http://localhost:{PORT}"

RAUMWERK = {
    "HOME": HOME,
    "UPLOAD_MIB": 512,
    # bytes that checking an uploaded file may take: half of the machine's, so that the website lives beside it
    "CHECK_MEMORY": os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2,
    "DEMO": DEMO,
    "NAME": "Raumwerk",
    "SIGNUP": environment.flag("RAUMWERK_SIGNUP"),
}

# --- apps, from the floor up --------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "raumwerk.web.portal",
    "raumwerk.web.atlas",
    "raumwerk.web.forum",
    "raumwerk.web.intake",
    "raumwerk.web.pages",
    "raumwerk.web.shared.comments",
    "raumwerk.web.shared.evidence",
    "raumwerk.web.shared.notify",
    "raumwerk.web.shared.search",
    "raumwerk.web.shared.files",
    "raumwerk.web.shared.notebook",
    "raumwerk.web.shared.audit",
    "raumwerk.web.people",
    "raumwerk.web.regions",
    "raumwerk.web.kit",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_tasks",
    "rest_framework",
    "drf_spectacular",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "rules.apps.AutodiscoverRulesConfig",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "raumwerk.web.kit.middleware.SchemeOfReaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "raumwerk.web.kit.middleware.SecurityHeaders",
    "raumwerk.web.portal.page_cache.PageCache",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "raumwerk.web.kit.middleware.LanguageFromAddress",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "raumwerk.web.people.middleware.SecondFactor",
    "raumwerk.web.pages.middleware.OwnRegionOnly",
    "raumwerk.web.regions.middleware.RegionFromAddress",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "raumwerk.web.config.urls"
WSGI_APPLICATION = "raumwerk.web.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [WEB / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "raumwerk.web.kit.context.site",
            ],
        },
    },
]

# --- data ---------------------------------------------------------------------------------------------------------
DATABASES = {"default": environment.database(HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # Shared by all processes: counts of login attempts and one-time codes already used must not differ between them.
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": HOME / "cache",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    },
    # Whole pages and menus, kept by each process under a name that changes with content and release.
    "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 400}},
}

# --- people -------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # before addresses, second factors and connections change
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
PASSWORD_RESET_TIMEOUT = 24 * 3600
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"[{RAUMWERK['NAME']}] "  # not the host of the request, which it would be
ACCOUNT_EMAIL_NOTIFICATIONS = True  # the owner hears of each change, without the address it came from
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "raumwerk.web.people.adapters.AccountAdapter"
# Attempts are counted by address of the connection; X-Forwarded-For counts only behind a proxy that is named here.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("RAUMWERK_PROXIES") or 0)
MFA_ADAPTER = "raumwerk.web.people.adapters.MFAAdapter"
MFA_TOTP_ISSUER = "Raumwerk"
# Passkeys are a second factor beside the password; signing up or in by a passkey alone is not offered.
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "add_webauthn": "raumwerk.web.people.forms_passkeys.AddPasskey",
    "authenticate_webauthn": "raumwerk.web.people.forms_passkeys.AuthenticateByPasskey",
    "reauthenticate_webauthn": "raumwerk.web.people.forms_passkeys.ReauthenticateByPasskey",
    "edit_webauthn": "raumwerk.web.people.forms_passkeys.RenamePasskey",
}
# One provider may open accounts in place of the password; no token of it is kept, and nobody is linked but by rule.
SOCIALACCOUNT_ADAPTER = "raumwerk.web.people.adapters_sso.SocialAdapter"
SOCIALACCOUNT_PROVIDERS = environment.socialaccount_providers(OIDC)
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True

# --- languages: the address decides, no cookie, no header ---------------------------------------------------------
LANGUAGE_CODE = "de"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("de", "Deutsch"), ("en", "English")]
# What the account library says, we say in our own words: it is on first-name terms with everybody.
LOCALE_PATHS = [WEB / "locale", WEB / "people" / "wording"]
TIME_ZONE = "Europe/Berlin"
USE_I18N = USE_TZ = True
FORMAT_MODULE_PATH = "raumwerk.web.config.formats"
USE_THOUSAND_SEPARATOR = True
WAGTAIL_I18N_ENABLED = True

# --- files --------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [WEB / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = HOME / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Vite names its files by their content already; this storage adds .gz and .br beside each file.
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.*/app/assets/.+$"
BUNDLE_DIR = WEB / "static" / "app"

# --- security -----------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *([BASEMAP["origin"]] if BASEMAP and BASEMAP["origin"] else [])],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

# --- Wagtail ------------------------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Raumwerk"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_FRONTEND_LOGIN_URL = "account_login"
WAGTAIL_PASSWORD_RESET_ENABLED = WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILEMBEDS_FINDERS: list[dict[str, object]] = []
WAGTAILDOCS_EXTENSIONS = ["pdf", "csv", "xlsx", "ods", "odt", "docx", "pptx", "txt", "zip", "geojson", "gpkg"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_DOCUMENT_MODEL = "pages.RegionDocument"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "raumwerk.web.pages.forms_documents.RegionDocumentForm"
WAGTAILIMAGES_IMAGE_MODEL = "pages.RegionImage"
WAGTAILIMAGES_IMAGE_FORM_BASE = "raumwerk.web.pages.forms_images.RegionImageForm"
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 100_000_000
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp", "avif"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

# --- API, jobs, mail ----------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Raumwerk",
    "VERSION": "v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {"IndicatorDirectionEnum": ["up", "down", "neutral"], "FlowDirectionEnum": ["out", "in"]},
}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
# Mail waits in the database; the worker hands it to the mail server, or without one writes it to a folder.
EMAIL_BACKEND = "raumwerk.web.shared.notify.backends.Queue"
EMAIL_FILE_PATH = HOME / "mail"
_server = environment.mail_server()
MAIL_TRANSPORT = (
    "raumwerk.web.shared.notify.backends.CheckedSMTP"
    if _server["host"]
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_HOST, EMAIL_PORT, EMAIL_TIMEOUT = _server["host"], _server["port"], 30
EMAIL_USE_TLS, EMAIL_USE_SSL = _server["starttls"], _server["tls"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _server["user"], _server["password"]
MAIL_AUTHORITY = _server["authority"]
DEFAULT_FROM_EMAIL = os.environ.get("RAUMWERK_MAIL_FROM") or "raumwerk@localhost"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # What a reader may not see or does not find is no fault: logged with its traceback, anybody could fill the log.
    "loggers": {"django.request": {"level": "ERROR"}, "raumwerk.worker": {"level": "INFO"}},
}
