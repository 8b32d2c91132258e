"""From a connector's Request, which knows no secret, to the request that goes out: filled at the last moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

import httpx

from connectors.contract import (
    Connector,
    FilePart,
    MediaAddress,
    PlatformError,
    Request,
    Sealed,
    SetupWrong,
    SignInExpired,
)
from connectors.words import Home
from scheduler.outcome import Faulty

# Whole answers only: what is packed could unpack to anything. Not the name of a library, which would tell of versions.
_ALWAYS = (("accept", "application/json"), ("accept-encoding", "identity"), ("user-agent", "social-gateway"))
# What a faulty program raises, in a connector that may be a third party's.
BUGS = (ArithmeticError, AssertionError, AttributeError, LookupError, NameError, RuntimeError, TypeError, ValueError)
_LEFT_OUT = object()

Media = Mapping[str, bytes]  # by SHA-256
Addresses = Mapping[str, str]  # of pictures that the platform fetches, by SHA-256
NOWHERE: Addresses = MappingProxyType({})


@dataclass(frozen=True)
class Caller:
    """In whose name a request is made, by which connector, signed at what time and with which fresh nonce."""

    connector: Connector
    home: Home
    credential: Callable[[], Mapping[str, str]]
    now: Callable[[], datetime]
    nonce: Callable[[], str]


def wanted_addresses(request: Request) -> tuple[str, ...]:
    """The SHA-256 names of the pictures that a request wants addresses of."""
    return tuple(value.sha256 for _, value in request.form or () if isinstance(value, MediaAddress))


def wanted_media(request: Request) -> tuple[str, ...]:
    """The SHA-256 names of the bytes that a request carries."""
    raw = (request.media,) if request.media is not None else ()
    return (*raw, *(part.sha256 for part in request.files))


def fill(request: Request, caller: Caller, media: Media, addresses: Addresses = NOWHERE) -> httpx.Request:
    """The request with its secrets, media and the `addresses` of pictures in place, signed. Nothing is sent.

    Raises SignInExpired where the credential lacks what is needed, SetupWrong where a value cannot stand in a header,
    Faulty where the connector's request is none. No exception carries a value of the credential.
    """
    try:
        return _filled(_addressed(request, addresses), caller, media)
    except PlatformError as error:
        problem: PlatformError | Faulty = error.with_traceback(None)
    except httpx.InvalidURL:
        problem = Faulty("an address that cannot be read")
    except BUGS as bug:
        problem = Faulty(f"{type(bug).__name__} while a request was made")
    raise problem


def _addressed(request: Request, addresses: Addresses) -> Request:
    """The request with the address of every picture that the platform fetches. LookupError where there is none."""
    if not wanted_addresses(request):
        return request
    form = ((name, addresses[one.sha256] if isinstance(one, MediaAddress) else one) for name, one in request.form or ())
    return replace(request, form=tuple(form))


def _filled(request: Request, caller: Caller, media: Media) -> httpx.Request:
    needs_secrets = request.authorised or any(_sealed(request))
    credential = caller.credential() if needs_secrets else {}
    body = _body(request, credential, media)
    built = httpx.Request(
        request.method, _url(request, credential), headers=_headers(request.headers, credential), extensions={}, **body
    )
    built.read()
    if request.authorised:
        built = _authorised(built, caller.connector.auth(credential, caller.now(), caller.nonce()))
    for value in built.headers.values():
        if not value.isprintable():
            raise SetupWrong("a header holds what no header can: look at the credential", not_applied=True)
    return built


def _authorised(request: httpx.Request, auth: httpx.Auth) -> httpx.Request:
    """Signed once. A flow that wants to see the answer and send again is cut off: a Commit starts once."""
    flow = auth.sync_auth_flow(request)
    signed = next(flow)
    flow.close()
    return signed


def _url(request: Request, credential: Mapping[str, str]) -> httpx.URL:
    url = httpx.URL(request.url)
    return url.copy_merge_params(list(_pairs(request.query, credential))) if request.query else url


def _headers(given: tuple[tuple[str, str], ...], credential: Mapping[str, str]) -> list[tuple[str, str]]:
    own = [(name, str(value)) for name, value in _pairs(given, credential)]
    named = {name.lower() for name, _ in own}
    return [(name, value) for name, value in _ALWAYS if name not in named] + own


def _body(request: Request, credential: Mapping[str, str], media: Media) -> dict[str, Any]:
    """The keyword of httpx.Request that carries the body, by what the connector gave."""
    if request.media is not None:
        return {"content": media[request.media]}
    if request.json is not None:
        return {"json": _open(request.json, credential)}
    if request.files or request.form:
        form: dict[str, list[str]] = {}
        for name, value in _pairs(request.form or (), credential):
            form.setdefault(name, []).append(value)
        return {"data": form, "files": [_file(part, media) for part in request.files] or None}
    return {}


def _file(part: FilePart, media: Media) -> tuple[str, tuple[str, bytes, str]]:
    return part.field, (part.filename, media[part.sha256], part.media_type)


def _pairs(given: Iterable[tuple[str, object]], credential: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in given:
        opened = _open(value, credential)
        if opened is not _LEFT_OUT:
            yield name, opened


def _open(value: Any, credential: Mapping[str, str]) -> Any:
    """`value` with every Sealed in it replaced, at any depth; an optional one without a field leaves its pair out."""
    if isinstance(value, Sealed):
        return _value_of(value, credential)
    if isinstance(value, Mapping):
        opened = ((name, _open(one, credential)) for name, one in value.items())
        return {name: one for name, one in opened if one is not _LEFT_OUT}
    if isinstance(value, (list, tuple)):
        return [one for one in (_open(one, credential) for one in value) if one is not _LEFT_OUT]
    return value


def _value_of(sealed: Sealed, credential: Mapping[str, str]) -> Any:
    if sealed.field in credential:
        return credential[sealed.field]
    if sealed.optional:
        return _LEFT_OUT
    raise SignInExpired(f"the credential has no {sealed.field}", not_applied=True)


def _sealed(value: Any) -> Iterator[bool]:
    """One True for every Sealed in a request's headers, query, json and form."""
    if isinstance(value, Request):
        yield from _sealed((value.headers, value.query, value.json, value.form))
    elif isinstance(value, Sealed):
        yield True
    elif isinstance(value, Mapping):
        yield from _sealed(tuple(value.values()))
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _sealed(one)
