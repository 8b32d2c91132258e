"""How what leaves the house does: each connector by its accounts, and the e-mail. For members; it names no account."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from gateway.actions.guard import live_session
from gateway.actions.telling import tells
from gateway.domain.account import Account, CredentialState
from gateway.domain.delivery import State
from gateway.storage.unit import Readers
from gateway.world import Who, World

ENDED = frozenset({CredentialState.EXPIRED, CredentialState.REVOKED})
MOST_UNKNOWN = 100


@dataclass(frozen=True)
class ConnectorHealth:
    """One platform's accounts: how many there are, are connected, must be connected again; and how many deliveries on
    them nobody knows about. `installed` is False where accounts are left of a connector that is not there.
    """

    platform: str
    installed: bool
    accounts: int
    connected: int
    ended: int
    unknown: int


@dataclass(frozen=True)
class MailHealth:
    """E-mails about notices that are not over, and how many of them were tried and not taken yet."""

    waiting: int
    tried: int


@dataclass(frozen=True)
class Health:
    """Each connector, by name; the mail, None where it is not set up."""

    connectors: tuple[ConnectorHealth, ...]
    mail: MailHealth | None


@tells("health.read", "organisation")
def health(world: World, who: Who) -> Health:
    """As of now, for whoever is signed in. Raises Refused(NOT_SIGNED_IN)."""
    with world.storage.reading() as readers:
        live_session(readers, who, world.clock.now())
        accounts = readers.accounts.all()
        unknown = _unknown(readers, accounts)
        mail = MailHealth(*readers.notices.mail_counts()) if world.sends_mail else None
    names = sorted({*world.platforms, *(account.platform for account in accounts)})
    return Health(tuple(_of(world, name, accounts, unknown) for name in names), mail)


def _unknown(readers: Readers, accounts: list[Account]) -> Counter[str]:
    """Deliveries that nobody knows about, by platform."""
    platform = {account.id: account.platform for account in accounts}
    return Counter(platform.get(each.account, "") for each in readers.deliveries.in_state(State.UNKNOWN, MOST_UNKNOWN))


def _of(world: World, name: str, accounts: list[Account], unknown: Counter[str]) -> ConnectorHealth:
    states = [account.credential_state for account in accounts if account.platform == name]
    return ConnectorHealth(
        platform=name,
        installed=name in world.platforms,
        accounts=len(states),
        connected=sum(state is CredentialState.CURRENT for state in states),
        ended=sum(state in ENDED for state in states),
        unknown=unknown[name],
    )
