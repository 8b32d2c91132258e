"""Facebook Pages: one commit with what was approved, found by looking, refused in our words, under the right token."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from connectors.conformance import drive
from connectors.contract import (
    Commit,
    Duplicate,
    Nonsense,
    PlatformError,
    Rejected,
    Request,
    Response,
    SetupWrong,
    SignInExpired,
    Throttled,
    Unavailable,
    Upload,
)
from connectors.facebook import answers, connector
from connectors.facebook.limits import LIMITS
from connectors.rehearsals.basis import LINK, NOW, PLAIN, POST, WINDOW, answer
from connectors.rehearsals.facebook import (
    ANSWERS,
    BASE,
    FACEBOOK,
    GONE,
    HOME,
    INSPECTED,
    OLDER,
    PAGE,
    PASSAGE,
    SAID_WITH_LINK,
    SHOWN,
    facebook,
    failing,
)
from connectors.text import utf16_units
from connectors.words import Absent, Likely, Outgoing, Profile, Receipt, Visibility

THREAD = replace(PASSAGE, root=Receipt("178_800"), parent=Receipt("178_800_7"))


def instead(place: str, wrong: Response) -> Any:
    """The happy Facebook, but for one place."""
    return lambda request: wrong if request.url.removeprefix(BASE) == place else facebook(request)


def sent(outgoing: Outgoing, passage: Any = PASSAGE, answering: Any = facebook) -> tuple[Receipt, Any]:
    """The receipt, and the request of the one Commit."""
    receipt, steps = drive(connector.publish(outgoing, passage), answering)
    (commit,) = [step for step in steps if isinstance(step, Commit)]
    return receipt, commit.request


# --- publish ---------------------------------------------------------------------------------------------------------


def test_pictures_are_uploaded_unseen_with_their_alt_text_and_attached_to_one_post() -> None:
    receipt, steps = drive(connector.publish(POST, PASSAGE), facebook)
    uploads = [step.request for step in steps if isinstance(step, Upload)]
    assert [dict(request.form or ()) for request in uploads] == [
        {"published": "false", "alt_text_custom": picture.alt_text} for picture in POST.pictures
    ]
    assert [request.files[0].field for request in uploads] == ["source", "source"]
    assert dict(steps[-1].request.form) == {  # type: ignore[union-attr,arg-type]
        "message": SAID_WITH_LINK,
        "attached_media[0]": '{"media_fbid":"501"}',
        "attached_media[1]": '{"media_fbid":"501"}',
        "published": "true",
    }
    assert receipt == Receipt("178_900", "https://www.facebook.com/178_900", (("photos", "501,501"),))


def test_without_pictures_the_link_makes_the_card_and_stays_out_of_the_words() -> None:
    _, request = sent(replace(PLAIN, link=LINK))
    assert dict(request.form) == {"message": PLAIN.text, "link": LINK, "published": "true"}


def test_the_platforms_own_scheduler_is_never_used() -> None:
    for outgoing in (POST, PLAIN, replace(PLAIN, wanted="2026-10-20T09:30:00Z")):
        _, request = sent(outgoing)
        names = {name for name, _ in request.form}
        assert not names & {"scheduled_publish_time", "unpublished_content_type", "backdated_time"}
        assert ("published", "true") in request.form


def test_a_threads_later_part_is_a_comment_on_its_first() -> None:
    made = instead("178_800/comments", answer(200, {"id": "178_800_9"}))
    receipt, request = sent(replace(PLAIN, part=2, parts=2, link=LINK), THREAD, made)
    assert request.url == f"{BASE}178_800/comments"
    assert dict(request.form) == {"message": f"{PLAIN.text}\n\n{LINK}"}
    assert receipt.platform_id == "178_800_9"


def test_a_comment_with_pictures_is_refused_before_the_first_step() -> None:
    with pytest.raises(Rejected, match="first part") as refused:
        next(connector.publish(replace(POST, part=2, parts=2), THREAD))
    assert refused.value.not_applied


def test_the_version_of_the_graph_is_the_accounts_own_fact() -> None:
    request = next(connector.recent(replace(HOME, facts=(("graph_version", 26),)), 10)).request  # type: ignore[union-attr]
    assert request.url.startswith("https://graph.facebook.com/v26.0/")


@pytest.mark.parametrize("subject", ["", ".", ".."])
def test_an_id_that_is_none_leads_nowhere(subject: str) -> None:
    with pytest.raises(Rejected):
        next(connector.remove(Receipt(subject), HOME))


# --- limits ----------------------------------------------------------------------------------------------------------


def test_words_are_counted_in_utf_16_units() -> None:
    assert [utf16_units(text) for text in ("a", "é", "📈", "\ud800")] == [1, 1, 2, 1]
    assert not LIMITS.overruns(replace(PLAIN, text="📈" * 31_603))
    assert LIMITS.overruns(replace(PLAIN, text="📈" * 31_604))


def test_a_page_has_no_unlisted_posts_and_takes_four_megabytes_a_picture() -> None:
    assert LIMITS.overruns(replace(PLAIN, visibility=Visibility.UNLISTED))
    assert LIMITS.overruns(replace(POST, pictures=(replace(POST.pictures[0], size=4_000_001),)))
    assert LIMITS.overruns(replace(POST, pictures=POST.pictures[:1] * 11))


# --- find, recent, remove --------------------------------------------------------------------------------------------


def listing(*shown: dict[str, Any], following: str | None = None) -> Response:
    """One page of a list."""
    paging = {"cursors": {"after": following}, "next": "https://graph.facebook.com/…"} if following else {}
    return answer(200, {"data": list(shown), "paging": paging})


def found(*shown: dict[str, Any], outgoing: Outgoing = POST) -> Any:
    """What a look finds where the Page shows these posts."""
    answering = instead("178/published_posts", listing(*shown))
    return drive(connector.find(outgoing, PASSAGE, WINDOW), answering)[0]


def test_a_post_is_likely_by_its_words_pictures_and_time() -> None:
    assert [one.platform_id for one in found(SHOWN, OLDER).candidates] == ["178_900"]
    trimmed = SHOWN | {"message": f"  {SAID_WITH_LINK} \n"}
    assert isinstance(found(trimmed), Likely)


@pytest.mark.parametrize(
    "other",
    [
        SHOWN | {"message": "Other words"},
        SHOWN | {"created_time": "2026-10-12T09:29:00+0000"},
        SHOWN | {"created_time": "2026-10-12T10:29:00+0000"},
        SHOWN | {"attachments": {"data": [{"media_type": "photo"}]}},
    ],
)
def test_other_words_another_time_or_other_pictures_are_another_post(other: dict[str, Any]) -> None:
    assert found(other, OLDER) == Absent(proof=False, complete=True)


def test_a_post_whose_pictures_are_not_shown_yet_may_still_be_ours() -> None:
    early = {name: value for name, value in SHOWN.items() if name != "attachments"}
    assert isinstance(found(early), Likely)


def test_a_look_that_reaches_no_older_post_is_not_complete() -> None:
    assert found(SHOWN | {"message": "Other words"}) == Absent(proof=False, complete=False)


def test_a_look_goes_on_over_pages_until_an_older_post() -> None:
    pages = {None: listing(SHOWN | {"id": "178_901", "message": "x"}, following="b"), "b": listing(SHOWN, OLDER)}
    answering = lambda request: pages[dict(request.query).get("after")]  # noqa: E731 - one line says it best
    ended, steps = drive(connector.find(POST, PASSAGE, WINDOW), answering)
    assert isinstance(ended, Likely)
    assert len(steps) == 2


def test_a_comment_is_looked_for_among_the_comments_of_the_first_part() -> None:
    comment = {"id": "178_800_9", "message": PLAIN.text, "created_time": "2026-10-12T09:30:02+0000"}
    part = replace(PLAIN, part=2, parts=2)
    there = drive(connector.find(part, THREAD, WINDOW), lambda _: listing(comment))[0]
    assert [one.platform_id for one in there.candidates] == ["178_800_9"]
    nothing = drive(connector.find(part, THREAD, WINDOW), lambda _: listing())[0]
    assert nothing == Absent(proof=False, complete=True)


def test_recent_tells_words_time_and_the_application_that_posted() -> None:
    seen, _ = drive(connector.recent(HOME, 10), facebook)
    assert (seen[0].text, seen[0].application) == (SAID_WITH_LINK, "Gateway")
    assert seen[0].at == datetime(2026, 10, 12, 9, 30, 2, tzinfo=UTC)
    wordless = drive(connector.recent(HOME, 1), lambda _: listing({k: OLDER[k] for k in ("id", "created_time")}))[0]
    assert wordless[0].text == ""


def test_removing_takes_the_uploaded_photos_away_too() -> None:
    _, steps = drive(connector.remove(Receipt("178_900", None, (("photos", "501"),)), HOME), facebook)
    assert [(step.request.method, step.request.url) for step in steps] == [  # type: ignore[union-attr]
        ("DELETE", f"{BASE}178_900"),
        ("DELETE", f"{BASE}501"),
    ]
    drive(connector.remove(Receipt("178_900"), HOME), lambda _: GONE)
    with pytest.raises(Nonsense):
        drive(connector.remove(Receipt("178_900"), HOME), lambda _: answer(200, {"success": False}))


# --- who it is -------------------------------------------------------------------------------------------------------


def test_a_profile_names_its_picture_by_its_file_and_not_by_the_address_signed_anew() -> None:
    profile, _ = drive(connector.profile(HOME), facebook)
    assert profile == Profile("The Office", "17_office_n.jpg", "Figures, not opinions")


def test_a_page_is_told_from_a_person() -> None:
    page, _ = drive(connector.identify(HOME), facebook)
    assert (page.subject, page.handle, page.personal) == ("178", "The Office", False)

    def person(request: Request) -> Response:
        asks = "category" in dict(request.query)["fields"]  # type: ignore[operator]
        return failing(100) if asks else answer(200, {"id": "5", "name": "Ada"})

    assert drive(connector.identify(HOME), person)[0].personal
    assert drive(connector.identify(HOME), lambda _: answer(200, {"id": "5", "name": "Ada"}))[0].personal


def test_the_register_may_name_a_page_by_its_id() -> None:
    by_id = drive(connector.identify(replace(HOME, handle="178")), facebook)[0]
    assert by_id.handle == "178"


def test_signing_in_takes_the_pages_own_token_from_whoever_manages_it() -> None:
    for home in (HOME, replace(HOME, subject="")):
        renewal, _ = drive(connector.sign_in(home), facebook)
        assert dict(renewal.fields) == {"page_token": "of-the-page"}


def test_a_pages_own_token_is_used_as_it_is() -> None:
    assert drive(connector.sign_in(HOME), instead("me/accounts", failing(100)))[0].fields == ()


@pytest.mark.parametrize(
    "accounts",
    [
        [],
        [PAGE | {"id": "9", "name": "Another"}],
        [PAGE | {"tasks": ["ANALYZE"]}],
    ],
)
def test_a_token_that_does_not_reach_the_page_or_may_not_write_is_said_to_be_so(accounts: list[Any]) -> None:
    with pytest.raises(SetupWrong):
        drive(connector.sign_in(HOME), instead("me/accounts", answer(200, {"data": accounts})))


def test_a_token_that_ends_is_exchanged_and_one_that_does_not_is_left() -> None:
    renewal, steps = drive(connector.refresh(HOME), facebook)
    assert dict(renewal.fields) == {"page_token": "of-the-page", "access_token": "new"}
    assert renewal.expires_at == datetime.fromtimestamp(1_765_000_000, UTC)
    asked = dict(steps[-1].request.query)  # type: ignore[union-attr]
    assert (asked["grant_type"], asked["set_token_expires_in_60_days"]) == ("fb_exchange_token", "true")
    for data, fields in (
        (INSPECTED | {"expires_at": 0}, {"page_token": "of-the-page"}),
        (INSPECTED | {"type": "PAGE"}, {}),
    ):
        renewal, steps = drive(connector.refresh(HOME), instead("debug_token", answer(200, {"data": data})))
        assert dict(renewal.fields) == fields
        assert not any("oauth" in step.request.url for step in steps)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("kind", "method", "place"),
    [("SYSTEM_USER", "GET", "oauth/revoke"), ("USER", "DELETE", "5/permissions")],
)
def test_each_kind_of_token_is_ended_in_its_own_way(kind: str, method: str, place: str) -> None:
    known = {**ANSWERS, ("GET", "debug_token"): {"data": INSPECTED | {"type": kind}}, ("DELETE", "5/permissions"): {}}
    known["DELETE", "5/permissions"] = {"success": True}
    answering = lambda request: answer(200, known[request.method, request.url.removeprefix(BASE)])  # noqa: E731
    _, steps = drive(connector.revoke(HOME), answering)
    last = steps[-1].request  # type: ignore[union-attr]
    assert (last.method, last.url) == (method, BASE + place)


def test_a_pages_own_token_can_only_be_ended_by_a_person() -> None:
    about = answer(200, {"data": INSPECTED | {"type": "PAGE"}})
    with pytest.raises(SetupWrong, match="settings"):
        drive(connector.revoke(HOME), lambda _: about)


TOKENS = {
    "178/feed": "secret-page-token",
    "me": "secret-page-token",
    "me/accounts": "secret-system-user-token",
    "oauth/revoke": "secret-system-user-token",
    "5/permissions": "secret-system-user-token",
    "debug_token": "secret-app-id|secret-of-the-app",
}


@pytest.mark.parametrize(("place", "token"), TOKENS.items())
def test_each_call_travels_with_its_own_token_and_the_applications_proof(place: str, token: str) -> None:
    auth = connector.auth(FACEBOOK.credential, NOW, "nonce")
    request = next(auth.sync_auth_flow(httpx.Request("GET", f"{BASE}{place}?fields=id")))
    proof = hmac.new(b"secret-of-the-app", token.encode(), hashlib.sha256).hexdigest()
    if place in ("debug_token", "oauth/revoke"):  # as the page writes them
        assert dict(request.url.params) == {"fields": "id", "access_token": token}
        assert "authorization" not in request.headers
    else:
        assert dict(request.url.params) == {"fields": "id", "appsecret_proof": proof}
        assert request.headers["authorization"] == f"Bearer {token}"


def test_a_pages_own_token_opens_everything_and_none_opens_nothing() -> None:
    auth = connector.auth({"access_token": "of-the-page", "client_id": "1", "client_secret": "s"}, NOW, "nonce")
    request = next(auth.sync_auth_flow(httpx.Request("POST", f"{BASE}178/feed")))
    assert request.headers["authorization"] == "Bearer of-the-page"
    with pytest.raises(SignInExpired):
        connector.auth({"client_secret": "s"}, NOW, "nonce")


# --- refusals --------------------------------------------------------------------------------------------------------

REFUSALS: list[tuple[Response, type[PlatformError], bool]] = [
    (failing(1), Unavailable, False),
    (failing(2, status=500), Unavailable, False),
    (failing(190, status=502), Unavailable, False),
    (failing(100, is_transient=True), Unavailable, False),
    (failing(7777, is_transient=True), Unavailable, False),
    *[(failing(code), Throttled, True) for code in (4, 17, 32, 341, 613, 80001, 1390008)],
    (failing(4, is_transient=True), Throttled, True),
    *[(failing(190, subcode), SignInExpired, True) for subcode in (458, 459, 460, 463, 464, 467, 492)],
    (failing(102), SignInExpired, True),
    *[(failing(code), SetupWrong, True) for code in (3, 10, 200, 299)],
    (failing(100), Rejected, True),
    (failing(100, 33), Rejected, True),
    (failing(100, 1609005), Rejected, True),
    (failing(1363030), Rejected, True),
    (failing(368), SetupWrong, True),
    (failing(368, message="This status was already posted"), Duplicate, False),
    (failing(506), Duplicate, False),
    (failing(1, 1366051), Duplicate, False),
    (failing(200, 1404078), SetupWrong, True),
    (failing(7777), Rejected, False),
    (failing(506, status=200), Duplicate, False),
    (answer(404, None), Nonsense, False),
]


@pytest.mark.parametrize(("refusal", "word", "not_applied"), REFUSALS)
def test_each_refusal_at_the_commit_has_its_word(
    refusal: Response, word: type[PlatformError], not_applied: bool
) -> None:
    with pytest.raises(PlatformError) as raised:
        sent(POST, answering=instead("178/feed", refusal))
    assert type(raised.value) is word
    assert raised.value.not_applied is not_applied


def test_a_refusal_tells_the_trace_that_the_platforms_people_ask_for() -> None:
    assert "fbtrace_id AbC" in str(answers.refusal(failing(190, 463)))


DATE = "Mon, 12 Oct 2026 10:00:00 GMT"
AT = datetime(2026, 10, 12, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("usage", "until"),
    [
        ('{"9":[{"type":"pages","call_count":100,"estimated_time_to_regain_access":7}]}', AT + timedelta(minutes=7)),
        ('{"9":[{"type":"pages","call_count":100,"estimated_time_to_regain_access":0}]}', AT + timedelta(hours=1)),
        ("none of it", AT + timedelta(hours=1)),
        (None, AT + timedelta(hours=1)),
    ],
)
def test_a_throttled_call_waits_as_long_as_the_usage_header_says_or_an_hour(usage: str | None, until: datetime) -> None:
    headers = {"date": DATE} | ({"x-business-use-case-usage": usage} if usage else {})
    throttled = answers.refusal(replace(failing(32), headers=headers))
    assert isinstance(throttled, Throttled)
    assert throttled.until == until
    assert answers.refusal(failing(32)).until is None  # type: ignore[attr-defined]
