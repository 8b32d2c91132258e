"""How things stand, in plain words: what has happened to a submission or a delivery, and what happens next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from gateway.domain.delivery import Stands, State
from gateway.domain.instant import Now
from gateway.domain.refusal import Reason
from gateway.domain.submission import SubmissionState
from gateway.web.refusals import WORDS
from gateway.web.walltime import wall


@dataclass(frozen=True)
class Standing:
    """A short word with the colour of its tag, and what happens next; `wants` somebody where a person must act."""

    word: str
    colour: str
    next: str
    wants: bool = False


class PutForward(Protocol):
    """What is asked of a submission."""

    @property
    def state(self) -> SubmissionState:
        """Where it is in its life."""

    @property
    def needs_clearance(self) -> bool:
        """Whether a clearer must answer."""


def _held(delivery: Stands, now: Now) -> Standing:
    if delivery.hold is not None:
        return Standing("Held for a person", "orange", said_of(delivery.hold), wants=True)
    if delivery.not_before is not None and not now.surely_past(delivery.not_before):
        return Standing("Tried, waiting", "yellow", f"It is tried again by itself after {wall(delivery.not_before)}.")
    return Standing(
        "Scheduled", "blue", f"It goes out by itself, {wall(delivery.due_at)}, if nothing speaks against it."
    )


def _rejected(delivery: Stands, _now: Now) -> Standing:
    why = f" It said: {delivery.outcome}." if delivery.outcome else ""
    return Standing(
        "Platform refused", "red", f"Nothing went out.{why} Change the post and put it forward again.", True
    )


def _always(standing: Standing) -> Callable[[Stands, Now], Standing]:
    return lambda _delivery, _now: standing


OF_DELIVERY: Mapping[State, Callable[[Stands, Now], Standing]] = {
    State.HELD: _held,
    State.CLAIMED: _always(
        Standing("Getting ready", "light-blue", "A worker has it in hand and sends it when it is due.")
    ),
    State.SENDING: _always(Standing("Being sent", "light-blue", "The platform’s answer is awaited.")),
    State.UNKNOWN: _always(
        Standing(
            "Nobody knows",
            "red",
            "The platform may have it or not. It is never sent again blindly: the worker looks there by itself, and "
            "you can ask for a look, name its address, or decide.",
            wants=True,
        )
    ),
    State.PUBLISHED: _always(Standing("Published", "green", "It is out.")),
    State.REJECTED: _rejected,
    State.REMOVED: _always(Standing("Removed", "grey", "It was taken down at the platform.")),
    State.WITHDRAWN: _always(Standing("Withdrawn", "grey", "It does not go out.")),
    State.LAPSED: _always(
        Standing(
            "Lapsed", "red", "Its window closed before it could go. Nothing goes out late: put it forward again.", True
        )
    ),
}
OF_SUBMISSION: Mapping[SubmissionState, Standing] = {
    SubmissionState.WAITING: Standing(
        "Waits for answers", "blue", "Someone who may approve on its accounts answers it."
    ),
    SubmissionState.HELD: Standing("Approved", "green", "It goes out by itself when its time comes."),
    SubmissionState.REFUSED: Standing("Refused", "red", "Read why, change it and put it forward again.", wants=True),
    SubmissionState.WITHDRAWN: Standing("Withdrawn", "grey", "It does not go out."),
    SubmissionState.REPLACED: Standing("Replaced", "grey", "A newer wording was put forward instead."),
}


# Whoever changes a word above looks here: what wants somebody is known of very many before any is put into words.
WANTED = frozenset({State.UNKNOWN, State.REJECTED, State.LAPSED})


def wants_somebody(delivery: Stands) -> bool:
    """Whether a person must act: as `of_delivery` says in words."""
    return delivery.state in WANTED or (delivery.state is State.HELD and delivery.hold is not None)


def of_delivery(delivery: Stands, now: Now) -> Standing:
    """How one delivery stands."""
    return OF_DELIVERY[delivery.state](delivery, now)


def of_submission(submission: PutForward, cleared: bool = False) -> Standing:
    """How a submission stands; `cleared` where a clearer has said yes already."""
    found = OF_SUBMISSION[submission.state]
    if submission.state is SubmissionState.WAITING and submission.needs_clearance and not cleared:
        return Standing(found.word, found.colour, f"{found.next} A clearer decides whether it holds statistics.")
    return found


def said_of(reason: str) -> str:
    """A kept reason in the words of the refusals; as it is where it is none of ours."""
    try:
        return WORDS[Reason(reason)].detail
    except ValueError:
        return reason.replace("-", " ").capitalize()
