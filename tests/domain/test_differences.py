"""What changed between two wordings is shown to the letter, and no more than what changed."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from gateway.domain.differences import MOST_PAIRS, Fate, Piece, is_changed, words_changed

WORDS = st.lists(st.sampled_from(["prices", "rose", "3.4%", "in", "May", ",", "O’Neill", "\n", "é", "🙂"]), max_size=30)
TEXTS = st.one_of(st.text(max_size=80), WORDS.map(" ".join))


def said(before: str, after: str) -> list[tuple[str, str]]:
    return [(str(piece.fate), piece.text) for piece in words_changed(before, after)]


@given(TEXTS, TEXTS)
@example("", "")
@example("a b", "b a")
def test_the_pieces_are_both_wordings_to_the_letter(before: str, after: str) -> None:
    pieces = words_changed(before, after)
    assert "".join(piece.text for piece in pieces if piece.fate is not Fate.ADDED) == before
    assert "".join(piece.text for piece in pieces if piece.fate is not Fate.TAKEN) == after


@given(TEXTS, TEXTS)
def test_no_piece_is_empty_and_neighbours_differ_in_fate(before: str, after: str) -> None:
    pieces = words_changed(before, after)
    assert all(piece.text for piece in pieces)
    assert all(one.fate is not other.fate for one, other in pairwise(pieces))


@given(TEXTS, TEXTS)
def test_something_is_changed_exactly_where_the_wordings_differ(before: str, after: str) -> None:
    assert is_changed(words_changed(before, after)) is (before != after)


@given(WORDS, WORDS, st.sampled_from(["brand", "new", "7.1"]))
def test_one_word_put_in_is_the_only_thing_added(head: list[str], tail: list[str], word: str) -> None:
    before, after = " ".join([*head, *tail]), " ".join([*head, word, *tail])
    added = "".join(piece.text for piece in words_changed(before, after) if piece.fate is Fate.ADDED)
    assert added.split() == [word]
    assert not any(piece.text.strip() for piece in words_changed(before, after) if piece.fate is Fate.TAKEN)


def test_a_changed_figure_is_shown_as_one_word() -> None:
    assert said("Prices rose 3.4% in May", "Prices rose 3.5% in May") == [
        ("kept", "Prices rose "),
        ("taken", "3.4"),
        ("added", "3.5"),
        ("kept", "% in May"),
    ]


def test_words_that_took_the_place_of_others_are_told_together() -> None:
    assert said("Out at half past nine.", "Out at 9.30am sharp.") == [
        ("kept", "Out at "),
        ("taken", "half past nine"),
        ("added", "9.30am sharp"),
        ("kept", "."),
    ]


def test_wordings_too_long_to_compare_word_by_word_are_shown_as_replaced_whole() -> None:
    before, after = "a " * 1_100, "b " * 1_100
    assert len(before.split()) * len(after.split()) > MOST_PAIRS
    assert words_changed(before, after)[:2] == (Piece(Fate.TAKEN, before[:-1]), Piece(Fate.ADDED, after[:-1]))
