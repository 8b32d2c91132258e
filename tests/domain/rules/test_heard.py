"""What reads like posts that broke a rule, though in none of its written forms: how sure, and never twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.words import Outgoing
from gateway.domain.check import Hit
from gateway.domain.reader import reader_of
from gateway.domain.rules.heard import ADVICE, SIZE, Heard, heard_rules, read_heard
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
    sure = Heard({"legal_risk": reader_of({}, 200, size=SIZE)}, sure=-200)
    assert len(hits(sure, SHORT)) == 1


def test_what_a_written_form_has_found_is_not_said_twice() -> None:
    def legal_risk(outgoing: Outgoing) -> Iterator[Hit]:
        yield from (hit for rule in heard_rules(DOUBTFUL, ()) for hit in rule(outgoing))

    (rule,) = heard_rules(DOUBTFUL, (legal_risk,))
    assert list(rule(saying(LONG))) == []


@pytest.mark.parametrize(
    "text", ["Come and see us.", "Our shop is open again.", "Good evening, all.", "Thanks, Leeds!", "A fine morning."]
)
def test_short_everyday_words_break_no_rule(text: str) -> None:
    shipped = read_heard((FOLDER / "rules" / "heard.json").read_text(encoding="utf-8"))
    assert hits(shipped, text) == []
