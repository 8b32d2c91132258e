"""Signed statements of the log's size and root: C2SP tlog-checkpoint inside a C2SP signed note (Ed25519)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from gateway.audit import tree

_ED25519 = b"\x01"
_DASH = "\u2014 "
MAX_NOTE = 100_000
MAX_SIGNATURES = 64
MAX_KEY_NAME = 200


class BadNote(ValueError):
    """The note is malformed, or no key we know stands behind it: its text must be ignored."""


class Inconsistent(ValueError):
    """The tree does not extend the last signed one: never sign it, and tell a person."""


@dataclass(frozen=True)
class KnownKey:
    """An Ed25519 public key (32 raw bytes) under the name it signs with."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.public) != 32:
            raise ValueError("an Ed25519 public key has 32 bytes")

    @property
    def key_id(self) -> bytes:
        """First four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ key)."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def vkey(self) -> str:
        """`name+hex id+base64(0x01 ‖ key)`: what the auditor keeps."""
        return f"{self.name}+{self.key_id.hex()}+{to_base64(_ED25519 + self.public)}"

    @classmethod
    def from_vkey(cls, text: str) -> KnownKey:
        """The reverse of `vkey`; raises ValueError for anything else."""
        parts = text.split("+", 2)
        data = from_base64(parts[2]) if len(parts) == 3 else b""
        if data[:1] != _ED25519:
            raise ValueError("not an Ed25519 verifier key (name+id+base64)")
        key = cls(parts[0], data[1:])
        if key.vkey() != text:
            raise ValueError("the verifier key's id does not belong to its name and key")
        return key


@dataclass(frozen=True)
class Signer:
    """A private key and the name it signs with; only the worker has one."""

    name: str
    private: Ed25519PrivateKey

    def known_key(self) -> KnownKey:
        """The public half."""
        return KnownKey(self.name, self.private.public_key().public_bytes_raw())


@dataclass(frozen=True)
class Checkpoint:
    """The log called `origin` had `size` entries and this root (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        _check_name(self.origin)
        if self.size < 0 or len(self.root) != tree.HASH_SIZE:
            raise ValueError("a checkpoint has a size from 0 and a root of 32 bytes")

    @classmethod
    def empty(cls, origin: str) -> Checkpoint:
        """Where every log begins."""
        return cls(origin, 0, tree.EMPTY_ROOT)

    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"

    @classmethod
    def from_text(cls, text: str) -> Checkpoint:
        """The reverse of `text`; raises BadNote for anything else (extension lines included: we never write any)."""
        lines = text.split("\n")
        if len(lines) != 4 or not (lines[1].isascii() and lines[1].isdecimal()) or len(lines[1]) > 19:
            raise BadNote("a checkpoint is three lines: origin, size, root")
        try:
            checkpoint = cls(lines[0], int(lines[1]), from_base64(lines[2]))
        except ValueError as error:
            raise BadNote(str(error)) from error
        if checkpoint.text() != text:
            raise BadNote("the checkpoint is not in its one right form")
        return checkpoint


def next_checkpoint(previous: Checkpoint, *, size: int, root: bytes, consistency: Sequence[bytes]) -> Checkpoint:
    """The checkpoint that may be signed after `previous` (Checkpoint.empty for a new log).

    `consistency` is the proof from previous.size to `size` (empty when the sizes are equal or previous.size is 0).
    Raises Inconsistent when the tree does not extend the last one: C2SP forbids signing it.
    """
    if previous.size == 0:
        if previous.root != tree.EMPTY_ROOT or (size == 0 and root != tree.EMPTY_ROOT):
            raise Inconsistent("an empty log has one root only")
        return Checkpoint(previous.origin, size, root)
    try:
        tree.verify_consistency(
            first=previous.size, second=size, first_root=previous.root, second_root=root, proof=consistency
        )
    except tree.BadProof as error:
        raise Inconsistent(f"the log does not extend its checkpoint of {previous.size} entries: {error}") from error
    return Checkpoint(previous.origin, size, root)


def sign(checkpoint: Checkpoint, signer: Signer) -> str:
    """The signed note; raises ValueError when the key is not named for the log."""
    if signer.name != checkpoint.origin:
        raise ValueError("the signing key must bear the log's own name")
    return sign_note(checkpoint.text(), signer)


def sign_note(text: str, signer: Signer) -> str:
    """A note of any text that ends in a newline, with one signature."""
    if not text.endswith("\n"):
        raise ValueError("a note's text ends in a newline")
    signature = signer.known_key().key_id + signer.private.sign(text.encode())
    return f"{text}\n{_DASH}{signer.name} {to_base64(signature)}\n"


def open_note(note: str, known: Iterable[KnownKey]) -> str:
    """The text of a note that at least one known key signed.

    Signatures of unknown keys are ignored; a known key whose signature fails rejects the whole note (C2SP signed-note).
    Raises BadNote.
    """
    text, lines = _parts(note)
    keys = {(key.name, key.key_id): key for key in known}
    good = 0
    for line in lines:
        name, signature = _signature(line)
        key = keys.get((name, signature[:4]))
        if key is None:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature[4:], text.encode())
        except InvalidSignature as error:
            raise BadNote(f"the signature of {name} is wrong") from error
        good += 1
    if not good:
        raise BadNote("no key we know signed this note")
    return text


def open_checkpoint(note: str, known: Sequence[KnownKey]) -> Checkpoint:
    """The checkpoint in a note signed by one of `known`, which must bear the log's own name; raises BadNote."""
    text = open_note(note, known)
    checkpoint = Checkpoint.from_text(text)
    own = [key for key in known if key.name == checkpoint.origin]
    open_note(note, own)  # a witness alone does not speak for the log
    return checkpoint


def _parts(note: str) -> tuple[str, list[str]]:
    if len(note) > MAX_NOTE or any(mark < " " and mark != "\n" for mark in note):
        raise BadNote("the note is too long or holds control characters")
    head, gap, tail = note.rpartition("\n\n")
    lines = tail.split("\n")
    if not gap or lines.pop() != "" or not lines or len(lines) > MAX_SIGNATURES:
        raise BadNote("a note is text, an empty line, and signature lines")
    return head + "\n", lines


def _signature(line: str) -> tuple[str, bytes]:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    try:
        _check_name(name)
        signature = from_base64(encoded)
    except ValueError as error:
        raise BadNote("a signature line is malformed") from error
    if not line.startswith(_DASH) or len(signature) < 5:
        raise BadNote("a signature line is malformed")
    return name, signature


def _check_name(name: str) -> None:
    if not 0 < len(name) <= MAX_KEY_NAME or "+" in name or any(_is_space_or_control(mark) for mark in name):
        raise ValueError("a key name is not empty and holds neither spaces nor plus")


def _is_space_or_control(mark: str) -> bool:
    return mark.isspace() or unicodedata.category(mark) in {"Cc", "Cs"}


def to_base64(data: bytes) -> str:
    """Standard base64 (RFC 4648 §4)."""
    return base64.b64encode(data).decode()


def from_base64(text: str) -> bytes:
    """The reverse of to_base64; raises ValueError for anything else, spare bits included."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("not base64") from error
    if to_base64(data) != text:
        raise ValueError("not base64 in its one right form")
    return data
