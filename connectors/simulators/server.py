"""The HTTP server under the simulators: 127.0.0.1 only, light enough for a thousand requests at one instant."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from connectors.simulators.control import control, is_control
from connectors.simulators.pretend import Pretend, as_response
from connectors.simulators.truth import Instant

BACKLOG = 4096  # a thousand connections may come in one instant
LAST_SECONDS = 0.01  # for answers in hand when stopping; 0 would mean no limit at all
BODY_LIMIT = 64 * 1024 * 1024


class _Timed(RequestHandler):  # type: ignore[type-arg,unused-ignore]
    """A connection that remembers when the first byte of the present request came."""

    first_byte: Instant | None = None

    def data_received(self, data: bytes) -> None:
        if self.first_byte is None:
            self.first_byte = Instant.now()
        super().data_received(data)


class _Server(web.Server):  # type: ignore[type-arg,unused-ignore]
    def __call__(self) -> _Timed:
        return _Timed(self, loop=self._loop, **self._kwargs)


async def open_server(platform: Pretend, port: int) -> tuple[asyncio.Server, web.Server, int]:
    """Listen on 127.0.0.1; the listening server, its connections, and the port (a free one for 0)."""
    loop = asyncio.get_running_loop()

    def as_request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
        return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=BODY_LIMIT)

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        protocol = request.protocol
        assert isinstance(protocol, _Timed)
        first, protocol.first_byte = protocol.first_byte or Instant.now(), None
        try:
            if is_control(request.path):
                return as_response(control(platform, request.method, request.path, await request.read()))
            return await platform.serve(request, first)
        finally:
            protocol.first_byte = None  # bytes of the body are not the first byte of the next request

    connections = _Server(answer, request_factory=as_request, access_log=None)
    listening = await loop.create_server(connections, "127.0.0.1", port, backlog=BACKLOG)
    return listening, connections, int(listening.sockets[0].getsockname()[1])


async def serve_until(
    stop: asyncio.Event, platforms: Mapping[Pretend, int], ready: Callable[[list[int]], None]
) -> None:
    """Serve platforms on their ports until `stop`; `ready` is told the real ports in the same order."""
    opened = [await open_server(platform, port) for platform, port in platforms.items()]
    ready([port for _, _, port in opened])
    await stop.wait()
    for listening, connections, _ in opened:
        listening.close()
        await connections.shutdown(LAST_SECONDS)
    for platform in platforms:
        platform.truth.close()
