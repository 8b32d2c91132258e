"""How often someone may try: sliding windows, then a rising delay, then a lock. Counters are values; storage keeps
them by key.

Use, in one writing transaction: `tally = tally.admit(now)` (raises, or counts the try as a failure beforehand, so
that racing tries cannot all pass), commit, verify; on success store `tally.after_success()`. Ask *every* key of
`keys(...)`.
"""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from gateway.identity.name import InvalidName, canonical_name
from gateway.identity.span import Span, aware, sure
from gateway.identity.wrong import FactorLocked, Throttled

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Window:
    """At most `tries` failures in any stretch of `length`."""

    tries: int
    length: timedelta


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of counter. From `delay_from` failures in a row the wait doubles from `first_delay` up to
    `longest_delay`.
    """

    windows: tuple[Window, ...]
    delay_from: int | None = None
    first_delay: timedelta = 5 * MINUTE
    longest_delay: timedelta = 4 * HOUR
    lock_after: int | None = None
    is_cleared_by_success: bool = True

    @property
    def remembered(self) -> int:
        """How many failures must be kept to judge every window."""
        return max(window.tries for window in self.windows)


class Way(StrEnum):
    """What is being tried."""

    PASSWORD = "password"  # noqa: S105  (the name of a way, not a password)
    SECOND_FACTOR = "second_factor"
    RECOVERY = "recovery"
    PASSKEY = "passkey"


# security.md section 2 and NIST SP 800-63B-4 section 3.2.2 (no more than 100 failures in a row).
BY_NAME = {
    Way.PASSWORD: Rule((Window(5, 5 * MINUTE), Window(20, HOUR)), delay_from=20, lock_after=100),
    Way.SECOND_FACTOR: Rule((Window(5, 5 * MINUTE),), lock_after=10),
    Way.RECOVERY: Rule((Window(3, HOUR),)),
    # Nobody guesses a signature, so nothing is locked: hammering is slowed down.
    Way.PASSKEY: Rule((Window(5, 5 * MINUTE),)),
}
# One address may be a whole office, so it gets more; a success there forgives only itself, or whoever holds one good
# password could try everyone else's for ever.
BY_SOURCE = Rule((Window(30, 5 * MINUTE), Window(100, HOUR)), is_cleared_by_success=False)


@dataclass(frozen=True, slots=True)
class Tally:
    """Failures under one key, oldest first, each dated by the *latest* reading of the clock so that its window ends
    late.
    """

    rule: Rule
    failures: tuple[datetime, ...] = field(default=())
    in_a_row: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "failures", tuple(aware(failure) for failure in self.failures))

    def check(self, now: Span) -> None:
        """Raises Throttled until every window and delay is surely past, FactorLocked when waiting no longer helps."""
        earliest, _ = sure(now)
        if self.rule.lock_after is not None and self.in_a_row >= self.rule.lock_after:
            raise FactorLocked
        retry_at = self._retry_at()
        if retry_at is not None and earliest < retry_at:
            raise Throttled(retry_at)

    def after_failure(self, now: Span) -> Tally:
        """One more failure. A clock that went back does not make it older than the last one."""
        _, latest = sure(now)
        at = max(latest, *self.failures[-1:]) if self.failures else latest
        return replace(self, failures=(*self.failures, at)[-self.rule.remembered :], in_a_row=self.in_a_row + 1)

    def admit(self, now: Span) -> Tally:
        """The try checked and counted as a failure before it is verified. Raises Throttled or FactorLocked."""
        self.check(now)
        return self.after_failure(now)

    def after_success(self) -> Tally:
        """The tally when the try just admitted was right: empty, or for a source without that one try."""
        if self.rule.is_cleared_by_success:
            return replace(self, failures=(), in_a_row=0)
        return replace(self, failures=self.failures[:-1], in_a_row=0)

    def _retry_at(self) -> datetime | None:
        windows = [
            self.failures[-window.tries] + window.length
            for window in self.rule.windows
            if len(self.failures) >= window.tries
        ]
        # Without a delay nothing is added: under an unsure clock the last failure itself may not surely be past yet.
        delay = [self.failures[-1] + self._delay()] if self.failures and self._delay() else []
        return max(windows + delay, default=None)

    def _delay(self) -> timedelta:
        if self.rule.delay_from is None or self.in_a_row < self.rule.delay_from:
            return timedelta(0)
        doublings = min(self.in_a_row - self.rule.delay_from, 16)
        return min(self.rule.first_delay * (1 << doublings), self.rule.longest_delay)


def keys(way: Way, *, name: str, source: str, device: str | None = None) -> tuple[tuple[str, Rule], ...]:
    """The counters one try falls under, as (key to store under, rule); any spelling of the name gives the same keys.

    `source` is the client's address, `device` the hashed id of a device this member has signed in from before. For
    passwords a known device has a counter of its own *instead*, so that strangers who guess cannot lock the real
    member out (ASVS 5.0 6.3.1); for passkeys each address has one, to the same end. A name that can be nobody's counts
    by source alone. Keys are hashed: people type passwords into the name field. Raises ValueError for a source that is
    no address.
    """
    by_source = (_key(way, "source", canonical_source(source)), BY_SOURCE)
    try:
        canonical = canonical_name(name)
    except InvalidName:
        return (by_source,)
    if device is not None and way is Way.PASSWORD:
        return ((_key(way, "device", canonical, device), BY_NAME[way]),)
    here = (canonical_source(source),) if way is Way.PASSKEY else ()
    return (_key(way, "name", canonical, *here), BY_NAME[way]), by_source


def canonical_source(address: str) -> str:
    """One text for one network end: an IPv4 address, or the /64 of an IPv6 one, since one customer owns all of it."""
    ip = ipaddress.ip_address(address.strip())
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((int(ip), 64), strict=False))
    return str(ip)


def _key(*parts: str) -> str:
    """Length-prefixed before hashing, so that no two lists of parts run together."""
    encoded = [part.encode("utf-8", errors="surrogatepass") for part in parts]
    return hashlib.sha256(b"".join(len(part).to_bytes(4, "big") + part for part in encoded)).hexdigest()
