"""The content key: what is sealed for one place opens there and nowhere else; its file is its owner's alone."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from gateway.sealing import CannotUnseal, ContentKey, ContentKeyUnavailable, create_content_key, read_content_key

KEY = ContentKey(bytes(range(32)))
NONCE = bytes(12)


def test_a_value_opens_in_its_own_place_only() -> None:
    sealed = KEY.seal("factor/ada/1", b"secret", NONCE)
    assert KEY.unseal("factor/ada/1", sealed) == b"secret"
    with pytest.raises(CannotUnseal):
        KEY.unseal("factor/bola/1", sealed)
    with pytest.raises(CannotUnseal):
        ContentKey(bytes(32)).unseal("factor/ada/1", sealed)


def test_no_byte_of_it_can_be_changed() -> None:
    sealed = KEY.seal("place", b"secret", NONCE)
    for at in range(len(sealed)):
        with pytest.raises(CannotUnseal):
            KEY.unseal("place", sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :])
    for short in (b"", sealed[:5], sealed[:12], sealed[:-1]):
        with pytest.raises(CannotUnseal):
            KEY.unseal("place", short)


def test_a_nonce_has_its_length_and_the_key_is_never_shown() -> None:
    with pytest.raises(ValueError, match="12 bytes"):
        KEY.seal("place", b"secret", b"short")
    assert "key" not in repr(KEY).replace("ContentKey", "")


def test_the_key_file_is_its_owners_alone_and_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "content.key"
    create_content_key(path, KEY.key)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_content_key(path) == KEY
    with pytest.raises(FileExistsError):
        create_content_key(path, bytes(32))


def test_a_key_file_that_is_missing_open_to_others_or_damaged_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "content.key"
    with pytest.raises(ContentKeyUnavailable, match="restore"):
        read_content_key(path)
    create_content_key(path, KEY.key[:31])
    with pytest.raises(ContentKeyUnavailable, match="damaged"):
        read_content_key(path)
    path.chmod(0o640)
    with pytest.raises(ContentKeyUnavailable, match="chmod 600"):
        read_content_key(path)
