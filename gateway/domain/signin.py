"""What signing in leaves behind: factors, passkeys, recovery codes, invitations, sessions, step-ups and tallies."""

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
    """A signed-in browser or client; its id is the hash of what the cookie carries. `passkey`: the second factor was
    one, so that no copied page can have relayed it.
    """

    member: str
    kind: SessionKind
    began_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None
    passkey: bool = False


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
    passkey: bool = False


@dataclass(frozen=True, kw_only=True)
class Passkey(Record):
    """A member's passkey: its credential id (base64url), its public key sealed for exactly this row, how often it says
    it was used, and the name its member gave it.
    """

    member: str
    credential: str
    sealed: bytes
    sign_count: int
    name: str
    created_at: datetime
    used_at: datetime | None = None
    ended_at: datetime | None = None


class Purpose(StrEnum):
    """What a passkey is asked for."""

    ENROL = "enrol"
    SIGN_IN = "sign-in"
    STEP_UP = "step-up"


@dataclass(frozen=True, kw_only=True)
class Challenge(Record):
    """What one session's passkey must sign, once and within five minutes; the newest of a purpose takes the place of
    the one before. For a step-up it stands for one act, subject and digest; for an enrolment it keeps the `name`.
    """

    member: str
    session: str
    purpose: Purpose
    value: bytes
    at: datetime
    act: str = ""
    subject: str = ""
    digest: str = ""
    name: str = ""
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
