"""Which of the two tokens a request travels with: the refresh token for the session calls, else the access token."""

from __future__ import annotations

from collections.abc import Generator, Mapping

import httpx

from connectors.bearer import BearerAuth

REFRESHING = ("/xrpc/com.atproto.server.refreshSession", "/xrpc/com.atproto.server.deleteSession")


class SessionAuth(httpx.Auth):
    """Bearer tokens of one session; shows nothing when printed."""

    def __init__(self, credential: Mapping[str, str]) -> None:
        tokens = (credential.get(name, "") for name in ("access", "refresh"))
        self._access, self._refresh = (BearerAuth({"access_token": token}) for token in tokens)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the token that the request's path asks for (com.atproto.server lexicons)."""
        yield from (self._refresh if request.url.path in REFRESHING else self._access).auth_flow(request)
