"""Platforms that fetch pictures: really from the web process, while the post is sent, and never before or after."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import httpx
import pytest

from gateway.actions import write
from gateway.actions.showing import PATH
from gateway.domain.post import PictureUse
from tests import cast
from tests.flow.town import Town, soon, town
from tests.flow.web import free_address, web_process
from tests.simulators.pictures import jpeg

FETCHING = ("instagram", "threads")


def asked(address: str) -> int:
    """What anyone who asks there is told."""
    return httpx.get(address, trust_env=False).status_code


def shown(house: Town) -> int:
    """How many addresses there are."""
    with house.world.storage.reading() as readers:
        return len(readers.showings.all())


@pytest.mark.slow
def test_a_picture_is_fetched_from_the_web_process_while_it_is_sent_and_at_no_other_time(tmp_path: Path) -> None:
    address, web = free_address()
    with town(tmp_path, platforms=FETCHING, web=web) as house, web_process(tmp_path):
        accounts = [account for (account,) in house.connect_on(dict.fromkeys(FETCHING, 1)).values()]
        media = write.add_picture(house.world, cast.who(house.world, "ada"), jpeg())
        use, wanted = PictureUse(media.id, "A grey square", "Made by us"), soon(house.world, 2)
        post = house.post("The archive is open on Tuesday.", *accounts, wanted=wanted, pictures=(use,))
        assert (shown(house), asked(f"{address}{PATH}{'x' * 43}")) == (0, 404)
        house.settled(post)
        for delivery in house.deliveries(post):
            (fetched,) = house.platforms[house.account(delivery.account).platform].truth("media")
            assert fetched["fetched_from"].startswith(address + PATH)
            assert (fetched["sha256"], fetched["alt"]) == (media.id, use.alt_text)
            assert datetime.fromisoformat(fetched["at"]) >= datetime.fromisoformat(wanted)
            assert asked(fetched["fetched_from"]) == 404
            assert delivery.made == fetched["id"]
            acts = [act for act in house.acts(delivery.id) if act.startswith("media") or act == "delivery.intent"]
            assert acts == ["media.show", "media.fetch", "delivery.intent", "media.hide"]
        assert (len(house.accepted("The archive is open on Tuesday.")), shown(house)) == (2, 0)
