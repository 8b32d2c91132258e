"""A Facebook that always answers well, as the platform page shows its answers; and a post on its Page."""

from __future__ import annotations

from typing import Any

from connectors.conformance import Rehearsal
from connectors.contract import Request, Response
from connectors.rehearsals.basis import LINK, NOW, POST, WINDOW, answer
from connectors.words import Home, Passage

HOME = Home("facebook", "https://graph.facebook.com", "178", "The Office")
PASSAGE = Passage("delivery-7", NOW, HOME)
BASE = "https://graph.facebook.com/v25.0/"
SAID_WITH_LINK = f"{POST.text}\n\n{LINK}"
SHOWN: dict[str, Any] = {
    "id": "178_900",
    "message": SAID_WITH_LINK,
    "created_time": "2026-10-12T09:30:02+0000",
    "permalink_url": "https://www.facebook.com/178/posts/900",
    "application": {"id": "77", "name": "Gateway"},
    "attachments": {
        "data": [
            {"media_type": "album", "subattachments": {"data": [{"media_type": "photo"}, {"media_type": "photo"}]}}
        ]
    },
}
OLDER = {"id": "178_100", "message": "Yesterday", "created_time": "2026-10-11T09:00:00+0000"}
PAGE = {"id": "178", "name": "The Office", "access_token": "of-the-page", "tasks": ["CREATE_CONTENT", "MODERATE"]}
GONE = answer(400, {"error": {"message": "Object does not exist", "code": 100, "error_subcode": 33}})
GRANTED = ["pages_show_list", "pages_read_engagement", "pages_manage_posts", "pages_read_user_content"]
GRANTED += ["pages_manage_engagement", "public_profile"]
INSPECTED = {"is_valid": True, "type": "SYSTEM_USER", "expires_at": 1_765_000_000, "user_id": "5", "scopes": GRANTED}
ANSWERS: dict[tuple[str, str], Any] = {
    ("POST", "178/photos"): {"id": "501"},
    ("POST", "178/feed"): {"id": "178_900"},
    ("GET", "178/published_posts"): {"data": [SHOWN, OLDER], "paging": {"cursors": {"before": "a", "after": "b"}}},
    ("DELETE", "178_900"): {"success": True},
    ("DELETE", "501"): {"success": True},
    ("GET", "178"): {
        "name": "The Office",
        "about": "Figures, not opinions",
        "picture": {"data": {"url": "https://scontent.example/v/t39/17_office_n.jpg?oh=00_AfD&oe=68F1"}},
        "id": "178",
    },
    ("GET", "me"): {"id": "178", "name": "The Office", "category": "Government organisation"},
    ("GET", "me/accounts"): {"data": [PAGE | {"id": "9", "name": "Another"}, PAGE]},
    ("GET", "debug_token"): {"data": INSPECTED},
    ("GET", "oauth/access_token"): {"access_token": "new", "token_type": "bearer", "expires_in": 5_183_944},
    ("GET", "oauth/revoke"): {"success": "true"},
}


def facebook(request: Request) -> Response:
    """The happy answer of the Graph API."""
    return answer(200, ANSWERS[request.method, request.url.removeprefix(BASE)])


def failing(code: int, subcode: int | None = None, status: int = 400, **more: Any) -> Response:
    """A refusal in the platform's form."""
    error = {"message": "because", "type": "OAuthException", "code": code, "fbtrace_id": "AbC", **more}
    return answer(status, {"error": error | ({} if subcode is None else {"error_subcode": subcode})})


FACEBOOK = Rehearsal(
    outgoing=POST,
    passage=PASSAGE,
    window=WINDOW,
    credential={
        "access_token": "secret-system-user-token",
        "page_token": "secret-page-token",
        "client_id": "secret-app-id",
        "client_secret": "secret-of-the-app",
    },
    now=NOW,
    answer=facebook,
    gone=GONE,
)
