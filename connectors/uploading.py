"""Pictures on their way: one after the other, and waited for while the platform still works on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from connectors.contract import Conversation, Pause, Unavailable
from connectors.words import Outgoing, Picture

T = TypeVar("T")
LOOKS = 30  # at a picture that is still worked on


def each_picture(outgoing: Outgoing, uploaded: Callable[[Picture], Conversation[T]]) -> Conversation[list[T]]:
    """What `uploaded` gives for every picture, in order."""
    made = []
    for picture in outgoing.pictures:
        made.append((yield from uploaded(picture)))
    return made


def until_ready(wait: float | None, look: Callable[[], Conversation[float | None]]) -> Conversation[None]:
    """Look until the picture is ready: `wait` and each `look` give the seconds to the next, None where it is ready.

    Raises Unavailable where it does not get ready, and whatever `look` raises.
    """
    for _ in range(LOOKS):
        if wait is None:
            return
        yield Pause(wait)
        wait = yield from look()
    if wait is not None:
        raise Unavailable("the platform is still working on a picture", not_applied=True)
