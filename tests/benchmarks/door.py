"""The decision to send, pure: the door and the intent on facts that were read before, on one core."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from gateway.domain.delivery import State, claim, intend
from gateway.domain.door import Facts, Stage, door
from tests.benchmarks.figures import Figure, show
from tests.domain.made import AFTER, good_facts

HOW_MANY = 20_000
ROUNDS = 5


def prepared(state: State) -> list[Facts]:
    """Facts of many different deliveries, all in order."""
    pattern = good_facts()
    held = replace(pattern.delivery, state=state, claimed_by="worker-1" if state is State.CLAIMED else None)
    return [replace(pattern, delivery=replace(held, id=f"delivery-{n}")) for n in range(HOW_MANY)]


def staged(facts: Facts) -> None:
    """What is decided some seconds before."""
    door(Stage.STAGE, facts, AFTER)
    claim(facts.delivery, "worker-1")


def intended(facts: Facts) -> None:
    """What is decided at the instant, and is law."""
    door(Stage.COMMIT, facts, AFTER)
    intend(facts.delivery, "worker-1", AFTER)


def rate(decide: Callable[[Facts], None], each: list[Facts]) -> float:
    """Decisions a second of CPU time: the best of some rounds, for others use the same cores."""
    best = 0.0
    for _ in range(ROUNDS):
        began = time.process_time()
        for facts in each:
            decide(facts)
        best = max(best, len(each) / (time.process_time() - began))
    return round(best)


def main() -> None:
    """Measure and print."""
    show(
        "claim-and-door decision, pure",
        [
            Figure("door_and_intent_a_second", rate(intended, prepared(State.CLAIMED)), at_least=50_000),
            Figure("door_and_claim_a_second", rate(staged, prepared(State.HELD)), at_least=50_000),
        ],
        seconds_of="CPU time, one core",
    )


if __name__ == "__main__":
    main()
