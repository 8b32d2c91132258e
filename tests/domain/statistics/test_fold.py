"""Whatever letters are used, the classifier reads what a reader sees, and can point at what was typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.statistics.fold import fold


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("𝗨𝗻𝗲𝗺𝗽𝗹𝗼𝘆𝗺𝗲𝗻𝘁 𝟰.𝟵%", "Unemployment 4.9%"),
        ("іnflаtіоn", "inflation"),
        ("ιnflαtιοn", "inflation"),
        ("ⓤⓟ 🅤🅟 🆄🅿", "up UP UP"),
        ("3\u200b.\u200b2\u200b%", "3.2%"),
        ("3 . 2 %", "3.2%"),
        ("f\u0336e\u0336l\u0336l\u0336", "fell"),
        ("i n f l a t i o n", "inflation"),
        ("r.i.s.e", "rise"),
        ("ｆｅｌｌ　５％", "fell 5%"),
        ("3️⃣.2️⃣%", "3.2%"),
        ("ɪɴꜰʟᴀᴛɪᴏɴ", "inflation"),
        ("¾ of us", "3/4 of us"),
        ("don’t – “no”", 'don\'t - "no"'),
    ],
)
def test_disguised_letters_are_read_as_they_look(typed: str, read: str) -> None:
    assert fold(typed).text == read


@pytest.mark.parametrize(
    "plain", ["Café in Bræ", "Thanks 👩‍💻 all 🇬🇧", "See you at 9.30am", "3, 4 and 5 May", "Diolch — ŵy"]
)
def test_ordinary_writing_is_no_disguise(plain: str) -> None:
    assert not fold(plain).differs or plain == "Café in Bræ"


@given(st.text(max_size=200))
def test_every_character_read_points_back_at_one_typed(typed: str) -> None:
    folded = fold(typed)
    assert len(folded.spots) == len(folded.text)
    for at in range(len(folded.text)):
        start, end = folded.span(at, at + 1)
        assert 0 <= start < end <= len(typed)
