"""LinkedIn's little text (platform page §7): what would cut a post short unescaped, and back again.

An unescaped reserved character silently drops the rest of a post, so every one is escaped but in two templates: a
hashtag, which is written as one, and a mention, which the author writes as `@[Exact Name](urn:li:organization:1)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectors.text import links

_RESERVED = re.compile(r"([\\|{}\[\]()<>@#*_~])")
_TEMPLATE = re.compile(
    r"(?P<mention>@\[(?P<name>[^\[\]\\\n]{1,100})\]\((?P<urn>urn:li:(?:organization|person):[A-Za-z0-9-]+)\))"
    r"|(?<![\w&/#@])#(?P<tag>[^\W_]*[^\W\d_][^\W_]*)(?![\w#@])"
)
_ESCAPED = re.compile(r"\{hashtag\|\\?#\|((?:[^\\{}|]|\\.)+)\}|\\(.)", re.DOTALL)


def escape(text: str) -> str:
    """`text` as little text; lines end in LF."""
    return "".join(_escaped(text.replace("\r\n", "\n")))


def unescape(little: str) -> str:
    """What a reader sees of little text, with mentions as the author writes them: `unescape(escape(text)) == text`."""
    return _ESCAPED.sub(lambda met: f"#{unescape(met[1])}" if met[1] else met[2], little)


def _escaped(text: str) -> Iterator[str]:
    """Pieces of little text: templates stand as such, but never inside a web address."""
    begin, addresses = 0, [(link.begin, link.end) for link in links(text)]
    for met in _TEMPLATE.finditer(text):
        if any(start <= met.start() < end for start, end in addresses):
            continue
        yield _plain(text[begin : met.start()])
        yield f"{{hashtag|\\#|{met['tag']}}}" if met["tag"] else f"@[{_plain(met['name'])}]({met['urn']})"
        begin = met.end()
    yield _plain(text[begin:])


def _plain(text: str) -> str:
    return _RESERVED.sub(r"\\\1", text)
