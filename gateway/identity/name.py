"""The canonical form of a sign-in name: every spelling a person could mean by it is stored, looked up and counted as
one.
"""

from __future__ import annotations

import unicodedata
from functools import cache

LONGEST = 64
LONGEST_TYPED = 256
SIGNS = frozenset(" ._-@+'")
MEANINGFUL = frozenset("LMN")

# Characters without ink that are not of category Cf: joiners, fillers, variation selectors (Unicode:
# Default_Ignorable).
INKLESS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | frozenset(
    chr(point) for point in (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
)

# Letters of other scripts that pass for Latin ones on a screen in small or capital form (folded to small before this
# table is asked), and the dash and apostrophe families.
LOOK_ALIKES = str.maketrans(
    {
        **dict(zip("аеорсухіјѕһԁԛԝвкмнтӏгѵ", "aeopcyxijshdqwbkmhtlrv", strict=True)),
        **dict(zip("αβγεζηικμνορτυχωϲϳ", "abyeznikmvoptuxwcj", strict=True)),
        **dict(zip("ıɑɡɩʏոսօհ", "iagiynuoh", strict=True)),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("‘’ʼ`´ʹ′", "'"),
    }
)


class InvalidName(ValueError):
    """This text can be nobody's sign-in name. At sign-in treat it as an unknown name; at enrolment show its words."""


def canonical_name(typed: str) -> str:
    """The one form under which a name is stored, looked up and throttled; applying it twice changes nothing.

    Unicode NFKC and case folding (UAX #15 and #31), inkless characters removed, white space collapsed, look-alike
    letters of other scripts folded to Latin. Raises InvalidName for an empty or over-long name and for signs that no
    name needs.
    """
    if len(typed) > LONGEST_TYPED:
        raise InvalidName(f"A name has at most {LONGEST} characters.")
    folded = typed
    while (next_fold := _fold(folded)) != folded:
        folded = next_fold
    _check(folded)
    return folded


def _fold(text: str) -> str:
    """One round; repeated until stable, because removing or folding one character can let its neighbours compose."""
    normal = unicodedata.normalize("NFKC", text)
    inked = "".join(character for character in normal if not _is_inkless(character))
    lettered = inked.casefold().translate(LOOK_ALIKES).replace("i\u0307", "i")
    return " ".join(unicodedata.normalize("NFKC", lettered).split())


@cache
def _is_inkless(character: str) -> bool:
    return character in INKLESS or unicodedata.category(character) == "Cf"


def _check(name: str) -> None:
    if not 1 <= len(name) <= LONGEST:
        raise InvalidName(f"A name has 1 to {LONGEST} characters.")
    for character in name:
        if character not in SIGNS and unicodedata.category(character)[0] not in MEANINGFUL:
            raise InvalidName("A name has letters, digits, spaces and . _ - @ + ' only.")
    if not any(character.isalnum() for character in name):
        raise InvalidName("A name needs at least one letter or digit.")
