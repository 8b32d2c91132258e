"""How long the pretend X finds a text, and how it wraps addresses (contract §8); not the connector's counting.

Written from the weights and the vectors alone: where both countings agree on these, a misreading is unlikely.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass

import regex  # type: ignore[import-untyped,unused-ignore]

URL_LENGTH = 23
MOST = 4096
NEVER = frozenset("\ufffe\uffff\ufeff")
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
# Generic names that people write without https://; every two letters may be a country.
_GENERIC = (
    "com|org|net|edu|gov|mil|int|info|biz|app|dev|news|blog|scot|wales|london|cymru|academy|google|science|中国|みんな"
)
_LETTER = r"[\p{Latin}\p{Cyrillic}0-9]"
_BARE = r"(?:[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_WHOLE = r"(?:[\p{L}\p{N}](?:[\p{L}\p{N}_-]{0,61}[\p{L}\p{N}])?\.)*[^\s\p{P}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?"
_WALK = rf"(?:{_LETTER}|[!*';:=+,.$/%#\[\]\-–_~&|@])"
_END = rf"(?:{_LETTER}|[=_#/+\-])"
_BRACKETS = rf"\((?:{_WALK}|\({_WALK}+\))+\)"
_URL = regex.compile(
    rf"(?<![A-Za-z0-9@＠$#＃_./\-\u202a-\u202e])(?:https?://(?P<host>{_WHOLE})|{_BARE})"
    rf"\.(?:{_GENERIC}|[a-z]{{2}})(?![A-Za-z0-9@＠_+\-]|\.[A-Za-z0-9])"
    rf"(?P<rest>(?::\d+)?(?:/(?:(?:{_WALK}*{_BRACKETS})*{_WALK}*(?:{_END}|{_BRACKETS}))?)?"
    rf"(?:\?[A-Za-z0-9!?*'();:&=+$/%#\[\]\-_.,~|@]*[A-Za-z0-9\-_&=#/])?)",
    regex.IGNORECASE,
)
_SLUG = regex.compile(r"(https?://t\.co/)([A-Za-z0-9]*)", regex.IGNORECASE)
_PICTURE = r"(?![©®™♟](?!\ufe0f))\p{Extended_Pictographic}(?!\ufe0e)\ufe0f?\p{Emoji_Modifier}?"
_EMOJI = regex.compile(
    rf"[0-9#*]\ufe0f?\u20e3|\p{{RI}}{{2}}|🏴[\U000e0020-\U000e007e]+\U000e007f|{_PICTURE}(?:\u200d{_PICTURE})*"
)


@dataclass(frozen=True)
class Address:
    """A web address in a text: where it stands (end exclusive, in code points) and what it is."""

    begin: int
    end: int
    url: str

    @property
    def short(self) -> str:
        """What X makes of it: always 23 characters."""
        return f"https://t.co/{hashlib.sha256(self.url.encode()).hexdigest()[:10]}"

    @property
    def expanded(self) -> str:
        """The whole address, where it was written without a scheme."""
        return self.url if "://" in self.url else f"http://{self.url}"


def addresses(text: str) -> list[Address]:
    """The web addresses of a text, with or without a scheme, in order."""
    found = (
        _cut(Address(met.start(), met.end(), met[0])) for met in _URL.finditer(text) if _is_host(met["host"] or "")
    )
    return [address for address in found if address is not None and len(address.url) <= MOST]


def _is_host(host: str) -> bool:
    """Whether every label of an international name still fits when it is written in ASCII."""
    foreign = [label for label in host.split(".") if not label.isascii()]
    return not any(label.startswith("xn--") or len(label.encode("punycode")) > 59 for label in foreign)


def _cut(address: Address) -> Address | None:
    """X's own short addresses end with their slug, and none is longer than 40."""
    slug = _SLUG.match(address.url)
    if slug is None:
        return address
    if len(slug[2]) > 40:
        return None
    return Address(address.begin, address.begin + slug.end(), slug[0])


def weigh(text: str) -> int:
    """The weighted length: an address 23, an emoji 2, every other code point 1 or 2, after NFC."""
    text = unicodedata.normalize("NFC", text)
    sum_, begin = 0, 0
    for address in addresses(text):
        sum_ += _weigh_plain(text[begin : address.begin]) + 100 * URL_LENGTH
        begin = address.end
    return (sum_ + _weigh_plain(text[begin:])) // 100


def _weigh_plain(text: str) -> int:
    sum_, begin = 0, 0
    for emoji in _EMOJI.finditer(text):
        sum_ += sum(_weight(letter) for letter in text[begin : emoji.start()]) + 200
        begin = emoji.end()
    return sum_ + sum(_weight(letter) for letter in text[begin:])


def _weight(letter: str) -> int:
    return 100 if any(low <= ord(letter) <= high for low, high in _LIGHT) else 200


def wrapped(text: str) -> str:
    """The text with every address as X shortens it."""
    shown, begin = "", 0
    for address in addresses(text):
        shown += text[begin : address.begin] + address.short
        begin = address.end
    return shown + text[begin:]
