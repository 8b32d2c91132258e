"""Source: where a calendar is read from, and how long to wait between two looks for a publication."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from gateway.calendar.fields import LARGEST
from gateway.calendar.readers import read
from gateway.calendar.refused import CalendarRefused
from gateway.domain.release import Entry

EAGER_FOR = timedelta(minutes=1)
EAGER_PAUSE = timedelta(seconds=1)
PATIENT_PAUSE = timedelta(seconds=5)


@dataclass(frozen=True)
class Look:
    """One whole reading of a calendar: its entries and the SHA-256 (hex) of the bytes they came from."""

    entries: tuple[Entry, ...]
    digest: str

    def published(self, release: str) -> bool:
        """Whether the calendar says that the release with this id is out."""
        return any(entry.id == release and entry.published for entry in self.entries)


@dataclass(frozen=True)
class Source:
    """A calendar in a file that something else keeps fresh; `name` is how it is called in the log."""

    name: str
    path: Path

    def read(self) -> bytes:
        """The whole file, at most LARGEST bytes. Raises CalendarRefused where it is missing or is no plain file.

        Replace the file by renaming a new one over it: a file that changes while it is read is refused.
        """
        try:
            handle = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError as error:
            said = error.strerror or "unreadable"
            raise CalendarRefused(f"The calendar {self.name} cannot be opened ({said}). Check its path.") from error
        try:
            before = os.fstat(handle)
            if not stat.S_ISREG(before.st_mode):
                raise CalendarRefused(f"The calendar {self.name} is not a plain file. Check its path.")
            body = _read_all(handle, self.name)
            after = os.fstat(handle)
        finally:
            os.close(handle)
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(body) != after.st_size:
            raise CalendarRefused(f"The calendar {self.name} changed while it was read. Read it again.")
        return body

    def look(self) -> Look:
        """Read and understand it whole. Raises CalendarRefused, and then nothing may be taken from it."""
        body = self.read()
        return Look(read(body), hashlib.sha256(body).hexdigest())


def _read_all(handle: int, name: str) -> bytes:
    """Reads stop one byte past the limit, whatever size the file claims."""
    parts: list[bytes] = []
    left = LARGEST + 1
    while left and (part := os.read(handle, left)):
        parts.append(part)
        left -= len(part)
    if not left:
        raise CalendarRefused(f"The calendar {name} is larger than {LARGEST:,} bytes. Narrow its dates.")
    return b"".join(parts)


def pause_before_next_look(since_due: timedelta) -> timedelta:
    """How long to wait when the release has been due for `since_due`: each second for a minute, then every 5 s.

    House section 8. Before the release is due the answer is the span until then: a look before it proves nothing.
    """
    if since_due < timedelta(0):
        return -since_due
    return EAGER_PAUSE if since_due < EAGER_FOR else PATIENT_PAUSE
