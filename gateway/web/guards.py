"""Who calls: the session behind a bearer word or a cookie, and that a cookie's request comes from our own pages.

A cookie travels by itself, so an unsafe request that carries one must show the session's CSRF token and come from
this origin. A bearer session is put into each request on purpose and needs neither (security.md, rows 24 and 30).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response

from gateway.actions.sessions import resolve
from gateway.domain.loopback import is_loopback
from gateway.domain.member import Member
from gateway.domain.refusal import Reason, Refused
from gateway.domain.signin import Session, SessionKind
from gateway.web.problems import NotTaken
from gateway.world import Who, World

COOKIE = "__Host-session"
VISIT = "__Host-visit"  # of a browser that nobody is signed in with: it binds the forms for signing in to it
VISIT_BYTES = 32
CSRF_HEADER = "x-csrf-token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITES = frozenset({"same-origin", "none"})
NOWHERE = "::"
LONGEST_TOKEN = 200

Keep = Literal["bearer", "cookie"]


@dataclass(frozen=True)
class Caller:
    """Whose request this is, and how its session came: `keep` is how the next one is handed back."""

    token: str
    keep: Keep
    who: Who
    session: Session
    member: Member

    @property
    def is_full(self) -> bool:
        """Whether both factors were shown."""
        return self.session.kind is SessionKind.FULL

    @property
    def csrf_token(self) -> str:
        """What a page of this session must show with every unsafe request."""
        return csrf_token(self.token)


def csrf_token(session_token: str) -> str:
    """Derived from the session's secret, so that it is one session's alone and nothing has to be stored."""
    made = hmac.new(session_token.encode(), b"gateway csrf 1", hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def token_of(request: Request) -> tuple[str, Keep] | None:
    """The session token a request carries; a bearer word goes before a cookie. None without either."""
    scheme, _, word = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return sound(word.strip()), "bearer"
    if (kept := request.cookies.get(COOKIE)) is not None:
        return sound(kept), "cookie"
    return None


def sound(token: str) -> str:
    """A token as it could have been given out. Raises Refused(NOT_SIGNED_IN)."""
    if not token or len(token) > LONGEST_TOKEN or not token.isascii() or not token.isprintable():
        raise Refused(Reason.NOT_SIGNED_IN)
    return token


def require_same_site(request: Request) -> None:
    """An unsafe request comes from this origin, or from no browser at all. Raises NotTaken(403)."""
    if request.method in SAFE:
        return
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if (site is not None and site not in OWN_SITES) or (origin is not None and origin != own_origin(request)):
        raise NotTaken(403)


def require_shown(request: Request, session_token: str) -> None:
    """An unsafe request with a cookie says where it comes from and shows its session's CSRF token. Raises NotTaken."""
    if request.method in SAFE:
        return
    if not says_where_from(request) or not is_shown(session_token, request.headers.get(CSRF_HEADER, "")):
        raise NotTaken(403, "Read the session's CSRF token again and send it with the request.", reason="csrf-token")


def says_where_from(request: Request) -> bool:
    """Whether the browser says which site a request comes from; every browser of this decade does."""
    return "sec-fetch-site" in request.headers or "origin" in request.headers


def is_shown(session_token: str, shown: str) -> bool:
    """Whether `shown` is the CSRF token of this session."""
    return hmac.compare_digest(shown.encode(), csrf_token(session_token).encode())


def own_origin(request: Request) -> str:
    """The origin pages of this gateway have: as it was built with, else as the request was addressed."""
    known: str = request.app.state.public_origin
    return known or f"{request.url.scheme}://{request.url.netloc}"


def source_of(request: Request) -> str:
    """The address at the other end of the connection. What a header says of it is never believed (row 37)."""
    host = request.client.host if request.client else NOWHERE
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return NOWHERE


def identify(request: Request, world: World, *, half: bool) -> Caller:
    """The caller, from the database at each request. Raises Refused(NOT_SIGNED_IN) without a live session, or with
    the password's half of one where both factors are asked for; NotTaken for a cookie that travelled by itself.
    """
    found = token_of(request)
    if found is None:
        raise Refused(Reason.NOT_SIGNED_IN)
    token, keep = found
    if keep == "cookie":
        require_shown(request, token)
    who, session, member = resolve(world, token)
    if not half and session.kind is not SessionKind.FULL:
        raise Refused(Reason.NOT_SIGNED_IN)
    return Caller(token, keep, who, session, member)


def is_keepable(request: Request) -> bool:
    """Whether a browser keeps a Secure cookie for this origin: over TLS, or at home on loopback."""
    parts = urlsplit(own_origin(request))
    host = parts.hostname or ""
    return parts.scheme == "https" or host == "localhost" or is_loopback(host)


def require_keepable(request: Request, keep: Keep) -> None:
    """A cookie that only travels over TLS is of no use elsewhere. Raises NotTaken(422)."""
    if keep == "cookie" and not is_keepable(request):
        raise NotTaken(
            422, "Over plain http keep the session as a bearer word.", reason="cookie-needs-https", field="keep"
        )


def hand_over(response: Response, token: str, keep: Keep) -> str | None:
    """Give a session to whoever began it: in a cookie alone, or as the answer's word alone (ASVS 5.0 3.3.4)."""
    if keep == "bearer":
        return token
    response.set_cookie(COOKIE, token, path="/", secure=True, httponly=True, samesite="strict")
    return None


def take_back(response: Response, keep: Keep) -> None:
    """At signing out nothing stays with the browser (row 117)."""
    if keep == "cookie":
        response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")
        response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'


async def _world(request: Request) -> World:
    world: World = request.app.state.world
    return world


async def _caller(request: Request) -> Caller:
    caller: Caller = request.state.caller
    return caller


async def _source(request: Request) -> str:
    return source_of(request)


async def _who(request: Request) -> Who:
    caller: Caller = request.state.caller
    return caller.who


InWorld = Annotated[World, Depends(_world)]
Calling = Annotated[Caller, Depends(_caller)]
Acting = Annotated[Who, Depends(_who)]
Source = Annotated[str, Depends(_source)]
