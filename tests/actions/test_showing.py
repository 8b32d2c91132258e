"""Pictures at an address: only for a delivery that is being sent, only past its door, gone when it is over."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from gateway.actions.deliver import let_go
from gateway.actions.freezing import freeze
from gateway.actions.showing import PATH, fetch_picture, hide_left_over, hide_pictures, show_picture
from gateway.domain.delivery import Delivery
from gateway.domain.instant import rfc3339
from gateway.domain.post import Content, Media, PictureUse
from gateway.domain.refusal import Reason, Refused
from gateway.domain.showing import LIFE, MOST_FETCHES
from gateway.web.app import create_app
from gateway.world import World
from tests.actions.story import WORKER, at, claimed, cleared, deliveries, log, put_forward, wish, yes
from tests.cast import HOUR, MINUTE, NOON, SECOND, an_account, make_world, stepped_up, who, write
from tests.simulators.pictures import jpeg

DUE = NOON + HOUR
PUBLIC = "https://gateway.example.org"


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A town that platforms reach, with one account; the clock stands at NOON."""
    made = make_world(f"sqlite:///{tmp_path_factory.mktemp('town')}/gateway.db")
    made = replace(made, media_origin=PUBLIC)
    an_account(made)
    yield made
    made.storage.close()


@pytest.fixture
def illustrated(world: World) -> Delivery:
    """A delivery with a picture, approved, due in an hour and claimed in time."""
    picture = stored(world, jpeg())
    content = Content(("Hello",), (PictureUse(picture.id, "A grey square", "Our own"),))
    submission = put_forward(world, asked=wish(wanted=rfc3339(DUE)), content=content)
    yes(world, cleared(world, submission) if submission.needs_clearance else submission)
    at(world, DUE - SECOND)
    assert len(claimed(world)) == 1
    return deliveries(world, submission.id)[0]


def stored(world: World, body: bytes) -> Media:
    """A picture of Ada's."""
    id, ada = hashlib.sha256(body).hexdigest(), who(world, "ada").member
    kept = Media(
        id=id,
        media_type="image/jpeg",
        size=len(body),
        width=400,
        height=400,
        added_by=ada,
        added_at=NOON,
        told_as=f"told-{id[:8]}",
        brought_by=(ada,),
        words="",
        body=body,
    )
    write(world, kept)
    return kept


def shown(world: World, one: Delivery) -> str:
    """The token of a fresh address of its picture."""
    return show_picture(world, one.id, one.outgoing.pictures[0].sha256).removeprefix(PUBLIC + PATH)


def asked(world: World, token: str) -> int:
    """What anyone who asks at an address is told."""
    with TestClient(create_app(world, public_origin=PUBLIC), base_url=PUBLIC) as anyone:
        answer = anyone.get(PATH + token)
        assert "set-cookie" not in answer.headers
        return answer.status_code


def test_there_is_no_address_before_the_door_opens(world: World, illustrated: Delivery) -> None:
    with pytest.raises(Refused) as no:
        shown(world, illustrated)
    assert no.value.reason is Reason.NOT_DUE
    assert log(world, "media.show") == []
    at(world, DUE)
    assert asked(world, shown(world, illustrated)) == 200


def test_the_picture_is_there_while_it_is_sent_and_gone_when_that_is_over(world: World, illustrated: Delivery) -> None:
    at(world, DUE)
    token = shown(world, illustrated)
    assert len(token) >= 43  # 256 bits
    with TestClient(create_app(world, public_origin=PUBLIC), base_url=PUBLIC) as platform:
        answer = platform.get(PATH + token)
    assert (answer.content, answer.headers["content-type"]) == (fetch_picture(world, token).body, "image/jpeg")
    assert answer.headers["cache-control"] == "no-store"
    hide_pictures(world, illustrated.id)
    assert asked(world, token) == 404
    assert [len(log(world, act)) for act in ("media.show", "media.fetch", "media.hide")] == [1, 2, 1]
    with world.storage.reading() as readers:
        assert readers.showings.all() == []


def test_every_other_address_is_nowhere(world: World) -> None:
    assert {asked(world, wrong) for wrong in ("", "x", "x" * 43, "%00", "%2e%2e")} == {404}


def test_an_address_ends_by_itself_and_what_a_dead_worker_left_is_cleared(world: World, illustrated: Delivery) -> None:
    at(world, DUE)
    token = shown(world, illustrated)
    assert hide_left_over(world) == 0
    at(world, DUE + LIFE)
    assert asked(world, token) == 404
    assert hide_left_over(world) == 1
    with world.storage.reading() as readers:
        assert readers.showings.all() == []


def test_what_is_frozen_or_given_back_meanwhile_is_shown_no_more(world: World, illustrated: Delivery) -> None:
    at(world, DUE)
    token = shown(world, illustrated)
    frozen = freeze(world, stepped_up(world, "sam", "freeze", "office-account"), "account", "office-account", "stop")
    assert frozen
    assert asked(world, token) == 404
    with pytest.raises(Refused):
        shown(world, illustrated)
    let_go(world, WORKER, [illustrated.id], "test")
    assert asked(world, token) == 404


def test_only_the_deliverys_own_pictures_are_shown_and_not_for_ever(world: World, illustrated: Delivery) -> None:
    at(world, DUE)
    other = stored(world, jpeg(500, 400))
    with pytest.raises(Refused) as no:
        show_picture(world, illustrated.id, other.id)
    assert no.value.reason is Reason.NOT_FOUND
    token = shown(world, illustrated)
    for _ in range(MOST_FETCHES):
        fetch_picture(world, token)
    with pytest.raises(Refused):
        fetch_picture(world, token)


def test_a_gateway_that_no_platform_can_reach_says_so(world: World, illustrated: Delivery) -> None:
    at(world, DUE)
    hidden = replace(world, media_origin="http://127.0.0.1:8080")
    with pytest.raises(Refused) as no:
        shown(hidden, illustrated)
    assert no.value.reason is Reason.MEDIA_UNREACHABLE
    picture = illustrated.outgoing.pictures[0].sha256
    assert show_picture(replace(hidden, sandbox=True), illustrated.id, picture).startswith("http://127.0.0.1:8080/")
    assert MINUTE < LIFE < 10 * MINUTE
