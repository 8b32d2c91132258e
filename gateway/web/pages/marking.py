"""What a check has to say while somebody writes: the previews, the verdict, what stands in the way, the counters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.actions.composing import Preview
from gateway.domain.account import Account
from gateway.domain.check import Finding
from gateway.domain.judging import must_bind
from gateway.domain.statistics import Judgement, Verdict
from gateway.domain.submission import Submission
from gateway.web.pages.previews import Card, Count, cards_of
from gateway.world import World

VERDICTS: Mapping[Verdict, str] = {
    Verdict.CLEAR: "No sign of unpublished statistics.",
    Verdict.NEEDS_CLEARANCE: "It may hold unpublished statistics: a clearer will be asked.",
    Verdict.BIND: "It speaks of a release to come.",
}


@dataclass(frozen=True)
class Found:
    """Everything a check has to say."""

    cards: tuple[Card, ...]
    judgement: Judgement
    needs_clearance: bool
    must_bind: bool = False
    held_by: str | None = None
    speaks_of: str = ""

    @property
    def verdict(self) -> str:
        """What the embargo's judge says, in words."""
        return VERDICTS[self.judgement.verdict]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All of them."""
        return tuple(finding for card in self.cards for part in card.parts for finding in part.findings)

    @property
    def blocks(self) -> bool:
        """Whether it cannot be put forward as it is."""
        return self.must_bind or self.held_by is not None or any(finding.blocks for finding in self.findings)


def found_of(world: World, preview: Preview, release: str | None) -> Found:
    """A check of what is being written, as a page shows it."""
    judged = preview.judged
    return Found(
        cards=cards_of(world, preview.outgoings, judged.findings, judged.judgement, preview.accounts),
        judgement=judged.judgement,
        needs_clearance=judged.needs_clearance,
        must_bind=must_bind(release, judged.judgement),
        held_by=judged.held_by,
        speaks_of=preview.speaks_of.title if preview.speaks_of else "",
    )


def found_then(world: World, one: Submission, accounts: Mapping[str, Account]) -> Found:
    """What was put forward, as it was judged then."""
    cards = cards_of(world, one.outgoings, one.findings, one.judgement, accounts)
    return Found(cards, one.judgement, one.needs_clearance)


def counters(found: Found | None, boxes: Mapping[str, str]) -> dict[str, list[Count]]:
    """The counters under each box, by its id. `boxes`: account to the stem of the boxes that it is written in."""
    lines: dict[str, list[Count]] = {}
    for card in found.cards if found else ():
        for part in card.parts:
            for count in part.counts:
                lines.setdefault(f"{boxes[count.account.id]}-{part.number}", []).append(count)
    return lines
