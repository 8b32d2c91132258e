"""The keeper of the vault in the worker: makes its keys, opens boxes and credentials for errands, signs (house §9)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway.actions.credential import deposit_address
from gateway.audit.checkpoint import Signer
from gateway.domain.account import Account
from gateway.domain.audit import WORKER, AuditEvent
from gateway.domain.change import Change
from gateway.domain.organisation import Deposit
from gateway.storage.vault import VaultShelf
from gateway.world import World
from vault.envelope import Chance
from vault.keys import Keyring, KeySource, KeyUnavailable, unlock, unwrap, wrap
from vault.place import Address
from vault.rotate import Step, begin, finish, first_key
from vault.safe import BoxIdentity, CannotOpen, Errand, Opening, Safe
from vault.secret import Secret, SecretBytes
from vault.store import Purpose, RowMoved, SealedRow

BOX_LIFE = timedelta(hours=24)
BOX_RENEW = timedelta(hours=12)
BOX_SIGNER_ID, LOG_SIGNER_ID = "identity-box", "identity-log"


@dataclass(frozen=True, repr=False)
class Opened:
    """A credential's fields in clear, in the worker's memory for one errand; shows no value when printed."""

    account: str
    fields: Mapping[str, Secret]

    def revealed(self) -> dict[str, str]:
        """The values, for the courier at the moment of use."""
        return {name: secret.reveal() for name, secret in self.fields.items()}

    def __repr__(self) -> str:
        return f"Opened({self.account}, {sorted(self.fields)})"


def set_up_vault(shelf: VaultShelf, source: KeySource, chance: Chance, key_id: str) -> None:
    """Make the vault's first key and the worker's two identities; what is there stays. Raises KeyUnavailable."""
    try:
        first_key(shelf, source, key_id, chance)
    except RowMoved:
        unlock(source, shelf.wrapped_keys())
    held = {key.id for key in shelf.wrapped_keys()}
    for number, identity in enumerate((BOX_SIGNER_ID, LOG_SIGNER_ID), start=1):
        if identity not in held:
            shelf.put_key(wrap(source, identity, Purpose.IDENTITY, number, SecretBytes(chance(32)), chance))


def publish_identities(shelf: VaultShelf, source: KeySource, data: Path, origin: str, names: tuple[str, str]) -> None:
    """Write the public halves into the data folder, where the web process pins them."""
    box, log = names
    (data / box).write_bytes(_public(_identity(shelf, source, BOX_SIGNER_ID)))
    (data / log).write_text(Signer(origin, _identity(shelf, source, LOG_SIGNER_ID)).known_key().vkey())


def _identity(shelf: VaultShelf, source: KeySource, identity: str) -> Ed25519PrivateKey:
    key = next((k for k in shelf.wrapped_keys() if k.id == identity), None)
    if key is None:
        raise KeyError(identity)
    return Ed25519PrivateKey.from_private_bytes(unwrap(source, key).reveal())


def _public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


class Keeper:
    """Holds the keyring while the worker lives. Every opening is told in the log before it happens (G4)."""

    def __init__(self, world: World, shelf: VaultShelf, source: KeySource, origin: str) -> None:
        self._world = world
        self._shelf = shelf
        self._source = source
        self._chance: Chance = world.chance.token
        self._keyring: Keyring = unlock(source, shelf.wrapped_keys())
        self._safe = Safe(self._keyring, self._chance)
        self._box_signer = _identity(shelf, source, BOX_SIGNER_ID)
        self.log_signer = Signer(origin, _identity(shelf, source, LOG_SIGNER_ID))

    # --- boxes ---------------------------------------------------------------------------------------------------

    def renew_box_key(self, now: datetime) -> None:
        """Publish a fresh box key where the newest ends within half its life; destroy those that are over."""
        keys = self._shelf.box_keys()
        if not any(key.not_after - now > BOX_RENEW for key in keys):
            number = 1 + max((key.wrapped.number for key in keys), default=0)
            identity = BoxIdentity(SecretBytes(self._chance(32)), self._world.chance.id(), now + BOX_LIFE)
            self._shelf.put_box_key(identity.kept(self._box_signer, self._source, number, self._chance))
        for key in keys:
            if key.not_after < now:
                self._shelf.destroy_box_key(key.id)

    def open_deposit(self, deposit: Deposit, account: Account, now: datetime) -> dict[str, Secret]:
        """The fields a person boxed for this account. Raises CannotOpen, for every cause alike."""
        row = next((key for key in self._shelf.box_keys() if key.id == deposit.box_key), None)
        if row is None:
            raise CannotOpen
        self._announce_deposit(deposit)
        identity = BoxIdentity.taken_up(row, self._source)
        return identity.open(deposit.sealed, deposit_address(self._world.organisation, account), now)

    def _announce_deposit(self, deposit: Deposit) -> None:
        self._tell([AuditEvent("credential.open", WORKER, "account", deposit.account, {"errand": "deposit"})])

    # --- credentials ---------------------------------------------------------------------------------------------

    def put(self, account: Account, fields: Mapping[str, Secret]) -> None:
        """Seal fields as the account's current credential; a field that is there moves on to its next version."""
        rows = {row.field: row for row in self._shelf.rows(account.id)}
        for name, secret in sorted(fields.items()):
            old = rows.get(name)
            if old is None:
                self._shelf.put(self._sealed(account, name, secret, 1))
            else:
                self._shelf.replace(old, self._sealed(account, name, secret, old.version + 1))

    def _sealed(self, account: Account, name: str, secret: Secret, version: int) -> SealedRow:
        address = self._address(account, name, version)
        return self._safe.seal(address, secret, f"{account.id}-{name}", current=True)

    def _address(self, account: Account, name: str, version: int) -> Address:
        """From the register and the version asked for, never from the row found."""
        return Address(
            organisation=self._world.organisation,
            account=account.id,
            platform=account.platform,
            origin=account.origin,
            subject=account.subject,
            field=name,
            version=version,
        )

    def open_many(self, accounts: Iterable[Account], errand: Errand) -> dict[str, Opened]:
        """The credentials of many accounts for one errand: all openings are told in one commit, then done.

        An account whose credential does not open is left out: its delivery stays held, and the log says why.
        """
        wanted = {account.id: account for account in accounts}
        rows = {id: list(self._shelf.rows(id)) for id in wanted}
        told = {(errand, row.id) for found in rows.values() for row in found}
        self._tell(
            [
                AuditEvent("credential.open", WORKER, "account", row.account, {"errand": str(errand), "row": row.id})
                for found in rows.values()
                for row in found
            ]
        )

        def announce(opening: Opening) -> None:
            if (opening.purpose, opening.row_id) not in told:
                raise CannotOpen

        opened = {id: self._opened(wanted[id], found, errand, announce) for id, found in rows.items() if found}
        return {id: credential for id, credential in opened.items() if credential is not None}

    def _opened(
        self, account: Account, rows: list[SealedRow], errand: Errand, announce: Callable[[Opening], None]
    ) -> Opened | None:
        floors = {floor.field: floor for floor in self._shelf.floors(account.id)}
        fields: dict[str, Secret] = {}
        try:
            for row in rows:
                floor = floors.get(row.field)
                if floor is None:
                    raise CannotOpen
                address = self._address(account, row.field, floor.version)
                fields[row.field] = self._safe.open(address, row, floor, errand, announce)
        except CannotOpen:
            self._tell([AuditEvent("credential.cannot-open", WORKER, "account", account.id, {"errand": str(errand)})])
            return None
        return Opened(account.id, fields)

    def forget(self, account: Account) -> None:
        """Take an account's credential out of the vault."""
        for row in self._shelf.rows(account.id):
            self._shelf.remove(row)

    # --- rotation ------------------------------------------------------------------------------------------------

    def begin_rotation(self) -> None:
        """Make a new vault key current; `rotate` moves every row to it."""
        begin(self._shelf, self._keyring, self._source, self._world.chance.id(), self._chance)

    def rotate(self) -> Iterable[Step]:
        """Move what is under older keys, read back, destroy them; also what a start after a kill resumes with."""
        return finish(self._shelf, self._keyring, self._source, self._announce_upkeep, self._chance)

    def _announce_upkeep(self, opening: Opening) -> None:
        facts = {"errand": str(opening.purpose), "row": opening.row_id}
        self._tell([AuditEvent("credential.open", WORKER, "account", opening.place.account, facts)])

    def _tell(self, events: list[AuditEvent]) -> None:
        if events:
            with self._world.storage.unit() as unit:
                unit.commit(Change(tuple(events)))


__all__ = ["Keeper", "KeyUnavailable", "Opened", "publish_identities", "set_up_vault"]
