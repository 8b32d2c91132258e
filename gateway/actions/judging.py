"""Judging: all that is put forward, for the moment it is to go; and again when policy, profiles or calendar change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from connectors.words import Limits, Outgoing
from gateway.actions.facts import facts_of
from gateway.actions.notice import concerned
from gateway.domain.account import Account
from gateway.domain.audit import WORKER
from gateway.domain.change import Change, together
from gateway.domain.check import Finding, judge
from gateway.domain.delivery import Delivery, due_of, hold_for_person
from gateway.domain.door import Facts
from gateway.domain.instant import Now
from gateway.domain.judging import (
    Words,
    clearance_needed,
    every_under,
    in_pictures,
    judge_all,
    moment,
    said_by,
    same_rules,
    stricter,
    under,
    was_pending,
)
from gateway.domain.notice import Notice, NoticeKind, give
from gateway.domain.policy import Policy
from gateway.domain.refusal import Reason, Refused
from gateway.domain.release import Release
from gateway.domain.rules import IN_PICTURES, rules_of, sign_off
from gateway.domain.rules.profiles import active, apply, holding, rules_in
from gateway.domain.statistics import Judgement
from gateway.domain.submission import Judged, Submission, Wish
from gateway.storage.unit import Readers
from gateway.world import World

ANY_LENGTH = Limits(characters=1_000_000)


def limits_of(world: World, accounts: Iterable[Account]) -> dict[str, Limits]:
    """The platform's own limits for each account. Raises Refused where the platform is not known any more."""
    found: dict[str, Limits] = {}
    for account in accounts:
        if account.platform not in world.platforms:
            raise Refused(Reason.PLATFORM_UNKNOWN, platform=account.platform)
        found[account.id] = world.platforms[account.platform].limits(account.home)
    return found


def findings_on(
    outgoings: Iterable[Outgoing],
    accounts: Mapping[str, Account],
    limits: Mapping[str, Limits],
    policy: Policy,
    when: Now,
    words: Words | None = None,
) -> tuple[Finding, ...]:
    """Every finding under the rule set and the profiles in force at a moment, by the account's tier.

    An account's sign-off line is a rule of its own (P3); `words` are those read in pictures: they are content too (P9).
    """
    found: tuple[Finding, ...] = ()
    profiles = active(policy.profiles, when)
    usual = rules_in(rules_of(policy.lists), *profiles)
    for outgoing in outgoings:
        account = accounts[outgoing.account]
        rules = (*usual, sign_off(account.sign_off)) if account.sign_off else usual
        severities = apply(policy.severities_for(account.tier), *profiles)
        found += judge([outgoing], rules, limits, severities, policy.sources)
        found += judge(
            in_pictures(outgoing, words or {}), IN_PICTURES, {outgoing.account: ANY_LENGTH}, severities, policy.sources
        )
    return found


def judged(
    world: World,
    readers: Readers,
    wish: Wish,
    release: Release | None,
    outgoings: tuple[Outgoing, ...],
    accounts: Mapping[str, Account],
    now: Now,
) -> Judged:
    """Judged for the moment it is to go: under the profiles in force then, and by the calendar as it is now."""
    when = _moment_of(wish, release, now)
    words = _words(readers, outgoings)
    judgement = judge_all(said_by(outgoings, words), world.judge.diary(readers, now), world.judge.embargo.rules)
    always = any(account.tier in world.policy.quorum.cleared for account in accounts.values())
    profile = holding(active(world.policy.profiles, when), wish.content_class, bound=wish.release is not None)
    return Judged(
        findings=findings_on(outgoings, accounts, limits_of(world, accounts.values()), world.policy, when, words),
        judgement=judgement,
        needs_clearance=clearance_needed(wish.release, judgement, always=always),
        rule_set=world.policy.id,
        under=under(world.policy, world.judge.calendar(readers), when),
        held_by=profile.name if profile else None,
    )


def _moment_of(wish: Wish, release: Release | None, now: Now) -> Now:
    """When it is to go; now where that is not known or not sayable (submitting refuses it by its own rule)."""
    try:
        return moment(due_of(wish.wanted, release, now.earliest), now)
    except (Refused, ValueError, OverflowError):
        return now


def _words(readers: Readers, outgoings: Iterable[Outgoing]) -> Words:
    return readers.media.words(picture.sha256 for outgoing in outgoings for picture in outgoing.pictures)


# --- again ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Key:
    """What a delivery's judging depends on, beside itself: the same key is the same answer."""

    delivery: str
    under: str
    account: int


class Again:
    """Judges deliveries again; one submission's words are judged once for all its deliveries."""

    def __init__(self, world: World, readers: Readers, now: Now) -> None:
        self._world, self._readers, self._now = world, readers, now
        self._judgements: dict[str, Judgement] = {}
        self._told: set[str] = set()

    def judged(self, facts: Facts) -> Delivery | Change:
        """The delivery as judged under all that is in force at its moment, or the Change that holds it for a person."""
        when = moment(facts.delivery.due_at, self._now)
        current = under(self._world.policy, facts.calendar_print, when)
        if facts.delivery.judged_under == current:
            return facts.delivery
        key = _Key(facts.delivery.id, current, facts.account.version)
        if not self._world.judge.has_passed(key):
            if why := self._why_not(facts, when, current):
                return together(hold_for_person(facts.delivery, why=why, actor=WORKER), *self._notices(facts))
            self._world.judge.passes(key)
        return replace(facts.delivery, judged_under=current)

    def _notices(self, facts: Facts) -> list[Change]:
        """To author, approvers and clearers, once a submission."""
        if facts.submission.id in self._told:
            return []
        self._told.add(facts.submission.id)
        people = concerned(self._readers, [facts.submission])[facts.submission.id]
        return [
            give(
                Notice(
                    id=self._world.chance.id(),
                    member=member,
                    kind=NoticeKind.JUDGED_STRICTER,
                    subject_kind="submission",
                    subject_id=facts.submission.id,
                    at=self._now.earliest,
                )
            )
            for member in people
        ]

    def _why_not(self, facts: Facts, when: Now, current: str) -> Reason | None:
        """Where the calendar alone has changed the rules are not run again: a release's instant has no time for it."""
        if not same_rules(facts.delivery.judged_under, current) and (why := self._rules_say(facts, when)):
            return why
        return stricter(facts.submission, self._judgement(facts.submission, facts.release))

    def _rules_say(self, facts: Facts, when: Now) -> Reason | None:
        policy, submission = self._world.policy, facts.submission
        if holding(active(policy.profiles, when), submission.content_class, bound=submission.wish.release is not None):
            return Reason.PROFILE_HOLDS
        accounts = {facts.account.id: facts.account}
        limits = limits_of(self._world, accounts.values())
        words = _words(self._readers, [facts.delivery.outgoing])
        found = findings_on([facts.delivery.outgoing], accounts, limits, policy, when, words)
        known = {(f.rule, f.severity) for f in submission.findings}
        if any(f.blocks or (f.severity == "reason" and (f.rule, f.severity) not in known) for f in found):
            return Reason.FINDING_BLOCKS
        return None

    def _judgement(self, submission: Submission, release: Release | None) -> Judgement:
        if submission.id not in self._judgements:
            diary = self._world.judge.diary(self._readers, self._now)
            if release is not None and was_pending(release, submission.submitted_at):
                diary = diary.unseen(release.id)
            said = said_by(submission.outgoings, _words(self._readers, submission.outgoings))
            self._judgements[submission.id] = judge_all(said, diary, self._world.judge.embargo.rules)
        return self._judgements[submission.id]


def judge_again(world: World, limit: int = 200) -> int:
    """Judge what is held under what is in force now, and hold at once what may not leave any more. How many were held.

    Judging is done before the write lock is taken. What passes is remembered, so that staging need not judge it again.
    """
    with world.storage.reading() as readers:
        now = world.clock.now()
        calendar = world.judge.calendar(readers)
        if not now.bounded or world.judge.is_done(world.policy.id, calendar):
            return 0
        due = readers.deliveries.judged_elsewhere(every_under(world.policy, calendar))
        waiting = [id for id in due if not world.judge.was_seen(id, calendar)][:limit]
        facts = facts_of(world, readers, list(readers.deliveries.many(waiting).values()))
        again = Again(world, readers, now)
        answers = [_told(again, each) for each in facts.values()]
    held = [change for change in answers if change is not None]
    if held:
        with world.storage.unit() as unit:
            unit.commit_each(held)
    world.judge.saw(waiting, world.policy.id, calendar, done=len(waiting) < limit)
    return len(held)


def _told(again: Again, facts: Facts) -> Change | None:
    try:
        answer = again.judged(facts)
    except Refused:
        return None  # its platform is gone: staging says so
    return answer if isinstance(answer, Change) else None
