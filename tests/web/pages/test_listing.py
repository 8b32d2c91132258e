"""The list of posts: one can be told from another, and nothing that waits for a release is said there."""

from __future__ import annotations

from dataclasses import replace

from gateway.actions.write import write_post
from gateway.domain.delivery import State
from gateway.domain.post import Content
from gateway.world import World
from tests.cast import HOUR, NOON, an_account, entries, on_list, who, write
from tests.web.callers import a_delivery, a_release, a_submission
from tests.web.pages.visitors import Visitor, main_of


def test_a_list_says_how_each_post_begins_and_how_it_stands(world: World) -> None:
    a_submission(world, "ada", an_account(world))
    write_post(world, who(world, "ada"), Content(("The reading room\nis open again. " + "Come and see. " * 9,)))
    shown = main_of(Visitor.of(world, "ada").get("/posts"))
    assert "The reading room is open again." in shown
    assert "… Begun 2 March 2026, midday by you Draft" in shown
    assert "Waits for answers" in shown
    assert "by Ada" in main_of(Visitor.of(world, "dev").get("/posts"))


def test_what_waits_for_a_release_is_not_said_in_the_list(world: World) -> None:
    release = a_release(world, NOON + HOUR)
    on_list(world, release.id, "ada")
    write_post(world, who(world, "ada"), Content(("Prices rose by 3.4%.",)), release=release.id)
    for name in ("ada", "dev", "eve"):
        answer = Visitor.of(world, name).get("/posts")
        assert "Draft for a release" in main_of(answer), name
        assert "Prices" not in answer.text, name
    assert entries(world, "draft.read") == []


def test_what_is_out_and_what_needs_somebody_is_told_from_what_is_to_come(world: World) -> None:
    account = an_account(world)
    sent = [a_delivery(world, "ada", account) for _ in range(2)]
    states = (State.PUBLISHED, State.UNKNOWN)
    write(world, *(replace(each, state=state) for each, state in zip(sent, states, strict=True)))
    shown = main_of(Visitor.of(world, "ada").get("/posts"))
    assert "by you Out" in shown
    assert "by you Needs somebody" in shown
