"""X as it always answers well, from its documentation as the platform page shows it; and what is said on it."""

from __future__ import annotations

from typing import Any

from connectors.conformance import Rehearsal
from connectors.contract import Request, Response
from connectors.rehearsals.basis import LINK, NOW, POST, WINDOW, answer
from connectors.words import Home, Passage

HOME = Home("x", "https://x.com", "2244994945", "office")
PASSAGE = Passage("delivery-7", NOW, HOME)
TWEET_ID = str((int(NOW.timestamp() * 1000) - 1_288_834_974_657) << 22)
TWEET: dict[str, Any] = {
    "id": TWEET_ID,
    "text": "Café prices rose 3.1% 📈 says @news.example.org (https://t.co/a). #CPIH\n\nhttps://t.co/b https://t.co/p",
    "created_at": "2026-10-12T09:30:01.000Z",
    "author_id": HOME.subject,
    "edit_history_tweet_ids": [TWEET_ID],
    "attachments": {"media_keys": ["3_1", "3_2"]},
    "entities": {
        "urls": [
            {"url": "https://t.co/a", "expanded_url": "https://example.org/a_(b)"},
            {"url": "https://t.co/b", "expanded_url": LINK},
            {
                "url": "https://t.co/p",
                "expanded_url": f"https://x.com/office/status/{TWEET_ID}/photo/1",
                "media_key": "3_1",
            },
        ]
    },
}
OLDER_TWEET = {
    "id": "1977000000000000000",
    "text": "Yesterday",
    "created_at": "2026-10-11T09:00:00.000Z",
    "edit_history_tweet_ids": ["1977000000000000000"],
}
TOKENS = {
    "token_type": "bearer",
    "expires_in": 7200,
    "access_token": "secret-access",
    "refresh_token": "secret-refresh",
    "scope": "tweet.read tweet.write users.read media.write offline.access",
}
ANSWERS: dict[tuple[str, str], Any] = {
    ("POST", "media/upload"): {"data": {"id": "1880", "media_key": "3_1880", "expires_after_secs": 86400, "size": 1}},
    ("POST", "media/metadata"): {"data": {"id": "1880", "associated_metadata": {}}},
    ("GET", f"users/{HOME.subject}/tweets"): {"data": [TWEET, OLDER_TWEET], "meta": {"result_count": 2}},
    ("DELETE", f"tweets/{TWEET_ID}"): {"data": {"deleted": True}},
    ("GET", "users/me"): {
        "data": {
            "id": HOME.subject,
            "username": "office",
            "name": "The Office",
            "description": "Figures, not opinions https://t.co/c",
            "entities": {"description": {"urls": [{"url": "https://t.co/c", "expanded_url": "https://example.org"}]}},
            "profile_image_url": "https://pbs.twimg.com/profile_images/1/9c1e_normal.png",
        }
    },
    ("POST", "oauth2/token"): TOKENS,
    ("POST", "oauth2/revoke"): {"revoked": True},
}


def x(request: Request) -> Response:
    """The happy answer of X."""
    if (request.method, request.url) == ("POST", "https://api.x.com/2/tweets"):
        text = "Café prices rose … https://t.co/p"
        return answer(201, {"data": {"id": TWEET_ID, "text": text, "edit_history_tweet_ids": [TWEET_ID]}})
    return answer(200, ANSWERS[request.method, request.url.removeprefix("https://api.x.com/2/")])


X = Rehearsal(
    outgoing=POST,
    passage=PASSAGE,
    window=WINDOW,
    credential={
        "client_id": "secret-id",
        "client_secret": "secret-of-client",
        "code": "secret-code",
        "code_verifier": "secret-verifier",
        "redirect_uri": "secret-redirect",
        "access_token": "secret-access-token",
        "refresh_token": "secret-refresh-token",
    },
    now=NOW,
    answer=x,
    gone=answer(200, {"errors": [{"type": "https://api.x.com/2/problems/resource-not-found", "title": "Not Found"}]}),
)
