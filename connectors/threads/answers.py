"""Threads' refusals in our words, by code and subcode (platform page §6), and how it is spoken to."""

from __future__ import annotations

from connectors.containers import Graph, reader
from connectors.contract import PlatformError, Rejected, SetupWrong, SignInExpired, Throttled, Unavailable
from connectors.words import Outgoing

HOST = "graph.threads.net"

# By code and subcode; a subcode goes before its code.
WORDS: dict[int, type[PlatformError]] = {
    **dict.fromkeys((1, 2), Unavailable),
    **dict.fromkeys((4, 17, 32, 613), Throttled),
    **dict.fromkeys((102, 190), SignInExpired),
    # Blocked (2207051) and policy (368): only a person may go on.
    **dict.fromkeys((3, 10, 368, 2207051, *range(200, 300)), SetupWrong),
    100: Rejected,
}
AGAIN = frozenset({24, 4279009})  # published too early: the container is not there yet
# What a container says that will be refused again; it spells the third so.
FAULTS = frozenset({"FAILED_PROCESSING", "INVALID_ASPEC_RATIO", "INVALID_", "LINK_LIMIT_EXCEEDED"})

expect = reader(WORDS, AGAIN)


def quota(outgoing: Outgoing) -> tuple[str, str, str]:
    """Replies have an allowance of their own."""
    kind = "reply_" if outgoing.part > 1 else ""
    return "threads_publishing_limit", f"{kind}quota_usage", f"{kind}config"


GRAPH = Graph(
    base=f"https://{HOST}/v1.0",
    containers="threads",
    publishing="threads_publish",
    state="status",
    why="error_message",
    faults=FAULTS,
    fields="id,permalink,text,timestamp,media_type",
    text="text",
    expect=expect,
    quota=quota,
)
