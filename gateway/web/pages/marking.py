"""Findings beside the words they speak of: a preview cut into spans, plain and marked, for the page to show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from connectors.words import Outgoing, Picture
from gateway.actions.composing import Count, Preview
from gateway.domain.account import Account
from gateway.domain.check import Finding
from gateway.domain.judging import must_bind
from gateway.domain.statistics import Judgement, Verdict

VERDICTS: Mapping[Verdict, str] = {
    Verdict.CLEAR: "No sign of unpublished statistics.",
    Verdict.NEEDS_CLEARANCE: "It may hold unpublished statistics: a clearer will be asked.",
    Verdict.BIND: "It speaks of a release to come.",
}


@dataclass(frozen=True)
class Piece:
    """A stretch of text; marked where something was found in it."""

    text: str
    marked: bool = False


@dataclass(frozen=True)
class Part:
    """One part as it would be shown: its pieces, what the platform adds at its end, its count and its findings."""

    outgoing: Outgoing
    pieces: tuple[Piece, ...]
    tail: str
    count: Count | None
    findings: tuple[Finding, ...]

    @property
    def left(self) -> int:
        """How many characters are left; below 0 it is too long."""
        return 0 if self.count is None else self.count.allowed - self.count.used


@dataclass(frozen=True)
class Card:
    """What one account would say."""

    account: Account
    parts: tuple[Part, ...]

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Those of its first part."""
        return self.parts[0].outgoing.pictures

    @property
    def link(self) -> str | None:
        """The link, where it has a place of its own at this platform and does not stand in the text."""
        first = self.parts[0]
        return None if first.tail else first.outgoing.link


@dataclass(frozen=True)
class Found:
    """Everything a check has to say."""

    cards: tuple[Card, ...]
    judgement: Judgement
    verdict: str
    needs_clearance: bool
    must_bind: bool
    held_by: str | None
    speaks_of: str = ""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All of them."""
        return tuple(finding for card in self.cards for part in card.parts for finding in part.findings)

    @property
    def blocks(self) -> bool:
        """Whether it cannot be put forward as it is."""
        return self.must_bind or self.held_by is not None or any(finding.blocks for finding in self.findings)

    def counts(self, account: str, part: int) -> Count | None:
        """How long one part is on one account."""
        found = (each.count for card in self.cards for each in card.parts if card.account.id == account)
        return next((count for count in found if count is not None and count.part == part), None)


@dataclass(frozen=True)
class Line:
    """One counter under a box."""

    handle: str
    used: int
    allowed: int

    @property
    def over(self) -> int:
        """How many are too many."""
        return max(0, self.used - self.allowed)


def counters(found: Found | None, boxes: Mapping[str, str]) -> dict[str, list[Line]]:
    """The counters under each box, by its id. `boxes`: account to the stem of the boxes that it is written in."""
    lines: dict[str, list[Line]] = {}
    for card in found.cards if found else ():
        for part in card.parts:
            if part.count is not None:
                line = Line(card.account.handle, part.count.used, part.count.allowed)
                lines.setdefault(f"{boxes[card.account.id]}-{part.outgoing.part}", []).append(line)
    return lines


def found_of(preview: Preview, release: str | None) -> Found:
    """A preview as a page shows it."""
    judged = preview.judged
    counts = {(count.account, count.part): count for count in preview.counts}
    accounts = dict.fromkeys(outgoing.account for outgoing in preview.outgoings)
    cards = (
        Card(
            preview.accounts[account],
            tuple(
                part_of(each, counts.get((account, each.part)), judged.findings, judged.judgement)
                for each in preview.outgoings
                if each.account == account
            ),
        )
        for account in accounts
    )
    judgement = judged.judgement
    return Found(
        cards=tuple(cards),
        judgement=judgement,
        verdict=VERDICTS[judgement.verdict],
        needs_clearance=judged.needs_clearance,
        must_bind=must_bind(release, judgement),
        held_by=judged.held_by,
        speaks_of=preview.speaks_of.title if preview.speaks_of else "",
    )


def part_of(outgoing: Outgoing, count: Count | None, findings: Iterable[Finding], judgement: Judgement) -> Part:
    """One part with what was found in it."""
    own = tuple(f for f in findings if f.account == outgoing.account and f.part == outgoing.part)
    spans = [(f.start, f.end) for f in own if f.evidence and outgoing.text[f.start : f.end] == f.evidence]
    places = {"text", f"text {outgoing.part}"}
    seen = (piece for piece in judgement.evidence if piece.place in places)
    spans += [(one.start, one.end) for one in seen if one.words and outgoing.text[one.start : one.end] == one.words]
    said = outgoing.text if count is None else count.said
    tail = said[len(outgoing.text) :] if said.startswith(outgoing.text) else ""
    return Part(outgoing, pieces_of(outgoing.text, spans), tail, count, own)


def pieces_of(text: str, spans: Iterable[tuple[int, int]]) -> tuple[Piece, ...]:
    """`text` cut at the spans; overlapping ones are one."""
    found: list[Piece] = []
    at = 0
    for start, end in sorted(spans):
        start = max(start, at)
        if end <= start:
            continue
        found += [Piece(text[at:start]), Piece(text[start:end], marked=True)]
        at = end
    return tuple(piece for piece in (*found, Piece(text[at:])) if piece.text)
