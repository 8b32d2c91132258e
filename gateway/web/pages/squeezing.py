"""Compressing pages, for nobody but our own pages and whoever typed the address (decisions/0011).

A page holds a secret beside words that others may choose; who can have it sent again and again with words of their own
and see its length may guess the secret (BREACH). Other sites cannot: what they ask for is not compressed.
"""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

OWN = frozenset({"same-origin", "none"})
SMALL, LEVEL, NOISE = 1_000, 6, 100  # bytes under which it is not worth it; of zlib; bytes by which the length varies
VARIES = "Accept-Encoding, Sec-Fetch-Site"


def squeeze(answer: Response, request: Request, token: Callable[[int], bytes]) -> Response:
    """The same page, compressed where its reader takes that and came from here. `token` gives random bytes: the length
    varies by them, so that one answer's tells little.
    """
    if len(answer.body) < SMALL or not _is_ours(request):
        return answer
    out = io.BytesIO()
    noise = "a" * (1 + token(1)[0] % NOISE)
    with gzip.GzipFile(noise, "wb", LEVEL, out, mtime=0) as file:
        file.write(answer.body)
    answer.body = out.getvalue()
    answer.headers["Content-Length"] = str(len(answer.body))
    answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Vary"] = VARIES
    return answer


def _is_ours(request: Request) -> bool:
    takes = "gzip" in request.headers.get("accept-encoding", "")
    return takes and request.headers.get("sec-fetch-site", "") in OWN
