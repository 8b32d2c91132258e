"""Taking over: what a leaver put forward and did not see go out is put forward by somebody else, on their own word."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.domain.audit import AuditEvent
from gateway.domain.change import Change
from gateway.domain.delivery import SURELY_ABSENT, Delivery, State
from gateway.domain.member import Member, MemberState
from gateway.domain.refusal import Reason, Refused
from gateway.domain.submission import Submission, SubmissionState

OPEN = frozenset({SubmissionState.HELD, SubmissionState.WITHDRAWN})
NOT_GONE = frozenset({State.HELD, State.CLAIMED, State.WITHDRAWN, State.LAPSED, State.REJECTED})


def accounts_to_take(old: Submission, author: Member, deliveries: Iterable[Delivery], *, is_newest: bool) -> list[str]:
    """The accounts on which nothing of it has gone, in its order: on the others it would be said twice.

    Raises Refused(WRONG_STATE): its author is here; it was answered with no, replaced, or is not the newest of its
    post; of a thread a part has gone; or nothing of it is left. Refused(RESTORED) where it may have gone before a
    backup was brought back.
    """
    if author.state is not MemberState.LEFT:
        raise Refused(Reason.WRONG_STATE, state="author-here")
    if old.state not in OPEN or not is_newest:
        raise Refused(Reason.WRONG_STATE, state=str(old.state))
    states: dict[str, set[State]] = {}
    for each in deliveries:
        if each.state is State.HELD and each.hold == Reason.RESTORED and each.outcome != SURELY_ABSENT:
            raise Refused(Reason.RESTORED)
        states.setdefault(each.account, set()).add(each.state)
    if any(found & NOT_GONE and found - NOT_GONE for found in states.values()):
        raise Refused(Reason.WRONG_STATE, state="part-gone")
    left = [account for account in old.wish.accounts if states.get(account, set()) <= NOT_GONE]
    if not left:
        raise Refused(Reason.WRONG_STATE, state="over")
    return left


def told(old: Submission, *, by: str, fresh: str) -> Change:
    """Who took over what from whom, and as which submission."""
    facts = {"author": old.author, "as": fresh}
    return Change((AuditEvent("submission.take-over", by, "submission", old.id, facts),))
