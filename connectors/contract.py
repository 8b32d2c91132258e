"""What a connector is: a set of conversations that yield requests and are sent responses (house §5).

A conversation has no socket, clock, randomness or secret. The courier does the talking and decides, by the one marked
step that cannot be taken back (`Commit`), what every fault means.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal, Protocol, TypeVar, runtime_checkable

import httpx

from connectors.words import Found, Home, Identity, Limits, Outgoing, Passage, Profile, Receipt, Seen, Window

T = TypeVar("T")


# --- what is asked and answered -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sealed:
    """A place in a request for a credential's field; the courier fills it in, the connector never sees it.

    Where it is `optional` and the credential has no such field, the courier leaves the whole pair out.
    """

    field: str
    optional: bool = False


@dataclass(frozen=True)
class MediaAddress:
    """A place in an Upload's form for an address of the picture named by `sha256`, for platforms that fetch pictures.

    The courier fills in one that cannot be guessed and that exists only while the delivery is being sent.
    """

    sha256: str


@dataclass(frozen=True)
class FilePart:
    """One file of a multipart form, named by the SHA-256 (hex) of its bytes; the courier brings the bytes."""

    field: str
    filename: str
    media_type: str
    sha256: str


@dataclass(frozen=True)
class Request:
    """One HTTP request as a value. At most one of `json`, `form`/`files` and `media` (raw bytes by SHA-256) is given.

    `authorised` asks the courier to apply `Connector.auth`. `Sealed` may stand as a value in `json`, `form` and
    `headers`, and in `query` where the platform takes it nowhere else; `MediaAddress` in an Upload's `form`.
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    query: tuple[tuple[str, str | Sealed], ...] = ()
    json: Any = None
    form: tuple[tuple[str, str | Sealed | MediaAddress], ...] | None = None
    files: tuple[FilePart, ...] = ()
    media: str | None = None
    authorised: bool = True


@dataclass(frozen=True)
class Response:
    """One HTTP answer: status, headers (names in lower case), whole body."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json(self) -> Any:
        """The body as JSON. Raises Nonsense where it is not JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise Nonsense("the answer is not JSON") from None

    def header(self, name: str) -> str | None:
        """The header `name`, in any case, or None."""
        return self.headers.get(name.lower())


@dataclass(frozen=True)
class Ask:
    """A request derived from nothing in the Outgoing; may be repeated, and made before the embargo has lifted.

    Where it is `optional` and no answer can be had, it is answered with None.
    """

    request: Request
    optional: bool = False


@dataclass(frozen=True)
class Upload:
    """A request that carries something of the Outgoing (media, a mention to resolve) and may be repeated.

    The door is asked before it: a media upload is content (house §2).
    """

    request: Request


@dataclass(frozen=True)
class Commit:
    """The one step that cannot be taken back. Exactly one on the happy path of a delivery.

    `made` is the platform's id of what was made so far and this step makes public, where that is so: it is kept with
    the intent, before the step is taken, and comes back as `Passage.made` to `find` and to a further `publish`.
    """

    request: Request
    made: str | None = None


@dataclass(frozen=True)
class Pause:
    """Wait this many seconds before the next step (the platform is still working); answered with None."""

    seconds: float


Step = Ask | Upload | Commit | Pause
Conversation = Generator[Step, "Response | None", T]


# --- what may go wrong, by what to do next ---------------------------------------------------------------------------
#   PlatformError
#   ├── Rejected        the platform will never take this: tell the author
#   ├── Duplicate       the platform says it has this already: settle by looking
#   ├── SignInExpired   the credential no longer opens: connect again
#   ├── SetupWrong      the operator's set-up is wrong (scope, suspended account, configuration): tell the operator
#   ├── Throttled       not before a time
#   ├── Unavailable     5xx: the platform cannot say what it did
#   ├── ByHand          no program may do this there: a person does it at the platform itself
#   └── Nonsense        an answer that cannot be read


class PlatformError(Exception):
    """The platform said no, or said nothing usable. `not_applied` is True only where the platform documents that."""

    word: ClassVar[str] = "error"

    def __init__(self, detail: str, *, status: int | None = None, not_applied: bool = False) -> None:
        super().__init__(detail)
        self.detail = detail[:300]
        self.status = status
        self.not_applied = not_applied


class Rejected(PlatformError):
    """Refused for good: the same post will be refused again."""

    word = "rejected"


class Duplicate(PlatformError):
    """Refused because the platform holds the same post already; `original` is its id where the refusal names it."""

    word = "duplicate"

    def __init__(self, detail: str, *, original: str | None = None, status: int | None = None) -> None:
        super().__init__(detail, status=status)
        self.original = original


class SignInExpired(PlatformError):
    """The credential has expired or was revoked."""

    word = "sign-in expired"


class SetupWrong(PlatformError):
    """The operator's set-up does not allow this: scope, suspended account, wrong kind of account."""

    word = "set-up wrong"


class Throttled(PlatformError):
    """Too many requests. `until` is the platform's own instant, None where it gave none."""

    word = "throttled"

    def __init__(self, detail: str, *, until: datetime | None = None, **more: Any) -> None:
        super().__init__(detail, **more)
        self.until = until


class Unavailable(PlatformError):
    """The platform answered 5xx: at `Commit` nobody knows whether it took the post."""

    word = "unavailable"


class ByHand(PlatformError):
    """The platform takes this from a person only: a removal, or the end of a credential."""

    word = "by-hand"


class Nonsense(PlatformError):
    """The platform's answer cannot be read; at `Commit` nobody knows whether it took the post."""

    word = "unreadable answer"


# --- what a connector declares and offers ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Authorisation:
    """The OAuth 2 authorisation request of one account (RFC 6749 §4.1.1): where a person is sent to give consent.

    `url` is what the person's browser opens: https, on a host of the manifest or at the account's own origin. The
    worker adds `response_type=code`, `client_id`, `redirect_uri`, `scope` (the manifest's, joined by `separator`), a
    `state` that serves once, with `pkce` a `code_challenge` by S256 (RFC 7636), and `more`. `issuer` is what the
    answer's `iss` must say (RFC 9207), None where the platform sends none. The code lives `code_seconds`.

    What came back is in the credential during `sign_in`, and only then: `code`, `redirect_uri` and, with `pkce`,
    `code_verifier`, beside the fields of `Manifest.application`. The token request holds them as `Sealed`. Where
    `sign_in` is for what a person brings, `exchange` are the conversations held before it: each finds in the credential
    what those before it brought.
    """

    url: str
    pkce: bool = True
    issuer: str | None = None
    separator: str = " "
    more: tuple[tuple[str, str], ...] = ()
    code_seconds: int = 600
    exchange: tuple[Callable[[Home], Conversation[Renewal]], ...] = ()


@dataclass(frozen=True)
class Budget:
    """What an answer says is left of one allowance: so many posts until `resets`.

    `remaining` None: no count, but so near the end that one goes after another. `shared`: it is the allowance of the
    operator's whole application, not of one account. `sort`: of the first, or the later, parts of threads alone.
    """

    remaining: int | None
    resets: datetime
    shared: bool = False
    sort: Literal["first", "later"] | None = None


@dataclass(frozen=True)
class Allowance:
    """What a platform allows an account and never tells: so many posts (`fact` of the home, else these) in the time."""

    fact: str
    posts: int
    seconds: int


@dataclass(frozen=True)
class Manifest:
    """What a connector declares of itself.

    `hosts` are the fixed hosts it speaks to; `own_origin` says that it also speaks to the account's own origin.
    `fields` are the credential's fields a person brings; `scopes` what is asked for and no more. `authorise` says that
    (also) a person's consent connects an account, and how it is asked for; `application` are the fields of the
    operator's own application at the platform (from the settings), which every credential has besides.
    `harmless_repeat` is True only where repeating the Commit under the same key is provably harmless (house §5),
    `refresh_repeats` only where a refresh may be asked for again after its answer was lost. `budgets` reads what may
    still be sent from the answer to a Commit (`each_answer_tells`: to any step), a pure function; None where it does
    not tell: then `allowance` is what it documents, and the worker counts.
    `removes` is False where no program may take a post down: `remove` then raises ByHand as long as it is there.
    `backdates`: whoever posts may give a post an earlier date or place, so the newest posts alone are not all new ones.
    `title` is how the platform writes its own name; empty where the connector's name with capitals says it.
    """

    hosts: frozenset[str]
    own_origin: bool
    fields: tuple[str, ...]
    scopes: tuple[str, ...] = ()
    harmless_repeat: bool = False
    authorise: Callable[[Home], Authorisation] | None = None
    application: tuple[str, ...] = ()
    refresh_repeats: bool = False
    budgets: Callable[[Response], tuple[Budget, ...]] | None = None
    each_answer_tells: bool = False
    allowance: Allowance | None = None
    removes: bool = True
    backdates: bool = False
    title: str = ""


@dataclass(frozen=True, repr=False)
class Renewal:
    """Fields of a credential that a sign-in or refresh brought; shows no value when printed.

    The access ends at `expires_at`, or `lasts` so long from the answer on, whichever the platform says; both None where
    it does not end. After `grant_lasts` no refresh helps: a person connects the account again.
    """

    fields: tuple[tuple[str, str], ...]
    expires_at: datetime | None = None
    lasts: timedelta | None = None
    grant_lasts: timedelta | None = None

    def __repr__(self) -> str:
        ends = self.expires_at or self.lasts
        return f"Renewal(fields={[name for name, _ in self.fields]}, ends={ends})"


@runtime_checkable
class Connector(Protocol):
    """One platform. Everything it does is a Conversation; see connectors/conformance.py for what is held of it."""

    name: str
    manifest: Manifest

    def limits(self, home: Home) -> Limits:
        """The limits that hold for this account, from `home.facts` or the platform's documented defaults."""
        ...

    def publish(self, outgoing: Outgoing, passage: Passage) -> Conversation[Receipt]:
        """Say it. Exactly one Commit. Raises a PlatformError."""
        ...

    def find(self, outgoing: Outgoing, passage: Passage, window: Window) -> Conversation[Found]:
        """Look whether it is there. Asks only; raises a PlatformError where the platform does not answer."""
        ...

    def remove(self, receipt: Receipt, home: Home) -> Conversation[None]:
        """Take it down; what is not there is removed already."""
        ...

    def recent(self, home: Home, limit: int) -> Conversation[tuple[Seen, ...]]:
        """The account's newest posts, newest first."""
        ...

    def profile(self, home: Home) -> Conversation[Profile]:
        """How the account presents itself, read at its source and not from a cache where there is a choice."""
        ...

    def identify(self, home: Home) -> Conversation[Identity]:
        """Whom the credential belongs to; `home.subject` may still be empty."""
        ...

    def sign_in(self, home: Home) -> Conversation[Renewal]:
        """Turn what a person brought into what requests need; no fields where nothing is to be done.

        After a consent (`Manifest.authorise`) this exchanges the code; see Authorisation for what is there then.
        """
        ...

    def refresh(self, home: Home) -> Conversation[Renewal]:
        """Renew what expires; no fields where nothing expires."""
        ...

    def revoke(self, home: Home) -> Conversation[None]:
        """End the credential at the platform as far as the platform offers it."""
        ...

    def auth(self, credential: Mapping[str, str], now: datetime, nonce: str) -> httpx.Auth:
        """Applied by the courier to every authorised request; the only place where a connector meets a secret.

        It may add headers and query parameters (a proof, a signature); method, place and what is there stay.
        """
        ...


def converse(conversation: Conversation[T], answer: Callable[[Step], Response | None]) -> T:
    """Drive a conversation to its end with `answer`: the whole of what a courier is, without a network.

    Raises whatever the conversation raises.
    """
    try:
        step = next(conversation)
        while True:
            step = conversation.send(answer(step))
    except StopIteration as end:
        result: T = end.value
        return result
