"""A bearer token in the Authorization header (RFC 6750): how most platforms want a request signed."""

from __future__ import annotations

import base64
import json
from collections.abc import Generator, Mapping
from datetime import UTC, datetime

import httpx

from connectors.contract import SignInExpired


class BearerAuth(httpx.Auth):
    """Adds the credential's `access_token`; shows nothing when printed. Raises SignInExpired where there is none."""

    def __init__(self, credential: Mapping[str, str]) -> None:
        if not credential.get("access_token"):
            raise SignInExpired("there is no access token", not_applied=True)
        self._token = credential["access_token"]

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the token to every request."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


def expiry_of(token: str) -> datetime | None:
    """The `exp` of a token that is a JWT (RFC 7519); None where it cannot be read. Advice: the platform decides."""
    try:
        middle = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
        return datetime.fromtimestamp(int(claims["exp"]), UTC)
    except (IndexError, KeyError, TypeError, ValueError, OverflowError, OSError, RecursionError):
        return None
