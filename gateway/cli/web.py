"""`gateway web`: the web process alone. The supervisor starts it; by hand it is for debugging."""

from __future__ import annotations

import json
import os
import socket
import sys

from gateway.cli.speaking import Config, Stop
from gateway.settings import Settings, read_settings
from gateway.supervised import end_with_supervisor

END_WITHIN = 10  # seconds for answers that are under way when the process is asked to end


def web(config: Config = None) -> None:
    """Serve pages and the API in this process, until it is asked to end."""
    import logging

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    end_with_supervisor()
    serve(read_settings(config))


def listening(settings: Settings) -> socket.socket:
    """The socket of the settings. Raises Stop where the address is taken or is not ours."""
    try:
        return socket.create_server((settings.web.host, settings.web.port), backlog=1024)
    except OSError as fault:
        raise Stop(
            "The web process cannot listen",
            f"{settings.web.host}:{settings.web.port} cannot be had ({fault.strerror}). Stop what runs there, or set "
            "another [web] port.",
        ) from fault


def serve(settings: Settings) -> None:
    """Build the world, listen, say so on stdout in one line of JSON, answer until SIGTERM."""
    import uvicorn

    from gateway.web.app import create_app
    from gateway.web.styling import MISSING, is_styled
    from gateway.wiring import build_world

    class Telling(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            _say_listening(settings, door)

    if not is_styled():
        sys.stderr.write(f"{MISSING}\n")
    world = build_world(settings)
    door = listening(settings)
    server = Telling(
        uvicorn.Config(
            create_app(world, public_origin=settings.web.public_origin, security_txt=settings.web.security_txt),
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=END_WITHIN,
        )
    )
    server.run(sockets=[door])
    world.storage.close()


def _say_listening(settings: Settings, door: socket.socket) -> None:
    host = f"[{settings.web.host}]" if ":" in settings.web.host else settings.web.host
    told = {"ready": "web", "address": f"http://{host}:{door.getsockname()[1]}", "pid": os.getpid()}
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
