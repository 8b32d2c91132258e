"""What a pretend platform fetches from an address it was given: real HTTP, but to loopback and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import aiohttp

AGENT = "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"
_LOOPBACK = ("127.0.0.1", "localhost")


@dataclass(frozen=True)
class Errand:
    """An address to fetch at most `most` bytes from, within `seconds`.

    An address on loopback may be plain http; every other must be https, as the platform's must, and answers only where
    `hosts` maps its name to a port of loopback ("gateway.example=8080", parted by blanks).
    """

    url: str
    most: int
    seconds: float
    hosts: str = ""

    @property
    def host(self) -> str:
        """The name in the address, empty where there is none."""
        try:
            return urlsplit(self.url).hostname or ""
        except ValueError:
            return ""

    @property
    def way(self) -> str | None:
        """The address on loopback that is really asked, or None where there is no way."""
        try:
            parts = urlsplit(self.url)
            port = parts.port
        except ValueError:
            return None
        if parts.scheme == "http" and parts.hostname in _LOOPBACK:
            return urlunsplit(("http", f"127.0.0.1:{port or 80}", parts.path, parts.query, ""))
        mapped = dict(pair.split("=") for pair in self.hosts.split()).get(parts.hostname or "")
        if parts.scheme != "https" or parts.username or mapped is None:
            return None
        return urlunsplit(("http", f"127.0.0.1:{int(mapped)}", parts.path, parts.query, ""))


@dataclass(frozen=True)
class Fetched:
    """What came: the status (None where nothing answered), the media type told, the bytes.

    There is one byte more than was asked for where there were more. `is_late`: it did not come in time.
    """

    status: int | None
    media_type: str = ""
    data: bytes = b""
    is_late: bool = False


async def fetch(errand: Errand) -> Fetched:
    """Fetch it. No redirect is followed; nothing that goes wrong raises."""
    way = errand.way
    if way is None:
        return Fetched(None)
    limit = aiohttp.ClientTimeout(total=errand.seconds)
    headers = {"Host": urlsplit(errand.url).netloc, "User-Agent": AGENT, "Accept": "*/*"}
    try:
        async with (
            aiohttp.ClientSession(timeout=limit, headers=headers, auto_decompress=False) as session,
            session.get(way, allow_redirects=False) as answer,
        ):
            return Fetched(answer.status, answer.content_type, await _read(answer, errand.most + 1))
    except TimeoutError:
        return Fetched(None, is_late=True)
    except (aiohttp.ClientError, OSError):
        return Fetched(None)


async def _read(answer: aiohttp.ClientResponse, most: int) -> bytes:
    data = bytearray()
    async for piece in answer.content.iter_chunked(65_536):
        data += piece
        if len(data) >= most:
            break
    return bytes(data[:most])
