"""Viva Engage: what is sent, what its answers mean, and that nobody speaks in another's name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.conformance import drive
from connectors.contract import (
    Ask,
    ByHand,
    Commit,
    Conversation,
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
from connectors.rehearsals.basis import LINK, PLAIN, POST, WINDOW, answer
from connectors.rehearsals.viva_engage import (
    API,
    COMMUNITY,
    ENTRA,
    HOME,
    MESSAGE,
    OLDER,
    PASSAGE,
    SAID,
    TOKENS,
    USER,
    USER_SHOWN,
    envelope,
    viva,
)
from connectors.viva_engage import connector
from connectors.words import Absent, Home, Likely, Outgoing, Receipt

DATE = {"date": "Mon, 12 Oct 2026 09:30:00 GMT"}
FIRST = Receipt("1999", None)


def run(conversation: Conversation[Any], *answers: Response) -> tuple[Any, list[Request]]:
    """The result, and what was asked; answered in turn, then as the rehearsal does."""
    given, asked = list(answers), []

    def respond(request: Request) -> Response:
        asked.append(request)
        return given.pop(0) if given else viva(request)

    return drive(conversation, respond)[0], asked


def listed(*messages: dict[str, Any]) -> Response:
    return answer(200, envelope(*messages))


def plain(text: str = PLAIN.text, **more: Any) -> dict[str, Any]:
    return MESSAGE | {"body": {"plain": text, "parsed": text}, "attachments": [], **more}


def test_a_post_goes_to_the_community_as_a_form() -> None:
    made, (request,) = run(connector.publish(PLAIN, PASSAGE))
    assert request.form == (("body", PLAIN.text), ("group_id", str(COMMUNITY)))
    assert request.json is None
    assert (made.platform_id, made.url) == ("2000337749565441", MESSAGE["web_url"])
    assert made.at == datetime(2026, 10, 12, 9, 30, 1, tzinfo=UTC)


def test_a_link_is_a_card_and_beside_files_it_joins_the_words() -> None:
    _, (request,) = run(connector.publish(replace(PLAIN, link=LINK), PASSAGE))
    assert ("og_url", LINK) in (request.form or ())
    assert ("body", PLAIN.text) in (request.form or ())
    _, asked = run(connector.publish(POST, PASSAGE))
    form = dict(asked[-1].form or ())
    assert form["body"] == SAID
    assert "og_url" not in form


def test_pictures_become_files_of_the_community_and_what_they_show_is_said_in_words() -> None:
    made, steps = drive(connector.publish(POST, PASSAGE), viva)
    assert [type(step) for step in steps] == [Ask, Upload, Upload, Commit]
    upload = steps[1].request  # type: ignore[union-attr]  # three of the four hold a request
    form = dict(upload.form or ())
    assert (form["target_type"], form["group_id"], form["network_id"]) == ("GROUP", str(COMMUNITY), "5897756673")
    last = steps[-1].request.form  # type: ignore[union-attr]
    assert [value for name, value in last or () if name == "attached_objects[]"] == ["uploaded_file:4000000001"] * 2
    assert made.platform_id == "2000337749565441"


def test_a_later_part_answers_the_first_and_names_no_community() -> None:
    _, (request,) = run(connector.publish(PLAIN, replace(PASSAGE, root=FIRST, parent=Receipt("2000", None))))
    assert request.form == (("body", PLAIN.text), ("replied_to_id", "1999"))


def test_all_company_is_meant_only_where_it_is_written() -> None:
    home = replace(HOME, handle="contoso.com/all-company/office")
    _, (request,) = run(connector.publish(PLAIN, replace(PASSAGE, home=home)))
    assert request.form == (("body", PLAIN.text),)
    for handle in ("office@contoso.com", "contoso.com//office", "contoso.com/0/office", "contoso.com/7", ""):
        with pytest.raises(SetupWrong, match="domain/community/name"):
            run(connector.publish(PLAIN, replace(PASSAGE, home=replace(HOME, handle=handle))))


def test_a_description_in_welsh_is_announced_in_welsh() -> None:
    limits = connector.limits(HOME)
    assert "[Llun: " in limits.said(replace(POST, language="cy"))
    assert limits.overruns(replace(PLAIN, text="a" * 10_001))[0].allowed == 10_000
    assert not limits.overruns(replace(PLAIN, text="a" * 10_000))
    assert connector.limits(replace(HOME, facts=(("max_characters", 5_000),))).characters == 5_000


# --- looking back -----------------------------------------------------------------------------------------------------


def find(outgoing: Outgoing, *messages: dict[str, Any], **passage: Any) -> Any:
    pages = [listed(*messages), listed()]
    return run(connector.find(outgoing, replace(PASSAGE, **passage), WINDOW), *pages)[0]


def test_what_was_sent_is_found_by_words_place_and_time() -> None:
    found = find(PLAIN, plain(), OLDER)
    assert isinstance(found, Likely)
    assert [one.platform_id for one in found.candidates] == ["2000337749565441"]
    twice = find(PLAIN, plain(id=2000337749565442), plain(), OLDER)
    assert isinstance(twice, Likely)
    assert len(twice.candidates) == 2


@pytest.mark.parametrize(
    "other",
    [
        {"group_id": 7},
        {"group_id": None},
        {"sender_id": 7},
        {"direct_message": True},
        {"created_at": "2026/10/12 09:00:00 +0000"},
        {"replied_to_id": 1999, "thread_id": 1999},
        {"attachments": [{"type": "image", "id": 1}]},
        {"body": {"plain": "Prices fell"}},
    ],
    ids=lambda other: next(iter(other)),
)
def test_another_message_is_not_ours(other: dict[str, Any]) -> None:
    assert find(PLAIN, plain() | other, OLDER) == Absent(proof=False, complete=True)


def test_a_reply_is_found_in_its_thread_and_a_link_card_is_no_file() -> None:
    reply = plain(replied_to_id=1999, thread_id=1999, attachments=[{"type": "ymodule", "id": 9}])
    assert isinstance(find(PLAIN, reply, OLDER, root=FIRST, parent=FIRST), Likely)


def test_a_look_that_reaches_no_older_message_proves_nothing() -> None:
    assert find(PLAIN) == Absent(proof=False, complete=False)
    assert find(PLAIN, plain("Something else")) == Absent(proof=False, complete=False)


def test_a_long_history_is_looked_through_within_what_is_allowed() -> None:
    pages = [listed(plain("No", id=3000 - n, thread_id=1)) for n in range(10)]
    found, asked = run(connector.find(PLAIN, PASSAGE, WINDOW), *pages)
    assert found == Absent(proof=False, complete=False)
    assert len(asked) == 5
    assert asked[1].query == (("limit", "20"), ("older_than", "3000"))


def test_recent_shows_what_the_service_account_said_here_and_with_what() -> None:
    elsewhere = plain(id=5, group_id=7)
    seen, _ = run(connector.recent(HOME, 10), listed(elsewhere, plain(client_type="Web"), OLDER), listed())
    assert [(one.receipt.platform_id, one.application) for one in seen] == [
        ("2000337749565441", "Web"),
        ("1900000000000001", "Gateway"),
    ]


# --- who it is --------------------------------------------------------------------------------------------------------


def test_the_service_account_and_its_community_are_what_the_handle_says() -> None:
    new = replace(HOME, subject="")
    made, asked = run(connector.identify(new))
    assert (made.subject, made.handle) == (f"{USER}/{COMMUNITY}", HOME.handle)
    assert [request.url for request in asked] == [
        f"{API}/users/current.json",
        f"{API}/messages/in_group/{COMMUNITY}.json",
    ]


def test_another_persons_sign_in_connects_nothing() -> None:
    new = replace(HOME, subject="")
    other = answer(200, USER_SHOWN | {"email": "ada@contoso.com"})
    with pytest.raises(SetupWrong, match="another person"):
        run(connector.identify(new), other)
    with pytest.raises(SetupWrong, match="another person"):
        run(connector.identify(HOME), answer(200, USER_SHOWN | {"id": 7}))
    with pytest.raises(SetupWrong, match="no member"):
        run(connector.identify(new), answer(200, USER_SHOWN), answer(403, {"response": {"message": "No", "code": 1}}))
    with pytest.raises(SetupWrong, match="does not show the address"):
        run(connector.identify(new), answer(200, {"id": USER, "network_id": 1}))
    shown = {"contact": {"email_addresses": [{"type": "primary", "address": "Office@Contoso.com"}]}}
    assert run(connector.identify(new), answer(200, {"id": USER, "network_id": 1, **shown}))[0].subject


def test_the_profile_is_the_service_accounts() -> None:
    shown, _ = run(connector.profile(HOME))
    assert (shown.name, shown.bio) == ("The Office", "Figures, in words")
    assert shown.picture == "https://mug0.assets-yammer.com/mugshot/images/48x48/abc"


# --- Entra ------------------------------------------------------------------------------------------------------------


def test_consent_is_asked_of_the_accounts_own_tenant() -> None:
    assert connector.manifest.authorise is not None
    asked = connector.manifest.authorise(HOME)
    assert (asked.url, asked.pkce) == (f"{ENTRA}/contoso.com/oauth2/v2.0/authorize", True)
    assert connector.manifest.authorise(Home("viva_engage", "https://a.example", "", "?")).url.startswith(
        f"{ENTRA}/organizations/"
    )


def test_a_code_and_a_refresh_token_are_exchanged_for_a_pair_that_lasts() -> None:
    for conversation, grant in (
        (connector.sign_in(HOME), "authorization_code"),
        (connector.refresh(HOME), "refresh_token"),
    ):
        renewal, (request,) = run(conversation)
        form = dict(request.form or ())
        assert form["grant_type"] == grant
        assert form["client_secret"] == Sealed("client_secret")
        assert not request.authorised
        assert dict(renewal.fields) == {"access_token": "new-access", "refresh_token": "new-refresh"}
        assert renewal.lasts == timedelta(seconds=3_899)


@pytest.mark.parametrize(
    ("status", "body", "word"),
    [
        (400, {"error": "invalid_grant", "error_codes": [700082]}, SignInExpired),
        (400, {"error": "invalid_grant", "error_codes": [50173], "suberror": "bad_token"}, SignInExpired),
        (400, {"error": "interaction_required", "error_codes": [50076]}, SignInExpired),
        (401, {"error": "invalid_client", "error_codes": [7000222]}, SetupWrong),
        (400, {"error": "invalid_scope"}, SetupWrong),
        (503, {"error": "temporarily_unavailable"}, Unavailable),
        (429, {"error": "invalid_grant"}, Throttled),
        (500, "<html>", Unavailable),
    ],
)
def test_what_entra_refuses_is_said_in_our_words(status: int, body: Any, word: type[PlatformError]) -> None:
    with pytest.raises(word):
        run(connector.refresh(HOME), answer(status, body))


def test_a_token_without_an_end_is_nonsense() -> None:
    with pytest.raises(Nonsense):
        run(connector.refresh(HOME), answer(200, TOKENS | {"expires_in": "soon"}))


# --- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "body", "word"),
    [
        (400, b"bad", Rejected),
        (401, b'{"response":{"message":"Token not found.","code":16,"stat":"fail"}}', SignInExpired),
        (403, b"<html>no</html>", SetupWrong),
        (403, b'{"response":{"message":"Rate limited!","code":33}}', Throttled),
        (404, b"", Rejected),
        (422, b"{}", Rejected),
        (429, b"", Throttled),
        (502, b"", Unavailable),
        (302, b"", Nonsense),
        (200, b'{"messages":[]}', Nonsense),
    ],
)
def test_each_refusal_of_a_post_has_one_meaning(status: int, body: bytes, word: type[PlatformError]) -> None:
    with pytest.raises(word) as told:
        run(connector.publish(PLAIN, PASSAGE), Response(status, {}, body))
    assert told.value.not_applied == (word not in (Unavailable, Nonsense))


def test_too_many_requests_are_waited_out_for_thirty_seconds() -> None:
    with pytest.raises(Throttled) as told:
        run(connector.publish(PLAIN, PASSAGE), Response(429, DATE, b""))
    assert told.value.until == datetime(2026, 10, 12, 9, 30, 30, tzinfo=UTC)


@pytest.mark.parametrize("status", [200, 204, 404])
def test_what_is_removed_or_gone_is_removed(status: int) -> None:
    _, (request,) = run(connector.remove(Receipt("2000337749565441"), HOME), Response(status, {}, b""))
    assert (request.method, request.url) == ("DELETE", f"{API}/messages/2000337749565441")


def test_an_id_that_is_none_is_not_asked_for() -> None:
    with pytest.raises(Rejected):
        run(connector.remove(Receipt("../users"), HOME))


def test_ids_beyond_the_floating_point_numbers_stay_whole() -> None:
    big = plain(id=18_446_744_073_709_551_615)
    made, _ = run(connector.publish(PLAIN, PASSAGE), answer(201, envelope(big)))
    assert made.platform_id == "18446744073709551615"


def test_a_sign_in_is_ended_by_the_organisations_own_people() -> None:
    with pytest.raises(ByHand, match="Entra"):
        next(connector.revoke(HOME))
