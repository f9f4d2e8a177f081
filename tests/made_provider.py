"""A small provider of sign-ins by OpenID Connect, served by HTTP from this process: what a municipality runs, in brief.

It checks what a real one checks (client, secret, redirect address, PKCE, codes that work once) and can be told to err.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

__all__ = ["CLIENT", "SECRET", "MadeProvider"]

CLIENT, SECRET = "raumwerk", "a secret of the client"


class MadeProvider:
    """Serves until :meth:`stop`.

    Attributes
    ----------
    person : dict
        Claims about whoever signs in.
    faults : set of str
        What goes wrong: ``nonce``, ``signature``, ``key``, ``none``, ``shared_secret``, ``audience``, ``issuer``,
        ``expired``, ``no_token``, ``error``, ``not_json``, ``redirect``, ``other_person``, ``odd_token``.
    configuration : dict
        Overrides of what it says about itself.
    asked : list of str
        Paths in the order of requests.
    """

    def __init__(self, redirect_to: str) -> None:
        self.person: dict[str, Any] = {"sub": "4711", "email": "anna@kreis.example", "email_verified": True}
        self.redirect_to, self.faults, self.configuration = redirect_to, set(), {}
        self.asked: list[str] = []
        self.tokens: list[dict[str, Any]] = []
        self._codes: dict[str, dict[str, str]] = {}
        self._secret, self._other = (rsa.generate_private_key(65537, 2048) for _ in range(2))
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self._server.server_address[1]}/realms/kreis"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def _handler(provider) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider._answer(self, "")

            def do_POST(self) -> None:
                provider._answer(self, self.rfile.read(int(self.headers["Content-Length"])).decode())

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        return Handler

    def _answer(self, handler: BaseHTTPRequestHandler, body: str) -> None:
        path = urlsplit(handler.path)
        place = path.path.removeprefix("/realms/kreis")
        self.asked.append(place)
        given = {key: values[0] for key, values in parse_qs(body or path.query).items()}
        deeds = {
            "/.well-known/openid-configuration": self._told,
            "/auth": lambda: self._authorize(given), "/token": lambda: self._token(handler, given),
            "/certs": lambda: {"keys": [self._public_key()]}, "/userinfo": lambda: self._userinfo(handler),
        }  # fmt: skip
        if place not in deeds:
            _send(handler, 404, {})
        elif "error" in self.faults and place != "/auth":
            _send(handler, 500, {})
        elif "redirect" in self.faults and place == "/.well-known/openid-configuration":
            _send(handler, 302, {}, location="http://127.0.0.1:9/")
        else:
            found = deeds[place]()
            status, answer = found if isinstance(found, tuple) else (200, found)
            _send(handler, status, answer, location=answer.pop("location", None), spoilt="not_json" in self.faults)

    def _told(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/certs",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            **self.configuration,
        }  # fmt: skip

    def _authorize(self, given: dict[str, str]) -> tuple[int, dict[str, Any]]:
        wanted = {"client_id": CLIENT, "redirect_uri": self.redirect_to, "response_type": "code"}
        wrong = [key for key, value in wanted.items() if given.get(key) != value]
        if wrong or "openid" not in given["scope"].split() or given.get("code_challenge_method") != "S256":
            return 400, {"error": "invalid_request", "wrong": wrong}
        code = secrets.token_urlsafe(16)
        self._codes[code] = given
        return 302, {"location": f"{self.redirect_to}?{urlencode({'code': code, 'state': given['state']})}"}

    def _token(self, handler: BaseHTTPRequestHandler, given: dict[str, str]) -> tuple[int, dict[str, Any]]:
        asked = self._codes.pop(given.get("code", ""), None)
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        known = (given.get("client_id"), given.get("client_secret")) == (CLIENT, SECRET)
        if not known or asked is None or asked["code_challenge"] != challenge:
            return 400, {"error": "invalid_grant"}
        answer = {"access_token": "token of " + self.person["sub"], "token_type": "Bearer", "expires_in": 60}
        if "odd_token" in self.faults:
            answer = {"access_token": ["x"], "expires_in": "soon"}
        if "no_token" not in self.faults:
            answer["id_token"] = self._signed(asked["nonce"])
        self.tokens.append(answer)
        return 200, answer

    def _signed(self, nonce: str) -> str:
        now = int(time.time())
        person = {key: value for key, value in self.person.items() if not key.startswith("userinfo_")}
        claims = {
            "iss": "https://other.example" if "issuer" in self.faults else self.issuer,
            "aud": "somebody else" if "audience" in self.faults else CLIENT,
            "iat": now - 7200 if "expired" in self.faults else now,
            "exp": now - 3600 if "expired" in self.faults else now + 300,
            "nonce": "of another sign-in" if "nonce" in self.faults else nonce, **person,
        }  # fmt: skip
        if "none" in self.faults:
            return jwt.encode(claims, None, algorithm="none", headers={"kid": "1"})
        if "shared_secret" in self.faults:
            return jwt.encode(claims, SECRET * 2, algorithm="HS256", headers={"kid": "1"})
        key = self._other if "signature" in self.faults else self._secret
        return jwt.encode(claims, key, algorithm="RS256", headers={"kid": "2" if "key" in self.faults else "1"})

    def _public_key(self) -> dict[str, str]:
        told = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._secret.public_key()))
        return {**told, "kid": "1", "use": "sig", "alg": "RS256"}

    def _userinfo(self, handler: BaseHTTPRequestHandler) -> tuple[int, dict[str, Any]]:
        if handler.headers.get("Authorization") != f"Bearer token of {self.person['sub']}":
            return 401, {}
        told = {key.removeprefix("userinfo_"): value for key, value in self.person.items()}
        return 200, {**told, "sub": "4712" if "other_person" in self.faults else self.person["sub"]}


def _send(
    handler: BaseHTTPRequestHandler, status: int, answer: dict[str, Any], *, location: str | None = None,
    spoilt: bool = False,
) -> None:  # fmt: skip
    body = b"<html>" if spoilt else json.dumps(answer).encode()
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(body)))
    if location:
        handler.send_header("Location", location)
    handler.end_headers()
    handler.wfile.write(body)
