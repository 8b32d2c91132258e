"""Builds seeded audit logs for the tests: real entries, a real tree, really signed checkpoints."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.audit import checkpoint, tree
from gateway.audit.checkpoint import Checkpoint, Signer
from gateway.audit.entry import Entry, rfc3339
from gateway.audit.export import checkpoint_line, header, write_export

ORIGIN = "audit.gateway.example/log"
BEGINNING = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
ACTS = ("post.written", "submission.approved", "delivery.published", "credential.opened", "grant.ended")
PEOPLE = ("member-ada", "member-bola", "member-cyd", "member-eve")

Notes = list[tuple[int, str]]


def signer(seed: int = 0, name: str = ORIGIN) -> Signer:
    """A key that is the same in every run."""
    secret = hashlib.sha256(b"a key for tests only %d" % seed).digest()
    return Signer(name, Ed25519PrivateKey.from_private_bytes(secret))


def entry(index: int, chance: random.Random) -> Entry:
    """A plausible entry, later than every entry with a smaller index."""
    earliest = BEGINNING + timedelta(milliseconds=200 * index + chance.randrange(100))
    return Entry(
        index=index,
        at_earliest=rfc3339(earliest),
        at_latest=rfc3339(earliest + timedelta(milliseconds=chance.randrange(40))),
        act=chance.choice(ACTS),
        actor=chance.choice(PEOPLE),
        subject_kind="submission",
        subject_id=f"s-{chance.getrandbits(64):016x}",
        facts={"digest": f"{chance.getrandbits(256):064x}", "quorum": chance.randrange(1, 4), "fresh_factor": True},
    )


def entries(size: int, seed: int = 0) -> list[bytes]:
    """The canonical bytes of `size` entries."""
    chance = random.Random(seed)
    return [entry(index, chance).to_bytes() for index in range(size)]


def note(lines: list[bytes], key: Signer) -> str:
    """A signed checkpoint over exactly these entries."""
    root = tree.Frontier().extend(map(tree.leaf_hash, lines)).root()
    return checkpoint.sign(Checkpoint(ORIGIN, len(lines), root), key)


@dataclass
class Log:
    """Entries, the checkpoints signed on the way (the last over all of them), and who signed."""

    lines: list[bytes]
    notes: Notes
    key: Signer

    @property
    def vkey(self) -> str:
        return self.key.known_key().vkey()

    @property
    def last_note(self) -> str:
        return self.notes[-1][1]

    def export(self, path: Path) -> Path:
        with path.open("wb") as out:
            write_export(out, ORIGIN, self.lines, self.notes)
        return path


def build(size: int, *, seed: int = 0, every: int = 10, key: Signer | None = None) -> Log:
    """A log of `size` entries with a checkpoint after each `every` entries and at the end."""
    own = key or signer()
    lines = entries(size, seed)
    sizes = sorted({*range(every, size, every), size})
    return Log(lines, [(at, note(lines[:at], own)) for at in sizes], own)


def assemble(lines: list[bytes], notes: Notes) -> bytes:
    """An export put together by a forger: no check at all; notes beyond the end come last."""
    out = [header(ORIGIN)]
    waiting = sorted(notes, key=lambda each: each[0])
    for count in range(len(lines) + 1):
        if count:
            out.append(lines[count - 1] + b"\n")
        out += [checkpoint_line(text) for at, text in waiting if at == count]
    out += [checkpoint_line(text) for at, text in waiting if at > len(lines)]
    return b"".join(out)
