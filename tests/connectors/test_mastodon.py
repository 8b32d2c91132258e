"""Mastodon: its counting, its pictures, looking back by text and time, and what each refusal means."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx
from hypothesis import given
from hypothesis import strategies as st

from connectors.conformance import drive
from connectors.contract import (
    Commit,
    FilePart,
    Nonsense,
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
from connectors.mastodon import answers, connector
from connectors.mastodon.limits import said
from connectors.rehearsals.basis import (
    CHART,
    LINK,
    MASTODON,
    MASTODON_HOME,
    MASTODON_PASSAGE,
    NOW,
    OLDER,
    PLAIN,
    POST,
    SAID_WITH_LINK,
    STATUS,
    WINDOW,
    answer,
    mastodon,
)
from connectors.text import graphemes
from connectors.words import Absent, Likely, Outgoing, Profile, Receipt, Visibility

VECTORS = json.loads((Path(__file__).parent / "vectors" / "mastodon_length.json").read_text())
LIMITS = connector.limits(MASTODON_HOME)
ORIGIN = MASTODON_HOME.origin
LISTING = f"{ORIGIN}/api/v1/accounts/109/statuses"
PLAIN_STATUS = STATUS | {"media_attachments": []}
Answering = Callable[[Request], Response]


def instead(url: str, *replies: Response) -> Answering:
    """The happy server, but for `url`: there the replies in turn, the last for ever."""
    left = list(replies)

    def respond(request: Request) -> Response:
        if request.url != url:
            return mastodon(request)
        return left.pop(0) if len(left) > 1 else left[0]

    return respond


def commit_of(outgoing: Outgoing, passage: Any = MASTODON_PASSAGE, answering: Answering = mastodon) -> Request:
    (step,) = (s for s in drive(connector.publish(outgoing, passage), answering)[1] if isinstance(s, Commit))
    return step.request


# --- counting --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda v: v["description"])
def test_length_is_counted_as_the_server_counts(vector: dict[str, Any]) -> None:
    # We send no content warning; a server adds its graphemes as typed, so that the vectors hold for the sum.
    warning = graphemes(vector["spoiler_text"])
    assert LIMITS.measure(vector["text"]) + warning == vector["length"]
    if not vector["spoiler_text"]:
        assert (not LIMITS.overruns(Outgoing("acc", vector["text"], "now"))) == vector["valid_at_500"]


def test_the_link_at_the_end_is_counted() -> None:
    text = "a" * (500 - 23 - 2)
    assert not LIMITS.overruns(Outgoing("acc", text, "now", link=LINK))
    assert LIMITS.overruns(Outgoing("acc", text + "a", "now", link=LINK))
    assert not LIMITS.overruns(Outgoing("acc", "a" * 476 + " " + LINK, "now", link=LINK))


@given(st.text(max_size=40))
def test_counting_counts_what_is_around_links_and_mentions(text: str) -> None:
    plain = text.replace("@", "").replace("/", "")
    assert LIMITS.measure(f"{plain} https://example.org/{'x' * 90}") == LIMITS.measure(f"{plain} ") + 23


def test_each_server_has_its_own_limits() -> None:
    identity, _ = drive(connector.identify(MASTODON_HOME), mastodon)
    limits = connector.limits(replace(MASTODON_HOME, facts=identity.facts))
    assert (limits.characters, limits.media, limits.media_bytes, limits.alt_text) == (640, 6, 16_777_216, 1_500)
    assert limits.measure("https://a.io") == 25


def test_a_profile_is_what_the_public_sees() -> None:
    found, _ = drive(connector.profile(MASTODON_HOME), mastodon)
    assert found == Profile("The Office", "https://s.example.org/avatars/109/9c1e.png", "Figures,\nnot opinions")


# --- publish ---------------------------------------------------------------------------------------------------------


def test_a_post_is_one_commit_with_its_own_key() -> None:
    passage = replace(MASTODON_PASSAGE, parent=Receipt("99"))
    request = commit_of(replace(POST, visibility=Visibility.UNLISTED), passage)
    assert request.headers == (("idempotency-key", "delivery-7"),)
    assert request.json == {
        "status": SAID_WITH_LINK,
        "visibility": "unlisted",
        "language": "en",
        "media_ids": ["m1", "m1"],
        "in_reply_to_id": "99",
    }
    assert commit_of(PLAIN).json == {"status": PLAIN.text, "visibility": "public", "language": "en"}


def test_lines_end_as_the_server_wants_them() -> None:
    assert said(replace(PLAIN, text="a\r\nb")) == "a\nb"


def test_a_picture_goes_up_with_its_description_and_without_its_name() -> None:
    steps = drive(connector.publish(POST, MASTODON_PASSAGE), mastodon)[1]
    assert isinstance(steps[0], Upload)
    assert steps[0].request.form == (("description", CHART.alt_text),)
    assert steps[0].request.files == (FilePart("file", "abababababababab.png", "image/png", CHART.sha256),)


def test_a_picture_that_is_not_ready_is_waited_for() -> None:
    one = replace(POST, pictures=(CHART,))

    def slow(request: Request) -> Response:
        if request.url == f"{ORIGIN}/api/v2/media":
            return answer(202, {"id": "m1", "url": None})
        return next(polls) if "/api/v1/media/" in request.url else mastodon(request)

    polls = iter([answer(206, {"id": "m1"}), answer(200, {"id": "m1"})])
    steps = drive(connector.publish(one, MASTODON_PASSAGE), slow)[1]
    assert [type(step).__name__ for step in steps] == ["Upload", "Pause", "Ask", "Pause", "Ask", "Commit"]
    assert sum(step.seconds for step in steps if isinstance(step, Pause)) == 2.0

    polls = iter([answer(206, {"id": "m1"}) for _ in range(100)])
    with pytest.raises(Unavailable):
        drive(connector.publish(one, MASTODON_PASSAGE), slow)
    polls = iter([answer(422, {"error": "failed"})])
    with pytest.raises(Rejected):
        drive(connector.publish(one, MASTODON_PASSAGE), slow)


def test_the_receipt_names_id_page_and_time() -> None:
    receipt, _ = drive(connector.publish(POST, MASTODON_PASSAGE), mastodon)
    assert receipt == Receipt("115", STATUS["url"], (), datetime(2026, 10, 12, 9, 30, 1, tzinfo=UTC))


# --- find ------------------------------------------------------------------------------------------------------------


def look(*pages: list[dict[str, Any]], source: Response | None = None, outgoing: Outgoing = PLAIN) -> Any:
    left = [answer(200, page) for page in pages]

    def respond(request: Request) -> Response:
        if request.url.endswith("/source"):
            return source or answer(200, {"id": "115", "text": "Prices rose  3.1% "})
        return left.pop(0) if left else answer(200, [])

    return drive(connector.find(outgoing, MASTODON_PASSAGE, WINDOW), respond)[0]


def test_a_post_of_the_same_text_and_time_is_likely_and_never_exact() -> None:
    found = look([PLAIN_STATUS, OLDER])
    assert isinstance(found, Likely)
    assert [one.platform_id for one in found.candidates] == ["115"]


def test_two_posts_that_look_alike_are_both_handed_over() -> None:
    found = look([PLAIN_STATUS | {"id": "116"}, PLAIN_STATUS, OLDER])
    assert isinstance(found, Likely)
    assert [one.platform_id for one in found.candidates] == ["116", "115"]


@pytest.mark.parametrize(
    "other",
    [
        {"created_at": "2026-10-12T09:00:00Z"},
        {"created_at": "2026-10-12T11:00:00Z"},
        {"media_attachments": [{"id": "1"}]},
        {"reblog": STATUS},
    ],
)
def test_a_post_of_another_time_or_make_is_not_it(other: dict[str, Any]) -> None:
    assert look([PLAIN_STATUS | other, OLDER]) == Absent(proof=False, complete=True)


def test_a_post_of_another_text_is_not_it() -> None:
    assert look([PLAIN_STATUS, OLDER], source=answer(200, {"text": "Prices rose 3.2%"})) == Absent(False, True)


def test_a_server_without_sources_is_read_by_its_html() -> None:
    gone = answer(404, {"error": "Record not found"})
    assert isinstance(look([PLAIN_STATUS, OLDER], source=gone), Likely)
    html = (
        '<p>With <span class="h-card"><a href="https://b.example/@bola">@<span>bola</span></a></span> at '
        '<a href="https://www.example.org/cpih/october"><span class="invisible">https://www.</span>'
        '<span class="ellipsis">example.org/cpih</span><span class="invisible">/october</span></a></p>'
        "<p>a &amp; b<br />c</p>"
    )
    outgoing = replace(PLAIN, text=f"With @bola@b.example at {LINK}\n\na & b\nc")
    assert isinstance(look([PLAIN_STATUS | {"content": html}, OLDER], source=gone, outgoing=outgoing), Likely)
    assert look([PLAIN_STATUS | {"content": "<p>Else</p>"}, OLDER], source=gone) == Absent(False, True)


def test_a_server_that_does_not_answer_is_not_an_absence() -> None:
    with pytest.raises(Unavailable):
        look([PLAIN_STATUS, OLDER], source=answer(503))
    with pytest.raises(SignInExpired):
        drive(connector.find(PLAIN, MASTODON_PASSAGE, WINDOW), lambda _: answer(401, {"error": "revoked"}))


def test_a_look_that_reaches_no_older_post_is_not_complete() -> None:
    later = [PLAIN_STATUS | {"id": str(n), "created_at": "2026-10-12T11:00:00Z"} for n in range(400, 360, -1)]
    assert look(later) == Absent(proof=False, complete=False)
    assert look([]) == Absent(proof=False, complete=False)
    assert look(later, [OLDER]) == Absent(proof=False, complete=True)
    assert isinstance(look(later, [PLAIN_STATUS, OLDER]), Likely)


def test_a_list_that_turns_in_circles_ends() -> None:
    page = answer(200, [PLAIN_STATUS | {"created_at": "2026-10-12T11:00:00Z"}])
    found, steps = drive(connector.find(PLAIN, MASTODON_PASSAGE, WINDOW), lambda _: page)
    assert found == Absent(proof=False, complete=False)
    assert len(steps) == 2
    assert len(drive(connector.recent(MASTODON_HOME, 50), lambda _: page)[0]) == 1


def test_a_page_of_boosts_does_not_end_the_look() -> None:
    boosts = [PLAIN_STATUS | {"id": "300", "created_at": "2026-10-12T11:00:00Z", "reblog": STATUS}]
    assert isinstance(look(boosts, [PLAIN_STATUS, OLDER]), Likely)


# --- the rest --------------------------------------------------------------------------------------------------------


def test_recent_posts_show_text_time_and_application() -> None:
    (newest, older), _ = drive(connector.recent(MASTODON_HOME, 2), mastodon)
    assert (newest.text, newest.application) == ("Prices rose 3.1%", "Gateway")
    assert older.at == datetime(2026, 10, 11, 9, tzinfo=UTC)


@pytest.mark.parametrize("status", [404, 410])
def test_what_the_server_does_not_have_is_removed_already(status: int) -> None:
    assert drive(connector.remove(Receipt("115"), MASTODON_HOME), lambda _: answer(status))[0] is None


@pytest.mark.parametrize("platform_id", ["", "..", "."])
def test_an_id_that_would_be_another_path_is_refused(platform_id: str) -> None:
    with pytest.raises(Rejected):
        next(connector.remove(Receipt(platform_id), MASTODON_HOME))


def test_an_id_stays_one_segment_of_the_path() -> None:
    step = next(connector.remove(Receipt("../accounts/1?x"), MASTODON_HOME))
    assert step.request.url == f"{ORIGIN}/api/v1/statuses/..%2Faccounts%2F1%3Fx"  # type: ignore[union-attr]


def test_a_server_that_publishes_no_numbers_has_the_defaults() -> None:
    v2 = f"{ORIGIN}/api/v2/instance"
    for reply in (answer(404), answer(200, {}), answer(200, {"configuration": {"statuses": {"max_characters": "9"}}})):
        identity, _ = drive(connector.identify(MASTODON_HOME), instead(v2, reply))
        assert (identity.subject, identity.handle, identity.facts) == ("109", "office@social.example.org", ())


def test_revoking_names_the_token_only_by_its_place() -> None:
    (step,) = drive(connector.revoke(MASTODON_HOME), mastodon)[1]
    assert step.request.form == (  # type: ignore[union-attr]
        ("client_id", Sealed("client_id", optional=True)),
        ("client_secret", Sealed("client_secret", optional=True)),
        ("token", Sealed("access_token")),
    )


def test_a_token_that_the_server_will_not_revoke_is_the_operators() -> None:
    with pytest.raises(SetupWrong):
        drive(connector.revoke(MASTODON_HOME), lambda _: answer(403, {"error": "unauthorized_client"}))


@respx.mock
def test_the_token_travels_in_the_header() -> None:
    route = respx.get(LISTING).respond(200, json=[])
    with httpx.Client() as client:
        client.get(LISTING, auth=connector.auth(MASTODON.credential, NOW, "nonce"))
    assert route.calls.last.request.headers["authorization"] == "Bearer secret-token"


def test_without_a_token_nothing_is_sent() -> None:
    with pytest.raises(SignInExpired):
        connector.auth({}, NOW, "nonce")


@given(st.text() | st.sampled_from(["<![x[", "<!a[", "<p", "&#xd800;", "<![CDATA["]))
def test_any_html_is_read_or_refused(html: str) -> None:
    try:
        assert isinstance(answers.text_of(html), str)
    except Nonsense:
        assert "<!" in html


# --- refusals --------------------------------------------------------------------------------------------------------

REFUSALS: list[tuple[int, str, type[PlatformError], bool]] = [
    (401, "The access token is invalid", SignInExpired, True),
    (401, "", SignInExpired, True),
    (403, "This action is outside the authorized scopes", SetupWrong, True),
    (403, "Your login is currently disabled", SetupWrong, True),
    (404, "Record not found", Rejected, True),
    (410, "", Rejected, True),
    (422, "Validation failed: Text character limit of 500 exceeded", Rejected, True),
    (422, "Cannot attach files that have not finished processing. Try again in a moment!", Unavailable, True),
    (429, "Too many requests", Throttled, True),
    (500, "Something went wrong", Unavailable, False),
    (503, "", Unavailable, False),
    (418, "teapot", Rejected, False),
    (408, "", Nonsense, False),
    (302, "", Nonsense, False),
    (202, "", Nonsense, False),
]


@pytest.mark.parametrize(("status", "error", "word", "not_applied"), REFUSALS)
def test_each_refusal_at_the_commit_has_its_word(
    status: int, error: str, word: type[PlatformError], not_applied: bool
) -> None:
    refusal = answer(status, {"error": error} if error else None)
    with pytest.raises(PlatformError) as raised:
        commit_of(POST, answering=instead(f"{ORIGIN}/api/v1/statuses", refusal))
    assert type(raised.value) is word
    assert raised.value.not_applied is not_applied


def test_a_throttled_call_knows_until_when() -> None:
    reset = "2026-10-12T10:05:00.000000Z"
    throttled = answers.refusal(answer(429, {"error": "Too many requests"}, x_ratelimit_reset=reset))
    assert isinstance(throttled, Throttled)
    assert throttled.until == datetime(2026, 10, 12, 10, 5, tzinfo=UTC)
