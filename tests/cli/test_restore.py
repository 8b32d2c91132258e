"""A gateway that comes back from a backup sends nothing a second time, whatever happened after the backup was made."""

from __future__ import annotations

import base64
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.words import AT_RELEASE
from gateway.actions.deliver import stage
from gateway.actions.restoring import MARGIN, may_have_gone, take_up
from gateway.actions.settle import settle_by_looking
from gateway.chance import Chance
from gateway.domain.delivery import Delivery, State, claim, intend
from gateway.domain.instant import Now
from gateway.domain.refusal import Reason
from gateway.storage.log import Search
from gateway.world import World
from tests import cast
from tests.actions.story import WORKER, held
from tests.cli.house import cli
from tests.flow.town import BLUESKY, MASTODON, Town, soon, town, until

HOUR = timedelta(hours=1)


# --- the whole of it: a real worker, a real platform, kill, restore ---------------------------------------------------


@pytest.mark.slow
def test_what_was_sent_after_the_backup_is_not_sent_again(tmp_path: Path) -> None:
    with town(tmp_path / "town", platforms=(BLUESKY, MASTODON)) as place:
        bluesky, mastodon = place.connect(BLUESKY), place.connect(MASTODON)
        place.platforms[BLUESKY].fault("timeout_after_accept", "putRecord")
        flying = place.post("On its way when the backup was made.", bluesky)
        until(lambda: place.states(flying) == [State.SENDING], place)
        later = place.post("Held in the backup, sent after it.", mastodon, wanted=soon(place.world, 2.0))
        far = place.post("Due tomorrow.", mastodon, wanted=soon(place.world, 86_400))
        backup, config = tmp_path / "gateway.tar", str(place.folder / "gateway.toml")
        assert place.states(flying) == [State.SENDING]
        assert cli("db", "backup", str(backup), "--config", config).code == 0
        until(lambda: place.states(later) == [State.PUBLISHED], place)
        place.kill_worker()
        sent = {name: place.texts(name) for name in (BLUESKY, MASTODON)}

        _lose_the_database(place)
        refused = cli("db", "restore", str(backup), "--config", config)
        assert refused.code == 1, refused
        assert "The backup is older than the log here" in refused.err
        restored = cli("db", "restore", str(backup), "--after-disaster", "--config", config)
        assert restored.code == 0, restored.err
        assert "unbroken" in cli("db", "check", "--config", config).out
        assert place.states(flying) == [State.UNKNOWN]
        assert [d.hold for d in place.deliveries(later)] == [str(Reason.RESTORED)]
        assert [(d.state, d.hold) for d in place.deliveries(far)] == [(State.HELD, None)]

        place.start_worker()
        until(lambda: place.states(flying) == [State.PUBLISHED], place, 30)
        _thaw(place)
        until(lambda: place.states(later) == [State.LAPSED], place)
        assert {name: place.texts(name) for name in sent} == sent
        assert sent == {
            BLUESKY: ["On its way when the backup was made."],
            MASTODON: ["Held in the backup, sent after it."],
        }
        _no_secret_in(backup, place)


def _lose_the_database(place: Town) -> None:
    place.world.storage.close()
    for file in place.settings.data.glob("gateway.db*"):
        file.unlink()


def _thaw(place: Town) -> None:
    with place.world.storage.reading() as readers:
        (freeze,) = readers.freezes.in_force()
        (told,) = readers.log.search(Search(act="db.restore"))
    assert int(told.facts["lost"] or 0) > 0
    cast.stepped_up(place.world, "sam", "thaw", freeze.id)
    token = cast.cookie(place.world, "sam")
    said = cli("freeze", "off", freeze.id, "--session", token, "--config", str(place.folder / "gateway.toml"))
    assert said.code == 0, said.err


def _no_secret_in(backup: Path, place: Town) -> None:
    """Neither key is in the backup, in any usual spelling; and only what is listed is in it at all (G1)."""
    with tarfile.open(backup) as tar:
        names = set(tar.getnames())
    assert names == {"manifest.json", "gateway.db", "checkpoint.note", "worker.pub", "audit.vkey"}
    body = backup.read_bytes()
    for name in ("vault.key", "content.key"):
        key = (place.settings.data / name).read_bytes()
        for spelling in (key, base64.b64encode(key), key.hex().encode(), base64.urlsafe_b64encode(key)):
            assert spelling not in body, name
    assert backup.stat().st_mode & 0o077 == 0


# --- the law of it, on both databases ---------------------------------------------------------------------------------


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    made = cast.make_world(database_url)
    cast.an_account(made)
    yield made
    made.storage.close()


def restored(world: World) -> None:
    take_up(world.storage, world.policy.timing, Chance())


def now_of(world: World, delivery: Delivery) -> Delivery:
    with world.storage.reading() as readers:
        return readers.deliveries.get(delivery.id)


def put(world: World, *changes: object) -> None:
    with world.storage.unit() as unit:
        for change in changes:
            unit.commit(change)  # type: ignore[arg-type]


def due(world: World) -> Delivery:
    """A held delivery that is due now."""
    (delivery,) = held(world, "Hello")
    cast.clock_of(world).at = delivery.due_at + timedelta(seconds=1)
    return delivery


def test_what_was_due_waits_for_a_person(world: World) -> None:
    delivery = due(world)
    restored(world)
    assert stage(world, WORKER) == []
    assert (now_of(world, delivery).state, now_of(world, delivery).hold) == (State.HELD, "restored")


def test_without_a_restore_the_same_delivery_is_staged(world: World) -> None:
    delivery = due(world)
    assert [staged.delivery.id for staged in stage(world, WORKER)] == [delivery.id]


def test_what_was_on_its_way_is_unknown_and_a_look_that_meets_nothing_does_not_send_it(world: World) -> None:
    from connectors.words import Absent

    delivery = due(world)
    put(world, claim(delivery, WORKER))
    put(world, intend(now_of(world, delivery), WORKER, world.clock.now()))
    cast.clock_of(world).advance(timedelta(minutes=5))
    restored(world)
    unknown = now_of(world, delivery)
    assert unknown.state is State.UNKNOWN
    assert unknown.intent_at is not None
    assert unknown.ended_at is not None
    assert unknown.ended_at - unknown.intent_at <= 2 * world.policy.timing.platform_timeout
    settle_by_looking(world, delivery.id, Absent(proof=True, complete=True), timedelta(0))
    assert (now_of(world, delivery).state, now_of(world, delivery).hold) == (State.HELD, "restored")


def test_a_claim_of_the_time_of_the_backup_waits_for_a_person(world: World) -> None:
    (delivery,) = held(world, "Hello")
    put(world, claim(delivery, WORKER))
    restored(world)
    assert (now_of(world, delivery).state, now_of(world, delivery).hold) == (State.HELD, "restored")


def test_what_could_not_have_gone_yet_stays_as_it_was(world: World) -> None:
    (delivery,) = held(world, "Hello")
    restored(world)
    assert now_of(world, delivery) == delivery


def test_two_clocks_that_differ_and_releases_that_move_are_allowed_for(world: World) -> None:
    (delivery,) = held(world, "Hello")
    just_before = Now.within(delivery.due_at - MARGIN, timedelta(0))
    long_before = Now.within(delivery.due_at - HOUR, timedelta(0))
    assert may_have_gone(delivery, just_before)
    assert not may_have_gone(delivery, long_before)
    bound = replace(delivery, outgoing=replace(delivery.outgoing, wanted=AT_RELEASE))
    assert may_have_gone(bound, long_before)


def test_everything_is_frozen_every_session_over_and_every_shown_code_spent(world: World) -> None:
    ada = cast.who(world, "ada")
    restored(world)
    with world.storage.reading() as readers:
        (freeze,) = readers.freezes.in_force()
        assert freeze.scope == "all"
        assert readers.sessions.open_of("ada") == []
        step = int(cast.clock_of(world).at.timestamp()) // 30
        assert {factor.last_step for factor in readers.factors.all()} == {step}
    from gateway.actions.write import write_post
    from gateway.domain.post import Content

    cast.refused(Reason.NOT_SIGNED_IN, write_post, world, ada, Content(("Hello",)))
    (told,) = cast.entries(world, "db.restore")
    assert told.facts["freeze"] == freeze.id
