"""Account: a corporate social account on one platform, who answers for it (P28) and its second factor there (P29)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from connectors.words import Home
from gateway.domain.audit import AuditEvent
from gateway.domain.change import Change, Record
from gateway.domain.instant import Now
from gateway.domain.policy import Timing
from gateway.domain.refusal import Reason, Refused


class FactorState(StrEnum):
    """The account's second factor at the platform, as last checked by a person."""

    ON = "on"
    OFF = "off"
    UNKNOWN = "unknown"


class CredentialState(StrEnum):
    """Where the account's credential stands; the credential itself is in the vault."""

    NONE = "none"
    DEPOSITED = "deposited"
    CURRENT = "current"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True)
class Called:
    """An account as lists name it."""

    id: str
    platform: str
    handle: str


@dataclass(frozen=True, kw_only=True)
class Account(Record):
    """One account. `subject` is the platform's own id, empty until the worker has verified it; `facts` are limits.

    The credential serves until `access_ends_at` and can be renewed until `grant_ends_at`, None where it does not end.
    `refresh_begun_at` stands while a renewal is asked for, and stays where its answer was lost. `end_warned_at` is when
    its people were last told that a person must connect it again.
    """

    platform: str
    origin: str
    handle: str
    subject: str
    owner_team: str
    responsible: str
    accountable: str
    tier: str = "standard"
    factor_state: FactorState = FactorState.UNKNOWN
    recovery_owner: str = ""
    factor_checked_at: datetime | None = None
    sign_off: str = ""
    facts: tuple[tuple[str, int], ...] = ()
    credential_state: CredentialState = CredentialState.NONE
    connected_by: str | None = None
    access_ends_at: datetime | None = None
    grant_ends_at: datetime | None = None
    refresh_begun_at: datetime | None = None
    end_warned_at: datetime | None = None
    created_at: datetime

    @property
    def home(self) -> Home:
        """Where the account lives, in the connectors' words."""
        return Home(self.platform, self.origin, self.subject, self.handle, self.facts)


@dataclass(frozen=True)
class Ends:
    """How long a credential serves, and how long it can be renewed; None where it does not end."""

    access: datetime | None = None
    grant: datetime | None = None


ENDLESS = Ends()


def renewed(account: Account, ends: Ends) -> Account:
    """The account with a fresh credential that serves so long."""
    lasting = replace(account, access_ends_at=ends.access, grant_ends_at=ends.grant)
    return replace(lasting, refresh_begun_at=None, end_warned_at=None)


@dataclass(frozen=True, kw_only=True)
class Freeze(Record):
    """Stop everything of a scope ("all", "platform" or "account") that has not passed its intent, until thawed."""

    scope: str
    target: str
    reason: str
    by: str
    since: datetime
    thawed_at: datetime | None = None
    thawed_by: str | None = None

    def covers(self, account: Account) -> bool:
        """Whether this freeze, not thawed, stops `account`."""
        if self.thawed_at is not None:
            return False
        return self.scope == "all" or self.target in {account.platform, account.id}


def require_factor(account: Account, timing: Timing, now: Now) -> None:
    """P29: the platform's second factor is on, checked within policy, with a recovery owner. Raises Refused."""
    if account.factor_state is not FactorState.ON:
        raise Refused(Reason.ACCOUNT_FACTOR, account=account.id, state=str(account.factor_state))
    if account.factor_checked_at is None or now.maybe_past(account.factor_checked_at + timing.account_factor_life):
        raise Refused(Reason.ACCOUNT_FACTOR, account=account.id, state="older than policy")
    if not account.recovery_owner:
        raise Refused(Reason.ACCOUNT_FACTOR, account=account.id, state="no recovery owner")


def require_connected(account: Account) -> None:
    """The account has a verified, current credential. Raises Refused."""
    if account.credential_state is CredentialState.EXPIRED:
        raise Refused(Reason.CREDENTIAL_EXPIRED, account=account.id)
    if account.credential_state is not CredentialState.CURRENT or not account.subject:
        raise Refused(Reason.ACCOUNT_UNCONNECTED, account=account.id)


def require_thawed(account: Account, freezes: Iterable[Freeze]) -> None:
    """No freeze covers the account. Raises Refused."""
    if held := next((freeze for freeze in freezes if freeze.covers(account)), None):
        raise Refused(Reason.FROZEN, scope=held.scope, freeze=held.id)


def register(account: Account, *, by: str) -> Change:
    """Enter an account into the register. Responsible and accountable people are named (P28)."""
    for name in ("handle", "owner_team", "responsible", "accountable", "origin"):
        if not getattr(account, name).strip():
            raise Refused(Reason.EMPTY, field=name)
    facts = {"platform": account.platform, "owner_team": account.owner_team, "tier": account.tier}
    return Change((AuditEvent("account.create", by, "account", account.id, facts),), (account,))


def check_factor(account: Account, state: FactorState, recovery_owner: str, *, by: str, at: datetime) -> Change:
    """Write down what a person saw of the platform's second factor (P29)."""
    after = replace(account, factor_state=state, recovery_owner=recovery_owner.strip(), factor_checked_at=at)
    event = AuditEvent("account.factor", by, "account", account.id, {"state": str(state)})
    return Change((event,), (after,))


def freeze(held: Freeze, *, by: str) -> Change:
    """Stop everything of the scope at once. A reason is written down. Raises Refused."""
    if not held.reason.strip():
        raise Refused(Reason.REASON_MISSING)
    if held.scope not in {"all", "platform", "account"} or (held.scope != "all" and not held.target):
        raise Refused(Reason.EMPTY, field="target")
    event = AuditEvent("freeze", by, "freeze", held.id, {"scope": held.scope, "target": held.target})
    return Change((event,), (held,))


def thaw(held: Freeze, *, by: str, at: datetime) -> Change:
    """End a freeze. What was missed meanwhile lapses by its own rule; thawing never fires it."""
    if held.thawed_at is not None:
        raise Refused(Reason.WRONG_STATE, state="thawed")
    event = AuditEvent("thaw", by, "freeze", held.id, {"scope": held.scope, "target": held.target})
    return Change((event,), (replace(held, thawed_at=at, thawed_by=by),))
