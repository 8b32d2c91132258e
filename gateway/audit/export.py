"""The export an auditor takes away: one JSON Lines file that needs nothing else but the public key.

First a header, then the canonical entries as they are, and each checkpoint on its own line right after
the last entry it covers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from gateway.audit import canonical

FORMAT = "gateway-audit-export/1"


class IncompleteExport(ValueError):
    """The checkpoints do not cover the entries: sign one first, or export fewer entries."""


def write_export(out: BinaryIO, origin: str, entries: Iterable[bytes], notes: Iterable[tuple[int, str]]) -> int:
    """Writes `entries` (canonical bytes, index 0 first) and signed `notes` (size, note; smallest size first) to `out`.

    Streams: neither iterable is held in memory. Returns the number of entries. Raises IncompleteExport when the last
    note is not of exactly that number, or the notes are out of order; what was written so far is then no export.
    """
    out.write(header(origin))
    waiting = iter(notes)
    due = next(waiting, None)
    count, covered = 0, -1
    for entry in _after_each(entries):
        if entry is not None:
            out.write(entry + b"\n")
            count += 1
        while due is not None and due[0] == count:
            out.write(checkpoint_line(due[1]))
            covered, due = due[0], next(waiting, None)
    if due is not None or covered != count:
        raise IncompleteExport(f"{count} entries end in no checkpoint of that size")
    return count


def header(origin: str) -> bytes:
    """The first line: the format and which log this is."""
    return canonical.encode({"format": FORMAT, "origin": origin}) + b"\n"


def checkpoint_line(note: str) -> bytes:
    """A signed checkpoint as one line."""
    return canonical.encode({"checkpoint": note}) + b"\n"


def _after_each(entries: Iterable[bytes]) -> Iterator[bytes | None]:
    yield None  # a checkpoint of the empty log stands before the first entry
    yield from entries
