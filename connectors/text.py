"""Text as platforms see it: graphemes, links, comparison. A leaf that connectors share; it knows no platform."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import regex  # type: ignore[import-untyped]  # publishes no types; this is the one module that meets it

_GRAPHEME = regex.compile(r"\X")
# Where clusters and emoji can be that are more than one plain character: beyond ASCII, and one character beside it.
_NOT_PLAIN = re.compile(r"[\0-\x7f]?[^\0-\x7f]+(?:[\0-\x7f][^\0-\x7f]+)*[\0-\x7f]?")
# What the twemoji grammar takes for one picture. Joined ones only by the second halves that stand in Unicode's own list
# (emoji-zwj-sequences 14.0): a pair of which no picture exists is drawn, and counted, as two.
_SECOND = "♀♂⚕⚖✈❤☠⚧⬛❄🌈🌾🍳🍼🎓🎤🎨🏫🏭💻💼🔧🔬🚀🚒🎄👨👩🧑👦👧💋🤝🦯🦼🦽🦰🦱🦲🦳🗨🦺🔥🩹🌫💨💫👁🐈🐕🐻"
_EMOJI = regex.compile(
    r"""\p{Regional_Indicator}{2} | [#*0-9]\uFE0F?\u20E3 | [©®™♟]\uFE0F
    | (?![©®™♟]) (?: \p{Emoji_Modifier_Base}\p{Emoji_Modifier} | \p{Emoji_Presentation}
                   | \p{Extended_Pictographic}(?:\uFE0F|(?!\uFE0E)) )
      (?: [\U000E0020-\U000E007E]+\U000E007F )?
      (?: \u200D ["""
    + _SECOND
    + r"""] (?:\p{Emoji_Modifier}|\uFE0F)? )*""",
    regex.VERBOSE,
)
_LINK = re.compile(r"(?<![\w@/])https?://[^\s<>\"/.]+\.[^\s<>\"]+", re.IGNORECASE)
_CLOSERS = {")": "(", "]": "[", "}": "{", "）": "（", "」": "「", "』": "『"}
_STOPS = frozenset(".,;:!?'’”…。、，！？；：")


@dataclass(frozen=True)
class Link:
    """A web address inside a text: where it begins and ends (in code points, end exclusive), and itself."""

    begin: int
    end: int
    url: str


def graphemes(text: str) -> int:
    """How many extended grapheme clusters (UAX #29) `text` has: what a reader takes for characters."""
    plain = text.replace("\r\n", "\n")
    more = (match.group() for match in _NOT_PLAIN.finditer(plain))
    return len(plain) - sum(len(one) - len(_GRAPHEME.findall(one)) for one in more)


def utf16_units(text: str) -> int:
    """The length of `text` in UTF-16 code units; a lone surrogate counts one."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def emoji(text: str) -> tuple[tuple[int, int], ...]:
    """Where the emoji of `text` begin and end (in code points, end exclusive): each is one picture to the reader."""
    there = (match.span() for match in _NOT_PLAIN.finditer(text))
    return tuple(match.span() for begin, end in there for match in _EMOJI.finditer(text, begin, end))


def links(text: str) -> tuple[Link, ...]:
    """The `http(s)://` addresses in `text`, in order, without the sentence's own punctuation at their end."""
    found = []
    for match in _LINK.finditer(text):
        url = _without_sentence_end(match.group())
        found.append(Link(match.start(), match.start() + len(url), url))
    return tuple(found)


def with_link(text: str, link: str | None) -> str:
    """`text` with `link` after an empty line, unless there is none or the text holds that very link already."""
    if link is None or any(found.url == link for found in links(text)):
        return text
    return f"{text}\n\n{link}" if text.strip() else link


def alike(one: str, other: str) -> bool:
    """Whether two texts say the same to a reader: NFC, and any white space as one space (platforms README F4)."""
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _without_sentence_end(url: str) -> str:
    while url[-1] in _STOPS or _closes_nothing(url):
        url = url[:-1]
    return url


def _closes_nothing(url: str) -> bool:
    opener = _CLOSERS.get(url[-1])
    return opener is not None and url.count(url[-1]) > url.count(opener)
