"""Checks an exported audit log, or the proof of one event, with nothing but the file and the log's public key.

Stands alone on purpose: it imports only the standard library and Ed25519, shares no code with the gateway that wrote
the log, and may be copied to the auditor's own machine. Usage: python verifier.py export.jsonl --key VKEY
"""

from __future__ import annotations

import argparse
import base64
import functools
import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT: Final = "gateway-audit-export/1"
PROOF_FORMAT: Final = "c2sp.org/tlog-proof@v1"
BLOCK: Final = 1 << 20
MAX_LINE: Final = 1 << 17
MAX_PROOF: Final = 1 << 18
MAX_INTEGER: Final = 2**53 - 1
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
DASH: Final = "\u2014 "

_TEXTS: Final = ("at_earliest", "at_latest", "act", "actor", "subject_kind", "subject_id")
_TYPES: Final = {**dict.fromkeys(_TEXTS, str), "index": int, "facts": dict}
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_CHECKPOINT_LINE: Final = b'{"checkpoint":'


class Tampered(Exception):
    """The export is not the log that was signed. `since` <= first bad index <= `index`, where it was noticed.

    `kind`: format (no entry of ours, or not canonical), index (gap, repeat or order), time (goes backwards),
    signature (checkpoint not signed by the log), root (entries differ from what was signed), unsigned (entries after
    the last checkpoint), rollback (ends before the pinned checkpoint), fork (differs from it), proof (of one event).
    """

    def __init__(self, kind: str, index: int, message: str, since: int = 0) -> None:
        super().__init__(f"{kind} at entry {index}: {message}")
        self.kind, self.index, self.since = kind, index, since


@dataclass(frozen=True)
class Report:
    """What was proved: this many entries, from first to last time, under this root (hex) and this last signed note."""

    origin: str
    entries: int
    root: str
    checkpoints: int
    first_at: str
    last_at: str
    last_note: str


def verify(
    path: str | Path,
    vkey: str | Sequence[str],
    *,
    pinned_checkpoint: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> Report:
    """Reads the export once, re-hashes every entry, and returns what was proved; raises Tampered otherwise.

    `vkey` is the log's verifier key (several, all of one name, if it was renewed). `pinned_checkpoint` is the signed
    note the auditor kept from last time: without one, a cut back to an older checkpoint cannot be seen by anybody.
    Memory does not grow with the file. Raises ValueError for an unusable key or pinned note, OSError for an
    unreadable file.
    """
    keys = Keys(vkey)
    try:
        pin = None if pinned_checkpoint is None else keys.open(pinned_checkpoint)
    except ValueError as error:
        raise ValueError(f"the pinned checkpoint cannot be used: {error}") from error
    reading = _Reading(keys, pin)
    with Path(path).open("rb") as file:
        try:
            reading.begin(file.readline(MAX_LINE))
            for lines in _blocks(file):
                reading.take(lines)
                if progress is not None:
                    progress(reading.tree.size)
        except ValueError as error:
            raise reading.bad("format", str(error)) from error
    return reading.finish()


def verify_proof(path: str | Path, vkey: str | Sequence[str]) -> dict[str, Any]:
    """The entry that a proof file (C2SP tlog-proof, entry in its extra line) proves; raises Tampered if it does not."""
    keys = Keys(vkey)
    with Path(path).open("rb") as file:
        data = file.read(MAX_PROOF + 1)
    try:
        return _proven(data.decode(), keys)
    except ValueError as error:
        raise Tampered("proof", 0, str(error)) from error


class Tree:
    """The root of a growing list of entries (RFC 9162): leaf SHA-256(0 ‖ data), node SHA-256(1 ‖ left ‖ right)."""

    def __init__(self) -> None:
        self.size = 0
        self._waiting: dict[int, bytes] = {}

    def extend(self, entries: Sequence[bytes]) -> None:
        """Adds entries in order. Whole levels are paired at once: this is the loop that a million entries pass."""
        sha, level = hashlib.sha256, 0
        hashes = [sha(b"\x00" + entry).digest() for entry in entries]
        while hashes:
            if level in self._waiting:
                hashes.insert(0, self._waiting.pop(level))
            if len(hashes) & 1:
                self._waiting[level] = hashes.pop()
            pairs = iter(hashes)
            hashes = [sha(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
            level += 1
        self.size += len(entries)

    def root(self) -> bytes:
        """The root now; it may be asked for at any size."""
        from_right = [self._waiting[level] for level in sorted(self._waiting)]
        return functools.reduce(lambda right, left: _node(left, right), from_right) if from_right else EMPTY_ROOT


class Keys:
    """The log's public keys, all of one name, which is also the log's origin."""

    def __init__(self, vkeys: str | Sequence[str]) -> None:
        self._keys: dict[bytes, Ed25519PublicKey] = {}
        names = set()
        for vkey in [vkeys] if isinstance(vkeys, str) else vkeys:
            name, key_id, public = _parse_vkey(vkey)
            names.add(name)
            self._keys[key_id] = public
        if len(names) != 1:
            raise ValueError("give the keys of one log")
        self.origin = names.pop()

    def open(self, note: str) -> tuple[int, bytes]:
        """Size and root of a signed checkpoint of this log (C2SP signed-note and tlog-checkpoint); raises ValueError.

        Other names' signatures are ignored; a wrong one by a key we know rejects the note.
        """
        if any(mark < " " and mark != "\n" for mark in note):
            raise ValueError("the note holds control characters")
        head, gap, tail = note.rpartition("\n\n")
        if not gap or not tail.endswith("\n"):
            raise ValueError("not a signed note")
        text = head + "\n"
        if not sum([self._signed(text, line) for line in tail[:-1].split("\n")]):
            raise ValueError("the log has not signed this checkpoint")
        return self._parse(text)

    def _signed(self, text: str, line: str) -> bool:
        name, _, encoded = line.removeprefix(DASH).partition(" ")
        signature = _unbase64(encoded)
        if not line.startswith(DASH) or not name or len(signature) < 5:
            raise ValueError("malformed signature line")
        key = self._keys.get(signature[:4])
        if name != self.origin or key is None:
            return False
        try:
            key.verify(signature[4:], text.encode())
        except InvalidSignature as error:
            raise ValueError("the signature of the log is wrong") from error
        return True

    def _parse(self, text: str) -> tuple[int, bytes]:
        origin, size, root = text.removesuffix("\n").split("\n")
        if origin != self.origin:
            raise ValueError(f"the checkpoint is of another log: {origin}")
        if not re.fullmatch(r"0|[1-9][0-9]{0,17}", size):
            raise ValueError("the size is not a number")
        return int(size), _hash(root)


@dataclass
class _Reading:
    """How far the export has been read, and what is known so far."""

    keys: Keys
    pin: tuple[int, bytes] | None
    tree: Tree = field(default_factory=Tree)
    index: int = 0
    checkpoints: int = 0
    proved: int = 0  # entries covered by the last good checkpoint
    surely_at: str = ""  # the latest "not before" seen: an entry that ended earlier cannot follow
    first_at: str = ""
    last_at: str = ""
    last_note: str = ""

    def begin(self, line: bytes) -> None:
        """The first line of the file. Raises ValueError where it is not that of an export of this log."""
        header = {"format": FORMAT, "origin": self.keys.origin}
        if line and _canonical_object(line.removesuffix(b"\n")) != header:  # an empty file lacks its end as well
            raise ValueError(f"the first line is not that of an export of {self.keys.origin}")

    def take(self, lines: Sequence[bytes]) -> None:
        """Checks these lines one by one; entries are hashed in runs, up to each checkpoint and to the pinned one.

        Raises Tampered, or ValueError for a line that is not of this format.
        """
        run: list[bytes] = []
        for line in lines:
            if line.startswith(_CHECKPOINT_LINE):
                self._hash(run)
                self._checkpoint(line)
            else:
                self._entry(line)
                run.append(line)
                if self.pin is not None and self.index == self.pin[0]:
                    self._hash(run)
        self._hash(run)

    def finish(self) -> Report:
        """The end of the file: it must end in a checkpoint over every entry, and reach the pinned one."""
        if not self.checkpoints or self.proved != self.index:
            raise self.bad("unsigned", "the export does not end in a checkpoint over all its entries")
        if self.pin is not None and self.pin[0] > self.index:
            raise self.bad("rollback", f"the pinned checkpoint covers {self.pin[0]} entries")
        self._hash([])
        root = self.tree.root().hex()
        origin = self.keys.origin
        return Report(origin, self.index, root, self.checkpoints, self.first_at, self.last_at, self.last_note)

    def bad(self, kind: str, message: str) -> Tampered:
        return Tampered(kind, self.index, message, self.proved)

    def _checkpoint(self, line: bytes) -> None:
        note = _canonical_object(line)
        if note.keys() != {"checkpoint"} or not isinstance(note["checkpoint"], str):
            raise ValueError("malformed checkpoint line")
        try:
            size, root = self.keys.open(note["checkpoint"])
        except ValueError as error:
            raise self.bad("signature", str(error)) from error
        if size != self.tree.size:
            raise self.bad("root", f"a checkpoint over {size} entries stands after {self.tree.size}")
        if root != self.tree.root():
            raise self.bad("root", f"entries {self.proved} to {size - 1} are not those that were signed")
        self.checkpoints, self.proved, self.last_note = self.checkpoints + 1, size, note["checkpoint"]

    def _hash(self, run: list[bytes]) -> None:
        """Adds the run to the tree and empties it; at the pinned size the roots must be the same."""
        self.tree.extend(run)
        run.clear()
        if self.pin is not None and self.tree.size == self.pin[0] and self.tree.root() != self.pin[1]:
            # Both histories may bear good signatures, so no checkpoint in the export narrows the range.
            raise Tampered("fork", self.index, "this is another history than the one of the pinned checkpoint", 0)

    def _entry(self, line: bytes) -> None:
        entry = _entry_of(line)
        if entry["index"] != self.index:
            raise self.bad("index", f"found an entry that says it is number {entry['index']}")
        earliest, latest = entry["at_earliest"], entry["at_latest"]
        if latest < self.surely_at:
            raise self.bad("time", f"{latest} is before an earlier entry's {self.surely_at}")
        if earliest > self.surely_at:
            self.surely_at = earliest
        self.first_at = self.first_at or earliest
        self.last_at = latest
        self.index += 1


def _blocks(file: BinaryIO) -> Iterator[list[bytes]]:
    """The file's complete lines, about a megabyte at a time. Raises ValueError for what is no file of lines."""
    rest = b""
    while block := file.read(BLOCK):
        lines = (rest + block).split(b"\n")
        rest = lines.pop()
        if len(rest) > MAX_LINE:
            raise ValueError("a line is too long")
        yield lines
    if rest:
        raise ValueError("the file ends in the middle of a line")


def _refuse(text: str) -> Any:
    raise ValueError(f"{text} is not a whole number")


_decode = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse).decode
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


def _canonical_object(data: bytes) -> dict[str, Any]:
    """A JSON object in its one right form (RFC 8785): repeated names or other spellings could be read in two ways."""
    try:
        text = data.decode()
        value = _decode(text)
        if not isinstance(value, dict) or _encode(value) != text:
            raise ValueError("the line is not in canonical form")
    except RecursionError as error:
        raise ValueError("the line is nested too deeply") from error
    return value


def _entry_of(data: bytes) -> dict[str, Any]:
    """An entry in its one right form: these fields, of these types, and two times in their order."""
    entry = _canonical_object(data)
    if entry.keys() != _TYPES.keys() or not _has_right_types(entry):
        raise ValueError("not an audit entry")
    earliest, latest = entry["at_earliest"], entry["at_latest"]
    if not (_TIME.fullmatch(earliest) and _TIME.fullmatch(latest) and earliest <= latest):
        raise ValueError("malformed time")
    for time in {earliest, latest}:
        datetime.fromisoformat(time)  # there is such a day and hour
    return entry


def _has_right_types(entry: Mapping[str, Any]) -> bool:
    if [type(entry[name]) for name in _TYPES] != [*_TYPES.values()]:
        return False
    return all(name.isascii() and _is_fact(value) for name, value in entry["facts"].items())


def _is_fact(value: object) -> bool:
    return value is None or type(value) in {str, bool} or (type(value) is int and abs(value) <= MAX_INTEGER)


def _unbase64(text: str) -> bytes:
    """Base64 in its one right form: spare bits that say nothing would let a file be altered unseen."""
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("not base64 in its one right form")
    return data


def _hash(encoded: str) -> bytes:
    data = _unbase64(encoded)
    if len(data) != 32:
        raise ValueError("a hash has 32 bytes")
    return data


def _parse_vkey(text: str) -> tuple[str, bytes, Ed25519PublicKey]:
    """name+hex id+base64(0x01 ‖ key); the id is SHA-256(name ‖ 0x0A ‖ 0x01 ‖ key)[:4]."""
    name, key_id, encoded = [*text.strip().split("+", 2), "", ""][:3]
    data = _unbase64(encoded)
    expected = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4]
    if not name or len(data) != 33 or data[0] != 1 or key_id != expected.hex():
        raise ValueError("not an Ed25519 verifier key (name+id+base64)")
    return name, expected, Ed25519PublicKey.from_public_bytes(data[1:])


def _proven(text: str, keys: Keys) -> dict[str, Any]:
    head, gap, note = text.partition("\n\n")
    lines = head.split("\n")
    if len(text) > MAX_PROOF or not gap or len(lines) < 3 or lines[0] != PROOF_FORMAT:
        raise ValueError("not a proof file")
    data = _unbase64(lines[1].removeprefix("extra "))
    entry = _entry_of(data)
    if not lines[1].startswith("extra ") or lines[2] != f"index {entry['index']}":
        raise ValueError("the entry is not the one the file names")
    size, root = keys.open(note)
    leaf = hashlib.sha256(b"\x00" + data).digest()
    if _climb(entry["index"], size, leaf, [_hash(line) for line in lines[3:]]) != root:
        raise ValueError("the path does not lead to the signed root")
    return entry


def _climb(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes:
    """The root that a leaf's hash and its path give (RFC 9162 §2.1.3.1); raises ValueError for a wrong length."""
    if not 0 <= index < size:
        raise ValueError("no such entry in a log of that size")
    if (size == 1) != (not path):
        raise ValueError("the path is too long" if path else "the path is too short")
    if size == 1:
        return leaf
    left = 1 << (size - 1).bit_length() - 1  # the largest power of two below the size
    if index < left:
        return _node(_climb(index, left, leaf, path[:-1]), path[-1])
    return _node(path[-1], _climb(index - left, size - left, leaf, path[:-1]))


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def main(arguments: Sequence[str] | None = None) -> int:
    """0: proved. 1: tampered with. 2: the file, key or pinned checkpoint could not be used."""
    parser = argparse.ArgumentParser(prog="verifier", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("file", help="an export (.jsonl) or the proof of one event (.tlog-proof)")
    parser.add_argument("--key", action="append", required=True, help="the log's verifier key (name+id+base64)")
    parser.add_argument("--checkpoint", help="file with the signed checkpoint you kept from last time")
    options = parser.parse_args(arguments)
    try:
        said = _check(options.file, options.key, options.checkpoint)
    except Tampered as error:
        sys.stdout.write(f"TAMPERED: {error}\n")
        return 1
    except (OSError, ValueError) as error:
        sys.stderr.write(f"cannot verify: {error}\n")
        return 2
    sys.stdout.write(said)
    return 0


def _check(file: str, keys: Sequence[str], checkpoint: str | None) -> str:
    with Path(file).open("rb") as opened:
        is_proof = opened.read(len(PROOF_FORMAT)) == PROOF_FORMAT.encode()
    if is_proof:
        return f"PROVED: this entry is in the signed log\n{_encode(verify_proof(file, keys))}\n"
    pinned = Path(checkpoint).read_text(encoding="utf-8") if checkpoint else None
    report = verify(file, keys, pinned_checkpoint=pinned)
    return (
        f"PROVED: {report.entries} entries of {report.origin}, {report.first_at} to {report.last_at}, "
        f"{report.checkpoints} checkpoints, root {report.root}\n"
        f"Keep this checkpoint for next time:\n{report.last_note}"
    )


if __name__ == "__main__":
    sys.exit(main())
