"""What signing in leaves behind: factors, recovery codes, invitations, sessions, step-ups and tallies as records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.domain.change import Record


class FactorStatus(StrEnum):
    """pending: shown but not proved yet; confirmed; locked after ten wrong codes in a row; ended with its member."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    LOCKED = "locked"
    ENDED = "ended"


class SessionKind(StrEnum):
    """half: password only, may enrol or prove a second factor and sign out; full: both factors."""

    HALF = "half"
    FULL = "full"


@dataclass(frozen=True, kw_only=True)
class Factor(Record):
    """A member's one-time-code secret, sealed under the content key; the highest accepted time step is stored (G5)."""

    member: str
    sealed: bytes
    last_step: int
    status: FactorStatus
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class RecoveryCode(Record):
    """One of ten; only its hash is stored, and it works once."""

    member: str
    hash: str
    used_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Invitation(Record):
    """A one-time link by which a member chooses a password; its id is the hash of what the link carries."""

    member: str
    expires_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Session(Record):
    """A signed-in browser or client; its id is the hash of what the cookie carries."""

    member: str
    kind: SessionKind
    began_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class StepUp(Record):
    """A fresh second factor, bound to one act, subject and digest of one session, used once (house §12)."""

    session: str
    member: str
    act: str
    subject: str
    digest: str
    at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class HeldForm(Record):
    """What a member had typed when their session ended or a fresh factor was asked for, sealed under the content key;
    emptied when it is taken.
    """

    member: str
    sealed: bytes
    at: datetime
    taken_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Tries(Record):
    """Failures counted under one key (canonical name or source), so that any spelling shares one count."""

    failures: tuple[datetime, ...]
    in_a_row: int
