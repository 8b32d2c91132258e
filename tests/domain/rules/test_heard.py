"""What reads like posts that broke a rule, though in none of its written forms: how sure, and never twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.words import Outgoing
from gateway.domain.check import Hit, Rule
from gateway.domain.reader import reader_of
from gateway.domain.rules.heard import ADVICE, EXCUSABLE, SIZE, Heard, excusing, heard_rules, keys_heard, read_heard
from gateway.embargo_policy import FOLDER
from tests.domain.rules.said import saying

LONG = "The people who sat in the hall all of Monday were asked what they would like to see."
SHORT = "They were asked."
DOUBTFUL = Heard({"legal_risk": reader_of({}, 0, size=SIZE)}, sure=-200)


def hits(heard: Heard, text: str) -> list[Hit]:
    return [hit for rule in heard_rules(heard, ()) for hit in rule(saying(text))]


def test_a_long_text_that_reads_so_is_found_with_what_to_change() -> None:
    (hit,) = hits(DOUBTFUL, LONG)
    assert hit.rule == "legal_risk"
    assert ADVICE["legal_risk"] in hit.advice


def test_in_a_few_words_it_must_be_surer() -> None:
    assert hits(DOUBTFUL, SHORT) == []
    sure = Heard({"legal_risk": reader_of({}, 700, size=SIZE)}, sure=-200)
    assert len(hits(sure, SHORT)) == 1


def test_what_a_written_form_has_found_is_not_said_twice() -> None:
    def legal_risk(outgoing: Outgoing) -> Iterator[Hit]:
        yield from (hit for rule in heard_rules(DOUBTFUL, ()) for hit in rule(outgoing))

    (rule,) = heard_rules(DOUBTFUL, (legal_risk,))
    assert list(rule(saying(LONG))) == []


@pytest.mark.parametrize(
    "text",
    [
        "Come and see us.",
        "After the renewal.",
        "Our shop is open again.",
        "Good evening, all.",
        "Thanks, Leeds!",
        "A fine morning.",
    ],
)
def test_short_everyday_words_break_no_rule(text: str) -> None:
    shipped = read_heard((FOLDER / "rules" / "heard.json").read_text(encoding="utf-8"))
    assert hits(shipped, text) == []


def found(name: str) -> Rule:
    """A written form that finds something in every text."""

    def rule(outgoing: Outgoing) -> Iterator[Hit]:
        yield Hit(name, "is to be changed", 0, 1, outgoing.text[:1])

    rule.__name__ = name
    return rule


def silent(name: str, heard: Heard, text: str) -> bool:
    (rule,) = excusing((found(name),), heard)
    return not list(rule(saying(text)))


def calm(name: str) -> Heard:
    return Heard({name: reader_of({}, -2000, size=SIZE)}, sure=-200)


@pytest.mark.parametrize("name", sorted(EXCUSABLE))
def test_a_form_of_everyday_words_is_silent_where_its_reader_is_calm(name: str) -> None:
    assert silent(name, calm(name), LONG)
    assert not silent(name, Heard({name: reader_of({}, -500, size=SIZE)}, sure=-200), LONG)


@pytest.mark.parametrize("name", ["personal_data", "credentials_leak", "protective_marking", "offensive"])
def test_what_is_found_by_its_shape_or_its_very_word_is_never_excused(name: str) -> None:
    assert not silent(name, calm(name), LONG)


def test_calm_sentences_around_it_do_not_excuse_a_doubtful_one() -> None:
    doubted = dict.fromkeys(keys_heard("He was sued."), 127)
    heard = Heard({"legal_risk": reader_of(doubted, -2000, unit=4, size=SIZE)}, sure=-200)
    assert not silent("legal_risk", heard, "He was sued.")
    assert not silent("legal_risk", heard, f"{LONG * 9} He was sued.")
    assert silent("legal_risk", heard, LONG * 9)
