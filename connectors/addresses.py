"""The web addresses in a text, those without a scheme too, as twitter-text's extractor finds them (version 3).

A leaf that connectors share: what people write as an address is made a link of by most platforms. A scheme is not
needed where the domain ends in a known top-level domain; `tlds.txt` lists them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

INVALID = frozenset("\ufffe\ufeff\uffff")  # no text for the exchange of texts holds these
_TLDS = sorted(Path(__file__).with_name("tlds.txt").read_text(encoding="utf-8").split(), key=len, reverse=True)
_TLD = rf"(?:(?:{'|'.join(map(re.escape, _TLDS))})(?=[^0-9a-zA-Z@+-]|$)|xn--[-0-9a-z]+)"
_INVALID = "".join(sorted(INVALID))
_UNSEEN = f"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069{_INVALID}"
_CHAR = rf"[^\s!#$%&'()*+,\-./:;<=>?@\[\\\]^_{{|}}~{_UNSEEN}]"
_RUN = 255  # a label may have 63; what is longer is met whole, so that it is refused whole
_DOMAIN = rf"(?:(?>{_CHAR}(?:[_-]*{_CHAR}){{0,{_RUN}}}+)\.)*(?>{_CHAR}(?:-*{_CHAR}){{0,{_RUN}}}+)\.{_TLD}"
_LATIN = "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272\u0289"
_LATIN += "\u028b\u02bb\u0300-\u036f\u1e00-\u1eff"
_WORD = rf"a-z0-9\u0400-\u04ff{_LATIN}"
_GENERAL = rf"[{_WORD}!*';:=+,.$/%#\[\]\-–_~@|&]"
_PARENS = rf"\((?:{_GENERAL}+|{_GENERAL}*\({_GENERAL}+\){_GENERAL}*)\)"
_PATH = rf"/(?:(?:{_PARENS}|{_GENERAL})*(?:{_PARENS}|[{_WORD}+\-=_#/]))?"
_QUERY = r"\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-z0-9\-_&=#/]"
_URL = re.compile(
    rf"(?:^|[^a-z0-9@＠$#＃{_INVALID}])((https?://)?({_DOMAIN})(?::[0-9]+)?((?:{_PATH})?(?:{_QUERY})?))",
)
_WORDS, _DOT = re.compile(r"\S+"), re.compile(r"\.[^\W\d_]")
_ASCII_DOMAIN = re.compile(rf"(?:[-a-z0-9{_LATIN}]+\.)+{_TLD}")
_SHORT = re.compile(rf"https?://t\.co/([a-z0-9]+)(?:{_QUERY})?")
_NO_SCHEME_AFTER = ("-", "_", ".", "/")
_LONGEST_READ = 20_000  # characters; beyond that, addresses count at full length


def addresses(text: str) -> Iterator[tuple[int, int]]:
    """Where the addresses of `text` begin and end (in code points, end exclusive), in order."""
    if "." not in text or len(text) > _LONGEST_READ:
        return
    small = text.lower()
    small = small if len(small) == len(text) else text  # much faster than a search in any case
    # No address holds a blank, and each a dot before a letter: the rest of the text need not be tried.
    words = (word for word in _WORDS.finditer(small) if "." in word[0] and _DOT.search(word[0]))
    for match in (one for word in words for one in _URL.finditer(small, max(word.start() - 1, 0), word.end())):
        if match[2]:
            yield from _with_scheme(match)
        elif not match[0].startswith(_NO_SCHEME_AFTER):
            yield from _without_scheme(match)


def _with_scheme(match: re.Match[str]) -> Iterator[tuple[int, int]]:
    if short := _SHORT.match(match[1]):
        if len(short[1]) <= 40:
            yield match.start(1), match.start(1) + short.end()
    elif _can_be(match[3]):
        yield match.span(1)


def _without_scheme(match: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Only what is ASCII of the domain; what follows the domain belongs to the last of it."""
    found = [one.span() for one in _ASCII_DOMAIN.finditer(match[3])] if _can_be(match[3]) else []
    for number, (first, last) in enumerate(found, 1):
        ends = match.end() if match[4] and number == len(found) else match.start(3) + last
        yield match.start(3) + first, ends


def _can_be(domain: str) -> bool:
    """No label is longer than 63 characters as it stands in the DNS, and none pretends to stand there already."""
    labels = [one if one.isascii() else f"xn--{one.encode('punycode').decode()}" for one in domain.split(".")]
    return all(len(one) <= 63 and not one.startswith("xn--xn--") for one in labels)
