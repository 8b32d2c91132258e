"""Foreseeing: what another policy, or a dated profile, would make of posts; ids and rules alone, never their words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from connectors.words import Outgoing
from gateway.actions.guard import acting
from gateway.actions.telling import tells
from gateway.domain.account import Account
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
    """The newest submissions that another policy judges differently, and how many were looked at. Raises Refused."""
    with world.storage.reading() as readers:
        now = world.clock.now()
        acting(readers, who, "policy.preview", world.policy.roles, now)
        c = tables.submissions.c
        newest = readers.submissions.where(order=(c.submitted_at.desc(), c.id), limit=last)
        words = readers.media.words(p.sha256 for s in newest for o in s.outgoings for p in o.pictures)
        accounts = readers.accounts.many(account for s in newest for account in s.wish.accounts)
        diaries = [(each.diary(readers, now), each.embargo.rules) for each in (world.judge, judge)]
    found = []
    for submission in newest:
        saids = said_by(submission.outgoings, words)
        before, after = (str(judge_all(saids, diary, rules).verdict) for diary, rules in diaries)
        differences = tuple(_differences(submission, accounts, world.policy, policy))
        if before != after or differences:
            found.append(Foreseen(submission.id, (before, after), differences))
    return len(newest), found


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
    """What a dated profile of the policy in force would hold of all that waits. Raises Refused(NOT_FOUND)."""
    with world.storage.reading() as readers:
        acting(readers, who, "policy.preview", world.policy.roles, world.clock.now())
        chosen = next((one for one in world.policy.profiles if one.name == profile), None)
        if chosen is None:
            raise Refused(Reason.NOT_FOUND, kind="profile")
        waiting = readers.submissions.where(tables.submissions.c.state.in_(WAITS))
        forecasts = list(_forecasts(readers, waiting))
    return list(preview(forecasts, chosen, rules_of(world.policy.lists), world.policy.severities))


def _forecasts(readers: Readers, submissions: Iterable[Submission]) -> Iterator[Forecast]:
    """One for each moment a submission is to go at; at no known moment where nothing of it is held yet."""
    for one in submissions:
        by_moment: dict[object, list[Outgoing]] = {}
        for delivery in readers.deliveries.of_submission(one.id):
            by_moment.setdefault(delivery.due_at, []).append(delivery.outgoing)
        for due, outgoings in by_moment.items() or {None: list(one.outgoings)}.items():
            yield Forecast(one.id, one.content_class, tuple(outgoings), due)  # type: ignore[arg-type]
