"""Shouting: words in capitals, told from acronyms (GCS, ONS style: no ALL CAPS; embargo.md 8)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.domain.check import Rule
from gateway.domain.rules.forms import rule_of
from gateway.domain.rules.lists import Lists
from gateway.domain.rules.reading import Span, words_of
from gateway.domain.rules.words import ACRONYMS, JOINED, SINGLE, SMALL

RULE = "shouting"
ADVICE = "shouts in capitals. Write it in ordinary letters: capitals are hard to read and may be spelled out aloud."

WORD = re.compile(r"(?<![\w@#/.&+=-])[^\W\d_]+(?:['’][^\W\d_]+)*(?![\w@/=]|[.-]\w)")
LEAST_RUN = 3
LEAST_PAIR_LETTERS = 8
LEAST_EXCLAIMED = 6
LEAST_SCATTERED = 3
SCATTERED_SHARE = 0.25
PLAIN = (
    JOINED
    | SINGLE
    | words_of(
        """
    am an at any are as ask because big but can can't come cannot can did didn't do does doesn't don't down ever
    excited free get go had has have here hurry if is isn't it it's keep last let's miss more must need never no not
    now of off on one or out please quick read seriously she should so soon stop still that's the their them then they
    this to too urgent use very wait wake want was we we're what when who why will won't wow yes yet you you're your
    breaking alert important reminder attention amazing brilliant huge massive exclusive finally absolutely really
    totally literally tonight tomorrow afternoon evening morning webinar drill noon midday midnight say says said due
    great best offer win save bonus extra every single know think love hate mind gap panic listen look click apply buy
    follow register share sign watch everyone everybody nobody always again deadline warning wrong right true false
    ignore believe enough
    """
    )
)


def is_word(capitals: str, acronyms: frozenset[str]) -> bool:
    """Whether letters in capitals are a word rather than an acronym: a known one, or long enough to be no other."""
    word = capitals.lower().replace("’", "'")
    if word in acronyms:
        return False
    return word in PLAIN or len(word) >= 6


def _find(acronyms: frozenset[str], text: str) -> Iterator[Span]:
    runs, words, shouted = _runs(acronyms, text)
    loud = False
    for run, in_words in runs:
        letters = sum(end - start for start, end in in_words)
        least = LEAST_EXCLAIMED if text[run[-1][1] : run[-1][1] + 1] == "!" else LEAST_PAIR_LETTERS
        long_run = len(run) >= LEAST_RUN and len(in_words) >= 2 and letters >= LEAST_EXCLAIMED
        if long_run or (len(in_words) >= 2 and letters >= least):
            loud = True
            yield run[0][0], run[-1][1]
    if not loud and len(shouted) >= LEAST_SCATTERED and len(shouted) >= SCATTERED_SHARE * words:
        yield from shouted
    elif not loud and words and len(shouted) == words and sum(end - start for start, end in shouted) >= 6:
        yield shouted[0][0], shouted[-1][1]


def _runs(acronyms: frozenset[str], text: str) -> tuple[list[tuple[list[Span], list[Span]]], int, list[Span]]:
    """Runs of neighbouring words in capitals, each with those that are words; how many words; which are shouted."""
    runs: list[tuple[list[Span], list[Span]]] = []
    words, shouted, open_run = 0, list[Span](), False
    for match in WORD.finditer(text):
        words += 1
        if not match[0].isupper():
            open_run = False
            continue
        is_shouted = is_word(match[0], acronyms) and (len(match[0]) > 1)
        if not open_run:
            runs.append(([], []))
            open_run = True
        runs[-1][0].append(match.span())
        if is_shouted:
            runs[-1][1].append(match.span())
            shouted += [match.span()] if len(match[0]) > 2 or match[0].lower() not in SMALL else []
    return runs, words, shouted


def rules_of(lists: Lists) -> tuple[Rule, ...]:
    """With the acronyms that policy names."""
    acronyms = ACRONYMS | {word.lower() for word in lists.acronyms}

    def find(text: str) -> Iterator[Span]:
        return _find(acronyms, text)

    return (rule_of(RULE, ADVICE, find, where=lambda reading: reading.place == "The text"),)
