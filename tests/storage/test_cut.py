"""Long lists are cut by place, on both databases: every page once, none twice, back as forward."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import pytest

from gateway.domain.audit import AuditEvent
from gateway.domain.change import Change
from gateway.domain.post import Post
from gateway.storage.cut import Cut, place
from gateway.storage.unit import Readers
from gateway.world import World
from tests.cast import NOON, write

Read = Callable[[Readers, int, Cut | None], Sequence[str]]


def a_post(id: str, minutes: int, author: str = "ada", team: str = "Digital") -> Post:
    return Post(id=id, author=author, team=team, created_at=NOON + timedelta(minutes=minutes))


def walked(world: World, read: Callable[[Readers, Cut | None], Sequence[Post]], *, back: bool) -> Iterator[list[str]]:
    """Page after page, from the top; or from the bottom up, each page still newest first."""
    cut = Cut.read("0-0", back=True) if back else None
    while True:
        with world.storage.reading() as readers:
            found = read(readers, cut)
        if not found:
            return
        yield [post.id for post in found]
        end = found[0] if back else found[-1]
        cut = Cut.read(place(end.created_at, end.id), back=back)


def test_each_page_of_a_list_follows_the_last_one_forward_and_back(bare: World) -> None:
    ties = [a_post(f"p{n}", n // 3) for n in range(8)]
    other = [a_post("of-ada-elsewhere", 1, team="Census"), a_post("of-nobody-here", 1, author="dev", team="Census")]
    write(bare, *ties, *other)
    newest = ["p7", "p6", "p5", "p4", "p3", "of-ada-elsewhere", "p2", "p1", "p0"]

    def read(readers: Readers, cut: Cut | None) -> Sequence[Post]:
        return readers.posts.latest_of("ada", "Digital", 4, cut)

    assert [id for page in walked(bare, read, back=False) for id in page] == newest
    upwards = list(walked(bare, read, back=True))
    assert [id for page in reversed(upwards) for id in page] == newest
    assert upwards[0] == newest[-4:]
    everyones = walked(bare, lambda readers, cut: readers.posts.latest(4, cut), back=False)
    assert len([id for page in everyones for id in page]) == 10


def test_the_logs_history_is_cut_by_its_numbers(bare: World) -> None:
    def told(act: str, actor: str, subject: str) -> None:
        with bare.storage.unit() as unit:
            unit.commit(Change((AuditEvent(act, actor, "member", subject),)))

    for act, actor, subject in (
        ("signin.code", "ada", "ada"),
        ("refused", "ada", "bola"),
        ("audit.read", "ada", "ada"),
        ("session.end", "olu", "ada"),
        ("signin.code", "bola", "bola"),
        ("refused", "olu", "olu"),
    ):
        told(act, actor, subject)

    acts = ("signin.code", "refused", "session.end")
    with bare.storage.reading() as readers:
        everyone = [entry.index for entry in readers.log.of_acts(acts, None, 9)]
        of_ada = [entry.index for entry in readers.log.of_acts(acts, "ada", 9)]
        after = [entry.index for entry in readers.log.of_acts(acts, None, 2, Cut(everyone[1]))]
        before = [entry.index for entry in readers.log.of_acts(acts, None, 2, Cut(everyone[3], back=True))]
        assert readers.log.acts() == ["audit.read", "refused", "session.end", "signin.code"]
    assert everyone == [5, 4, 3, 1, 0]
    assert of_ada == [3, 1, 0]
    assert (after, before) == ([3, 1], [4, 3])


@pytest.mark.parametrize("text", ["", "x", "-1", "1" * 17, "1-", "1-" + "x" * 201, "1-\n", "٣"])
def test_what_no_link_says_is_no_place(text: str) -> None:
    with pytest.raises(ValueError):
        Cut.read(text, back=False)
