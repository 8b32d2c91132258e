"""Every connector, every fault of its platform, at every request of a delivery: never twice, never lost, never a lie.

The courier is real and so is the wire; the platform's own truth file is the judge. What follows an outcome is done as
the house does it: what is held is sent again, what is lost is looked for and never sent again without proof.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from connectors.contract import PlatformError
from connectors.simulators.knobs import Kind
from connectors.simulators.running import PLATFORMS, Running, start
from connectors.words import Absent, Exact, Found, Likely, Outgoing, Passage
from scheduler.courier import Patience
from scheduler.outcome import Accepted, BackToHeld, Lost, NoAnswer, Outcome
from tests.scheduler.meeting import Meeting
from tests.scheduler.stages import STAGES

Fault = Mapping[str, Any]
HASTY = Patience(request=0.5, connect=0.5)
SILENCE, DEATH = 1.0, 0.25  # seconds: longer than HASTY waits; and how long a worker lives that is to die in between
TRIES = 3
WORDS = "Prices rose by 3.1%, the office says"

QUICK: tuple[Fault, ...] = (
    {"kind": "reset_before"},
    {"kind": "reset_after"},
    {"kind": "read_and_close"},
    {"kind": "read_and_close", "applied": True},
    {"kind": "status", "status": 429, "seconds": 1},
    {"kind": "status", "status": 429, "headers": {}},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 500, "applied": True},
    {"kind": "status", "status": 502},
    {"kind": "status", "status": 503, "applied": True},
    {"kind": "garbage"},
    {"kind": "garbage", "applied": True},
    {"kind": "garbage", "body": '{"id":', "applied": True},
    {"kind": "garbage", "body": "{}"},
    {"kind": "expired_credential"},
    {"kind": "slow", "ms": 50},
    {"kind": "duplicate"},
)
EARLIER: tuple[Fault, ...] = ({"kind": "reset_after"}, {"kind": "status", "status": 500, "applied": True})
SILENT: tuple[Fault, ...] = (
    {"kind": "timeout_before_accept", "seconds": SILENCE},
    {"kind": "timeout_after_accept", "seconds": SILENCE},
)
DEADLY: tuple[Fault, ...] = tuple({**fault, "dies": True} for fault in SILENT)  # the worker dies in the silence


@dataclass(frozen=True)
class Case:
    """One delivery, and the fault that its request number `at` (from 0) meets."""

    platform: str
    post: str
    fault: Fault
    at: int

    def __str__(self) -> str:
        return f"{self.platform}, {self.post}, {dict(self.fault)} at request {self.at}"


@dataclass
class Count:
    """What came of all cases."""

    cases: int = 0
    accepted: int = 0
    again: int = 0
    found: int = 0
    waiting: int = 0

    def __str__(self) -> str:
        return (
            f"{self.cases} faults: {self.accepted} published, {self.again} of them sent again, {self.found} found by "
            f"looking, {self.waiting} rightly left to a person; 0 twice, 0 lost, 0 wrongly called published"
        )


def a_post(kind: str, meeting: Meeting, number: int) -> tuple[Outgoing, Passage]:
    """Something to say that nobody said before, and its way: `plain`, with `pictures`, or a `reply` to a first part."""
    stage = STAGES[meeting.running.name]
    outgoing = Outgoing(account="a", text=f"{WORDS} ({number})", wanted="now")
    shown = replace(outgoing, pictures=(stage.picture,) if stage.wants_picture else ())
    if kind == "pictures":
        return replace(outgoing, pictures=(stage.picture,), link="https://www.example.org/cpih"), meeting.passage()
    if kind == "plain":
        return shown, meeting.passage()
    first = meeting.deliver(replace(shown, text=f"The first of two ({number})", parts=2))
    assert isinstance(first, Accepted), first
    return replace(outgoing, part=2, parts=2), meeting.passage(first.receipt, first.receipt, "d-2")


def cases(
    running: Running, platform: str, posts: tuple[str, ...], faults: tuple[Fault, ...], earlier: tuple[Fault, ...]
) -> Iterator[Case]:
    """`faults` at the last request that each of these posts makes when all goes well, `earlier` at those before it."""
    for post in posts:
        meeting = STAGES[platform].meeting(running)
        outgoing, passage = a_post(post, meeting, 0)
        before = len(running.truth("request"))
        assert isinstance(meeting.deliver(outgoing, passage), Accepted)
        asked = running.truth("request")[before:]
        last = max(at for at, one in enumerate(asked) if one["method"] != "GET")  # what follows only asks for a link
        for at in range(len(asked)):
            yield from (Case(platform, post, fault, at) for fault in (earlier if at != last else faults))


class Trial:
    """One case, from the fault to the end that the house would give it."""

    def __init__(self, running: Running, case: Case, number: int) -> None:
        self.case = case
        self.meeting = STAGES[case.platform].meeting(running)
        self.outgoing, self.passage = a_post(case.post, self.meeting, number)
        self.mark = str(number)
        self.meeting.patience = HASTY
        fault = {name: value for name, value in case.fault.items() if name != "dies"}
        running.fault(fault.pop("kind"), skip=case.at, **fault)

    def taken(self) -> list[str]:
        """The ids of what the platform took of this delivery; its own doubles are its own doing."""
        mine = [e for e in self.meeting.accepted() if f"({self.mark})" in e["text"] and "first of two" not in e["text"]]
        return [e["id"] for e in mine if e["by"] != "double"]

    def run(self, count: Count) -> None:
        """Meet the fault; then hold, look or rest. Fails where the house would say, do or lose something wrong."""
        outcome = self._first()
        self.meeting.running.knobs(clear=True)
        for _ in range(TRIES):
            if isinstance(outcome, Accepted):
                assert self.taken() == [outcome.receipt.platform_id], f"{self.case}: a wrong 'published'"
                count.accepted += 1
                return
            if isinstance(outcome, Lost) and not self._may_be_sent_again(count):
                return
            assert isinstance(outcome, BackToHeld | Lost), f"{self.case}: {outcome} is a lost post"
            assert self.taken() == [], f"{self.case}: held although it was taken, so it would be sent twice"
            count.again += 1
            outcome = self.meeting.deliver(self.outgoing, self.passage)
        raise AssertionError(f"{self.case}: never sent, though nothing stood in its way: {outcome}")

    def _first(self) -> Outcome:
        if not self.case.fault.get("dies"):
            return self.meeting.deliver(self.outgoing, self.passage)
        before = self.meeting.intended
        try:
            return self.meeting.deliver(self.outgoing, self.passage, dies_after=DEATH)
        except TimeoutError:  # who recovers knows only whether the intent had been committed
            self._until_the_platform_is_still()
            at = self.meeting.began
            return Lost("died", at) if self.meeting.intended > before else BackToHeld("died", at)

    def _until_the_platform_is_still(self) -> None:
        time.sleep(0.05)

    def _may_be_sent_again(self, count: Count) -> bool:
        """Look for what is lost. True only with proof that it is not there; else it was found, or a person is asked."""
        taken, found = self.taken(), self._looked()
        met = (found.receipt,) if isinstance(found, Exact) else found.candidates if isinstance(found, Likely) else ()
        ids = {one.platform_id for one in met}
        if taken:
            assert set(taken) <= ids, f"{self.case}: taken and not found by looking"
            assert len(taken) == 1, f"{self.case}: taken twice"
            count.found += 1
            return False
        assert not ids, f"{self.case}: found what is not there"
        if isinstance(found, Absent) and found.proof:
            return True
        count.waiting += 1
        return False

    def _looked(self) -> Found:
        for attempt in range(TRIES):
            try:
                return self.meeting.find(self.outgoing, self.passage)
            except (NoAnswer, PlatformError):
                if attempt == TRIES - 1:
                    raise
        raise AssertionError("unreachable")


def campaign(
    folder: Path, platform: str, posts: tuple[str, ...], faults: tuple[Fault, ...], earlier: tuple[Fault, ...]
) -> Count:
    """All cases of one platform, each on an account of its own."""
    count = Count()
    with start(platform, folder, **STAGES[platform].rules) as running:
        for number, case in enumerate(list(cases(running, platform, posts, faults, earlier)), 1):
            Trial(running, case, number).run(count)
            count.cases += 1
    return count


def test_every_pretended_platform_is_in_the_campaign() -> None:
    assert set(STAGES) == set(PLATFORMS)


def test_every_kind_of_fault_is_in_the_campaign() -> None:
    later = {Kind.LAGGING_LISTS}  # about lists, not about deliveries: in the meetings of each connector
    assert {Kind(fault["kind"]) for fault in QUICK + SILENT} == set(Kind) - later


@pytest.mark.slow
@pytest.mark.parametrize("platform", sorted(STAGES))
def test_no_fault_at_any_request_of_a_delivery_doubles_or_loses_it(
    platform: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    count = campaign(tmp_path, platform, ("pictures",), QUICK, EARLIER)
    with capsys.disabled():
        print(f"\n{platform}, {count}")
    assert count.cases >= len(QUICK)
    assert count.accepted
    assert count.found


@pytest.mark.acceptance
@pytest.mark.parametrize("platform", sorted(STAGES))
def test_the_whole_campaign_with_silences_deaths_replies_and_plain_words(
    platform: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    every = QUICK + SILENT + DEADLY
    count = campaign(tmp_path, platform, ("plain", "pictures", "reply"), every, every)
    with capsys.disabled():
        print(f"\n{platform}, {count}")
    assert count.accepted
    assert count.found
