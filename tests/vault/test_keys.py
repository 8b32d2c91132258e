"""Without the right key the vault stays shut, and says what to do without saying what it knows."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from tests.vault.kit import MemoryStore, chance_of, file_source, keyring_of
from vault.keys import KeyProblem, Keyring, KeySource, KeyUnavailable, rewrap, unlock, unwrap, wrap
from vault.rotate import first_key
from vault.secret import Secret, SecretBytes
from vault.sources import (
    OWASP_LEAST,
    RFC_9106_LOW_MEMORY,
    Cost,
    FileSource,
    PassphraseSource,
    create_key_file,
    read_key_file,
)
from vault.store import Purpose, RowMoved, WrappedKey

ME = os.geteuid()
PHRASE = "seven wet geese in a row"
RAW = SecretBytes(bytes(range(32)))


def phrase_source(phrase: str = PHRASE, cost: Cost = OWASP_LEAST) -> PassphraseSource:
    return PassphraseSource(Secret(phrase), cost)


def wrapped_by(source: KeySource, key: SecretBytes = RAW) -> WrappedKey:
    return wrap(source, "vk-1", Purpose.VAULT, 1, key, chance_of(3))


def refusal(problem: KeyProblem, act: Callable[[], object]) -> str:
    with pytest.raises(KeyUnavailable) as refused:
        act()
    assert refused.value.problem is problem
    text = "".join(traceback.format_exception(refused.value))
    assert not any(leak in text for leak in (PHRASE, RAW.reveal().hex(), repr(RAW.reveal())))
    return str(refused.value)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "vault.key"
    create_key_file(path, chance_of(1))
    return path


# --- the key file ----------------------------------------------------------------------------------------------------


def test_a_made_key_file_is_private_and_opens_what_it_locked(key_file: Path) -> None:
    assert key_file.stat().st_mode & 0o7777 == 0o600
    assert key_file.read_bytes() == chance_of(1)(32)
    wrapped = wrapped_by(read_key_file(key_file, ME))
    assert unwrap(read_key_file(key_file, ME), wrapped) == RAW


def test_a_key_file_is_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o277)
    try:
        create_key_file(tmp_path / "vault.key", chance_of(1))
    finally:
        os.umask(before)
    assert read_key_file(tmp_path / "vault.key", ME)


def test_a_key_file_is_never_overwritten(key_file: Path) -> None:
    words = refusal(KeyProblem.UNSAFE, lambda: create_key_file(key_file, chance_of(2)))
    assert "credentials may depend on it" in words
    assert key_file.read_bytes() == chance_of(1)(32)
    link = key_file.with_name("link")
    link.symlink_to(key_file.with_name("nowhere"))
    refusal(KeyProblem.UNSAFE, lambda: create_key_file(link, chance_of(2)))
    refusal(KeyProblem.UNSAFE, lambda: create_key_file(key_file.parent / "no" / "folder", chance_of(2)))


def test_a_missing_key_file_says_where_it_should_be_and_what_to_do(key_file: Path) -> None:
    key_file.unlink()
    words = refusal(KeyProblem.MISSING, lambda: read_key_file(key_file, ME))
    assert str(key_file) in words
    assert "Put its saved copy back" in words


@pytest.mark.parametrize("mode", [0o400, 0o640, 0o604, 0o644, 0o660, 0o666, 0o700, 0o4600])
def test_a_key_file_others_may_read_is_refused(key_file: Path, mode: int) -> None:
    key_file.chmod(mode)
    assert "set it to 0600" in refusal(KeyProblem.UNSAFE, lambda: read_key_file(key_file, ME))
    key_file.chmod(0o600)
    assert read_key_file(key_file, ME)


def test_a_key_file_of_another_owner_is_refused(key_file: Path) -> None:
    assert "chown" in refusal(KeyProblem.UNSAFE, lambda: read_key_file(key_file, ME + 1))


@pytest.mark.parametrize("size", [0, 1, 31, 33, 64])
def test_a_key_file_of_another_size_is_refused(key_file: Path, size: int) -> None:
    key_file.write_bytes(bytes(size))
    assert "exactly 32 bytes" in refusal(KeyProblem.MALFORMED, lambda: read_key_file(key_file, ME))


def test_only_a_plain_file_is_a_key_file(key_file: Path) -> None:
    link, pipe = key_file.with_name("link"), key_file.with_name("pipe")
    link.symlink_to(key_file)
    os.mkfifo(pipe, 0o600)
    for path in (link, pipe, key_file.parent):
        refusal(KeyProblem.UNSAFE, partial(read_key_file, path, ME))


# --- the passphrase --------------------------------------------------------------------------------------------------


def test_a_passphrase_opens_what_it_locked_and_its_cost_and_salt_stand_beside_the_key() -> None:
    wrapped = wrapped_by(phrase_source())
    assert wrapped.parameters.startswith("argon2id:m=19456,t=2,p=1,salt=")
    dearer = phrase_source(cost=Cost(20 * 1024, 3, 2))
    assert unwrap(dearer, wrapped) == RAW  # opened at the cost it was made with
    assert wrapped_by(dearer).parameters.startswith("argon2id:m=20480,t=3,p=2,")


def test_a_passphrase_may_be_typed_on_any_keyboard() -> None:
    assert (
        unwrap(phrase_source("sept oies mouille\u0301es"), wrapped_by(phrase_source("sept oies mouill\u00e9es"))) == RAW
    )


def test_two_wraps_share_no_salt() -> None:
    source, chance = phrase_source(), chance_of(1)
    one, other = (wrap(source, key_id, Purpose.VAULT, 1, RAW, chance) for key_id in ("vk-1", "vk-2"))
    assert one.parameters != other.parameters
    assert one.envelope.salt != other.envelope.salt


def test_a_wrong_passphrase_is_told_so() -> None:
    words = refusal(
        KeyProblem.WRONG, lambda: unwrap(phrase_source("seven dry geese in a row"), wrapped_by(phrase_source()))
    )
    assert "Give the one this database was set up with" in words


@pytest.mark.parametrize("phrase", ["short", "fourteen chars"])
def test_a_short_passphrase_is_refused(phrase: str) -> None:
    assert "15 characters" in refusal(KeyProblem.MALFORMED, lambda: phrase_source(phrase))


@pytest.mark.parametrize(
    "cost",
    [Cost(19 * 1024 - 1, 2, 1), Cost(19 * 1024, 1, 1), Cost(19 * 1024, 2, 0), Cost(2**21, 2, 1), Cost(20_000, 2, 99)],
)
def test_a_cost_below_owasps_floor_or_absurd_is_refused(cost: Cost) -> None:
    refusal(KeyProblem.MALFORMED, lambda: phrase_source(cost=cost))
    stored = f"argon2id:m={cost.memory},t={cost.passes},p={cost.lanes},salt={'00' * 16}"
    refusal(KeyProblem.MALFORMED, lambda: phrase_source().outer_key(stored))


def test_the_default_cost_is_not_the_least() -> None:
    assert PassphraseSource(Secret(PHRASE)).cost == RFC_9106_LOW_MEMORY
    assert RFC_9106_LOW_MEMORY.memory > OWASP_LEAST.memory


@pytest.mark.parametrize(
    "stored", ["", "scrypt", "argon2id:m=19456,t=2,p=1,salt=00", "argon2id:m=-1,t=2,p=1,salt=" + "00" * 16]
)
def test_unreadable_parameters_are_refused(stored: str) -> None:
    refusal(KeyProblem.MALFORMED, lambda: phrase_source().outer_key(stored))


# --- wrapped keys and the keyring ------------------------------------------------------------------------------------


def test_a_wrapped_key_opens_only_as_what_it_is() -> None:
    wrapped = wrapped_by(file_source())
    assert unwrap(file_source(), wrapped) == RAW
    for altered in (
        replace(wrapped, id="vk-2"),
        replace(wrapped, purpose=Purpose.BOX),
        replace(wrapped, purpose=Purpose.IDENTITY),
        replace(wrapped, number=2),
        replace(wrapped, parameters="x"),
        replace(wrapped, envelope=replace(wrapped.envelope, commitment=bytes(32))),
    ):
        refusal(KeyProblem.WRONG, partial(unwrap, file_source(), altered))


def test_the_wrong_file_and_the_wrong_kind_are_told_apart() -> None:
    wrapped = wrapped_by(file_source(1))
    assert "The file given does not open" in refusal(KeyProblem.WRONG, lambda: unwrap(file_source(2), wrapped))
    assert "but a passphrase was given" in refusal(KeyProblem.WRONG, lambda: unwrap(phrase_source(), wrapped))


def test_only_whole_keys_are_wrapped() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        wrapped_by(file_source(), SecretBytes(bytes(31)))
    refusal(KeyProblem.MALFORMED, lambda: FileSource(SecretBytes(bytes(31))))


def test_the_outer_key_can_be_changed() -> None:
    moved = rewrap(file_source(1), phrase_source(), wrapped_by(file_source(1)), chance_of(4))
    assert unwrap(phrase_source(), moved) == RAW
    refusal(KeyProblem.WRONG, lambda: unwrap(file_source(1), moved))


def test_a_vault_is_set_up_once() -> None:
    store = MemoryStore()
    assert first_key(store, file_source(), "vk-1", chance_of(1)).current == "vk-1"
    with pytest.raises(RowMoved):
        first_key(store, file_source(), "vk-2", chance_of(2))


def test_the_highest_number_is_current_and_other_purposes_do_not_count() -> None:
    chance = chance_of(1)
    keys = [wrap(file_source(), f"vk-{n}", Purpose.VAULT, n, SecretBytes(chance(32)), chance) for n in (2, 10, 9)]
    keys.append(wrap(file_source(), "bk-1", Purpose.BOX, 99, RAW, chance))
    keyring = unlock(file_source(), keys)
    assert keyring.current == "vk-10"
    assert keyring.ids == {"vk-2", "vk-9", "vk-10"}


def test_a_database_without_a_vault_key_says_so() -> None:
    assert "holds no vault key" in refusal(KeyProblem.MISSING, lambda: unlock(file_source(), []))


def test_rows_under_a_key_that_is_gone_are_told_at_start() -> None:
    keyring = keyring_of("vk-1", "vk-2")
    keyring.require(["vk-1", "vk-2", "vk-1"])
    assert "vault key vk-0, which" in refusal(KeyProblem.OLD, lambda: keyring.require(["vk-2", "vk-0"]))
    keyring.forget("vk-1")
    refusal(KeyProblem.OLD, lambda: keyring.key("vk-1"))
    with pytest.raises(ValueError, match="current"):
        keyring.forget("vk-2")


def test_a_keyring_shows_no_key() -> None:
    keyring = Keyring({"vk-1": RAW}, "vk-1")
    assert repr(keyring) == "Keyring(1 keys, current 'vk-1')"
    assert repr(RAW.reveal())[2:-1] not in repr(vars(keyring))
    assert repr(file_source()) == "FileSource(key=<masked>, kind='file')"
    assert PHRASE not in repr(phrase_source())
