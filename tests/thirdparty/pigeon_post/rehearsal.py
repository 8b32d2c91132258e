"""A Pigeon Post that always answers well, and what is said on it: what the conformance suite needs to run."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from connectors.conformance import Recorded, Rehearsal
from connectors.contract import Request, Response, SignInExpired
from connectors.words import Home, Outgoing, Passage, Picture, Window

NOW = datetime(2026, 10, 12, 9, 30, tzinfo=UTC)
HOME = Home("pigeon_post", "https://pigeon.example", "7", "office")
CHART = Picture("ab" * 32, "image/png", 48_000, 1200, 675, "A line that falls")
TEXT = "Prices rose 3.1% 📈\n\nhttps://www.example.org/cpih"
LETTER = {"id": "l1", "url": "https://pigeon.example/l1", "text": TEXT, "at": "2026-10-12T09:30:01Z"}
OLDER = {"id": "l0", "url": "https://pigeon.example/l0", "text": "Yesterday", "at": "2026-10-11T09:30:00Z"}
ANSWERS = {
    ("POST", "/pictures"): {"id": "p1"},
    ("POST", "/letters"): LETTER,
    ("GET", "/letters"): {"letters": [LETTER, OLDER]},
    ("DELETE", "/letters/l1"): {},
    ("GET", "/me"): {"id": "7", "name": "office", "about": "Figures"},
    ("POST", "/tokens/end"): {},
}


def answer(request: Request) -> Response:
    """The happy answer to each request."""
    found = ANSWERS[request.method, request.url.removeprefix("https://api.pigeon.example/v1")]
    return Response(200, {}, json.dumps(found).encode())


REHEARSAL = Rehearsal(
    outgoing=Outgoing("acc-1", "Prices rose 3.1% 📈", "now", pictures=(CHART,), link="https://www.example.org/cpih"),
    passage=Passage("delivery-7", NOW, HOME),
    window=Window(NOW - timedelta(seconds=5), NOW + timedelta(minutes=2)),
    credential={"access_token": "a-secret-that-occurs-nowhere-else"},
    now=NOW,
    answer=answer,
    gone=Response(404, {}, b'{"error": "no such letter"}'),
    recorded=(
        Recorded(
            source="https://pigeon.example/docs/errors",
            conversation="identify",
            method="GET",
            path="/me",
            answer=Response(401, {}, b'{"error": "token has flown"}'),
            word=SignInExpired,
        ),
    ),
)
