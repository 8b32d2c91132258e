"""The account register: accounts, their second factor at the platform, connecting, grants."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from gateway.actions import account, consent, credential, revoking
from gateway.domain.account import Account, FactorState
from gateway.domain.consent import Consent
from gateway.domain.grant import Asked, Grant, Kind
from gateway.domain.organisation import Deposit, Errand
from gateway.web.answers import Answer
from gateway.web.forms import Form, Id, Line, PathId, Secret, Time, WallTime, Word, when
from gateway.web.guards import Acting, InWorld
from gateway.world import World

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


class CameBack(Form):
    """The query with which the platform sent the person back."""

    state: Secret
    code: Secret = ""
    iss: Line = ""
    error: Line = ""


class ConsentAnswer(Answer):
    """A consent: where to send the person, once the worker made the address; what is asked for; how it ended."""

    id: str
    account: str
    asked_at: datetime
    address: str | None
    scopes: tuple[str, ...]
    outcome: str | None


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


def revoke_account(world: InWorld, who: Acting, account_id: PathId) -> Errand:
    """Ask the worker to end the account's credential at the platform and to forget it."""
    return revoking.ask_revocation(world, who, account_id)


def ask_account_consent(world: InWorld, who: Acting, account_id: PathId) -> ConsentAnswer:
    """Ask for a person's consent at the platform; read it again until it has an address to send them to."""
    return _shown(world, consent.ask_consent(world, who, account_id))


def read_account_consent(world: InWorld, who: Acting, consent_id: PathId) -> ConsentAnswer:
    """One's own consent."""
    return _shown(world, consent.read_consent(world, who, consent_id))


def answer_account_consent(world: InWorld, who: Acting, form: CameBack) -> ConsentAnswer:
    """What came back with the person, for programs; browsers come to /oauth/callback."""
    given = consent.answer_consent(world, who, state=form.state, code=form.code, issuer=form.iss, error=form.error)
    return _shown(world, given)


def _shown(world: World, asked: Consent) -> ConsentAnswer:
    with world.storage.reading() as readers:
        platform = world.platforms[readers.accounts.get(asked.account).platform]
    return ConsentAnswer(
        id=asked.id,
        account=asked.account,
        asked_at=asked.asked_at,
        address=asked.address or None,
        scopes=platform.scopes,
        outcome=asked.outcome or None,
    )


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
