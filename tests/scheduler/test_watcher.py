"""The watcher finds every foreign post, change, loss and new face at the simulators, once; and never one of our own."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.words import Exact, Receipt
from gateway.actions import credential, watch
from gateway.actions.settle import settle_by_looking
from gateway.domain.account import Account
from gateway.domain.breach import Breach, BreachKind, breach_id
from gateway.domain.delivery import State
from scheduler.watcher import Watcher
from tests import cast
from tests.flow.town import BLUESKY, MASTODON, Town
from tests.scheduler.arranged import delivered, held, lost, stored
from tests.scheduler.rooms import Rooms, rooms
from tests.scheduler.test_settler import connected
from tests.simulators.callers import Sky, a_record, client
from vault.safe import Errand

pytestmark = pytest.mark.slow
PLATFORMS = pytest.mark.parametrize("platform", [BLUESKY, MASTODON])


def with_rooms(house: Town, act: Callable[[Rooms], Awaitable[object]]) -> None:
    """Do this with the rooms open."""

    async def run() -> None:
        async with rooms(house) as made:
            await act(made)

    asyncio.run(run())


def look(house: Town, *accounts: str) -> list[Breach]:
    """One look at each account; what it raised."""
    found: list[Breach] = []

    async def looked(made: Rooms) -> None:
        watcher = watcher_of(made)
        for account in (house.account(id) for id in accounts):
            opened = made.keeper.open_many([account], Errand.WATCH)[account.id]
            found.extend(await watcher.look(account, opened.revealed()))

    with_rooms(house, looked)
    return found


def watcher_of(made: Rooms, seconds: float = 300.0, told: list[str] | None = None) -> Watcher:
    """A watcher in these rooms."""
    ended = [] if told is None else told
    return Watcher(made.house.world, made.envoy, made.keeper, seconds, lambda account, _: ended.append(account))


def at_home(house: Town, platform: str, prefix: str) -> tuple[str, str]:
    """A connected account that was looked at once, and its id at the platform."""
    account = connected(house, platform, prefix)
    assert look(house, account) == []
    return account, house.account(account).subject


def aged(house: Town, delivery_id: str) -> None:
    """Published long enough ago that lists must show it."""
    with house.world.storage.reading() as readers:
        publication = readers.publications.get(delivery_id)
    cast.write(house.world, replace(publication, at=publication.at.replace(year=publication.at.year - 1)))


def kinds(breaches: list[Breach]) -> list[BreachKind]:
    """Their kinds."""
    return [one.kind for one in breaches]


def test_100_of_100_foreign_posts_are_found_and_each_once(quiet: Town) -> None:
    put: set[str] = set()
    homes = {platform: at_home(quiet, platform, "guarded") for platform in (BLUESKY, MASTODON)}
    for platform, (account, subject) in homes.items():
        delivered(quiet, account, f"Ours among strangers on {platform}.")
        for number in range(50):
            put.add(quiet.platforms[platform].foreign_post(subject, f"Not ours {number}")["id"])
    accounts = [account for account, _ in homes.values()]
    found = look(quiet, *accounts)
    assert {one.receipt.platform_id for one in found if one.receipt} == put
    assert len(found) == len(put) == 100
    assert Counter(kinds(found)) == {BreachKind.FOREIGN_POST: 100}
    assert look(quiet, *accounts) == []
    print(f"foreign posts found: {len(found)} of {len(put)}")


def test_more_than_a_list_holds_is_followed_back_to_what_is_known(quiet: Town) -> None:
    platform = MASTODON  # its posts cannot be dated back, so that no look reads everything anyway
    account, subject = at_home(quiet, platform, "flooded")
    delivered(quiet, account, f"Before the flood on {platform}.")
    look(quiet, account)
    for number in range(130):
        quiet.platforms[platform].foreign_post(subject, f"Flood {number}")
    assert len(look(quiet, account)) == 130


def test_a_foreign_post_that_is_dated_back_is_found_at_once_where_it_is_listed_and_within_a_day_where_it_is_not(
    quiet: Town,
) -> None:
    account = connected(quiet, BLUESKY, "backdated")
    subject = quiet.account(account).subject
    for number in range(102):
        quiet.platforms[BLUESKY].foreign_post(subject, f"Long there {number}")

    async def looked(made: Rooms) -> None:
        watcher, opened = watcher_of(made), made.keeper.open_many([quiet.account(account)], Errand.WATCH)[account]

        async def seen() -> list[str]:
            return [one.text for one in await watcher.look(quiet.account(account), opened.revealed())]

        assert await seen() == []
        put(quiet, account, "Dated back, listed first", "createRecord")
        assert await seen() == ["Dated back, listed first"]
        put(quiet, account, "Put far back", "putRecord", rkey="3aaaaaaaaaa2a", swapRecord=None)
        assert await seen() == []
        watcher._whole[account] -= timedelta(days=1)
        assert await seen() == ["Put far back"]

    with_rooms(quiet, looked)


def put(house: Town, account: str, text: str, how: str, **more: object) -> None:
    """Somebody else posts with an early date, by whatever opens the account."""
    made, running = house.made[account], house.platforms[BLUESKY]
    with client(running) as http:
        sky = Sky(running, http, made["did"], made["handle"], made["app_password"])
        assert sky.sign_in().status_code == 200
        answer = sky.write(how, record=a_record(text, createdAt="2019-10-12T10:00:00.000Z"), **more)
        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("settled", ["before", "after"])
def test_what_was_taken_down_as_foreign_and_turns_out_to_be_ours_is_removed_on_the_record(
    quiet: Town, settled: str
) -> None:
    account, _ = at_home(quiet, MASTODON, f"mistaken{settled}")
    text = f"Ours, and nobody knew {settled}."
    delivery = delivered(quiet, account, text, state=State.UNKNOWN)
    (post,) = (one for one in quiet.platforms[MASTODON].posts() if one["text"] == text)
    where = Receipt(str(post["id"]), None, at=quiet.world.clock.now().latest)
    mark = breach_id(account, BreachKind.FOREIGN_POST, where.platform_id)
    cast.write(quiet.world, a_foreign_one(mark, account, where))
    watch.ask_foreign_removal(quiet.world, cast.who(quiet.world, "olu"), mark)
    if settled == "before":
        with_rooms(quiet, lambda made: made.settler.tick())
        assert stored(quiet.world, delivery.id).state is State.PUBLISHED
    with_rooms(quiet, lambda made: made.clerk.tick())
    if settled == "after":  # by a look that met it just before it was taken down
        settle_by_looking(quiet.world, delivery.id, Exact(where), timedelta(0))
    assert stored(quiet.world, delivery.id).state is State.REMOVED
    with quiet.world.storage.reading() as readers:
        assert readers.publications.get(delivery.id).removed_by == "olu"
    aged(quiet, delivery.id)
    assert look(quiet, account) == []


def a_foreign_one(id: str, account: str, where: Receipt) -> Breach:
    """A post that nobody knows as ours."""
    assert where.at is not None
    return Breach(
        id=id,
        account=account,
        kind=BreachKind.FOREIGN_POST,
        text="Whose?",
        fingerprint="f",
        before="",
        receipt=where,
        application=None,
        delivery=None,
        certain=True,
        found_at=where.at,
    )


@PLATFORMS
def test_our_own_publications_are_never_a_breach(quiet: Town, platform: str) -> None:
    account, _ = at_home(quiet, platform, "honest")
    texts = ("Plain words.", "With a link https://example.org/a?b=1&c=2 and #tag", "Café & <tags> “quoted” 📈\n\nTwo.")
    made = [delivered(quiet, account, text) for text in texts]
    assert look(quiet, account) == []
    for delivery in made:
        aged(quiet, delivery.id)
    assert look(quiet, account) == []
    assert look(quiet, account) == []


@PLATFORMS
def test_an_unknown_delivery_that_was_accepted_is_not_called_foreign_before_or_after_it_is_settled(
    quiet: Town, platform: str
) -> None:
    account, _ = at_home(quiet, platform, "doubtful")
    delivery = delivered(quiet, account, f"Nobody heard the answer on {platform}.", state=State.UNKNOWN)
    assert look(quiet, account) == []
    with_rooms(quiet, lambda made: made.settler.tick())
    assert stored(quiet.world, delivery.id).state is State.PUBLISHED
    assert look(quiet, account) == []


def test_a_foreign_post_is_found_while_an_unknown_delivery_waits(quiet: Town) -> None:
    platform = MASTODON
    account, subject = at_home(quiet, platform, "beside")
    lost(quiet.world, held(quiet, account, f"Still unknown on {platform}."))
    quiet.platforms[platform].foreign_post(subject, "Something else entirely")
    assert kinds(look(quiet, account)) == [BreachKind.FOREIGN_POST]


def test_a_post_changed_at_the_platform_is_found_with_what_it_says_now(quiet: Town) -> None:
    platform = BLUESKY
    account, _ = at_home(quiet, platform, "edited")
    delivery = delivered(quiet, account, f"As approved on {platform}.")
    assert delivery.receipt is not None
    look(quiet, account)
    quiet.platforms[platform].edit_post(delivery.receipt.platform_id, "As nobody approved")
    (breach,) = look(quiet, account)
    assert (breach.kind, breach.delivery, breach.text) == (BreachKind.CHANGED_POST, delivery.id, "As nobody approved")
    assert look(quiet, account) == []


@PLATFORMS
def test_a_post_that_vanished_is_found_and_one_that_is_young_or_removed_by_us_is_not(
    quiet: Town, platform: str
) -> None:
    account, _ = at_home(quiet, platform, "vanished")
    gone, young, ours = (delivered(quiet, account, f"{which} on {platform}.") for which in ("Gone", "Young", "Ours"))
    look(quiet, account)
    for delivery in (gone, ours):
        aged(quiet, delivery.id)
    credential.ask_removal(quiet.world, cast.who(quiet.world, "ada"), ours.id)
    for delivery in (gone, young, ours):
        assert delivery.receipt is not None
        quiet.platforms[platform].remove_post(delivery.receipt.platform_id)
    (breach,) = look(quiet, account)
    assert (breach.kind, breach.delivery) == (BreachKind.VANISHED_POST, gone.id)
    with_rooms(quiet, lambda made: made.clerk.tick())
    assert look(quiet, account) == []


@PLATFORMS
def test_a_new_name_picture_or_bio_is_found_once(quiet: Town, platform: str) -> None:
    account, subject = at_home(quiet, platform, "faced")
    quiet.platforms[platform].change_profile(subject, name="Some Office", picture="theirs", bio="For sale")
    found = look(quiet, account)
    assert set(kinds(found)) == {BreachKind.CHANGED_NAME, BreachKind.CHANGED_PICTURE, BreachKind.CHANGED_BIO}
    assert {one.text for one in found} >= {"Some Office", "For sale"}
    assert look(quiet, account) == []


def test_a_foreign_post_is_taken_down_by_one_act_that_is_told(quiet: Town) -> None:
    platform = MASTODON
    account, subject = at_home(quiet, platform, "cleaned")
    where = quiet.platforms[platform].foreign_post(subject, "Buy now")["id"]
    (breach,) = look(quiet, account)
    watch.ask_foreign_removal(quiet.world, cast.who(quiet.world, "olu"), breach.id)
    with_rooms(quiet, lambda made: made.clerk.tick())
    assert where not in {post["id"] for post in quiet.platforms[platform].posts()}
    with quiet.world.storage.reading() as readers:
        after = readers.breaches.get(breach.id)
    assert after.removed_by == "olu"
    assert sorted(quiet.acts(breach.id)) == ["breach.raise", "breach.remove", "errand.done", "errand.remove-foreign"]
    assert look(quiet, account) == []


def test_what_was_there_before_the_gateway_is_not_its_business(quiet: Town) -> None:
    platform = BLUESKY
    account = connected(quiet, platform, "older")
    quiet.platforms[platform].foreign_post(quiet.account(account).subject, "Long before")
    assert look(quiet, account) == []
    assert look(quiet, account) == []


def test_a_tick_looks_at_each_account_once_an_interval_and_waits_where_nobody_answers(quiet: Town) -> None:
    account = connected(quiet, MASTODON, "ticking")
    arrivals = quiet.platforms[MASTODON]

    def looked() -> int:
        listings = [e for e in arrivals.truth("request") if e["path"].endswith("/statuses") and e["method"] == "GET"]
        return len([e for e in listings if f"/{quiet.account(account).subject}/" in e["path"]])

    async def ticks(made: Rooms) -> None:
        watcher = watcher_of(made, seconds=300.0)
        await watcher.tick()
        first = looked()
        assert first >= 1
        await watcher.tick()
        assert looked() == first

    with_rooms(quiet, ticks)


def test_a_worker_that_starts_asks_about_known_accounts_one_after_the_other_within_the_interval(quiet: Town) -> None:
    known = {at_home(quiet, MASTODON, f"spread{number}")[0] for number in range(2)}
    fresh = connected(quiet, MASTODON, "newcomer")

    async def ticks(made: Rooms) -> None:
        watcher = watcher_of(made, seconds=300.0)
        began = quiet.world.clock.now().latest
        await watcher.tick()
        waits = {id: (at - began).total_seconds() for id, at in watcher._next.items()}
        assert all(0 < waits[id] <= 300.0 for id in known)
        assert len({waits[id] for id in known}) == 2
        with quiet.world.storage.reading() as readers:
            assert readers.watches.find(fresh) is not None

    with_rooms(quiet, ticks)


def test_a_sign_in_that_ended_is_told_to_whoever_renews_it(quiet: Town) -> None:
    account = connected(quiet, MASTODON, "signedout")
    quiet.platforms[MASTODON].expire("revoked", quiet.account(account).subject)
    told: list[str] = []
    with_rooms(quiet, lambda made: watcher_of(made, told=told).tick())
    assert account in told


def test_breaches_of_one_account_are_not_anothers(quiet: Town) -> None:
    one, subject = at_home(quiet, MASTODON, "mine")
    other, _ = at_home(quiet, MASTODON, "yours")
    quiet.platforms[MASTODON].foreign_post(subject, "Only here")
    assert {breach.account for breach in look(quiet, one, other)} == {one}
    account: Account = quiet.account(one)
    assert account in watch.watched(quiet.world)
