"""Passkeys over the API: what a browser is given and answers, for one's own self alone."""

from __future__ import annotations

import json
from typing import Any

from gateway.actions.signin import sign_in
from tests.authenticator import SoftKey
from tests.cast import PASSWORD, PUBLIC_ORIGIN
from tests.web.callers import HERE, Office, reason


def added(api: Office, name: str) -> tuple[SoftKey, str]:
    """A passkey of this member, and its id."""
    key = SoftKey()
    api.step_up(name, "enrol", name)
    begun = api.ask(name, "POST", "/passkeys/begin", {"name": "Work laptop"})
    assert begun.status_code == 201, begun.text
    made = api.ask(name, "POST", "/passkeys", {"credential": key.make(text(begun), PUBLIC_ORIGIN)})
    return key, str(made.json()["id"])


def text(answer: Any) -> str:
    """The options as the browser's script would read them."""
    return json.dumps(answer.json()["options"])


def test_a_passkey_is_added_used_for_an_act_and_at_signing_in_and_removed(api: Office) -> None:
    key, id = added(api, "sam")
    asked = api.ask("sam", "POST", "/step-up/passkey/begin", {"act": "freeze", "subject": "all"})
    answer = {"credential": key.answer(text(asked), PUBLIC_ORIGIN)}
    assert reason(api.ask("sam", "POST", "/step-up/passkey", answer)) == "ok"
    assert reason(api.ask("sam", "POST", "/step-up/passkey", answer)) == "passkey-over"
    frozen = api.ask("sam", "POST", "/freezes", {"scope": "all", "target": "", "reason": "Drill"})
    assert reason(frozen) == "ok"
    half = {"Authorization": f"Bearer {sign_in(api.world, 'sam', PASSWORD, HERE).session_token}"}
    asked = api.ask(None, "POST", "/sign-in/passkey/begin", headers=half)
    answer = {"credential": key.answer(text(asked), PUBLIC_ORIGIN)}
    full = api.ask(None, "POST", "/sign-in/passkey", answer, headers=half).json()
    mine = {"Authorization": f"Bearer {full['session_token']}"}
    (own,) = api.ask(None, "GET", "/passkeys", headers=mine).json()
    assert (own["id"], own["name"], set(own)) == (id, "Work laptop", {"id", "name", "created_at", "used_at"})
    assert reason(api.ask("sam", "DELETE", f"/passkeys/{id}")) == "step-up-needed"
    api.step_up("sam", "enrol", id)
    assert reason(api.ask("sam", "DELETE", f"/passkeys/{id}")) == "ok"
    assert api.ask("sam", "GET", "/passkeys").json() == []


def test_nobody_sees_or_removes_anothers(api: Office) -> None:
    _, id = added(api, "ada")
    assert api.ask("cyd", "GET", "/passkeys").json() == []
    api.step_up("cyd", "enrol", id)
    assert reason(api.ask("cyd", "DELETE", f"/passkeys/{id}")) == "not-found"
    assert reason(api.ask("cyd", "DELETE", "/passkeys/nothing-like-it")) == "not-found"
    assert len(api.ask("ada", "GET", "/passkeys").json()) == 1


def test_what_nobody_began_is_refused(api: Office) -> None:
    for path in ("/passkeys", "/step-up/passkey"):
        assert reason(api.ask("ada", "POST", path, {"credential": "{}"})) == "passkey-over"
    assert reason(api.ask("ada", "POST", "/passkeys/begin", {"name": "Laptop"})) == "step-up-needed"
    begun = api.ask("ada", "POST", "/step-up/passkey/begin", {"act": "freeze", "subject": "all"})
    assert reason(begun) == "passkey-missing"
