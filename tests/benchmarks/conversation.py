"""What a conversation costs without a network, and what checking a post against a platform's limits costs."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from connectors.conformance import Rehearsal, conversations, drive
from connectors.contract import Connector
from tests.benchmarks.figures import Figure, show
from tests.contract.test_conformance import REHEARSALS, ours

TIMES, ROUNDS = 50, 5
CONVERSATION_MS, VALIDATE_MS = 1.0, 0.2
WORDS = "Prices rose by 3.1% in the year to October 📈, says @office (https://example.org/a_(b)). #CPIH \n"


def cost_ms(once: Callable[[], object]) -> float:
    """Milliseconds of CPU time for one time: the best of some rounds, for others use the same cores."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(TIMES):
            once()
        best = min(best, (time.process_time() - began) / TIMES * 1000)
    return best


def slowest(connector: Connector, rehearsal: Rehearsal) -> tuple[str, float]:
    """The conversation of a connector that costs most, answered by its rehearsal; what the answers cost counts too."""
    costs = {
        name: cost_ms(lambda begin=begin: drive(begin(), rehearsal.answer))  # type: ignore[misc]  # the lambda's default
        for name, begin in conversations(connector, rehearsal).items()
    }
    name = max(costs, key=lambda one: costs[one])
    return name, costs[name]


def validate(connector: Connector, rehearsal: Rehearsal) -> float:
    """Checking a post of 1,000 characters full of addresses, tags and pictures against the limits."""
    limits = connector.limits(rehearsal.passage.home)
    post = replace(rehearsal.outgoing, text=(WORDS * 11)[:1000])
    return cost_ms(lambda: limits.overruns(post))


def figures() -> list[Figure]:
    """Two for each connector."""
    found = []
    for platform, rehearsal in sorted(REHEARSALS.items()):
        connector = ours(platform)
        name, cost = slowest(connector, rehearsal)
        found.append(Figure(f"{platform}.{name}_ms", round(cost, 3), "ms", at_most=CONVERSATION_MS))
        checked = round(validate(connector, rehearsal), 3)
        found.append(Figure(f"{platform}_validate_ms", checked, "ms", at_most=VALIDATE_MS))
    return found


def main() -> None:
    """Measure and print."""
    show("conversations and limits, without a network", figures(), seconds_of="CPU time, one core")


if __name__ == "__main__":
    main()
