"""Any order of acts on a real SQLite: nothing is sent twice, nothing after it was stopped, and good posts do go out."""

from __future__ import annotations

import itertools
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from connectors.words import Absent, Exact, Found, Likely, Receipt
from gateway.actions.deliver import Intended, conclude_many, intend_many, lapse_overdue, let_go, recover_silent, stage
from gateway.actions.freezing import freeze, thaw
from gateway.actions.leave import leave
from gateway.actions.settle import settle_by_hand, settle_by_looking
from gateway.actions.submit import withdraw_submission
from gateway.audit.entry import Entry
from gateway.audit.tree import Frontier, leaf_hash
from gateway.chance import Chance
from gateway.domain.change import Change
from gateway.domain.delivery import NEXT, Delivery, State, back_to_held, lose, reject
from gateway.domain.door import Facts
from gateway.domain.grant import Kind
from gateway.domain.instant import rfc3339
from gateway.domain.member import MemberState
from gateway.domain.publication import published
from gateway.domain.refusal import Refused
from gateway.domain.submission import Submission, SubmissionState
from gateway.world import World
from tests.actions.story import cleared, put_forward, wish, yes
from tests.cast import MINUTE, SECOND, an_account, clock_of, grant, make_world, stepped_up, who

DONE: Counter[str] = Counter()  # what happened over all runs: a machine that never sends proves nothing
OUTCOMES = ("answered", "answered", "answered", "lost", "not-applied", "rejected")
authors = st.sampled_from(["ada", "dev"])
picks = st.integers(0, 1_000)


class InOrder(Chance):
    """Ids that are counted: a run can be repeated step by step."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def id(self) -> str:
        return f"id-{next(self._numbers):06}"


class Life(RuleBasedStateMachine):
    """People, a worker and time act in any order; after each act everything that must hold is looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        made = make_world(f"sqlite:///{Path(self.folder.name)}/gateway.db")
        asks = replace(made.policy, quorum=replace(made.policy.quorum, cleared=frozenset({"flagship", "standard"})))
        self.world: World = replace(made, chance=InOrder(), policy=asks)  # a clearer decides, whatever the words
        an_account(self.world)
        grant(self.world, "dev", "office-account", Kind.WRITE)
        self.numbers = itertools.count(1)
        self.seen: dict[str, State] = {}
        self.staged: dict[str, Facts] = {}
        self.size = self._size()

    def teardown(self) -> None:
        self.world.storage.close()
        self.folder.cleanup()

    # --- reading ------------------------------------------------------------------------------------------------------

    def _size(self) -> int:
        with self.world.storage.reading() as readers:
            return readers.log.head().frontier.size

    def _submissions(self, *states: SubmissionState) -> list[Submission]:
        with self.world.storage.reading() as readers:
            return [s for s in readers.submissions.all() if s.state in states]

    def _deliveries(self, *states: State) -> list[Delivery]:
        with self.world.storage.reading() as readers:
            return [d for d in readers.deliveries.all() if d.state in states]

    def _is_here(self, name: str) -> bool:
        with self.world.storage.reading() as readers:
            return readers.members.get(name).state is MemberState.ACTIVE

    def _try(self, what: str, act: Any) -> None:
        """An act that may be refused; refused or done, the log has it."""
        before = self._size()
        try:
            act()
            DONE[what] += 1
        except Refused:
            DONE[f"{what} refused"] += 1
        assert self._size() > before, what

    # --- people -------------------------------------------------------------------------------------------------------

    @rule(author=authors, ahead=st.integers(1, 900), parts=st.integers(1, 2))
    def put_forward(self, author: str, ahead: int, parts: int) -> None:
        wanted = rfc3339(self._now() + ahead * SECOND)
        texts = [f"Post {next(self.numbers)} part {n}" for n in range(parts)]
        if self._is_here(author):
            self._try("submit", lambda: put_forward(self.world, *texts, asked=wish(wanted=wanted), by=author))

    @rule(author=authors, ahead=st.integers(1, 60), parts=st.integers(1, 2))
    def a_post_is_held(self, author: str, ahead: int, parts: int) -> None:
        self.put_forward(author, ahead, parts)
        waiting = self._submissions(SubmissionState.WAITING)
        if waiting:
            self._try("clear", lambda: cleared(self.world, waiting[0]))
            self._try("approve", lambda: yes(self.world, waiting[0]))

    @precondition(lambda self: self._submissions(SubmissionState.WAITING))
    @rule(pick=picks, approver=st.sampled_from(["bola", "bea"]))
    def answer(self, pick: int, approver: str) -> None:
        waiting = self._submissions(SubmissionState.WAITING)
        one = waiting[pick % len(waiting)]
        self._try("clear", lambda: cleared(self.world, one))
        if self._is_here(approver):
            self._try("approve", lambda: yes(self.world, one, by=approver))

    @precondition(lambda self: self._submissions(SubmissionState.WAITING, SubmissionState.HELD))
    @rule(pick=picks)
    def edit(self, pick: int) -> None:
        some = self._submissions(SubmissionState.WAITING, SubmissionState.HELD)
        one = some[pick % len(some)]
        asked = wish(wanted=rfc3339(self._now() + 5 * MINUTE))
        text = f"Post {next(self.numbers)}, edited"
        if self._is_here(one.author):
            self._try("edit", lambda: put_forward(self.world, text, asked=asked, by=one.author, post_id=one.post))

    @precondition(lambda self: self._submissions(SubmissionState.WAITING, SubmissionState.HELD))
    @rule(pick=picks)
    def take_back(self, pick: int) -> None:
        some = self._submissions(SubmissionState.WAITING, SubmissionState.HELD)
        one = some[pick % len(some)]
        self._try("withdraw", lambda: withdraw_submission(self.world, who(self.world, "sam"), one.id))

    @rule(what=st.sampled_from(["nothing"] * 6 + ["leave", "freeze"]), name=st.sampled_from(["dev", "bea"]))
    def stop(self, what: str, name: str) -> None:
        with self.world.storage.reading() as readers:
            frozen = readers.freezes.in_force()
        if frozen:
            acting = stepped_up(self.world, "sam", "thaw", frozen[0].id)
            self._try("thaw", lambda: thaw(self.world, acting, frozen[0].id))
        elif what == "leave":
            acting = stepped_up(self.world, "sam", "leave", name)
            self._try("leave", lambda: leave(self.world, acting, name))
        elif what == "freeze":
            acting = stepped_up(self.world, "sam", "freeze", "all")
            self._try("freeze", lambda: freeze(self.world, acting, "all", "", "why"))

    # --- time and the worker ------------------------------------------------------------------------------------------

    def _now(self) -> datetime:
        return clock_of(self.world).at

    @rule(seconds=st.sampled_from([1, 1, 10, 10, 60, 300]))
    def time_passes(self, seconds: int) -> None:
        clock_of(self.world).advance(timedelta(seconds=seconds))

    @rule(worker=st.sampled_from(["worker-1", "worker-1", "worker-2"]))
    def claim(self, worker: str) -> None:
        for each in stage(self.world, worker):
            self.staged[each.delivery.id] = each.facts
            DONE["claim"] += 1

    @precondition(lambda self: self._deliveries(State.CLAIMED))
    @rule(
        worker=st.sampled_from(["worker-1", "worker-1", "worker-2"]),
        outcomes=st.lists(st.sampled_from(OUTCOMES), min_size=1),
    )
    def send(self, worker: str, outcomes: list[str]) -> None:
        """Intents for everything claimed, whoever asks; some are answered at once, the rest stay on their way."""
        ids = [delivery.id for delivery in self._deliveries(State.CLAIMED)]
        answers = intend_many(self.world, worker, ids, self.staged)
        sent = [answer for answer in answers.values() if isinstance(answer, Intended)]
        DONE["intent"] += len(sent)
        for one in sent:
            self._assert_it_might_go(one.delivery, worker)
        decided = {i.delivery.id: self._decided(i, o) for i, o in zip(sent, outcomes, strict=False)}
        assert set(conclude_many(self.world, decided).values()) <= {None}

    def _decided(self, intended: Intended, outcome: str) -> Change:
        delivery, at = intended.delivery, self._now()
        DONE[outcome] += 1
        if outcome == "answered":
            post = Receipt(f"post-{delivery.id}")
            return published(delivery, post, actor="worker", at=at, opened_at=intended.opened_at, how="answered")
        if outcome == "lost":
            return lose(delivery, why="silence", at=at)
        if outcome == "rejected":
            return reject(delivery, why="no", at=at)
        return back_to_held(delivery, actor="worker", why="not-applied", not_before=at + 10 * SECOND)

    @rule(what=st.sampled_from(["silent", "stops", "late"]))
    def mishap(self, what: str) -> None:
        if what == "silent":
            DONE["recover"] += recover_silent(self.world, alive=["worker-2"])
        if what == "stops":
            let_go(self.world, "worker-1", [d.id for d in self._deliveries(State.CLAIMED)], "stops")
        if what == "late":
            DONE["lapse"] += lapse_overdue(self.world)

    @precondition(lambda self: self._deliveries(State.HELD))
    @rule(outcomes=st.lists(st.sampled_from(OUTCOMES), min_size=1, max_size=3))
    def the_next_falls_due_and_is_sent(self, outcomes: list[str]) -> None:
        due = min(d.due_at for d in self._deliveries(State.HELD))
        clock_of(self.world).advance(max(due - self._now(), 0 * SECOND))
        self.claim("worker-1")
        self.send("worker-1", outcomes)

    @precondition(lambda self: self._deliveries(State.UNKNOWN))
    @rule(pick=picks, found=st.sampled_from(["exact", "likely", "proof", "absent"]))
    def look(self, pick: int, found: str) -> None:
        unknown = self._deliveries(State.UNKNOWN)
        one = unknown[pick % len(unknown)]
        post = Receipt(f"post-{one.id}", at=one.intent_at)
        seen: dict[str, Found] = {"exact": Exact(post), "likely": Likely((post,)), "proof": Absent(True, True)}
        settle_by_looking(self.world, one.id, seen.get(found, Absent(False, True)), 0 * SECOND)
        DONE[f"look {found}"] += 1

    @precondition(lambda self: self._deliveries(State.UNKNOWN))
    @rule(pick=picks, decision=st.sampled_from(["held", "withdrawn"]))
    def decide(self, pick: int, decision: str) -> None:
        unknown = self._deliveries(State.UNKNOWN)
        one = unknown[pick % len(unknown)]
        acting = stepped_up(self.world, "bola", "settle", one.id, one.digest)
        self._try("settle by hand", lambda: settle_by_hand(self.world, acting, one.id, decision))

    # --- what must hold -----------------------------------------------------------------------------------------------

    def _assert_it_might_go(self, delivery: Delivery, worker: str) -> None:
        with self.world.storage.reading() as readers:
            submission = readers.submissions.get(delivery.submission)
            author = readers.members.get(submission.author)
            approvals = readers.approvals.of_submissions([submission.id])
            clearances = readers.clearances.of_submissions([submission.id])
            members = readers.members.many(a.by for a in approvals)
            assert readers.freezes.in_force() == []
        assert delivery.claimed_by == worker
        assert self._now() >= delivery.due_at
        assert submission.state is SubmissionState.HELD
        assert author.is_active
        assert any(a.digest == delivery.digest and not a.voided_at and members[a.by].is_active for a in approvals)
        assert any(c.digest == delivery.digest and not c.voided_at for c in clearances)

    @invariant()
    def every_step_is_legal(self) -> None:
        for delivery in self._deliveries(*State):
            before = self.seen.get(delivery.id, State.HELD)
            assert _reachable(before, delivery.state), (before, delivery.state)
            self.seen[delivery.id] = delivery.state

    @invariant()
    def the_log_only_grows(self) -> None:
        size = self._size()
        assert size >= self.size
        self.size = size

    @invariant()
    def between_two_intents_it_came_back_and_after_an_end_there_is_none(self) -> None:
        with self.world.storage.reading() as readers:
            told = [Entry.from_bytes(body) for body in readers.log.bodies(0, self.size)]
        last: dict[str, str] = {}
        for entry in told:
            if entry.subject_kind == "delivery" and entry.act in STEPS:
                if entry.act == "delivery.intent":
                    assert last.get(entry.subject_id) == "delivery.claim", last.get(entry.subject_id)
                if entry.act == "delivery.claim":
                    assert last.get(entry.subject_id) not in {"delivery.intent", "delivery.unknown"}
                assert last.get(entry.subject_id) not in ENDS
                last[entry.subject_id] = entry.act

    @invariant()
    def the_head_is_the_tree(self) -> None:
        with self.world.storage.reading() as readers:
            head = readers.log.head().frontier
            leaves = [leaf_hash(body) for body in readers.log.bodies(0, head.size)]
        assert Frontier().extend_with_tiles(leaves)[0].to_bytes() == head.to_bytes()


STEPS = {f"delivery.{act}" for act in ("claim", "intent", "back", "unknown", "publish", "reject", "withdraw", "lapse")}
ENDS = {"delivery.publish", "delivery.reject", "delivery.withdraw", "delivery.lapse"}


def _reachable(before: State, after: State) -> bool:
    """In any number of legal steps: one act may take several (an intent and its outcome)."""
    known = {before}
    while more := {step for state in known for step in NEXT[state]} - known:
        known |= more
    return after in known


@pytest.mark.slow
def test_whatever_happens_in_whatever_order() -> None:
    DONE.clear()
    run_state_machine_as_test(Life, settings=settings(max_examples=20, stateful_step_count=30))


@pytest.mark.slow
def test_and_in_the_usual_order_a_post_goes_out() -> None:
    life = Life()
    try:
        life.put_forward("ada", 60, 1)
        life.answer(0, "bola")
        life.time_passes(60)
        life.claim("worker-1")
        life.send("worker-1", ["answered"])
        life.every_step_is_legal()
        life.between_two_intents_it_came_back_and_after_an_end_there_is_none()
        assert [d.state for d in life._deliveries(*State)] == [State.PUBLISHED]
    finally:
        life.teardown()
