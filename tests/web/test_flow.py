"""The main job over the API, on both databases: put forward, answer, hold; connect without ever seeing it again."""

from __future__ import annotations

import base64
import dataclasses
import json
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from PIL import Image

from connectors.words import Receipt
from gateway.domain.account import CredentialState
from gateway.domain.delivery import State
from gateway.storage import tables
from gateway.world import World
from tests.cast import HOUR, NOON, an_account, code_for, entries, write
from tests.web.callers import API, DECLARED, Office, a_delivery, a_release, office, reason
from vault.box import signed_part

SECRET = "app-password-nobody-may-see-again"


def a_picture() -> bytes:
    drawn = BytesIO()
    Image.new("RGB", (40, 30), "navy").save(drawn, "PNG")
    return drawn.getvalue()


def step_up(api: Office, name: str, act: str, subject: str, digest: str = "") -> None:
    """With a real code, over the API."""
    code = {"act": act, "subject": subject, "digest": digest, "code": code_for(api.world, name)}
    assert api.ask(name, "POST", "/step-up", code).status_code == 204


def calendar(instant: str) -> bytes:
    described = {"title": "Prices", "release_date": instant, "finalised": True, "published": False, "cancelled": False}
    return json.dumps({"releases": [{"uri": "/releases/prices", "description": described}]}).encode()


@pytest.mark.slow
def test_from_a_thought_to_a_held_delivery(api_on_both: Office) -> None:
    api = api_on_both
    account = an_account(api.world)
    imported = api.ask(
        "cyd",
        "POST",
        "/releases/import?source=ons",
        content=calendar("2026-03-03T09:30:00Z"),
        headers={"Content-Type": "application/json"},
    )
    assert imported.json()["entries"] == 1, imported.text
    (release,) = api.ask("ada", "GET", "/releases").json()
    needed = {"release": release["id"], "members": ["ada", "bola"]}
    facts = api.ask("olu", "PUT", "/releases/access", needed).json()["facts"]
    step_up(api, "olu", "access", release["id"], facts["digest"])
    listed = api.ask("olu", "PUT", "/releases/access", needed)
    assert [each["member"] for each in listed.json()["people"]] == ["ada", "bola"]
    media = api.ask("ada", "POST", "/media", content=a_picture(), headers={"Content-Type": "image/png"})
    assert media.status_code == 201
    use = {"sha256": media.json()["id"], "alt_text": "A blue field", "rights": "Our own drawing"}
    wording: dict[str, Any] = {"parts": ["Prices rose by 3%."], "pictures": [use]}
    first = api.ask("ada", "POST", "/posts", wording).json()
    wish = {
        "revision": first["id"],
        "accounts": [account],
        "wanted": "at-release",
        "content_class": "routine",
        "release": release["id"],
        "declared": list(DECLARED),
    }
    checked = api.ask("ada", "POST", "/submissions/check", wish).json()
    assert checked["outgoings"][0]["pictures"][0]["alt_text"] == "A blue field"
    at_once = api.ask("ada", "POST", "/submissions", wish | {"wanted": "now"})
    assert reason(at_once) == "embargoed"
    put = api.ask("ada", "POST", "/submissions", wish).json()
    assert put["digest"] == checked["digest"]
    comma = api.ask("ada", "POST", f"/posts/{first['post']}/revisions", wording | {"parts": ["Prices rose, by 3%."]})
    again = api.ask("ada", "POST", "/submissions", wish | {"revision": comma.json()["id"]}).json()
    assert again["digest"] != put["digest"]
    step_up(api, "bola", "approve", put["id"], put["digest"])
    stale = api.ask("bola", "POST", f"/submissions/{put['id']}/approve", {"digest": put["digest"]})
    assert reason(stale) == "wrong-state"
    other = api.ask("bola", "POST", f"/submissions/{again['id']}/approve", {"digest": put["digest"]})
    assert reason(other) == "digest-differs"
    step_up(api, "bola", "approve", again["id"], again["digest"])
    approved = api.ask("bola", "POST", f"/submissions/{again['id']}/approve", {"digest": again["digest"]})
    assert approved.json()["state"] == "held", approved.text
    (delivery,) = api.ask("bola", "GET", "/deliveries?state=held").json()
    assert (delivery["due_at"], delivery["digest"]) == ("2026-03-03T09:30:00Z", again["digest"])
    assert api.ask("eve", "GET", f"/submissions/{again['id']}").json()["withheld"] is True
    read = api.ask("bola", "GET", f"/submissions/{again['id']}").json()
    assert [each["by"] for each in read["approvals"]] == ["bola"]
    assert read["submission"]["outgoings"][0]["text"] == "Prices rose, by 3%."
    withdrawn = api.ask("ada", "POST", f"/submissions/{again['id']}/withdraw").json()
    assert withdrawn["state"] == "withdrawn"
    assert [entry.facts["act"] for entry in reversed(entries(api.world, "refused"))] == [
        *("access.give", "submit", "approve", "approve")
    ]


def test_a_claim_is_cleared_by_a_second_person_and_rejected_with_a_reason(api: Office) -> None:
    account = an_account(api.world)
    revision = api.ask("ada", "POST", "/posts", {"parts": ["Byddwn ni yn y swyddfa ddydd Llun."]}).json()
    wish = {
        "revision": revision["id"],
        "accounts": [account],
        "wanted": {"wall": "2026-03-02T15:00"},
        "content_class": "routine",
        "claims_no_statistics": True,
        "declared": list(DECLARED),
    }
    shown = api.ask("ada", "POST", "/submissions/check", wish).json()
    assert (shown["needs_clearance"], shown["must_bind"]) == (True, False)
    assert shown["judgement"]["verdict"] == "needs_clearance"
    put = api.ask("ada", "POST", "/submissions", wish).json()
    assert put["needs_clearance"] is True
    step_up(api, "cleo", "clear", put["id"], put["digest"])
    answer = {"digest": put["digest"], "granted": True, "reason": "Opening hours only."}
    assert api.ask("cleo", "POST", f"/submissions/{put['id']}/clear", answer).json()["state"] == "waiting"
    without = api.ask("bola", "POST", f"/submissions/{put['id']}/reject", {"digest": put["digest"], "reason": " "})
    assert reason(without) == "reason-missing"
    step_up(api, "bola", "approve", put["id"], put["digest"])
    no = {"digest": put["digest"], "reason": "The hours are wrong."}
    assert api.ask("bola", "POST", f"/submissions/{put['id']}/reject", no).json()["state"] == "refused"


def test_a_correction_is_written_and_put_forward_over_the_api(api: Office) -> None:
    account = an_account(api.world)
    waits = a_delivery(api.world, "ada", account)
    wrong = dataclasses.replace(waits, state=State.PUBLISHED, receipt=Receipt("1"))
    first = api.ask("ada", "POST", "/posts", {"parts": ["Opens at ten."], "corrects": waits.id})
    assert reason(first) == "corrects-nothing"
    write(api.world, wrong)
    begun = api.ask("ada", "POST", "/posts", {"parts": ["Opens at ten."], "corrects": wrong.id}).json()
    assert api.ask("ada", "GET", f"/posts/{begun['post']}").json()["post"]["corrects"] == wrong.id
    wish = {
        "revision": begun["id"],
        "accounts": [account],
        "wanted": {"wall": "2026-03-02T15:00"},
        "content_class": "routine",
        "claims_no_statistics": True,
        "declared": list(DECLARED),
        "corrects": wrong.id,
    }
    assert api.ask("ada", "POST", "/submissions", wish).json()["corrects"] == wrong.id


def test_the_register_its_factor_and_its_grants(api: Office) -> None:
    new = {
        "platform": "pretend",
        "origin": "https://pretend.example",
        "handle": "office",
        "owner_team": "Digital",
        "responsible": "Olu",
        "accountable": "Head of Digital",
    }
    made = api.ask("cyd", "POST", "/accounts", new)
    assert made.json()["credential_state"] == CredentialState.NONE
    account = made.json()["id"]
    seen = api.ask("sam", "PUT", f"/accounts/{account}/factor", {"state": "on", "recovery_owner": "Digital team"})
    assert seen.json()["factor_state"] == "on"
    step_up(api, "olu", "grant", account)
    give = {
        "member": "dev",
        "kinds": ["write", "write"],
        "begins": "2026-03-02T12:00:00Z",
        "ends": {"wall": "2026-07-01T09:00"},
    }
    given = api.ask("olu", "POST", f"/accounts/{account}/grants", give).json()
    assert (given["kinds"], given["ends"]) == (["write"], "2026-07-01T08:00:00Z")
    assert [grant["id"] for grant in api.ask("eve", "GET", f"/accounts/{account}/grants").json()] == [given["id"]]
    step_up(api, "olu", "grant", account)
    assert api.ask("olu", "DELETE", f"/grants/{given['id']}").json()["ended_at"]
    assert (
        reason(api.ask("cyd", "POST", "/accounts", new | {"origin": "https://pretend.example/@office"}))
        == "origin-refused"
    )


@pytest.fixture
def vaulted(world: World) -> Office:
    """A world whose worker has published a box key."""
    signer, opener = Ed25519PrivateKey.generate(), X25519PrivateKey.generate()
    public, until = opener.public_key().public_bytes_raw(), NOON + timedelta(days=1)
    row = {
        "id": "box-1",
        "public_key": public,
        "not_after": until,
        "signature": signer.sign(signed_part(public, "box-1", until)),
    }
    with world.storage.engine.begin() as connection:
        connection.execution_options(writing=True)
        connection.execute(tables.vault_box_keys.insert(), [row])
    return office(dataclasses.replace(world, box_signer=signer.public_key().public_bytes_raw()))


def test_a_credential_goes_in_and_never_comes_back(vaulted: Office) -> None:
    account = an_account(vaulted.world)
    step_up(vaulted, "olu", "connect", account)
    answers = [vaulted.ask("olu", "POST", f"/accounts/{account}/credential", {"fields": {"app_password": SECRET}})]
    assert answers[0].status_code == 202, answers[0].text
    answers.append(vaulted.ask("olu", "POST", f"/accounts/{account}/credential", {"fields": {"app_password": ""}}))
    assert (reason(answers[1]), answers[1].json()["field"]) == ("empty", "app_password")
    answers.append(
        vaulted.ask("olu", "POST", f"/accounts/{account}/credential", {"fields": {"app_password": [SECRET]}})
    )
    answers += [vaulted.ask("olu", "GET", path) for path in ("/accounts", f"/accounts/{account}/grants", "/deliveries")]
    answers += [vaulted.ask("eve", "GET", path) for path in ("/audit/entries", "/audit/publications")]
    shapes = (SECRET, base64.b64encode(SECRET.encode()).decode().rstrip("="), SECRET.encode().hex())
    for answer in answers:
        assert not [shape for shape in shapes if shape in answer.text]
        assert "sealed" not in answer.text
    assert vaulted.ask(None, "GET", "/status").json()["vault"] == "takes"


def test_the_auditor_searches_and_whoever_is_not_does_not(api: Office) -> None:
    api.ask("ada", "POST", "/posts", {"parts": ["Words"]})
    found = api.ask("eve", "GET", "/audit/entries?actor=ada&act=post.write&since=2026-03-02T00:00:00Z").json()
    assert [(entry["actor"], entry["act"]) for entry in found] == [("ada", "post.write")]
    assert reason(api.ask("eve", "GET", "/audit/entries?since=2026-03-02T00:00:00")) == "time-naive"
    assert reason(api.ask("eve", "GET", "/audit/entries?actor=%00")) == "not-understood"
    assert len(entries(api.world, "audit.read")) == 1
    assert reason(api.ask("ada", "GET", "/audit/entries")) == "role-missing"


def test_what_is_not_out_cannot_be_removed_and_what_is_unknown_cannot_be_waved_through(api: Office) -> None:
    account = an_account(api.world)
    delivery = a_delivery(api.world, "ada", account)
    assert (
        reason(api.ask("bola", "POST", f"/deliveries/{delivery.id}/settle", {"decision": "published"})) == "wrong-state"
    )
    assert (
        reason(api.ask("bola", "POST", f"/deliveries/{delivery.id}/settle", {"decision": "sent"})) == "not-understood"
    )
    assert api.ask("bola", "GET", f"/deliveries/{delivery.id}").json()["outgoing"]["text"] == "A new page is out."


def test_two_people_confirm_that_a_release_is_out(api: Office) -> None:
    release = a_release(api.world, NOON - HOUR)
    named = {"release": release.id}
    assert api.ask("cyd", "POST", "/releases/confirm", named).json()["seen_at"] is None
    assert reason(api.ask("cyd", "POST", "/releases/confirm", named)) == "already-answered"
    assert api.ask("olu", "POST", "/releases/confirm", named).json()["seen_at"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[" * 100_000, b'{"releases": 1}', b"\xff", b"{}"], ids=lambda b: repr(b[:8])
)
def test_a_calendar_that_is_none_changes_nothing(api: Office, body: bytes) -> None:
    answer = api.ask("cyd", "POST", "/releases/import", content=body, headers={"Content-Type": "application/json"})
    assert reason(answer) == "calendar-refused"
    assert api.ask("cyd", "GET", "/releases").json() == []


@pytest.mark.parametrize("body", [b"", b"GIF89a", b"%PDF-1.7", b"<svg/>"])
def test_what_is_no_picture_is_refused_with_words(api: Office, body: bytes) -> None:
    answer = api.ask("ada", "POST", "/media", content=body, headers={"Content-Type": "image/png"})
    assert reason(answer) == "picture-refused"
    assert len(answer.json()["detail"].split()) > 4


def test_the_description_holds_no_field_for_a_secret_to_leave_by(api: Office) -> None:
    """Only what is shown once at its making: session words, links, a factor's secret and recovery codes."""
    described = api.ask("eve", "GET", "/openapi.json").json()
    named = {
        f"{shape}.{name}"
        for shape, body in described["components"]["schemas"].items()
        if shape.endswith(("Answer", "Whole"))
        for name in body["properties"]
    }
    telling = {
        name
        for name in named
        if any(word in name.lower() for word in ("secret", "token", "hash", "sealed", "password", "codes", "box"))
    }
    assert telling == {
        "SessionAnswer.session_token",
        "SessionAnswer.csrf_token",
        "EnrolledAnswer.session_token",
        "EnrolledAnswer.csrf_token",
        "EnrolledAnswer.recovery_codes",
        "CallerAnswer.csrf_token",
        "EnrolmentAnswer.secret",
        "InvitedAnswer.link_token",
    }
    assert all(path.startswith(API) for path in described["paths"])
