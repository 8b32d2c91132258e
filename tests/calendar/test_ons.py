"""The ONS calendar: real answers are read as they are meant; anything doubtful is refused whole."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.calendar import ons
from gateway.calendar.fields import LARGEST, LONDON
from gateway.calendar.refused import CalendarRefused
from gateway.domain.release import Entry, ReleaseState

SAMPLES = Path(__file__).parent / "samples"


def sample(name: str) -> dict[str, Entry]:
    return {entry.id: entry for entry in ons.read((SAMPLES / name).read_bytes())}


def release(**described: Any) -> dict[str, Any]:
    """One entry of the answer, final and to come, with the given description."""
    description = {
        "title": "Consumer price inflation, UK: October 2026",
        "summary": "",
        "release_date": "2026-11-18T07:00:00.000Z",
        "published": False,
        "cancelled": False,
        "finalised": True,
        "postponed": False,
        "census": False,
    }
    uri = described.pop("uri", "/releases/cpi")
    changes = {"date_changes": described.pop("date_changes")} if "date_changes" in described else {}
    return {"uri": uri, **changes, "description": {**description, **described}}


def answer(*releases: object) -> bytes:
    return json.dumps({"took": 1, "breakdown": {"total": len(releases)}, "releases": list(releases)}).encode()


def only(**described: Any) -> Entry:
    (entry,) = ons.read(answer(release(**described)))
    return entry


def without(name: str) -> dict[str, Any]:
    whole = release()
    del whole["description"][name]
    return whole


def test_reads_the_upcoming_calendar_whole() -> None:
    entries = sample("upcoming.json")
    assert len(entries) == 72
    assert sum(entry.state is ReleaseState.PROVISIONAL for entry in entries.values()) == 11
    assert not any(entry.published for entry in entries.values())
    income = entries["/releases/averagehouseholdincomeukfinancialyearending2025"]
    assert income.title == "Average household income, UK: financial year ending 2025"
    assert income.instant == datetime(2026, 10, 2, 8, 30, tzinfo=UTC)
    assert income.state is ReleaseState.FINAL


def test_an_entry_brought_forward_counts_at_its_new_instant_though_it_is_called_postponed() -> None:
    moved = sample("upcoming.json")["/releases/impactofweatheronconsumerandbusinessspendingukdecember2026"]
    assert moved.instant == datetime(2026, 12, 4, 9, 30, tzinfo=UTC)
    assert moved.state is ReleaseState.FINAL


def test_every_cancelled_entry_is_cancelled_even_where_it_is_final_or_postponed_too() -> None:
    entries = sample("cancelled.json")
    assert len(entries) == 7
    assert {entry.state for entry in entries.values()} == {ReleaseState.CANCELLED}


def test_every_published_entry_is_final_and_published() -> None:
    entries = sample("published.json")
    assert len(entries) == 7
    assert all(entry.published and entry.state is ReleaseState.FINAL for entry in entries.values())


def test_cancelled_wins_over_published() -> None:
    entry = only(cancelled=True, published=True)
    assert entry.state is ReleaseState.CANCELLED
    assert not entry.published


def test_what_is_not_finalised_stays_provisional_whatever_else_it_says() -> None:
    assert only(finalised=False, provisional_date="November 2026").state is ReleaseState.PROVISIONAL
    assert only(finalised=False, published=True).state is ReleaseState.PROVISIONAL
    assert only(finalised=True, provisional_date="19 November 2026 9:30am\n").state is ReleaseState.FINAL


@pytest.mark.parametrize("changes", [None, [], [{"previous_date": "2018-06-01", "change_notice": ""}]])
def test_date_changes_may_be_null_absent_or_empty(changes: object) -> None:
    assert only(date_changes=changes) == only()


def test_titles_keep_their_figures() -> None:
    title = "GDP monthly estimate: around 79% of UK GDP, up 0.2% in 2026"
    assert only(title=f" {title}\n").title == title


@pytest.mark.parametrize(
    "written",
    [
        "2026-07-15T08:30:00.000Z",
        "2026-07-15T08:30:00Z",
        "2026-07-15T08:30Z",
        "2026-07-15T09:30:00+01:00",
        "2026-07-15T09:30:00+0100",
        "2026-07-15T10:30:00.000000000+02:00",
        "2026-07-15",
    ],
)
def test_an_instant_is_read_in_utc_or_with_its_offset_and_a_date_alone_is_half_past_nine_in_london(
    written: str,
) -> None:
    assert only(release_date=written).instant == datetime(2026, 7, 15, 8, 30, tzinfo=UTC)


@given(st.dates(datetime(1996, 1, 1).date(), datetime(2037, 12, 31).date()))  # noqa: DTZ001 (days, not instants)
def test_a_date_alone_never_opens_before_half_past_nine_on_a_london_clock(day: Any) -> None:
    instant = only(release_date=day.isoformat()).instant
    at_london = instant.astimezone(LONDON)
    assert (at_london.date(), at_london.hour, at_london.minute) == (day, 9, 30)
    assert instant.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "written",
    [
        "", "soon", "2026-07-15T09:30:00", "2026-07-15 09:30", "2026-13-01", "2026-02-30T07:00:00Z", "20260715",
        "2026-W29-3", "2026-07-15T25:00:00Z", "15 July 2026", "0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-23:00",
        "2026-07-15T09:30:00Europe/London", None, 1784104200, True, ["2026-07-15"],
    ],
)  # fmt: skip
def test_a_time_that_is_naive_or_none_is_refused(written: object) -> None:
    with pytest.raises(CalendarRefused) as refused:
        ons.read(answer(release(uri="/releases/a"), release(release_date=written)))
    assert refused.value.index == 1
    assert str(refused.value).startswith("Entry 2: release_date")


@pytest.mark.parametrize(
    "body",
    [
        b"", b" \n", b"{", b"<html>429 Too Many Requests</html>", b"null", b"[]", b"{}", b'{"releases": null}',
        b'{"releases": {}}', b'{"releases": []}', b'{"releases": [NaN]}', b"\xff\xfe{\x00}\x00", b"[" * 100_000,
        b'{"releases": [' + b"1" * 5_000 + b"]}", b'{"releases": [1], "releases": [2]}', b" " * (LARGEST + 1),
    ],
    ids=range(16),
)  # fmt: skip
def test_what_is_no_whole_calendar_is_refused(body: bytes) -> None:
    with pytest.raises(CalendarRefused):
        ons.read(body)


@pytest.mark.parametrize(
    "entry",
    [
        None, 1, [], {}, {"uri": "/releases/a"}, {"uri": "/releases/a", "description": []}, release(uri=None),
        release(uri=""), release(uri="releases/a"), release(uri="https://www.ons.gov.uk/releases/a"),
        release(uri="/releases/a b"), release(uri="/" + "a" * 501), release(title=""), release(title=None),
        release(title="a\u202eb"), release(title="a" * 1_001), release(cancelled="false"), release(published=0),
        release(finalised=None), release(date_changes="none"), release(date_changes=["2018-06-01"]),
        without("cancelled"), without("published"), without("finalised"), without("title"), without("release_date"),
    ],
)  # fmt: skip
def test_one_bad_entry_refuses_the_whole_calendar_and_is_named(entry: object) -> None:
    with pytest.raises(CalendarRefused) as refused:
        ons.read(answer(release(uri="/releases/first"), entry))
    assert refused.value.index == 1


def test_the_same_entry_twice_counts_once() -> None:
    assert len(ons.read(answer(release(), release(), release(uri="/releases/other")))) == 2


@pytest.mark.parametrize(
    "other",
    [
        {"release_date": "2026-11-19T07:00:00.000Z"},
        {"title": "Something else"},
        {"finalised": False},
        {"cancelled": True},
        {"published": True},
    ],
)
def test_a_calendar_that_contradicts_itself_is_refused(other: dict[str, Any]) -> None:
    with pytest.raises(CalendarRefused, match="contradicts itself") as refused:
        ons.read(answer(release(), release(**other)))
    assert refused.value.index == 1


@pytest.mark.slow
def test_a_calendar_of_absurd_length_is_refused() -> None:
    with pytest.raises(CalendarRefused, match="20,000"):
        ons.read(json.dumps({"releases": [0] * 20_001}).encode())


def test_a_byte_order_mark_does_no_harm() -> None:
    assert ons.read(b"\xef\xbb\xbf" + answer(release())) == ons.read(answer(release()))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(["uri", "title", "release_date", "published", "cancelled", "finalised", "date_changes"]), JSON)
def test_whatever_stands_in_a_field_the_answer_is_entries_or_a_refusal(field: str, value: object) -> None:
    try:
        entry = only(**{field: value})
    except CalendarRefused:
        return
    assert entry.instant.tzinfo is UTC
    assert entry.id.startswith("/")
    assert entry.title


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_or_read(body: bytes) -> None:
    with pytest.raises(CalendarRefused):
        ons.read(body)


@given(st.data())
def test_a_calendar_cut_off_anywhere_is_refused(data: st.DataObject) -> None:
    whole = answer(release(), release(uri="/releases/other"))
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(CalendarRefused):
        ons.read(whole[:cut])
