"""Organisation: whose gateway this is; one a database. Policy in force and the worker's sign of life beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gateway.domain.change import Record

EXCHANGING = "exchanging"


@dataclass(frozen=True, kw_only=True)
class Organisation(Record):
    """The organisation that owns the accounts and the vault. `policy` is the id of the rule set in force."""

    name: str
    created_at: datetime
    policy: str


@dataclass(frozen=True, kw_only=True)
class Deposit(Record):
    """A credential boxed by the web process for the worker; gone once the worker has opened and verified it.

    `outcome` is empty while it waits, then "current" or the reason why it was refused; "exchanging" while a worker
    exchanges the code of a `consent`.
    """

    account: str
    member: str
    box_key: str
    sealed: bytes
    put_at: datetime
    outcome: str = ""
    consent: str | None = None

    @property
    def is_answered(self) -> bool:
        """Whether a worker is done with it."""
        return self.outcome not in {"", EXCHANGING}


@dataclass(frozen=True, kw_only=True)
class Errand(Record):
    """Something a person asks of the worker, done once, its outcome kept: remove (a delivery's publication, or what a
    `breach` found), look, settle (by `link`), rotate, revoke (the `account`'s credential).
    """

    kind: str
    account: str
    delivery: str | None
    asked_by: str
    asked_at: datetime
    link: str = ""
    breach: str | None = None
    done_at: datetime | None = None
    outcome: str = ""
