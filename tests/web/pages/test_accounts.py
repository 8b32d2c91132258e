"""The account register on the pages: entered by an administrator, connected by an owner of its team."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from gateway.storage import tables
from gateway.world import World
from tests.cast import DAY, NOON, PRETEND, an_account, member, write
from tests.web.pages.visitors import Visitor, errors_in, main_of
from vault.box import signed_part

ENTRY = {
    "platform": "pretend",
    "origin": "https://pretend.example",
    "handle": "office.pretend.example",
    "owner_team": "Digital",
    "responsible": "Olu Ade",
    "accountable": "Head of Digital",
    "tier": "standard",
    "sign_off": "",
}


def with_box_key(world: World) -> World:
    """A world whose worker has published a box key."""
    signer, public = Ed25519PrivateKey.generate(), X25519PrivateKey.generate().public_key().public_bytes_raw()
    row = {"id": "box-1", "public_key": public, "not_after": NOON + DAY}
    row["signature"] = signer.sign(signed_part(public, "box-1", NOON + DAY))
    with world.storage.engine.begin() as connection:
        connection.execute(tables.vault_box_keys.insert(), [row])
    return replace(world, box_signer=signer.public_key().public_bytes_raw())


def test_an_administrator_registers_an_account_and_sees_what_it_still_needs(world: World) -> None:
    cyd = Visitor.of(world, "cyd")
    assert "No account is in the register yet" in main_of(cyd.get("/accounts"))
    made = main_of(cyd.post("/accounts/new", ENTRY))
    assert "The account is in the register." in made
    assert "Not connected" in made
    assert "A security officer checks its second factor at the platform" in made
    assert "office.pretend.example" in main_of(cyd.get("/accounts"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"handle": " "}, "Fill this in"),
        ({"origin": "http://evil.example/x"}, "Give the server as https://host and nothing else."),
        ({"platform": "nowhere"}, "Choose a platform that this gateway has."),
    ],
)
def test_a_mistake_is_named_and_nothing_typed_is_lost(world: World, change: dict[str, str], said: str) -> None:
    answer = Visitor.of(world, "cyd").post("/accounts/new", ENTRY | change)
    assert errors_in(answer) == [said]
    assert 'value="Head of Digital"' in answer.text


def test_an_owner_shows_a_code_first_and_then_types_the_credential(world: World) -> None:
    account = an_account(world)
    keyed = with_box_key(world)
    keyed = replace(keyed, platforms={PRETEND: replace(keyed.platforms[PRETEND], scopes=("say", "look"))})
    olu = Visitor.of(keyed, "olu")
    asked = olu.get(f"/accounts/{account}/connect")
    assert "Enter a code to connect this account" in main_of(asked)
    form = olu.confirm(asked, "olu")
    assert form.url.path == f"/accounts/{account}/connect"
    assert "these rights at the platform, and should have no others: say look" in main_of(form)
    done = olu.post(f"/accounts/{account}/connect", {"app_password": "four-word-secret"})
    assert "on its way to the worker" in main_of(done)
    assert "four-word-secret" not in done.text
    with world.storage.reading() as readers:
        (deposit,) = readers.deposits.all()
    assert b"four-word-secret" not in deposit.sealed


def test_a_credential_is_not_held_when_the_code_is_missing(world: World) -> None:
    account = an_account(world)
    asked = Visitor.of(world, "olu").post(f"/accounts/{account}/connect", {"app_password": "four-word-secret"})
    assert "Enter a code to connect this account" in main_of(asked)
    assert "four-word-secret" not in asked.text


def test_an_owner_of_another_team_is_told_who_connects_it(world: World) -> None:
    account = an_account(world)
    write(world, replace(member(world, "olive"), team="Elsewhere"))
    olive = Visitor.of(world, "olive")
    assert "Account owners of the team Digital connect it." in main_of(olive.get(f"/accounts/{account}"))
    assert olive.get(f"/accounts/{account}/connect").status_code == 403


def test_an_owner_ends_a_credential_at_the_platform_with_a_code(world: World) -> None:
    account = an_account(world)
    olu, place = Visitor.of(world, "olu"), f"/accounts/{account}"
    assert "End its credential at the platform" in main_of(olu.get(place))
    assert "forgets it here" in main_of(olu.get(f"{place}/revoke"))
    asked = olu.post(f"{place}/revoke")
    assert "Enter a code to end this account’s credential at the platform" in main_of(asked)
    assert "office-account.pretend.example" in main_of(asked)
    done = main_of(olu.confirm(asked, "olu"))
    assert "Its credential is being ended at the platform." in done
    with world.storage.reading() as readers:
        (errand,) = readers.errands.all()
    assert (errand.kind, errand.account, errand.asked_by) == ("revoke", account, "olu")
    for outcome, said in (
        ("revoked", "was ended at the platform"),
        ("forgotten-here", "end it there too, in the platform’s own settings"),
        ("no-answer", "could not be ended at the platform"),
    ):
        with world.storage.reading() as readers:
            stored = readers.errands.get(errand.id)
        write(world, replace(stored, done_at=NOON, outcome=outcome))
        assert said in main_of(olu.get(place))


def test_only_an_owner_of_its_team_is_offered_to_end_a_credential(world: World) -> None:
    account = an_account(world)
    assert "End its credential" not in main_of(Visitor.of(world, "ada").get(f"/accounts/{account}"))
    write(world, replace(member(world, "olive"), team="Elsewhere"))
    olive = Visitor.of(world, "olive")
    assert "End its credential" not in main_of(olive.get(f"/accounts/{account}"))
    assert "Ask the account" in errors_in(olive.post(f"/accounts/{account}/revoke"))[0]
    with world.storage.reading() as readers:
        assert readers.errands.all() == []


def test_a_platform_that_takes_both_offers_consent_first_and_its_fields_beside(world: World) -> None:
    account, both = an_account(world), replace(world.platforms["pretend"], asks_consent=True)
    page = main_of(Visitor.of(replace(world, platforms={"pretend": both}), "olu").get(f"/accounts/{account}"))
    assert page.index("Connect it at the platform") < page.index("Bring its credential instead")
