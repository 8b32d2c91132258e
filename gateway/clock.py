"""The one clock: a span the machine is sure of, checked against the boot clock (house §7).

Wall time give or take its bound is intersected with the last anchor plus CLOCK_BOOTTIME elapsed (give or take 50 ppm).
Where the two do not meet, nothing is sure until they have met for 60 s: every door is shut meanwhile.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock

from gateway.domain.instant import Now

DRIFT = 50e-6
SETTLE = timedelta(seconds=60)


@dataclass(frozen=True)
class Readings:
    """Where the clock reads: wall time in UTC, seconds since boot (suspend included), bound in seconds or None.

    `assumed`: the bound is a figure from the settings, which nobody measures.
    """

    wall: Callable[[], datetime]
    boot: Callable[[], float]
    bound: Callable[[], float | None]
    assumed: bool = False


def wall_utc() -> datetime:
    """The system's wall time in UTC, without passing microseconds through a float."""
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=time.time_ns() // 1000)


def boot_seconds() -> float:
    """CLOCK_BOOTTIME in seconds: goes on through suspend, never jumps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def assumed(seconds: float) -> Readings:
    """The embedded profile: a stated figure stands for the bound, with a visible warning where pages show it."""
    return Readings(wall_utc, boot_seconds, lambda: seconds, assumed=True)


def kernel(extra_seconds: float = 0.0) -> Readings:
    """The kernel's own bound (adjtimex maxerror) under chrony or ntpd; add 5 s under systemd-timesyncd.

    None, and so nothing sure, while the kernel says that the clock is not synchronised.
    """
    return Readings(wall_utc, boot_seconds, lambda: _kernel_bound(extra_seconds))


class Clock:
    """Answers `now()` as a span. Threads may share it; waiters re-read it on waking."""

    def __init__(self, readings: Readings) -> None:
        self._read = readings
        self.assumed = readings.assumed  # the bound is somebody's word, and pages say so
        self._lock = Lock()
        self._anchor: tuple[float, Now] | None = None
        self._settling = False
        self._steady_since: float | None = None

    def now(self) -> Now:
        """The span in which the present surely lies; Now.unknown() while nothing is sure."""
        with self._lock:
            return self._now()

    def _now(self) -> Now:
        boot, wall, bound = self._read.boot(), self._read.wall(), self._read.bound()
        if bound is None:
            return self._break(steady_since=None)
        here = Now.within(wall, timedelta(seconds=bound))
        expected = self._expected(boot)
        if expected is None:
            return self._keep(boot, here)
        earliest, latest = max(here.earliest, expected.earliest), min(here.latest, expected.latest)
        if earliest > latest:
            self._anchor = (boot, here)
            return self._break(steady_since=boot)
        return self._keep(boot, Now(earliest, latest))

    def _expected(self, boot: float) -> Now | None:
        if self._anchor is None:
            return None
        since, span = self._anchor
        elapsed, drift = timedelta(seconds=boot - since), timedelta(seconds=abs(boot - since) * DRIFT)
        return Now(span.earliest + elapsed - drift, span.latest + elapsed + drift)

    def _keep(self, boot: float, span: Now) -> Now:
        self._anchor = (boot, span)
        if self._settling:
            # Steady counts from a reading that had a bound: how long there was none before it, nobody watched.
            if self._steady_since is None:
                self._steady_since = boot
            if timedelta(seconds=boot - self._steady_since) < SETTLE:
                return Now.unknown()
            self._settling = False
        return span

    def _break(self, *, steady_since: float | None) -> Now:
        self._settling, self._steady_since = True, steady_since
        return Now.unknown()


class _Timex(ctypes.Structure):
    """struct timex of <sys/timex.h>, as far as it is read; the tail is room for the kernel to write into."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("tail", ctypes.c_byte * 256),
    )


_UNSYNCHRONISED = 0x0040


def _kernel_bound(extra: float) -> float | None:
    """Seconds, or None while unsynchronised (adjtimex(2))."""
    read = _Timex()
    state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(read))
    if state < 0 or state == 5 or read.status & _UNSYNCHRONISED:
        return None
    return float(read.maxerror) / 1e6 + extra
