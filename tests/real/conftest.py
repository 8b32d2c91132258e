"""One real account on each platform, with a relay before the server that can swallow an answer."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from connectors.bluesky import connector as bluesky
from connectors.contract import Connector
from connectors.mastodon import connector as mastodon
from connectors.words import Home, Outgoing, Passage, Receipt, Seen, Window
from tests.real.talk import Talk
from tests.servers.pds import Pds
from tests.servers.snac import Snac
from tests.servers.swallower import Swallower

_NUMBERS = itertools.count(1)


@dataclass
class RealAccount:
    """A connected account: its connector, where it lives, how to talk to it, and the relay it is reached through.

    `commits_at` is how the request begins that says a post; `stored` reads a post as the server itself has it.
    """

    connector: Connector
    home: Home
    talk: Talk
    relay: Swallower
    commits_at: bytes
    stored: Callable[[RealAccount, Receipt], dict[str, object]]

    def passage(self, root: Receipt | None = None, parent: Receipt | None = None) -> Passage:
        """A passage for a new delivery, answering `parent`."""
        return Passage(f"delivery-{next(_NUMBERS)}", datetime.now(UTC), self.home, root, parent)

    def publish(self, outgoing: Outgoing, passage: Passage) -> Receipt:
        """Say it."""
        return self.talk.hold(self.connector.publish(outgoing, passage))

    def recent(self) -> tuple[Seen, ...]:
        """The newest posts, as the platform shows them."""
        return self.talk.hold(self.connector.recent(self.home, 40))

    def times_there(self, text: str) -> int:
        """How many of the newest posts say `text`."""
        return sum(text in seen.text for seen in self.recent())


def around(passage: Passage) -> Window:
    """The span in which the passage's post may have been taken."""
    return Window(passage.stamp - timedelta(seconds=5), passage.stamp + timedelta(seconds=60))


def _connected(connector: Connector, brought: dict[str, str], relay: Swallower) -> tuple[Home, Talk]:
    """What connecting an account does: sign in, ask who it is."""
    home, talk = Home(connector.name, relay.origin, "", ""), Talk(connector, dict(brought))
    talk.credential |= dict(talk.hold(connector.sign_in(home)).fields)
    who = talk.hold(connector.identify(home))
    return replace(home, subject=who.subject, handle=who.handle, facts=who.facts), talk


def _record(account: RealAccount, receipt: Receipt) -> dict[str, object]:
    collection, key = receipt.platform_id.split("/")[-2:]
    query = {"repo": account.home.subject, "collection": collection, "rkey": key}
    answer = httpx.get(f"{account.home.origin}/xrpc/com.atproto.repo.getRecord", params=query).raise_for_status()
    value: dict[str, object] = answer.json()["value"]
    return value


def _status(account: RealAccount, receipt: Receipt) -> dict[str, object]:
    headers = {"authorization": f"Bearer {account.talk.credential['access_token']}"}
    url = f"{account.home.origin}/api/v1/statuses/{receipt.platform_id}"
    status: dict[str, object] = httpx.get(url, headers=headers).raise_for_status().json()
    return status


@pytest.fixture(scope="session")
def pds() -> Iterator[Pds]:
    """One Bluesky server for the session."""
    server = Pds()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def snac() -> Iterator[Snac]:
    """One Mastodon-speaking server for the session."""
    server = Snac()
    yield server
    server.stop()


@pytest.fixture
def on_bluesky(pds: Pds) -> Iterator[RealAccount]:
    """A new account on the real PDS."""
    relay = Swallower(pds.origin)
    home, talk = _connected(bluesky, pds.make_account(f"office{next(_NUMBERS)}"), relay)
    yield RealAccount(bluesky, home, talk, relay, b"POST /xrpc/com.atproto.repo.putRecord", _record)
    relay.close()


@pytest.fixture
def on_mastodon(snac: Snac) -> Iterator[RealAccount]:
    """A new account on the real snac2."""
    relay = Swallower(snac.origin)
    home, talk = _connected(mastodon, snac.make_account(f"office{next(_NUMBERS)}"), relay)
    yield RealAccount(mastodon, home, talk, relay, b"POST /api/v1/statuses", _status)
    relay.close()


@pytest.fixture(params=["on_bluesky", "on_mastodon"])
def account(request: pytest.FixtureRequest) -> RealAccount:
    """The account on each of the real servers in turn."""
    given: RealAccount = request.getfixturevalue(request.param)
    return given
