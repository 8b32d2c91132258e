"""Extended grapheme clusters counted by the rules of UAX #29, written out here rather than borrowed from `\\X`.

The connectors count with another implementation; where both agree on the vectors, a misreading is unlikely.
"""

from __future__ import annotations

import regex  # type: ignore[import-untyped,unused-ignore]

_HANGUL = r"\p{GCB=L}*(?:\p{GCB=V}+|\p{GCB=LV}\p{GCB=V}*|\p{GCB=LVT})\p{GCB=T}*|\p{GCB=L}+|\p{GCB=T}+"  # GB6-GB8
_PICTURE = r"\p{Extended_Pictographic}(?:\p{GCB=Extend}*\p{GCB=ZWJ}\p{Extended_Pictographic})*"  # GB11
_FLAG = r"\p{GCB=Regional_Indicator}{2}"  # GB12, GB13
_CONJUNCT = (  # GB9c
    r"\p{InCB=Consonant}(?:[\p{InCB=Extend}\p{InCB=Linker}]*\p{InCB=Linker}"
    r"[\p{InCB=Extend}\p{InCB=Linker}]*\p{InCB=Consonant})+"
)
_CONTROL = r"[\p{GCB=Control}\r\n]"
_ANY = r"[^\p{GCB=Control}\r\n]"
_CLUSTER = regex.compile(
    rf"\r\n|{_CONTROL}"  # GB3-GB5
    rf"|\p{{GCB=Prepend}}*(?:{_HANGUL}|{_FLAG}|{_PICTURE}|{_CONJUNCT}|{_ANY})"  # GB9b
    r"[\p{GCB=Extend}\p{GCB=ZWJ}\p{GCB=SpacingMark}]*",  # GB9, GB9a
    regex.V1,
)


def count_graphemes(text: str) -> int:
    """How many user-perceived characters `text` has (UAX #29, extended grapheme clusters)."""
    if text.isascii():
        return len(text) - text.count("\r\n")
    return sum(1 for _ in _CLUSTER.finditer(text))
