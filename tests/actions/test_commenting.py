"""Comments: whoever may read a submission may ask about it; what they say is kept with it and is in no log."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.actions.commenting import comment, list_comments
from gateway.actions.notice import notices
from gateway.domain.comment import LONGEST
from gateway.domain.refusal import Reason
from gateway.storage.log import Search
from gateway.world import World
from tests.actions.story import CPI, calendar, put_forward, read_calendar, refuses, wish, yes
from tests.cast import HOUR, MINUTE, NOON, an_account, clock_of, grant, who


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """What is said is decided by reading alone."""
    return f"sqlite:///{tmp_path}/gateway.db"


@pytest.fixture(autouse=True)
def _account(world: World) -> None:
    an_account(world)


def kinds(world: World, name: str) -> list[str]:
    return [str(each.kind) for each in notices(world, who(world, name))]


def test_an_approver_asks_the_author_answers_and_each_is_told_of_the_other(world: World) -> None:
    one = put_forward(world)
    comment(world, who(world, "bola"), one.id, "Whose figure is that?")
    clock_of(world).advance(MINUTE)
    comment(world, who(world, "ada"), one.id, "It is in the bulletin.")
    said = list_comments(world, who(world, "bola"), one.id)
    assert [(each.by, each.text) for each in said] == [
        ("bola", "Whose figure is that?"),
        ("ada", "It is in the bulletin."),
    ]
    assert (kinds(world, "ada"), kinds(world, "bola"), kinds(world, "cleo")) == (["commented"], ["commented"], [])


def test_whoever_answered_hears_what_is_asked_later(world: World) -> None:
    one = put_forward(world, asked=wish(content_class="policy"))
    yes(world, one)
    comment(world, who(world, "bea"), one.id, "Is this still right?")
    assert kinds(world, "bola") == ["commented"]


def test_the_log_tells_that_something_was_said_and_not_what(world: World) -> None:
    one = put_forward(world)
    comment(world, who(world, "bola"), one.id, "heronquartz")
    with world.storage.reading() as readers:
        entries = readers.log.search(Search(), 100)
    (told,) = (entry for entry in entries if entry.act == "submission.comment")
    assert (told.actor, told.subject_id, told.facts["length"]) == ("bola", one.id, 11)
    assert not any("heronquartz" in str(entry) for entry in entries)


@pytest.mark.parametrize(("text", "why"), [(" \n", Reason.EMPTY), ("x" * (LONGEST + 1), Reason.TOO_LONG)])
def test_nothing_and_too_much_are_refused(world: World, text: str, why: Reason) -> None:
    one = put_forward(world)
    with refuses(world, why, "submission.comment"):
        comment(world, who(world, "bola"), one.id, text)


def test_an_auditor_reads_what_is_said_and_says_nothing(world: World) -> None:
    one = put_forward(world)
    comment(world, who(world, "bola"), one.id, "Why today?")
    assert len(list_comments(world, who(world, "eve"), one.id)) == 1
    with refuses(world, Reason.ROLE_MISSING, "submission.comment"):
        comment(world, who(world, "eve"), one.id, "I ask too.")


def test_what_is_said_of_embargoed_content_is_for_those_on_its_list_alone(world: World) -> None:
    read_calendar(world, calendar(NOON + HOUR))
    one = put_forward(world, asked=wish(wanted="at-release", release=CPI, content_class="statistical"))
    comment(world, who(world, "bola"), one.id, "Is 3.4 final?")
    grant(world, "olu", "office-account")
    for name in ("eve", "sam"):
        with refuses(world, Reason.NOT_ON_LIST, "submission.read"):
            list_comments(world, who(world, name), one.id)
