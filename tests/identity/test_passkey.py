"""Passkeys judged alone: an honest authenticator is believed, and nothing else ever is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.identity.party import Known, NewPasskey, NoPartyName, Party, Person, party_of
from gateway.identity.passkey import (
    LONGEST,
    assertion_options,
    credential_of,
    registration_options,
    verify_assertion,
    verify_registration,
)
from gateway.identity.wrong import CountWentBack, WrongPasskey
from tests.authenticator import SoftKey, b64, raw

ORIGIN = "https://gateway.example"
PARTY = Party("gateway.example", ORIGIN)
ADA = Person(b"ada", "ada", "Ada")
CHALLENGE = bytes(range(32))
# What a thief, a copied page, a frame or an eavesdropper can say otherwise.
LIES: tuple[dict[str, Any], ...] = (
    {"challenge": bytes(32)},
    {"challenge": b""},
    {"kind": "webauthn.get"},
    {"kind": "payment.get"},
    {"rp_id": "evil.example"},
    {"rp_id": "gateway.example.evil.example"},
    {"uv": False},
    {"up": False},
    {"framed": True},
)
FOREIGN = (
    "https://evil.example",
    "https://gateway.example.evil.example",
    "http://gateway.example",
    "https://gateway.example:444",
    "https://xn--gatewy-7ve.example",
    "null",
    "",
)


def made_by(key: SoftKey, party: Party = PARTY) -> NewPasskey:
    options = registration_options(party, "Office", ADA, CHALLENGE, [])
    return verify_registration(key.make(options, party.origin), challenge=CHALLENGE, party=party)


def known_of(made: NewPasskey, count: int | None = None) -> Known:
    return Known(made.credential, made.public_key, made.sign_count if count is None else count)


def judged(answer: str, known: Known) -> int:
    return verify_assertion(answer, challenge=CHALLENGE, party=PARTY, known=known, handle=b"ada")


OPTIONS = assertion_options(PARTY, CHALLENGE, [])


def test_what_an_honest_key_makes_it_can_answer_with() -> None:
    key = SoftKey()
    made = made_by(key)
    assert raw(made.credential) == key.id
    assert judged(key.answer(OPTIONS, ORIGIN), known_of(made)) == made.sign_count + 1
    assert credential_of(key.answer(OPTIONS, ORIGIN)) == made.credential


def test_a_key_that_never_counts_is_believed_again_and_again() -> None:
    key = SoftKey(counts=False)
    made = made_by(key)
    assert [judged(key.answer(OPTIONS, ORIGIN), known_of(made)) for _ in range(3)] == [0, 0, 0]


@given(stored=st.integers(0, 2**32 - 1), said=st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_a_count_that_does_not_rise_is_told_apart(stored: int, said: int) -> None:
    made = made_by(KEY)
    answer = KEY.answer(OPTIONS, ORIGIN, count=said)
    if said > stored or said == stored == 0:
        assert judged(answer, known_of(made, stored)) == said
    else:
        with pytest.raises(CountWentBack):
            judged(answer, known_of(made, stored))


KEY = SoftKey()


@pytest.mark.parametrize("lie", LIES, ids=str)
def test_an_answer_that_is_not_for_us_now_is_not_believed(lie: dict[str, Any]) -> None:
    key = SoftKey()
    made = made_by(key)
    if lie.get("kind") == "webauthn.get":
        lie = {"kind": "webauthn.create"}
    with pytest.raises(WrongPasskey):
        judged(key.answer(OPTIONS, ORIGIN, **lie), known_of(made))


@pytest.mark.parametrize("origin", FOREIGN)
def test_an_answer_from_elsewhere_is_not_believed(origin: str) -> None:
    key = SoftKey()
    made = made_by(key)
    with pytest.raises(WrongPasskey):
        judged(key.answer(OPTIONS, origin), known_of(made))
    options = registration_options(PARTY, "Office", ADA, CHALLENGE, [])
    with pytest.raises(WrongPasskey):
        verify_registration(SoftKey().make(options, origin), challenge=CHALLENGE, party=PARTY)


@pytest.mark.parametrize("lie", LIES, ids=str)
def test_a_passkey_that_is_not_made_for_us_now_is_not_kept(lie: dict[str, Any]) -> None:
    options = registration_options(PARTY, "Office", ADA, CHALLENGE, [])
    with pytest.raises(WrongPasskey):
        verify_registration(SoftKey().make(options, ORIGIN, **lie), challenge=CHALLENGE, party=PARTY)


def test_another_persons_key_or_handle_is_not_believed() -> None:
    mine, other = SoftKey(), SoftKey()
    known = known_of(made_by(mine))
    other.id = mine.id
    with pytest.raises(WrongPasskey):
        judged(other.answer(OPTIONS, ORIGIN), known)
    with pytest.raises(WrongPasskey):
        judged(mine.answer(OPTIONS, ORIGIN, handle=b"bola"), known)


@given(
    st.sampled_from(["clientDataJSON", "authenticatorData", "signature"]), st.integers(0, 9_999), st.integers(1, 255)
)
@settings(max_examples=150, deadline=None)
def test_no_changed_byte_is_believed(part: str, place: int, change: int) -> None:
    known = known_of(made_by(KEY), 0)
    said = json.loads(KEY.answer(OPTIONS, ORIGIN))
    body = bytearray(raw(said["response"][part]))
    body[place % len(body)] ^= change
    said["response"][part] = b64(bytes(body))
    with pytest.raises(WrongPasskey):
        judged(json.dumps(said), known)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)


@given(st.text(max_size=200) | JSON.map(json.dumps) | st.just("[" * 5_000))
@settings(max_examples=150, deadline=None)
def test_whatever_a_stranger_sends_is_wrong_and_nothing_worse(sent: str) -> None:
    known = known_of(made_by(KEY))
    for act in (
        lambda: judged(sent, known),
        lambda: credential_of(sent),
        lambda: verify_registration(sent, challenge=CHALLENGE, party=PARTY),
    ):
        with pytest.raises(WrongPasskey):
            act()


@given(
    st.sampled_from(["clientDataJSON", "attestationObject"]),
    st.binary(max_size=300) | JSON.map(lambda v: json.dumps(v).encode()),
)
@settings(max_examples=150, deadline=None)
def test_a_registration_of_rubbish_is_wrong_and_nothing_worse(part: str, body: bytes) -> None:
    said = json.loads(KEY.make(registration_options(PARTY, "Office", ADA, CHALLENGE, []), ORIGIN))
    said["response"][part] = b64(body)
    with pytest.raises(WrongPasskey):
        verify_registration(json.dumps(said), challenge=CHALLENGE, party=PARTY)


def test_an_answer_longer_than_any_authenticators_is_not_read() -> None:
    made = made_by(KEY)
    padded = KEY.answer(OPTIONS, ORIGIN) + " " * LONGEST
    with pytest.raises(WrongPasskey):
        judged(padded, known_of(made))


def test_options_ask_for_a_verified_person_and_only_known_keys() -> None:
    asked = json.loads(assertion_options(PARTY, CHALLENGE, [b64(b"k" * 16)]))
    assert (asked["userVerification"], asked["rpId"]) == ("required", "gateway.example")
    assert [each["id"] for each in asked["allowCredentials"]] == [b64(b"k" * 16)]
    made = json.loads(registration_options(PARTY, "Office", ADA, CHALLENGE, [b64(b"k" * 16)]))
    assert made["authenticatorSelection"]["userVerification"] == "required"
    assert [each["id"] for each in made["excludeCredentials"]] == [b64(b"k" * 16)]
    assert (made["attestation"], raw(made["challenge"])) == ("none", CHALLENGE)


def test_passkeys_are_bound_to_the_hosts_name_and_to_no_address_in_figures() -> None:
    assert party_of("https://gateway.example:8443") == Party("gateway.example", "https://gateway.example:8443")
    assert party_of("http://localhost:8080") == Party("localhost", "http://localhost:8080")
    for origin in ("http://127.0.0.1:8080", "http://[::1]:8080", "", "gateway"):
        with pytest.raises(NoPartyName):
            party_of(origin)
