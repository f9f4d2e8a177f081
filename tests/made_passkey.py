"""A passkey in software: it makes a real key pair and signs what a browser would sign."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestedCredentialData, AuthenticatorData

__all__ = ["SoftPasskey"]


class SoftPasskey:
    """One key of one site.

    Parameters
    ----------
    host : str
        Name the key belongs to.
    origin : str
        Where the browser says it is.
    """

    def __init__(self, host: str = "localhost", origin: str = "http://localhost:8000") -> None:
        self.host, self.origin = host, origin
        self.number = os.urandom(16)
        self._secret = ec.generate_private_key(ec.SECP256R1())

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer the question of ``navigator.credentials.create``."""
        public = ES256.from_cryptography_key(self._secret.public_key())
        described = AttestedCredentialData.create(Aaguid.NONE, self.number, public)
        flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
        data = AuthenticatorData.create(self._host_hash(), flags, 0, described)
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": bytes(data)})
        told = self._told("webauthn.create", options["publicKey"]["challenge"])
        return self._answer({"clientDataJSON": websafe_encode(told), "attestationObject": websafe_encode(attestation)})

    def prove(self, options: dict[str, Any], *, challenge: str | None = None) -> dict[str, Any]:
        """Answer the question of ``navigator.credentials.get``; another challenge than asked where named."""
        flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV
        data = bytes(AuthenticatorData.create(self._host_hash(), flags, 1))
        told = self._told("webauthn.get", challenge or options["publicKey"]["challenge"])
        signature = self._secret.sign(data + sha256(told).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            {
                "clientDataJSON": websafe_encode(told), "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
            }
        )  # fmt: skip

    def _host_hash(self) -> bytes:
        return sha256(self.host.encode()).digest()

    def _told(self, deed: str, challenge: str) -> bytes:
        told = {"type": deed, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _answer(self, response: dict[str, str]) -> dict[str, Any]:
        name = websafe_encode(self.number)
        return {
            "id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {},
        }  # fmt: skip
