"""OAuth 2 at a platform's token addresses (RFC 6749, 7009): a code exchanged, a token renewed, a token ended."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from connectors.bearer import BearerAuth
from connectors.contract import (
    Allowance,
    Authorisation,
    Budget,
    Conversation,
    Manifest,
    Pause,
    PlatformError,
    Renewal,
    Request,
    Response,
    Sealed,
)
from connectors.reading import ask, renewal, require_granted, require_status
from connectors.words import Home

Form = tuple[tuple[str, str | Sealed], ...]
_TRIES, _BETWEEN_TRIES = 3, 2.0  # seconds; of a token that was made just now


def sealed(*names: str) -> Form:
    """Fields of the credential under their own names."""
    return tuple((name, Sealed(name)) for name in names)


CLIENT = sealed("client_id", "client_secret")


def by_consent(
    hosts: frozenset[str],
    scopes: tuple[str, ...],
    authorise: Callable[[Home], Authorisation],
    *,
    refresh_repeats: bool = False,
    budgets: Callable[[Response], tuple[Budget, ...]] | None = None,
    each_answer_tells: bool = False,
    allowance: Allowance | None = None,
    removes: bool = True,
    title: str = "",
) -> Manifest:
    """The manifest of a platform at fixed hosts whose accounts a person's consent connects and nothing else does."""
    return Manifest(
        hosts=hosts,
        own_origin=False,
        fields=(),
        scopes=scopes,
        authorise=authorise,
        application=("client_id", "client_secret"),
        refresh_repeats=refresh_repeats,
        budgets=budgets,
        each_answer_tells=each_answer_tells,
        allowance=allowance,
        removes=removes,
        title=title,
    )


@dataclass(frozen=True)
class Tokens:
    """A platform's token address: what it is sent beside the grant itself, and how its answer is read.

    `client` says who we are, `more` what else the platform wants; `authorised` that `Connector.auth` has a part in it.
    """

    url: str
    read: Callable[[Response], Renewal]
    client: Form = CLIENT
    more: Form = ()
    pkce: bool = True
    authorised: bool = False

    def exchange(self) -> Conversation[Renewal]:
        """The tokens for the code of a consent, which serves once (RFC 6749 §4.1.3, RFC 7636 §4.5)."""
        verifier = ("code_verifier",) if self.pkce else ()
        return self._asked("authorization_code", sealed("code", "redirect_uri", *verifier))

    def refresh(self) -> Conversation[Renewal]:
        """Fresh tokens for the refresh token (RFC 6749 §6)."""
        return self._asked("refresh_token", sealed("refresh_token"))

    def _asked(self, kind: str, brought: Form) -> Conversation[Renewal]:
        form = (("grant_type", kind), *brought, *self.client, *self.more)
        answer = yield from ask(Request("POST", self.url, form=form, authorised=self.authorised))
        return self.read(answer)


def granting(expect: Callable[[Response], Mapping[str, Any]], scopes: tuple[str, ...]) -> Callable[[Response], Renewal]:
    """How a token answer is read: its object by `expect`, and all of `scopes` must be granted where it tells."""

    def read(answer: Response) -> Renewal:
        said = expect(answer)
        require_granted(said, scopes)
        return renewal(said)

    return read


def end_token(
    url: str,
    field: str,
    refusal: Callable[[Response], PlatformError],
    *,
    client: Form = CLIENT,
    authorised: bool = False,
) -> Conversation[None]:
    """End one token (RFC 7009 §2.1: 200 also for one that is over). Raises what another answer means."""
    form = (("token", Sealed(field)), *client)
    answer = yield from ask(Request("POST", url, form=form, authorised=authorised))
    require_status(answer, refusal, 200)


def patiently(request: Request) -> Conversation[Response]:
    """Ask, and again where a token is so new that the platform may not know it yet and answers 401."""
    answer = yield from ask(request)
    for _ in range(_TRIES - 1):
        if answer.status != 401:
            break
        yield Pause(_BETWEEN_TRIES)
        answer = yield from ask(request)
    return answer


class ClientAuth(httpx.Auth):
    """The bearer token; at the token addresses the application's own name and secret (RFC 6749 §2.3.1), if it has one.

    Shows nothing when printed.
    """

    def __init__(self, credential: Mapping[str, str], *addresses: str) -> None:
        self._credential = credential
        self._addresses = addresses

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add what the request's address asks for. Raises SignInExpired where there is no access token."""
        if str(request.url) not in self._addresses:
            yield from BearerAuth(self._credential).auth_flow(request)
        elif secret := self._credential.get("client_secret"):
            yield from httpx.BasicAuth(self._credential.get("client_id", ""), secret).auth_flow(request)
        else:
            yield request
