"""An Instagram and a Threads that always answer well, as their platform pages show their answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from connectors.conformance import Rehearsal
from connectors.contract import Request, Response
from connectors.rehearsals.basis import LINK, MAP, NOW, POST, WINDOW, answer
from connectors.rehearsals.facebook import GONE
from connectors.words import Home, Outgoing, Passage

CREDENTIAL = {
    "access_token": "secret-token",
    "client_id": "secret-id",
    "client_secret": "secret-of-client",
    "code": "secret-code",
    "redirect_uri": "https://secret.example/callback",
}
LONG = {"access_token": "long", "token_type": "bearer", "expires_in": 5_183_944}


def rehearsed(outgoing: Outgoing, home: Home, happy: Mapping[tuple[str, str], Any]) -> Rehearsal:
    """A platform that has these happy answers, by method and address, and nothing else."""

    def answered(request: Request) -> Response:
        found = happy.get((request.method, request.url))
        return GONE if found is None else answer(200, found)

    return Rehearsal(
        outgoing=outgoing,
        passage=Passage("delivery-7", NOW, home),
        window=WINDOW,
        credential=CREDENTIAL,
        now=NOW,
        answer=answered,
        gone=GONE,
    )


# --- Instagram -------------------------------------------------------------------------------------------------------

INSTAGRAM_HOME = Home("instagram", "https://www.instagram.com", "178", "office")
GRAPH = "https://graph.instagram.com/v25.0/"
PICTURED = replace(POST, pictures=(MAP, MAP))
SHOWN: dict[str, Any] = {
    "id": "1790",
    "caption": f"{POST.text}\n\n{LINK}",
    "media_type": "CAROUSEL_ALBUM",
    "permalink": "https://www.instagram.com/p/Cx1/",
    "timestamp": "2026-10-12T09:30:02+0000",
}
OLDER = {"id": "1700", "caption": "Yesterday", "media_type": "IMAGE", "timestamp": "2026-10-11T09:00:00+0000"}
PAGING = {"paging": {"cursors": {"before": "a", "after": "b"}}}
QUOTA = {"quota_usage": 2, "config": {"quota_total": 50, "quota_duration": 86_400}}
GRANTED = "instagram_business_basic,instagram_business_content_publish,instagram_business_manage_comments"
INSTAGRAM_ANSWERS: dict[tuple[str, str], Any] = {
    ("POST", f"{GRAPH}178/media"): {"id": "9001"},
    ("GET", f"{GRAPH}178/content_publishing_limit"): {"data": [QUOTA]},
    ("GET", f"{GRAPH}9001"): {"status_code": "PUBLISHED", "status": "Published", "id": "9001"},
    ("POST", f"{GRAPH}178/media_publish"): {"id": "1790"},
    ("GET", f"{GRAPH}1790"): {"id": "1790", "permalink": "https://www.instagram.com/p/Cx1/"},
    ("GET", f"{GRAPH}178/media"): {"data": [SHOWN, OLDER], **PAGING},
    ("DELETE", f"{GRAPH}178/permissions"): {"success": True},
    ("GET", f"{GRAPH}178"): {
        "id": "178",
        "username": "office",
        "name": "The Office",
        "biography": "Figures, not opinions",
        "profile_picture_url": "https://scontent.example/v/t51/17_office_n.jpg?oh=00_AfD&oe=68F1",
    },
    ("GET", f"{GRAPH}me"): {"user_id": "178", "username": "office", "account_type": "BUSINESS"},
    ("POST", "https://api.instagram.com/oauth/access_token"): {
        "data": [{"access_token": "short", "user_id": "178", "permissions": GRANTED}]
    },
    ("GET", "https://graph.instagram.com/access_token"): LONG,
    ("GET", "https://graph.instagram.com/refresh_access_token"): LONG,
}


INSTAGRAM = rehearsed(PICTURED, INSTAGRAM_HOME, INSTAGRAM_ANSWERS)

# --- Threads ---------------------------------------------------------------------------------------------------------

THREADS_HOME = Home("threads", "https://www.threads.net", "314", "office")
ROOT, API = "https://graph.threads.net/", "https://graph.threads.net/v1.0/"
THREAD: dict[str, Any] = {
    "id": "3141",
    "text": f"{POST.text}\n\n{LINK}",
    "media_type": "CAROUSEL_ALBUM",
    "permalink": "https://www.threads.net/@office/post/Cx1",
    "timestamp": "2026-10-12T09:30:02+0000",
}
BEFORE = {"id": "3100", "text": "Yesterday", "media_type": "TEXT_POST", "timestamp": "2026-10-11T09:00:00+0000"}
THREADS_ANSWERS: dict[tuple[str, str], Any] = {
    ("POST", f"{API}314/threads"): {"id": "8001"},
    ("GET", f"{API}314/threads_publishing_limit"): {
        "data": [{"quota_usage": 4, "config": {"quota_total": 250, "quota_duration": 86_400}}]
    },
    ("GET", f"{API}8001"): {"id": "8001", "status": "PUBLISHED"},
    ("POST", f"{API}314/threads_publish"): {"id": "3141"},
    ("GET", f"{API}3141"): {"id": "3141", "permalink": "https://www.threads.net/@office/post/Cx1"},
    ("GET", f"{API}314/threads"): {"data": [THREAD, BEFORE], **PAGING},
    ("GET", f"{API}314/replies"): {"data": [], **PAGING},
    ("DELETE", f"{API}3141"): {"success": True, "deleted_id": "3141"},
    ("GET", f"{API}me"): {
        "id": "314",
        "username": "office",
        "name": "The Office",
        "threads_biography": "Figures, not opinions",
        "threads_profile_picture_url": "https://scontent.example/v/t51/17_office_n.jpg?oh=00_AfD&oe=68F1",
    },
    ("POST", f"{ROOT}oauth/access_token"): {"access_token": "short", "user_id": 314},
    ("GET", f"{ROOT}access_token"): LONG,
    ("GET", f"{ROOT}refresh_access_token"): LONG,
    ("GET", f"{ROOT}debug_token"): {"data": {"type": "USER", "is_valid": False, "expires_at": 1_752_254_132}},
}


THREADS = rehearsed(POST, THREADS_HOME, THREADS_ANSWERS)
WORDS = Outgoing(account="acc-1", text="Prices rose 3.1%", wanted="now", link=LINK)
