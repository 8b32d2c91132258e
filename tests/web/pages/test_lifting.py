"""Lifting a hold in the browser: found from the queue and the post, said why, confirmed by a code for exactly that."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.domain.delivery import Delivery, State
from gateway.domain.instant import rfc3339
from gateway.domain.refusal import Reason
from gateway.world import World
from tests.actions.story import held as approved
from tests.actions.story import wish
from tests.cast import HOUR, NOON, an_account, entries, on_list, write
from tests.web.callers import a_delivery, a_release
from tests.web.pages.visitors import Visitor, errors_in, main_of


@pytest.fixture
def account(world: World) -> str:
    """One account that ada may write on and bola approves on."""
    return an_account(world)


def held(world: World, account: str, why: Reason = Reason.PROFILE_HOLDS) -> Delivery:
    (made,) = approved(world, asked=wish(account, wanted=rfc3339(NOON + HOUR)))
    waits = replace(made, hold=str(why))
    write(world, waits)
    return waits


def stored(world: World, one: Delivery) -> Delivery:
    with world.storage.reading() as readers:
        return readers.deliveries.get(one.id)


def test_an_approver_finds_a_hold_says_why_it_may_go_on_and_confirms(world: World, account: str) -> None:
    one, bola = held(world, account), Visitor.of(world, "bola")
    path = f"/deliveries/{one.id}/lift"
    for place in ("/queue", f"/deliveries/{one.id}", f"/submissions/{one.submission}"):
        assert f'href="{path}"' in bola.get(place).text, place
    assert one.outgoing.text in main_of(bola.get(path))
    silent = bola.post(path, {"reason": "  "})
    assert errors_in(silent) == ["Fill this in"]
    asked = bola.post(path, {"reason": "The period was called off."})
    shown = main_of(asked)
    assert "let what a person held go on" in shown
    assert "The period was called off." in shown
    assert one.outgoing.text in shown
    done = bola.confirm(asked, "bola")
    assert "The hold is lifted" in main_of(done)
    assert (stored(world, one).hold, stored(world, one).state) == (None, State.HELD)
    assert "The period was called off." in main_of(Visitor.of(world, "ada").get(f"/posts/{_post(world, one)}"))
    assert len(entries(world, "delivery.lift")) == 1


def _post(world: World, one: Delivery) -> str:
    with world.storage.reading() as readers:
        return readers.submissions.get(one.submission).post


@pytest.mark.parametrize("why", [Reason.MUST_BIND, Reason.UNCLEARED, Reason.AUTHOR_GONE, Reason.RESTORED])
def test_a_hold_that_nobodys_word_ends_says_what_does(world: World, account: str, why: Reason) -> None:
    one, bola = held(world, account, why), Visitor.of(world, "bola")
    assert f"{one.id}/lift" not in bola.get("/queue").text
    shown = bola.get(f"/deliveries/{one.id}/lift")
    assert "<textarea" not in shown.text
    assert "again" in main_of(shown)
    assert bola.post(f"/deliveries/{one.id}/lift", {"reason": "Let it."}).status_code == 409
    assert stored(world, one).hold == why


def test_its_author_and_whoever_has_another_role_are_not_shown_the_way(world: World, account: str) -> None:
    one = held(world, account)
    for name in ("ada", "olu"):
        for place in ("/queue", f"/deliveries/{one.id}"):
            assert f"{one.id}/lift" not in Visitor.of(world, name).get(place).text, (name, place)


def test_what_waits_for_a_release_is_not_shown_to_whoever_is_not_on_its_list(world: World, account: str) -> None:
    release = a_release(world)
    on_list(world, release.id, "ada")
    made = replace(a_delivery(world, "ada", account, release=release), hold=str(Reason.PROFILE_HOLDS))
    write(world, made)
    shown = Visitor.of(world, "bola").get(f"/deliveries/{made.id}/lift")
    assert made.outgoing.text not in shown.text
    assert "access list" in main_of(shown)
