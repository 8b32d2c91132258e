"""Where looking cannot tell which post is ours, a person names its address, and the worker compares the words."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.actions.settle import settle_by_link
from gateway.domain.delivery import Delivery, State
from tests import cast
from tests.flow.town import MASTODON, Town, town, until

TEXT = "Our library is open late on Thursday."


def _outcome(house: Town, errand: str) -> str:
    with house.world.storage.reading() as readers:
        return readers.errands.get(errand).outcome


def _named(house: Town, lost: Delivery, link: str) -> str:
    bola = cast.stepped_up(house.world, "bola", "settle", lost.id, lost.digest)
    errand = settle_by_link(house.world, bola, lost.id, link)
    until(lambda: _outcome(house, errand.id) != "", house)
    return _outcome(house, errand.id)


@pytest.mark.slow
def test_a_post_that_stands_there_twice_is_settled_by_its_address_and_its_words(tmp_path: Path) -> None:
    with town(tmp_path, platforms=(MASTODON,)) as house:
        account = house.connect(MASTODON)
        simulator = house.platforms[MASTODON]
        other = house.post("Something else that we said.", account)
        until(lambda: house.states(other) == [State.PUBLISHED], house)
        simulator.fault("duplicate", path="statuses", method="POST")
        simulator.fault("reset_after", path="statuses", method="POST")
        said = house.post(TEXT, account)
        until(lambda: house.states(said) == [State.UNKNOWN], house)
        until(lambda: bool(house.deliveries(said)[0].looks), house)
        (lost,) = house.deliveries(said)
        assert {look.outcome for look in lost.looks} == {"several"}
        (published,) = house.deliveries(other)
        assert published.receipt is not None
        assert _named(house, lost, "https://social.example/@office11/1") == "not-there"
        assert _named(house, lost, str(published.receipt.url)) == "other-words"
        assert house.states(said) == [State.UNKNOWN]
        there = [post for post in simulator.posts() if post["text"] == TEXT]
        assert len(there) == 2
        assert _named(house, lost, str(there[0]["id"])) == "published"
        (settled,) = house.deliveries(said)
        assert (settled.state, settled.receipt and settled.receipt.platform_id) == (
            State.PUBLISHED,
            str(there[0]["id"]),
        )
        assert [e["text"] for e in simulator.truth("accepted") if e["by"] == "api"].count(TEXT) == 1
