"""Accounts, grants, freezes, deposits, consents and errands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from gateway.domain.account import Account, Called, CredentialState, Freeze
from gateway.domain.consent import Consent
from gateway.domain.grant import Grant
from gateway.domain.organisation import EXCHANGING, Deposit, Errand, Organisation
from gateway.domain.refusal import Reason, Refused
from gateway.storage import tables
from gateway.storage.shelf import Shelf


class Organisations(Shelf[Organisation]):
    """The one organisation."""

    kind, table = Organisation, tables.organisations

    def only(self) -> Organisation:
        """The organisation. Raises Refused where the gateway has not been set up."""
        found = self.all()
        if not found:
            raise Refused(Reason.NOT_FOUND, kind="organisation")
        return found[0]


class Accounts(Shelf[Account]):
    """The account register."""

    kind, table = Account, tables.accounts

    def called(self, ids: Iterable[str]) -> dict[str, Called]:
        """How these are called, without the rest of each: for lists."""
        c, wanted = self.table.c, sorted(set(ids))
        rows = self._connection.execute(select(c.id, c.platform, c.handle).where(c.id.in_(wanted))).all()
        return {row[0]: Called(*row) for row in rows}

    def ending(self, before: datetime) -> list[Account]:
        """Connected ones whose access ends before an instant."""
        c = self.table.c
        return self.where(c.credential_state == CredentialState.CURRENT, c.access_ends_at <= before)

    def renewing(self) -> list[Account]:
        """Those whose renewal was begun and has no outcome, or a lost one."""
        return self.where(self.table.c.refresh_begun_at.is_not(None))

    def with_grant_end(self) -> list[Account]:
        """Connected ones that a person must connect again one day."""
        c = self.table.c
        return self.where(c.credential_state == CredentialState.CURRENT, c.grant_ends_at.is_not(None))


class Grants(Shelf[Grant]):
    """Rights to act on accounts."""

    kind, table = Grant, tables.grants

    def of_member(self, member: str) -> list[Grant]:
        """A member's grants that were not ended."""
        return self.where(self.table.c.member == member, self.table.c.ended_at.is_(None))

    def on_accounts(self, accounts: Iterable[str]) -> list[Grant]:
        """Grants on these accounts that were not ended."""
        return [grant for grant in self.among(self.table.c.account, accounts) if grant.ended_at is None]


class Freezes(Shelf[Freeze]):
    """Freezes."""

    kind, table = Freeze, tables.freezes

    def in_force(self) -> list[Freeze]:
        """Those that were not thawed."""
        return self.where(self.table.c.thawed_at.is_(None))


class Deposits(Shelf[Deposit]):
    """Boxed credentials on their way to the worker."""

    kind, table = Deposit, tables.deposits

    def waiting(self, limit: int = 20) -> list[Deposit]:
        """Those a person brought that the worker has not answered, oldest first."""
        c = self.table.c
        return self.where(c.outcome == "", c.consent.is_(None), order=(c.put_at,), limit=limit)

    def codes(self, limit: int = 200) -> list[Deposit]:
        """Codes of consents, oldest first: those waiting and those in a worker's hands."""
        c = self.table.c
        return self.where(c.outcome.in_(["", EXCHANGING]), c.consent.is_not(None), order=(c.put_at,), limit=limit)


class Consents(Shelf[Consent]):
    """Consents at platforms, asked for and answered."""

    kind, table = Consent, tables.consents

    def open(self, limit: int = 200) -> list[Consent]:
        """Those not answered, oldest first."""
        return self.where(self.table.c.outcome == "", order=(self.table.c.asked_at,), limit=limit)

    def by_state(self, state: str) -> Consent | None:
        """The one whose state has this digest."""
        found = self.where(self.table.c.state == state) if state else []
        return found[0] if found else None


class Errands(Shelf[Errand]):
    """What people ask of the worker."""

    kind, table = Errand, tables.errands

    def waiting(self, limit: int = 20) -> list[Errand]:
        """Those not done, oldest first."""
        return self.where(self.table.c.done_at.is_(None), order=(self.table.c.asked_at,), limit=limit)
