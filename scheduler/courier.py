"""The courier: drives a connector's conversation over the network and decides by its one marked step (house §5).

Before the Commit's request starts, whatever goes wrong puts the delivery back; from then on only a proof does.
"""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import httpx

from connectors.contract import (
    Ask,
    Commit,
    Connector,
    Conversation,
    Nonsense,
    Pause,
    PlatformError,
    Request,
    Response,
    Step,
    Upload,
)
from connectors.words import Home, Receipt
from gateway.clock import boot_seconds
from gateway.domain.refusal import Reason, Refused
from gateway.world import World
from scheduler.filling import BUGS, Addresses, Caller, Media, fill, wanted_addresses, wanted_media
from scheduler.fuse import Blown, Fuse
from scheduler.hosts import Bounds, Sandbox, bounds_of
from scheduler.outcome import Accepted, Failure, Fault, Faulty, Outcome, Phase, decide, failure_of
from scheduler.outcome import NoAnswer as NoAnswer
from scheduler.outcome import Sending as Sending
from scheduler.redaction import redact
from scheduler.transport import Ticket, Wire

T = TypeVar("T")
Take = Callable[[Step], Awaitable[Response | None]]


@dataclass(frozen=True)
class Patience:
    """How long the courier goes on: seconds a request, to connect, on the network in all and in pauses in all.

    Waiting at the door is not counted: a staged conversation may stand before its Commit until it is due.
    """

    request: float = 10.0
    connect: float = 5.0
    network: float = 180.0
    pauses: float = 150.0
    steps: int = 500
    body_bytes: int = 5_000_000


@dataclass
class _Trip:
    """How far one conversation has come, and in whose name."""

    caller: Caller
    bounds: Bounds
    phase: Phase = Phase.BEFORE
    intent_committed: bool = False
    content_asked: bool = False
    answered_at: datetime | None = None
    on_network: float = 0.0
    paused: float = 0.0
    steps: int = 0


@dataclass
class Courier:
    """One for the worker.

    `now` serves signatures and record keeping; `nonce` gives a fresh value a request; `bring_media` the bytes of a
    SHA-256 (hex), and is called in a thread; `boot` reads CLOCK_BOOTTIME in seconds. `sandbox` only in that profile.
    """

    now: Callable[[], datetime]
    nonce: Callable[[], str]
    bring_media: Callable[[str], bytes]
    boot: Callable[[], float]
    sandbox: Sandbox | None = None
    patience: Patience = Patience()
    trust: ssl.SSLContext | None = None
    _wire: Wire = field(init=False, repr=False)

    def __post_init__(self) -> None:
        patience = self.patience
        self._wire = Wire(connect_seconds=patience.connect, body_bytes=patience.body_bytes, trust=self.trust)

    @classmethod
    @asynccontextmanager
    async def open(cls, world: World) -> AsyncIterator[Courier]:
        """The worker's courier, closed on leaving."""

        def bring(sha256: str) -> bytes:
            with world.storage.reading() as readers:
                return readers.media.get(sha256).body

        courier = cls(
            now=lambda: world.clock.now().latest,
            nonce=world.chance.id,
            bring_media=bring,
            boot=boot_seconds,
            sandbox=Sandbox(world.loopback) if world.sandbox else None,
        )
        try:
            yield courier
        finally:
            await courier.close()

    async def close(self) -> None:
        """Close every connection; conversations in hand should be finished."""
        await self._wire.close()

    async def deliver(self, sending: Sending) -> Outcome:
        """Say it, once. What a hook raises other than Refused goes through, as does cancellation."""
        caller = Caller(sending.connector, sending.home, sending.credential, self.now, self.nonce)
        trip = None
        try:
            trip = self._trip(caller)
            receipt = await _talk(sending.conversation, partial(self._deliver_step, sending, trip))
            if trip.phase is Phase.BEFORE or not isinstance(receipt, Receipt):
                raise Faulty("the conversation ended without a Commit or a receipt")
            return Accepted(receipt, trip.answered_at or self.now())
        except (PlatformError, Refused, Blown, NoAnswer) as error:
            failure = _without_secrets(failure_of(error), caller)
        finally:
            _close(sending.conversation)
        phase, committed = (trip.phase, trip.intent_committed) if trip else (Phase.BEFORE, False)
        return decide(failure, phase, at=self.now(), intent_committed=committed)

    async def ask(
        self,
        connector: Connector,
        home: Home,
        conversation: Conversation[T],
        credential: Callable[[], Mapping[str, str]],
    ) -> T:
        """Hold a conversation that only asks: find, recent, identify, sign_in, refresh, revoke, remove.

        Raises a PlatformError, its words without secrets, or NoAnswer (`not_sent` where no connection was made).
        """
        caller = Caller(connector, home, credential, self.now, self.nonce)
        try:
            return await _talk(conversation, partial(self._ask_step, self._trip(caller)))
        except PlatformError as error:
            problem: PlatformError | NoAnswer = _cleaned(error, caller)
        except NoAnswer as error:
            problem = _bare(error)
        finally:
            _close(conversation)
        # Outside the handler: an exception on its way must not carry the frames in which values were revealed.
        raise problem

    def _trip(self, caller: Caller) -> _Trip:
        return _Trip(caller, bounds_of(caller.connector.manifest, caller.home.origin, self.sandbox))

    # --- one step ---------------------------------------------------------------------------------------------------

    async def _deliver_step(self, sending: Sending, trip: _Trip, step: Step) -> Response | None:
        if isinstance(step, Commit):
            return await self._commit(sending, trip, step)
        if trip.phase is Phase.AT:
            trip.phase = Phase.AFTER
        if isinstance(step, Upload):
            answer: Response | None = await self._upload(sending, trip, step.request)
        else:
            answer = await self._ask_step(trip, step)
        if answer is not None:
            sending.heard(answer)
        return answer

    async def _ask_step(self, trip: _Trip, step: Step) -> Response | None:
        self._count(trip)
        if isinstance(step, Pause):
            await self._pause(trip, step.seconds)
            return None
        if not isinstance(step, Ask):
            raise Faulty("this conversation may only ask")
        try:
            return await self._send(trip, partial(fill, step.request, trip.caller, {}), Ticket())
        except (NoAnswer, Nonsense) as none:
            if step.optional and not isinstance(none, Faulty):
                return None
            raise

    def _count(self, trip: _Trip) -> None:
        trip.steps += 1
        if trip.steps > self.patience.steps:
            raise NoAnswer("the conversation has too many steps")

    async def _pause(self, trip: _Trip, seconds: float) -> None:
        if not 0 <= seconds <= self.patience.pauses - trip.paused:
            raise NoAnswer("the platform takes too long")
        trip.paused += seconds
        await asyncio.sleep(seconds)

    async def _upload(self, sending: Sending, trip: _Trip, request: Request) -> Response:
        self._count(trip)
        trip.bounds.require(request.url)
        if not trip.content_asked:
            await sending.before_content()
            trip.content_asked = True
        media, addresses = await self._brought(request), await self._addresses(sending, request)
        return await self._send(trip, partial(fill, request, trip.caller, media, addresses), Ticket())

    async def _addresses(self, sending: Sending, request: Request) -> Addresses:
        """An address for each picture that the platform is to fetch by this request: in an Upload alone, for its bytes
        leave as surely as if they were sent, and the door was asked.
        """
        return {one: await sending.address(one) for one in dict.fromkeys(wanted_addresses(request))}

    async def _commit(self, sending: Sending, trip: _Trip, step: Commit) -> Response:
        request = step.request
        if trip.phase is not Phase.BEFORE:
            trip.phase = Phase.AFTER
            raise Faulty("a second Commit")
        self._count(trip)
        trip.bounds.require(request.url)
        media = await self._brought(request)
        sending.prepared(step.made)
        await sending.before_connecting()

        async def leave() -> Fuse:
            decided = await sending.before_commit()
            # A crash from here on: the intent is committed, so it is recovered as unknown, whether or not it was sent.
            trip.intent_committed, trip.phase = True, Phase.AT
            return Fuse(decided, self.boot)

        try:
            # Filled and connected before the door is asked: between the intent and the first byte is only the wire.
            answer = await self._send(trip, partial(fill, request, trip.caller, media), Ticket(leave))
        finally:
            trip.answered_at = self.now()
        sending.answered(answer)
        return answer

    async def _send(self, trip: _Trip, make: Callable[[], httpx.Request], ticket: Ticket) -> Response:
        seconds = min(self.patience.request, self.patience.network - trip.on_network)
        if seconds <= 0:
            raise NoAnswer("the conversation takes too long")
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            return await self._wire.exchange(lambda: _routed(trip.bounds, make()), ticket, seconds)
        finally:
            trip.on_network += clock() - began - ticket.waited

    async def _brought(self, request: Request) -> Media:
        """The bytes a request carries, each compared with its name: what leaves is what was approved."""
        brought: dict[str, bytes] = {}
        for name in wanted_media(request):
            content = await asyncio.to_thread(self.bring_media, name)
            if hashlib.sha256(content).hexdigest() != name:
                raise Refused(Reason.PICTURE_REFUSED)
            brought[name] = content
        return brought


def _routed(bounds: Bounds, request: httpx.Request) -> httpx.Request:
    """The request on its way to where its host really is; the Host header stays."""
    request.url = bounds.route(request.url)
    return request


@dataclass(frozen=True)
class _End:
    value: Any


async def _talk(conversation: Conversation[T], take: Take) -> T:
    """Drive a conversation to its end."""
    step = _advance(conversation, None)
    while not isinstance(step, _End):
        step = _advance(conversation, await take(step))
    result: T = step.value
    return result


def _advance(conversation: Conversation[Any], answer: Response | None) -> Step | _End:
    """The next step. Raises the connector's PlatformError, Faulty for anything else that a program can do wrong."""
    try:
        step = conversation.send(answer)
    except StopIteration as end:
        return _End(end.value)
    except BUGS as bug:
        fault = f"{type(bug).__name__} in the connector"
    else:
        if isinstance(step, (Ask, Upload, Commit, Pause)):
            return step
        fault = "the connector yields what is no step"
    raise Faulty(fault)


def _close(conversation: Conversation[Any]) -> None:
    try:
        conversation.close()
    except (PlatformError, *BUGS):
        # What went before has been decided, and a connector that will not stop cannot change it.
        return


def _without_secrets(failure: Failure, caller: Caller) -> Failure:
    """The failure with words that name no value of the credential; ours hold none."""
    ours = failure.fault in (Fault.NOT_SENT, Fault.NO_ANSWER, Fault.FUSE, Fault.REFUSED, Fault.FAULTY)
    if ours or not failure.detail:
        return failure
    words = redact(failure.detail, caller.credential().values())
    return replace(failure, detail=words)


def _cleaned(error: PlatformError, caller: Caller) -> PlatformError:
    """The same error with words that name no value of the credential, and nothing it came from."""
    secrets = tuple(caller.credential().values())
    for name, value in list(vars(error).items()):
        if isinstance(value, str):
            setattr(error, name, redact(value, secrets))
    error.args = tuple(redact(one, secrets) if isinstance(one, str) else one for one in error.args)
    return _bare(error)


E = TypeVar("E", bound=Exception)


def _bare(error: E) -> E:
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)
