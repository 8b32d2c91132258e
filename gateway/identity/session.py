"""Sessions and step-ups as values: what each allows, and when it is over. Storage keeps the rows, the web keeps the
cookie.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from gateway.identity.span import Span, aware, sure
from gateway.identity.wrong import SecondFactorNeeded, SessionOver, StepUpNeeded

ID_BYTES = 16  # ASVS 5.0 7.2.3: at least 128 bits
MOST_SESSIONS = 5
STEP_UP_LIFE = timedelta(minutes=5)
DOMAIN = b"gateway session 1\x00"


class Kind(StrEnum):
    """How much of a sign-in has happened."""

    HALF = "half"  # the password only
    FULL = "full"  # password and second factor


@dataclass(frozen=True, slots=True)
class Limits:
    """After how long without a request, and after how long at all, a session is over."""

    idle: timedelta
    absolute: timedelta


LIMITS = {
    Kind.HALF: Limits(idle=timedelta(minutes=15), absolute=timedelta(minutes=15)),
    Kind.FULL: Limits(idle=timedelta(minutes=30), absolute=timedelta(hours=12)),
}

HALF_MAY = frozenset({"enrol_second_factor", "verify_second_factor", "sign_out"})


@dataclass(frozen=True, slots=True)
class Session:
    """One row: the hash of the id in the cookie, whose it is, and the *earliest* instants at which it began and was
    last seen.
    """

    id_hash: bytes
    member_id: str
    kind: Kind
    began: datetime
    last_seen: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "began", aware(self.began))
        object.__setattr__(self, "last_seen", aware(self.last_seen))


@dataclass(frozen=True, slots=True)
class StepUp:
    """A factor shown afresh for one act on one subject (and digest), by one session, once; `at` is the earliest it
    can have been.
    """

    session_hash: bytes
    act: str
    subject: str
    digest: bytes | None
    at: datetime
    spent: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", aware(self.at))


def new_id(entropy: bytes) -> str:
    """The secret for the cookie, from at least 16 bytes of the system generator. Raises ValueError when there are
    fewer.
    """
    if len(entropy) < ID_BYTES:
        raise ValueError(f"a session id needs {ID_BYTES} random bytes")
    return base64.urlsafe_b64encode(entropy).rstrip(b"=").decode("ascii")


def hash_id(session_id: str) -> bytes:
    """The 32 bytes under which a session is stored: who steals the database has no session. Takes any text a cookie
    may hold.
    """
    return hashlib.sha256(DOMAIN + session_id.encode("utf-8", errors="surrogatepass")).digest()


def begin(session_id: str, *, member_id: str, kind: Kind, now: Span) -> Session:
    """A new session, dated by the earliest reading so that its end can only come early."""
    earliest, _ = sure(now)
    return Session(hash_id(session_id), member_id, kind, earliest, earliest)


def is_over(session: Session, now: Span) -> bool:
    """Whether the session is maybe past its idle or absolute limit, or surely before its own beginning (the clock
    went back).
    """
    _, latest = sure(now)
    limits = LIMITS[session.kind]
    is_before_itself = latest < max(session.began, session.last_seen)
    return is_before_itself or latest >= min(session.last_seen + limits.idle, session.began + limits.absolute)


def check_session(session: Session, act: str, now: Span) -> None:
    """Raises SessionOver, or SecondFactorNeeded when a half session asks for more than enrolling, verifying or
    signing out.
    """
    if is_over(session, now):
        raise SessionOver
    if session.kind is not Kind.FULL and act not in HALF_MAY:
        raise SecondFactorNeeded


def seen(session: Session, now: Span) -> Session:
    """The session after a request; its last sight never moves back. Raises SessionOver: a dead session cannot be
    revived.
    """
    if is_over(session, now):
        raise SessionOver
    return replace(session, last_seen=max(session.last_seen, sure(now)[0]))


def renewed(session: Session, session_id: str, *, kind: Kind, now: Span) -> Session:
    """The session under a new id after a second factor, a step-up or a change of role (ASVS 5.0 7.2.4); the caller
    drops the old row.

    The absolute limit still counts from the first beginning. Raises SessionOver.
    """
    return replace(seen(session, now), id_hash=hash_id(session_id), kind=kind)


def surplus(sessions: Sequence[Session], *, most: int = MOST_SESSIONS) -> tuple[Session, ...]:
    """The member's least recently seen sessions that must end so that no more than `most` remain."""
    by_sight = sorted(sessions, key=lambda session: session.last_seen, reverse=True)
    return tuple(by_sight[most:])


def check_step_up(
    step_up: StepUp | None, *, session_hash: bytes, act: str, subject: str, digest: bytes | None, now: Span
) -> StepUp:
    """The step-up as spent, to be stored by one conditional UPDATE in the act's own transaction, so that it serves
    once.

    Raises StepUpNeeded unless it was shown by this session for exactly this act, subject and digest, is unspent and
    surely at most 5 minutes old (ASVS 5.0 7.5.3).
    """
    if step_up is None or step_up.spent or _bound_to(step_up) != (session_hash, act, subject, digest):
        raise StepUpNeeded
    _, latest = sure(now)
    if not timedelta(0) <= latest - step_up.at <= STEP_UP_LIFE:
        raise StepUpNeeded
    return replace(step_up, spent=True)


def _bound_to(step_up: StepUp) -> tuple[bytes, str, str, bytes | None]:
    return step_up.session_hash, step_up.act, step_up.subject, step_up.digest
