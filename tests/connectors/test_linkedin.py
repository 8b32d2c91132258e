"""LinkedIn organisations: little text, pictures, the link card, first comments, looking back, and refusals."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connectors.conformance import check, drive
from connectors.contract import (
    Commit,
    Duplicate,
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
from connectors.linkedin import answers, connector
from connectors.linkedin.little import escape, unescape
from connectors.rehearsals.basis import (
    CHART,
    COMMENT,
    CREATED,
    LINK,
    LINKEDIN,
    LINKEDIN_HOME,
    LINKEDIN_PASSAGE,
    LITTLE,
    NOW,
    ORGANISATION,
    PAGE,
    PLAIN,
    POST,
    ROLE,
    SAID_WITH_LINK,
    SHARE,
    SHOWN,
    UPLOAD_URL,
    WINDOW,
    YESTERDAY,
    answer,
    linkedin,
)
from connectors.words import Absent, Home, Likely, Outgoing, Profile, Receipt, Visibility

API = "https://api.linkedin.com/rest"
LIMITS = connector.limits(LINKEDIN_HOME)
PLAIN_SHOWN = {**SHOWN, "commentary": "Prices rose  3.1% ", "content": {}}
COMMENT_PASSAGE = replace(LINKEDIN_PASSAGE, root=Receipt(SHARE), parent=Receipt(SHARE))
LATER = replace(PLAIN, part=2, parts=2)
Answering = Callable[[Request], Response]
RESERVED = r"\|{}[]()<>@#*_~"


def place_of(request: Request) -> str:
    """The address without its query."""
    return request.url.partition("?")[0]


def query_of(request: Request) -> dict[str, str]:
    """The query's pairs."""
    return dict(parse_qsl(request.url.partition("?")[2]))


def instead(ending: str, *replies: Response, method: str = "") -> Answering:
    """The happy platform, but where the address ends so: there the replies in turn, the last for ever."""
    left = list(replies)

    def respond(request: Request) -> Response:
        if not place_of(request).endswith(ending) or method not in ("", request.method):
            return linkedin(request)
        return left.pop(0) if len(left) > 1 else left[0]

    return respond


def commit_of(outgoing: Outgoing, passage: Any = LINKEDIN_PASSAGE, answering: Answering = linkedin) -> Request:
    (step,) = (s for s in drive(connector.publish(outgoing, passage), answering)[1] if isinstance(s, Commit))
    return step.request


# --- little text -----------------------------------------------------------------------------------------------------

TEXTS = st.text(alphabet=st.sampled_from(RESERVED + "ab1 \nté📈/:.https") | st.characters(), max_size=60)


def shown_by_linkedin(little: str) -> str:
    """A second reading of the format, by hand: what is shown, cut short at the first reserved character."""
    shown, rest = "", little
    templates = (
        (re.compile(r"\{hashtag\|\\#\|(\w+)\}"), r"#\1"),
        (re.compile(r"@\[((?:[^\[\]\\]|\\.)+)\]\((urn:li:\w+:[\w-]+)\)"), r"@[\1](\2)"),
    )
    while rest:
        met = next(((p.match(rest), form) for p, form in templates if p.match(rest)), None)
        if met and met[0]:
            shown, rest = shown + re.sub(r"\\(.)", r"\1", met[0].expand(met[1])), rest[met[0].end() :]
        elif rest[0] == "\\" and rest[1:2] and rest[1] in RESERVED:
            shown, rest = shown + rest[1], rest[2:]
        elif rest[0] in RESERVED:
            return shown
        else:
            shown, rest = shown + rest[0], rest[1:]
    return shown


@given(TEXTS)
@example("{hashtag|\\#|x} and #x")
@example("#a_b ##c #1 x#y &#x27; https://example.org/a_(b)#part?x=~@*")
@example("@[The Office](urn:li:organization:5515715) says")
@example("\\")
def test_every_text_comes_back_as_it_was_and_is_never_cut_short(text: str) -> None:
    text = text.replace("\r\n", "\n")
    assert unescape(escape(text)) == text
    assert shown_by_linkedin(escape(text)) == text


def test_hashtags_and_mentions_stay_alive_and_nothing_else_does() -> None:
    assert escape("Prices (CPIH) rose #CPIH #a_b") == r"Prices \(CPIH\) rose {hashtag|\#|CPIH} \#a\_b"
    assert escape("https://a.example/b_c#d") == r"https://a.example/b\_c\#d"
    mention = "@[The Office](urn:li:organization:5515715)"
    assert escape(f"{mention} <b>") == rf"{mention} \<b\>"
    assert escape("@office") == r"\@office"


def test_what_the_platform_shows_reads_as_what_was_said() -> None:
    assert unescape(LITTLE) == SAID_WITH_LINK
    assert unescape(r"{hashtag|#|CPIH}") == "#CPIH"


# --- limits ----------------------------------------------------------------------------------------------------------


def test_utf16_units_are_counted_with_the_escapes_unless_told_otherwise() -> None:
    assert LIMITS.measure("📈a(") == 2 + 1 + 2
    assert not LIMITS.overruns(replace(PLAIN, text="a" * 3000))
    assert LIMITS.overruns(replace(PLAIN, text="a" * 2999 + "("))
    told = connector.limits(replace(LINKEDIN_HOME, facts=(("escapes_count", 0), ("max_characters", 100))))
    assert told.measure("📈a(") == 4
    assert told.characters == 100


def test_a_comment_is_shorter_and_has_no_pictures() -> None:
    assert not LIMITS.overruns(replace(LATER, text="(" * 1250))
    assert [o.what for o in LIMITS.overruns(replace(LATER, text="a" * 1251, pictures=(CHART,)))][:2] == [
        "characters",
        "pictures",
    ]


def test_what_the_platform_has_not_is_refused() -> None:
    huge = replace(CHART, width=7000, height=6000)
    assert [o.what for o in LIMITS.overruns(replace(POST, pictures=(huge,)))] == ["picture pixels"]
    assert LIMITS.overruns(replace(PLAIN, visibility=Visibility.UNLISTED))
    assert LIMITS.overruns(replace(PLAIN, text=" ", pictures=(CHART,)))


# --- publish ---------------------------------------------------------------------------------------------------------


def test_a_post_is_one_commit_in_the_organisations_name() -> None:
    request = commit_of(PLAIN)
    assert (request.method, request.url) == ("POST", f"{API}/posts")
    assert dict(request.headers) == {
        "linkedin-version": "202607",
        "x-restli-protocol-version": "2.0.0",
        "content-type": "application/json",
    }
    assert request.json == {
        "author": ORGANISATION,
        "commentary": "Prices rose 3.1%",
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }


def test_the_version_is_a_number_of_the_accounts() -> None:
    later = replace(LINKEDIN_PASSAGE, home=replace(LINKEDIN_HOME, facts=(("version", 202701),)))
    assert dict(commit_of(PLAIN, later).headers)["linkedin-version"] == "202701"


def test_the_receipt_is_the_urn_in_the_header() -> None:
    receipt, _ = drive(connector.publish(PLAIN, LINKEDIN_PASSAGE), linkedin)
    assert receipt == Receipt(SHARE, f"https://www.linkedin.com/feed/update/{SHARE}/")
    encoded = instead("/posts", answer(201, None, x_linkedin_id="urn%3Ali%3AugcPost%3A7"), method="POST")
    assert drive(connector.publish(PLAIN, LINKEDIN_PASSAGE), encoded)[0].platform_id == "urn:li:ugcPost:7"


@pytest.mark.parametrize("headers", [{}, {"x_restli_id": "urn:li:person:1"}, {"x_restli_id": ""}])
def test_a_success_that_names_no_post_is_no_success(headers: dict[str, str]) -> None:
    with pytest.raises(Nonsense):
        commit_of(PLAIN, answering=instead("/posts", answer(201, None, **headers), method="POST"))


def test_a_link_has_a_card_and_beside_pictures_a_place_in_the_text() -> None:
    alone = commit_of(replace(PLAIN, link=LINK)).json
    assert alone["content"] == {"article": {"source": LINK, "title": "Prices rose 3.1%"}}
    assert alone["commentary"] == "Prices rose 3.1%"
    long = commit_of(replace(PLAIN, text="a" * 401, link=LINK)).json
    assert long["content"]["article"]["title"] == "www.example.org"
    assert commit_of(POST).json["commentary"] == LITTLE
    assert "article" not in commit_of(POST).json["content"]


def test_pictures_go_up_with_the_organisation_as_owner_and_are_waited_for() -> None:
    one = replace(POST, pictures=(CHART,))
    polls = [answer(200, {"status": "WAITING_UPLOAD"}), answer(200, {"status": "AVAILABLE"})]
    slow = instead("urn%3Ali%3Aimage%3AC4E22", *polls)
    steps = drive(connector.publish(one, LINKEDIN_PASSAGE), slow)[1]
    assert [type(step).__name__ for step in steps] == ["Upload", "Upload", "Ask", "Pause", "Ask", "Commit"]
    begun, sent = (step.request for step in steps if isinstance(step, Upload))
    assert begun.url == f"{API}/images?action=initializeUpload"
    assert begun.json == {"initializeUploadRequest": {"owner": ORGANISATION}}
    assert (sent.method, sent.url, sent.media, sent.authorised) == ("PUT", UPLOAD_URL, CHART.sha256, True)
    assert commit_of(one).json["content"] == {"media": {"id": "urn:li:image:C4E22", "altText": CHART.alt_text}}
    assert [i["altText"] for i in commit_of(POST).json["content"]["multiImage"]["images"]] == [
        p.alt_text for p in POST.pictures
    ]


@pytest.mark.parametrize(("status", "word"), [("PROCESSING", Unavailable), ("PROCESSING_FAILED", Rejected)])
def test_a_picture_that_does_not_get_ready_is_not_posted(status: str, word: type[PlatformError]) -> None:
    never = instead("urn%3Ali%3Aimage%3AC4E22", answer(200, {"status": status}))
    with pytest.raises(word) as raised:
        drive(connector.publish(POST, LINKEDIN_PASSAGE), never)
    assert raised.value.not_applied


@pytest.mark.parametrize(
    "url", ["https://evil.example/x", "http://www.linkedin.com/x", "https://www.linkedin.com.evil/"]
)
def test_a_picture_is_not_sent_to_a_strange_place(url: str) -> None:
    strange = instead("/images", answer(200, {"value": {"uploadUrl": url, "image": "urn:li:image:C4E22"}}))
    with pytest.raises(Nonsense):
        drive(connector.publish(POST, LINKEDIN_PASSAGE), strange)


def test_a_later_part_is_a_comment_in_plain_text() -> None:
    request = commit_of(replace(LATER, text="More (here)", link=LINK), COMMENT_PASSAGE)
    assert request.url == f"{API}/socialActions/urn%3Ali%3Ashare%3A7141138937766391808/comments"
    assert request.json == {
        "actor": ORGANISATION,
        "object": SHARE,
        "message": {"text": f"More (here)\n\n{LINK}"},
    }
    receipt, _ = drive(connector.publish(LATER, COMMENT_PASSAGE), linkedin)
    assert receipt.platform_id == f"urn:li:comment:({SHARE},6636062862760562688)"
    assert receipt.get("on") == SHARE
    with pytest.raises(Rejected):
        drive(connector.publish(LATER, LINKEDIN_PASSAGE), linkedin)


def test_comments_keep_every_promise_of_a_connector_too() -> None:
    check(connector, replace(LINKEDIN, outgoing=LATER, passage=COMMENT_PASSAGE))


# --- find ------------------------------------------------------------------------------------------------------------


def look(*pages: list[dict[str, Any]], outgoing: Outgoing = PLAIN, passage: Any = LINKEDIN_PASSAGE) -> Any:
    left = [answer(200, {"elements": page}) for page in pages]

    def respond(request: Request) -> Response:
        if place_of(request).endswith(("/posts", "/comments")):
            return left.pop(0) if left else answer(200, {"elements": []})
        return linkedin(request)

    return drive(connector.find(outgoing, passage, WINDOW), respond)[0]


def test_a_post_of_the_same_text_and_time_is_likely_and_never_exact() -> None:
    found = look([PLAIN_SHOWN, YESTERDAY])
    assert isinstance(found, Likely)
    assert [(one.platform_id, one.at) for one in found.candidates] == [
        (SHARE, NOW.replace(microsecond=0) + timedelta(milliseconds=123 + 800))
    ]


@pytest.mark.parametrize(
    "other",
    [
        {"commentary": "Prices rose 3.2%"},
        {"createdAt": CREATED + 600_000},
        {"createdAt": CREATED - 600_000},
        {"content": {"media": {"id": "urn:li:image:1"}}},
    ],
)
def test_a_post_of_another_text_time_or_make_is_not_it(other: dict[str, Any]) -> None:
    assert look([PLAIN_SHOWN | other, YESTERDAY]) == Absent(proof=False, complete=True)


def test_a_look_that_reaches_nothing_older_is_not_complete() -> None:
    assert look([PLAIN_SHOWN | {"commentary": "Else"}]) == Absent(proof=False, complete=False)


def test_what_a_duplicate_refusal_named_is_fetched_although_no_list_shows_it() -> None:
    named = replace(LINKEDIN_PASSAGE, named=SHARE)
    listed = instead("/posts", answer(200, {"elements": [YESTERDAY]}))
    found, steps = drive(connector.find(POST, named, WINDOW), listed)
    assert isinstance(found, Likely)
    assert [one.platform_id for one in found.candidates] == [SHARE]
    assert isinstance(steps[0], type(steps[-1]))
    assert found == Likely((answers.seen(SHOWN).receipt,))


def test_a_ghost_that_a_duplicate_refusal_named_is_not_found() -> None:
    named = replace(LINKEDIN_PASSAGE, named="urn:li:share:1")
    gone = instead("urn%3Ali%3Ashare%3A1", answer(404, {"status": 404, "message": "Not found"}))
    assert isinstance(drive(connector.find(PLAIN, named, WINDOW), gone)[0], Absent)
    with pytest.raises(Unavailable):
        drive(connector.find(PLAIN, named, WINDOW), instead("urn%3Ali%3Ashare%3A1", answer(503)))


def test_a_comment_is_looked_for_under_its_post() -> None:
    found = look([COMMENT], outgoing=LATER, passage=COMMENT_PASSAGE)
    assert isinstance(found, Likely)
    assert found.candidates[0].platform_id == f"urn:li:comment:({SHARE},6636062862760562688)"
    other = {**COMMENT, "actor": "urn:li:person:1"}
    assert look([other], outgoing=LATER, passage=COMMENT_PASSAGE) == Absent(proof=False, complete=True)
    full = [{**other, "id": str(n)} for n in range(100)]
    assert look(full, [COMMENT], outgoing=LATER, passage=COMMENT_PASSAGE) == found
    assert look(*[full] * 10, outgoing=LATER, passage=COMMENT_PASSAGE) == Absent(proof=False, complete=False)


# --- remove, recent, profile -----------------------------------------------------------------------------------------


def test_a_post_and_a_comment_are_removed_where_they_are() -> None:
    (step,) = drive(connector.remove(Receipt(SHARE), LINKEDIN_HOME), linkedin)[1]
    assert step.request.url == f"{API}/posts/urn%3Ali%3Ashare%3A7141138937766391808"
    assert ("x-restli-method", "DELETE") in step.request.headers
    comment = Receipt(f"urn:li:comment:({SHARE},66)", extra=(("on", SHARE),))
    (step,) = drive(connector.remove(comment, LINKEDIN_HOME), linkedin)[1]
    there = f"{API}/socialActions/urn%3Ali%3Ashare%3A7141138937766391808/comments/66"
    assert step.request.url == f"{there}?actor=urn%3Ali%3Aorganization%3A5515715"


@pytest.mark.parametrize("strange", ["..", "", "urn:li:organization:1", f"{SHARE}/../x"])
def test_what_is_no_post_is_not_removed(strange: str) -> None:
    with pytest.raises(Rejected):
        drive(connector.remove(Receipt(strange), LINKEDIN_HOME), linkedin)


def test_recent_posts_are_read_unescaped_and_page_by_page() -> None:
    found, steps = drive(connector.recent(LINKEDIN_HOME, 2), linkedin)
    assert [seen.text for seen in found] == [SAID_WITH_LINK, "Yesterday"]
    assert query_of(steps[0].request) == {
        "author": ORGANISATION,
        "q": "author",
        "count": "10",
        "start": "0",
        "sortBy": "CREATED",
    }
    assert "author=urn%3Ali%3Aorganization%3A5515715&" in steps[0].request.url
    pages = [answer(200, {"elements": [{**PLAIN_SHOWN, "id": f"urn:li:share:{n}"}]}) for n in (1, 2)]
    again = instead("/posts", *pages, answer(200, {"elements": []}))
    assert len(drive(connector.recent(LINKEDIN_HOME, 5), again)[0]) == 2


def test_a_profile_is_the_organisations_page() -> None:
    found, _ = drive(connector.profile(LINKEDIN_HOME), linkedin)
    assert found == Profile("The Office", "urn:li:digitalmediaAsset:C4D0BAQ", "Figures, not opinions")


# --- whose the sign-in is --------------------------------------------------------------------------------------------


def identified(handle: str, *roles: dict[str, Any], subject: str = "", **more: Response) -> Any:
    home = Home("linkedin", "https://www.linkedin.com", subject, handle)

    def respond(request: Request) -> Response:
        if place_of(request).endswith("/organizationAcls"):
            wanted = query_of(request)["role"]
            return answer(200, {"elements": [role for role in roles if role["role"] == wanted]})
        return linkedin(request)

    return drive(connector.identify(home), respond)[0]


OTHER = {**ROLE, "organization": "urn:li:organization:9"}


def test_the_organisation_meant_is_the_one_the_member_may_post_for() -> None:
    for handle in ("5515715", "urn:li:organization:5515715", "the-office", "The-Office"):
        found = identified(handle, OTHER, ROLE)
        assert (found.subject, found.handle, found.personal) == (ORGANISATION, handle, False)
    content = {**ROLE, "role": "CONTENT_ADMINISTRATOR"}
    assert identified("5515715", OTHER, content).subject == ORGANISATION


def test_a_member_of_another_page_is_not_taken_for_it() -> None:
    assert identified("5515715", OTHER).subject == "urn:li:organization:9"
    assert identified("5515715", OTHER, {**ROLE, "state": "REVOKED"}).subject == "urn:li:organization:9"


def test_a_member_without_a_page_is_a_person() -> None:
    assert identified("5515715").personal
    assert identified("5515715", {**ROLE, "role": "ANALYST"}).personal


def test_a_name_that_no_page_has_is_the_operators_to_mend() -> None:
    with pytest.raises(SetupWrong, match="number of its page"):
        identified("nobody", ROLE)


def test_a_token_too_fresh_is_asked_again() -> None:
    early = answer(401, {"status": 401, "serviceErrorCode": 65600, "message": "Invalid access token"})
    good = answer(200, {"elements": [ROLE]})
    found, steps = drive(connector.identify(LINKEDIN_HOME), instead("/organizationAcls", early, good))
    assert found.subject == ORGANISATION
    assert any(isinstance(step, Pause) for step in steps)
    with pytest.raises(SignInExpired):
        drive(connector.identify(LINKEDIN_HOME), instead("/organizationAcls", early))


# --- sign-in ---------------------------------------------------------------------------------------------------------


def test_a_code_is_exchanged_without_a_secret_in_the_request() -> None:
    renewal, (step,) = drive(connector.sign_in(LINKEDIN_HOME), linkedin)
    assert dict(step.request.form) == {
        "grant_type": "authorization_code",
        "code": Sealed("code"),
        "redirect_uri": Sealed("redirect_uri"),
        "client_id": Sealed("client_id"),
        "client_secret": Sealed("client_secret"),
    }
    assert not step.request.authorised
    assert dict(renewal.fields) == {"access_token": "secret-fresh-access", "refresh_token": "secret-fresh-refresh"}
    assert (renewal.lasts, renewal.grant_lasts) == (timedelta(days=60), timedelta(days=365))


def test_without_a_refresh_token_a_person_consents_again_when_the_access_ends() -> None:
    alone = instead("/accessToken", answer(200, {"access_token": "a", "expires_in": 5_184_000}))
    renewal, _ = drive(connector.sign_in(LINKEDIN_HOME), alone)
    assert dict(renewal.fields) == {"access_token": "a"}
    assert renewal.grant_lasts == renewal.lasts == timedelta(days=60)


def test_a_dead_refresh_token_ends_the_sign_in() -> None:
    dead = instead("/accessToken", answer(400, {"error": "invalid_grant", "error_description": "expired"}))
    with pytest.raises(SignInExpired):
        drive(connector.refresh(LINKEDIN_HOME), dead)


def test_consent_is_asked_for_at_linkedin_with_the_scopes_that_are_needed() -> None:
    assert connector.manifest.authorise is not None
    asked = connector.manifest.authorise(LINKEDIN_HOME)
    assert (asked.url, asked.pkce) == ("https://www.linkedin.com/oauth/v2/authorization", False)
    assert set(connector.manifest.scopes) == {"w_organization_social", "r_organization_social", "rw_organization_admin"}


# --- refusals --------------------------------------------------------------------------------------------------------


def service(code: int | str, status: int) -> dict[str, Any]:
    return {"status": status, "message": "no", ("code" if isinstance(code, str) else "serviceErrorCode"): code}


DUPLICATE = {  # as the platform page quotes it
    "errorDetailType": "com.linkedin.common.error.BadRequest",
    "message": "com.linkedin.content.common.exception.BadRequestResponseException: Content is a duplicate of "
    "urn:li:share:7141138937766391808",
    "errorDetails": {
        "inputErrors": [{"description": "Duplicate post is detected", "input": {}, "code": "DUPLICATE_POST"}]
    },
    "status": 422,
}
REFUSALS: list[tuple[int, Any, type[PlatformError], bool]] = [
    (400, service("FIELD_LENGTH_TOO_LONG", 400), Rejected, True),
    (400, service("VERSION_MISSING", 400), SetupWrong, True),
    (422, service("MEDIA_ASSET_WAITING_UPLOAD", 422), Unavailable, True),
    (400, service("MEDIA_ASSET_PROCESSING_FAILED", 400), Rejected, True),
    (401, service(65600, 401), SignInExpired, True),
    (401, service(65601, 401), SignInExpired, True),
    (401, service(65602, 401), SignInExpired, True),
    (403, service("ACCESS_DENIED", 403), SetupWrong, True),
    (404, service("NOT_FOUND", 404), Rejected, True),
    (409, service("CONFLICT", 409), Duplicate, False),
    (422, service("OTHER", 422), Rejected, True),
    (422, DUPLICATE, Duplicate, False),
    (426, service("NONEXISTENT_VERSION", 426), SetupWrong, True),
    (429, service("TOO_MANY_REQUESTS", 429), Throttled, True),
    (500, None, Unavailable, False),
    (504, None, Unavailable, False),
    (418, {"message": "teapot"}, Rejected, False),
    (408, None, Nonsense, False),
    (200, {}, Nonsense, False),
]


@pytest.mark.parametrize(("status", "body", "word", "not_applied"), REFUSALS)
def test_each_refusal_at_the_commit_has_its_word(
    status: int, body: Any, word: type[PlatformError], not_applied: bool
) -> None:
    with pytest.raises(PlatformError) as raised:
        commit_of(PLAIN, answering=instead("/posts", answer(status, body), method="POST"))
    assert type(raised.value) is word
    assert raised.value.not_applied is not_applied


def test_a_duplicate_names_the_post_that_is_there() -> None:
    refusal = answers.refusal(answer(422, DUPLICATE))
    assert isinstance(refusal, Duplicate)
    assert refusal.original == SHARE


def test_a_daily_limit_ends_at_midnight_utc() -> None:
    body = service("TOO_MANY_REQUESTS", 429)
    dated = answers.refusal(answer(429, body, date="Mon, 12 Oct 2026 10:05:00 GMT"))
    asked = answers.refusal(answer(429, body, date="Mon, 12 Oct 2026 10:05:00 GMT", retry_after="60"))
    undated = answers.refusal(answer(429, body))
    assert isinstance(dated, Throttled)
    assert isinstance(asked, Throttled)
    assert isinstance(undated, Throttled)
    assert dated.until == datetime(2026, 10, 13, tzinfo=UTC)
    assert asked.until == datetime(2026, 10, 12, 10, 6, tzinfo=UTC)
    assert undated.until is None


def test_the_page_of_another_shape_is_read_or_refused_in_our_words() -> None:
    for page in ({**PAGE, "logoV2": None}, {"localizedName": "The Office"}):
        found, _ = drive(connector.profile(LINKEDIN_HOME), instead("/organizations/5515715", answer(200, page)))
        assert found.name == "The Office"
