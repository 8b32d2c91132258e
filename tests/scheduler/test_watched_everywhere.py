"""On every platform: one look finds what was done past the gateway, and what is ours comes down at one word."""

from __future__ import annotations

import pytest

from gateway.actions import credential
from gateway.domain.breach import BreachKind
from gateway.domain.delivery import State
from gateway.storage import tables
from tests import cast
from tests.flow.town import Town
from tests.scheduler.arranged import delivered, joined, stored
from tests.scheduler.stages import STAGES
from tests.scheduler.test_watcher import aged, look, with_rooms

FOUND = {
    *(BreachKind.FOREIGN_POST, BreachKind.CHANGED_POST, BreachKind.VANISHED_POST),
    *(BreachKind.CHANGED_NAME, BreachKind.CHANGED_PICTURE, BreachKind.CHANGED_BIO),
}


@pytest.mark.slow
@pytest.mark.parametrize("platform", STAGES)
def test_one_look_finds_everything_that_was_done_past_the_gateway(everywhere: Town, platform: str) -> None:
    account, there = joined(everywhere, platform), everywhere.platforms[platform]
    subject = everywhere.account(account).subject.partition("/")[0]
    assert look(everywhere, account) == []
    ours, gone = (delivered(everywhere, account, f"{which} of us on {platform}.") for which in ("This", "That"))
    assert look(everywhere, account) == []
    assert ours.receipt is not None
    assert gone.receipt is not None
    foreign = there.foreign_post(subject, "Buy now")["id"]
    there.edit_post(ours.receipt.platform_id, "As nobody approved")
    there.remove_post(gone.receipt.platform_id)
    aged(everywhere, gone.id)
    there.change_profile(subject, name="Some Office", picture="theirs", bio="For sale")
    found = {breach.kind: breach for breach in look(everywhere, account)}
    assert set(found) == FOUND
    told = found[BreachKind.FOREIGN_POST]
    assert told.receipt is not None
    assert (told.receipt.platform_id, told.text) == (foreign, "Buy now")
    assert (found[BreachKind.CHANGED_POST].delivery, found[BreachKind.VANISHED_POST].delivery) == (ours.id, gone.id)
    assert look(everywhere, account) == []


@pytest.mark.slow
def test_what_was_published_everywhere_is_taken_down_everywhere_and_each_platforms_answer_is_told(
    everywhere: Town,
) -> None:
    ada, accounts = cast.who(everywhere.world, "ada"), {name: joined(everywhere, name) for name in STAGES}
    ours = {name: delivered(everywhere, account, f"A mistake on {name}.") for name, account in accounts.items()}
    for delivery in ours.values():
        credential.ask_removal(everywhere.world, ada, delivery.id)
    with_rooms(everywhere, lambda made: made.clerk.tick())
    left = {name for name, one in ours.items() if stored(everywhere.world, one.id).state is not State.REMOVED}
    assert left == {"instagram"}  # where only a person can
    with everywhere.world.storage.reading() as readers:
        errands = readers.errands.where(tables.errands.c.delivery.in_([one.id for one in ours.values()]))
    told = {one.delivery: one.outcome for one in errands}
    for name, delivery in ours.items():
        assert delivery.receipt is not None
        there = {post["id"] for post in everywhere.platforms[name].posts()}
        assert (delivery.receipt.platform_id in there) == (name in left)
        assert told[delivery.id] == ("by-hand" if name in left else "removed")
