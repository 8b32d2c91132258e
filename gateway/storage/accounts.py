"""Accounts, grants, freezes, deposits and errands."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.domain.account import Account, Freeze
from gateway.domain.grant import Grant
from gateway.domain.organisation import Deposit, Errand, Organisation
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
        """Those the worker has not answered, oldest first."""
        return self.where(self.table.c.outcome == "", order=(self.table.c.put_at,), limit=limit)


class Errands(Shelf[Errand]):
    """What people ask of the worker."""

    kind, table = Errand, tables.errands

    def waiting(self, limit: int = 20) -> list[Errand]:
        """Those not done, oldest first."""
        return self.where(self.table.c.done_at.is_(None), order=(self.table.c.asked_at,), limit=limit)
