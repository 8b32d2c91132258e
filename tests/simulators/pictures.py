"""A place on loopback where a pretend platform fetches pictures, and pictures of any shape to put there."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

from PIL import Image


def jpeg(width: int = 400, height: int = 400, **more: bool) -> bytes:
    """A grey JPEG."""
    kept = BytesIO()
    Image.new("RGB", (width, height), "grey").save(kept, "JPEG", quality=10, **more)
    return kept.getvalue()


@dataclass
class Shelf:
    """Pictures by their paths, what stands everywhere else, and who asked for them."""

    port: int
    kept: dict[str, tuple[int, str, bytes]] = field(default_factory=dict)
    elsewhere: tuple[int, str, bytes] = (404, "text/plain", b"no")
    asked: list[tuple[str, str]] = field(default_factory=list)

    def put(self, data: bytes, media_type: str = "image/jpeg", status: int = 200) -> str:
        """The address of a picture that stands here from now on."""
        path = f"/{len(self.kept)}.jpg"
        self.kept[path] = (status, media_type, data)
        return f"http://127.0.0.1:{self.port}{path}"


@contextmanager
def shelf() -> Iterator[Shelf]:
    """An empty one."""

    class Keeper(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here.asked.append((self.path, self.headers["Host"]))
            status, kind, data = here.kept.get(self.path, here.elsewhere)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Keeper) as server:
        server.daemon_threads = True
        here = Shelf(int(server.server_address[1]))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield here
        finally:
            server.shutdown()
            thread.join()
