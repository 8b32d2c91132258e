"""Which token opens which call, and the proof that it is our application that holds it (platform page §1)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Generator, Mapping

import httpx

from connectors.contract import SignInExpired

# Calls about the token that was brought (a system user's or a person's); all others are the Page's own.
_OF_WHO_BROUGHT_IT = ("/me/accounts", "/permissions", "/oauth/revoke")
_OF_THE_APPLICATION = "/debug_token"
# Written on the page with the token as a parameter and no proof: they show the application's secret itself.
_WITH_THE_SECRET = ("/oauth/revoke", "/debug_token")


class PageAuth(httpx.Auth):
    """Adds the token as a bearer and `appsecret_proof` as a parameter; shows nothing when printed."""

    def __init__(self, credential: Mapping[str, str]) -> None:
        if not credential.get("access_token"):
            raise SignInExpired("there is no access token", not_applied=True)
        self._brought = credential["access_token"]
        self._page = credential.get("page_token") or self._brought  # a Page's own token may have been brought
        self._secret = credential.get("client_secret", "")
        self._application = f"{credential.get('client_id', '')}|{self._secret}"

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add both to every request."""
        path, token = request.url.path, self._token_for(request.url.path)
        if path.endswith(_WITH_THE_SECRET):
            request.url = request.url.copy_merge_params({"access_token": token})
        else:
            request.headers["Authorization"] = f"Bearer {token}"
            proof = hmac.new(self._secret.encode(), token.encode(), hashlib.sha256).hexdigest()
            request.url = request.url.copy_merge_params({"appsecret_proof": proof} if self._secret else {})
        yield request

    def _token_for(self, path: str) -> str:
        if path.endswith(_OF_THE_APPLICATION):
            return self._application
        return self._brought if path.endswith(_OF_WHO_BROUGHT_IT) else self._page
