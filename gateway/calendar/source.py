"""Source: where a calendar is read from, and how long to wait between two looks for a publication."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from gateway.calendar.fetch import Fetcher
from gateway.calendar.fields import LARGEST, each_once
from gateway.calendar.readers import read
from gateway.calendar.refused import CalendarRefused
from gateway.calendar.walk import walk
from gateway.domain.release import Entry

KINDS = (".json", ".ics", ".rss", ".xml")
EAGER_FOR = timedelta(minutes=1)
EAGER_PAUSE = timedelta(seconds=1)
PATIENT_PAUSE = timedelta(seconds=5)


@dataclass(frozen=True)
class Look:
    """One whole reading of a calendar: its entries and the SHA-256 (hex) of the bytes they came from. `as_of` is when
    they were last put where they were read, where that is known: a file that nobody renews grows stale.
    """

    entries: tuple[Entry, ...]
    digest: str
    as_of: datetime | None = None

    def published(self, release: str) -> bool:
        """Whether the calendar says that the release with this id is out."""
        return any(entry.id == release and entry.published for entry in self.entries)


class Readable(Protocol):
    """A place that calendars are read from; `name` is how it is called in the log, `is_near` whether it may be read
    each second (a file), since nobody else pays for it.
    """

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def is_near(self) -> bool:
        """Whether it may be read each second."""

    def look(self) -> Look:
        """Read and understand it whole. Raises CalendarRefused, and then nothing may be taken from it."""


@dataclass(frozen=True)
class Source:
    """A calendar in a file that something else keeps fresh."""

    name: str
    path: Path
    is_near: bool = True

    def read(self) -> bytes:
        """The whole file, at most LARGEST bytes. Raises CalendarRefused where it is missing or is no plain file.

        Replace the file by renaming a new one over it: a file that changes while it is read is refused.
        """
        return self._read()[0]

    def look(self) -> Look:
        """Read and understand it whole. Raises CalendarRefused, and then nothing may be taken from it."""
        body, written = self._read()
        return Look(read(body), hashlib.sha256(body).hexdigest(), written)

    def _read(self) -> tuple[bytes, datetime]:
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
        return body, datetime.fromtimestamp(after.st_mtime_ns // 10**9, UTC)


@dataclass(frozen=True)
class Folder:
    """Every calendar file in a folder (not below it): one calendar, whole or not at all, as old as its oldest."""

    name: str
    path: Path
    is_near: bool = True

    def look(self) -> Look:
        """Raises CalendarRefused where one file is refused, two contradict each other, or there is none."""
        try:
            files = sorted(path for path in self.path.iterdir() if path.suffix.lower() in KINDS)
        except OSError as error:
            said = error.strerror or "unreadable"
            raise CalendarRefused(f"The folder {self.name} cannot be read ({said}). Check its path.") from error
        if not files:
            raise CalendarRefused(f"The folder {self.name} holds no calendar ({', '.join(KINDS)}).")
        looks = [Source(f"{self.name}/{path.name}", path).look() for path in files]
        digest = hashlib.sha256("".join(look.digest for look in looks).encode()).hexdigest()
        entries = each_once(entry for look in looks for entry in look.entries)
        return Look(entries, digest, min(look.as_of for look in looks if look.as_of is not None))


@dataclass(frozen=True)
class Address:
    """A calendar at an https address on the list, with all its pages; `wait` waits, or raises when it must not."""

    name: str
    url: str
    fetcher: Fetcher
    wait: Callable[[timedelta], None]
    is_near: bool = False

    def look(self) -> Look:
        """Raises CalendarRefused, and Busy where it asks to come back later."""
        steps = walk(self.url)
        ask = next(steps)
        while True:
            self.wait(ask.after)
            try:
                ask = steps.send(self.fetcher.get(ask.url))
            except StopIteration as done:
                entries, digest = done.value
                return Look(entries, digest)


def name_of(place: str) -> str:
    """What a place is called in the log and the database: itself where that is short and plain, else its digest."""
    plain = place.isascii() and place.isprintable() and " " not in place and 0 < len(place) <= 200
    return place if plain else hashlib.sha256(place.encode()).hexdigest()


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
