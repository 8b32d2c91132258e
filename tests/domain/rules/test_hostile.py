"""Hostile text takes time in proportion to its length, whatever it repeats."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.check import Rule
from gateway.domain.rules import RULES
from tests.domain.rules.said import saying

CUES = "Mr Ab, NP20 4XX office UTR passport NHS bank press office 01633 456490 lives at DOB born\n"
REPEATED = [
    "0", "07 ", "07 00 00 00 00 x ", "a", "a@", "a@a.", "a [at] ", "NHS 9434765918 ", "UTR 1955839662 ", "AB 12 34 56 ",
    "4111 1111 1111 1112 ", "GB82 WEST 1234 5698 ", "20-10-26 ", "12345678 ", "NP20 4XX ", "14 Larch ", "14 Aa Bb Cc ",
    "Mr A ", "people born ", "DOB               ", "OFFICIAL ", "O ", "OFFICIAL - ", " ", "\n", "SECRET ", "[SECRET",
    "UK US AUS CAN NZ ", "\u041e", "\ufdfa", "\u200b", "+1 2 3 ", "___", "1 1 1 ", "img 1 ", "a\u0301", "MORGA657054SM",
]  # fmt: skip
LONG = 20_000
SHORT = 2_000


def cost(rule: Rule, unit: str, length: int) -> float:
    """Processor seconds for one judgement: the better of two, so that a busy machine does not count."""
    text = (CUES + unit * (length // len(unit) + 1))[:length]
    post = saying(text)
    best = float("inf")
    for _ in range(2):
        before = time.process_time()
        for _hit in rule(post):
            pass
        best = min(best, time.process_time() - before)
    return best


@pytest.mark.slow
@pytest.mark.parametrize("unit", REPEATED)
def test_ten_times_the_text_takes_about_ten_times_the_time(unit: str) -> None:
    short = sum(cost(rule, unit, SHORT) for rule in RULES)
    long = sum(cost(rule, unit, LONG) for rule in RULES)
    assert long <= 40 * max(short, 0.001)


@given(st.text(max_size=400), st.text(max_size=100), st.text(max_size=100))
def test_any_text_is_judged_and_every_span_lies_in_it(text: str, alt: str, link: str) -> None:
    for rule in RULES:
        for hit in rule(saying(text, alts=(alt,), link=link)):
            assert 0 <= hit.start <= hit.end <= len(text)
            assert hit.advice
