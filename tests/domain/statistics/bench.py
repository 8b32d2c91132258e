"""What the classifier's tests stand on: the shipped policy, small calendars, and a day."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from gateway.domain.reader import reader_of
from gateway.domain.release import Entry, ReleaseState
from gateway.domain.statistics import Diary, Judgement, Said, judge_statistics
from gateway.domain.statistics.model import READERS, Model
from gateway.embargo_policy import EmbargoPolicy, read_embargo_policy

MONDAY = datetime(2026, 10, 5, 8, tzinfo=UTC)
CPI_AUGUST = "/releases/cpiaugust2026"
CPI_SEPTEMBER = "/releases/cpiseptember2026"
GDP_AUGUST = "/releases/gdpaugust2026"
# Readers that take everything for harmless, so that grammar and calendar alone decide.
TRUSTING = Model(*(reader_of({}, -1_000_000) for _ in READERS))


def entry(
    uri: str, title: str, instant: datetime, *, out: bool = False, state: ReleaseState = ReleaseState.FINAL
) -> Entry:
    """One calendar entry."""
    return Entry(uri, title, instant, state, out)


ENTRIES = (
    entry(CPI_AUGUST, "Consumer price inflation, UK: August 2026", datetime(2026, 9, 16, 6, tzinfo=UTC), out=True),
    entry(CPI_SEPTEMBER, "Consumer price inflation, UK: September 2026", datetime(2026, 10, 21, 6, tzinfo=UTC)),
    entry(
        "/releases/gdpjuly2026", "GDP monthly estimate, UK: July 2026", datetime(2026, 9, 11, 6, tzinfo=UTC), out=True
    ),
    entry(GDP_AUGUST, "GDP monthly estimate, UK: August 2026", datetime(2026, 10, 15, 6, tzinfo=UTC)),
    entry("/releases/lm", "UK Labour Market: October 2026", datetime(2026, 10, 20, 6, tzinfo=UTC)),
    entry("/releases/hpi", "UK House Price Index: August 2026", datetime(2026, 10, 21, 8, 30, tzinfo=UTC)),
    entry("/releases/names", "Baby names in England and Wales: 2025", datetime(2026, 10, 22, 8, 30, tzinfo=UTC)),
    entry("/releases/retail", "Retail sales, Great Britain: September 2026", datetime(2026, 10, 23, 6, tzinfo=UTC)),
    entry(
        "/releases/crime",
        "Crime in England and Wales: year ending June 2026",
        datetime(2026, 10, 22, 8, 30, tzinfo=UTC),
    ),
)


@cache
def policy() -> EmbargoPolicy:
    """The policy as shipped."""
    return read_embargo_policy()


@cache
def diary(entries: tuple[Entry, ...] = ENTRIES, as_of: datetime = MONDAY) -> Diary:
    """A calendar on a day."""
    return Diary(entries, policy().series, as_of)


def judge(said: str | Said, entries: tuple[Entry, ...] = ENTRIES, as_of: datetime = MONDAY) -> Judgement:
    """What the classifier says."""
    what = Said((said,)) if isinstance(said, str) else said
    return judge_statistics(what, diary(entries, as_of), policy().rules)


def verdict(said: str | Said, entries: tuple[Entry, ...] = ENTRIES, as_of: datetime = MONDAY) -> str:
    """The verdict alone."""
    return str(judge(said, entries, as_of).verdict)
