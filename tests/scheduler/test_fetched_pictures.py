"""Platforms that fetch pictures: an address past the door and in an Upload alone, gone when the sending is over."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import pytest

from connectors import registry
from connectors.contract import (
    Ask,
    Commit,
    Conversation,
    MediaAddress,
    Request,
    Step,
    Upload,
)
from connectors.mastodon.connector import Mastodon
from connectors.reading import commit, string, thing, upload
from connectors.words import Outgoing, Passage, Receipt
from gateway.actions.showing import PATH, fetch_picture
from gateway.domain.delivery import State
from gateway.domain.post import Media, PictureUse
from gateway.domain.refusal import Reason, Refused
from gateway.world import World
from scheduler.envoy import Envoy
from scheduler.outcome import Accepted, BackToHeld
from scheduler.publisher import Publisher
from tests import cast
from tests.flow.town import MASTODON, Town, soon
from tests.scheduler.arranged import stored
from tests.scheduler.parcels import Hooks, courier_to, run, saying, sending, to
from tests.scheduler.parcels import commit as said
from tests.scheduler.rooms import ME, rooms
from tests.scheduler.test_settler import connected
from tests.servers.misbehaving import Misbehaving, close, say
from tests.simulators.pictures import jpeg

SHA, HERE = "ab" * 32, "https://gateway.example/media-once/token"
OK = say(200, thing={"id": "1"})
SHOWING = to("/first", form=(("image_url", MediaAddress(SHA)), ("alt_text", "A grey square")))


@dataclass
class Shows(Hooks):
    """A publisher that gives addresses, and remembers when."""

    async def address(self, sha256: str) -> str:
        """One for this picture."""
        assert sha256 == SHA
        self._asked("address")
        return HERE

    def prepared(self, made: str | None) -> None:
        """What is about to be public."""
        self._asked(f"prepared {made}")


def told(step: Step, refusals: dict[str, Refused] | None = None) -> tuple[object, list[str], list[str]]:
    """What becomes of `step` and a Commit after it: the outcome, what was asked of us, the bodies that arrived."""

    async def main() -> tuple[object, list[str], list[str]]:
        async with Misbehaving({"/first": [OK], "/commit": [OK]}) as server, courier_to(server.origin) as courier:
            hooks = Shows(refusals=refusals or {})
            whole = sending(saying(step, Commit(said().request, made="container-9")), hooks)
            whole = type(whole)(**{**vars(whole), "address": hooks.address, "prepared": hooks.prepared})
            outcome = await courier.deliver(whole)
            return outcome, hooks.asked, [one.body.decode() for one in server.arrivals]

    found: tuple[object, list[str], list[str]] = run(main())
    return found


def test_an_address_is_given_past_the_door_and_what_will_be_public_is_kept_with_the_intent() -> None:
    outcome, asked, arrived = told(Upload(SHOWING))
    assert isinstance(outcome, Accepted), outcome
    assert asked == ["content", "address", "prepared container-9", "intent"]
    assert parse_qs(arrived[0]) == {"image_url": [HERE], "alt_text": ["A grey square"]}


def test_there_is_no_address_before_the_door() -> None:
    outcome, asked, arrived = told(Upload(SHOWING), {"content": Refused(Reason.EMBARGOED)})
    assert isinstance(outcome, BackToHeld)
    assert (asked, arrived) == (["content"], [])


@pytest.mark.parametrize("step", [Ask(SHOWING), Commit(SHOWING)])
def test_no_address_is_given_to_what_asks_no_door_first(step: Step) -> None:
    outcome, asked, arrived = told(step)
    assert isinstance(outcome, BackToHeld)
    assert outcome.why == "connector-faulty"
    assert ("address" in asked, arrived) == (False, [])


def test_an_optional_question_that_nobody_answers_changes_nothing_after_the_commit() -> None:
    def conversation() -> Conversation[Receipt]:
        answer = yield said()
        assert answer is not None
        link = yield Ask(to("/link", "GET"), optional=True)
        assert link is None
        return Receipt(answer.json()["id"])

    async def main() -> object:
        async with Misbehaving({"/commit": [OK], "/link": [close]}) as server, courier_to(server.origin) as courier:
            return await courier.deliver(sending(conversation()))

    assert isinstance(run(main()), Accepted)


@dataclass
class Fetching(Mastodon):
    """A Mastodon that is told where a picture is instead of being sent it, and fetches it at once."""

    fetch: Callable[[str], Media]
    fetched: list[tuple[str, str]] = field(default_factory=list)

    def publish(self, outgoing: Outgoing, passage: Passage) -> Conversation[Receipt]:
        """Its answer to a new application says the website that it was told."""
        form = (
            ("client_name", "x"),
            ("redirect_uris", "urn:ietf:wg:oauth:2.0:oob"),
            ("website", MediaAddress(outgoing.pictures[0].sha256)),
        )
        request = Request("POST", f"{passage.home.origin}/api/v1/apps", form=form, authorised=False)
        token = string(thing((yield from upload(request)).json()), "website").rpartition(PATH)[2]
        self.fetched.append((token, self.fetch(token).id))
        status = Request("POST", f"{passage.home.origin}/api/v1/statuses", json={"status": outgoing.text})
        return Receipt(string(thing((yield from commit(status, "container-9")).json()), "id"))


def kept(world: World) -> str:
    """A picture of Ada's."""
    body, ada = jpeg(), cast.who(world, "ada").member
    id = hashlib.sha256(body).hexdigest()
    kinds = {"media_type": "image/jpeg", "size": len(body), "width": 400, "height": 400}
    at = world.clock.now().earliest
    picture = Media(id=id, added_by=ada, added_at=at, told_as="told", brought_by=(ada,), words="", body=body, **kinds)  # type: ignore[arg-type]
    cast.write(world, picture)
    return id


@pytest.mark.slow
def test_the_worker_shows_a_picture_while_it_sends_and_keeps_what_it_made(quiet: Town) -> None:
    account, sha256 = connected(quiet, MASTODON, "fetching"), kept(quiet.world)
    use = PictureUse(sha256, "A grey square", "Ours")
    post = quiet.post("Fetched.", account, wanted=soon(quiet.world, 2), pictures=(use,))
    (delivery,) = quiet.deliveries(post)
    fetching = Fetching(lambda token: fetch_picture(quiet.world, token))

    async def main() -> None:
        async with rooms(quiet) as made:
            envoy = Envoy({**registry.load(), MASTODON: fetching}, made.envoy.courier)
            publisher = Publisher(quiet.world, envoy, made.keeper, ME, lambda account, why: None, lambda: True)
            try:
                async with asyncio.timeout(10):
                    while stored(quiet.world, delivery.id).state is not State.PUBLISHED:
                        await publisher.tick()
                        await asyncio.sleep(0.02)
            finally:
                await publisher.stop()
                publisher.close()

    asyncio.run(main())
    ((token, shown),) = fetching.fetched
    assert shown == sha256
    with pytest.raises(Refused, match="not-found"):
        fetch_picture(quiet.world, token)
    with quiet.world.storage.reading() as readers:
        assert readers.showings.all() == []
    assert stored(quiet.world, delivery.id).made == "container-9"
    acts = [act for act in quiet.acts(delivery.id) if act.startswith("media") or act == "delivery.intent"]
    assert acts == ["media.show", "media.fetch", "delivery.intent", "media.hide"]
