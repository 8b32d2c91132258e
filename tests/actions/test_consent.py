"""Connecting by consent, the web's half: asked for by whoever may, answered once, by the same person, in time."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.actions import consent as acts
from gateway.actions import credential
from gateway.domain.account import CredentialState
from gateway.domain.consent import LIFE, Consent
from gateway.domain.refusal import Reason, Refused
from gateway.storage.vault import moves
from gateway.world import World
from tests.actions.story import refuses
from tests.actions.test_credential import boxed, database_url
from tests.cast import PRETEND, an_account, clock_of, stepped_up, who

__all__ = ["boxed", "database_url"]  # fixtures of the room next door
OFFICE = "office-account"
STATE = base64.urlsafe_b64encode(b"s" * 32).decode()


@pytest.fixture
def office(boxed: World) -> World:
    """A gateway whose pretend platform asks for consent, with the worker's box key published."""
    platform = replace(boxed.platforms[PRETEND], asks_consent=True, scopes=("say",))
    return replace(boxed, platforms={PRETEND: platform})


def asked(world: World, name: str = "olu") -> Consent:
    """Somebody asks, and the worker makes the address."""
    consent = acts.ask_consent(world, stepped_up(world, name, "connect", OFFICE), OFFICE)
    made(world, consent)
    return consent


def made(world: World, consent: Consent, issuer: str = "") -> None:
    """The worker makes the address."""
    acts.make_consent(
        world, consent.id, address="https://pretend.example/ask", state=STATE, issuer=issuer, seal=lambda: moves([])
    )


def came_back(world: World, name: str = "olu", state: str = STATE, **more: str) -> Consent:
    """They come back with a code."""
    return acts.answer_consent(world, who(world, name), state=state, **({"code": "a-code"} | more))


def test_the_code_is_boxed_for_the_worker_and_its_state_serves_once(office: World) -> None:
    consent = asked(office)
    assert acts.read_consent(office, who(office, "olu"), consent.id).address == "https://pretend.example/ask"
    assert came_back(office).outcome == "brought"
    with office.storage.reading() as readers:
        (deposit,) = readers.deposits.codes()
        assert readers.deposits.waiting() == []  # nothing for the clerk: the usher has it
        stored_consent = readers.consents.get(consent.id)
    assert (deposit.consent, b"a-code" in deposit.sealed, stored_consent.address) == (consent.id, False, "")
    with refuses(office, Reason.CONSENT_REFUSED, "connect"):
        came_back(office)


@pytest.mark.parametrize("state", ["", "another", STATE + "x"])
def test_another_state_opens_nothing(office: World, state: str) -> None:
    asked(office)
    with refuses(office, Reason.CONSENT_REFUSED, "connect"):
        came_back(office, state=state)


def test_nobody_else_answers_it(office: World) -> None:
    asked(office)
    with refuses(office, Reason.CONSENT_REFUSED, "connect"):
        came_back(office, "olive")  # another owner, with every right of her own


def test_it_is_over_after_ten_minutes(office: World) -> None:
    asked(office)
    clock_of(office).advance(LIFE)
    with refuses(office, Reason.CONSENT_REFUSED, "connect"):
        came_back(office)


def test_the_issuer_is_the_one_that_was_asked(office: World) -> None:
    made(
        office, acts.ask_consent(office, stepped_up(office, "olu", "connect", OFFICE), OFFICE), "https://right.example"
    )
    for wrong in ("", "https://wrong.example"):
        with refuses(office, Reason.CONSENT_REFUSED, "connect"):
            came_back(office, issuer=wrong)
    assert came_back(office, issuer="https://right.example").outcome == "brought"


def test_a_person_may_decline(office: World) -> None:
    asked(office)
    assert came_back(office, code="", error="access_denied").outcome == "declined"
    with office.storage.reading() as readers:
        assert readers.deposits.codes() == []


def test_a_fresh_factor_for_this_very_account_is_needed(office: World) -> None:
    with refuses(office, Reason.STEP_UP_NEEDED, "connect"):
        acts.ask_consent(office, who(office, "olu"), OFFICE)
    with refuses(office, Reason.ROLE_MISSING, "connect"):
        acts.ask_consent(office, who(office, "ada"), OFFICE)


def test_nobody_reads_anothers_address(office: World) -> None:
    consent = asked(office)
    with refuses(office, Reason.NOT_FOUND, "connect"):
        acts.read_consent(office, who(office, "olive"), consent.id)


def test_without_our_application_there_is_no_consent(world: World) -> None:
    account = an_account(world)
    with refuses(world, Reason.CONSENT_NOT_OFFERED, "connect"):
        acts.ask_consent(world, stepped_up(world, "olu", "connect", account), account)


def test_where_consent_is_all_there_is_nothing_is_pasted(office: World) -> None:
    platform = replace(office.platforms[PRETEND], fields=())
    alone = replace(office, platforms={PRETEND: platform})
    with refuses(office, Reason.CONSENT_NEEDED, "connect"):
        credential.connect(alone, stepped_up(alone, "olu", "connect", OFFICE), OFFICE, {})


def test_what_works_goes_on_working_until_the_new_one_is_verified(office: World) -> None:
    consent = asked(office)
    came_back(office)
    with office.storage.reading() as readers:
        assert readers.accounts.get(consent.account).credential_state is CredentialState.CURRENT


def test_one_worker_alone_exchanges_a_code(office: World) -> None:
    asked(office)
    came_back(office)
    with office.storage.reading() as readers:
        (deposit,) = readers.deposits.codes()
    acts.take_deposit(office, deposit.id)
    with pytest.raises(Refused, match="wrong-state"):
        acts.take_deposit(office, deposit.id)


def test_an_address_that_was_made_too_late_is_not_handed_out(office: World) -> None:
    consent = acts.ask_consent(office, stepped_up(office, "olu", "connect", OFFICE), OFFICE)
    clock_of(office).advance(LIFE + timedelta(seconds=1))
    with pytest.raises(Refused, match="wrong-state"):
        made(office, consent)
