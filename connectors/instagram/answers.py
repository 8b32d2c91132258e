"""Instagram's refusals in our words, by code and subcode (platform page §6), and how it is spoken to."""

from __future__ import annotations

from connectors.containers import Graph, reader
from connectors.contract import PlatformError, Rejected, SetupWrong, SignInExpired, Throttled, Unavailable
from connectors.words import Home

HOST, VERSION = "graph.instagram.com", 25  # of the Graph API; the account's fact `graph_version` goes before it

# By code and subcode; a subcode goes before its code.
WORDS: dict[int, type[PlatformError]] = {
    # The server, a picture that could not be fetched, made or uploaded: nothing is public yet, so another container.
    **dict.fromkeys((1, 2, 2207001, 2207003, 2207032, 2207052, 2207053), Unavailable),
    **dict.fromkeys((4, 9, 17, 32, 613, 80002, 2207042), Throttled),
    **dict.fromkeys((102, 190), SignInExpired),
    # Restricted or blocked accounts (2207050, 2207051), policy (368): only a person may go on.
    **dict.fromkeys((3, 10, 368, 803, 2207050, 2207051, *range(200, 300)), SetupWrong),
    **dict.fromkeys((100, 2207004, 2207005, 2207009, 2207010, 2207023, 2207026, 2207028, 2207040, 2207057), Rejected),
}
# A container that is not ready, missing or over: nothing was made public by it.
AGAIN = frozenset({9007, 2207006, 2207008, 2207020, 2207027})

expect = reader(WORDS, AGAIN)


def graph(home: Home) -> Graph:
    """How Instagram is spoken to about an account."""
    return Graph(
        base=f"https://{HOST}/v{home.fact('graph_version', VERSION)}.0",
        containers="media",
        publishing="media_publish",
        state="status_code",
        why="status",
        faults=frozenset(str(code) for code, word in WORDS.items() if word is Rejected and code > 2_000_000),
        fields="id,caption,media_type,permalink,timestamp",
        text="caption",
        expect=expect,
        quota=lambda _: ("content_publishing_limit", "quota_usage", "config"),
    )
