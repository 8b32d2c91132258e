"""Notices: to whom, about what, and never a word of what a post says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from connectors.words import AT_RELEASE
from gateway.actions.notice import notices, read_notice
from gateway.actions.release import confirm_publication
from gateway.actions.sighting import raise_alarms
from gateway.domain.delivery import Delivery
from gateway.domain.instant import rfc3339
from gateway.domain.notice import Notice, NoticeKind
from gateway.domain.refusal import Reason
from gateway.world import World
from tests.actions.story import CPI, at, calendar, delivery, held, log, put_forward, read_calendar, refuses, wish
from tests.cast import HOUR, MINUTE, NOON, SECOND, an_account, clock_of, who

INSTANT = NOON + HOUR
SECRET = "Prices rose 3.7 % after all"


@pytest.fixture(autouse=True)
def _account(world: World) -> None:
    an_account(world)


@pytest.fixture
def bound(world: World) -> Delivery:
    """Something of Ada's, approved by Bola, that goes out with the release."""
    read_calendar(world, calendar(INSTANT))
    (one,) = held(world, SECRET, asked=wish(wanted=AT_RELEASE, release=CPI))
    return one


def of(world: World, name: str) -> list[Notice]:
    return notices(world, who(world, name))


@pytest.mark.parametrize(
    ("over", "kind"),
    [
        ({"instant": INSTANT + HOUR}, NoticeKind.RELEASE_MOVED),
        ({"instant": INSTANT - 10 * MINUTE}, NoticeKind.RELEASE_MOVED),
        ({"cancelled": True}, NoticeKind.RELEASE_CANCELLED),
        ({"finalised": False}, NoticeKind.RELEASE_NOT_FINAL),
    ],
)
def test_author_and_approver_are_told_at_once_and_nobody_else(
    world: World, bound: Delivery, over: dict[str, Any], kind: NoticeKind
) -> None:
    read_calendar(world, calendar(**{"instant": INSTANT, **over}))
    for name in ("ada", "bola"):
        (told,) = of(world, name)
        assert (told.kind, told.subject_kind, told.subject_id) == (kind, "submission", bound.submission)
        assert (told.release, told.name, told.read_at) == (CPI, "Consumer prices", None)
    assert [of(world, name) for name in ("bea", "dev", "cyd", "olu")] == [[]] * 4
    read_calendar(world, calendar(**{"instant": INSTANT, **over}))
    assert len(of(world, "ada")) == 1


def test_what_waits_for_approval_is_told_too(world: World) -> None:
    read_calendar(world, calendar(INSTANT))
    put_forward(world, SECRET, asked=wish(wanted=AT_RELEASE, release=CPI))
    read_calendar(world, calendar(INSTANT, cancelled=True))
    assert [told.kind for told in of(world, "ada")] == [NoticeKind.RELEASE_CANCELLED]
    assert of(world, "bola") == []


def test_no_notice_and_no_entry_carries_a_word_of_the_post(world: World, bound: Delivery) -> None:
    read_calendar(world, calendar(INSTANT + HOUR))
    told = repr(of(world, "ada")) + repr(log(world, "notice.give"))
    assert "Prices" not in told
    assert "3.7" not in told


def test_a_release_that_nobody_is_bound_to_moves_without_a_word(world: World) -> None:
    read_calendar(world, calendar(INSTANT))
    read_calendar(world, calendar(INSTANT + HOUR))
    assert log(world, "notice.give") == []


def test_brought_forward_it_goes_no_earlier_than_the_instant_it_was_approved_for(world: World, bound: Delivery) -> None:
    read_calendar(world, calendar(INSTANT - 30 * MINUTE))
    assert delivery(world, bound.id).due_at == INSTANT
    read_calendar(world, calendar(INSTANT + HOUR))
    assert delivery(world, bound.id).due_at == INSTANT + HOUR
    read_calendar(world, calendar(INSTANT - 30 * MINUTE))
    assert delivery(world, bound.id).due_at == INSTANT


def test_a_post_with_a_time_of_its_own_keeps_it_when_its_release_is_brought_forward(world: World) -> None:
    read_calendar(world, calendar(INSTANT))
    later = INSTANT + HOUR
    (one,) = held(world, SECRET, asked=wish(wanted=rfc3339(later), release=CPI))
    read_calendar(world, calendar(INSTANT - 30 * MINUTE))
    assert delivery(world, one.id).due_at == later


def test_ones_own_notices_are_read_and_marked_by_oneself_alone(world: World, bound: Delivery) -> None:
    read_calendar(world, calendar(INSTANT + HOUR))
    (told,) = of(world, "ada")
    with refuses(world, Reason.NOT_FOUND, "notice.read"):
        read_notice(world, who(world, "bola"), told.id)
    assert read_notice(world, who(world, "ada"), told.id).read_at == NOON
    with refuses(world, Reason.ALREADY_ANSWERED, "notice.read"):
        read_notice(world, who(world, "ada"), told.id)
    assert notices(world, who(world, "ada"), unread=True) == []
    assert len(notices(world, who(world, "bola"), unread=True)) == 1
    clock_of(world).advance(MINUTE)
    read_calendar(world, calendar(INSTANT + HOUR, cancelled=True))
    assert [each.kind for each in of(world, "ada")] == [NoticeKind.RELEASE_CANCELLED, NoticeKind.RELEASE_MOVED]


def test_an_alarm_is_raised_once_where_publication_is_not_seen_within_policy(world: World, bound: Delivery) -> None:
    limit = world.policy.timing.publication_alarm
    at(world, INSTANT + limit - SECOND)
    assert raise_alarms(world) == 0
    at(world, INSTANT + limit)
    assert (raise_alarms(world), raise_alarms(world)) == (1, 0)
    assert [entry.subject_id for entry in log(world, "release.alarm")] == [CPI]
    assert {told.subject_kind for name in ("ada", "bola") for told in of(world, name)} == {"submission"}
    for name in ("olu", "olive", "cyd", "ade"):
        assert [(told.kind, told.subject_id) for told in of(world, name)] == [(NoticeKind.PUBLICATION_UNSEEN, CPI)]
    read_calendar(world, calendar(INSTANT + HOUR))
    at(world, INSTANT + HOUR + limit)
    assert raise_alarms(world) == 1


def test_no_alarm_for_what_was_seen_nor_for_what_nobody_waits_for(world: World) -> None:
    read_calendar(world, calendar(INSTANT))
    at(world, INSTANT + HOUR)
    assert raise_alarms(world) == 0
    held(world, SECRET, asked=wish(wanted=rfc3339(INSTANT + 2 * HOUR), release=CPI))
    for name in ("olu", "olive"):
        confirm_publication(world, who(world, name), CPI)
    assert raise_alarms(world) == 0


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Notices are written by the same Unit as everything else; races between writers are tested on both databases."""
    return f"sqlite:///{tmp_path}/gateway.db"
