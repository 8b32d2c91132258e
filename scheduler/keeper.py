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
from gateway.domain.instant import END
from gateway.domain.organisation import Deposit
from gateway.domain.refusal import Reason, Refused
from gateway.storage.vault import Moves, Standing, VaultShelf, moves
from gateway.world import World
from scheduler.applications import NONE, Application, Applications
from scheduler.ground import Ground
from vault.envelope import Chance
from vault.keys import Keyring, KeySource, KeyUnavailable, unlock, unwrap, wrap
from vault.place import Address
from vault.rotate import Step, begin, catch_up, finish, first_key
from vault.safe import BoxIdentity, CannotOpen, Errand, Opening, Safe
from vault.secret import Secret, SecretBytes
from vault.store import Purpose, RowMoved, SealedRow

BOX_LIFE = timedelta(hours=24)
BOX_RENEW = timedelta(hours=12)
READINGS = 5  # of a row that is written at the same time: a rotation and a renewal at once are two
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
    return Ed25519PrivateKey.from_private_bytes(_secret(shelf, source, identity).reveal())


def _secret(shelf: VaultShelf, source: KeySource, identity: str) -> SecretBytes:
    key = next((k for k in shelf.wrapped_keys() if k.id == identity), None)
    if key is None:
        raise KeyError(identity)
    return unwrap(source, key)


def _public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


class Keeper:
    """Holds the keyring while the worker lives. Every opening is told in the log before it happens (G4)."""

    def __init__(
        self,
        world: World,
        shelf: VaultShelf,
        source: KeySource,
        origin: str,
        applications: Applications | None = None,
        floors: Path | None = None,
    ) -> None:
        """floors: the file that the log's floors are kept in, and read on from; None reads the whole log instead.

        Raises KeyUnavailable, or VaultShut where the log is not the sequel of what was kept.
        """
        self._world = world
        self._shelf = shelf
        self._source = source
        self._applications = applications or {}
        self._chance: Chance = world.chance.token
        self._keyring: Keyring = unlock(source, shelf.wrapped_keys())
        self._safe = Safe(self._keyring, self._chance)
        secret = _secret(shelf, source, LOG_SIGNER_ID)
        self._ground = None if floors is None else Ground(shelf, floors, origin, secret)
        # The log is read here and now, and not when the first delivery is due.
        if self._ground is None:
            shelf.is_whole()
        else:
            self._ground.stand()
        self._box_signer = _identity(shelf, source, BOX_SIGNER_ID)
        self.log_signer = Signer(origin, _identity(shelf, source, LOG_SIGNER_ID))

    def keep_floors(self) -> None:
        """Write down how far the log was read, outside the database."""
        if self._ground is not None:
            self._ground.keep()

    def application(self, platform: str) -> Application:
        """The operator's own application at a platform."""
        return self._applications.get(platform, NONE)

    # --- boxes ---------------------------------------------------------------------------------------------------

    def renew_box_key(self, now: datetime) -> None:
        """Publish a fresh box key where the newest ends within half its life; destroy those that are over.

        `now`: the latest it may be. Raises Refused(CLOCK_UNSURE) where that is not known.
        """
        if now >= END:
            raise Refused(Reason.CLOCK_UNSURE)
        keys = self._shelf.box_keys()
        if not any(key.not_after - now > BOX_RENEW for key in keys):
            self._publish_box_key(1 + max((key.wrapped.number for key in keys), default=0), now)
        for key in keys:
            if key.not_after < now:
                self._shelf.destroy_box_key(key.id)

    def _publish_box_key(self, number: int, now: datetime) -> None:
        identity = BoxIdentity(SecretBytes(self._chance(32)), self._world.chance.id(), now + BOX_LIFE)
        try:
            self._shelf.put_box_key(identity.kept(self._box_signer, self._source, number, self._chance))
        except RowMoved:  # another worker was faster, and one is enough
            return

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
        """Seal fields as the account's current credential, all in one commit; the other fields stay as they are."""
        # Read under the write lock: a rotation that moved a row in between would cost what was just renewed.
        with self._world.storage.unit() as unit:
            moved = self.moves(account, fields)
            unit.commit(Change(moved.events), moved.write)

    def moves(self, account: Account, fields: Mapping[str, Secret], *, whole: bool = False) -> Moves:
        """The rows to write for these fields, each a version on; ask for them within the Unit that commits them.

        whole: the fields are all there is to the credential, and what is there beside them goes.
        """
        catch_up(self._shelf, self._keyring, self._source)
        rows = {row.field: row for row in self._shelf.rows(account.id)}
        pairs: list[tuple[SealedRow | None, SealedRow | None]] = []
        for name, secret in sorted(fields.items()):
            old = rows.pop(name, None)
            pairs.append((old, self._sealed(account, name, secret, 1 if old is None else old.version + 1)))
        return moves([*pairs, *((row, None) for row in rows.values() if whole)])

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
        Raises Refused where the log cannot take the entries; nothing is opened then.
        """
        wanted = {account.id: account for account in accounts}
        standing = self._shelf.standing(wanted)
        rows = [row for found in standing.values() for row in found.rows]
        told = {(errand, row.id) for row in rows}
        self._tell(
            [
                AuditEvent("credential.open", WORKER, "account", row.account, {"errand": str(errand), "row": row.id})
                for row in rows
            ]
        )

        def announce(opening: Opening) -> None:
            if (opening.purpose, opening.row_id) not in told:
                raise CannotOpen

        opened = {
            id: self._opened(wanted[id], found, errand, announce)
            for id, found in standing.items()
            if found.rows or found.floors
        }
        return {id: credential for id, credential in opened.items() if credential is not None}

    def _opened(
        self, account: Account, found: Standing, errand: Errand, announce: Callable[[Opening], None]
    ) -> Opened | None:
        """Once more where somebody wrote meanwhile: a row that moved on between two readings is newer, not damaged."""
        for _ in range(READINGS):
            try:
                own = self._fields(account, found, errand, announce)
                return Opened(account.id, {**self.application(account.platform).fields, **own})
            except (CannotOpen, KeyUnavailable):
                before, found = found, self._shelf.standing([account.id])[account.id]
                if found == before:
                    break
        self._tell([AuditEvent("credential.cannot-open", WORKER, "account", account.id, {"errand": str(errand)})])
        return None

    def _fields(
        self, account: Account, found: Standing, errand: Errand, announce: Callable[[Opening], None]
    ) -> dict[str, Secret]:
        """Every field that the log knows of this account, and no other. Raises CannotOpen or KeyUnavailable."""
        if not {row.key_id for row in found.rows} <= self._keyring.ids:
            catch_up(self._shelf, self._keyring, self._source)
        rows = {row.field: row for row in found.rows}
        if len(found.rows) != len(found.floors) or rows.keys() != {floor.field for floor in found.floors}:
            raise CannotOpen
        return {
            floor.field: self._safe.open(
                self._address(account, floor.field, floor.version), rows[floor.field], floor, errand, announce
            )
            for floor in found.floors
        }

    def forget(self, account: Account) -> None:
        """Take an account's credential out of the vault."""
        self._shelf.move(moves([(row, None) for row in self._shelf.rows(account.id)]))

    # --- rotation ------------------------------------------------------------------------------------------------

    def begin_rotation(self) -> None:
        """Make a new vault key current; `rotate` moves every row to it. RowMoved where another worker was faster."""
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
