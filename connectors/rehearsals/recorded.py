"""Example answers as the platforms' own documentation prints them, and what they must mean to our connectors."""

from __future__ import annotations

from typing import Any

from connectors.conformance import Recorded
from connectors.contract import (
    Duplicate,
    PlatformError,
    Rejected,
    Response,
    SetupWrong,
    SignInExpired,
    Throttled,
    Unavailable,
)
from connectors.rehearsals.basis import answer
from connectors.rehearsals.viva_engage import MESSAGE, envelope
from connectors.rehearsals.x import TWEET_ID


def example(
    where: str, asked: str, body: Any, word: type[PlatformError] | None = None, *, status: int = 200, **headers: str
) -> Recorded:
    """`asked` is the conversation, the method and the end of the address; `where` is a page of the documentation."""
    conversation, method, path = asked.rsplit(maxsplit=2)
    found = Response(status, {}, body.encode()) if isinstance(body, str) else answer(status, body, **headers)
    return Recorded(where, conversation, method, path, found, word)


def graph(code: int, message: str, subcode: int | None = None, *, transient: bool = False) -> dict[str, Any]:
    """An error of the Graph API, whole."""
    told = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "EJplcsCHuLu"}
    return {"error": told | ({"error_subcode": subcode} if subcode else {}) | {"is_transient": transient}}


_ATPROTO, _PUT = "atproto.com/specs/xrpc", "publish POST /xrpc/com.atproto.repo.putRecord"
_GRAPH, _FEED = "developers.facebook.com/docs/graph-api/guides/error-handling", "publish POST /v25.0/178/feed"
_IG, _IG_PUBLISH = "developers.facebook.com/docs/instagram-platform", "publish POST /v25.0/178/media_publish"
_IG_ERRORS, _IG_MEDIA = f"{_IG}/instagram-graph-api/reference/error-codes", "publish POST /v25.0/178/media"
_TH, _TH_PUBLISH = "developers.facebook.com/docs/threads", "publish POST /v1.0/314/threads_publish"
_TH_STATE = "publish GET /v1.0/8001"
_LINKEDIN, _POSTS = "learn.microsoft.com/linkedin", "publish POST /rest/posts"
_MASTODON, _STATUSES = "docs.joinmastodon.org", "publish POST /api/v1/statuses"
_YAMMER, _MESSAGES = "learn.microsoft.com/rest/api/yammer", "publish POST /api/v1/messages.json"
_X, _TWEETS = "docs.x.com", "publish POST /2/tweets"
_DUPLICATE = (
    "com.linkedin.content.common.exception.BadRequestResponseException: "
    "Content is a duplicate of urn:li:share:7141138937766391808"
)
_X_EXPIRED = {"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"}
_X_DEAD = {"error": "invalid_request", "error_description": "Value passed for the token was invalid."}

RECORDED: dict[str, tuple[Recorded, ...]] = {
    "bluesky": (
        example(_ATPROTO, _PUT, {"error": "ExpiredToken", "message": "Token has expired"}, SignInExpired, status=400),
        example(_ATPROTO, _PUT, {"error": "InvalidSwap", "message": "Record was at bafyrei"}, Duplicate, status=400),
        example(
            _ATPROTO, _PUT, {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}, Throttled, status=429
        ),
        example(
            _ATPROTO,
            "find GET /xrpc/com.atproto.repo.getRecord",
            {"error": "RecordNotFound", "message": "Could not locate record"},
            status=400,
        ),
    ),
    "facebook": (
        example(_GRAPH, _FEED, {"id": "178_901"}),
        example(_GRAPH, _FEED, graph(190, "Session has expired.", 463), SignInExpired, status=400),
        example(_GRAPH, _FEED, graph(32, "(#32) Page request limit reached"), Throttled, status=400),
        example(_GRAPH, _FEED, graph(506, "(#506) Duplicate status message"), Duplicate, status=400),
        example(_GRAPH, _FEED, graph(200, "(#200) Permissions error"), SetupWrong, status=403),
        example(
            _GRAPH, _FEED, graph(2, "An unexpected error has occurred. Please retry later."), Unavailable, status=500
        ),
    ),
    "instagram": (
        example(_IG, "identify GET /v25.0/me", {"user_id": "178", "username": "office"}),
        example(_IG, _IG_PUBLISH, {"id": "17920238422030506"}),
        example(_IG, _IG_PUBLISH, graph(190, "Session has expired.", 463), SignInExpired, status=400),
        example(_IG_ERRORS, _IG_PUBLISH, graph(9007, "Media ID is not available", 2207027), Unavailable, status=400),
        example(_IG_ERRORS, _IG_PUBLISH, graph(9, "Application request limit", 2207042), Throttled, status=400),
        example(_IG_ERRORS, _IG_PUBLISH, graph(25, "restricted", 2207050), SetupWrong, status=403),
        example(_IG_ERRORS, _IG_MEDIA, graph(36003, "aspect ratio", 2207009), Rejected, status=400),
        example(_IG_ERRORS, _IG_MEDIA, graph(9004, "Only photo or video", 2207052), Unavailable, status=400),
        example(_IG, "publish GET /v25.0/9001", {"status_code": "EXPIRED", "id": "9001"}, Unavailable),
        example(
            _IG, "publish GET /v25.0/9001", {"status_code": "ERROR", "status": "Error: 2207009", "id": "9001"}, Rejected
        ),
        example(_IG, "publish GET /v25.0/178/content_publishing_limit", {"data": [{"quota_usage": 2}]}),
        example(
            _IG,
            "publish GET /v25.0/178/content_publishing_limit",
            {"data": [{"quota_usage": 50, "config": {"quota_total": 50, "quota_duration": 86400}}]},
            Throttled,
        ),
        example(_IG, "exchange 1 POST /oauth/access_token", {"access_token": "IGQV", "user_id": 178}),
    ),
    "linkedin": (
        example(
            _LINKEDIN,
            _POSTS,
            {
                "errorDetailType": "com.linkedin.common.error.BadRequest",
                "message": _DUPLICATE,
                "errorDetails": {
                    "inputErrors": [
                        {"description": "Duplicate post is detected", "input": {}, "code": "DUPLICATE_POST"}
                    ]
                },
                "status": 422,
            },
            Duplicate,
            status=422,
        ),
        example(
            _LINKEDIN,
            _POSTS,
            {
                "serviceErrorCode": 101,
                "code": "TOO_MANY_REQUESTS",
                "message": "Resource level throttle APPLICATION DAY limit for calls to this resource is reached.",
                "status": 429,
            },
            Throttled,
            status=429,
        ),
        example(
            _LINKEDIN,
            _POSTS,
            {
                "status": 426,
                "code": "NONEXISTENT_VERSION",
                "message": "Requested version 20230101 is not active",
            },
            SetupWrong,
            status=426,
        ),
    ),
    "mastodon": (
        example(_MASTODON, _STATUSES, {"error": "The access token is invalid"}, SignInExpired, status=401),
        example(
            _MASTODON, _STATUSES, {"error": "This action is outside the authorized scopes"}, SetupWrong, status=403
        ),
        example(_MASTODON, _STATUSES, {"error": "Too many requests"}, Throttled, status=429),
        example(
            _MASTODON,
            _STATUSES,
            {"error": "Validation failed: Text character limit of 500 exceeded"},
            Rejected,
            status=422,
        ),
        example(_MASTODON, "remove DELETE /api/v1/statuses/115", {"error": "Record not found"}, status=404),
    ),
    "threads": (
        example(_TH, _TH_PUBLISH, {"id": "18044512345678901"}),
        example(_TH, _TH_PUBLISH, graph(190, "Error validating access token"), SignInExpired, status=400),
        example(_TH, _TH_PUBLISH, graph(24, "The requested resource does not exist", 4279009), Unavailable, status=400),
        example(_TH, _TH_PUBLISH, graph(10, "Application does not have permission"), SetupWrong, status=400),
        example(_TH, _TH_PUBLISH, graph(613, "Calls to this api have exceeded the limit"), Throttled, status=400),
        example(_TH, "publish POST /v1.0/314/threads", graph(100, "Param text must be shorter"), Rejected, status=400),
        example(_TH, _TH_STATE, {"status": "ERROR", "error_message": "INVALID_ASPEC_RATIO"}, Rejected),
        example(_TH, _TH_STATE, {"status": "ERROR", "error_message": "UNKNOWN"}, Unavailable),
        example(_TH, _TH_STATE, {"status": "FINISHED", "id": "8001"}),
        example(_TH, "exchange 1 POST /oauth/access_token", {"access_token": "THQV", "user_id": 17841405793187218}),
    ),
    "viva_engage": (
        example(f"{_YAMMER}/messages-json-post", _MESSAGES, envelope(MESSAGE), status=201),
        example(
            f"{_YAMMER}/rest-api-rate-limits",
            _MESSAGES,
            "<html>Rate limited due to excessive requests.</html>",
            Throttled,
            status=403,
        ),
        example(
            _YAMMER,
            _MESSAGES,
            {"response": {"message": "Token not found.", "code": 16, "stat": "fail"}},
            SignInExpired,
            status=401,
        ),
        example(
            "learn.microsoft.com/entra/identity-platform/reference-error-codes",
            "refresh POST /contoso.com/oauth2/v2.0/token",
            {
                "error": "invalid_grant",
                "error_description": "AADSTS50173: The provided grant has expired due to it being revoked.",
                "error_codes": [50173],
                "suberror": "bad_token",
            },
            SignInExpired,
            status=400,
        ),
    ),
    "x": (
        example(_X, _TWEETS, {"data": {"id": "1445880548472328192", "text": "Hello world!"}}, status=201),
        example(_X, _TWEETS, _X_EXPIRED, SignInExpired, status=401),
        example(_X, _TWEETS, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}, Throttled, status=429),
        example(_X, "refresh POST /2/oauth2/token", _X_DEAD, SignInExpired, status=400),
        example(_X, f"remove DELETE /2/tweets/{TWEET_ID}", {"data": {"deleted": True}}),
    ),
}
