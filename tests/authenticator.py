"""A software authenticator (WebAuthn level 3, ES256, attestation "none") with a browser's part: honest unless told.

key = SoftKey()
answer = key.make(options, origin="https://gateway.example")     # what navigator.credentials.create answers
answer = key.answer(options, origin="https://gateway.example")   # what navigator.credentials.get answers
key.answer(options, origin=…, uv=False, count=3, rp_id="evil.example", challenge=b"…")
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

USER_PRESENT, USER_VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def b64(value: bytes) -> str:
    """Base64url without padding, as WebAuthn writes bytes in JSON."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def raw(text: str) -> bytes:
    """The bytes of `b64`."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class SoftKey:
    """One credential on one authenticator; `counts` is False for those that always say 0."""

    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    count: int = 0
    counts: bool = True
    handle: bytes = b""

    def make(self, options: str, origin: str, **otherwise: Any) -> str:
        """The answer to registration options."""
        asked = json.loads(options)
        self.handle = raw(asked["user"]["id"])
        client = self._client("webauthn.create", asked, origin, otherwise)
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(self._cose())
        data = self._data(otherwise.get("rp_id", asked["rp"]["id"]), ATTESTED, otherwise) + attested
        statement = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._said({"clientDataJSON": b64(client), "attestationObject": b64(statement)})

    def answer(self, options: str, origin: str, **otherwise: Any) -> str:
        """The answer to assertion options; whatever is named in `otherwise` is said instead of the truth."""
        asked = json.loads(options)
        client = self._client("webauthn.get", asked, origin, otherwise)
        data = self._data(otherwise.get("rp_id", asked["rpId"]), 0, otherwise)
        signature = self.private.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        said = {"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature)}
        return self._said(said | {"userHandle": b64(otherwise.get("handle", self.handle))})

    def _said(self, response: dict[str, str]) -> str:
        kind = {"type": "public-key", "clientExtensionResults": {}, "authenticatorAttachment": "platform"}
        return json.dumps({"id": b64(self.id), "rawId": b64(self.id), "response": response} | kind)

    def _client(self, kind: str, asked: dict[str, Any], origin: str, otherwise: dict[str, Any]) -> bytes:
        challenge = otherwise.get("challenge", raw(asked["challenge"]))
        said = {"type": otherwise.get("kind", kind), "challenge": b64(challenge), "origin": origin}
        return json.dumps(said | {"crossOrigin": otherwise.get("framed", False)}).encode()

    def _data(self, rp_id: str, flags: int, otherwise: dict[str, Any]) -> bytes:
        flags |= USER_PRESENT if otherwise.get("up", True) else 0
        flags |= USER_VERIFIED if otherwise.get("uv", True) else 0
        self.count += 1 if self.counts else 0
        count: int = otherwise.get("count", self.count)
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + count.to_bytes(4, "big")

    def _cose(self) -> dict[int, Any]:
        """The public key as COSE writes it: EC2, ES256, P-256 (RFC 9053)."""
        at = self.private.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: at.x.to_bytes(32, "big"), -3: at.y.to_bytes(32, "big")}
