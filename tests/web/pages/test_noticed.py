"""Notices on the pages: one's own alone, each leading to what it is about."""

from __future__ import annotations

from gateway.domain.notice import Notice, NoticeKind
from gateway.web.pages.noticed import WORDS
from gateway.world import World
from tests.cast import NOON, write
from tests.web.pages.visitors import Visitor, main_of


def tell(world: World, member: str) -> None:
    told = Notice(
        id=f"notice-{member}",
        member=member,
        kind=NoticeKind.RELEASE_MOVED,
        subject_kind="submission",
        subject_id="submission-1",
        at=NOON,
        name="Consumer price inflation <March>",
    )
    write(world, told)


def test_a_notice_is_shown_to_its_member_and_marked_as_read(world: World) -> None:
    tell(world, "ada")
    ada = Visitor.of(world, "ada")
    assert "1 unread notice" in main_of(ada.get("/"))
    shown = ada.get("/notices")
    assert "Consumer price inflation &lt;March&gt; has moved" in shown.text
    assert "2 March 2026, midday" in main_of(shown)
    assert "Marked as read." in main_of(ada.post("/notices/notice-ada/read"))
    assert "unread" not in main_of(ada.get("/"))


def test_nobody_sees_or_marks_anothers_notice(world: World) -> None:
    tell(world, "ada")
    bola = Visitor.of(world, "bola")
    assert "nothing you need to know" in main_of(bola.get("/notices"))
    assert bola.post("/notices/notice-ada/read").status_code == 404


def test_every_kind_has_its_sentence() -> None:
    assert set(WORDS) == set(NoticeKind)
