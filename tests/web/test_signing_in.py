"""Coming in, staying in and being put out, over the API."""

from __future__ import annotations

from typing import Any

import pyotp
import pytest

from gateway.domain.grant import Kind
from tests.cast import HOUR, MINUTE, PASSWORD, an_account, clock_of, code_for, cookie, entries, grant
from tests.web.callers import Office, a_delivery, a_submission, reason

WRONG = "a wrong password all the same"


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def signed_in(api: Office, name: str) -> str:
    half = api.ask(None, "POST", "/sign-in", {"name": name, "password": PASSWORD}).json()
    assert (half["kind"], half["needs"]) == ("half", "code")
    full = api.ask(
        None, "POST", "/sign-in/code", {"code": code_for(api.world, name)}, headers=bearer(half["session_token"])
    )
    assert full.json()["kind"] == "full"
    return str(full.json()["session_token"])


def test_a_password_alone_reaches_nothing_but_the_second_factor(api: Office) -> None:
    half = api.ask(None, "POST", "/sign-in", {"name": "ada", "password": PASSWORD}).json()["session_token"]
    assert api.ask(None, "GET", "/session", headers=bearer(half)).json()["member"]["id"] == "ada"
    for path in ("/posts", "/sessions", "/openapi.json", "/accounts"):
        assert reason(api.ask(None, "GET", path, headers=bearer(half))) == "not-signed-in"


def test_both_factors_sign_in_and_the_half_session_is_over(api: Office) -> None:
    half = api.ask(None, "POST", "/sign-in", {"name": "Ada", "password": PASSWORD}).json()["session_token"]
    code = code_for(api.world, "ada")
    full = api.ask(None, "POST", "/sign-in/code", {"code": code}, headers=bearer(half)).json()["session_token"]
    assert full != half
    assert api.ask(None, "GET", "/posts", headers=bearer(full)).status_code == 200
    assert reason(api.ask(None, "GET", "/session", headers=bearer(half))) == "not-signed-in"


@pytest.mark.parametrize("code", ["000000", "12345", "1234567", " 12345", "１２３４５６", "", "-12345", "12345\x00"])
def test_a_wrong_code_is_refused_in_words(api: Office, code: str) -> None:
    half = api.ask(None, "POST", "/sign-in", {"name": "ada", "password": PASSWORD}).json()["session_token"]
    assert reason(api.ask(None, "POST", "/sign-in/code", {"code": code}, headers=bearer(half))) == "code-refused"


def test_a_code_works_once(api: Office) -> None:
    halves = [
        api.ask(None, "POST", "/sign-in", {"name": "ada", "password": PASSWORD}).json()["session_token"]
        for _ in range(2)
    ]
    code = code_for(api.world, "ada")
    told = [reason(api.ask(None, "POST", "/sign-in/code", {"code": code}, headers=bearer(half))) for half in halves]
    assert told == ["ok", "code-replayed"]


def test_known_and_unknown_names_look_alike(api: Office) -> None:
    known = api.ask(None, "POST", "/sign-in", {"name": "ada", "password": WRONG})
    unknown = api.ask(None, "POST", "/sign-in", {"name": "nobody", "password": WRONG})
    assert known.status_code == unknown.status_code == 401
    assert known.json() == unknown.json()
    differing = {"x-request-id"}
    assert {n: v for n, v in known.headers.items() if n not in differing} == {
        n: v for n, v in unknown.headers.items() if n not in differing
    }


def test_guessing_is_told_to_wait(api: Office) -> None:
    told = [api.ask(None, "POST", "/sign-in", {"name": "ada", "password": WRONG}) for _ in range(6)]
    assert [answer.status_code for answer in told] == [401] * 5 + [429]
    assert 0 < int(told[-1].headers["retry-after"]) <= 300


def test_an_invited_person_enrols_and_is_signed_in(api: Office) -> None:
    newcomer = {"name": "nia", "display_name": "Nia", "team": "Digital", "roles": ["author"]}
    link = api.ask("cyd", "POST", "/members", newcomer).json()["link_token"]
    poor: Any = api.ask(None, "POST", "/invitations/accept", {"link_token": link, "password": "short"})
    assert (reason(poor), poor.json()["field"]) == ("password-refused", "password")
    accepted = api.ask(
        None, "POST", "/invitations/accept", {"link_token": link, "password": "copper lantern over nine rivers"}
    )
    half = bearer(accepted.json()["session_token"])
    factor = api.ask(None, "POST", "/enrolment", headers=half)
    assert factor.json()["qr_svg"].startswith("<svg")
    code = pyotp.TOTP(factor.json()["secret"]).at(clock_of(api.world).at)
    enrolled = api.ask(None, "POST", "/enrolment/confirm", {"code": code}, headers=half).json()
    assert len(enrolled["recovery_codes"]) == 10
    assert api.ask(None, "GET", "/posts", headers=bearer(enrolled["session_token"])).status_code == 200
    again = api.ask(
        None, "POST", "/invitations/accept", {"link_token": link, "password": "copper lantern over nine rivers"}
    )
    assert reason(again) == "invitation-refused"


def test_a_member_sees_and_ends_their_own_sessions_alone(api: Office) -> None:
    one, other = signed_in(api, "ada"), signed_in(api, "ada")
    dev = signed_in(api, "dev")
    own = api.ask(None, "GET", "/sessions", headers=bearer(one)).json()
    (foreign,) = api.ask(None, "GET", "/sessions", headers=bearer(dev)).json()
    assert len(own) == 2
    assert reason(api.ask(None, "DELETE", f"/sessions/{foreign['id']}", headers=bearer(one))) == "not-found"
    assert api.ask(None, "DELETE", "/sessions", headers=bearer(one)).status_code == 204
    for token in (one, other):
        assert reason(api.ask(None, "GET", "/posts", headers=bearer(token))) == "not-signed-in"
    assert api.ask(None, "GET", "/posts", headers=bearer(dev)).status_code == 200


def test_an_idle_session_is_over(api: Office) -> None:
    token = signed_in(api, "ada")
    clock_of(api.world).advance(31 * MINUTE)
    assert reason(api.ask(None, "GET", "/posts", headers=bearer(token))) == "not-signed-in"


def test_a_fresh_factor_is_for_one_act_and_once(api: Office) -> None:
    an_account(api.world)
    stop = {"scope": "account", "target": "office-account", "reason": "Hijacked."}
    asked = api.ask("sam", "POST", "/freezes", stop)
    assert (asked.status_code, asked.json()["facts"]["act"]) == (403, "freeze")
    wrong = {"act": "thaw", "subject": "office-account", "code": code_for(api.world, "sam")}
    assert api.ask("sam", "POST", "/step-up", wrong).status_code == 204
    assert reason(api.ask("sam", "POST", "/freezes", stop)) == "step-up-needed"
    right = {"act": "freeze", "subject": "office-account", "code": code_for(api.world, "sam")}
    assert api.ask("sam", "POST", "/step-up", right).status_code == 204
    assert api.ask("sam", "POST", "/freezes", stop).status_code == 201
    assert reason(api.ask("sam", "POST", "/freezes", stop)) == "step-up-needed"


def test_a_fresh_factor_is_good_for_five_minutes(api: Office) -> None:
    stop = {"scope": "all", "reason": "Hijacked."}
    code = {"act": "freeze", "subject": "all", "code": code_for(api.world, "sam")}
    assert api.ask("sam", "POST", "/step-up", code).status_code == 204
    clock_of(api.world).advance(5 * MINUTE)
    assert reason(api.ask("sam", "POST", "/freezes", stop)) == "step-up-needed"


def test_a_leavers_next_request_is_refused_and_their_work_is_held(api_on_both: Office) -> None:
    """G6: whatever they hold, bearer or cookie, full or half; what they put forward waits for another person."""
    api = api_on_both
    account = an_account(api.world)
    waiting, held = a_submission(api.world, "ada", account), a_delivery(api.world, "ada", account)
    tokens = [signed_in(api, "ada"), cookie(api.world, "ada")]
    half = api.ask(None, "POST", "/sign-in", {"name": "ada", "password": PASSWORD}).json()["session_token"]
    assert [api.ask(None, "GET", "/session", headers=bearer(t)).status_code for t in (*tokens, half)] == [200] * 3
    api.step_up("sam", "leave", "ada")
    report = api.ask("sam", "POST", "/members/ada/leave")
    assert report.status_code == 200
    assert (report.json()["deliveries_held"], report.json()["submissions_stopped"]) == ([held.id], [waiting.id])
    for token in (*tokens, half):
        assert reason(api.ask(None, "GET", "/session", headers=bearer(token))) == "not-signed-in"
        assert reason(api.ask(None, "POST", "/posts", {"parts": ["Words"]}, headers=bearer(token))) == "not-signed-in"
    assert reason(api.ask(None, "POST", "/sign-in", {"name": "ada", "password": PASSWORD})) == "wrong-credentials"
    (now_held,) = api.ask("bola", "GET", "/deliveries").json()
    assert (now_held["id"], now_held["hold"]) == (held.id, "author-gone")


def test_a_role_taken_away_is_gone_with_the_next_request(api: Office) -> None:
    token = signed_in(api, "dev")
    api.step_up("cyd", "roles", "dev")
    assert api.ask("cyd", "PUT", "/members/dev/roles", {"roles": ["clearer"]}).status_code == 204
    assert reason(api.ask(None, "POST", "/posts", {"parts": ["Words"]}, headers=bearer(token))) == "not-signed-in"
    assert reason(api.ask("dev", "POST", "/posts", {"parts": ["Words"]})) == "role-missing"


def test_every_try_is_told_without_the_name_that_was_typed(api: Office) -> None:
    api.ask(None, "POST", "/sign-in", {"name": "my password by mistake", "password": WRONG})
    told = entries(api.world, "signin.try") + entries(api.world, "refused")
    assert len(told) == 2
    assert all("mistake" not in str(dict(entry.facts)) + entry.subject_id for entry in told)


def test_a_grant_that_ends_is_asked_at_each_request(api: Office) -> None:
    account = an_account(api.world, grants={})
    grant(api.world, "bola", account, Kind.APPROVE, ends=clock_of(api.world).at + HOUR)
    submission = a_submission(api.world, "ada", account)
    answer = {"digest": submission.digest}
    assert reason(api.ask("bola", "POST", f"/submissions/{submission.id}/approve", answer)) == "step-up-needed"
    clock_of(api.world).advance(HOUR)
    assert reason(api.ask("bola", "POST", f"/submissions/{submission.id}/approve", answer)) == "no-grant"
