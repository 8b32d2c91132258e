"""What the courier is handed and hands back, and the one table that decides (house §5): what went wrong, and where."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum, auto
from typing import Literal

from connectors.contract import (
    Connector,
    Conversation,
    Duplicate,
    Nonsense,
    PlatformError,
    Rejected,
    Response,
    SetupWrong,
    SignInExpired,
    Throttled,
    Unavailable,
)
from connectors.words import Home, Receipt
from gateway.domain.refusal import Reason, Refused
from scheduler.fuse import Blown

Flag = Literal["credential-expired", "setup-wrong"]


async def at_once() -> None:
    """No waiting."""


def unheard(answer: Response) -> None:
    """Nobody listens."""


def unkept(made: str | None) -> None:
    """Nobody keeps it."""


async def nowhere(sha256: str) -> str:
    """No address is to be had. Raises Refused."""
    raise Refused(Reason.MEDIA_UNREACHABLE)


@dataclass(frozen=True, kw_only=True)
class Sending:
    """One delivery on its way: `conversation` is its connector's `publish`.

    `credential` reveals the values; it is called when a request is made, and nothing it gives is kept.
    `before_content` asks door(content), once, before the first Upload. `before_connecting` waits until it is time to
    make the connection for the Commit, shortly before the door could open. `before_commit` commits the intent and gives
    the CLOCK_BOOTTIME seconds at which it was decided; it may wait until the delivery is due. All may raise Refused,
    those two that ask a door also Throttled. `answered` hears the answer to the Commit, `heard` each of the others;
    `prepared` hears before the Commit what it is
    about to make public (`Commit.made`), which is to be kept with the intent. `address` gives an address from which the
    platform can fetch a picture of this delivery, named by its SHA-256, until the delivery is over; may raise Refused.
    """

    connector: Connector
    home: Home
    conversation: Conversation[Receipt]
    credential: Callable[[], Mapping[str, str]]
    before_content: Callable[[], Awaitable[None]]
    before_commit: Callable[[], Awaitable[float]]
    before_connecting: Callable[[], Awaitable[None]] = at_once
    answered: Callable[[Response], None] = unheard
    heard: Callable[[Response], None] = unheard
    prepared: Callable[[str | None], None] = unkept
    address: Callable[[str], Awaitable[str]] = nowhere


@dataclass(frozen=True)
class Accepted:
    """The platform holds it. `at` is when its answer to the Commit came."""

    receipt: Receipt
    at: datetime


@dataclass(frozen=True)
class BackToHeld:
    """Surely not applied: it may be tried again, not before `not_before` where there is one.

    `why` is a word of ours for the log, `detail` words for a person, without secrets. With `intent_committed` the
    delivery stands at *sending* and this is its proof; without, it is still *claimed*. `flag` wants a person.
    """

    why: str
    at: datetime
    not_before: datetime | None = None
    flag: Flag | None = None
    intent_committed: bool = False
    detail: str = ""


@dataclass(frozen=True)
class TurnedDown:
    """The platform will never take it. Without `intent_committed` the delivery is still *claimed*."""

    why: str
    at: datetime
    intent_committed: bool = False
    detail: str = ""


@dataclass(frozen=True)
class Lost:
    """Nobody knows whether the platform took it: never resent, settled by looking. Its intent is always committed.

    `named` is the post that the platform called the original when it refused this one as a duplicate.
    """

    why: str
    at: datetime
    detail: str = ""
    named: str | None = None


Outcome = Accepted | BackToHeld | TurnedDown | Lost


class NoAnswer(Exception):
    """No usable answer. `not_sent` is True only where provably no connection was made; holds no text of others."""

    def __init__(self, detail: str, *, not_sent: bool = False) -> None:
        super().__init__(detail)
        self.detail = detail
        self.not_sent = not_sent


class Faulty(NoAnswer):
    """A connector does what no connector may: a fault of its program, not of the platform."""


class Phase(Enum):
    """How far a delivery has come: the columns of the table."""

    BEFORE = auto()  # the Commit's request has not been started
    AT = auto()  # it has been started, and nothing was asked since
    AFTER = auto()  # something was asked since: what goes wrong there says nothing about the Commit


class Verdict(Enum):
    """What is decided."""

    HELD = auto()
    DOWN = auto()
    LOST = auto()


class Fault(StrEnum):
    """What went wrong: the rows of the table, and the word for the log."""

    NOT_SENT = "not-sent"
    NO_ANSWER = "no-answer"
    UNREADABLE = "unreadable-answer"
    UNAVAILABLE = "unavailable"
    THROTTLED = "throttled"
    SIGN_IN = "sign-in-expired"
    SET_UP = "setup-wrong"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"
    FUSE = "fuse"
    REFUSED = "refused"
    FAULTY = "connector-faulty"


HELD, DOWN, LOST = Verdict.HELD, Verdict.DOWN, Verdict.LOST

# before the Commit | at it | at it, documented as not applied | after it
TABLE: Mapping[Fault, tuple[Verdict, Verdict, Verdict, Verdict]] = {
    Fault.NOT_SENT: (HELD, HELD, HELD, LOST),
    Fault.NO_ANSWER: (HELD, LOST, LOST, LOST),
    Fault.UNREADABLE: (HELD, LOST, LOST, LOST),
    Fault.UNAVAILABLE: (HELD, LOST, HELD, LOST),
    Fault.THROTTLED: (HELD, LOST, HELD, LOST),
    Fault.SIGN_IN: (HELD, LOST, HELD, LOST),
    Fault.SET_UP: (HELD, LOST, HELD, LOST),
    Fault.REJECTED: (DOWN, DOWN, DOWN, LOST),
    Fault.DUPLICATE: (DOWN, LOST, LOST, LOST),
    Fault.FUSE: (HELD, HELD, HELD, LOST),
    Fault.REFUSED: (HELD, LOST, LOST, LOST),
    Fault.FAULTY: (HELD, LOST, LOST, LOST),
}
FLAGS: Mapping[Fault, Flag] = {
    Fault.SIGN_IN: "credential-expired",
    Fault.SET_UP: "setup-wrong",
    Fault.FAULTY: "setup-wrong",
}
ERRORS: Mapping[type[Exception], Fault] = {
    Rejected: Fault.REJECTED,
    Duplicate: Fault.DUPLICATE,
    SignInExpired: Fault.SIGN_IN,
    SetupWrong: Fault.SET_UP,
    Throttled: Fault.THROTTLED,
    Unavailable: Fault.UNAVAILABLE,
    Nonsense: Fault.UNREADABLE,
    PlatformError: Fault.UNREADABLE,
    Blown: Fault.FUSE,
    Refused: Fault.REFUSED,
    Faulty: Fault.FAULTY,
    NoAnswer: Fault.NO_ANSWER,
}


@dataclass(frozen=True)
class Failure:
    """What went wrong, as a value: no exception, so that nothing it refers to is kept."""

    fault: Fault
    why: str
    detail: str = ""
    not_before: datetime | None = None
    not_applied: bool = False
    named: str | None = None


def failure_of(error: PlatformError | Refused | Blown | NoAnswer) -> Failure:
    """The row that an exception belongs to, by its nearest known class."""
    fault = next(ERRORS[kind] for kind in type(error).__mro__ if kind in ERRORS)
    if isinstance(error, NoAnswer):
        fault = Fault.NOT_SENT if error.not_sent else fault
        return Failure(fault, str(fault), error.detail)
    if isinstance(error, PlatformError):
        not_before = error.until if isinstance(error, Throttled) else None
        named = error.original if isinstance(error, Duplicate) else None
        return Failure(fault, str(fault), error.detail, not_before, error.not_applied, named)
    if isinstance(error, Refused):
        return Failure(fault, str(error.reason))
    return Failure(fault, str(fault), str(error))


def decide(failure: Failure, phase: Phase, *, at: datetime, intent_committed: bool) -> BackToHeld | TurnedDown | Lost:
    """Look the failure up in the table. `at` is when the answer came, or was given up."""
    before, at_commit, proven, after = TABLE[failure.fault]
    at_it = proven if failure.not_applied else at_commit
    verdict = {Phase.BEFORE: before, Phase.AT: at_it, Phase.AFTER: after}[phase]
    if verdict is HELD:
        flag = FLAGS.get(failure.fault)
        return BackToHeld(failure.why, at, failure.not_before, flag, intent_committed, failure.detail)
    if verdict is DOWN:
        return TurnedDown(failure.why, at, intent_committed, failure.detail)
    return Lost(failure.why, at, failure.detail, failure.named)
