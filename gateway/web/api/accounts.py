"""The account register: accounts, their second factor at the platform, connecting, grants."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from gateway.actions import account, credential
from gateway.domain.account import Account, FactorState
from gateway.domain.grant import Asked, Grant, Kind
from gateway.domain.organisation import Deposit
from gateway.web.answers import Answer
from gateway.web.forms import Form, Id, Line, PathId, Secret, Time, WallTime, Word, when
from gateway.web.guards import Acting, InWorld

Kinds = Literal["watch", "write", "approve", "publish-now", "reply", "manage"]
ShortWord = Annotated[Word, Field(max_length=40)]


class NewAccount(Form):
    """An account for the register."""

    platform: ShortWord
    origin: Line
    handle: Line
    owner_team: Line
    responsible: Line
    accountable: Line
    tier: ShortWord = "standard"
    sign_off: Line = ""


class SeenFactor(Form):
    """The platform's second factor as just seen."""

    state: Literal["on", "off", "unknown"]
    recovery_owner: Line


class Brought(Form):
    """The fields of a credential; they are boxed for the worker and never come back."""

    fields: dict[ShortWord, Secret] = Field(max_length=20)


class NewGrant(Form):
    """A grant to a member, with its span."""

    member: Id
    kinds: Annotated[list[Kinds], Field(max_length=6)]
    begins: Time | WallTime
    ends: Time | WallTime | None = None


class ListedGrant(NewGrant):
    """A grant of a list, with its account."""

    account: Id

    def asked(self) -> Asked:
        """In the core's words. Raises Refused for a time that is naive, comes twice or never."""
        ends = when(self.ends) if self.ends is not None else None
        kinds = tuple(Kind(kind) for kind in dict.fromkeys(self.kinds))
        return Asked(self.account, self.member, kinds, when(self.begins), ends)


class GrantList(Form):
    """Grants that are given together, confirmed by one fresh factor."""

    grants: Annotated[list[ListedGrant], Field(max_length=100)]


class DepositAnswer(Answer):
    """Where a boxed credential waits for the worker: not what it holds."""

    id: str
    account: str
    put_at: datetime


def list_accounts(world: InWorld, who: Acting) -> list[Account]:
    """The register."""
    return account.accounts(world, who)


def create_account(world: InWorld, who: Acting, form: NewAccount) -> Account:
    """Enter an account into the register."""
    return account.create_account(world, who, **form.model_dump())


def check_account_factor(world: InWorld, who: Acting, account_id: PathId, form: SeenFactor) -> Account:
    """Write down the platform's second factor."""
    return account.check_factor(world, who, account_id, FactorState(form.state), form.recovery_owner)


def connect_account(world: InWorld, who: Acting, account_id: PathId, form: Brought) -> Deposit:
    """Box a credential for the worker."""
    return credential.connect(world, who, account_id, form.fields)


def list_grants(world: InWorld, who: Acting, account_id: PathId) -> list[Grant]:
    """The grants on an account."""
    return account.grants(world, who, account_id)


def give_grant(world: InWorld, who: Acting, account_id: PathId, form: NewGrant) -> Grant:
    """Give a member rights on an account."""
    kinds = tuple(Kind(kind) for kind in dict.fromkeys(form.kinds))
    ends = when(form.ends) if form.ends is not None else None
    return account.give_grant(world, who, account_id, form.member, kinds, when(form.begins), ends)


def give_grants(world: InWorld, who: Acting, form: GrantList) -> list[Grant]:
    """Give a whole list of grants, or none of them."""
    return list(account.give_grants(world, who, tuple(one.asked() for one in form.grants)))


def end_grant(world: InWorld, who: Acting, grant_id: PathId) -> Grant:
    """End a grant at once."""
    return account.end_grant(world, who, grant_id)
