"""Many ways to write one name, as someone would who wants more tries."""

from __future__ import annotations

import random

TWINS = {
    "a": "аａ𝐚Α",
    "e": "еｅЕ",
    "o": "оｏΟ",
    "c": "сｃС",
    "p": "рｐΡ",
    "x": "хｘΧ",
    "l": "ｌ𝐥",
    "r": "ｒ𝐫",
    ".": "．",
    "@": "＠",
}
INKLESS = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u202a\u034f\ufe0f"
BLANKS = " \t\u00a0\u3000\u2003"


def spellings(name: str, count: int) -> list[str]:
    """`count` different texts, all of them the name to a person's eye; always the same ones."""
    chance = random.Random(name)
    written: dict[str, None] = {}
    while len(written) < count:
        letters = [_spelling(letter, chance) for letter in name]
        written[chance.choice(["", *BLANKS]) + "".join(letters) + chance.choice(["", *BLANKS])] = None
    return list(written)


def _spelling(letter: str, chance: random.Random) -> str:
    ways = [letter, letter, letter.upper(), *TWINS.get(letter, "")]
    inkless: str = chance.choice(["", "", "", *INKLESS])
    return f"{chance.choice(ways)}{inkless}"
