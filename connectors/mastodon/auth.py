"""The bearer token of one account: it does not expire and is not refreshed (platform page §1)."""

from __future__ import annotations

from collections.abc import Generator, Mapping

import httpx

from connectors.contract import SignInExpired


class TokenAuth(httpx.Auth):
    """Adds the access token; shows nothing when printed."""

    def __init__(self, credential: Mapping[str, str]) -> None:
        if not credential.get("access_token"):
            raise SignInExpired("there is no access token", not_applied=True)
        self._token = credential["access_token"]

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the token to every request."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request
