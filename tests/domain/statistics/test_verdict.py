"""What is bound, what needs a second person and what is clear: one sentence of the business each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway.domain.reader import reader_of
from gateway.domain.statistics import Said, judge_statistics
from gateway.domain.statistics.model import READERS, Model
from gateway.domain.statistics.nearness import Nearness
from gateway.domain.statistics.seen import look, readings_of
from tests.domain.statistics.bench import CPI_AUGUST, CPI_SEPTEMBER, GDP_AUGUST, diary, judge, policy, verdict


@pytest.mark.parametrize(
    ("said", "release"),
    [
        ("CPI rose by 3.2% in the 12 months to September 2026.", CPI_SEPTEMBER),
        ("Inflation: three point two per cent.", CPI_SEPTEMBER),
        ("GDP shrank in August.", GDP_AUGUST),
        ("GDP was flat.", GDP_AUGUST),
        ("One in four shops sold less. Retail sales out Friday.", "/releases/retail"),
        ("Unemployment 📈 tomorrow", "/releases/lm"),
        ("1nfl4tion is up", CPI_SEPTEMBER),
        ("House prices beat the forecast of 3%.", "/releases/hpi"),
        ("For the fourth month running, inflation has not moved.", CPI_SEPTEMBER),
        ("#InflationDown", CPI_SEPTEMBER),
    ],
)
def test_what_speaks_of_a_pending_release_is_bound_to_it(said: str, release: str) -> None:
    judgement = judge(said)
    assert (judgement.verdict, judgement.release) == ("bind", release)
    assert judgement.evidence


@pytest.mark.parametrize(
    "said",
    [
        "You might want to sit down before 9.30.",
        "Borrowers, look away now.",
        "Someone at the Treasury will be smiling.",
        "Ouch.",
        "The line goes down, then down again.",
        "Hold on to your hats!",
        "Tomorrow.",
        "📉",
        "Byddwn ni yn y swyddfa yfory.",
        "Рады видеть вас в нашем офисе завтра утром",
        "Nos bureaux seront fermés lundi prochain pour travaux.",
    ],
)
def test_what_is_not_understood_is_never_clear(said: str) -> None:
    assert verdict(said) != "clear"


@pytest.mark.parametrize(
    "said",
    [
        "Consumer price inflation is published at 7am on Wednesday 21 October. ons.gov.uk/releasecalendar",
        "Our Newport office is closed on Monday for the bank holiday.",
        "We're hiring! Apply for our data scientist roles by 30 October.",
        "Join our webinar on 4 November to learn how we measure prices. Register free.",
        "How do we measure inflation? Our guide explains.",
    ],
)
def test_safe_forms_are_clear(said: str) -> None:
    assert verdict(said) == "clear"


def test_a_figure_that_is_out_is_clear_and_names_its_release() -> None:
    judgement = judge("The Consumer Prices Index rose by 3.5% in the 12 months to August 2026.")
    assert (judgement.verdict, judgement.release) == ("clear", CPI_AUGUST)


def test_a_figure_that_is_out_does_not_carry_a_hint_with_it() -> None:
    assert verdict("CPI was 3.5% in August 2026. Enjoy it while it lasts.") != "clear"
    assert verdict("CPI rose by 3.5% in August 2026. It has fallen since.") != "clear"


@pytest.mark.parametrize(
    "said",
    [
        Said(("Our chart for Wednesday.",), alt_texts=("Line chart showing inflation falling to 3.2%",)),
        Said(("What do you think?",), poll_options=("Inflation fell", "Inflation fell a lot")),
        Said(("Our new page: ons.gov.uk/inflation-falls-to-3-2-percent",)),
        Said(("Our chart.",), file_names=("inflation_falls_september.png",)),
        Said(("Our office is open.",), links=("https://example.org/gdp-fell-in-august",)),
        Said(("Our office is open.", "Inflation fell.")),
        Said(("Our office is open.",), picture_words=("Inflation down to 3.2%",), pictures=1),
    ],
)
def test_every_place_of_a_post_is_read(said: Said) -> None:
    assert verdict(said) == "bind"


@pytest.mark.parametrize(
    "path",
    ["news/unemploymentratehits5point1percentseptember2026", "news/inflationfallsagain", "tradegapwidenstorecord"],
)
def test_a_page_name_run_together_is_read_word_by_word(path: str) -> None:
    text = f"Find the dates of our releases and how we make them at https://www.ons.gov.uk/{path}"
    assert verdict(text) != "clear"
    assert verdict(Said(("Our office is open.",), links=(f"https://www.ons.gov.uk/{path}",))) != "clear"


@pytest.mark.parametrize("path", ["releases/consumerpriceinflationukseptember2026", "methodology/howwecountpeople"])
def test_a_page_name_that_only_names_a_series_is_harmless(path: str) -> None:
    assert verdict(f"Find the dates of our releases and how we make them at https://www.ons.gov.uk/{path}") == "clear"


def test_pictures_nobody_read_need_clearance() -> None:
    seen = judge(Said(("We're hiring! Apply by 30 October.",), alt_texts=("Three colleagues at a desk",), pictures=1))
    assert (seen.verdict, seen.why) == ("needs_clearance", "picture_unread")


def test_disguised_letters_need_clearance_and_the_approver_sees_them_plain() -> None:
    seen = judge("Our Newport оffiсе is closed on Monday.")
    assert seen.verdict == "needs_clearance"
    assert seen.folded == ("Our Newport office is closed on Monday.",)


def test_evidence_points_at_what_was_typed() -> None:
    typed = "Our news: 𝗶𝗻𝗳𝗹𝗮𝘁𝗶𝗼𝗻 fell."
    found = next(one for one in judge(typed).evidence if one.words == "fell")
    assert typed[found.start : found.end] == "fell"
    assert found.release == CPI_SEPTEMBER


def test_out_now_waits_until_it_is_true() -> None:
    said = "Consumer price inflation, UK is out now."
    assert judge(said).release == CPI_SEPTEMBER
    assert verdict(said, as_of=datetime(2026, 9, 16, 8, tzinfo=UTC)) == "clear"


def test_the_same_post_gets_the_same_answer_under_a_version() -> None:
    assert judge("GDP was flat.") == judge("GDP was flat.")
    assert judge("GDP was flat.").version
    assert len(policy().id) == 64


@pytest.mark.parametrize(
    "said",
    [
        "CPI was 3.5%, as published in our September 2026 bulletin.",
        "In our 16 September release, CPI was 3.5%.",
        "CPI was 3.5% in the year to August 2026, up from 3.4% in the previous month.",
    ],
)
def test_a_figure_is_traced_to_the_release_it_says_it_came_out_in(said: str) -> None:
    assert (verdict(said), judge(said).release) in {("clear", CPI_AUGUST)}


@pytest.mark.parametrize(
    "said",
    [
        "CPI was 3.2% in September 2026, as published in our September bulletin.",
        "In our 21 October release, CPI was 3.2%.",
        "CPI was 3.2%, as we will publish in October.",
        "CPI was 3.5% in August 2026. Those were the days, until tomorrow.",
    ],
)
def test_what_a_release_that_is_out_cannot_have_held_waits(said: str) -> None:
    assert verdict(said) != "clear"


def test_a_statement_that_names_no_series_is_bound_by_its_words() -> None:
    assert judge("Thefts went up by 12.4% and burglaries fell. Police know why.").release == "/releases/crime"
    assert judge("Muhammad and Olivia are 3.2% more popular with parents of newborn boys.").release is not None


def test_no_cue_within_a_link_is_waived() -> None:
    said = Said(("Our Newport office is closed on Monday.",), links=("https://example.org/rise",))
    trusting = replace(policy().rules, model=Model(*(reader_of({}, -1_000_000) for _ in READERS)))
    assert judge_statistics(said, diary(), trusting).verdict != "clear"


def test_what_is_said_of_our_next_update_is_read_as_beside_a_release() -> None:
    said = "Restaurants had a winter to forget, and our next dashboard update tells why."
    readings = readings_of(Said((said,)), diary(), policy().rules.lexicon)
    assert look(readings, diary(), policy().rules.lexicon, policy().rules.signs).nearness is Nearness.BESIDE


@pytest.mark.parametrize(
    "end", ["Out a week today.", "Out on the 26th.", "Out Thursday.", "Out next Tuesday.", "Out 12 October."]
)
def test_what_is_said_to_be_out_soon_is_read_as_beside_a_release(end: str) -> None:
    readings = readings_of(Said((f"We walk more than we did. {end}",)), diary(), policy().rules.lexicon)
    assert look(readings, diary(), policy().rules.lexicon, policy().rules.signs).nearness is Nearness.BESIDE
    dog = readings_of(Said(("We took the dog out for a week.",)), diary(), policy().rules.lexicon)
    assert look(dog, diary(), policy().rules.lexicon, policy().rules.signs).nearness is Nearness.FAR


@pytest.mark.parametrize("said", ["Need to talk? Childline is on 0800 1111.", "R 4.7.1 broke one of our packages."])
def test_numbers_to_call_and_of_versions_are_no_figures(said: str) -> None:
    assert not {one.rule for one in judge(said).evidence} & {"figure", "loose_figure", "count", "own_figure"}
    assert "loose_figure" in {one.rule for one in judge("R 4.7% broke one of our packages.").evidence}


def test_a_countdown_to_a_release_is_read_as_beside_it() -> None:
    said = "Three quarters of the oldest now do. Half an hour to go until the full release."
    readings = readings_of(Said((said,)), diary(), policy().rules.lexicon)
    assert look(readings, diary(), policy().rules.lexicon, policy().rules.signs).nearness is Nearness.BESIDE
