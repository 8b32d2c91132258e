"""Bluesky: bytes, keys, the exactly-once recipe, and what each refusal means."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx
from hypothesis import given
from hypothesis import strategies as st

from connectors.bearer import expiry_of
from connectors.bluesky import answers, connector, keys
from connectors.bluesky.facets import facets, handles
from connectors.bluesky.limits import LIMITS
from connectors.conformance import drive
from connectors.contract import (
    Commit,
    Duplicate,
    Nonsense,
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
from connectors.rehearsals.basis import (
    BLOB,
    BLUESKY,
    BLUESKY_HOME,
    BLUESKY_PASSAGE,
    CHART,
    CID,
    DID,
    LINK,
    NOW,
    OTHER_DID,
    PLAIN,
    POST,
    RECORD,
    REPLY,
    RKEY,
    SAID_WITH_LINK,
    SESSION,
    URI,
    VALUE,
    WINDOW,
    answer,
    bluesky,
)
from connectors.words import Absent, Exact, Outgoing, Profile, Visibility

VECTORS = Path(__file__).parent / "vectors"
TEXTS = json.loads((VECTORS / "bluesky_text.json").read_text())


def lines(name: str) -> list[str]:
    return [line for line in (VECTORS / name).read_text().splitlines() if line and not line.startswith("#")]


def commit_of(outgoing: Outgoing, passage: Any = BLUESKY_PASSAGE, answering: Any = bluesky) -> Any:
    (request,) = (s.request for s in drive(connector.publish(outgoing, passage), answering)[1] if isinstance(s, Commit))
    return request.json


def refusing(call: str, refusal: Response) -> Any:
    def respond(request: Request) -> Response:
        return refusal if request.url.endswith(call) else bluesky(request)

    return respond


# --- text ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vector", TEXTS["length"], ids=lambda v: v["description"])
def test_length_is_counted_in_graphemes_and_in_bytes(vector: dict[str, Any]) -> None:
    text = vector["text"]
    assert LIMITS.measure(text) == vector["graphemes"]
    assert len(text.encode()) == vector["utf8_bytes"]
    fits = not LIMITS.overruns(Outgoing("acc", text, "now", pictures=(CHART,)))
    assert fits == vector["valid"]


@pytest.mark.parametrize("vector", TEXTS["facets"], ids=lambda v: v["needle"])
def test_facets_stand_at_the_right_bytes(vector: dict[str, Any]) -> None:
    dids = {"office.example.org": "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"}
    assert vector["facet"] in facets(vector["text"], dids)


@given(
    st.lists(
        st.sampled_from(
            ["é", "📈", "👨‍👩‍👧‍👦", "@a.example.org", "#CPIH", "https://example.org/x", "(", ")", " ", "\n", "."]
        )
    )
)
def test_facets_never_overlap_and_never_cut_a_character(parts: list[str]) -> None:
    text = "".join(parts)
    end = 0
    for facet in facets(text, {"a.example.org": DID}):
        begin, stop = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        assert end <= begin < stop <= len(text.encode())
        text.encode()[begin:stop].decode()
        end = stop


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@Office.Example.org, @office.example.org.", ("office.example.org",)),
        ("mail a@example.org", ()),
        ("@alice@mastodon.example.org", ()),
        ("https://example.org/@office.example.org", ()),
        ("@office", ()),
        ("(@a.example.org)", ("a.example.org",)),
    ],
)
def test_only_handles_are_mentions(text: str, found: tuple[str, ...]) -> None:
    assert handles(text) == found


def test_a_tag_is_no_number_and_not_too_long() -> None:
    assert facets(f"#2026 #{'a' * 65} a#b https://example.org/(#c ##", {})[0]["features"][0]["$type"].endswith("#link")
    assert [f["features"][0]["tag"] for f in facets("#CPIH (#Cafe\u0301) #2026q1", {})] == [
        "CPIH",
        "Cafe\u0301",
        "2026q1",
    ]


STAMPS = st.integers(0, 10**15).map(lambda micros: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros))


# --- keys ------------------------------------------------------------------------------------------------------------


def test_record_keys_and_tids_are_read_as_the_interop_vectors_say() -> None:
    for pattern, name in ((keys.TID, "tid"), (keys.RECORD_KEY, "recordkey")):
        assert all(pattern.fullmatch(line) for line in lines(f"{name}_syntax_valid.txt"))
        assert not any(pattern.fullmatch(line) for line in lines(f"{name}_syntax_invalid.txt"))


@pytest.mark.parametrize("uri", lines("aturi_syntax_invalid.txt") + lines("aturi_syntax_valid.txt"))
def test_no_address_but_a_post_of_the_account_is_removed(uri: str) -> None:
    with pytest.raises(Rejected):
        next(connector.remove(replace(BLUESKY_RECEIPT, platform_id=uri), BLUESKY_HOME))


def test_every_valid_record_key_is_a_posts_address() -> None:
    for rkey in lines("recordkey_syntax_valid.txt"):
        assert keys.rkey_of(keys.address(DID, rkey), DID) == rkey


@given(STAMPS, st.text())
def test_the_record_key_is_a_tid_that_follows_from_stamp_and_key(stamp: datetime, key: str) -> None:
    made = keys.tid(stamp, key)
    assert keys.TID.fullmatch(made)
    assert made == keys.tid(stamp, key)
    assert made < keys.tid(stamp + timedelta(milliseconds=1), key + "other")


def test_posts_of_one_instant_have_different_keys() -> None:
    assert len({keys.tid(NOW, f"delivery-{n}") for n in range(400)}) == 400


def test_a_stamp_that_no_tid_can_hold_is_refused() -> None:
    with pytest.raises(ValueError):
        keys.tid(datetime(1969, 1, 1, tzinfo=UTC), "delivery-7")


# --- publish ---------------------------------------------------------------------------------------------------------

BLUESKY_RECEIPT = drive(connector.publish(POST, BLUESKY_PASSAGE), bluesky)[0]


def test_a_post_is_put_under_its_own_key_which_must_be_free() -> None:
    body = commit_of(POST)
    assert {name: body[name] for name in ("repo", "collection", "rkey", "swapRecord")} == {
        "repo": DID,
        "collection": "app.bsky.feed.post",
        "rkey": RKEY,
        "swapRecord": None,
    }
    record = body["record"]
    assert record["text"] == SAID_WITH_LINK
    assert record["createdAt"] == "2026-10-12T09:30:00.123Z"
    assert record["langs"] == ["en"]
    assert record["embed"]["images"][0] == {
        "image": BLOB,
        "alt": CHART.alt_text,
        "aspectRatio": {"width": 1200, "height": 675},
    }
    kinds = [facet["features"][0]["$type"].partition("#")[2] for facet in record["facets"]]
    assert kinds == ["mention", "link", "tag", "link"]
    assert "reply" not in record


def test_the_receipt_names_address_cid_and_page() -> None:
    assert BLUESKY_RECEIPT.platform_id == URI
    assert BLUESKY_RECEIPT.get("cid") == CID
    assert BLUESKY_RECEIPT.url == f"https://bsky.app/profile/{DID}/post/{RKEY}"


def test_pictures_and_mentions_go_before_the_commit_as_what_may_be_repeated() -> None:
    _, steps = drive(connector.publish(POST, BLUESKY_PASSAGE), bluesky)
    assert [type(step) for step in steps] == [Upload, Upload, Upload, Commit]
    assert steps[1].request.media == CHART.sha256  # type: ignore[union-attr]
    assert steps[1].request.headers == (("content-type", "image/png"),)  # type: ignore[union-attr]


def test_a_link_without_pictures_is_a_card() -> None:
    record = commit_of(replace(PLAIN, link=LINK))["record"]
    assert record["text"] == PLAIN.text
    assert record["embed"]["external"] == {"uri": LINK, "title": "www.example.org", "description": ""}


@pytest.mark.parametrize("status", [400, 404])
def test_a_mention_that_cannot_be_resolved_stays_plain(status: int) -> None:
    body = commit_of(POST, answering=refusing("resolveHandle", answer(status, {"error": "InvalidRequest"})))
    assert "mention" not in json.dumps(body["record"]["facets"])
    assert "@news.example.org" in body["record"]["text"]


def test_a_server_that_cannot_resolve_just_now_holds_the_post_back() -> None:
    with pytest.raises(Unavailable):
        commit_of(POST, answering=refusing("resolveHandle", answer(502)))


def test_a_part_of_a_thread_names_root_and_parent_by_address_and_cid() -> None:
    assert commit_of(PLAIN, REPLY)["record"]["reply"] == {
        "root": {"uri": f"at://{DID}/app.bsky.feed.post/3root", "cid": "cid-root"},
        "parent": {"uri": f"at://{DID}/app.bsky.feed.post/3parent", "cid": "cid-parent"},
    }


def test_a_parent_settled_by_hand_is_asked_for_its_cid() -> None:
    assert BLUESKY_RECEIPT.platform_id == URI
    bare = replace(REPLY, root=None, parent=replace(BLUESKY_RECEIPT, extra=()))
    assert commit_of(PLAIN, bare)["record"]["reply"]["parent"] == {"uri": URI, "cid": CID}


def test_what_is_not_public_is_never_made_public() -> None:
    with pytest.raises(Rejected, match="visibility unlisted"):
        next(connector.publish(replace(PLAIN, visibility=Visibility.UNLISTED), BLUESKY_PASSAGE))


def test_an_answer_about_another_record_is_not_believed() -> None:
    other = answer(200, {"uri": URI[:-1] + "z", "cid": CID})
    with pytest.raises(Nonsense):
        commit_of(POST, answering=refusing("putRecord", other))


# --- find ------------------------------------------------------------------------------------------------------------


def look(reply: Response, outgoing: Outgoing = POST, passage: Any = BLUESKY_PASSAGE) -> Any:
    return drive(connector.find(outgoing, passage, WINDOW), lambda _: reply)[0]


def test_our_record_under_our_key_is_exact() -> None:
    assert look(answer(200, RECORD)) == Exact(BLUESKY_RECEIPT)


def test_a_free_key_proves_absence() -> None:
    assert look(answer(400, {"error": "RecordNotFound", "message": "Could not locate record"})) == Absent(True, True)


def test_looking_needs_no_credential() -> None:
    (step,) = drive(connector.find(POST, BLUESKY_PASSAGE, WINDOW), bluesky)[1]
    assert not step.request.authorised  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Prices rose 9.9%"},
        {"createdAt": "2026-10-12T09:30:00.124Z"},
        {"langs": ["cy"]},
        {"reply": {"root": {"uri": "at://x"}, "parent": {"uri": "at://x"}}},
        {"embed": None},
        {"embed": {"$type": "app.bsky.embed.images", "images": [{"alt": "another"}]}},
        {"labels": {"values": [{"val": "spam"}]}},
    ],
)
def test_another_record_under_our_key_is_left_to_a_person(change: dict[str, Any]) -> None:
    with pytest.raises(Duplicate):
        look(answer(200, RECORD | {"value": VALUE | change}))


def test_a_thread_part_is_found_by_what_it_answers() -> None:
    there = commit_of(PLAIN, REPLY)["record"]
    assert isinstance(look(answer(200, RECORD | {"value": there}), PLAIN, REPLY), Exact)


# --- the rest --------------------------------------------------------------------------------------------------------


def test_recent_posts_come_page_by_page_until_there_are_enough() -> None:
    def page(request: Request) -> Response:
        begin = int(dict(request.query).get("cursor", "0"))
        many = [RECORD | {"uri": f"at://{DID}/app.bsky.feed.post/{n}"} for n in range(begin, begin + 100)]
        return answer(200, {"records": many, "cursor": str(begin + 100)})

    seen, steps = drive(connector.recent(BLUESKY_HOME, 150), page)
    assert len(seen) == 150
    assert len(steps) == 2
    assert len({one.receipt.platform_id for one in seen}) == 150


def test_a_list_that_turns_in_circles_ends() -> None:
    seen, _ = drive(connector.recent(BLUESKY_HOME, 900), lambda _: answer(200, {"records": [RECORD], "cursor": "c"}))
    assert len(seen) == 1  # one post, however often it is listed


def test_signing_in_sends_places_for_secrets_and_brings_a_session() -> None:
    jwt = "h." + base64.urlsafe_b64encode(b'{"exp": 1791795900}').decode().rstrip("=") + ".s"
    renewal, (step,) = drive(connector.sign_in(BLUESKY_HOME), lambda _: answer(200, SESSION | {"accessJwt": jwt}))
    assert step.request.json == {"identifier": Sealed("identifier"), "password": Sealed("app_password")}  # type: ignore[union-attr]
    assert not step.request.authorised  # type: ignore[union-attr]
    assert dict(renewal.fields) == {"access": jwt, "refresh": SESSION["refreshJwt"]}
    assert renewal.expires_at == datetime(2026, 10, 12, 9, 5, tzinfo=UTC)


@pytest.mark.parametrize("jwt", ["x", "a.b.c", "a." + base64.urlsafe_b64encode(b"[]").decode() + ".c"])
def test_a_token_whose_end_cannot_be_read_is_taken_without_it(jwt: str) -> None:
    assert expiry_of(jwt) is None


def test_a_credential_of_another_account_is_refused() -> None:
    for conversation in (connector.sign_in(BLUESKY_HOME), connector.refresh(BLUESKY_HOME)):
        with pytest.raises(SetupWrong, match="another account"):
            drive(conversation, lambda _: answer(200, SESSION | {"did": OTHER_DID}))
    new = replace(BLUESKY_HOME, subject="")
    assert drive(connector.sign_in(new), lambda _: answer(200, SESSION))[0].fields


def test_an_account_that_is_not_active_is_refused() -> None:
    with pytest.raises(SetupWrong, match="not active"):
        drive(connector.identify(BLUESKY_HOME), lambda _: answer(200, SESSION | {"active": False}))


@respx.mock
@pytest.mark.parametrize(
    ("call", "token"),
    [
        ("server.getSession", "secret-access-jwt"),
        ("repo.putRecord", "secret-access-jwt"),
        ("server.refreshSession", "secret-refresh-jwt"),
        ("server.deleteSession", "secret-refresh-jwt"),
    ],
)
def test_each_call_travels_with_its_own_token(call: str, token: str) -> None:
    route = respx.post(f"https://pds.example.org/xrpc/com.atproto.{call}").respond(200, json={})
    auth = connector.auth(BLUESKY.credential, NOW, "nonce")
    with httpx.Client() as client:
        client.post(f"https://pds.example.org/xrpc/com.atproto.{call}", auth=auth)
    assert route.calls.last.request.headers["authorization"] == f"Bearer {token}"


def test_without_a_session_nothing_is_sent() -> None:
    with pytest.raises(SignInExpired):
        connector.auth({"identifier": "o", "app_password": "p"}, NOW, "nonce")


def test_a_profile_is_read_from_the_accounts_own_server() -> None:
    found, steps = drive(connector.profile(BLUESKY_HOME), BLUESKY.answer)
    assert found == Profile("The Office", "bafkreib", "Figures, not opinions")
    assert len(steps) == 1


def test_an_account_without_a_profile_presents_nothing() -> None:
    none = answer(400, {"error": "RecordNotFound", "message": "Could not locate record"})
    assert drive(connector.profile(BLUESKY_HOME), lambda _: none)[0] == Profile("", None, "")


# --- refusals --------------------------------------------------------------------------------------------------------

REFUSALS: list[tuple[int, str, type[PlatformError], bool]] = [
    (400, "ExpiredToken", SignInExpired, True),
    (400, "InvalidToken", SignInExpired, True),
    (401, "AuthMissing", SignInExpired, True),
    (401, "AuthenticationRequired", SignInExpired, True),
    (401, "invalid_token", SignInExpired, True),
    (401, "AuthFactorTokenRequired", SetupWrong, True),
    (400, "AccountTakedown", SetupWrong, True),
    (400, "AccountDeactivated", SetupWrong, True),
    (400, "RepoDeactivated", SetupWrong, True),
    (400, "InvalidRequest", Rejected, True),
    (400, "SomethingNew", Rejected, False),
    (400, "InvalidSwap", Duplicate, False),
    (403, "", SetupWrong, False),
    (401, "", SignInExpired, False),
    (413, "PayloadTooLarge", Rejected, True),
    (429, "RateLimitExceeded", Throttled, True),
    (500, "InternalServerError", Unavailable, False),
    (502, "ExpiredToken", Unavailable, False),
    (404, "", Nonsense, False),
    (302, "", Nonsense, False),
]


@pytest.mark.parametrize(("status", "code", "word", "not_applied"), REFUSALS)
def test_each_refusal_at_the_commit_has_its_word(
    status: int, code: str, word: type[PlatformError], not_applied: bool
) -> None:
    refusal = answer(status, {"error": code, "message": "because"} if code else None)
    with pytest.raises(PlatformError) as raised:
        commit_of(POST, answering=refusing("putRecord", refusal))
    assert type(raised.value) is word
    assert raised.value.status == status
    assert raised.value.not_applied is not_applied


def test_a_throttled_call_knows_until_when() -> None:
    throttled = answers.refusal(answer(429, {"error": "RateLimitExceeded"}, ratelimit_reset="1791795900"))
    assert isinstance(throttled, Throttled)
    assert throttled.until == datetime(2026, 10, 12, 9, 5, tzinfo=UTC)
