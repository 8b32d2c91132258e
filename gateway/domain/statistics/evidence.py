"""Evidence: what the classifier saw, and its answer; every line can be shown to author and approver."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """clear < needs_clearance < bind; what rises asks for more before anything may leave."""

    CLEAR = "clear"
    NEEDS_CLEARANCE = "needs_clearance"
    BIND = "bind"

    @property
    def strictness(self) -> int:
        """Its place in the order."""
        return list(Verdict).index(self)


@dataclass(frozen=True)
class Evidence:
    """One thing seen: the rule, the place, the span there as typed, the words, and the release it points at."""

    rule: str
    place: str
    start: int
    end: int
    words: str
    release: str | None = None

    def to_json(self) -> dict[str, object]:
        """In the shape that `gateway check` writes."""
        return {
            "rule": self.rule,
            "place": self.place,
            "start": self.start,
            "end": self.end,
            "words": self.words,
            "release": self.release,
        }


@dataclass(frozen=True)
class Judgement:
    """The verdict, why in one rule id, the release it is bound to, the evidence, and folded texts that differ."""

    verdict: Verdict
    why: str
    release: str | None
    evidence: tuple[Evidence, ...]
    folded: tuple[str, ...] = ()
    version: str = ""

    @property
    def folded_differs(self) -> bool:
        """Whether letters or digits were disguised: approvers are shown `folded` then."""
        return bool(self.folded)
