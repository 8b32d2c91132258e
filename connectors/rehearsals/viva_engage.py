"""A Viva Engage that always answers well, as the platform page shows its answers; and a post in a community."""

from __future__ import annotations

from typing import Any

from connectors.conformance import Rehearsal
from connectors.contract import Request, Response
from connectors.rehearsals.basis import NOW, POST, SAID_WITH_LINK, WINDOW, answer
from connectors.words import Home, Passage

COMMUNITY, USER, NETWORK = 31158067201, 36425097217, 5897756673
HOME = Home("viva_engage", "https://www.yammer.com", f"{USER}/{COMMUNITY}", f"contoso.com/{COMMUNITY}/office")
PASSAGE = Passage("delivery-7", NOW, HOME)
CHART, MAP = POST.pictures
SAID = f"{SAID_WITH_LINK}\n\n[Image: {CHART.alt_text}]\n\n[Image: {MAP.alt_text}]"
API, FILES, ENTRA = (
    "https://www.yammer.com/api/v1",
    "https://filesng.yammer.com/v4",
    "https://login.microsoftonline.com",
)

# The message of the platform page §2, as its own time and words.
MESSAGE: dict[str, Any] = {
    "id": 2000337749565441,
    "sender_id": USER,
    "delegate_id": None,
    "replied_to_id": None,
    "created_at": "2026/10/12 09:30:01 +0000",
    "network_id": NETWORK,
    "message_type": "update",
    "sender_type": "user",
    "url": "https://www.yammer.com/api/v1/messages/2000337749565441",
    "web_url": "https://www.yammer.com/contoso.onmicrosoft.com/messages/2000337749565441",
    "group_id": COMMUNITY,
    "body": {"parsed": SAID, "plain": SAID, "rich": SAID},
    "thread_id": 2000337749565441,
    "client_type": "Gateway",
    "client_url": "https://gateway.example.org",
    "system_message": False,
    "direct_message": False,
    "language": None,
    "privacy": "public",
    "attachments": [{"type": "image", "id": 1}, {"type": "image", "id": 2}],
    "liked_by": {"count": 0, "names": []},
    "content_excerpt": "Prices rose",
}
OLDER = MESSAGE | {
    "id": 1900000000000001,
    "thread_id": 1900000000000001,
    "created_at": "2026/10/11 09:00:00 +0000",
    "body": {"parsed": "Yesterday", "plain": "Yesterday", "rich": "Yesterday"},
    "attachments": [],
}
USER_SHOWN = {
    "type": "user",
    "id": USER,
    "network_id": NETWORK,
    "full_name": "The Office",
    "email": "office@contoso.com",
    "summary": "Figures, in words",
    "mugshot_url": "https://mug0.assets-yammer.com/mugshot/images/48x48/abc?sig=1",
}
TOKENS = {
    "token_type": "Bearer",
    "scope": "https://www.yammer.com/access_as_user",
    "expires_in": 3_899,
    "ext_expires_in": 3_899,
    "access_token": "new-access",
    "refresh_token": "new-refresh",
}


def envelope(*messages: dict[str, Any]) -> dict[str, Any]:
    """The listing envelope."""
    return {
        "messages": list(messages),
        "threaded_extended": {},
        "meta": {"older_available": False},
        "references": [],
    }


ANSWERS: dict[tuple[str, str], Response] = {
    ("POST", f"{API}/messages.json"): answer(201, envelope(MESSAGE)),
    ("GET", f"{API}/messages/sent.json"): answer(200, envelope(MESSAGE, OLDER)),
    ("GET", f"{API}/messages/in_group/{COMMUNITY}.json"): answer(200, envelope(MESSAGE)),
    ("GET", f"{API}/users/current.json"): answer(200, USER_SHOWN),
    ("DELETE", f"{API}/messages/{MESSAGE['id']}"): answer(200),
    ("POST", f"{FILES}/uploadSmallFile"): answer(200, {"id": 4_000_000_001}),
    ("POST", f"{ENTRA}/contoso.com/oauth2/v2.0/token"): answer(200, TOKENS),
}


def viva(request: Request) -> Response:
    """The happy answer of Yammer or Entra."""
    if any(name == "older_than" for name, _ in request.query):
        return answer(200, envelope())
    return ANSWERS[request.method, request.url]


VIVA = Rehearsal(
    outgoing=POST,
    passage=PASSAGE,
    window=WINDOW,
    credential={
        "access_token": "secret-access-token",
        "refresh_token": "secret-refresh-token",
        "client_id": "secret-client-id",
        "client_secret": "secret-of-the-client",
        "code": "secret-code",
        "code_verifier": "secret-verifier",
    },
    now=NOW,
    answer=viva,
    gone=answer(404, {"response": {"message": "Not found", "code": 33, "stat": "fail"}}),
)
