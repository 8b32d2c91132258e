"""Which of the two tokens a request travels with: the refresh token for the session calls, else the access token."""

from __future__ import annotations

from collections.abc import Generator, Mapping

import httpx

from connectors.contract import SignInExpired

REFRESHING = ("/xrpc/com.atproto.server.refreshSession", "/xrpc/com.atproto.server.deleteSession")


class SessionAuth(httpx.Auth):
    """Bearer tokens of one session; shows nothing when printed."""

    def __init__(self, credential: Mapping[str, str]) -> None:
        if not credential.get("access") or not credential.get("refresh"):
            raise SignInExpired("there is no session: sign in first", not_applied=True)
        self._access, self._refresh = credential["access"], credential["refresh"]

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the token that the request's path asks for (com.atproto.server lexicons)."""
        token = self._refresh if request.url.path in REFRESHING else self._access
        request.headers["Authorization"] = f"Bearer {token}"
        yield request
