"""Looking through a long log a piece at a time finds what one long look finds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from gateway.storage.finding import Search, find, look
from tests.benchmarks.house import ACTS, fill_log
from tests.cast import make_world

ENTRIES, STEPS, PER_PAGE = 900, 25, 4
SEARCHES = (
    Search(actor="ada", act="post.write"),
    Search(person="ada", account="account-00007"),
    Search(word="account-00007", act="approval.give"),
    Search(person="cleo", word="post.write"),  # each very often, never together
    Search(word="Account-00007 ada"),
    Search(actor="eve"),
    Search(),
)


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """A log with entries of many kinds, read by nobody else."""
    world = make_world(f"sqlite:///{tmp_path_factory.mktemp('finding')}/gateway.db")
    fill_log(world, ENTRIES)
    with world.storage.reading() as readers:
        yield readers.connection
    world.storage.close()


def pieces(connection: Connection, what: Search) -> tuple[list[int], list[int]]:
    """The numbers found by looking on from where each look ended, and how many each look found."""
    found: list[int] = []
    counts: list[int] = []
    before: int | None = None
    while True:
        each, further = look(connection, Search(**{**vars(what), "before": before}), PER_PAGE, STEPS)
        found += [entry.index for entry in each]
        counts.append(len(each))
        before = each[-1].index if len(each) == PER_PAGE else further
        if before is None:
            return found, counts


@pytest.mark.parametrize("what", SEARCHES, ids=range(len(SEARCHES)))
def test_looking_on_finds_all_there_is_once_and_in_order(connection: Connection, what: Search) -> None:
    found, counts = pieces(connection, what)
    assert found == [entry.index for entry in find(connection, what, ENTRIES)]
    assert max(counts) <= PER_PAGE


def test_what_never_meets_is_not_looked_for_through_the_whole_log_at_once(connection: Connection) -> None:
    found, further = look(connection, Search(person="cleo", word="post.write"), PER_PAGE, STEPS)
    assert found == []
    assert further is not None
    assert 0 < further <= ENTRIES - len(ACTS) * (STEPS - 1)  # each stands once in so many entries: all steps were taken


def test_several_words_are_each_met(connection: Connection) -> None:
    both = find(connection, Search(word=" account-00007  approval.give "), ENTRIES)
    assert [entry.index for entry in both] == [
        entry.index for entry in find(connection, Search(account="account-00007", act="approval.give"), ENTRIES)
    ]
    assert both
