"""Readability: a sentence of at most 25 words (GCS and GDS writing guidance; embargo.md 8)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.domain.check import Rule
from gateway.domain.rules.forms import SENTENCE_END, rule_of
from gateway.domain.rules.lists import Lists
from gateway.domain.rules.reading import Span

RULE = "readability"
WORD = re.compile(r"[^\s#@][^\s]*")
LINK = re.compile(r"https?://|www\.|\w\.\w{2,6}/")


def rules_of(lists: Lists) -> tuple[Rule, ...]:
    """With the longest sentence that policy sets."""
    longest = lists.sentence_words

    def find(text: str) -> Iterator[Span]:
        start = 0
        for end in [*(match.start() for match in SENTENCE_END.finditer(text)), len(text)]:
            words = [w for w in WORD.finditer(text, start, end) if w[0][0].isalnum() and not LINK.search(w[0][:40])]
            if len(words) > longest:
                yield words[0].start(), words[-1].end()
            start = end + 1

    advice = f"has a sentence of more than {longest} words. Make two of it."
    return (rule_of(RULE, advice, find, where=lambda reading: reading.place == "The text"),)
