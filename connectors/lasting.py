"""Tokens that last for about 60 days: how Instagram and Threads give them (their pages §1), each at its own addresses.

A consent's code brings a token of an hour, that brings one of 60 days, and that can be extended before it has ended.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from connectors.contract import Authorisation, Conversation, Nonsense, Renewal, Request
from connectors.graph import error_of
from connectors.oauth import CLIENT, sealed
from connectors.reading import ask, refused, renewal, require_granted, string, things, words
from connectors.words import Home

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Login:
    """One platform's sign-in: the page where people consent, where its code is exchanged, the root of what follows,
    and how it begins the names of its exchanges. `expect` reads its answers; all of `scopes` must be granted.
    """

    page: str
    codes: str
    root: str
    kind: str
    scopes: tuple[str, ...]
    expect: Callable[..., Json]

    def authorise(self, home: Home) -> Authorisation:
        """Where whoever runs the account gives consent; no PKCE is documented for it."""
        return Authorisation(self.page, pkce=False, separator=",", code_seconds=3600, exchange=(self.exchange,))

    def exchange(self, home: Home) -> Conversation[Renewal]:
        """A consent's code for a token of an hour. Raises SetupWrong where less was granted than is needed."""
        form = (("grant_type", "authorization_code"), *CLIENT, *sealed("redirect_uri", "code"))
        said = yield from ask(Request("POST", self.codes, form=form, authorised=False))
        if not error_of(said) and (why := words(said, "error_message")):
            raise refused(None, said, why)  # only here it says no in a form of its own
        answer = self.expect(said)
        first = things(answer["data"])[0] if answer.get("data") else answer
        require_granted(first, self.scopes, "permissions")
        return Renewal((("access_token", string(first, "access_token")),), lasts=timedelta(hours=1))

    def lengthen(self) -> Conversation[Renewal]:
        """A token of an hour for one of about 60 days."""
        return self._lasting("access_token", "exchange_token", "client_secret", "access_token")

    def extend(self) -> Conversation[Renewal]:
        """Another 60 days for a token of at least 24 hours that has not ended."""
        return self._lasting("refresh_access_token", "refresh_token", "access_token")

    def _lasting(self, place: str, kind: str, *fields: str) -> Conversation[Renewal]:
        """A long token. One that has ended cannot be extended: it counts as ending at half its life, so that there is
        time. Raises Nonsense where the platform does not say how long it lasts.
        """
        query = (("grant_type", f"{self.kind}_{kind}"), *sealed(*fields))
        said = self.expect((yield from ask(Request("GET", f"{self.root}/{place}", query=query, authorised=False))))
        token = renewal(said)
        if token.lasts is None:
            raise Nonsense("the answer does not say how long the token lasts")
        return Renewal(token.fields, lasts=token.lasts / 2, grant_lasts=token.lasts)
