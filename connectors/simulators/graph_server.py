"""The wire of the pretend Graph API: versions, usage headers, allowances; whoever calls is looked at first."""

from __future__ import annotations

import json
import math
import re
import time
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from connectors.simulators.graph_words import DEATHS, Given, error, missing
from connectors.simulators.meters import Allowance, Meter
from connectors.simulators.pretend import Answer, Call, Handler
from connectors.simulators.routing import Routed
from connectors.simulators.truth import Truth

T = TypeVar("T")
_VERSIONED = re.compile(r"/(v\d+\.\d+)/(.+?)/?")
_BUSINESS = "700000000000007"
_TROUBLE = {
    500: ("An unexpected error has occurred. Please retry your request later.", 2),
    503: ("Service temporarily unavailable", 2),
}


@dataclass
class Turn(Generic[T]):
    """One call whose token was looked at: who calls, with what."""

    call: Call
    token: T
    given: Given


class Kept(Protocol):
    """A picture that a platform keeps."""

    @property
    def media_type(self) -> str:
        """As it was sniffed."""

    @property
    def sha256(self) -> str:
        """Of its bytes."""

    @property
    def data(self) -> bytes:
        """Its bytes."""


class GraphServer(Routed, Generic[T]):
    """What the platforms that speak the Graph API share, each with its own kind of token; abstract.

    `kind` is what the usage headers call the traffic; empty where only the application's own usage is told. `spent` is
    the code and the words of a 429. Rules hold `versions`, parted by blanks, `calls_per_day` and `calls_already`.
    """

    kind: ClassVar[str] = ""
    spent: ClassVar[tuple[int, str]] = (4, "Application request limit reached")

    def __init__(self, truth: Truth) -> None:
        super().__init__(truth)
        self.exact = {}
        self.numbered = []
        self._meters: dict[str, Meter] = {}

    def offer(self, *places: tuple[str, str, Callable[..., Answer]]) -> None:
        """Open places under a version: each a method, a pattern, and what is given the turn and the words matched."""
        for method, pattern, handle in places:
            self.numbered.append((method, re.compile(pattern), self._after_a_look(handle)))

    def _after_a_look(self, handle: Callable[..., Answer]) -> Callable[..., Answer]:
        return lambda call, *words: handle(self.turn(call), *words)

    @abstractmethod
    def pictures(self) -> Iterator[Kept]:
        """Every picture that is kept."""

    def media(self, sha256: str) -> tuple[str, bytes] | None:
        """See Pretend."""
        found = (picture for picture in self.pictures() if picture.sha256 == sha256)
        return next(((picture.media_type, picture.data) for picture in found), None)

    @abstractmethod
    def turn(self, call: Call) -> Turn[T]:
        """Who calls. Raises Refusal."""

    def handler(self, method: str, path: str) -> Handler | None:
        """See Pretend. A version stands before each place, and one that the platform offers, but before a few."""
        versioned = _VERSIONED.fullmatch(path)
        if versioned is None:
            return super().handler(method, path)
        return super().handler(method, versioned[2]) if versioned[1] in self.rules.versions.split() else None

    def nowhere(self, call: Call) -> Answer:
        """See Pretend."""
        versioned = _VERSIONED.fullmatch(call.path)
        if versioned and versioned[1] in self.rules.versions.split():
            return missing(versioned[2], call.method).answer
        return Answer(400, error(f"Unknown path components: {call.path}", 2500))

    def expired(self) -> Answer:
        """400 and code 190, 463 (Facebook's contract §7)."""
        subcode, words = DEATHS["access"]
        return Answer(400, error(f"Error validating access token: {words}", 190, subcode))

    def trouble(self, status: int, seconds: float) -> Answer:
        """See Pretend; too many calls are a 400 here, and the wait is told in whole minutes (contract §6)."""
        if status == 429:
            code, words = self.spent
            return Answer(400, error(f"(#{code}) {words}", code), self._usage(100, math.ceil(seconds / 60)))
        message, code = _TROUBLE.get(status, ("An unknown error occurred", 1))
        return Answer(status, error(message, code, transient=status >= 500))

    def too_large(self) -> Answer:
        """See Pretend."""
        return Answer(413, "<html><head><title>413 Request Entity Too Large</title></head></html>", {}, "text/html")

    def rate_headers(self, meters: Sequence[Meter]) -> Mapping[str, str]:
        """Per cent of what may be used (Facebook's contract §6)."""
        now = time.monotonic()
        nearest = min(meters, key=lambda meter: meter.left(now))
        used = 100 - 100 * nearest.left(now) // max(1, nearest.allowance.points)
        wait = 0 if nearest.left(now) else math.ceil((nearest.resets(now) - now) / 60)
        return self._usage(used, wait)

    def count(self, call: Call, whose: str) -> None:
        """One more call of an account. Raises Refusal where the day's calls are used up."""
        allowance = Allowance(self.rules.calls_per_day, 86_400)
        meter = self._meters.get(whose)
        if meter is None or meter.allowance != allowance:
            meter = self._meters[whose] = Meter(allowance)
            meter.spend(self.rules.calls_already, time.monotonic())
        self.spend(call, [meter])

    def _usage(self, per_cent: int, minutes: int) -> dict[str, str]:
        plain = {"call_count": per_cent, "total_cputime": per_cent // 2, "total_time": per_cent // 2}
        told: dict[str, Any] = {"X-App-Usage": plain}
        if self.kind:
            business = {"type": self.kind, **plain, "estimated_time_to_regain_access": minutes}
            told["X-Business-Use-Case-Usage"] = {_BUSINESS: [business]}
        if self.kind == "pages":
            told["X-Page-Usage"] = plain
        return {name: json.dumps(value) for name, value in told.items()}
