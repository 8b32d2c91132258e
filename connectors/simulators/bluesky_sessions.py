"""Accounts and sessions of the pretend Bluesky server: app passwords, JWTs that expire and rotate (contract §2A)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass
from typing import Any

from connectors.simulators.pretend import Answer, Refusal


def refuse(status: int, name: str, message: str) -> Refusal:
    """An error as the platform shapes it (contract §10)."""
    return Refusal(Answer(status, {"error": name, "message": message}))


@dataclass
class Holder:
    """One account."""

    did: str
    handle: str
    app_password: str
    app_password_revoked: bool = False
    taken_down: bool = False


@dataclass
class _Ticket:
    """One JWT we made. `after` is the refresh JWT that replaced it; times are monotonic seconds."""

    did: str
    family: str
    refreshes: bool
    expires: float
    after: str | None = None
    revoked: bool = False


class Sessions:
    """Who may do what, and until when."""

    def __init__(self) -> None:
        self.by_did: dict[str, Holder] = {}
        self.by_handle: dict[str, Holder] = {}
        self._tickets: dict[str, _Ticket] = {}
        self._key = secrets.token_bytes(32)

    def open_account(self, handle: str) -> Holder:
        """A new account with one app password."""
        did = "did:plc:" + base64.b32encode(hashlib.sha256(handle.encode()).digest()).decode().lower()[:24]
        word = base64.b32encode(secrets.token_bytes(10)).decode().lower()
        holder = Holder(did, handle, "-".join(word[i : i + 4] for i in range(0, 16, 4)))
        self.by_did[did] = self.by_handle[handle] = holder
        return holder

    def find(self, identifier: str) -> Holder | None:
        """The account of a DID or handle."""
        return self.by_did.get(identifier) or self.by_handle.get(identifier.lower())

    def sign_in(self, identifier: str, password: str, access_s: float, refresh_s: float) -> dict[str, Any]:
        """createSession. Raises Refusal."""
        holder = self.find(identifier)
        if holder is None or holder.app_password_revoked or not hmac.compare_digest(holder.app_password, password):
            raise refuse(401, "AuthenticationRequired", "Invalid identifier or password")
        _check_standing(holder)
        family = secrets.token_hex(8)
        return self._pair(holder, family, access_s, self._make(holder, family, True, refresh_s))

    def refresh(self, token: str | None, access_s: float, refresh_s: float, grace_s: float) -> dict[str, Any]:
        """refreshSession: a new pair; the old refresh JWT leads to the same new one until its grace is over."""
        ticket = self._ticket(token, refreshes=True)
        if ticket.expires <= time.monotonic() or ticket.revoked:
            raise refuse(400, "ExpiredToken", "Token has been revoked" if ticket.revoked else "Token has expired")
        holder = self.by_did[ticket.did]
        _check_standing(holder)
        if ticket.after is None:
            ticket.after = self._make(holder, ticket.family, True, refresh_s)
            ticket.expires = min(ticket.expires, time.monotonic() + grace_s)
        return self._pair(holder, ticket.family, access_s, ticket.after)

    def end(self, token: str | None) -> None:
        """deleteSession: the refresh JWTs of the session are dead; access JWTs live until they expire (§2A)."""
        family = self._ticket(token, refreshes=True).family
        for ticket in self._tickets.values():
            if ticket.family == family and ticket.refreshes:
                ticket.revoked = True

    def holder(self, token: str | None) -> Holder:
        """Whom an access JWT belongs to. Raises Refusal; expired is 400 and not 401 (contract §10)."""
        ticket = self._ticket(token, refreshes=False)
        if ticket.expires <= time.monotonic():
            raise refuse(400, "ExpiredToken", "Token has expired")
        holder = self.by_did[ticket.did]
        _check_standing(holder)
        return holder

    def expire(self, dids: set[str], refreshes: bool) -> int:
        """Let JWTs of one sort run out now; how many were alive."""
        now, count = time.monotonic(), 0
        for ticket in self._tickets.values():
            if ticket.did in dids and ticket.refreshes == refreshes and ticket.expires > now:
                ticket.expires, count = now, count + 1
        return count

    def revoke_app_password(self, holder: Holder) -> None:
        """The app password and its refresh JWTs die; access JWTs live on until they expire."""
        holder.app_password_revoked = True
        for ticket in self._tickets.values():
            if ticket.did == holder.did and ticket.refreshes:
                ticket.revoked = True

    def _ticket(self, token: str | None, *, refreshes: bool) -> _Ticket:
        if token is None:
            raise refuse(401, "AuthMissing", "Authentication Required")
        ticket = self._tickets.get(token)
        if ticket is None:
            raise refuse(400, "InvalidToken", "Token could not be verified")
        if ticket.refreshes != refreshes:
            raise refuse(400, "InvalidToken", "Bad token scope")
        return ticket

    def _pair(self, holder: Holder, family: str, access_s: float, refresh: str) -> dict[str, Any]:
        access = self._make(holder, family, False, access_s)
        return {"accessJwt": access, "refreshJwt": refresh, **describe(holder)}

    def _make(self, holder: Holder, family: str, refreshes: bool, life_s: float) -> str:
        now = int(time.time())
        head = {"typ": "refresh+jwt" if refreshes else "at+jwt", "alg": "HS256"}
        claims = {
            "scope": "com.atproto.refresh" if refreshes else "com.atproto.appPass",
            "sub": holder.did,
            "iat": now,
            "exp": now + int(life_s),
            "aud": "did:web:localhost",
            "jti": secrets.token_hex(16),
        }
        signed = f"{_base64(json.dumps(head).encode())}.{_base64(json.dumps(claims).encode())}"
        token = f"{signed}.{_base64(hmac.digest(self._key, signed.encode(), 'sha256'))}"
        self._tickets[token] = _Ticket(holder.did, family, refreshes, time.monotonic() + life_s)
        return token


def describe(holder: Holder) -> dict[str, Any]:
    """The part of a session that says whose it is."""
    return {"handle": holder.handle, "did": holder.did, "active": True}


def _check_standing(holder: Holder) -> None:
    if holder.taken_down:
        raise refuse(400, "AccountTakedown", "Account has been taken down")


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def document(holder: Holder, origin: str) -> dict[str, Any]:
    """The DID document of an account that lives on the server at `origin`."""
    service = {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": origin}
    return {
        "@context": ["https://www.w3.org/ns/did/v1"],
        "id": holder.did,
        "alsoKnownAs": [f"at://{holder.handle}"],
        "service": [service],
    }
