"""Our own counting of graphemes agrees with another implementation wherever that one follows the standard."""

from __future__ import annotations

import regex  # type: ignore[import-untyped,unused-ignore]
from hypothesis import example, given
from hypothesis import strategies as st

from connectors.simulators.graphemes import count_graphemes

# The other implementation also joins a virama to a consonant where none stands before it, against GB9c; so lone viramas
# are left out, and whole conjuncts are put in.
PIECES = st.sampled_from(
    [
        *("a", "\r\n", "\r", "\n", "\u0301", "\u200d", "\u200b", "\u0600", "é", "漢", "ำ", "©"),
        *("👨\u200d👩\u200d👧\u200d👦", "🙋🏽", "🇬", "🇬🇧", "❤️", "1️⃣", "각", "ᄀ", "ᅡ", "ᆨ", "가", "क्ष", "ता"),
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join))
@example("👩\u200d👩")
def test_both_countings_agree(text: str) -> None:
    assert count_graphemes(text) == len(regex.findall(r"\X", text))
