"""Keys rotate under load and across kills: nothing unreadable, nothing left under the old key (G3)."""

from __future__ import annotations

import random
import threading
from collections import Counter
from dataclasses import replace

import pytest

from tests.vault.kit import ADDRESS, Log, MemoryStore, chance_of, file_source
from vault.keys import KeyProblem, Keyring, KeyUnavailable, unlock
from vault.place import Address
from vault.rotate import Done, Step, begin, finish, first_key
from vault.safe import CannotOpen, Errand, Opening, Safe, Upkeep
from vault.secret import Secret
from vault.store import Floor, KeyInUse, SealedRow

SOURCE = file_source()


class Killed(BaseException):
    """kill -9: nothing of the process survives but the store."""


class Countdown:
    """Strikes at the n-th write, counting just before and just after each; never for n = 0."""

    def __init__(self, at: int) -> None:
        self.left = at
        self.seen = 0

    def __call__(self) -> None:
        self.seen += 1
        self.left -= 1
        if self.left == 0:
            raise Killed


def address(n: int, version: int = 1) -> Address:
    return replace(ADDRESS, account=f"acc-{n % 4}", field=f"field-{n}", version=version)


def text(n: int) -> str:
    return f"secret number {n}"


def filled(count: int, seed: int = 1) -> MemoryStore:
    store, chance = MemoryStore(), chance_of(seed)
    safe = Safe(first_key(store, SOURCE, "vk-1", chance), chance)
    order = list(range(count))
    random.Random(seed).shuffle(order)
    for n in order:
        store.put(safe.seal(address(n), Secret(text(n)), f"row-{n:05}", current=True))
    return store


def awake(store: MemoryStore) -> Keyring:
    """What a worker that starts now holds."""
    return unlock(SOURCE, store.wrapped_keys())


def rotate(store: MemoryStore, seed: int, log: Log | None = None) -> list[Step]:
    keyring, chance = awake(store), chance_of(seed)
    begin(store, keyring, SOURCE, f"vk-{len(store.wrapped_keys()) + 1}-{seed}", chance)
    return list(finish(store, keyring, SOURCE, log or Log(), chance))


def resume(store: MemoryStore, seed: int = 99) -> list[Step]:
    return list(finish(store, awake(store), SOURCE, Log(), chance_of(seed)))


def floor_of(store: MemoryStore, row: SealedRow) -> Floor:
    return next(floor for floor in store.floors(row.account) if floor.field == row.field)


def read(store: MemoryStore, keyring: Keyring) -> list[str]:
    safe = Safe(keyring, chance_of(0))
    rows = store.page("", 10_000)
    return [safe.open(r.address, r, floor_of(store, r), Errand.DELIVER, Log()).reveal() for r in rows]


def assert_whole(store: MemoryStore, count: int, current: str) -> None:
    """Read with what a fresh worker holds: all there, all under the current key, the old one gone."""
    keyring = awake(store)
    assert keyring.ids == {current}
    assert read(store, keyring) == [text(n) for n in range(count)]
    assert {row.key_id for row in store.page("", 10_000)} == {current}


def test_rotation_moves_every_row_and_destroys_the_old_key() -> None:
    store, log = filled(250), Log()
    before = {row.id: row for row in store.page("", 10_000)}
    steps = rotate(store, 1, log)
    assert Counter(step.done for step in steps) == {Done.RESEALED: 250, Done.READ_BACK: 250, Done.KEY_DESTROYED: 1}
    assert_whole(store, 250, "vk-2-1")
    for row in store.page("", 10_000):
        assert row.salt != before[row.id].salt
        assert (row.version, row.address) == (before[row.id].version, before[row.id].address)
    assert Counter(entry.purpose for entry in log.entries) == {Upkeep.RESEAL: 250, Upkeep.READ_BACK: 250}


def test_the_worker_that_rotates_forgets_the_old_key_as_well() -> None:
    store = filled(2)
    keyring = awake(store)
    begin(store, keyring, SOURCE, "vk-2", chance_of(1))
    list(finish(store, keyring, SOURCE, Log(), chance_of(2)))
    assert keyring.ids == {"vk-2"}


def test_a_deposit_that_waits_beside_the_current_credential_moves_too() -> None:
    store = filled(1)
    safe = Safe(awake(store), chance_of(3))
    store.put(safe.seal(address(0, 2), Secret("waiting"), "row-00000-new", current=False))
    assert rotate(store, 1)[-1].done is Done.KEY_DESTROYED
    now, waiting = store.page("", 10)
    safe = Safe(awake(store), chance_of(3))
    assert safe.open(address(0, 1), now, Floor.under(now), Errand.DELIVER, Log()).reveal() == text(0)
    assert safe.open(address(0, 2), waiting, Floor.under(waiting), Errand.CONNECT, Log()).reveal() == "waiting"
    assert (now.current, waiting.current) == (True, False)


def test_a_rotation_with_nothing_to_do_does_nothing() -> None:
    store = filled(3)
    assert resume(store) == []
    assert_whole(store, 3, "vk-1")


@pytest.mark.parametrize("seed", range(6))
def test_a_kill_at_every_write_is_resumed(seed: int) -> None:
    counted = filled(5, seed)
    counted.at_write = count = Countdown(0)
    rotate(counted, seed)
    assert count.seen == 2 + 5 * 2 + 2  # each write has a before and an after
    for at in range(1, count.seen + 1):
        store = filled(5, seed)
        store.at_write = Countdown(at)
        with pytest.raises(Killed):
            rotate(store, seed)
        assert read(store, awake(store)) == [text(n) for n in range(5)]  # also between kill and resumption
        store.at_write = lambda: None
        resume(store)
        begun = at > 1  # killed before the new key was stored: nothing has happened
        assert_whole(store, 5, f"vk-2-{seed}" if begun else "vk-1")


@pytest.mark.parametrize("seed", range(10))
def test_a_worker_that_is_killed_again_and_again_gets_there(seed: int) -> None:
    store, luck = filled(12, seed), random.Random(seed)
    kills = 0
    begin(store, awake(store), SOURCE, "vk-2", chance_of(seed))
    while len(store.wrapped_keys()) > 1:
        store.at_write = Countdown(luck.randint(1, 6))
        try:
            resume(store, seed + kills)
        except Killed:
            kills += 1
    assert kills > 1
    assert_whole(store, 12, "vk-2")


def test_a_kill_while_the_audit_entry_is_written_is_resumed() -> None:
    for at in range(1, 11):
        store = filled(5)
        strike = Countdown(at)
        keyring = awake(store)
        begin(store, keyring, SOURCE, "vk-2", chance_of(1))

        def dying(opening: Opening, strike: Countdown = strike) -> None:
            strike()

        with pytest.raises(Killed):
            list(finish(store, keyring, SOURCE, dying, chance_of(1)))
        resume(store)
        assert_whole(store, 5, "vk-2")


def test_two_rotations_in_a_row_one_begun_before_the_other_ended() -> None:
    store = filled(8)
    keyring = awake(store)
    begin(store, keyring, SOURCE, "vk-2", chance_of(1))
    halfway = finish(store, keyring, SOURCE, Log(), chance_of(2))
    for _ in range(3):
        next(halfway)
    begin(store, keyring, SOURCE, "vk-3", chance_of(3))
    assert len({row.key_id for row in store.page("", 100)}) == 2
    list(halfway)  # the first one goes on; it moves rows to a key and loses none
    assert read(store, awake(store)) == [text(n) for n in range(8)]
    resume(store)
    assert_whole(store, 8, "vk-3")


def test_a_credential_renewed_meanwhile_is_not_overwritten() -> None:
    store = filled(4)
    keyring = awake(store)
    begin(store, keyring, SOURCE, "vk-2", chance_of(1))
    safe = Safe(keyring, chance_of(8))

    class Renewing(Log):
        """Renews row 2 between its being opened for re-sealing and its being written."""

        def __call__(self, opening: Opening) -> None:
            super().__call__(opening)
            row = next(row for row in store.page("", 10) if row.id == opening.row_id)
            if row.id == "row-00002" and row.version == 1:
                store.replace(row, safe.seal(address(2, 2), Secret("renewed"), row.id, current=True))

    steps = list(finish(store, keyring, SOURCE, Renewing(), chance_of(2)))
    assert Step(Done.OVERTAKEN, "row-00002") in steps
    assert read(store, awake(store)) == [text(0), text(1), "renewed", text(3)]
    assert awake(store).ids == {"vk-2"}


def test_a_row_removed_meanwhile_is_no_hindrance() -> None:
    store = filled(4)
    keyring = awake(store)
    begin(store, keyring, SOURCE, "vk-2", chance_of(1))
    steps = finish(store, keyring, SOURCE, Log(), chance_of(2))
    next(steps)
    store.remove(store.page("row-00001", 1)[0])
    assert Step(Done.OVERTAKEN, "row-00002") in list(steps)
    assert read(store, awake(store)) == [text(0), text(1), text(3)]
    assert awake(store).ids == {"vk-2"}


@pytest.mark.parametrize("part", ["ciphertext", "salt", "commitment", "nonce"])
def test_a_damaged_row_keeps_the_old_key_and_is_named(part: str) -> None:
    store = filled(4)
    store.tamper("row-00001", **{part: bytes(48)})
    steps = rotate(store, 1)
    assert Step(Done.REFUSED, "row-00001") in steps
    assert steps[-1] == Step(Done.KEY_KEPT, "vk-1")
    assert awake(store).ids == {"vk-1", "vk-2-1"}


def test_an_older_row_put_back_is_not_made_new_by_a_rotation() -> None:
    store = filled(3)
    old = store.page("", 1)[0]
    newer = Safe(awake(store), chance_of(4)).seal(address(0, 2), Secret("newer"), old.id, current=True)
    store.replace(old, newer)
    store.tamper(
        old.id, **{name: getattr(old, name) for name in ("version", "salt", "commitment", "nonce", "ciphertext")}
    )
    steps = rotate(store, 1)
    assert Step(Done.REFUSED, old.id) in steps
    assert store.page("", 1)[0].key_id == "vk-1"
    assert steps[-1].done is Done.KEY_KEPT


def test_a_row_put_under_the_old_key_behind_our_back_keeps_it() -> None:
    store = filled(3)
    keyring = awake(store)
    stale = Safe(awake(store), chance_of(6))
    begin(store, keyring, SOURCE, "vk-2", chance_of(1))
    steps = []
    for step in finish(store, keyring, SOURCE, Log(), chance_of(2)):
        steps.append(step)
        if step == Step(Done.READ_BACK, "row-00002"):  # the last row: everything has been looked at
            store.put(stale.seal(address(3), Secret(text(3)), "row-00000a", current=True))
    assert steps[-1] == Step(Done.KEY_KEPT, "vk-1")
    assert sorted(read(store, awake(store))) == [text(n) for n in range(4)]
    assert resume(store)[-1] == Step(Done.KEY_DESTROYED, "vk-1")
    assert sorted(read(store, awake(store))) == [text(n) for n in range(4)]


def test_the_old_key_is_kept_when_reading_back_fails() -> None:
    store = filled(3)
    keyring = awake(store)
    begin(store, keyring, SOURCE, "vk-2", chance_of(1))
    steps = []
    for step in finish(store, keyring, SOURCE, Log(), chance_of(2)):
        steps.append(step)
        if len(steps) == 3:  # all re-sealed; now the disk goes bad
            store.tamper("row-00002", nonce=bytes(12))
    assert steps[-2:] == [Step(Done.REFUSED, "row-00002"), Step(Done.KEY_KEPT, "vk-1")]


def test_an_audit_log_that_fails_stops_the_rotation_and_loses_nothing() -> None:
    store = filled(3)
    keyring = awake(store)
    begin(store, keyring, SOURCE, "vk-2", chance_of(1))

    def failing(opening: Opening) -> None:
        raise OSError

    steps = list(finish(store, keyring, SOURCE, failing, chance_of(2)))
    assert {step.done for step in steps} == {Done.REFUSED, Done.KEY_KEPT}
    assert {row.key_id for row in store.page("", 10)} == {"vk-1"}
    resume(store)
    assert_whole(store, 3, "vk-2")


def test_a_rotation_does_not_begin_under_a_foreign_outer_key() -> None:
    store = filled(3)
    with pytest.raises(KeyUnavailable) as refused:
        begin(store, awake(store), file_source(2), "vk-2", chance_of(1))
    assert refused.value.problem is KeyProblem.WRONG
    assert_whole(store, 3, "vk-1")


def test_the_new_key_is_read_from_the_store_before_the_old_one_is_destroyed() -> None:
    store = filled(3)
    keyring = awake(store)
    begin(store, keyring, SOURCE, "vk-2", chance_of(1))
    with pytest.raises(KeyUnavailable):  # the worker's memory would still open everything; a fresh worker could not
        list(finish(store, keyring, file_source(2), Log(), chance_of(2)))
    assert awake(store).ids == {"vk-1", "vk-2"}


def test_the_store_itself_refuses_to_destroy_a_key_in_use() -> None:
    store = filled(1)
    with pytest.raises(KeyInUse):
        store.destroy_key("vk-1")


@pytest.mark.slow
def test_two_rotations_under_load_disturb_no_opening() -> None:
    store = filled(200)
    keyring = awake(store)
    errors, opened, over = list[str](), Counter[str](), threading.Event()

    def load() -> None:
        safe, luck = Safe(keyring, chance_of(9)), random.Random(9)
        while not over.wait(0.002):
            n = luck.randrange(200)
            account = address(n).account
            # Row and floor as one transaction would read them together: taken again if a write came in between.
            row = next(row for row in store.rows(account) if row.field == f"field-{n}")
            floor = floor_of(store, row)
            if Floor.under(row) != floor:
                continue
            try:
                assert safe.open(address(n), row, floor, Errand.DELIVER, Log()).reveal() == text(n)
                opened[row.key_id] += 1
            except (CannotOpen, AssertionError) as error:
                errors.append(repr(error))

    thread = threading.Thread(target=load)
    thread.start()
    for round_ in (2, 3):
        begin(store, keyring, SOURCE, f"vk-{round_}", chance_of(round_))
        for _ in finish(store, keyring, SOURCE, Log(), chance_of(round_)):
            over.wait(0.0005)
    over.set()
    thread.join()
    assert errors == []
    assert set(opened) == {"vk-1", "vk-2", "vk-3"}
    assert_whole(store, 200, "vk-3")
