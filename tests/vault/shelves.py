"""The vault on a real database: a world, its shelf, a keeper, sealed credentials, and a hand that writes past us."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, Engine, delete, insert, select, update

from gateway.domain.account import Account
from gateway.storage import tables
from gateway.storage.engine import make_engine
from gateway.storage.vault import VaultShelf
from gateway.world import World
from scheduler.keeper import Keeper, set_up_vault
from tests.cast import StoppedClock, bare_world, make_world
from tests.cast import an_account as enter_account
from tests.vault.kit import file_source
from vault.keys import unwrap
from vault.safe import Errand
from vault.secret import Secret

SOURCE = file_source()
ORIGIN = "audit-office"


@dataclass(frozen=True)
class Stored:
    """A gateway's database with a vault in it, and the worker's keeper of it."""

    url: str
    world: World
    shelf: VaultShelf
    keeper: Keeper
    hand: Engine

    def account(self, id: str) -> Account:
        """As it stands in the register now."""
        with self.world.storage.reading() as readers:
            return readers.accounts.get(id)

    def connected(self, id: str, **fields: str) -> Account:
        """An account in the register with these fields in the vault."""
        enter_account(self.world, id)
        self.keeper.put(self.account(id), {name: Secret(value) for name, value in fields.items()})
        return self.account(id)

    def opened(self, *ids: str, errand: Errand = Errand.DELIVER) -> dict[str, dict[str, str]]:
        """What comes out, in clear, by account; an account that does not open is not in it."""
        found = self.keeper.open_many([self.account(id) for id in ids], errand)
        return {id: opened.revealed() for id, opened in found.items()}

    def fresh(self) -> Keeper:
        """The keeper of a worker that starts now."""
        return Keeper(self.world, VaultShelf(self.world.storage), SOURCE, ORIGIN)

    @contextmanager
    def behind(self) -> Iterator[Connection]:
        """A hand in the database that no audit entry tells of."""
        with self.hand.begin() as connection:
            yield connection

    def row(self, id: str) -> dict[str, Any]:
        """A row as it lies in the table."""
        with self.behind() as connection:
            query = select(tables.vault_rows).where(tables.vault_rows.c.id == id)
            return dict(connection.execute(query).mappings().one())

    def put_back(self, row: Mapping[str, Any]) -> None:
        """Lay a row as it was, whatever is there now."""
        with self.behind() as connection:
            connection.execute(delete(tables.vault_rows).where(tables.vault_rows.c.id == row["id"]))
            connection.execute(insert(tables.vault_rows), dict(row))

    def alter(self, id: str, **columns: Any) -> None:
        """Change columns of a row."""
        with self.behind() as connection:
            connection.execute(update(tables.vault_rows).where(tables.vault_rows.c.id == id).values(columns))

    def size(self) -> int:
        """How many entries the log has."""
        with self.behind() as connection:
            return int(connection.execute(select(tables.audit_head.c.size)).scalar_one())


@contextmanager
def stored(url: str, *, fresh: bool = True, clock: StoppedClock | None = None) -> Iterator[Stored]:
    """A vault at this URL: in an empty database, or (not `fresh`) where one was set up before."""
    world = make_world(url, clock) if fresh else bare_world(url, clock)
    shelf = VaultShelf(world.storage)
    if fresh:
        set_up_vault(shelf, SOURCE, world.chance.token, "vk-1")
    hand = make_engine(url)
    try:
        yield Stored(url, world, shelf, Keeper(world, shelf, SOURCE, ORIGIN), hand)
    finally:
        hand.dispose()
        world.storage.close()


def signer_of(vault: Stored) -> bytes:
    """The worker's pinned public key."""
    (key,) = (k for k in vault.shelf.wrapped_keys() if k.id == "identity-box")
    return Ed25519PrivateKey.from_private_bytes(unwrap(SOURCE, key).reveal()).public_key().public_bytes_raw()
