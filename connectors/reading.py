"""Asking, and reading what was answered: every answer that is not as documented becomes Nonsense, never a surprise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

from connectors.contract import (
    Ask,
    Budget,
    Commit,
    Conversation,
    Duplicate,
    FilePart,
    Nonsense,
    PlatformError,
    Rejected,
    Renewal,
    Request,
    Response,
    SetupWrong,
    Throttled,
    Unavailable,
    Upload,
)
from connectors.words import Limits, Outgoing, Picture

_LONGEST = 10 * 366 * 86_400  # seconds; a platform that says more means for ever


def ask(request: Request) -> Conversation[Response]:
    """Ask, and hand back the answer."""
    return heard((yield Ask(request)))


def upload(request: Request) -> Conversation[Response]:
    """Send something of the Outgoing that may be repeated, and hand back the answer."""
    return heard((yield Upload(request)))


def commit(request: Request, made: str | None = None) -> Conversation[Response]:
    """Take the one step that cannot be taken back, and hand back the answer. `made`: see Commit."""
    return heard((yield Commit(request, made)))


def heard(answer: Response | None) -> Response:
    """The answer to a request. Raises Nonsense where there is none."""
    if answer is None:
        raise Nonsense("a request was given no answer")
    return answer


def refuse_overruns(limits: Limits, outgoing: Outgoing) -> None:
    """Raise Rejected where `outgoing` passes a limit: what the platform must refuse is not tried on it."""
    overruns = limits.overruns(outgoing)
    if overruns:
        raise Rejected("; ".join(f"{o.what}: {o.actual}, allowed {o.allowed}" for o in overruns), not_applied=True)


def file_part(field: str, picture: Picture) -> FilePart:
    """A picture as a file of a form, under a name of the house: no name of the author's leaves it."""
    name = f"{picture.sha256[:16]}.{picture.media_type.rpartition('/')[2]}"
    return FilePart(field, name, picture.media_type, picture.sha256)


def segment(platform_id: str) -> str:
    """An id as one segment of a path. Raises Rejected where it would be read as another path."""
    if not platform_id.strip("."):
        raise Rejected("that is not the id of a post", not_applied=True)
    return quote(platform_id, safe="")


def refused(
    word: type[PlatformError] | None,
    answer: Response,
    detail: str,
    until: datetime | None = None,
    *,
    original: str | None = None,
    sure: bool = False,
) -> PlatformError:
    """The error of the platform's `word` for an answer, at `until` where it is Throttled, naming `original` where it is
    Duplicate. `sure`: below 500 the platform's Unavailable too says that nothing was done.

    5xx is Unavailable whatever it says: nobody knows what was done. Else a word says that nothing was. Without a word
    429 is Throttled, another 4xx that says something (`detail`) is Rejected, and anything else cannot be read.
    """
    status = answer.status
    if status >= 500:
        word = Unavailable
    elif word is None and status == 429:
        word = Throttled
    if word is Throttled:
        return Throttled(detail or "too many requests", until=until, status=status, not_applied=True)
    if word is Duplicate:
        return Duplicate(detail, original=original, status=status)
    if word is not None:
        proof = word is not Unavailable or (sure and status < 500)
        return word(detail or f"status {status}", status=status, not_applied=proof)
    if detail and status >= 400:
        return Rejected(detail, status=status)
    return Nonsense(f"an answer {status} that the platform does not document", status=status)


def expecting(refusal: Callable[[Response], PlatformError]) -> Callable[..., Mapping[str, Any]]:
    """`expect(answer, *statuses)`: the answer's object where its status is one of these (200 if none are named).

    Raises what `refusal` makes of any other, and Nonsense.
    """

    def expect(answer: Response, *statuses: int) -> Mapping[str, Any]:
        if answer.status not in (statuses or (200,)):
            raise refusal(answer)
        return thing(answer.json())

    return expect


def require_status(answer: Response, refusal: Callable[[Response], PlatformError], *statuses: int) -> None:
    """Raise what `refusal` makes of an answer whose status is none of these; what it holds does not matter."""
    if answer.status not in statuses:
        raise refusal(answer)


def told(answer: Response) -> Mapping[str, Any]:
    """The answer's object, whatever its status; an empty one where it holds none."""
    try:
        return thing(answer.json())
    except Nonsense:
        return {}


def header_object(answer: Response, name: str) -> Mapping[str, Any]:
    """The object written in a header as JSON; an empty one where there is none that can be read."""
    return told(Response(answer.status, body=(answer.header(name) or "").encode("utf-8", "replace")))


def thing(value: Any) -> Mapping[str, Any]:
    """`value` where it is a JSON object. Raises Nonsense."""
    if not isinstance(value, dict):
        raise Nonsense("the answer is not a JSON object")
    return value


def things(value: Any) -> tuple[Mapping[str, Any], ...]:
    """`value` where it is a list of JSON objects. Raises Nonsense."""
    if not isinstance(value, list):
        raise Nonsense("the answer is not a JSON list")
    return tuple(thing(one) for one in value)


def string(source: Mapping[str, Any], name: str, *, may_be_empty: bool = False) -> str:
    """The text called `name`. Raises Nonsense where it is missing, empty, no text, or cannot be written down."""
    value = source.get(name)
    if not isinstance(value, str) or not (value or may_be_empty):
        raise Nonsense(f"the answer has no {name!r}")
    try:
        value.encode()
    except UnicodeEncodeError:  # a lone surrogate, which JSON allows and no database takes
        raise Nonsense(f"the answer's {name!r} is not text") from None
    return value


def maybe_string(source: Mapping[str, Any], name: str) -> str:
    """The text called `name`, "" where there is none. Raises Nonsense where something else stands there."""
    return string(source, name, may_be_empty=True) if source.get(name) is not None else ""


def number(source: Mapping[str, Any], name: str) -> int:
    """The count called `name`, from 0 below 2^53. Raises Nonsense."""
    value = source.get(name)
    if type(value) is not int or not 0 <= value < 1 << 53:
        raise Nonsense(f"the answer has no count {name!r}")
    return value


def words(answer: Response, *names: str) -> str | None:
    """What an error answer says, by the first of `names` that is a text in its object; None where none is."""
    try:
        said = thing(answer.json())
    except Nonsense:
        return None
    for name in names:
        try:
            return string(said, name)
        except Nonsense:
            continue
    return None


def renewal(said: Mapping[str, Any]) -> Renewal:
    """The fields of a token answer (RFC 6749 §5.1), `refresh_token_expires_in` besides. Raises Nonsense.

    Without a refresh token a person connects the account again when the access ends.
    """
    fields = {"access_token": string(said, "access_token")}
    lasts = grant = _span(said, "expires_in")
    if said.get("refresh_token"):
        fields["refresh_token"], grant = string(said, "refresh_token"), _span(said, "refresh_token_expires_in")
    return Renewal(tuple(fields.items()), lasts=lasts, grant_lasts=grant)


def require_granted(said: Mapping[str, Any], scopes: Iterable[str], name: str = "scope") -> None:
    """Raise SetupWrong where a token answer tells what was granted and some of `scopes` is not in it: without it the
    account would be connected, and its posts refused later. Told as RFC 6749 §5.1 says it, with commas, or as a list.
    """
    told = said.get(name)
    listed = map(str, told) if isinstance(told, list) else ()
    granted = set(told.replace(",", " ").split() if isinstance(told, str) else listed)
    if granted and (left_out := [one for one in scopes if one not in granted]):
        raise SetupWrong(f"what was granted leaves out {', '.join(left_out)}", not_applied=True)


def _span(said: Mapping[str, Any], name: str) -> timedelta | None:
    return timedelta(seconds=min(number(said, name), _LONGEST)) if name in said else None


def milliseconds(value: object) -> datetime:
    """An instant in milliseconds since 1970, as UTC. Raises Nonsense."""
    if type(value) is not int or not 0 <= value < 1 << 47:
        raise Nonsense("the answer's time is not in milliseconds")
    return datetime.fromtimestamp(value / 1000, UTC)


def instant(text: str) -> datetime:
    """An RFC 3339 instant, as UTC. Raises Nonsense, also where the zone is missing."""
    try:
        read = datetime.fromisoformat(text)
        if read.tzinfo is not None:
            return read.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Nonsense("the answer's time is not an RFC 3339 instant")


def wait_until(answer: Response, reset: str) -> datetime | None:
    """When a throttled caller may come back: the later of the header `reset` and `Retry-After`; None if neither.

    `reset` holds epoch seconds or an RFC 3339 instant (platforms README E). `Retry-After` in seconds counts from the
    answer's own `Date`, since a connector has no clock.
    """
    known = [at for at in (_moment(answer.header(reset)), _retry_after(answer)) if at is not None]
    return max(known, default=None)


def answered_at(answer: Response) -> datetime | None:
    """The platform's own time of its answer (the header `Date`), None where it gave none that can be read."""
    return _http_date(answer.header("date"))


def day_end(answer: Response) -> datetime | None:
    """The next midnight, UTC, by the platform's own time of its answer; None where it gave none."""
    date = answered_at(answer)
    return date.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1) if date else None


def budget(answer: Response, remaining: str, resets: str, *, cost: int = 1, shared: bool = False) -> tuple[Budget, ...]:
    """What two headers say is left, in requests of so many points; nothing where either is missing or unreadable.

    `resets` holds epoch seconds or an RFC 3339 instant, as for `wait_until`.
    """
    left, at = answer.header(remaining), _moment(answer.header(resets))
    if left is None or at is None or not _is_count(left):
        return ()
    return (Budget(int(left) // cost, at, shared),)


def _moment(value: str | None) -> datetime | None:
    if value is None:
        return None
    if _is_count(value):
        return datetime.fromtimestamp(int(value), UTC)
    try:
        return instant(value)
    except Nonsense:
        return None


def _retry_after(answer: Response) -> datetime | None:
    value, date = answer.header("retry-after"), _http_date(answer.header("date"))
    if value is None or not _is_count(value):
        return _http_date(value)
    return date + timedelta(seconds=int(value)) if date and len(value) <= 8 else None


def _http_date(value: str | None) -> datetime | None:
    try:
        read = parsedate_to_datetime(value) if value else None
        if read is None:
            return None
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _is_count(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 11
