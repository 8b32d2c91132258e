"""Judging: everything a submission says, judged as a whole; what the verdict asks for; and under what it was judged."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache

from connectors.words import Outgoing
from gateway.domain.embargo import is_published
from gateway.domain.instant import BEGINNING, Now, rfc3339
from gateway.domain.policy import Policy
from gateway.domain.refusal import Reason, Refused
from gateway.domain.release import Entry, Release
from gateway.domain.rules.profiles import active
from gateway.domain.statistics import Diary, Judgement, Rules, Said, Verdict, judge_statistics
from gateway.domain.submission import Judged, Submission
from gateway.domain.title import FIGURE

Words = Mapping[str, str | None]
HALF = 32


def said_by(outgoings: Iterable[Outgoing], words: Words) -> tuple[Said, ...]:
    """One Said an account, all its parts together; accounts that say the same count once.

    `words` are those read in each picture, by its SHA-256; None, or no entry, where it was not read.
    """
    by_account: dict[str, list[Outgoing]] = {}
    for outgoing in outgoings:
        by_account.setdefault(outgoing.account, []).append(outgoing)
    return tuple(dict.fromkeys(_said(parts, words) for parts in by_account.values()))


def _said(parts: list[Outgoing], words: Words) -> Said:
    pictures = [picture for part in parts for picture in part.pictures]
    read = [words.get(picture.sha256) for picture in pictures]
    return Said(
        parts=tuple(part.text for part in parts),
        alt_texts=tuple(picture.alt_text for picture in pictures),
        links=tuple(part.link for part in parts if part.link),
        picture_words=None if None in read else tuple(word for word in read if word),
        pictures=len(pictures),
    )


def in_pictures(outgoing: Outgoing, words: Words) -> tuple[Outgoing, ...]:
    """The words read in an Outgoing's pictures, each picture's as if it were said on the same account."""
    read = (words.get(picture.sha256) for picture in outgoing.pictures)
    return tuple(replace(outgoing, text=said, pictures=(), link=None) for said in read if said)


def judge_all(saids: Iterable[Said], diary: Diary, rules: Rules) -> Judgement:
    """The strictest judgement of all that is said, with the evidence of each (P22)."""
    judged = [judge_statistics(said, diary, rules) for said in saids]

    def strictness(one: Judgement) -> tuple[int, bool, datetime]:
        entry = diary.entries.get(one.release or "")
        return one.verdict.strictness, entry is not None, entry.instant if entry else diary.as_of

    strictest = max(judged, key=strictness)
    evidence = tuple(dict.fromkeys(piece for one in judged for piece in one.evidence))
    folded = tuple(dict.fromkeys(text for one in judged for text in one.folded))
    return replace(strictest, evidence=evidence, folded=folded)


def clearance_needed(release: str | None, judgement: Judgement, *, always: bool = False) -> bool:
    """Whether a second, trained person must decide (house §8; decision 0008). `always`: so says policy of the tier.

    A clear verdict needs nobody. Nor does a binding to exactly the release the words speak of. Binding to any other
    is never cheaper than the truth: a person decides.
    """
    if judgement.verdict is Verdict.CLEAR:
        return always and release is None
    return judgement.verdict is not Verdict.BIND or release is None or judgement.release != release


def must_bind(release: str | None, judgement: Judgement) -> bool:
    """Whether it claims to hold no unpublished statistics and speaks of a pending release."""
    return judgement.verdict is Verdict.BIND and release is None


def require_bound(release: str | None, judgement: Judgement) -> None:
    """What speaks of a pending release must be bound to one and wait. Raises Refused."""
    if must_bind(release, judgement):
        raise Refused(Reason.MUST_BIND, release=judgement.release, rule=judgement.why)


def require_not_held(judged: Judged) -> None:
    """Nothing of its kind goes while a profile holds it. Raises Refused with the profile."""
    if judged.held_by is not None:
        raise Refused(Reason.PROFILE_HOLDS, profile=judged.held_by)


def stricter(submission: Submission, judgement: Judgement) -> Reason | None:
    """Why what was judged before may not leave any more under this later judgement; None where it may."""
    before, release = submission.judgement, submission.wish.release
    if must_bind(release, judgement):
        return Reason.MUST_BIND
    if not clearance_needed(release, judgement):
        return None
    if not submission.needs_clearance or judgement.verdict.strictness > before.verdict.strictness:
        return Reason.UNCLEARED
    return Reason.UNCLEARED if judgement.verdict is Verdict.BIND and judgement.release != before.release else None


def was_pending(release: Release, submitted_at: datetime) -> bool:
    """Whether a release was still to come when something was bound to it: it is judged as such ever after.

    Else its own publication would make everything that waited for it look as if it spoke of the next one.
    """
    return not is_published(release) or (release.seen_at is not None and release.seen_at > submitted_at)


def entry_of(release: Release) -> Entry:
    """A release as the classifier's calendar takes it."""
    return Entry(release.id, release.title, release.instant, release.state, is_published(release))


def calendar_print(releases: Iterable[Release]) -> str:
    """The fingerprint of a calendar: ids, titles without figures, instants and states.

    Sight of publication is not in it, nor the figure a title may gain with it: that only tells that more is out, and
    must not hold what waited for it.
    """
    told = hashlib.sha256()
    for one in sorted(releases, key=lambda release: release.id):
        named = " ".join(FIGURE.sub(" ", one.title).split())
        for word in (one.id, named, rfc3339(one.instant), str(one.state)):
            said = word.encode()
            told.update(f"{len(said)}:".encode() + said)
    return told.hexdigest()


def moment(due: datetime, now: Now) -> Now:
    """The moment a delivery is judged for: when it falls due, or now where it may be due already."""
    return now if now.maybe_past(due) or not now.bounded else Now(due, due)


def under(policy: Policy, calendar: str, when: Now) -> str:
    """The id of all that judges at a moment: one half for policy and profiles in force, one for the calendar."""
    return _id(policy.id, tuple(one.name for one in active(policy.profiles, when)), calendar)


def every_under(policy: Policy, calendar: str) -> frozenset[str]:
    """The ids of all that judges with this calendar at any moment: one for each span between two profile edges."""
    edges = {edge for profile in policy.profiles for edge in (profile.begins, profile.ends)}
    moments = {Now(at, at) for edge in edges for at in (edge - timedelta.resolution, edge)}
    return frozenset(under(policy, calendar, when) for when in moments or {Now(BEGINNING, BEGINNING)})


@lru_cache(maxsize=64)
def _id(policy: str, profiles: tuple[str, ...], calendar: str) -> str:
    rules = hashlib.sha256("\x00".join((policy, *profiles)).encode()).hexdigest()
    return rules[:HALF] + calendar[:HALF]


def same_rules(one: str, other: str) -> bool:
    """Whether two ids differ in the calendar at most: what a rule found is what it finds."""
    return len(one) == len(other) == 2 * HALF and one[:HALF] == other[:HALF]
