"""How the pretend Mastodon server counts and renders a status (contract §6), written without looking at a connector."""

from __future__ import annotations

import re
from html import escape

from connectors.simulators.graphemes import count_graphemes

_LABEL = r"[^\W_](?:[\w-]{0,62}[^\W_])?"
_URL = re.compile(rf"(?<![\w@/.])https?://{_LABEL}(?:\.{_LABEL})+(?::\d+)?(?:[/?#][^\s<>\"]*)?", re.IGNORECASE)
_MENTION = re.compile(
    rf"(?<![\w/@=])@(?P<name>[a-z0-9_]+(?:[a-z0-9_.-]*[a-z0-9_])?)@{_LABEL}(?:\.{_LABEL})*(?::\d+)?", re.IGNORECASE
)
_TAG = re.compile(r"(?<![\w/&])#(\w*[^\W\d]\w*)")
_TRAILING = ".,:;!?'\"”’»"


def count_status(text: str, warning: str, per_url: int) -> int:
    """Graphemes of the warning as typed plus the text, a URL at `per_url` and `@user@host` as `@user`."""
    short, at = [], 0
    for begin, end in url_spans(text):
        short += [_MENTION.sub(r"@\g<name>", text[at:begin]), "x" * per_url]
        at = end
    short.append(_MENTION.sub(r"@\g<name>", text[at:]))
    return count_graphemes(warning + "".join(short))


def url_spans(text: str) -> list[tuple[int, int]]:
    """Where the links are; punctuation that ends a sentence and a bracket that was opened before are not part."""
    return [(found.start(), found.start() + len(_trim(found[0]))) for found in _URL.finditer(text)]


def _trim(url: str) -> str:
    while url[-1] in _TRAILING or (url[-1] == ")" and url.count(")") > url.count("(")):
        url = url[:-1]
    return url


def tags_in(text: str) -> list[str]:
    """The hashtags, without #, in lower case, each once."""
    return list(dict.fromkeys(tag.lower() for tag in _TAG.findall(text)))


def as_html(text: str) -> str:
    """The `content` of a status: paragraphs, line breaks, links shortened for the eye. Not fit for comparing."""
    if not text:
        return ""
    parts, at = [], 0
    for begin, end in url_spans(text):
        parts += [escape(text[at:begin]), _link(text[begin:end])]
        at = end
    parts.append(escape(text[at:]))
    body = "".join(parts).replace("\r\n", "\n")
    return "".join(f"<p>{part}</p>".replace("\n", "<br />") for part in re.split(r"\n{2,}", body))


def _link(url: str) -> str:
    scheme, shown = url.split("://", 1)
    rest = f'<span class="invisible">{escape(shown[30:])}</span>' if len(shown) > 30 else ""
    kind = "ellipsis" if rest else ""
    return (
        f'<a href="{escape(url)}" target="_blank" rel="nofollow noopener" translate="no">'
        f'<span class="invisible">{escape(scheme)}://</span><span class="{kind}">{escape(shown[:30])}</span>{rest}</a>'
    )
