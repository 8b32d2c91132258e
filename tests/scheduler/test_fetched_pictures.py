"""Platforms that fetch pictures: an address past the door and in an Upload alone, gone when the sending is over."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs

import pytest

from connectors.contract import (
    Ask,
    Commit,
    Conversation,
    MediaAddress,
    Step,
    Upload,
)
from connectors.words import Receipt
from gateway.domain.refusal import Reason, Refused
from scheduler.outcome import Accepted, BackToHeld
from tests.scheduler.parcels import Hooks, courier_to, run, saying, sending, to
from tests.scheduler.parcels import commit as said
from tests.servers.misbehaving import Misbehaving, close, say

SHA, HERE = "ab" * 32, "https://gateway.example/media-once/token"
OK = say(200, thing={"id": "1"})
SHOWING = to("/first", form=(("image_url", MediaAddress(SHA)), ("alt_text", "A grey square")))


@dataclass
class Shows(Hooks):
    """A publisher that gives addresses, and remembers when."""

    async def address(self, sha256: str) -> str:
        """One for this picture."""
        assert sha256 == SHA
        self._asked("address")
        return HERE

    def prepared(self, made: str | None) -> None:
        """What is about to be public."""
        self._asked(f"prepared {made}")


def told(step: Step, refusals: dict[str, Refused] | None = None) -> tuple[object, list[str], list[str]]:
    """What becomes of `step` and a Commit after it: the outcome, what was asked of us, the bodies that arrived."""

    async def main() -> tuple[object, list[str], list[str]]:
        async with Misbehaving({"/first": [OK], "/commit": [OK]}) as server, courier_to(server.origin) as courier:
            hooks = Shows(refusals=refusals or {})
            whole = sending(saying(step, Commit(said().request, made="container-9")), hooks)
            whole = type(whole)(**{**vars(whole), "address": hooks.address, "prepared": hooks.prepared})
            outcome = await courier.deliver(whole)
            return outcome, hooks.asked, [one.body.decode() for one in server.arrivals]

    found: tuple[object, list[str], list[str]] = run(main())
    return found


def test_an_address_is_given_past_the_door_and_what_will_be_public_is_kept_with_the_intent() -> None:
    outcome, asked, arrived = told(Upload(SHOWING))
    assert isinstance(outcome, Accepted), outcome
    assert asked == ["content", "address", "prepared container-9", "intent"]
    assert parse_qs(arrived[0]) == {"image_url": [HERE], "alt_text": ["A grey square"]}


def test_there_is_no_address_before_the_door() -> None:
    outcome, asked, arrived = told(Upload(SHOWING), {"content": Refused(Reason.EMBARGOED)})
    assert isinstance(outcome, BackToHeld)
    assert (asked, arrived) == (["content"], [])


@pytest.mark.parametrize("step", [Ask(SHOWING), Commit(SHOWING)])
def test_no_address_is_given_to_what_asks_no_door_first(step: Step) -> None:
    outcome, asked, arrived = told(step)
    assert isinstance(outcome, BackToHeld)
    assert outcome.why == "connector-faulty"
    assert ("address" in asked, arrived) == (False, [])


def test_an_optional_question_that_nobody_answers_changes_nothing_after_the_commit() -> None:
    def conversation() -> Conversation[Receipt]:
        answer = yield said()
        assert answer is not None
        link = yield Ask(to("/link", "GET"), optional=True)
        assert link is None
        return Receipt(answer.json()["id"])

    async def main() -> object:
        async with Misbehaving({"/commit": [OK], "/link": [close]}) as server, courier_to(server.origin) as courier:
            return await courier.deliver(sending(conversation()))

    assert isinstance(run(main()), Accepted)
