"""What holds of every post: figures never stay clear, disguise never pays, and binding is never cheaper than truth."""

from __future__ import annotations

import time
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.domain.statistics import Verdict
from tests.domain.statistics.bench import ENTRIES, diary, judge

CLEAR = (
    "Consumer price inflation is published at 7am on Wednesday 21 October.",
    "Our Newport office is closed on Monday for the bank holiday.",
    "We're hiring! Apply for our data scientist roles by 30 October.",
    "How do we measure inflation? Our guide explains.",
    "Join our webinar on 4 November. Register free.",
    "UK House Price Index: out at 9.30am on Wednesday.",
    "Our interviewers carry photo ID. If you have been asked to take part, thank you.",
)
STATED = (
    "CPI rose by 3.2% in the 12 months to September 2026.",
    "GDP shrank in August.",
    "House prices are falling.",
    "Unemployment is at its highest since 2021.",
    "Olivia is no longer the top baby name.",
    "Shoppers spent less last month. Retail sales out on Friday.",
)
FIGURES = (
    "3.2%",
    "4.9 per cent",
    "£7.1 billion",
    "up 0.4%",
    "one in five",
    "601,300",
    "-0.2%",
    "two thirds",
    "a third lower",
    "+0.9",
    "171,000",
    "5 percentage points",
    "three point two per cent",
    "13th",
)
SERIES = ("CPI", "GDP", "Unemployment", "House prices", "Retail sales", "Inflation")

HOMOGLYPHS = str.maketrans("aeopcxiEAOCTP", "аеорсхіЕАОСТР")
FANCY = {**{chr(97 + i): chr(0x1D5EE + i) for i in range(26)}, **{chr(65 + i): chr(0x1D5D4 + i) for i in range(26)}}
WIDE = {chr(i): chr(i + 0xFEE0) for i in range(0x30, 0x7B) if chr(i).isalnum()}
LEET = str.maketrans("aeio", "4310")
EVASIONS: dict[str, Callable[[str], str]] = {
    "homoglyphs": lambda text: text.translate(HOMOGLYPHS),
    "fancy letters": lambda text: "".join(FANCY.get(c, c) for c in text),
    "full width": lambda text: "".join(WIDE.get(c, c) for c in text),
    "zero width": lambda text: "\u200b".join(text),
    "combining": lambda text: "".join(c + "\u0336" if c.isalnum() else c for c in text),
    "leet words": lambda text: " ".join(
        w.translate(LEET) if len(w) > 3 and w.isalpha() else w for w in text.split(" ")
    ),
    "spaced out": lambda text: "   ".join(" ".join(w) if w.isalpha() and len(w) > 3 else w for w in text.split(" ")),
    "enclosed": lambda text: "".join(chr(0x24D0 + ord(c) - 97) if "a" <= c <= "z" else c for c in text),
    "upper case": str.upper,
    "no case": str.lower,
}


@given(st.sampled_from(CLEAR), st.sampled_from(SERIES), st.sampled_from(FIGURES), st.booleans())
def test_adding_a_figure_to_a_clear_post_never_keeps_it_clear(
    clear: str, series: str, figure: str, first: bool
) -> None:
    assert judge(clear).verdict is Verdict.CLEAR
    stated = f"{series}: {figure}."
    said = f"{stated} {clear}" if first else f"{clear} {stated}"
    assert judge(said).verdict is not Verdict.CLEAR


@given(st.sampled_from(CLEAR), st.sampled_from((*FIGURES, "Up 3.2%", "Two thirds")), st.booleans())
def test_a_figure_that_stands_alone_never_stays_clear(clear: str, figure: str, first: bool) -> None:
    assert judge(f"{figure}! {clear}" if first else f"{clear} {figure}.").verdict is not Verdict.CLEAR


@given(st.sampled_from(CLEAR), st.sampled_from(SERIES), st.sampled_from(("fell", "rose", "is flat", "is at a record")))
def test_no_harmless_words_dilute_what_is_said_of_a_series(clear: str, series: str, said: str) -> None:
    harmless = f"{clear} " * 3
    assert judge(f"{harmless}{series} {said}.").verdict is not Verdict.CLEAR
    assert judge(f"{clear} ons.gov.uk/calendar {series} {said}").verdict is not Verdict.CLEAR


@given(st.sampled_from(STATED + CLEAR), st.sampled_from(sorted(EVASIONS)))
def test_evasion_never_lowers_a_verdict(said: str, evasion: str) -> None:
    assert judge(EVASIONS[evasion](said)).verdict.strictness >= judge(said).verdict.strictness


@given(st.lists(st.sampled_from(STATED), min_size=1, max_size=3, unique=True))
def test_a_post_waits_for_the_last_of_the_releases_it_speaks_of(parts: list[str]) -> None:
    alone = [judge(part).release for part in parts]
    bound = judge(" ".join(parts)).release
    assert bound is not None
    instants = [diary(ENTRIES).entries[release].instant for release in alone if release is not None]
    assert diary(ENTRIES).entries[bound].instant >= max(instants)


@given(st.sampled_from(STATED), st.sampled_from(CLEAR))
def test_harmless_words_around_a_statement_do_not_free_it(stated: str, clear: str) -> None:
    assert judge(f"{clear} {stated}").verdict is not Verdict.CLEAR
    assert judge(f"{stated}\n\n{clear}").verdict is not Verdict.CLEAR


@settings(max_examples=60)
@given(st.text(max_size=280))
def test_no_text_breaks_the_classifier(text: str) -> None:
    judgement = judge(text)
    for one in judgement.evidence:
        assert 0 <= one.start <= one.end


def test_endless_posts_are_judged_in_time() -> None:
    for hostile in ("1 " * 10_000, "inflation " * 2_000, "i n f " * 3_000, "£" * 20_000, "ab@" * 6_000, "9." * 9_000):
        began = time.process_time()
        judge(hostile)
        assert time.process_time() - began < 2
