"""On every platform one look finds a post that is not ours, ours changed or gone, and a new face; each once."""

from __future__ import annotations

import pytest

from gateway.domain.breach import BreachKind
from tests.flow.town import Town
from tests.scheduler.arranged import delivered, joined
from tests.scheduler.stages import STAGES
from tests.scheduler.test_watcher import aged, look

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
