"""Two platforms that always answer well, as the platform pages show their answers; and what is said on them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

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

# --- LinkedIn --------------------------------------------------------------------------------------------------------

ORGANISATION = "urn:li:organization:5515715"
SHARE = "urn:li:share:7141138937766391808"
LINKEDIN_HOME = Home("linkedin", "https://www.linkedin.com", ORGANISATION, "5515715")
LINKEDIN_PASSAGE = Passage("delivery-7", NOW, LINKEDIN_HOME)
CREATED = int(NOW.timestamp() * 1000) + 800
LITTLE = (  # how the platform shows POST: reserved characters escaped, the hashtag as a template
    r"Café prices rose 3.1% 📈 says \@news.example.org \(https://example.org/a\_\(b\)\). {hashtag|\#|CPIH}"
    "\n\n" + LINK
)
SHOWN = {
    "id": SHARE,
    "author": ORGANISATION,
    "commentary": LITTLE,
    "content": {"multiImage": {"images": [{"id": "urn:li:image:C4E22", "altText": p.alt_text} for p in POST.pictures]}},
    "createdAt": CREATED,
    "publishedAt": CREATED,
    "lastModifiedAt": CREATED,
    "lifecycleState": "PUBLISHED",
    "visibility": "PUBLIC",
    "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
}
YESTERDAY = {
    **SHOWN,
    "id": "urn:li:ugcPost:7140000000000000000",
    "commentary": "Yesterday",
    "content": {},
    "createdAt": CREATED - 86_400_000,
}
COMMENT = {
    "id": "6636062862760562688",
    "actor": ORGANISATION,
    "object": SHARE,
    "created": {"actor": ORGANISATION, "time": CREATED},
    "message": {"attributes": [], "text": PLAIN.text},
}
TOKENS = {
    "access_token": "secret-fresh-access",
    "expires_in": 5_184_000,
    "refresh_token": "secret-fresh-refresh",
    "refresh_token_expires_in": 31_536_000,
    "scope": "w_organization_social,r_organization_social,rw_organization_admin",
}
ROLE = {"organization": ORGANISATION, "role": "ADMINISTRATOR", "state": "APPROVED", "roleAssignee": "urn:li:person:a1"}
PAGE = {
    "id": 5_515_715,
    "vanityName": "the-office",
    "localizedName": "The Office",
    "localizedDescription": "Figures, not opinions",
    "logoV2": {"original": "urn:li:digitalmediaAsset:C4D0BAQ"},
}
UPLOAD_URL = "https://www.linkedin.com/dms-uploads/sp/C4E22/uploaded-image/0?ca=vector_ads"
UPLOADING = {"value": {"uploadUrl": UPLOAD_URL, "image": "urn:li:image:C4E22", "uploadUrlExpiresAt": 1_650_567_510_704}}
LINKEDIN_ANSWERS: dict[tuple[str, str], Any] = {
    ("POST", "/rest/images"): UPLOADING,
    ("GET", "/rest/images/urn:li:image:C4E22"): {"id": "urn:li:image:C4E22", "status": "AVAILABLE"},
    ("GET", f"/rest/posts/{SHARE}"): SHOWN,
    ("GET", "/rest/posts"): {"elements": [SHOWN, YESTERDAY], "paging": {"start": 0, "count": 100, "links": []}},
    ("GET", f"/rest/socialActions/{SHARE}/comments"): {"elements": [COMMENT], "paging": {"start": 0, "count": 100}},
    ("GET", "/rest/organizationAcls"): {"elements": [ROLE], "paging": {"start": 0, "count": 10}},
    ("GET", "/rest/organizations"): {"elements": [PAGE]},
    ("GET", "/rest/organizations/5515715"): PAGE,
    ("POST", "/oauth/v2/accessToken"): TOKENS,
    ("POST", "/oauth/v2/revoke"): {},
}


def linkedin(request: Request) -> Response:
    """The happy answer of LinkedIn; a post and its deletion have no body."""
    path = unquote(request.url.partition(".linkedin.com")[2].partition("?")[0])
    if request.method == "DELETE":
        return answer(204)
    if request.method == "PUT":
        return answer(201)
    if (request.method, path) == ("POST", "/rest/posts"):
        return answer(201, x_restli_id=SHARE)
    if request.method == "POST" and path.endswith("/comments"):
        return answer(201, COMMENT, x_restli_id=str(COMMENT["id"]))
    if path == "/rest/posts" and "&start=0&" not in request.url:
        return answer(200, {"elements": []})
    return answer(200, LINKEDIN_ANSWERS[request.method, path])


LINKEDIN = Rehearsal(
    outgoing=POST,
    passage=LINKEDIN_PASSAGE,
    window=WINDOW,
    credential={
        "access_token": "secret-token",
        "refresh_token": "secret-refresh",
        "client_id": "secret-id",
        "client_secret": "secret-of-client",
        "code": "secret-code",
    },
    now=NOW,
    answer=linkedin,
    gone=answer(204),
)
