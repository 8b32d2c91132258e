"""Answers given at the same moment: each counts once, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from gateway.actions.approve import approve
from gateway.domain.refusal import Reason, Refused
from gateway.world import World
from tests.actions.story import cleared, deliveries, put_forward, wish
from tests.cast import an_account, bare_world, make_world, stepped_up


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    built = make_world(database_url)
    an_account(built)
    yield built
    built.storage.close()


@pytest.mark.slow
def test_two_approvers_at_once_hold_it_once(world: World, database_url: str) -> None:
    submission = cleared(world, put_forward(world, asked=wish(content_class="policy")))
    people = {name: stepped_up(world, name, "approve", submission.id, submission.digest) for name in ("bola", "bea")}
    ready, refused = threading.Barrier(2), []

    def answer(name: str) -> None:
        own = bare_world(database_url, world.clock)
        try:
            ready.wait(10)
            approve(own, people[name], submission.id, submission.digest)
        except Refused as refusal:
            refused.append(refusal)
        finally:
            own.storage.close()

    threads = [threading.Thread(target=answer, args=(name,)) for name in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == []
    assert len(deliveries(world, submission.id)) == 1


@pytest.mark.slow
def test_one_person_in_two_windows_answers_once(world: World, database_url: str) -> None:
    submission = cleared(world, put_forward(world, asked=wish(content_class="policy")))
    for _ in range(2):
        acting = stepped_up(world, "bola", "approve", submission.id, submission.digest)
    ready, reasons = threading.Barrier(2), []

    def answer() -> None:
        own = bare_world(database_url, world.clock)
        try:
            ready.wait(10)
            approve(own, acting, submission.id, submission.digest)
        except Refused as refusal:
            reasons.append(refusal.reason)
        finally:
            own.storage.close()

    threads = [threading.Thread(target=answer) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert reasons == [Reason.ALREADY_ANSWERED]
    assert deliveries(world, submission.id) == []
