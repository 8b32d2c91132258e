"""Connecting by consent and renewing what expires, against a pretend X: the whole way, by the worker's own rooms."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.contract import Connector
from connectors.facebook import connector as facebook
from connectors.simulators.running import Running, start
from connectors.x import connector
from gateway.actions.consent import answer_consent, ask_consent, read_consent
from gateway.domain.account import Account, CredentialState
from gateway.domain.consent import Consent
from gateway.domain.member import MemberState
from gateway.storage import tables
from gateway.storage.log import Search
from gateway.storage.vault import VaultShelf
from gateway.world import Platform, World
from scheduler.applications import Application
from scheduler.courier import Courier
from scheduler.envoy import Envoy
from scheduler.keeper import Keeper
from scheduler.refresher import Refresher
from scheduler.usher import Usher
from scheduler.worker import origin_of
from tests import cast
from tests.flow.town import Town, soon, town
from tests.scheduler.stages import STAGES
from tests.simulators.callers import client
from vault.safe import Errand
from vault.secret import Secret
from vault.sources import read_key_file

BACK = "https://gateway.example/oauth/callback"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@dataclass
class Rooms:
    """Usher and refresher around one courier."""

    keeper: Keeper
    usher: Usher
    refresher: Refresher


@dataclass
class House:
    """A gateway beside a pretend X, and an account of its register that may be connected there."""

    town: Town
    world: World
    x: Running
    made: list[dict[str, str]]
    account: str
    connector: Connector = connector

    @asynccontextmanager
    async def rooms(self) -> AsyncIterator[Rooms]:
        """The worker's rooms, with our application's name and secret."""
        source = read_key_file(self.town.settings.in_data("vault.key"), os.getuid())
        brought = STAGES[self.connector.name].brought
        ours = {name: Secret(self.made[0][brought[name]]) for name in ("client_id", "client_secret")}
        applications = {self.connector.name: Application(ours, (("characters", 4_000),))}
        keeper = Keeper(self.world, VaultShelf(self.world.storage), source, origin_of(self.world), applications)
        keeper.renew_box_key(self.world.clock.now().latest)
        async with Courier.open(self.world) as courier:
            envoy = Envoy({self.connector.name: self.connector}, courier)
            usher = Usher(self.world, envoy, keeper, BACK)
            yield Rooms(keeper, usher, Refresher(self.world, envoy, keeper))

    def work(self, act: Callable[[Rooms], Awaitable[None]]) -> None:
        """Do this in the rooms."""

        async def done() -> None:
            async with self.rooms() as rooms:
                await act(rooms)

        asyncio.run(done())

    def usher(self) -> None:
        """One tick, and what it took in hand."""

        async def once(rooms: Rooms) -> None:
            await rooms.usher.tick()
            await rooms.usher.finish()

        self.work(once)

    def refresh(self) -> None:
        """One tick of the refresher."""
        self.work(lambda rooms: rooms.refresher.tick())

    def asked(self) -> Consent:
        """Olu asks, the worker makes the address."""
        consent = ask_consent(self.world, cast.stepped_up(self.world, "olu", "connect", self.account), self.account)
        self.usher()
        return read_consent(self.world, cast.who(self.world, "olu"), consent.id)

    def consented(self, consent: Consent, whose: str) -> tuple[str, str]:
        """The person goes where they are sent and allows us as this account: the state and code they come back with."""
        place = urlsplit(consent.address)
        given = {name: values[0] for name, values in parse_qs(place.query).items()}
        with client(self.x) as browser:
            assert browser.get(f"{place.path}?{place.query}").status_code == 200
            back = browser.post(place.path, data=given | {"account": whose}).headers["Location"]
        assert back.startswith(BACK)
        came = parse_qs(urlsplit(back).query)
        return came["state"][0], came["code"][0]

    def connect(self, whose: str) -> Account:
        """All the way."""
        state, code = self.consented(self.asked(), whose)
        answer_consent(self.world, cast.who(self.world, "olu"), state=state, code=code)
        self.usher()
        return self.stored

    @property
    def stored(self) -> Account:
        """The account as it stands."""
        return self.town.account(self.account)

    def change(self, **more: object) -> None:
        """Put the account into this state."""
        cast.write(self.world, replace(self.stored, **more))  # type: ignore[arg-type]

    def acts(self) -> list[str]:
        """What the log tells of the account, oldest first."""
        with self.world.storage.reading() as readers:
            return [entry.act for entry in reversed(readers.log.search(Search(subject_id=self.account), 1000))]

    def exchanges(self) -> int:
        """How often the token address was asked."""
        return sum(event["path"] == "/2/oauth2/token" for event in self.x.truth("request"))

    def answers(self) -> list[str]:
        """What became of the codes."""
        with self.world.storage.reading() as readers:
            return [one.outcome for one in readers.deposits.where(tables.deposits.c.account == self.account)]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """The house, its worker process not started."""
    with around(connector, tmp_path) as made:
        yield made


@contextmanager
def around(connector: Connector, folder: Path) -> Iterator[House]:
    """A gateway beside this platform, with two accounts there and the first of them in its register."""
    name, manifest = connector.name, connector.manifest
    with start(name, folder / "truth") as running:
        hosts = dict.fromkeys(manifest.hosts, running.origin)
        with town(folder, platforms=(), working=False, sandbox={"hosts": hosts}) as made:
            platform = Platform(name, connector.limits, (), manifest.hosts, False, True, manifest.scopes)
            made.world = replace(made.world, platforms={name: platform})
            people = running.accounts(2, "office")
            handle = STAGES[name].home(people[0]).handle
            yield House(made, made.world, running, people, made.register(name, handle), connector)


def test_a_consent_connects_the_account_that_was_meant(house: House) -> None:
    account = house.connect(house.made[0]["id"])
    assert (account.credential_state, account.subject) == (CredentialState.CURRENT, house.made[0]["id"])
    now = datetime.now(UTC)
    assert account.access_ends_at is not None
    assert account.grant_ends_at is not None
    assert abs(account.access_ends_at - now - timedelta(hours=2)) < MINUTE
    assert account.grant_ends_at - now > 179 * DAY
    assert dict(account.facts)["characters"] == 4_000  # the operator's word for what the platform does not tell


def test_nothing_of_the_consent_is_kept(house: House) -> None:
    house.connect(house.made[0]["id"])
    with house.world.storage.reading() as readers:
        rows = readers.connection.execute(tables.vault_rows.select()).mappings().all()
        bodies = b"".join(readers.log.bodies(0, 10_000))
        (consent,) = readers.consents.all()
    assert {(row["account"], row["field"]) for row in rows} == {
        (house.account, "access_token"),
        (house.account, "refresh_token"),
    }
    assert (consent.address, consent.outcome) == ("", "brought")
    assert house.made[0]["client_secret"].encode() not in bodies


def test_our_application_joins_the_credential_when_it_is_opened(house: House) -> None:
    house.connect(house.made[0]["id"])

    async def look(rooms: Rooms) -> None:
        opened = rooms.keeper.open_many([house.stored], Errand.DELIVER)[house.account]
        assert set(opened.fields) == {"access_token", "refresh_token", "client_id", "client_secret"}

    house.work(look)


def test_another_account_than_the_one_meant_is_not_connected(house: House) -> None:
    account = house.connect(house.made[1]["id"])
    assert account.credential_state is CredentialState.NONE
    assert house.answers() == ["another-account"]


def test_a_person_connects_the_page_meant_of_all_that_are_theirs_and_no_other(tmp_path: Path) -> None:
    with around(facebook, tmp_path) as house:
        theirs, others = house.made
        account = house.connect(others["user_id"])  # who has no task on the Page
        assert (account.credential_state, house.answers()) == (CredentialState.NONE, ["set-up wrong"])
        account = house.connect(theirs["user_id"])
        assert (account.credential_state, account.subject) == (CredentialState.CURRENT, theirs["id"])
        assert account.access_ends_at is not None
        assert abs(account.access_ends_at - datetime.now(UTC) - 60 * DAY) < DAY / 2
        with house.world.storage.reading() as readers:
            rows = readers.connection.execute(tables.vault_rows.select()).mappings().all()
        assert {row["field"] for row in rows} == {"access_token", "page_token"}


def test_a_code_is_exchanged_once_even_when_the_answer_is_lost(house: House) -> None:
    house.x.fault("reset_after", path="oauth2/token", method="POST")
    assert house.connect(house.made[0]["id"]).credential_state is CredentialState.NONE
    house.usher()
    assert (house.answers(), house.exchanges()) == (["no-answer"], 1)


def test_a_code_waits_for_nobody(house: House) -> None:
    """X's codes live 30 s: each is in hand with the next tick, even beside an exchange that hangs."""
    state, code = house.consented(house.asked(), house.made[0]["id"])
    answer_consent(house.world, cast.who(house.world, "olu"), state=state, code=code)
    house.x.fault("slow", path="oauth2/token", ms=400)

    async def twice(rooms: Rooms) -> None:
        began = asyncio.get_running_loop().time()
        await rooms.usher.tick()
        await rooms.usher.tick()
        assert asyncio.get_running_loop().time() - began < 0.4
        await rooms.usher.finish()

    house.work(twice)
    assert (house.stored.credential_state, house.exchanges()) == (CredentialState.CURRENT, 1)


def test_a_worker_that_died_with_a_code_leaves_no_account_waiting(house: House) -> None:
    state, code = house.consented(house.asked(), house.made[0]["id"])
    answer_consent(house.world, cast.who(house.world, "olu"), state=state, code=code)
    with house.world.storage.reading() as readers:
        (deposit,) = readers.deposits.codes()
    cast.write(house.world, replace(deposit, outcome="exchanging", put_at=deposit.put_at - 6 * MINUTE))
    house.usher()
    assert house.answers() == ["exchange-lost"]
    assert house.stored.credential_state is CredentialState.NONE


def test_a_consent_that_nobody_answers_lapses(house: House) -> None:
    consent = house.asked()
    cast.write(house.world, replace(consent, asked_at=consent.asked_at - 11 * MINUTE))
    house.usher()
    with house.world.storage.reading() as readers:
        (lapsed,) = readers.consents.all()
        assert readers.connection.execute(tables.vault_rows.select()).all() == []
    assert (lapsed.outcome, lapsed.address) == ("lapsed", "")


# --- renewing --------------------------------------------------------------------------------------------------------


def connected(house: House, access_ends: timedelta) -> None:
    """Connected, its access ending so soon."""
    house.connect(house.made[0]["id"])
    house.change(access_ends_at=house.world.clock.now().earliest + access_ends)


def test_what_ends_soon_is_renewed_the_intent_first(house: House) -> None:
    connected(house, 10 * MINUTE)
    house.refresh()
    assert house.stored.access_ends_at is not None
    assert house.stored.access_ends_at - datetime.now(UTC) > 100 * MINUTE
    told = [act for act in house.acts() if act in {"credential.refresh", "credential.renewed"}]
    assert told == ["credential.refresh", "credential.renewed"]
    house.change(access_ends_at=house.world.clock.now().earliest + MINUTE)
    house.refresh()  # with the rotated token: the first would be refused
    assert house.exchanges() == 3


@pytest.mark.parametrize(("ends", "asked"), [(10 * MINUTE, 1), (-MINUTE, 2)])
def test_near_a_due_delivery_nothing_is_renewed_unless_it_has_ended(house: House, ends: timedelta, asked: int) -> None:
    connected(house, ends)
    house.town.post("Prices rose", house.account, wanted=soon(house.world, 60))
    house.refresh()
    assert house.exchanges() == asked


def test_a_lost_answer_is_not_asked_for_again(house: House) -> None:
    connected(house, 10 * MINUTE)
    house.x.fault("reset_after", path="oauth2/token", method="POST")
    for _ in range(3):
        house.refresh()
    assert house.exchanges() == 2  # the code's, and the one that was lost
    assert house.stored.credential_state is CredentialState.CURRENT  # what there is serves until its own end
    assert house.stored.grant_ends_at == house.stored.access_ends_at
    ended = house.world.clock.now().earliest - MINUTE
    house.change(access_ends_at=ended, grant_ends_at=ended)
    house.refresh()
    assert str(house.stored.credential_state) == "expired"


def test_a_refresh_that_surely_did_not_happen_is_tried_again(house: House) -> None:
    connected(house, 10 * MINUTE)
    house.x.fault("status", path="oauth2/token", method="POST", status=429)
    house.refresh()
    assert house.stored.refresh_begun_at is None
    house.refresh()
    assert "credential.renewed" in house.acts()


def test_a_worker_that_died_while_renewing_is_a_lost_answer(house: House) -> None:
    connected(house, 10 * MINUTE)
    house.change(refresh_begun_at=house.world.clock.now().earliest - 6 * MINUTE)
    house.refresh()
    assert "credential.refresh-lost" in house.acts()
    assert house.exchanges() == 1


def test_a_dead_refresh_token_wants_a_person_who_then_connects_again(house: House) -> None:
    connected(house, 10 * MINUTE)
    house.x.expire("revoked")
    house.refresh()
    assert house.stored.credential_state is CredentialState.EXPIRED
    assert house.connect(house.made[0]["id"]).credential_state is CredentialState.CURRENT


def test_its_people_are_warned_once_a_day_before_it_ends_and_before_the_next_post(house: House) -> None:
    connected(house, 60 * MINUTE)
    house.work(lambda rooms: rooms.refresher.warn())
    assert "credential.ends-soon" not in house.acts()
    house.change(grant_ends_at=house.world.clock.now().earliest + 20 * DAY)
    house.town.post("Prices rose", house.account, wanted=soon(house.world, 21 * 86_400))
    for _ in range(2):
        house.work(lambda rooms: rooms.refresher.warn())
    assert house.acts().count("credential.ends-soon") == 1
    with house.world.storage.reading() as readers:
        given = [(one.member, str(one.kind), one.subject_id) for one in readers.notices.all()]
    assert sorted(given) == [(name, "credential-ends", house.account) for name in ("olive", "olu")]


def test_an_account_whose_platform_is_gone_keeps_no_other_from_being_renewed(house: House) -> None:
    connected(house, 10 * MINUTE)
    ends = house.world.clock.now().earliest + MINUTE
    gone = replace(house.stored, id="a-gone", version=0, platform="gone", access_ends_at=ends)
    dead = replace(gone, id="a-dead", refresh_begun_at=ends - 10 * MINUTE)
    cast.write(house.world, gone, dead)
    house.refresh()
    assert "credential.renewed" in house.acts()
    assert house.town.account("a-gone").refresh_begun_at is None


def test_what_a_leaver_brought_is_not_even_asked_about(house: House) -> None:
    state, code = house.consented(house.asked(), house.made[0]["id"])
    answer_consent(house.world, cast.who(house.world, "olu"), state=state, code=code)
    cast.write(house.world, replace(cast.member(house.world, "olu"), state=MemberState.LEFT))
    house.usher()
    assert house.exchanges() == 0
    assert house.stored.credential_state is CredentialState.NONE
