"""A file that proves one event: its entry, the path to the root, and the signed checkpoint (C2SP tlog-proof).

The canonical entry travels in the `extra` line; it is believed only because its leaf hash leads to the signed root.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.audit import checkpoint, tree
from gateway.audit.checkpoint import BadNote, Checkpoint, KnownKey
from gateway.audit.entry import Entry

FIRST_LINE = "c2sp.org/tlog-proof@v1"
MAX_PROOF = 200_000


class BadEventProof(ValueError):
    """The file does not prove its event: treat the event as unproven."""


@dataclass(frozen=True)
class EventProof:
    """What a proof file says, once checked: this entry is in the log this checkpoint speaks of."""

    entry: Entry
    checkpoint: Checkpoint


def write_proof(entry: Entry, path: Sequence[bytes], note: str) -> str:
    """The text of the proof file; `path` is tree.inclusion_proof(entry.index, size) for the size signed in `note`."""
    extra = checkpoint.to_base64(entry.to_bytes())
    lines = [FIRST_LINE, f"extra {extra}", f"index {entry.index}", *map(checkpoint.to_base64, path), "", note]
    return "\n".join(lines)


def verify_proof(text: str, known: Sequence[KnownKey]) -> EventProof:
    """Checks signature, origin, index and path offline; raises BadEventProof for any fault."""
    try:
        head, note = _parts(text)
        entry = Entry.from_bytes(checkpoint.from_base64(head[1].removeprefix("extra ")))
        signed = checkpoint.open_checkpoint(note, known)
        path = tuple(map(checkpoint.from_base64, head[3:]))
        if head[:3] != [FIRST_LINE, f"extra {checkpoint.to_base64(entry.to_bytes())}", f"index {entry.index}"]:
            raise BadEventProof("the head lines are not those of a proof of this entry")
        leaf = tree.leaf_hash(entry.to_bytes())
        tree.verify_inclusion(index=entry.index, size=signed.size, leaf=leaf, proof=path, root=signed.root)
    except (BadNote, tree.BadProof, ValueError) as error:
        raise BadEventProof(f"this file proves nothing: {error}") from error
    return EventProof(entry, signed)


def _parts(text: str) -> tuple[list[str], str]:
    if len(text) > MAX_PROOF:
        raise BadEventProof("the file is too long")
    head, gap, note = text.partition("\n\n")
    lines = head.split("\n")
    if not gap or len(lines) < 3:
        raise BadEventProof("the file is not a tlog-proof")
    return lines, note
