"""What a submission says, as it will be sent: one card for all accounts that say the same, with what was found in it
and what changed since the version before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from connectors.words import AT_RELEASE, NOW, Limits, Outgoing, Picture
from gateway.actions.judging import ANY_LENGTH
from gateway.domain.account import Account
from gateway.domain.check import Finding
from gateway.domain.differences import Piece, is_changed, words_changed
from gateway.domain.submission import Submission
from gateway.web.pages import marking
from gateway.web.walltime import wall
from gateway.world import World

PART_BREAK = "\n\n"


@dataclass(frozen=True)
class Part:
    """One part of a thread as the platform gets it; `counts` are (account, used, allowed) in its own counting."""

    said: str
    stretches: tuple[marking.Piece, ...]
    link: str | None
    pictures: tuple[Picture, ...]
    counts: tuple[tuple[Account, int, int], ...] = ()


@dataclass(frozen=True)
class Card:
    """All accounts that say exactly this. `pieces`: the text against the version before, empty where that is the same
    or was not for these accounts; `is_new` where there is a version before, but not for these accounts.
    """

    accounts: tuple[Account, ...]
    parts: tuple[Part, ...]
    pieces: tuple[Piece, ...] = ()
    is_new: bool = False


@dataclass(frozen=True)
class Noted:
    """One finding, once for all accounts and parts that it is the same on."""

    finding: Finding
    accounts: tuple[Account, ...] = field(default=())


def cards_of(
    world: World, submission: Submission, before: Submission | None, accounts: Mapping[str, Account]
) -> tuple[Card, ...]:
    """One card for each different wording, in the order of the accounts."""
    cards: dict[object, Card] = {}
    for id in submission.wish.accounts:
        card = _card(accounts[id], _limits(world, accounts[id]), submission, before)
        key = (tuple((p.said, p.stretches, p.link, p.pictures) for p in card.parts), card.pieces, card.is_new)
        cards[key] = _merged(cards[key], card) if key in cards else card
    return tuple(cards.values())


def _limits(world: World, account: Account) -> Limits:
    """The platform's own; none where it is no longer installed: what was said can be read all the same."""
    platform = world.platforms.get(account.platform)
    return platform.limits(account.home) if platform else ANY_LENGTH


def _card(account: Account, limits: Limits, submission: Submission, before: Submission | None) -> Card:
    own = _on(submission, account.id)
    findings = [found for found in submission.findings if found.account == account.id]
    parts = tuple(_part(account, limits, said, findings) for said in own)
    if before is None:
        return Card((account,), parts)
    earlier = _on(before, account.id)
    pieces = words_changed(_whole(earlier), _whole(own)) if earlier else ()
    return Card((account,), parts, pieces if is_changed(pieces) else (), is_new=not earlier)


def _on(submission: Submission, account: str) -> list[Outgoing]:
    return sorted((said for said in submission.outgoings if said.account == account), key=lambda said: said.part)


def _whole(parts: Iterable[Outgoing]) -> str:
    return PART_BREAK.join(said.text for said in parts)


def _part(account: Account, limits: Limits, outgoing: Outgoing, findings: Iterable[Finding]) -> Part:
    own = limits.later if outgoing.part > 1 and limits.later else limits
    said = own.said(outgoing)
    spans = [(f.start, f.end) for f in findings if f.part == outgoing.part and _is_in(outgoing.text, f)]
    stretches = marking.pieces_of(said, spans) if said.startswith(outgoing.text) else (marking.Piece(said),)
    count = (account, own.measure(said), own.characters)
    return Part(said, stretches, outgoing.link, outgoing.pictures, (count,))


def _is_in(text: str, finding: Finding) -> bool:
    """Whether its span is of this text: a finding may speak of the words in a picture."""
    return finding.end > finding.start and text[finding.start : finding.end] == finding.evidence


def _merged(card: Card, other: Card) -> Card:
    parts = tuple(
        Part(one.said, one.stretches, one.link, one.pictures, one.counts + more.counts)
        for one, more in zip(card.parts, other.parts, strict=True)
    )
    return Card(card.accounts + other.accounts, parts, card.pieces, card.is_new)


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
