"""The bookkeeper signs what extends its last word and nothing else; its word is outside the database, and durable."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete, insert, update

from gateway.audit.checkpoint import Signer, open_checkpoint
from gateway.audit.tree import Frontier, leaf_hash
from gateway.domain.instant import Now
from gateway.storage.log import HEAD, beat, beats
from gateway.storage.tables import audit_entries, audit_head, audit_tiles
from gateway.world import World
from scheduler.bookkeeper import DEAD_AFTER, Bookkeeper, LogDoesNotExtend, living
from tests import cast

pytestmark = pytest.mark.slow

SIGNER = Signer("audit-office", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A house with a log of some entries."""
    made = cast.make_world(f"sqlite:///{tmp_path}/gateway.db")
    for _ in range(300):  # more than one tile of 256
        cast.write(made)
    yield made
    made.storage.close()


def keeper(world: World, tmp_path: Path, worker: str = "one") -> Bookkeeper:
    """A bookkeeper as a worker's start makes it: with what was kept in the folder."""
    return Bookkeeper(world, SIGNER, tmp_path / "checkpoint.note", worker)


def rewrite(world: World, leaves: int, body: str | None = None) -> None:
    """What an intruder in the database does: cut the log after so many entries, change the last, mend the tree."""
    with world.storage.reading() as readers:
        bodies = list(readers.log.bodies(0, leaves))
    if body is not None:
        bodies[-1] = body.encode()
    frontier, tiles = Frontier().extend_with_tiles([leaf_hash(one) for one in bodies])
    with world.storage.housekeeping() as connection:
        connection.execute(delete(audit_entries).where(audit_entries.c.index >= leaves))
        if body is not None:
            last = audit_entries.c.index == leaves - 1
            connection.execute(update(audit_entries).where(last).values(body=body))
        connection.execute(delete(audit_tiles))
        if tiles:
            connection.execute(insert(audit_tiles), [{"index": n, "hash": tile} for n, tile in enumerate(tiles)])
        head = {"size": frontier.size, "frontier": frontier.to_bytes()}
        connection.execute(update(audit_head).where(audit_head.c.id == HEAD).values(head))


def size(world: World) -> int:
    """Entries in the log."""
    with world.storage.reading() as readers:
        return readers.log.head().frontier.size


def test_what_is_signed_is_kept_outside_the_database_and_in_it(world: World, tmp_path: Path) -> None:
    signed = keeper(world, tmp_path).sign()
    kept = open_checkpoint((tmp_path / "checkpoint.note").read_text(), [SIGNER.known_key()])
    with world.storage.reading() as readers:
        assert (kept, readers.log.notes()[-1][0]) == (signed, signed.size)
    assert signed.size == size(world)
    again = keeper(world, tmp_path)
    again.check()
    before = (tmp_path / "checkpoint.note").stat().st_mtime_ns
    assert again.sign() == signed
    assert (tmp_path / "checkpoint.note").stat().st_mtime_ns == before


@pytest.mark.parametrize("cut", [1, 40, 299])
def test_a_log_that_was_cut_is_neither_started_with_nor_signed(world: World, tmp_path: Path, cut: int) -> None:
    running = keeper(world, tmp_path)
    running.sign()
    note = (tmp_path / "checkpoint.note").read_text()
    rewrite(world, size(world) - cut)
    for refuses in (running.sign, keeper(world, tmp_path).check):
        with pytest.raises(LogDoesNotExtend):
            refuses()
    cast.clock_of(world).advance(cast.SECOND)
    for _ in range(cut + 5):  # it grows past its old size again: still not the same log
        cast.write(world)
    for refuses in (running.sign, keeper(world, tmp_path).check):
        with pytest.raises(LogDoesNotExtend):
            refuses()
    assert (tmp_path / "checkpoint.note").read_text() == note


def test_an_entry_that_was_changed_is_found_even_where_the_tree_was_mended(world: World, tmp_path: Path) -> None:
    keeper(world, tmp_path).sign()
    rewrite(world, size(world), body='{"act":"nothing.happened"}')
    with pytest.raises(LogDoesNotExtend):
        keeper(world, tmp_path).check()


@pytest.mark.parametrize("note", ["", "no note at all", "audit-office\n1\nAAAA\n\n— audit-office AAAA\n"])
def test_a_kept_checkpoint_that_is_not_ours_stops_the_worker(world: World, tmp_path: Path, note: str) -> None:
    (tmp_path / "checkpoint.note").write_text(note)
    with pytest.raises(LogDoesNotExtend):
        keeper(world, tmp_path)


def test_a_death_while_writing_leaves_the_old_word_whole(world: World, tmp_path: Path) -> None:
    keeper(world, tmp_path).sign()
    (tmp_path / "checkpoint.new").write_text("half a no")
    cast.write(world)
    after = keeper(world, tmp_path)
    after.check()
    assert after.sign().size == size(world)


def test_signing_from_two_threads_leaves_the_newest_word(world: World, tmp_path: Path) -> None:
    one = keeper(world, tmp_path)
    for _ in range(5):
        cast.write(world)
        threads = [threading.Thread(target=one.sign) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert open_checkpoint((tmp_path / "checkpoint.note").read_text(), [SIGNER.known_key()]).size == size(world)


def test_a_worker_lives_while_it_beats_and_is_silent_only_when_its_lease_is_surely_over(
    world: World, tmp_path: Path
) -> None:
    one, two = keeper(world, tmp_path), keeper(world, tmp_path, "two")
    one.beat()
    two.beat()
    assert two.alive() == {"one", "two"}
    cast.clock_of(world).advance(world.policy.timing.lease + timedelta(seconds=1))
    two.beat()
    assert two.alive() == {"two"}
    one.stop()
    two.stop()


def test_nobody_is_silent_while_the_clock_is_unsure() -> None:
    timing = cast.policy().timing
    assert living({"one": cast.NOON}, Now.unknown(), timing) == {"one"}
    wide = Now.within(cast.NOON + timing.lease, timedelta(seconds=1))
    assert living({"one": cast.NOON}, wide, timing) == {"one"}


def test_a_killed_workers_sign_of_life_is_gone_after_a_day_and_nobody_elses(world: World, tmp_path: Path) -> None:
    now = world.clock.now().latest
    with world.storage.housekeeping() as connection:
        beat(connection, "killed", now - DEAD_AFTER - timedelta(seconds=1))
        beat(connection, "yesterday", now - DEAD_AFTER + timedelta(minutes=1))
    one = keeper(world, tmp_path)
    one.beat()
    one.forget_the_dead()
    with world.storage.reading() as readers:
        assert set(beats(readers.connection)) == {"yesterday", "one"}
