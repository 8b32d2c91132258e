"""An account with a sign-off line gets it at the end of every post, of a thread at the end of its last part (P3)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.domain.rules import sign_off
from tests.domain.rules.said import saying


@pytest.mark.parametrize("text", ["Out now. ^AB", "Out now\n\n^AB ", "^AB"])
def test_a_signed_post_passes(text: str) -> None:
    assert list(sign_off("^AB")(saying(text))) == []


@pytest.mark.parametrize("text", ["Out now", "^AB Out now", "Out now ^ab", "", "Out now ^A"])
def test_an_unsigned_post_is_told_which_line_is_missing(text: str) -> None:
    (hit,) = sign_off("^AB")(saying(text))
    assert hit.rule == "sign_off_missing"
    assert "^AB" in hit.advice


def test_letters_that_merely_end_a_word_are_no_sign_off() -> None:
    assert list(sign_off("AB")(saying("Visit our LAB")))
    assert not list(sign_off("AB")(saying("Visit our lab AB")))


def test_of_a_thread_the_last_part_is_signed() -> None:
    part = replace(saying("First"), parts=2)
    assert list(sign_off("^AB")(part)) == []
    assert list(sign_off("^AB")(replace(part, part=2)))


def test_an_account_without_a_line_has_no_rule() -> None:
    with pytest.raises(ValueError, match="no sign-off"):
        sign_off(" ")
