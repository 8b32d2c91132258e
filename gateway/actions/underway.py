"""What had passed its intent before a stop: leaving and freezing answer once it has outcomes (house §6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from gateway.domain.account import Freeze
from gateway.domain.delivery import State
from gateway.world import World

PAUSE_SECONDS = 0.05
BEYOND = timedelta(seconds=4)  # the fuse, and the writing of the outcome


@dataclass(frozen=True)
class Went:
    """One delivery that was on its way, and its state when the act answered; `sending` means that it still is."""

    delivery: str
    account: str
    state: State


def under_freeze(world: World, held: Freeze) -> tuple[str, ...]:
    """The deliveries of a freeze's accounts that are on their way: their intents were before it, for none is after."""
    with world.storage.reading() as readers:
        sending = readers.deliveries.in_state(State.SENDING)
        accounts = readers.accounts.many(delivery.account for delivery in sending)
    return tuple(delivery.id for delivery in sending if held.covers(accounts[delivery.account]))


def outcomes_of(world: World, ids: Iterable[str], pause: Callable[[float], None]) -> tuple[Went, ...]:
    """Wait until each has an outcome or its fuse has blown: at most a platform's time-out and a little. `pause` sleeps.

    What has none by then is listed as `sending`: the worker is silent, and the recoverer will make it unknown.
    """
    wanted = tuple(ids)
    left = int((world.policy.timing.platform_timeout + BEYOND).total_seconds() / PAUSE_SECONDS)
    while True:
        with world.storage.reading() as readers:
            found = readers.deliveries.many(wanted).values()
        if left <= 0 or all(delivery.state is not State.SENDING for delivery in found):
            return tuple(Went(delivery.id, delivery.account, delivery.state) for delivery in found)
        pause(PAUSE_SECONDS)
        left -= 1
