"""The calendar decides: the same words, with their release published, moved, cancelled, provisional or absent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.domain.release import Entry, ReleaseState
from gateway.domain.statistics import Judgement, Said, judge_statistics
from tests.domain.statistics.bench import MONDAY, TRUSTING, diary, entry, judge, policy, verdict

FIGURES = {
    "Consumer price inflation, UK": "CPI rose by 3.2% in the 12 months to September 2026.",
    "GDP monthly estimate, UK": "UK GDP fell by 0.2% in August 2026.",
    "Retail sales, Great Britain": "Retail sales volumes rose by 0.9% in September 2026.",
    "UK House Price Index": "Average UK house prices increased by 2.8% in the 12 months to August 2026.",
    "Producer price inflation, UK": "Producer input prices rose by 0.8% in the year to September 2026.",
    "Public sector finances, UK": "Public sector net borrowing was £19.6 billion in September 2026.",
    "UK trade": "The total trade deficit narrowed to £7.1 billion in the three months to August 2026.",
    "Index of Services, UK": "Services output grew by 0.1% in August 2026.",
    "Construction output in Great Britain": "Construction output fell by 0.4% in August 2026.",
    "Claimant Count": "The Claimant Count increased to 1.7 million in September 2026.",
}
DUE = datetime(2026, 10, 21, 6, tzinfo=UTC)
AFTER = DUE + timedelta(hours=3)
POSTS = pytest.mark.parametrize(("title", "said"), FIGURES.items(), ids=FIGURES)


def pending(title: str) -> Entry:
    return entry("/releases/this", f"{title}: October 2026", DUE)


@POSTS
def test_pending_binds(title: str, said: str) -> None:
    assert (judge(said, (pending(title),)).verdict, judge(said, (pending(title),)).release) == (
        "bind",
        "/releases/this",
    )


@POSTS
def test_published_is_clear(title: str, said: str) -> None:
    out = (replace(pending(title), published=True),)
    assert (verdict(said, out, AFTER), judge(said, out, AFTER).release) == ("clear", "/releases/this")


@POSTS
def test_past_but_not_seen_published_binds(title: str, said: str) -> None:
    assert verdict(said, (pending(title),), AFTER) == "bind"


@POSTS
def test_moved_binds_beyond_the_old_instant(title: str, said: str) -> None:
    moved = (replace(pending(title), instant=DUE + timedelta(days=7)),)
    assert verdict(said, moved, AFTER) == "bind"


@POSTS
def test_cancelled_needs_clearance(title: str, said: str) -> None:
    cancelled = (replace(pending(title), state=ReleaseState.CANCELLED),)
    assert verdict(said, cancelled) == "needs_clearance"


@POSTS
def test_absent_needs_clearance(title: str, said: str) -> None:
    other = (entry("/releases/other", "Time use in the UK: 2025", DUE),)
    assert verdict(said, other) == "needs_clearance"


@POSTS
def test_provisional_binds_even_when_its_placeholder_is_past(title: str, said: str) -> None:
    provisional = (replace(pending(title), state=ReleaseState.PROVISIONAL, published=True),)
    assert verdict(said, provisional, AFTER) == "bind"


def test_an_announcement_of_a_cancelled_or_unknown_release_needs_clearance() -> None:
    said = "Retail sales, Great Britain is published at 7am on Wednesday 21 October."
    known = pending("Retail sales, Great Britain")
    assert verdict(said, (known,)) == "clear"
    assert verdict(said, (replace(known, state=ReleaseState.CANCELLED),)) == "needs_clearance"
    assert verdict(said, (replace(known, state=ReleaseState.PROVISIONAL),)) == "needs_clearance"
    assert verdict(said, (entry("/releases/other", "Time use in the UK: 2025", DUE),)) == "needs_clearance"
    assert verdict(said, (known,), MONDAY + timedelta(days=30)) == "needs_clearance"


TOLD_ON_A_DAY = (
    "The Claimant Count increased to 1.7 million, as we reported on {day}.",
    "ICYMI, published {day}: the Claimant Count was 1.7 million, up 12,000 on the month.",
    "In the figures we released on {day}, the Claimant Count fell by 0.4%.",
)


@pytest.mark.parametrize("said", TOLD_ON_A_DAY)
def test_a_figure_told_of_a_day_is_clear_only_where_its_release_came_out_on_that_very_day(said: str) -> None:
    out = entry("/releases/last", "Claimant Count: September 2026", datetime(2026, 9, 15, 6, tzinfo=UTC))
    calendar = (replace(out, published=True), pending("Claimant Count"))
    told = judge(said.format(day="15 September"), calendar)
    assert (told.verdict, told.release) == ("clear", "/releases/last")
    for other in ("14 September", "21 October", "15 October", "15 September 2025"):
        assert verdict(said.format(day=other), calendar) != "clear", other
    assert verdict(said.format(day="15 September"), (out, pending("Claimant Count"))) != "clear", "not seen to be out"


def test_a_day_on_which_the_last_one_came_out_does_not_clear_what_is_said_of_the_next() -> None:
    out = entry("/releases/last", "Claimant Count: September 2026", datetime(2026, 9, 15, 6, tzinfo=UTC))
    calendar = (replace(out, published=True), pending("Claimant Count"))
    for said in (
        "The Claimant Count was 1.7 million on 15 September. It will be 1.8 million on 21 October.",
        "Last published 15 September, the Claimant Count rises to 1.8 million next time.",
        "The Claimant Count came out on 15 September. For October 2026 it increased to 1.8 million.",
    ):
        assert verdict(said, calendar) != "clear", said


def test_what_the_calendar_shows_as_out_is_bound_all_the_same_where_it_is_said_to_come() -> None:
    out = entry("/releases/last", "Claimant Count: September 2026", datetime(2026, 9, 15, 6, tzinfo=UTC))
    calendar = (replace(out, published=True), pending("Claimant Count"))
    said = "The Claimant Count rose to 1.7 million in August 2026."
    assert judge(said, calendar).release == "/releases/last"
    for told in ("Coming 21 October.", "Out on Wednesday 21 October."):
        found = judge(f"{said} {told}", calendar)
        assert (found.verdict, found.release) == ("bind", "/releases/this"), told
    ahead = judge(f"We can share ahead of the 21st that {said}", calendar)
    assert (ahead.verdict, ahead.release) == ("bind", "/releases/this")
    assert verdict(f"{said} Next update: 21 October.", calendar) == "clear"


RETAIL_OUT = entry("/releases/last", "Retail sales, Great Britain: August 2026", datetime(2026, 9, 18, 6, tzinfo=UTC))
RETAIL = (replace(RETAIL_OUT, published=True), pending("Retail sales, Great Britain"))


def test_a_picture_of_a_period_that_is_not_out_is_not_cleared_by_words_about_the_latest_bulletin() -> None:
    words = "Read more in our latest bulletin, published last month."
    old, new = (f"Chart of retail sales to {m} 2026. Food is highest at 2.1%." for m in ("August", "September"))
    assert verdict(Said((words,), alt_texts=(new,)), RETAIL) != "clear"
    assert verdict(Said((words,), alt_texts=(old,)), RETAIL) == "clear"


def test_figures_of_places_are_not_taken_from_a_release_that_has_none() -> None:
    assert verdict("Retail sales volumes rose by 0.9% in August 2026.", RETAIL) == "clear"
    assert (
        verdict("Among city regions, retail sales volumes rose most in Leeds in August 2026, by 0.9%.", RETAIL)
        != "clear"
    )


def benefits(year: int, *, out: bool) -> Entry:
    title = f"Effects of taxes and benefits on UK household income: financial year ending {year}"
    return entry(f"/releases/etb{year}", title, datetime(year + 1, 9, 22, 8, 30, tzinfo=UTC), out=out)


def trusted(said: str, entries: tuple[Entry, ...], as_of: datetime) -> Judgement:
    """What is judged where the readers take everything for harmless, so that the calendar alone decides."""
    rules = replace(policy().rules, model=TRUSTING)
    return judge_statistics(Said((said,)), diary(entries, as_of), rules)


def test_an_old_period_is_not_out_while_a_release_that_names_it_is_pending() -> None:
    said = "Redistribution was worth 5.1% in FYE 2026."
    early, late = datetime(2027, 9, 6, 8, tzinfo=UTC), datetime(2027, 10, 4, tzinfo=UTC)
    assert trusted(said, (benefits(2025, out=True), benefits(2026, out=False)), early).why != "published"
    assert trusted(said, (benefits(2025, out=True), benefits(2026, out=True)), late).why == "published"


@pytest.mark.parametrize("hour", ["09:30 today.", "9.30am this morning."])
def test_a_figure_beside_an_hour_of_today_that_is_to_come_is_not_cleared(hour: str) -> None:
    said = f"{hour} Headline is 2,140 assets held by funded occupational schemes at end March."
    pensions = (entry("/releases/fpus", "Funded occupational pension schemes in the UK: January to March 2026", DUE),)
    assert trusted(said, pensions, DUE - timedelta(hours=1)).verdict != "clear"
    assert trusted(said, pensions, DUE + timedelta(hours=6)).verdict == "clear"


def test_everyday_words_do_not_make_a_figure_one_that_is_out() -> None:
    said = "What UK firms charged other firms went up 2.4% in the year to Quarter 2 2026."
    firms = "Business insights and impact on the UK economy: 1 October 2026"
    out = (entry("/releases/bics", firms, datetime(2026, 10, 1, 8, 30, tzinfo=UTC), out=True),)
    assert trusted(said, out, MONDAY).why != "published"
    assert trusted("Business insights: prices rose at 14% of firms in June 2026.", out, MONDAY).why == "published"


def test_a_name_of_two_series_is_out_only_where_both_are() -> None:
    crime = "Crime in England and Wales: year ending June 2027"
    homicide = "Homicide in England and Wales: year ending March 2027"
    out = entry("/releases/crime", crime, datetime(2027, 10, 21, 8, 30, tzinfo=UTC), out=True)
    late = entry("/releases/homicide", homicide, datetime(2028, 2, 10, 9, 30, tzinfo=UTC))
    seen = entry("/releases/homicide", homicide, datetime(2028, 1, 10, 9, 30, tzinfo=UTC), out=True)
    said = "There were 488 homicides in the year ending March 2027, and 41% were with a sharp instrument."
    january = datetime(2028, 1, 17, 9, tzinfo=UTC)
    assert trusted(said, (out, late), january).why != "published"
    assert trusted(said, (out, seen), january).why == "published"


def test_a_month_without_its_year_is_the_nearest_one() -> None:
    last = entry("/releases/last", "Claimant Count: September 2026", datetime(2026, 9, 15, 6, tzinfo=UTC))
    calendar = (replace(last, published=True), pending("Claimant Count"))
    as_of = datetime(2026, 10, 5, 8, tzinfo=UTC)
    assert trusted("The Claimant Count rose to 1.7 million in December 2025.", calendar, as_of).why == "published"
    assert trusted("The Claimant Count rose to 1.7 million in December.", calendar, as_of).why != "published"
