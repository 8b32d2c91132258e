"""Stopping what is on its way: leaving, freezing and withdrawing raced against a real worker about to send (G6).

What the platform holds is counted by the platform. No intent may stand in the log after the act that forbids it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from gateway.actions import freezing, submit
from gateway.actions import leave as leaving
from gateway.domain.delivery import State
from gateway.domain.refusal import Refused
from gateway.domain.submission import Submission
from gateway.storage.log import Search
from tests import cast
from tests.flow.town import MASTODON, Town, soon, town, until

pytestmark = pytest.mark.slow

APART = timedelta(milliseconds=90)
EARLIEST, LATEST = -0.03, 0.03  # seconds around the instant at which the acts are done
SHORT, WHOLE = 12, 334  # races of each kind
ACTS = {"leave": "member.leave", "freeze": "freeze", "withdraw": "submission.withdraw"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One platform and a worker."""
    with town(tmp_path_factory.mktemp("stopping"), platforms=(MASTODON,)) as made:
        yield made


@dataclass
class Race:
    """One delivery, and the act against it; `told` is the subject of the act's entry in the log."""

    kind: str
    post: Submission
    due: datetime
    act: Callable[[], object]
    told: str


def leave_race(house: Town, account: str, number: int, due: datetime) -> Race:
    """The author leaves."""
    author = house.author(f"leaver-{number}", account)
    post = house.post(f"Leaving against sending {number}.", account, author=author, wanted=due.isoformat())
    who = cast.stepped_up(house.world, "sam", "leave", author)
    return Race("leave", post, due, lambda: leaving.leave(house.world, who, author), author)


def freeze_race(house: Town, account: str, number: int, due: datetime) -> Race:
    """The account is frozen."""
    post = house.post(f"Freezing against sending {number}.", account, wanted=due.isoformat())
    who = cast.stepped_up(house.world, "sam", "freeze", account)
    race = Race("freeze", post, due, lambda: None, "")

    def act() -> None:
        race.told = freezing.freeze(house.world, who, "account", account, "a drill").id

    race.act = act
    return race


def withdraw_race(house: Town, account: str, number: int, due: datetime) -> Race:
    """The author takes it back."""
    post = house.post(f"Withdrawing against sending {number}.", account, wanted=due.isoformat())
    who = cast.who(house.world, "ada")
    return Race("withdraw", post, due, lambda: submit.withdraw_submission(house.world, who, post.id), post.id)


KINDS = {"leave": leave_race, "freeze": freeze_race, "withdraw": withdraw_race}


def run(races: list[Race]) -> None:
    """Each act at its own small distance from its delivery's instant."""

    def later(race: Race, seconds: float) -> None:
        time.sleep(max(0.0, (race.due - datetime.now(UTC)).total_seconds() + seconds))
        try:
            race.act()
        except Refused:
            race.told = ""  # it came too late: nothing was left to take back

    step = (LATEST - EARLIEST) / max(1, len(races) - 1)
    offsets = [EARLIEST + step * ((number * 7) % len(races)) for number in range(len(races))]
    threads = [threading.Thread(target=later, args=pair) for pair in zip(races, offsets, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def index_of(house: Town, act: str, subject: str) -> int | None:
    """Where in the log this act on this subject stands."""
    with house.world.storage.reading() as readers:
        found = readers.log.search(Search(act=act, subject_id=subject), 1)
    return found[0].index if found else None


def judged(house: Town, race: Race) -> bool:
    """Whether it was sent; fails where an intent stands after the act, or the platform disagrees with us."""
    (delivery,) = house.deliveries(race.post)
    intent = index_of(house, "delivery.intent", delivery.id)
    act = index_of(house, ACTS[race.kind], race.told) if race.told else None
    taken = house.accepted(delivery.outgoing.text)
    if intent is None:
        assert taken == []
        assert delivery.state in {State.HELD, State.WITHDRAWN}
        assert act is not None
    else:
        assert act is None or intent < act, "an intent after the act"
        assert delivery.state is State.PUBLISHED
        assert len(taken) == 1
    return intent is not None


def all_races(house: Town, count: int) -> list[bool]:
    """So many races of each kind; which of them were sent."""
    accounts = house.connect_many(MASTODON, len(KINDS) * count, prefix=f"race{count}")
    begins = datetime.now(UTC) + timedelta(seconds=2 + 0.3 * len(accounts))
    kinds = [kind for _ in range(count) for kind in KINDS]
    races = [
        KINDS[kind](house, account, number, begins + APART * number)
        for number, (kind, account) in enumerate(zip(kinds, accounts, strict=True))
    ]
    run(races)
    until(
        lambda: not any(s in {State.CLAIMED, State.SENDING} for race in races for s in house.states(race.post)), house
    )
    return [judged(house, race) for race in races]


def test_no_intent_commits_after_leaving_freezing_or_withdrawing(
    house: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    sent = all_races(house, SHORT)
    with capsys.disabled():
        print(
            f"\n{len(sent)} races with a worker: {sum(sent)} sent before the act, {len(sent) - sum(sent)} stopped by it"
        )
    assert any(sent), "no race was close: every act came first"
    assert not all(sent), "no race was close: every intent came first"


@pytest.mark.acceptance
@pytest.mark.timeout(1800)
def test_a_thousand_races(house: Town) -> None:
    assert len(all_races(house, WHOLE)) == len(KINDS) * WHOLE


def test_what_was_claimed_before_the_author_left_waits_for_another_person(house: Town) -> None:
    (account,) = house.connect_many(MASTODON, 1, prefix="left")
    author = house.author("quits-early", account)
    post = house.post(
        "By somebody who left between approval and sending.", account, author=author, wanted=soon(house.world, 3)
    )
    until(lambda: house.states(post) == [State.CLAIMED], house)
    who = cast.stepped_up(house.world, "sam", "leave", author)
    report = leaving.leave(house.world, who, author)
    (delivery,) = house.deliveries(post)
    assert report.deliveries_held == (delivery.id,)
    time.sleep(4)
    assert house.states(post) == [State.HELD]
    assert house.accepted("By somebody who left between approval and sending.") == []


def test_a_withdrawal_stops_what_is_claimed_already(house: Town) -> None:
    (account,) = house.connect_many(MASTODON, 1, prefix="back")
    post = house.post("Taken back at the last moment.", account, wanted=soon(house.world, 3))
    until(lambda: house.states(post) == [State.CLAIMED], house)
    submit.withdraw_submission(house.world, cast.who(house.world, "ada"), post.id)
    time.sleep(4)
    assert house.states(post) == [State.WITHDRAWN]
    assert house.accepted("Taken back at the last moment.") == []


def test_thawing_fires_nothing_that_fell_due_under_the_freeze_and_lets_the_rest_go(house: Town) -> None:
    (account,) = house.connect_many(MASTODON, 1, prefix="thaw")
    missed = house.post("Due while frozen.", account, wanted=soon(house.world, 2.5))
    later = house.post("Due after the thaw.", account, wanted=soon(house.world, 7))
    frozen = freezing.freeze(
        house.world, cast.stepped_up(house.world, "sam", "freeze", account), "account", account, "a drill"
    )
    time.sleep(3.5)
    assert house.states(missed) == [State.HELD]
    freezing.thaw(house.world, cast.stepped_up(house.world, "sam", "thaw", frozen.id), frozen.id)
    house.settled(later)
    assert house.states(missed) == [State.LAPSED]
    assert house.accepted("Due while frozen.") == []
    assert len(house.accepted("Due after the thaw.")) == 1
