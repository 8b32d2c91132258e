"""How much of a password is not guessable: a cheapest cover by known words, keyboard tracks, years and repeats, and
what is left.

A list of common passwords of 15 characters and more is a list of such combinations; rules cover them all, and offline.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources

Words = Mapping[str, tuple[str, ...]]  # by first letter

# Prices: what a guesser must pay for each part. A password below ENOUGH is refused; eight letters of nobody's word
# are enough.
ENOUGH = 32
LETTER = 4
DIGIT_ALONE, DIGIT_INSIDE, DIGIT_AT_EDGE = 3, 2, 1  # digits before or after a word are the oldest trick
LONGEST_TAIL = 8  # what people append is a date at most; digits further out are counted as if alone
SIGN_FIRST_TIME, SIGN_AGAIN, SEPARATOR = 3, 1, 0
KNOWN = 4  # a common word, a track, a year or a repeat of what stood before
CONTEXT = 0

SHORTEST_CONTEXT_WORD = 3
SHORTEST_REVERSED_WORD = 5
SHORTEST_TRACK = 4
SHORTEST_REPEAT = 3
SEPARATORS = frozenset(" -_.,/\t")
YEAR = re.compile("(?:19|20)[0-9]{2}")

LEET = {
    **{"0": "o", "1": "il", "2": "z", "3": "e", "4": "a", "5": "s", "6": "gb", "7": "t", "8": "b", "9": "g"},
    **{"@": "a", "$": "s", "!": "il", "|": "il", "+": "t", "(": "c", "€": "e", "£": "l"},
}

_TRACKS = (
    "abcdefghijklmnopqrstuvwxyz",
    "aabbccddeeffgghhiijjkkllmmnnooppqqrrssttuuvvwwxxyyzz",
    "a1b2c3d4e5f6g7h8i9j0",
    "1a2b3c4d5e6f7g8h9i0j",
    "012345678901234567890",
    "1122334455667788990011",
    "246810121416182022",
    "135791113151719",
    "314159265358979323846",
    "qwertyuiop[]asdfghjkl;'zxcvbnm,./",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "zaq12wsxcde34rfvbgt56yhnmju78ik,.lo90p;/",
    "qazwsxedcrfvtgbyhnujmik,ol.p;/",
    "q1w2e3r4t5y6u7i8o9p0",
    "1q2w3e4r5t6y7u8i9o0p",
    "a1s2d3f4g5h6j7k8l9",
    "147258369",
    "789456123",
    "!@#$%^&*()_+",
    '!"£$%^&*()_+',
)
TRACKS = tuple(track for forth in _TRACKS for track in (forth, forth[::-1]))


def is_guessable(password: str, context_words: Iterable[str] = ()) -> bool:
    """Whether any reading of the password (as it is, without separators, without signs) costs a guesser too little."""
    context = by_first_letter(_context(context_words))
    return any(cost(reading, context) + extra < ENOUGH for reading, extra in _readings(folded(password)))


def folded(text: str) -> str:
    """The text as a guesser sees it: case, accents and inkless characters gone."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(character for character in apart if unicodedata.category(character) not in {"Mn", "Cf"})
    return unicodedata.normalize("NFC", bare)


def cost(text: str, context: Words) -> int:
    """The price of the cheapest way to cover the (folded) text from end to beginning."""
    prices = _prices(text)
    cheapest = [0] * (len(text) + 1)
    for at in range(len(text) - 1, -1, -1):
        covered = (price + cheapest[at + length] for length, price in _pieces(text, at, context))
        cheapest[at] = min(prices[at] + cheapest[at + 1], *covered, KNOWN * len(text))
    return cheapest[0]


@cache
def common_words() -> Words:
    """The hand-written list beside this file, each word of five letters or more also backwards."""
    listed = resources.files("gateway.identity").joinpath("common_words.txt").read_text(encoding="utf-8")
    lines = (line.strip() for line in listed.splitlines())
    words = {word for line in lines if line and not line.startswith("#") for word in line.split()}
    backwards = {word[::-1] for word in words if len(word) >= SHORTEST_REVERSED_WORD}
    return by_first_letter(words | backwards)


def by_first_letter(words: Iterable[str]) -> Words:
    """The words grouped by first letter, so that each place in a password is compared with few."""
    grouped: dict[str, list[str]] = {}
    for word in sorted(words):
        grouped.setdefault(word[0], []).append(word)
    return {letter: tuple(group) for letter, group in grouped.items()}


def _context(context_words: Iterable[str]) -> set[str]:
    """Each name whole, each of its words, its initials, and all of them backwards."""
    words: set[str] = set()
    for name in context_words:
        parts = re.findall(r"[^\W_]+", folded(name))
        words |= {*parts, "".join(parts), "".join(part[0] for part in parts)}
    long_enough = {word for word in words if len(word) >= SHORTEST_CONTEXT_WORD}
    return long_enough | {word[::-1] for word in long_enough}


def _readings(text: str) -> Iterator[tuple[str, int]]:
    """The text with what it costs to guess the signs that were taken out of it."""
    yield text, 0
    for reading in (
        "".join(character for character in text if character not in SEPARATORS),
        "".join(character for character in text if character.isalnum()),
    ):
        if reading:
            signs = set(text) - set(reading) - SEPARATORS
            yield reading, SIGN_FIRST_TIME * len(signs)


def _pieces(text: str, at: int, context: Words) -> Iterator[tuple[int, int]]:
    """(length, price) of every guessable part that begins here."""
    for words, price in ((common_words(), KNOWN), (context, CONTEXT)):
        for word in _words_at(text, at, words):
            yield len(word), price
    if YEAR.match(text, at):
        yield 4, KNOWN
    for length in (_track_length(text, at), _repeat_length(text, at)):
        if length:
            yield length, KNOWN


def _words_at(text: str, at: int, words: Words) -> Iterator[str]:
    for letter in text[at] + LEET.get(text[at], ""):
        for word in words.get(letter, ()):
            if _reads_as(text[at : at + len(word)], word):
                yield word


def _reads_as(part: str, word: str) -> bool:
    return len(part) == len(word) and all(
        sign == letter or letter in LEET.get(sign, "") for sign, letter in zip(part, word, strict=True)
    )


def _track_length(text: str, at: int) -> int:
    """How far the text follows one keyboard or counting track from here; 0 when not far enough to matter."""
    length = SHORTEST_TRACK
    while at + length <= len(text) and any(text[at : at + length] in track for track in TRACKS):
        length += 1
    return length - 1 if length > SHORTEST_TRACK else 0


def _repeat_length(text: str, at: int) -> int:
    """How much from here repeats something that began earlier; 0 when too little. Overlaps count: "aaaa" repeats its
    "a".
    """
    length = SHORTEST_REPEAT
    while at + length <= len(text) and text.find(text[at : at + length], 0, at + length - 1) != -1:
        length += 1
    return length - 1 if length > SHORTEST_REPEAT else 0


def _prices(text: str) -> list[int]:
    """What each character costs by itself, by what it is and where it stands."""
    letters = [at for at, character in enumerate(text) if character.isalpha()]
    return [_price(text, at, letters) for at in range(len(text))]


def _price(text: str, at: int, letters: list[int]) -> int:
    character = text[at]
    if character.isalpha():
        return LETTER
    if character in SEPARATORS:
        return SEPARATOR
    if character.isdigit():
        return _digit_price(at, letters)
    return SIGN_AGAIN if character in text[:at] else SIGN_FIRST_TIME


def _digit_price(at: int, letters: list[int]) -> int:
    if not letters:
        return DIGIT_ALONE
    from_the_words = max(letters[0] - at, at - letters[-1])
    if from_the_words < 0:
        return DIGIT_INSIDE
    return DIGIT_AT_EDGE if from_the_words <= LONGEST_TAIL else DIGIT_ALONE
