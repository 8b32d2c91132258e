"""How a post looks on each account, as it will be sent, with what was found beside its words: one card an account, or
one for all accounts that say the same; and what changed since the version before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from connectors.words import AT_RELEASE, NOW, Limits, Outgoing, Picture
from gateway.actions.judging import ANY_LENGTH
from gateway.domain import differences
from gateway.domain.account import Account
from gateway.domain.check import Finding
from gateway.domain.statistics import Judgement
from gateway.domain.submission import Submission
from gateway.web.walltime import wall
from gateway.world import World

PART_BREAK = "\n\n"


@dataclass(frozen=True)
class Piece:
    """A stretch of text; marked where something was found in it."""

    text: str
    marked: bool = False


@dataclass(frozen=True)
class Count:
    """How much of one account's allowance a part takes, in its platform's own counting."""

    account: Account
    used: int
    allowed: int

    @property
    def over(self) -> int:
        """How many are too many."""
        return max(0, self.used - self.allowed)


@dataclass(frozen=True)
class Part:
    """One part of a thread as the platform gets it: its words, what the platform adds at their end, and the link where
    that has a place of its own. `number` counts from 1.
    """

    number: int
    pieces: tuple[Piece, ...]
    tail: str
    link: str | None
    pictures: tuple[Picture, ...]
    counts: tuple[Count, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def said(self) -> str:
        """The whole text."""
        return "".join(piece.text for piece in self.pieces) + self.tail


@dataclass(frozen=True)
class Card:
    """All accounts that say exactly this. `changes`: the text against the version before, empty where that is the same
    or was not for these accounts; `is_new` where there is a version before, but not for these accounts.
    """

    accounts: tuple[Account, ...]
    parts: tuple[Part, ...]
    changes: tuple[differences.Piece, ...] = ()
    is_new: bool = False


@dataclass(frozen=True)
class Noted:
    """One finding, once for all accounts and parts that it is the same on."""

    finding: Finding
    accounts: tuple[Account, ...] = field(default=())


def cards_of(
    world: World,
    outgoings: Iterable[Outgoing],
    findings: Iterable[Finding],
    judgement: Judgement,
    accounts: Mapping[str, Account],
) -> tuple[Card, ...]:
    """One card for each account, in the order of the outgoings; accounts that are not given are left out."""
    said: dict[str, list[Outgoing]] = {}
    for each in sorted(outgoings, key=lambda each: each.part):
        said.setdefault(each.account, []).append(each)
    found = list(findings)
    return tuple(
        Card((accounts[id],), tuple(_part(world, accounts[id], each, found, judgement) for each in own))
        for id, own in said.items()
        if id in accounts
    )


def compared(cards: Iterable[Card], now: Submission, before: Submission | None) -> tuple[Card, ...]:
    """The same cards, each with what changed in its words since the version before."""
    return tuple(_compared(card, now, before) for card in cards) if before else tuple(cards)


def _compared(card: Card, now: Submission, before: Submission) -> Card:
    account = card.accounts[0].id
    earlier = _on(before, account)
    changes = differences.words_changed(_whole(earlier), _whole(_on(now, account))) if earlier else ()
    return replace(card, changes=changes if differences.is_changed(changes) else (), is_new=not earlier)


def together(cards: Iterable[Card]) -> tuple[Card, ...]:
    """One card for each different wording: accounts that say the same stand on one."""
    merged: dict[object, Card] = {}
    for card in cards:
        bare = tuple(replace(part, counts=(), findings=()) for part in card.parts)
        key = (bare, card.changes, card.is_new)
        merged[key] = _merged(merged[key], card) if key in merged else card
    return tuple(merged.values())


def _merged(card: Card, other: Card) -> Card:
    parts = tuple(
        replace(one, counts=one.counts + more.counts) for one, more in zip(card.parts, other.parts, strict=True)
    )
    return replace(card, accounts=card.accounts + other.accounts, parts=parts)


def _on(submission: Submission, account: str) -> list[Outgoing]:
    return sorted((said for said in submission.outgoings if said.account == account), key=lambda said: said.part)


def _whole(parts: Iterable[Outgoing]) -> str:
    return PART_BREAK.join(said.text for said in parts)


def _part(
    world: World, account: Account, outgoing: Outgoing, findings: Iterable[Finding], judgement: Judgement
) -> Part:
    limits = _limits(world, account, outgoing.part)
    said = limits.said(outgoing)
    own = tuple(f for f in findings if f.account == account.id and f.part == outgoing.part)
    is_whole = said.startswith(outgoing.text)
    tail = said[len(outgoing.text) :] if is_whole else ""
    return Part(
        number=outgoing.part,
        pieces=pieces_of(outgoing.text, _spans(outgoing, own, judgement)) if is_whole else (Piece(said),),
        tail=tail,
        link=None if tail else outgoing.link,
        pictures=outgoing.pictures,
        counts=(Count(account, limits.measure(said), limits.characters),),
        findings=own,
    )


def _limits(world: World, account: Account, part: int) -> Limits:
    """The platform's own; none where it is no longer installed: what was said can be read all the same."""
    platform = world.platforms.get(account.platform)
    own = platform.limits(account.home) if platform else ANY_LENGTH
    return own.later if part > 1 and own.later else own


def _spans(outgoing: Outgoing, findings: Iterable[Finding], judgement: Judgement) -> list[tuple[int, int]]:
    """Where something was found in this text: a finding may also speak of the words in a picture."""
    places = {"text", f"text {outgoing.part}"}
    found = [(each.start, each.end, each.evidence) for each in findings]
    found += [(each.start, each.end, each.words) for each in judgement.evidence if each.place in places]
    return [(start, end) for start, end, words in found if words and outgoing.text[start:end] == words]


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


def noted(findings: Iterable[Finding], accounts: Mapping[str, Account]) -> tuple[Noted, ...]:
    """Findings as they are read: those that ask for a reason first; the same on several accounts is said once."""
    merged: dict[tuple[str, str, str], Noted] = {}
    for found in sorted(findings, key=lambda each: each.severity != "reason"):
        key = (found.rule, found.advice, found.evidence)
        known = merged.get(key, Noted(found))
        own = accounts[found.account]
        merged[key] = known if own in known.accounts else Noted(known.finding, (*known.accounts, own))
    return tuple(merged.values())


def others_changed(
    before: Submission, now: Submission, accounts: Mapping[str, Account], titles: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    """What changed beside the text: (what, before, now) in words; `titles` of releases by id."""
    rows = zip(_beside(before, accounts, titles), _beside(now, accounts, titles), strict=True)
    return [(what, was, becomes) for (what, was), (_, becomes) in rows if was != becomes]


def _beside(one: Submission, accounts: Mapping[str, Account], titles: Mapping[str, str]) -> Sequence[tuple[str, str]]:
    first = one.outgoings[0] if one.outgoings else None
    pictures = first.pictures if first else ()
    release = one.wish.release
    return (
        ("Accounts", ", ".join(sorted(accounts[id].handle for id in one.wish.accounts))),
        ("Wanted", wanted_in_words(one.wish.wanted)),
        ("Release", titles.get(release, release) if release else "None"),
        ("Link", (first.link if first else None) or "None"),
        ("Number of pictures", str(len(pictures))),
        ("Pictures", ", ".join(sorted(each.sha256[:8] for each in pictures)) or "None"),
        ("Alt text", PART_BREAK.join(each.alt_text for each in pictures) or "None"),
        ("Class", one.wish.content_class),
        ("Who can see it", str(first.visibility) if first else "None"),
    )


def wanted_in_words(wanted: str) -> str:
    """A wanted time as people read it."""
    words = {NOW: "As soon as every answer is in", AT_RELEASE: "At its release"}
    return words.get(wanted) or wall(datetime.fromisoformat(wanted))
