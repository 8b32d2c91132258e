"""Foreseeing: what another policy, or a dated profile, would make of posts; ids and rules alone, never their words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from connectors.words import Outgoing
from gateway.actions.access import embargoed, told_drafts
from gateway.actions.guard import acting
from gateway.actions.telling import tells
from gateway.domain.access import not_listed
from gateway.domain.account import Account
from gateway.domain.change import together
from gateway.domain.instant import Now
from gateway.domain.judging import judge_all, said_by
from gateway.domain.policy import Policy
from gateway.domain.refusal import Reason, Refused
from gateway.domain.rules import rules_of
from gateway.domain.rules.profiles import Forecast, Held, preview
from gateway.domain.rules.shadow import Difference, RuleSet, shadow
from gateway.domain.submission import Submission, SubmissionState
from gateway.judge import Judge
from gateway.storage import tables
from gateway.storage.unit import Readers
from gateway.world import Who, World

WAITS = (SubmissionState.WAITING, SubmissionState.HELD)


@dataclass(frozen=True)
class Foreseen:
    """How a submission would be judged otherwise: the embargo's verdict before and after, and the rules by account."""

    submission: str
    verdict: tuple[str, str]
    differences: tuple[Difference, ...]


@tells("policy.shadow", "policy")
def foresee_policy(world: World, who: Who, policy: Policy, judge: Judge, last: int = 200) -> tuple[int, list[Foreseen]]:
    """The newest submissions that another policy judges differently, and how many were looked at. A policy of one's own
    making asks anything of a text: what `who` may not read is left out, and what is embargoed is told. Raises Refused.
    """
    with world.storage.reading() as readers:
        now = world.clock.now()
        acting(readers, who, "policy.preview", world.policy.roles, now)
        c = tables.submissions.c
        met = readers.submissions.where(order=(c.submitted_at.desc(), c.id), limit=last)
        newest, kept = _readable(readers, met, who, now)
        words = readers.media.words(p.sha256 for s in newest for o in s.outgoings for p in o.pictures)
        accounts = readers.accounts.many(account for s in newest for account in s.wish.accounts)
        diaries = [(each.diary(readers, now), each.embargo.rules) for each in (world.judge, judge)]
    _tell(world, who, kept)
    found = []
    for submission in newest:
        saids = said_by(submission.outgoings, words)
        before, after = (str(judge_all(saids, diary, rules).verdict) for diary, rules in diaries)
        differences = tuple(_differences(submission, accounts, world.policy, policy))
        if before != after or differences:
            found.append(Foreseen(submission.id, (before, after), differences))
    return len(newest), found


def _readable(
    readers: Readers, met: Iterable[Submission], who: Who, now: Now
) -> tuple[list[Submission], dict[str, str]]:
    """Those that are not embargoed, or on whose list `who` is; and of the embargoed ones the release, by id."""
    submissions = list(met)
    kept = frozenset(embargoed(readers, (s.wish.release for s in submissions), now))
    hidden = frozenset(not_listed(kept, readers.access_lists.many(kept), who.member))
    seen = [s for s in submissions if s.wish.release not in hidden]
    return seen, {s.id: s.wish.release for s in seen if s.wish.release in kept and s.wish.release}


def _tell(world: World, who: Who, kept: Mapping[str, str]) -> None:
    """Before anything is answered: which embargoed submissions were read for it."""
    if not kept:
        return
    with world.storage.unit() as unit:
        unit.commit(together(*(told_drafts(who, "submission", id, [release]) for id, release in kept.items())))


def _differences(
    submission: Submission, accounts: dict[str, Account], before: Policy, after: Policy
) -> Iterator[Difference]:
    for id in submission.wish.accounts:
        said = tuple(outgoing for outgoing in submission.outgoings if outgoing.account == id)
        sets = (_rule_set(policy, accounts[id].tier) for policy in (before, after))
        yield from shadow([(id, said)], *sets)


def _rule_set(policy: Policy, tier: str) -> RuleSet:
    return RuleSet(policy.id, rules_of(policy.lists), policy.severities_for(tier))


@tells("policy.preview", "policy")
def foresee_profile(world: World, who: Who, profile: str) -> list[Held]:
    """What a dated profile of the policy in force would hold of all that waits and `who` may read; what is embargoed is
    told. Raises Refused(NOT_FOUND).
    """
    with world.storage.reading() as readers:
        now = world.clock.now()
        acting(readers, who, "policy.preview", world.policy.roles, now)
        chosen = next((one for one in world.policy.profiles if one.name == profile), None)
        if chosen is None:
            raise Refused(Reason.NOT_FOUND, kind="profile")
        met = readers.submissions.where(tables.submissions.c.state.in_(WAITS))
        waiting, kept = _readable(readers, met, who, now)
        forecasts = list(_forecasts(readers, waiting))
    _tell(world, who, kept)
    return list(preview(forecasts, chosen, rules_of(world.policy.lists), world.policy.severities))


def _forecasts(readers: Readers, submissions: Iterable[Submission]) -> Iterator[Forecast]:
    """One for each moment a submission is to go at; at no known moment where nothing of it is held yet."""
    for one in submissions:
        by_moment: dict[object, list[Outgoing]] = {}
        for delivery in readers.deliveries.of_submission(one.id):
            by_moment.setdefault(delivery.due_at, []).append(delivery.outgoing)
        for due, outgoings in by_moment.items() or {None: list(one.outgoings)}.items():
            yield Forecast(one.id, one.content_class, tuple(outgoings), due)  # type: ignore[arg-type]
