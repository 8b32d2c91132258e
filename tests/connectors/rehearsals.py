"""Two platforms that always answer well, as the platform pages show their answers; and what is said on them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.bluesky import keys
from connectors.conformance import Rehearsal
from connectors.contract import Request, Response
from connectors.words import Home, Outgoing, Passage, Picture, Receipt, Window

NOW = datetime(2026, 10, 12, 9, 30, 0, 123456, tzinfo=UTC)
WINDOW = Window(NOW - timedelta(seconds=5), NOW + timedelta(minutes=2))
DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
OTHER_DID = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"
BLUESKY_HOME = Home("bluesky", "https://pds.example.org", DID, "office.example.org")
MASTODON_HOME = Home("mastodon", "https://social.example.org", "109", "office@social.example.org")
CHART = Picture("ab" * 32, "image/png", 48_000, 1200, 675, "A line that falls from 3.4% to 3.1%")
MAP = Picture("cd" * 32, "image/jpeg", 64_000, 800, 600, "A map of the four nations")
LINK = "https://www.example.org/cpih/october"
POST = Outgoing(
    account="acc-1",
    text="Café prices rose 3.1% 📈 says @news.example.org (https://example.org/a_(b)). #CPIH",
    wanted="at-release",
    pictures=(CHART, MAP),
    link=LINK,
)
PLAIN = Outgoing(account="acc-1", text="Prices rose 3.1%", wanted="now")
SAID_WITH_LINK = f"{POST.text}\n\n{LINK}"


def answer(status: int = 200, body: Any = None, **headers: str) -> Response:
    """One HTTP answer with a JSON body; header names with `_` for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, named, b"" if body is None else json.dumps(body).encode())


# --- Bluesky ---------------------------------------------------------------------------------------------------------

BLUESKY_PASSAGE = Passage("delivery-7", NOW, BLUESKY_HOME)
RKEY = keys.tid(NOW, "delivery-7")
URI = f"at://{DID}/app.bsky.feed.post/{RKEY}"
CID = "bafyreigl3fgbyhd6mntodxwsd7p4jtdgawcxkq4ypa5q7dy4kkznuuvvnu"
SESSION = {"accessJwt": "secret-access-jwt", "refreshJwt": "secret-refresh-jwt", "did": DID, "handle": "o.example.org"}
BLOB = {"$type": "blob", "ref": {"$link": "bafkreib"}, "mimeType": "image/png", "size": 48_000}
VALUE = {
    "$type": "app.bsky.feed.post",
    "text": SAID_WITH_LINK,
    "createdAt": "2026-10-12T09:30:00.123Z",
    "langs": ["en"],
    "embed": {"$type": "app.bsky.embed.images", "images": [{"alt": p.alt_text, "image": BLOB} for p in POST.pictures]},
}
RECORD = {"uri": URI, "cid": CID, "value": VALUE}
PROFILE = {
    "uri": f"at://{DID}/app.bsky.actor.profile/self",
    "cid": CID,
    "value": {
        "$type": "app.bsky.actor.profile",
        "displayName": "The Office",
        "description": "Figures, not opinions",
        "avatar": BLOB,
    },
}
BLUESKY_ANSWERS: dict[str, Any] = {
    "identity.resolveHandle": {"did": OTHER_DID},
    "repo.uploadBlob": {"blob": BLOB},
    "repo.putRecord": {"uri": URI, "cid": CID, "commit": {"cid": CID, "rev": RKEY}, "validationStatus": "valid"},
    "repo.getRecord": RECORD,
    "repo.deleteRecord": {"commit": {"cid": CID, "rev": RKEY}},
    "repo.listRecords": {"records": [RECORD], "cursor": RKEY},
    "server.getSession": SESSION | {"active": True},
    "server.createSession": SESSION,
    "server.refreshSession": SESSION,
    "server.deleteSession": None,
}


def bluesky(request: Request) -> Response:
    """The happy answer of a PDS."""
    if ("cursor", RKEY) in request.query:
        return answer(200, {"records": []})
    if ("collection", "app.bsky.actor.profile") in request.query:
        return answer(200, PROFILE)
    return answer(200, BLUESKY_ANSWERS[request.url.partition("/xrpc/com.atproto.")[2]])


BLUESKY = Rehearsal(
    outgoing=POST,
    passage=BLUESKY_PASSAGE,
    window=WINDOW,
    credential={
        "identifier": "secret-identifier",
        "app_password": "secret-app-password",
        "access": "secret-access-jwt",
        "refresh": "secret-refresh-jwt",
    },
    now=NOW,
    answer=bluesky,
    gone=answer(200, {}),
)
REPLY = replace(
    BLUESKY_PASSAGE,
    root=Receipt(f"at://{DID}/app.bsky.feed.post/3root", None, (("cid", "cid-root"),)),
    parent=Receipt(f"at://{DID}/app.bsky.feed.post/3parent", None, (("cid", "cid-parent"),)),
)

# --- Mastodon --------------------------------------------------------------------------------------------------------

MASTODON_PASSAGE = Passage("delivery-7", NOW, MASTODON_HOME)
STATUS: dict[str, Any] = {
    "id": "115",
    "created_at": "2026-10-12T09:30:01.000Z",
    "url": "https://social.example.org/@office/115",
    "uri": "https://social.example.org/users/office/statuses/115",
    "content": "<p>Prices rose 3.1%</p>",
    "application": {"name": "Gateway", "website": None},
    "media_attachments": [{"id": "1"}, {"id": "2"}],
    "visibility": "public",
    "in_reply_to_id": None,
    "reblog": None,
}
OLDER = STATUS | {"id": "100", "created_at": "2026-10-11T09:00:00.000Z", "content": "<p>Yesterday</p>"}
INSTANCE = {
    "configuration": {
        "statuses": {"max_characters": 640, "max_media_attachments": 6, "characters_reserved_per_url": 25},
        "media_attachments": {"image_size_limit": 16_777_216, "description_limit": 1_500},
    }
}
MASTODON_ANSWERS: dict[tuple[str, str], Any] = {
    ("POST", "/api/v2/media"): {"id": "m1", "url": "https://social.example.org/m1.png"},
    ("POST", "/api/v1/statuses"): STATUS,
    ("GET", "/api/v1/accounts/109/statuses"): [STATUS, OLDER],
    ("GET", "/api/v1/statuses/115/source"): {"id": "115", "text": SAID_WITH_LINK, "spoiler_text": ""},
    ("DELETE", "/api/v1/statuses/115"): STATUS | {"text": SAID_WITH_LINK},
    ("GET", "/api/v1/accounts/verify_credentials"): {
        "id": "109",
        "acct": "office",
        "url": "https://s.example.org/@o",
        "display_name": "The Office",
        "note": "<p>Figures,<br>not opinions</p>",
        "avatar": "https://s.example.org/avatars/109/9c1e.png?1760262000",
    },
    ("GET", "/api/v2/instance"): INSTANCE,
    ("POST", "/oauth/revoke"): {},
}


def mastodon(request: Request) -> Response:
    """The happy answer of a Mastodon server."""
    if ("max_id", "100") in request.query:
        return answer(200, [])
    return answer(200, MASTODON_ANSWERS[request.method, request.url.removeprefix("https://social.example.org")])


MASTODON = Rehearsal(
    outgoing=POST,
    passage=MASTODON_PASSAGE,
    window=WINDOW,
    credential={"access_token": "secret-token", "client_id": "secret-id", "client_secret": "secret-of-client"},
    now=NOW,
    answer=mastodon,
    gone=answer(404, {"error": "Record not found"}),
)
