"""What the environment says: home folder, secret key, database. Each function fails with one clear sentence."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

__all__ = [
    "basemap", "database", "flag", "home", "mail_server", "openid_connect", "secret_key", "socialaccount_providers",
]  # fmt: skip

SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY;"
KEY_BYTES = 48


def home() -> Path:
    """Return the folder that holds the state of this installation (``RAUMWERK_HOME``, default ``./var``)."""
    path = Path(os.environ.get("RAUMWERK_HOME") or "var").resolve()
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def flag(name: str, *, default: bool = False) -> bool:
    """Read a yes/no setting; anything but a known word is refused."""
    text = os.environ.get(name, "").strip().lower()
    if not text:
        return default
    if text in {"1", "true", "yes", "on"}:
        return True
    if text in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} is {text!r}; expected 1 or 0.")


def basemap() -> dict[str, str] | None:
    """Return ``url``, ``attribution`` and ``origin`` (empty for own tiles) of the background map; None without one.

    ``RAUMWERK_BASEMAP`` is the address of raster tiles in the web projection with ``{z}``, ``{x}`` and ``{y}``: a path
    on this host, or an https address elsewhere, which is asked only after the reader agreed.
    """
    address = os.environ.get("RAUMWERK_BASEMAP", "").strip()
    if not address:
        return None
    attribution = os.environ.get("RAUMWERK_BASEMAP_ATTRIBUTION", "").strip()
    if not attribution:
        raise ImproperlyConfigured(
            "RAUMWERK_BASEMAP needs RAUMWERK_BASEMAP_ATTRIBUTION: what the provider wants named."
        )
    parts = urlsplit(address)
    own = not parts.scheme and not parts.netloc and address.startswith("/")
    foreign = parts.scheme == "https" and re.fullmatch(r"[a-z0-9.-]+(:\d{1,5})?", parts.netloc) is not None
    if not (own or foreign) or not all(part in address for part in ("{z}", "{x}", "{y}")):
        raise ImproperlyConfigured(
            f"RAUMWERK_BASEMAP is {address!r}; expected /path/{{z}}/{{x}}/{{y}}.png or https://host/…/{{z}}/{{x}}/{{y}}.png."
        )
    origin = "" if own else f"{parts.scheme}://{parts.netloc}"
    return {"url": address, "attribution": attribution, "origin": origin, "host": parts.netloc}


def contributor() -> str:
    """Return the identifier that GovData gave this installation (``RAUMWERK_DCAT_CONTRIBUTOR``), empty without one."""
    given = os.environ.get("RAUMWERK_DCAT_CONTRIBUTOR", "").strip()
    if given and not re.fullmatch(r"http://dcat-ap\.de/def/contributors/[A-Za-z0-9_-]+", given):
        raise ImproperlyConfigured(
            f"RAUMWERK_DCAT_CONTRIBUTOR is {given!r}; expected http://dcat-ap.de/def/contributors/… as GovData gave it."
        )
    return given


def secret_key(folder: Path) -> str:
    """Return ``RAUMWERK_SECRET_KEY``, else the key kept in ``<home>/secret-key``, made at the first start."""
    given = os.environ.get("RAUMWERK_SECRET_KEY", "")
    if given:
        if len(given) < 32:
            raise ImproperlyConfigured("RAUMWERK_SECRET_KEY is too short; give at least 32 random characters.")
        return given
    path = folder / "secret-key"
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(KEY_BYTES))
    key = path.read_text("ascii").strip()
    if len(key) < 32:
        raise ImproperlyConfigured(f"{path} holds no usable key; delete it and start again to make a new one.")
    return key


def _write_once(path: Path, text: str) -> None:
    """Create `path` readable by its owner alone, complete or not at all; the first of several processes wins."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(text)
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink(missing_ok=True)


def database(folder: Path) -> dict[str, Any]:
    """Return Django's description of the database named by ``RAUMWERK_DATABASE_URL`` (default SQLite in the home)."""
    address = os.environ.get("RAUMWERK_DATABASE_URL", "")
    parts = urlsplit(address)
    if not address or parts.scheme == "sqlite":
        name = Path("/" + unquote(parts.path).lstrip("/")) if address else folder / "db.sqlite3"
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(name),
            # IMMEDIATE takes the write lock at once, so that two writers wait instead of failing half-way.
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_PRAGMAS},
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
        }
    raise ImproperlyConfigured(
        f"RAUMWERK_DATABASE_URL begins with {parts.scheme!r}; expected sqlite:///path or postgres://user:password@host/name."
    )


def mail_server() -> dict[str, Any]:
    """Return host, port, security, name and password of the mail server (``RAUMWERK_SMTP_…``); no host, no server."""
    host = os.environ.get("RAUMWERK_SMTP_HOST", "").strip()
    security = os.environ.get("RAUMWERK_SMTP_SECURITY", "").strip().lower() or "starttls"
    ports = {"starttls": 587, "tls": 465, "none": 25}
    if security not in ports:
        raise ImproperlyConfigured(f"RAUMWERK_SMTP_SECURITY is {security!r}; expected starttls, tls or none.")
    if host and security == "none" and host not in {"localhost", "127.0.0.1", "::1"}:
        raise ImproperlyConfigured(
            f"RAUMWERK_SMTP_SECURITY=none would send mail in the clear to {host}; it is for a server on this machine."
        )
    authority = os.environ.get("RAUMWERK_SMTP_AUTHORITY", "")
    if authority and not Path(authority).is_file():
        raise ImproperlyConfigured(f"RAUMWERK_SMTP_AUTHORITY names {authority}, which is no file.")
    port = os.environ.get("RAUMWERK_SMTP_PORT") or str(ports[security])
    if not port.isdecimal():
        raise ImproperlyConfigured(f"RAUMWERK_SMTP_PORT is {port!r}; expected a number.")
    return {
        "host": host, "port": int(port), "starttls": security == "starttls", "tls": security == "tls",
        "user": os.environ.get("RAUMWERK_SMTP_USER", ""), "password": os.environ.get("RAUMWERK_SMTP_PASSWORD", ""),
        "authority": authority,
    }  # fmt: skip


def openid_connect() -> dict[str, Any] | None:
    """Return the provider people may sign in at (``RAUMWERK_OIDC_…``); None without one.

    ``issuer``, ``name``, ``client_id``, ``secret``, and ``trust_email``: whether its proofs of addresses count here.
    """
    issuer = os.environ.get("RAUMWERK_OIDC_ISSUER", "").strip().rstrip("/")
    if not issuer:
        return None
    parts = urlsplit(issuer)
    here = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    secure = parts.scheme == "https" or (parts.scheme == "http" and here)
    if not parts.hostname or parts.query or parts.fragment or not secure:
        raise ImproperlyConfigured(
            f"RAUMWERK_OIDC_ISSUER is {issuer!r}; expected the https address the provider calls itself by."
        )
    given = {name: os.environ.get(f"RAUMWERK_OIDC_{name}", "").strip() for name in ("CLIENT_ID", "SECRET")}
    missing = [f"RAUMWERK_OIDC_{name}" for name, value in given.items() if not value]
    if missing:
        raise ImproperlyConfigured(f"RAUMWERK_OIDC_ISSUER needs {' and '.join(missing)} as the provider gave them.")
    return {
        "issuer": issuer, "name": os.environ.get("RAUMWERK_OIDC_NAME", "").strip() or parts.hostname,
        "client_id": given["CLIENT_ID"], "secret": given["SECRET"], "trust_email": flag("RAUMWERK_OIDC_TRUST_EMAIL"),
    }  # fmt: skip


def socialaccount_providers(provider: dict[str, Any] | None) -> dict[str, Any]:
    """Return the provider as allauth's settings describe it."""
    if provider is None:
        return {}
    app = {
        "provider_id": "oidc", "name": provider["name"], "client_id": provider["client_id"],
        "secret": provider["secret"], "settings": {"server_url": provider["issuer"], "oauth_pkce_enabled": True},
    }  # fmt: skip
    return {"openid_connect": {"APPS": [app]}}
