"""Many claimed deliveries at once, each with an author of its own, written as they would stand after approval."""

from __future__ import annotations

import threading
from collections.abc import Callable

from connectors.words import Outgoing
from gateway.domain.approval import Approval
from gateway.domain.change import Record
from gateway.domain.clearance import Clearance
from gateway.domain.delivery import Delivery, State
from gateway.domain.digest import digest_of
from gateway.domain.grant import Grant, Kind
from gateway.domain.instant import Now, rfc3339
from gateway.domain.judging import calendar_print, under
from gateway.domain.member import Member, MemberState
from gateway.domain.signin import StepUp
from gateway.domain.submission import Submission, SubmissionState, Wish
from gateway.world import World
from tests.cast import NOON, PRETEND, an_account, policy, who, write

WORKER = "worker-1"
SALT = b"s" * 32


def crowd(world: World, count: int, *, state: State = State.CLAIMED) -> list[str]:
    """`count` authors "a0"…, each with one approved delivery "d0"… in `state`; Sam may take each of them out."""
    account = an_account(world)
    session = who(world, "sam").session
    records: list[Record] = []
    for number in range(count):
        records += _one(number, account, session, state)
    for start in range(0, len(records), 700):
        write(world, *records[start : start + 700])
    return [f"d{number}" for number in range(count)]


def _one(number: int, account: str, session: str, state: State) -> list[Record]:
    author, id = f"a{number}", f"s{number}"
    wish = Wish((account,), rfc3339(NOON), "routine", None, True, policy().declaration)
    outgoings = (Outgoing(account, f"Hello {number}", wish.wanted),)
    digest = digest_of(outgoings, SALT)
    common = {"submission": id, "digest": digest, "at": NOON}
    return [
        Member(
            id=author,
            name=author,
            name_key=author,
            display_name=author,
            team="Digital",
            roles=("author",),
            state=MemberState.ACTIVE,
            created_at=NOON,
        ),
        Grant(
            id=f"g{number}", member=author, account=account, kinds=(Kind.WRITE,), begins=NOON, ends=None, given_by="olu"
        ),
        Submission(
            id=id,
            post=f"p{number}",
            revision=f"r{number}",
            author=author,
            submitted_at=NOON,
            wish=wish,
            outgoings=outgoings,
            salt=SALT,
            digest=digest,
            rule_set=policy().id,
            findings=(),
            content_class="routine",
            state=SubmissionState.HELD,
        ),
        Approval(
            id=f"y{number}",
            by="bola",
            given=True,
            reason="",
            rule_set=policy().id,
            content_class="routine",
            submission=id,
            digest=digest,
            at=NOON,
        ),
        Clearance(id=f"c{number}", by="cleo", reason="none", granted=True, **common),  # type: ignore[arg-type]
        Delivery(
            id=f"d{number}",
            submission=id,
            account=account,
            platform=PRETEND,
            outgoing=outgoings[0],
            digest=digest,
            release=None,
            due_at=NOON,
            stamp=NOON,
            previous=None,
            state=state,
            claimed_by=WORKER if state is State.CLAIMED else None,
            judged_under=under(policy(), calendar_print(()), Now(NOON, NOON)),
        ),
        StepUp(id=f"u{number}", session=session, member="sam", act="leave", subject=author, digest="", at=NOON),
    ]


def at_once(*acts: Callable[[], None]) -> None:
    """Run these in threads that begin together; the first fault of any is raised."""
    ready, faults = threading.Barrier(len(acts)), []

    def run(act: Callable[[], None]) -> None:
        try:
            ready.wait(30)
            act()
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
