"""A relay on loopback that can swallow an answer: the server has taken the request, the caller hears nothing."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit


class Swallower:
    """Relays to `origin`. After `swallow(b"POST /path")` the answer to the next such request is never passed on."""

    def __init__(self, origin: str) -> None:
        place = urlsplit(origin)
        self._server = (str(place.hostname), int(place.port or 80))
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.origin = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._marker: bytes | None = None
        self.swallowed = threading.Event()
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def swallow(self, marker: bytes) -> None:
        """Swallow the answer to the next request that begins with `marker`."""
        self.swallowed.clear()
        self._marker = marker

    def close(self) -> None:
        """Stop relaying."""
        # A plain close would leave a thread inside accept holding the port.
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                caller, _ = self._listening.accept()
                server = socket.create_connection(self._server)
            except OSError:
                return
            self._open += [caller, server]
            deaf = threading.Event()
            threading.Thread(target=self._carry_requests, args=(caller, server, deaf), daemon=True).start()
            threading.Thread(target=self._carry_answers, args=(server, caller, deaf), daemon=True).start()

    def _carry_requests(self, caller: socket.socket, server: socket.socket, deaf: threading.Event) -> None:
        with suppress(OSError):
            while chunk := caller.recv(65536):
                if self._marker is not None and chunk.startswith(self._marker):
                    self._marker = None
                    deaf.set()
                server.sendall(chunk)
            if not deaf.is_set():  # a caller that gave up must not make the server drop what it is taking
                server.shutdown(socket.SHUT_WR)

    def _carry_answers(self, server: socket.socket, caller: socket.socket, deaf: threading.Event) -> None:
        with suppress(OSError):
            while chunk := server.recv(65536):
                if deaf.is_set():
                    self.swallowed.set()
                else:
                    caller.sendall(chunk)
            if not deaf.is_set():
                caller.shutdown(socket.SHUT_WR)
