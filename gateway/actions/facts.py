"""Facts: what the door asks about deliveries, read set-wise; and whether what was read before still stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from gateway.domain.change import Record
from gateway.domain.delivery import Delivery
from gateway.domain.digest import digest_of
from gateway.domain.door import Facts
from gateway.storage.unit import Readers
from gateway.world import World


def facts_of(world: World, readers: Readers, deliveries: Sequence[Delivery]) -> dict[str, Facts]:
    """Everything the door asks, for many deliveries at once, in a number of statements that does not grow with them."""
    submissions = readers.submissions.many(d.submission for d in deliveries)
    approvals, clearances = defaultdict(list), defaultdict(list)
    for approval in readers.approvals.of_submissions(submissions):
        approvals[approval.submission].append(approval)
    for clearance in readers.clearances.of_submissions(submissions):
        clearances[clearance.submission].append(clearance)
    account_ids = {account for s in submissions.values() for account in s.wish.accounts}
    accounts = readers.accounts.many(account_ids)
    grants = defaultdict(list)
    for grant in readers.grants.on_accounts(account_ids):
        grants[grant.account].append(grant)
    people = {s.author for s in submissions.values()}
    people |= {a.by for each in approvals.values() for a in each} | {c.by for each in clearances.values() for c in each}
    members = readers.members.many(people)
    releases = readers.releases.many(d.release for d in deliveries if d.release)
    calendars = readers.calendars.many(release.source for release in releases.values())
    before = readers.deliveries.many(d.previous for d in deliveries if d.previous)
    freezes = tuple(readers.freezes.in_force())
    calendar_print = world.judge.calendar(readers)
    said = {id: digest_of(submission.outgoings, submission.salt) for id, submission in submissions.items()}
    found: dict[str, Facts] = {}
    for delivery in deliveries:
        submission = submissions[delivery.submission]
        release = releases.get(delivery.release or "")
        found[delivery.id] = Facts(
            delivery=delivery,
            submission=submission,
            said=said[submission.id],
            account=accounts[delivery.account],
            accounts=tuple(accounts[account] for account in submission.wish.accounts),
            members=members,
            grants=tuple(grants[delivery.account]),
            approvals=tuple(approvals[submission.id]),
            clearances=tuple(clearances[submission.id]),
            freezes=freezes,
            release=release,
            calendar=calendars.get(release.source) if release else None,
            predecessor=before.get(delivery.previous or ""),
            policy=world.policy,
            calendar_print=calendar_print,
        )
    return found


def facts_now(world: World, readers: Readers, ids: Iterable[str], staged: Mapping[str, Facts]) -> dict[str, Facts]:
    """The facts of deliveries as they are now; those in `staged` are taken as they were where nothing has moved.

    Under the write lock a record whose version is the one it was read at is the record that was read: every write moves
    it. What was only added since (a grant, an approval) could open the door, not shut it, and is left out; freezes,
    releases and calendars are read anew.
    """
    wanted = list(ids)
    moved = _moved(readers, [staged[id] for id in wanted if id in staged])
    standing = {id: staged[id] for id in wanted if id in staged and id not in moved}
    found = _renewed(world, readers, standing)
    rest = readers.deliveries.many(id for id in wanted if id not in standing)
    return found | facts_of(world, readers, list(rest.values()))


def _records(facts: Facts) -> list[Record]:
    """Every record that the facts rest on, but for what is read anew."""
    people = {facts.submission.author, *(a.by for a in facts.approvals), *(c.by for c in facts.clearances)}
    found: list[Record] = [facts.delivery, facts.submission, *facts.accounts, *facts.approvals, *facts.clearances]
    found += [grant for grant in facts.grants if grant.member in people]
    found += [member for id, member in facts.members.items() if id in people]
    return found if facts.predecessor is None else [*found, facts.predecessor]


def _moved(readers: Readers, staged: Sequence[Facts]) -> set[str]:
    """Ids of the deliveries of which any record is not at the version it was read at."""
    resting = {facts.delivery.id: [(type(r), r.id, r.version) for r in _records(facts)] for facts in staged}
    wanted: dict[type[Record], set[str]] = defaultdict(set)
    for keys in resting.values():
        for kind, id, _ in keys:
            wanted[kind].add(id)
    current = readers.versions(wanted)
    return {
        delivery
        for delivery, keys in resting.items()
        if any(current.get((kind, id)) != version for kind, id, version in keys)
    }


def _renewed(world: World, readers: Readers, standing: Mapping[str, Facts]) -> dict[str, Facts]:
    freezes = tuple(readers.freezes.in_force())
    releases = readers.releases.many(facts.delivery.release for facts in standing.values() if facts.delivery.release)
    calendars = readers.calendars.many(release.source for release in releases.values())
    calendar_print = world.judge.calendar(readers)
    found: dict[str, Facts] = {}
    for id, facts in standing.items():
        release = releases.get(facts.delivery.release or "")
        calendar = calendars.get(release.source) if release else None
        found[id] = replace(
            facts,
            freezes=freezes,
            release=release,
            calendar=calendar,
            policy=world.policy,
            calendar_print=calendar_print,
        )
    return found
