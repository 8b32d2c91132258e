"""The log outlives what it tells of: what it holds of a wording confirms no guess at it (house §11)."""

from __future__ import annotations

import hashlib
import json

import pytest

from gateway.actions.submit import check, submit
from gateway.actions.write import write_post
from gateway.domain.digest import digest_of
from gateway.domain.post import Content
from gateway.world import World
from tests.actions.story import log, put_forward, wish
from tests.cast import an_account, who


@pytest.fixture(autouse=True)
def _account(world: World) -> None:
    an_account(world)


def test_one_wording_and_wish_has_one_digest_from_the_check_to_the_submission(world: World) -> None:
    ada = who(world, "ada")
    revision = write_post(world, ada, Content(("Hello",)))
    seen = [check(world, ada, revision.id, wish()).digest for _ in range(2)]
    assert {*seen} == {submit(world, ada, revision.id, wish()).digest}


def test_the_same_words_written_twice_have_digests_of_their_own(world: World) -> None:
    assert put_forward(world, "Prices rose 3.1 %").digest != put_forward(world, "Prices rose 3.1 %").digest


def test_the_log_confirms_no_guess_at_a_figure(world: World) -> None:
    submission = put_forward(world, "Prices rose 3.1 %")
    (told,) = log(world, "submission.submit")
    with world.storage.reading() as readers:
        salt = readers.revisions.get(submission.revision).salt
    ordered = [outgoing.to_json() for outgoing in submission.outgoings]
    plain = json.dumps(ordered, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    assert told.facts["digest"] != hashlib.sha256(plain.encode()).hexdigest()
    assert told.facts["digest"] == digest_of(submission.outgoings, salt)
    assert len(salt) >= 16
