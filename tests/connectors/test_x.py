"""X's counting, what is sent, what is read, and every refusal in our words (platform page)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.addresses import addresses
from connectors.conformance import drive
from connectors.contract import (
    Ask,
    Commit,
    Duplicate,
    Pause,
    PlatformError,
    Rejected,
    Request,
    Response,
    Sealed,
    SetupWrong,
    SignInExpired,
    Throttled,
    Unavailable,
    Upload,
)
from connectors.rehearsals.basis import CHART, LINK, PLAIN, POST, WINDOW, answer
from connectors.rehearsals.x import HOME, OLDER_TWEET, PASSAGE, TOKENS, TWEET, TWEET_ID, x
from connectors.text import alike
from connectors.words import Absent, Likely, Receipt
from connectors.x import answers, connector
from connectors.x.connector import SCOPES, said
from connectors.x.counting import LONGEST, weighted_length

VECTORS = json.loads((Path(__file__).parent / "vectors" / "twitter_text.json").read_text(encoding="utf-8"))
CREDENTIAL = {"access_token": "a", "client_id": "us", "client_secret": "s"}


def with_answer(method: str, path: str, given: Response) -> Any:
    """The platform, but for one answer."""

    def respond(request: Request) -> Response:
        meant = (request.method, request.url) == (method, f"https://api.x.com/2/{path}")
        return given if meant else x(request)

    return respond


# --- counting --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vector", VECTORS["lengths"], ids=lambda v: v["description"])
def test_lengths_are_those_of_twitter_text(vector: dict[str, Any]) -> None:
    assert weighted_length(vector["text"]) == vector["weighted"]


@pytest.mark.parametrize("vector", VECTORS["addresses"], ids=lambda v: v["description"])
def test_addresses_are_those_of_twitter_text(vector: dict[str, Any]) -> None:
    assert [vector["text"][begin:end] for begin, end in addresses(vector["text"])] == vector["expected"]


@pytest.mark.parametrize(
    ("text", "length"),
    [("©", 1), ("©️", 2), ("👩‍🔬", 2), ("👩‍🍄", 5), ("👩‍🐍", 5), ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 2), ("EXAMPLE.COM", 23), ("3.14", 4)],
)
def test_what_is_one_picture_counts_as_one(text: str, length: int) -> None:
    assert weighted_length(text) == length


@given(st.text(max_size=60), st.text(max_size=60))
def test_counting_never_fails_and_never_shrinks_by_a_further_line(one: str, other: str) -> None:
    assert weighted_length(f"{one}\n{other}") >= weighted_length(one)


def test_a_character_x_refuses_is_told_before_anything_is_sent() -> None:
    marked = replace(PLAIN, text="Prices\ufeff rose")
    assert [o.what for o in connector.limits(HOME).overruns(marked)] == ["characters it does not take"]
    with pytest.raises(Rejected):
        next(connector.publish(marked, PASSAGE))


def test_a_premium_account_may_be_given_more_room_as_a_fact_of_its_home() -> None:
    assert connector.limits(HOME).characters == LONGEST
    assert connector.limits(replace(HOME, facts=(("characters", 25_000),))).characters == 25_000


# --- publishing ------------------------------------------------------------------------------------------------------


def test_pictures_go_up_with_their_alt_text_before_the_one_commit() -> None:
    receipt, steps = drive(connector.publish(POST, PASSAGE), x)
    kinds = [(type(step), step.request.url.partition("/2/")[2]) for step in steps if not isinstance(step, Pause)]
    assert kinds == [*[(Upload, "media/upload"), (Upload, "media/metadata")] * 2, (Commit, "tweets")]
    described = [step.request.json for step in steps if isinstance(step, Upload) and step.request.json]
    assert described[0] == {"id": "1880", "metadata": {"alt_text": {"text": CHART.alt_text}}}
    assert isinstance(steps[-1], Commit)
    assert steps[-1].request.json == {"text": f"{POST.text}\n\n{LINK}", "media": {"media_ids": ["1880", "1880"]}}
    assert receipt.url == f"https://x.com/office/status/{TWEET_ID}"
    assert receipt.at == datetime(2026, 10, 12, 9, 30, 0, 123000, tzinfo=UTC)


def test_a_thread_answers_its_part_before() -> None:
    _, steps = drive(connector.publish(PLAIN, replace(PASSAGE, parent=Receipt("17"))), x)
    assert isinstance(steps[-1], Commit)
    assert steps[-1].request.json == {"text": PLAIN.text, "reply": {"in_reply_to_tweet_id": "17"}}


def test_a_picture_that_x_works_on_is_waited_for() -> None:
    working = {"state": "in_progress", "check_after_secs": 3}
    states = iter([working, {"state": "succeeded"}])

    def respond(request: Request) -> Response:
        if request.url.endswith("media/upload"):
            return answer(200, {"data": {"id": "1880", "processing_info": next(states)}})
        return x(request)

    _, steps = drive(connector.publish(replace(PLAIN, pictures=(CHART,)), PASSAGE), respond)
    assert [step for step in steps if isinstance(step, Pause)] == [Pause(3.0)]
    states = iter([{"state": "failed"}])
    with pytest.raises(Rejected):
        drive(connector.publish(replace(PLAIN, pictures=(CHART,)), PASSAGE), respond)


# --- looking ---------------------------------------------------------------------------------------------------------


def test_what_was_said_is_found_behind_shortened_addresses_and_entities() -> None:
    found, _ = drive(connector.find(POST, PASSAGE, WINDOW), x)
    assert isinstance(found, Likely)
    assert [one.platform_id for one in found.candidates] == [TWEET_ID]


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        ({"text": "R&amp;D &lt;up&gt;"}, "R&D <up>"),
        (
            {
                "text": "See https://t.co/a",
                "entities": {"urls": [{"url": "https://t.co/a", "expanded_url": "http://ons.gov.uk/"}]},
            },
            "See ons.gov.uk",
        ),
        ({"text": "short…", "note_tweet": {"text": "the long words"}}, "the long words"),
        ({"text": "short…", "note_post": {"text": "the long words"}}, "the long words"),
    ],
)
def test_a_post_is_known_again_after_what_x_does_to_text(shown: dict[str, Any], text: str) -> None:
    post = TWEET | {"entities": None, "attachments": None} | shown
    listed = answer(200, {"data": [post], "meta": {"result_count": 1}})
    respond = with_answer("GET", f"users/{HOME.subject}/tweets", listed)
    found, _ = drive(connector.find(replace(PLAIN, text=text), PASSAGE, WINDOW), respond)
    assert isinstance(found, Likely)


@pytest.mark.parametrize(
    "other",
    [
        {"created_at": "2026-10-12T09:00:00.000Z"},
        {"attachments": {"media_keys": ["3_1"]}},
        {"text": "Something else"},
        {"referenced_tweets": [{"type": "replied_to", "id": "18"}]},
        {"referenced_posts": [{"type": "replied_to", "id": "18"}]},
    ],
    ids=str,
)
def test_another_post_is_not_taken_for_ours(other: dict[str, Any]) -> None:
    listed = answer(200, {"data": [TWEET | other, OLDER_TWEET], "meta": {}})
    respond = with_answer("GET", f"users/{HOME.subject}/tweets", listed)
    found, _ = drive(connector.find(POST, replace(PASSAGE, parent=Receipt("17")), WINDOW), respond)
    assert found == Absent(proof=False, complete=True)


def test_a_look_that_reaches_nothing_older_is_not_complete() -> None:
    empty = with_answer("GET", f"users/{HOME.subject}/tweets", answer(200, {"meta": {"result_count": 0}}))
    assert drive(connector.find(POST, PASSAGE, WINDOW), empty)[0] == Absent(proof=False, complete=False)


def test_a_listing_is_read_page_by_page() -> None:
    def respond(request: Request) -> Response:
        if ("pagination_token", "more") in request.query:
            return answer(200, {"data": [OLDER_TWEET], "meta": {"result_count": 1}})
        return answer(200, {"data": [TWEET], "meta": {"result_count": 1, "next_token": "more"}})

    seen, _ = drive(connector.recent(HOME, 10), respond)
    assert [one.receipt.platform_id for one in seen] == [TWEET_ID, OLDER_TWEET["id"]]
    assert alike(seen[0].text, said(POST))


@pytest.mark.parametrize("gone", [answer(404, {"title": "Not Found"}), answer(200, {"data": {"deleted": False}})])
def test_what_is_not_there_is_removed(gone: Response) -> None:
    drive(connector.remove(Receipt(TWEET_ID), HOME), lambda _: gone)


@pytest.mark.parametrize("odd", ["", "../users/me", "12a", "1" * 20])
def test_an_id_that_is_none_is_not_put_into_an_address(odd: str) -> None:
    with pytest.raises(Rejected):
        next(connector.remove(Receipt(odd), HOME))


def test_the_profile_shows_the_written_addresses() -> None:
    profile, _ = drive(connector.profile(HOME), x)
    assert (profile.name, profile.bio) == ("The Office", "Figures, not opinions https://example.org")
    assert profile.picture.endswith("9c1e_normal.png")


# --- signing in ------------------------------------------------------------------------------------------------------


def test_the_code_is_exchanged_with_what_proves_that_we_asked() -> None:
    renewal, (step,) = drive(connector.sign_in(HOME), x)
    assert isinstance(step, Ask)
    form = dict(step.request.form or ())
    sealed = ("code", "redirect_uri", "code_verifier", "client_id")
    assert form == {"grant_type": "authorization_code"} | {name: Sealed(name) for name in sealed}
    assert dict(renewal.fields).keys() == {"access_token", "refresh_token"}
    assert (renewal.lasts, renewal.grant_lasts) == (timedelta(hours=2), timedelta(days=180))


def test_less_than_was_asked_for_is_a_wrong_set_up() -> None:
    granted = answer(200, TOKENS | {"scope": "tweet.read users.read"})
    with pytest.raises(SetupWrong, match="granted"):
        drive(connector.sign_in(HOME), lambda _: granted)
    assert "offline.access" in SCOPES


def test_both_tokens_are_revoked() -> None:
    _, steps = drive(connector.revoke(HOME), x)
    assert [dict(s.request.form or ())["token"] for s in steps if isinstance(s, Ask)] == [
        Sealed("refresh_token"),
        Sealed("access_token"),
    ]


@pytest.mark.parametrize(
    ("url", "credential", "scheme"),
    [
        ("https://api.x.com/2/tweets", CREDENTIAL, "Bearer"),
        ("https://api.x.com/2/oauth2/token", CREDENTIAL, "Basic"),
        ("https://api.x.com/2/oauth2/token", {"client_id": "us"}, ""),
    ],
)
def test_a_request_is_signed_for_its_place(url: str, credential: dict[str, str], scheme: str) -> None:
    auth = connector.auth(credential, WINDOW.begins, "n")
    sent = next(auth.sync_auth_flow(httpx.Request("POST", url)))
    assert sent.headers.get("authorization", "").partition(" ")[0] == scheme


def test_without_an_access_token_nothing_is_asked() -> None:
    with pytest.raises(SignInExpired):
        next(
            connector.auth({}, WINDOW.begins, "n").sync_auth_flow(httpx.Request("GET", "https://api.x.com/2/users/me"))
        )


# --- refusals --------------------------------------------------------------------------------------------------------

PROBLEM = "https://api.x.com/2/problems/"
MUST_BE_ASKED = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author "
    "of the post you are replying to."
)
REFUSALS: list[tuple[int, Any, type[PlatformError]]] = [
    (
        400,
        {"title": "Invalid Request", "detail": "One or more parameters", "type": f"{PROBLEM}invalid-request"},
        Rejected,
    ),
    (401, {"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"}, SignInExpired),
    (402, {"title": "CreditsDepleted", "detail": "no credits"}, SetupWrong),
    (403, {"detail": "You are not allowed to create a Tweet with duplicate content.", "title": "Forbidden"}, Duplicate),
    (403, {"detail": MUST_BE_ASKED, "title": "Forbidden"}, Rejected),
    (403, {"detail": "You are not permitted to perform this action.", "title": "Forbidden"}, SetupWrong),
    (403, {"title": "Client Forbidden", "type": f"{PROBLEM}client-forbidden"}, SetupWrong),
    (403, {"title": "UsageCapExceeded", "type": f"{PROBLEM}usage-capped"}, SetupWrong),
    (403, {"detail": "Your Tweet text is too long.", "title": "Forbidden"}, Rejected),
    (429, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}, Throttled),
    (503, {"title": "Service Unavailable"}, Unavailable),
]


@pytest.mark.parametrize(("status", "body", "word"), REFUSALS, ids=lambda one: str(one)[:60])
def test_every_refusal_has_one_word_of_ours(status: int, body: Any, word: type[PlatformError]) -> None:
    refused = answers.refusal(answer(status, body))
    assert type(refused) is word
    assert refused.not_applied is (word not in (Unavailable, Duplicate))


def test_a_used_refresh_token_wants_a_person() -> None:
    used = {"error": "invalid_request", "error_description": "Value passed for the token was invalid."}
    with pytest.raises(SignInExpired, match="Value passed"):
        drive(connector.refresh(HOME), lambda _: answer(400, used))


def test_a_throttled_caller_waits_for_the_last_window_that_is_used_up() -> None:
    day = {"x_user_limit_24hour_remaining": "0", "x_user_limit_24hour_reset": "1760300000"}
    quarter = {"x_rate_limit_remaining": "0", "x_rate_limit_reset": "1760262000"}
    free = {"x_app_limit_24hour_remaining": "9", "x_app_limit_24hour_reset": "1999999999"}
    throttled = answers.refusal(answer(429, {}, **quarter, **day, **free))
    assert isinstance(throttled, Throttled)
    assert throttled.until == datetime.fromtimestamp(1760300000, UTC)
