"""A bearer token in the Authorization header (RFC 6750): how most platforms want a request signed."""

from __future__ import annotations

from collections.abc import Generator, Mapping

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
