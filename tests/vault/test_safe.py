"""A credential opens at its own place and version, for one errand, after its audit entry: else not at all (G2, G4)."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from tests.vault.kit import ADDRESS, Log, chance_of, keyring_of, safe_of, sealed
from vault import envelope
from vault.envelope import Envelope
from vault.place import ROW_FORMAT, Address
from vault.safe import CannotOpen, Errand, Opening, Safe
from vault.secret import Secret, SecretBytes
from vault.store import Floor, SealedRow

SAFE = safe_of()


def opened(safe: Safe, address: Address, row: SealedRow, floor: Floor | None = None) -> Secret:
    return safe.open(address, row, floor or Floor.under(row), Errand.DELIVER, Log())


def assert_shut(safe: Safe, address: Address, row: SealedRow, floor: Floor | None = None) -> None:
    with pytest.raises(CannotOpen) as refused:
        opened(safe, address, row, floor)
    assert str(refused.value) == "this cannot be opened"
    assert refused.value.__context__ is None
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("errand", Errand)
def test_what_was_put_in_comes_out_for_each_errand(errand: Errand) -> None:
    row, log = sealed(SAFE), Log()
    assert SAFE.open(ADDRESS, row, Floor.under(row), errand, log).reveal() == "open sesame"
    assert log.entries == [Opening(errand, ADDRESS.place(ROW_FORMAT, "vk-1"), row.id)]


@given(st.text(min_size=1, max_size=50))
def test_any_text_comes_back_unchanged(text: str) -> None:
    row = sealed(SAFE, text=text)
    assert opened(SAFE, ADDRESS, row) == Secret(text)


def test_without_an_errand_nothing_opens() -> None:
    row, log = sealed(SAFE), Log()
    with pytest.raises(CannotOpen):
        SAFE.open(ADDRESS, row, Floor.under(row), "deliver", log)  # type: ignore[arg-type]
    assert log.entries == []


@pytest.mark.parametrize("errand", Errand)
def test_a_deposit_nobody_has_checked_opens_only_to_be_checked(errand: Errand) -> None:
    row = SAFE.seal(ADDRESS, Secret("planted?"), "row-1", current=False)
    if errand is Errand.CONNECT:
        assert SAFE.open(ADDRESS, row, Floor.under(row), errand, Log()).reveal() == "planted?"
        return
    with pytest.raises(CannotOpen):
        SAFE.open(ADDRESS, row, Floor.under(row), errand, Log())


# --- bound to place and version (G2) ---------------------------------------------------------------------------------

CROWD = [
    replace(ADDRESS, account=f"acc-{n}", subject=f"did:plc:{n}", version=version)
    for n in range(20)
    for version in (1, 2, 3)
]


def moved_to(address: Address, row: SealedRow) -> SealedRow:
    """The sealed parts of `row` dressed up as the row of `address`: a swap done in SQL."""
    return replace(
        row,
        organisation=address.organisation,
        account=address.account,
        platform=address.platform,
        origin=address.origin,
        subject=address.subject,
        field=address.field,
        version=address.version,
    )


def test_every_swap_among_20_accounts_and_3_versions_is_refused() -> None:
    rows = [sealed(SAFE, address, f"secret of {address.account}") for address in CROWD]
    tried = 0
    for here, there in permutations(range(len(rows)), 2):
        swapped = moved_to(CROWD[here], rows[there])
        # Even where the log has been made to agree with the swap, the cipher refuses it; the floor has its own tests.
        assert_shut(SAFE, CROWD[here], swapped, Floor.under(swapped))
        tried += 1
    assert tried == 3540
    assert all(opened(SAFE, address, row).reveal() for address, row in zip(CROWD, rows, strict=True))


@pytest.mark.parametrize("name", ["organisation", "account", "platform", "origin", "subject", "field"])
def test_each_part_of_the_place_alone_is_bound(name: str) -> None:
    row = sealed(SAFE)
    change: dict[str, Any] = {name: "other"}
    elsewhere = replace(ADDRESS, **change)
    assert_shut(SAFE, elsewhere, moved_to(elsewhere, row), Floor.under(moved_to(elsewhere, row)))


def test_the_version_and_the_key_id_are_bound() -> None:
    twins = Safe(keyring_of("vk-1"), chance_of(1))
    row = sealed(twins)
    later = replace(ADDRESS, version=2)
    assert_shut(twins, later, moved_to(later, row), Floor.under(moved_to(later, row)))
    same_key = keyring_of("vk-1").key("vk-1")
    renamed = keyring_of("vk-1")
    renamed.add_current("vk-2", same_key)
    assert_shut(Safe(renamed, chance_of(1)), ADDRESS, replace(row, key_id="vk-2"))
    assert opened(Safe(renamed, chance_of(1)), ADDRESS, row).reveal() == "open sesame"


def test_the_place_asked_for_counts_and_not_the_place_the_row_claims() -> None:
    row = sealed(SAFE)
    liar = replace(row, organisation="other", platform="other", origin="https://other.example", subject="other")
    assert opened(SAFE, ADDRESS, liar).reveal() == "open sesame"
    asked = replace(ADDRESS, origin="https://other.example")
    assert_shut(SAFE, asked, row)


def test_every_byte_flip_in_sample_rows_is_refused() -> None:
    flips = 0
    for address in CROWD[:4]:
        row = sealed(SAFE, address)
        for name in ("salt", "commitment", "nonce", "ciphertext"):
            value: bytes = getattr(row, name)
            for at in range(len(value)):
                change: dict[str, Any] = {name: value[:at] + bytes([value[at] ^ (1 << at % 8)]) + value[at + 1 :]}
                broken = replace(row, **change)
                assert_shut(SAFE, address, broken, Floor.under(broken))
                flips += 1
    assert flips == 4 * (32 + 32 + 12 + len("open sesame") + 16)


@pytest.mark.parametrize("name", ["salt", "commitment", "nonce", "ciphertext"])
@pytest.mark.parametrize("value", [b"", b"\x00", b"\x00" * 200], ids=["empty", "short", "long"])
def test_parts_of_an_impossible_length_are_refused_like_any_other(name: str, value: bytes) -> None:
    change: dict[str, Any] = {name: value}
    broken = replace(sealed(SAFE), **change)
    assert_shut(SAFE, ADDRESS, broken, Floor.under(broken))


@pytest.mark.parametrize("key_id", ["vk-0", "", "VK-1", "vk-1 ", "\ud800"])
def test_a_key_that_is_not_there_looks_like_any_other_cause(key_id: str) -> None:
    assert_shut(SAFE, ADDRESS, replace(sealed(SAFE), key_id=key_id))


# --- key commitment --------------------------------------------------------------------------------------------------


def test_the_commitment_is_compared_and_not_only_stored() -> None:
    row = sealed(SAFE)
    other = sealed(SAFE)
    assert row.commitment != other.commitment
    assert_shut(SAFE, ADDRESS, replace(row, commitment=other.commitment))


def test_nothing_is_decrypted_before_the_commitment_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    row = sealed(SAFE)

    class Watched:
        def __init__(self, key: bytes) -> None:
            raise AssertionError("the cipher was asked")

    monkeypatch.setattr("vault.envelope.AESGCM", Watched)
    assert_shut(SAFE, ADDRESS, replace(row, commitment=bytes(32)))
    with pytest.raises(AssertionError, match="was asked"):
        opened(SAFE, ADDRESS, row)


# --- version floor ---------------------------------------------------------------------------------------------------


def test_every_older_row_put_back_is_refused() -> None:
    older = [sealed(SAFE, replace(ADDRESS, version=version)) for version in range(1, 8)]
    newest = sealed(SAFE, replace(ADDRESS, version=8))
    floor = Floor.under(newest)
    for row in older:
        assert_shut(SAFE, newest_address := replace(ADDRESS, version=8), row, floor)
        assert_shut(SAFE, row.address, row, floor)  # also where the register was rolled back with it
        assert_shut(SAFE, newest_address, replace(row, version=8), floor)
    assert opened(SAFE, newest.address, newest, floor).reveal() == "open sesame"


def test_another_ciphertext_of_the_same_version_is_refused() -> None:
    first, second = sealed(SAFE), sealed(SAFE)
    assert opened(SAFE, ADDRESS, first).reveal() == opened(SAFE, ADDRESS, second).reveal()
    assert_shut(SAFE, ADDRESS, first, Floor.under(second))


@pytest.mark.parametrize("change", [{"account": "acc-2"}, {"field": "refresh"}, {"version": 2}, {"version": 0}])
def test_a_floor_of_another_field_or_version_does_not_serve(change: dict[str, str | int]) -> None:
    row = sealed(SAFE)
    assert_shut(SAFE, ADDRESS, row, replace(Floor.under(row), **change))  # type: ignore[arg-type]


def test_a_row_above_its_floor_was_never_logged_and_is_refused() -> None:
    row = sealed(SAFE, replace(ADDRESS, version=9))
    assert_shut(SAFE, row.address, row, replace(Floor.under(row), version=8))


def test_a_row_that_says_it_is_older_is_refused_even_with_the_right_ciphertext() -> None:
    row = sealed(SAFE)
    assert_shut(SAFE, ADDRESS, replace(row, version=0), Floor.under(row))


# --- audit before use (G4) -------------------------------------------------------------------------------------------


def failing(error: Exception) -> Callable[[Opening], None]:
    def announce(opening: Opening) -> None:
        raise error

    return announce


class WitnessStale(Exception):
    """Some error of the log's own that the vault has never heard of."""


async def nobody_awaits(opening: Opening) -> None:
    raise AssertionError("never runs")


AUDIT_FAILS = {
    "table locked": failing(sqlite3.OperationalError("database is locked")),
    "disk full": failing(OSError(errno.ENOSPC, "No space left on device")),
    "read-only": failing(sqlite3.OperationalError("attempt to write a readonly database")),
    "row check fails": failing(sqlite3.IntegrityError("CHECK constraint failed")),
    "signer missing": failing(LookupError("no signing key")),
    "witness stale": failing(WitnessStale()),
    "database down": failing(ConnectionRefusedError()),
    "clock unknown": failing(ValueError("no bound")),
    "says false": lambda opening: False,
}


@pytest.mark.parametrize("announce", AUDIT_FAILS.values(), ids=AUDIT_FAILS)
def test_no_entry_no_opening(announce: Callable[[Opening], None], monkeypatch: pytest.MonkeyPatch) -> None:
    row, derived = sealed(SAFE), []
    real = AESGCM.decrypt

    class Counted:
        def __init__(self, key: bytes) -> None:
            self.cipher = AESGCM(key)

        def decrypt(self, *parts: bytes) -> bytes:
            derived.append(1)
            return real(self.cipher, *parts)

    monkeypatch.setattr("vault.envelope.AESGCM", Counted)
    for _ in range(100):
        with pytest.raises(CannotOpen) as refused:
            SAFE.open(ADDRESS, row, Floor.under(row), Errand.DELIVER, announce)
        assert refused.value.__context__ is None
        for upkeep in (SAFE.reseal, SAFE.read_back):
            with pytest.raises(CannotOpen):
                upkeep(row, Floor.under(row), announce)
    assert derived == []
    opened(SAFE, ADDRESS, row)
    assert derived == [1]  # the counter does count


def test_an_entry_nobody_awaited_is_no_entry() -> None:
    promises = []

    def forgotten(opening: Opening) -> None:
        promises.append(nobody_awaits(opening))
        return promises[-1]  # type: ignore[return-value]

    row = sealed(SAFE)
    with pytest.raises(CannotOpen):
        SAFE.open(ADDRESS, row, Floor.under(row), Errand.DELIVER, forgotten)
    promises[0].close()


def test_the_entry_is_back_before_anything_is_decrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    row, order = sealed(SAFE), []
    real = envelope._derive

    def watched(key: SecretBytes, salt: bytes, place: bytes) -> SecretBytes:
        order.append("derived")
        return real(key, salt, place)

    monkeypatch.setattr("vault.envelope._derive", watched)
    SAFE.open(ADDRESS, row, Floor.under(row), Errand.DELIVER, lambda opening: order.append("entry"))
    assert order == ["entry", "derived"]


def test_a_refused_try_is_told_too() -> None:
    row, log = sealed(SAFE), Log()
    with pytest.raises(CannotOpen):
        SAFE.open(replace(ADDRESS, version=2), row, Floor.under(row), Errand.WATCH, log)
    assert len(log.entries) == 1


def test_no_salt_or_nonce_repeats() -> None:
    rows: list[Envelope] = [sealed(SAFE).envelope for _ in range(500)]
    assert len({row.salt for row in rows}) == len({row.nonce for row in rows}) == 500
