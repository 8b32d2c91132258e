"""Taking a leaver's post over in the browser: found from the queue, one form, nothing typed is lost."""

from __future__ import annotations

import pytest

from gateway.actions.leave import leave
from gateway.domain.delivery import Delivery
from gateway.domain.grant import Kind
from gateway.domain.release import Release
from gateway.world import World
from tests.actions.story import held
from tests.cast import HOUR, an_account, clock_of, enrol, grant, on_list, policy, stepped_up
from tests.web.callers import a_delivery, a_release
from tests.web.pages.visitors import Visitor, errors_in, main_of

DECLARED = policy().declaration


@pytest.fixture
def account(world: World) -> str:
    """One account; Abe of Ada's team may write on it."""
    made = an_account(world)
    enrol(world, "abe", "author")
    grant(world, "abe", made, Kind.WRITE)
    return made


def left_behind(world: World, release: Release | None = None) -> Delivery:
    one = (
        a_delivery(world, "ada", "office-account", release=release) if release else held(world, "Closed on Monday.")[0]
    )
    leave(world, stepped_up(world, "sam", "leave", "ada"), "ada")
    return one


def test_a_colleague_finds_it_and_takes_it_over_in_one_act(world: World, account: str) -> None:
    one, abe = left_behind(world), Visitor.of(world, "abe")
    path = f"/submissions/{one.submission}/take-over"
    with world.storage.reading() as readers:
        post = readers.submissions.get(one.submission).post
    for place in ("/queue", f"/deliveries/{one.id}", f"/posts/{post}"):
        assert f'href="{path}"' in abe.get(place).text, place
    assert path not in Visitor.of(world, "bola").get("/queue").text
    assert "Closed on Monday." in main_of(abe.get(path))
    half = abe.post(path, {"time_kind": "kept", "declared": DECLARED[:2], "doubt": "Is it Monday?"})
    assert errors_in(half)
    assert "Is it Monday?" in half.text
    assert half.text.count(" checked>") + half.text.count(" checked ") >= 3
    done = abe.post(path, {"time_kind": "kept", "declared": DECLARED})
    assert "It is put forward as yours" in main_of(done)
    assert "Waits for answers" in main_of(done)


def test_where_its_time_is_past_another_is_asked_for(world: World, account: str) -> None:
    one = left_behind(world)
    clock_of(world).advance(2 * HOUR)
    abe, path = Visitor.of(world, "abe"), f"/submissions/{one.submission}/take-over"
    assert "Its time is past" in main_of(abe.get(path))
    empty = abe.post(path, {"time_kind": "at", "declared": DECLARED})
    assert errors_in(empty) == ["Give a day and a time, such as 27 March 2026 and 09:30"]
    past = abe.post(path, {"time_kind": "at", "declared": DECLARED, "day": "2026-03-02", "time": "13:00"})
    assert errors_in(past) == ["Choose a time that is still to come."]
    done = abe.post(path, {"time_kind": "at", "declared": DECLARED, "day": "2026-03-03", "time": "09:30"})
    assert "3 March 2026, 9:30am" in main_of(done)


def test_what_waits_for_a_release_is_shown_to_its_list_alone(world: World, account: str) -> None:
    release = a_release(world)
    on_list(world, release.id, "ada")
    one = left_behind(world, release)
    shown = Visitor.of(world, "abe").get(f"/submissions/{one.submission}/take-over")
    assert shown.status_code == 403
    assert one.outgoing.text not in shown.text
