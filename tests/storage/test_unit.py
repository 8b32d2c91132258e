"""Unit: one transaction; versions compared on every write, the log appended with what it tells, or nothing at all."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy import Connection, insert, select

from gateway.audit.tree import Frontier, leaf_hash
from gateway.domain.audit import AuditEvent
from gateway.domain.change import Change, Record
from gateway.domain.post import Post
from gateway.domain.publication import Publication
from gateway.domain.refusal import Reason, Refused
from gateway.storage import tables
from gateway.storage.log import Search
from gateway.storage.unit import Storage
from gateway.world import World
from tests.cast import HOUR, NOON, SECOND, clock_of


def told(act: str = "test.act") -> AuditEvent:
    return AuditEvent(act, "worker", "test", "subject")


def a_post(id: str = "post", version: int = 0, author: str = "ada") -> Post:
    return Post(id=id, version=version, author=author, team="Digital", created_at=NOON)


def a_publication(id: str, platform_id: str) -> Publication:
    return Publication(
        id=id, account="office", platform_id=platform_id, url=None, at=NOON, lateness_ms=0, how="answered"
    )


def commit(world: World, *records: Record) -> None:
    with world.storage.unit() as unit:
        unit.commit(Change((told(),), records))


def post_of(world: World, id: str = "post") -> Post | None:
    with world.storage.reading() as readers:
        return readers.posts.find(id)


def log_size(world: World) -> int:
    with world.storage.reading() as readers:
        return readers.log.head().frontier.size


def test_what_is_committed_is_there_with_its_version_counted_and_its_entry_in_the_log(bare: World) -> None:
    commit(bare, a_post())
    assert post_of(bare) == a_post(version=1)
    commit(bare, a_post(version=1, author="bola"))
    assert post_of(bare) == a_post(version=2, author="bola")
    assert log_size(bare) == 2


@pytest.mark.parametrize("version", [0, 2, 3, -1])
def test_a_record_read_at_another_version_is_not_written_nor_told(bare: World, version: int) -> None:
    commit(bare, a_post())
    with pytest.raises(Refused) as refused:
        commit(bare, a_post(version=version, author="bola"))
    assert refused.value.reason is Reason.CHANGED_MEANWHILE
    assert post_of(bare) == a_post(version=1)
    assert log_size(bare) == 1


def test_a_record_that_is_gone_cannot_be_changed(bare: World) -> None:
    with pytest.raises(Refused):
        commit(bare, a_post(version=1))
    assert post_of(bare) is None


def test_the_write_itself_compares_the_version_once_more(bare: World) -> None:
    commit(bare, a_post())
    with bare.storage.unit() as unit:
        assert not unit._written([Change((told(),), (a_post(version=7, author="bola"),))])
    assert post_of(bare) == a_post(version=1)


def test_a_unit_that_does_not_commit_leaves_nothing(bare: World) -> None:
    with bare.storage.unit() as unit:
        unit.connection.execute(insert(tables.heartbeats).values(worker="w", at=NOON))
    with bare.storage.reading() as readers:
        assert readers.connection.execute(select(tables.heartbeats)).all() == []


def test_a_unit_commits_once(bare: World) -> None:
    with bare.storage.unit() as unit:
        unit.commit(Change((told(),)))
        with pytest.raises(RuntimeError, match="once"):
            unit.commit(Change((told(),)))


def test_a_change_nobody_can_see_is_not_allowed_and_one_that_only_tells_is() -> None:
    with pytest.raises(ValueError, match="audit event"):
        Change((), (a_post(),))
    assert Change((told(),)).records == ()


def test_an_act_that_only_tells_enters_the_log(bare: World) -> None:
    commit(bare)
    assert log_size(bare) == 1


def test_of_many_changes_in_one_commit_the_one_that_lost_fails_alone(bare: World) -> None:
    commit(bare, a_post("a"), a_post("b"))
    changes = [
        Change((told("test.a"),), (a_post("a", 1, "bola"),)),
        Change((told("test.b"),), (a_post("b", 7, "bola"),)),
        Change((told("test.again"),), (a_post("a", 1, "cleo"),)),
        Change((told("test.c"),), (a_post("c"),)),
    ]
    with bare.storage.unit() as unit:
        outcomes = unit.commit_each(changes)
    assert [None if o is None else o.reason for o in outcomes] == [None, *[Reason.CHANGED_MEANWHILE] * 2, None]
    assert [post_of(bare, id) for id in "abc"] == [a_post("a", 2, "bola"), a_post("b", 1), a_post("c", 1)]
    with bare.storage.reading() as readers:
        acts = [body.decode().split('"act":"')[1].split('"')[0] for body in readers.log.bodies(1, 9)]
    assert acts == ["test.a", "test.c"]


def test_one_change_that_names_a_record_twice_is_refused(bare: World) -> None:
    with pytest.raises(Refused):
        commit(bare, a_post(), a_post(author="bola"))


def test_what_must_be_unique_and_is_not_fails_alone_and_leaves_the_rest(bare: World) -> None:
    commit(bare, a_publication("d0", "taken"))
    changes = [
        Change((told(f"test.{id}"),), (a_publication(id, platform_id), a_post(id)))
        for id, platform_id in (("d1", "one"), ("d2", "taken"), ("d3", "three"))
    ]
    with bare.storage.unit() as unit:
        outcomes = unit.commit_each(changes)
    assert [outcome and outcome.reason for outcome in outcomes] == [None, Reason.CHANGED_MEANWHILE, None]
    assert [post_of(bare, id) is not None for id in ("d1", "d2", "d3")] == [True, False, True]
    assert log_size(bare) == 3
    assert_the_head_is_the_tree(bare)


def test_a_clash_of_a_change_alone_is_told_as_changed_meanwhile(bare: World) -> None:
    commit(bare, a_publication("d0", "taken"))
    with pytest.raises(Refused) as refused:
        commit(bare, a_publication("d1", "taken"))
    assert refused.value.reason is Reason.CHANGED_MEANWHILE
    assert log_size(bare) == 1


def test_rows_beside_the_records_are_written_in_the_same_commit_or_not_at_all(bare: World) -> None:
    def beside(connection: Connection) -> None:
        connection.execute(insert(tables.heartbeats).values(worker="w", at=NOON))

    with bare.storage.unit() as unit, pytest.raises(Refused):
        unit.commit(Change((told(),), (a_post(version=9),)), beside)
    with bare.storage.unit() as unit:
        unit.commit(Change((told(),)), beside)
    with bare.storage.reading() as readers:
        assert len(readers.connection.execute(select(tables.heartbeats)).all()) == 1


def test_two_units_that_read_the_same_version_are_taken_one_after_the_other(database_url: str, bare: World) -> None:
    commit(bare, a_post())
    ready, outcomes = threading.Barrier(2), []

    def race(author: str) -> None:
        own = Storage.at(database_url, bare.clock.now)
        try:
            with own.reading() as readers:
                seen = readers.posts.get("post")
            ready.wait(10)
            with own.unit() as unit:
                unit.commit(Change((told(),), (replace(seen, author=author),)))
            outcomes.append("written")
        except Refused as refusal:
            outcomes.append(str(refusal.reason))
        finally:
            own.close()

    racers = [threading.Thread(target=race, args=(name,)) for name in ("bola", "cleo")]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(outcomes) == ["changed-meanwhile", "written"]
    found = post_of(bare)
    assert found is not None
    assert found.version == 2


def test_the_clock_is_asked_after_the_write_lock_is_taken(bare: World) -> None:
    inside, seen = threading.Event(), []

    def wait_for_the_lock() -> None:
        inside.wait(10)
        with bare.storage.unit() as unit:
            seen.append(unit.now.earliest)

    waiter = threading.Thread(target=wait_for_the_lock)
    waiter.start()
    with bare.storage.unit() as unit:
        inside.set()
        waiter.join(0.2)
        assert seen == [], "a second writer is in while the first holds the lock"
        clock_of(bare).advance(HOUR)
        unit.commit(Change((told(),)))
    waiter.join()
    assert seen == [NOON + HOUR]


def test_time_that_goes_back_before_the_last_entry_writes_nothing(bare: World) -> None:
    commit(bare)
    clock_of(bare).advance(-SECOND)
    with pytest.raises(Refused) as refused:
        commit(bare, a_post())
    assert refused.value.reason is Reason.CLOCK_UNSURE
    clock_of(bare).bound = SECOND
    commit(bare, a_post())
    with bare.storage.reading() as readers:
        (entry,) = readers.log.search(Search(), 1)
    assert entry.at_earliest == "2026-03-02T12:00:00.000000Z"


def test_without_a_sure_clock_nothing_is_written(bare: World) -> None:
    clock_of(bare).unsure()
    with pytest.raises(Refused) as refused:
        commit(bare, a_post())
    assert refused.value.reason is Reason.CLOCK_UNSURE
    assert log_size(bare) == 0


@pytest.mark.slow
def test_after_batches_of_every_size_the_head_is_the_tree_over_all_entries(bare: World) -> None:
    number = 0
    for size in (1, 2, 255, 1, 256, 3, 300):
        changes = [Change((told(f"test.n{number + n}"),)) for n in range(size)]
        number += size
        with bare.storage.unit() as unit:
            unit.commit_each(changes)
    assert log_size(bare) == number
    assert_the_head_is_the_tree(bare)


def assert_the_head_is_the_tree(world: World) -> None:
    with world.storage.reading() as readers:
        head = readers.log.head()
        leaves = [leaf_hash(body) for body in readers.log.bodies(0, 10_000)]
        tiles = list(readers.log.tiles(0, 100))
    again, expected = Frontier().extend_with_tiles(leaves)
    assert head.frontier.to_bytes() == again.to_bytes()
    assert tiles == list(expected)
