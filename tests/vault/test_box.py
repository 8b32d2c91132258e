"""The web process can put a credential in and never take one out (house §9)."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

import vault.box
from tests.vault.kit import ADDRESS, NOON, chance_of, file_source
from vault.box import LIFE, SUITE, BoxKey, BoxRefused, put
from vault.place import BOX_FORMAT
from vault.safe import BoxIdentity, CannotOpen
from vault.secret import Secret, SecretBytes
from vault.sources import FileSource

WORKER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(32))
PINNED = WORKER.public_key().public_bytes_raw()
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
FIELDS = {"identifier": Secret("ons.example"), "password": Secret("wachtwoord-\u00e9")}


def identity(seed: int = 1, key_id: str = "bk-1") -> BoxIdentity:
    return BoxIdentity(SecretBytes(chance_of(seed)(32)), key_id, NOON + DAY)


MINE = identity()
KEY = MINE.published(WORKER)


def a_box(now: datetime = NOON, life: timedelta = LIFE) -> bytes:
    return put(KEY, PINNED, ADDRESS, FIELDS, now, life)


def forged(letter: object) -> bytes:
    """What somebody with the public key, and not our code, may put in."""
    text = letter if isinstance(letter, bytes) else json.dumps(letter).encode()
    info = ADDRESS.place(BOX_FORMAT, "bk-1").encode()
    return SUITE.encrypt(text, X25519PublicKey.from_public_bytes(KEY.public_key), info)


def assert_shut(box: bytes, now: datetime = NOON, opener: BoxIdentity = MINE) -> None:
    with pytest.raises(CannotOpen) as refused:
        opener.open(box, ADDRESS, now)
    assert refused.value.__context__ is None


def test_what_is_put_in_the_worker_takes_out() -> None:
    assert MINE.open(a_box(), ADDRESS, NOON + SECOND) == FIELDS


def test_the_sealed_text_shows_neither_secret_nor_field() -> None:
    assert not any(word in a_box() for word in (b"ons.example", b"wachtwoord", b"password"))
    assert a_box() != a_box()


def test_a_box_opens_until_its_life_ends_and_not_at_the_end() -> None:
    assert MINE.open(a_box(), ADDRESS, NOON + LIFE - SECOND) == FIELDS
    assert_shut(a_box(), NOON + LIFE)
    assert_shut(a_box(), NOON + DAY)


@pytest.mark.parametrize("life", [timedelta(0), -SECOND, timedelta(minutes=10, microseconds=1), DAY])
def test_no_box_is_made_for_longer_than_ten_minutes(life: timedelta) -> None:
    with pytest.raises(ValueError, match="ten minutes"):
        a_box(life=life)
    assert MINE.open(a_box(life=timedelta(minutes=10)), ADDRESS, NOON) == FIELDS


def micro(instant: datetime) -> int:
    return int(instant.timestamp() * 1_000_000)


def test_a_box_that_stamps_itself_a_longer_life_is_refused() -> None:
    fields = {"password": "x"}
    good = {"from": micro(NOON), "until": micro(NOON + timedelta(minutes=10)), "fields": fields}
    assert MINE.open(forged(good), ADDRESS, NOON) == {"password": Secret("x")}
    assert_shut(forged({**good, "from": micro(NOON - SECOND)}))
    later = {"from": micro(NOON + timedelta(minutes=2)), "until": micro(NOON + timedelta(minutes=11))}
    assert_shut(forged({**good, **later}))  # nine minutes long, but from a clock that runs ahead
    assert MINE.open(forged({**good, **later}), ADDRESS, NOON + timedelta(minutes=1))
    assert_shut(forged({**good, "from": good["until"]}))


def test_a_foreign_identity_does_not_open_it() -> None:
    assert_shut(a_box(), opener=identity(seed=2))
    assert_shut(a_box(), opener=identity(seed=1, key_id="bk-2"))


@pytest.mark.parametrize("name", ["organisation", "account", "platform", "origin", "subject", "field", "version"])
def test_a_box_for_one_place_does_not_open_for_another(name: str) -> None:
    elsewhere = replace(ADDRESS, **{name: 9 if name == "version" else "other"})  # type: ignore[arg-type]
    with pytest.raises(CannotOpen):
        MINE.open(a_box(), elsewhere, NOON)


def test_every_byte_flip_and_every_cut_is_refused() -> None:
    box = a_box()
    for at in range(len(box)):
        assert_shut(box[:at] + bytes([box[at] ^ 1]) + box[at + 1 :])
        assert_shut(box[:at])


@pytest.mark.parametrize(
    "letter",
    [
        b"",
        b"\xff",
        b"[" * 100_000,
        [],
        7,
        {},
        {"from": micro(NOON), "until": micro(NOON + LIFE)},
        {"from": micro(NOON), "until": micro(NOON + LIFE), "fields": None},
        {"from": micro(NOON), "until": micro(NOON + LIFE), "fields": {"a": 1}},
        {"from": micro(NOON), "until": micro(NOON + LIFE), "fields": {"a": {"b": "c"}}},
        {"from": micro(NOON), "until": micro(NOON + LIFE), "fields": {"a": ""}},
        {"from": str(micro(NOON)), "until": micro(NOON + LIFE), "fields": {"a": "b"}},
        {"from": micro(NOON), "until": 1e400, "fields": {"a": "b"}},
        {"from": True, "until": micro(NOON + LIFE), "fields": {"a": "b"}},
    ],
)
def test_a_planted_box_that_is_no_letter_is_refused(letter: object) -> None:
    assert_shut(forged(letter))


# --- the web side's check of the key ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key",
    [
        MINE.published(STRANGER),
        replace(KEY, public_key=identity(seed=3).published(WORKER).public_key),
        replace(KEY, id="bk-2"),
        replace(KEY, not_after=KEY.not_after + SECOND),
        replace(KEY, signature=b""),
        replace(KEY, signature=bytes(64)),
    ],
    ids=["stranger", "other public key", "other id", "longer life", "no signature", "empty signature"],
)
def test_nothing_is_put_into_a_box_the_worker_did_not_sign(key: BoxKey) -> None:
    with pytest.raises(BoxRefused):
        put(key, PINNED, ADDRESS, FIELDS, NOON)


def test_a_box_key_at_its_end_is_used_by_neither_side() -> None:
    end = KEY.not_after
    assert put(KEY, PINNED, ADDRESS, FIELDS, end - LIFE)
    with pytest.raises(BoxRefused, match="too soon"):
        put(KEY, PINNED, ADDRESS, FIELDS, end - LIFE + SECOND)
    letter = {"from": micro(end - SECOND), "until": micro(end + SECOND), "fields": {"a": "b"}}
    assert MINE.open(forged(letter), ADDRESS, end - SECOND)
    assert_shut(forged(letter), end)


def test_an_instant_without_its_zone_is_refused() -> None:
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        a_box(now=naive)
    with pytest.raises(ValueError, match="time zone"):
        MINE.open(a_box(), ADDRESS, naive)
    with pytest.raises(ValueError, match="time zone"):
        BoxIdentity(SecretBytes(bytes(32)), "bk-1", naive)


def test_the_same_instant_in_another_zone_signs_alike() -> None:
    elsewhere = replace(KEY, not_after=KEY.not_after.astimezone(timezone(timedelta(hours=5, minutes=30))))
    assert put(elsewhere, PINNED, ADDRESS, FIELDS, NOON)
    assert elsewhere.not_after.tzinfo is not UTC


def test_an_empty_box_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        put(KEY, PINNED, ADDRESS, {}, NOON)


def test_a_worker_that_died_takes_up_its_box_key_again() -> None:
    row = MINE.kept(WORKER, file_source(), 1, chance_of(5))
    again = BoxIdentity.taken_up(row, file_source())
    assert again.open(a_box(), ADDRESS, NOON) == FIELDS
    assert again.published(WORKER) == KEY == BoxKey(row.public_key, row.id, row.not_after, row.signature)
    assert isinstance(file_source(), FileSource)


# --- what can lock cannot unlock -------------------------------------------------------------------------------------


def test_the_module_that_locks_holds_nothing_that_unlocks() -> None:
    source = Path(vault.box.__file__).read_text()
    assert "decrypt" not in source
    assert "PrivateKey" not in source
    assert not any(hasattr(BoxKey, name) for name in ("open", "decrypt", "private_key"))


def test_importing_the_box_does_not_import_the_safe_or_the_keys() -> None:
    ask = "import sys, vault.box; print(sorted(name for name in sys.modules if name.startswith('vault')))"
    said = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "['vault', 'vault.box', 'vault.place', 'vault.secret']"
