"""Calendars of other kinds: a release page, iCalendar, RSS and GOV.UK announcements, read as they are meant or not."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.calendar.fields import LONDON
from gateway.calendar.readers import read
from gateway.calendar.refused import CalendarRefused
from gateway.domain.release import Entry, ReleaseState

SAMPLES = Path(__file__).parent / "samples"
INSTANT = datetime(2026, 10, 20, 6, tzinfo=UTC)
FINAL, PROVISIONAL, CANCELLED = ReleaseState.FINAL, ReleaseState.PROVISIONAL, ReleaseState.CANCELLED


def sample(name: str) -> Entry:
    (entry,) = read((SAMPLES / name).read_bytes())
    return entry


def refused(body: bytes) -> str:
    with pytest.raises(CalendarRefused) as caught:
        read(body)
    return str(caught.value)


# --- iCalendar --------------------------------------------------------------------------------------------------------


def event(**over: str) -> str:
    """One event as ONS writes it: no folding, no escaping."""
    lines = {
        "DTSTAMP": "20261002T080000Z",
        "DTSTART": "20261020T060000Z",
        "DTEND": "20261020T060000Z",
        "SUMMARY": "Consumer price inflation, UK; September 2026",
        "UID": "/releases/cpi",
        "STATUS": "Confirmed",
        "DESCRIPTION": "Price indices, percentage changes, and weights; for the different measures " * 3,
        **over,
    }
    return "\r\n".join(["BEGIN:VEVENT", *(f"{name}:{value}" for name, value in lines.items() if value), "END:VEVENT"])


def ics(*events: str) -> bytes:
    return "\r\n".join(
        ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//ONS//EN", *(events or (event(),)), "END:VCALENDAR", ""]
    ).encode()


def test_an_event_is_a_release_though_its_lines_are_neither_folded_nor_escaped() -> None:
    (entry,) = read(ics())
    assert entry == Entry(
        "/releases/cpi", "Consumer price inflation, UK; September 2026", INSTANT, FINAL, published=False
    )


@pytest.mark.parametrize(
    ("word", "state", "published"),
    [
        ("Confirmed", FINAL, False),
        ("Cadarnhawyd", FINAL, False),
        ("PROVISIONAL", PROVISIONAL, False),
        ("Dros dro", PROVISIONAL, False),
        ("Cancelled", CANCELLED, False),
        ("Canslwyd", CANCELLED, False),
        ("Published", FINAL, True),
        ("Cyhoeddwyd", FINAL, True),
    ],
)
def test_the_calendars_own_status_words_are_known_in_both_languages(
    word: str, state: ReleaseState, published: bool
) -> None:
    (entry,) = read(ics(event(STATUS=word)))
    assert (entry.state, entry.published, entry.says_state) == (state, published, True)


@pytest.mark.parametrize("word", ["Postponed", "Gohiriwyd"])
def test_postponed_says_nothing_about_how_firm_an_entry_is(word: str) -> None:
    (entry,) = read(ics(event(STATUS=word)))
    assert (entry.state, entry.published, entry.says_state) == (PROVISIONAL, False, False)


@pytest.mark.parametrize(
    ("start", "instant"),
    [
        ("DTSTART:20261020T060000Z", INSTANT),
        ("DTSTART;VALUE=DATE:20261020", datetime(2026, 10, 20, 8, 30, tzinfo=UTC)),
        ("DTSTART;VALUE=DATE:20261120", datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
        ("DTSTART;TZID=Europe/London:20261020T070000", INSTANT),
    ],
)
def test_an_event_has_its_own_instant_and_a_day_alone_is_half_past_nine(start: str, instant: datetime) -> None:
    (entry,) = read(ics(event().replace("DTSTART:20261020T060000Z", start)))
    assert entry.instant == instant


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (ics(event(STATUS="Soon")), "not a word this gateway knows"),
        (ics(event(STATUS="")), "exactly one readable STATUS"),
        (ics(event(UID="someone@elsewhere")), "path that begins with a slash"),
        (ics(event(DTSTART="20261020T060000")), "no time zone"),
        (ics(event(DTSTART="20269920T060000Z")), "exactly one readable DTSTART"),
        (ics(event(DESCRIPTION="said\r\nSTATUS:Published")), "exactly one readable STATUS"),
        (ics(event(DESCRIPTION="said\r\nDTSTART:20261001T060000Z")), "exactly one readable DTSTART"),
        (ics(event(RRULE="FREQ=DAILY")), "repeats"),
        (ics(event(SUMMARY="a\u202eb")), "plain text"),
        (ics(event(), event(STATUS="Cancelled")), "contradicts itself"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "no releases"),
        (b"BEGIN:VCALENDAR\xff", "not whole"),
    ],
)
def test_an_event_that_is_doubtful_refuses_the_whole_calendar(body: bytes, said: str) -> None:
    assert said in refused(body)


def test_the_same_event_twice_counts_once() -> None:
    assert len(read(ics(event(), event()))) == 1


@given(st.data())
def test_icalendar_cut_off_anywhere_is_refused(data: st.DataObject) -> None:
    whole = ics(event(), event(UID="/releases/other")).rstrip()
    refused(whole[: data.draw(st.integers(0, len(whole) - 1))])


@given(st.sampled_from(["SUMMARY", "UID", "STATUS", "DTSTART", "DESCRIPTION"]), st.text(max_size=30))
def test_whatever_stands_in_an_event_the_answer_is_an_entry_or_a_refusal(name: str, value: str) -> None:
    try:
        entries = read(ics(event(**{name: value})))
    except CalendarRefused:
        return
    for entry in entries:
        assert entry.instant.utcoffset() == timedelta(0)
        assert entry.id.startswith("/")
        assert entry.title.isprintable()


# --- RSS --------------------------------------------------------------------------------------------------------------


def item(**over: str) -> str:
    fields = {
        "title": "Consumer price inflation, UK: September 2026",
        "link": "https://www.ons.gov.uk/releases/cpi",
        "description": "Price indices",
        "pubDate": "Tue, 20 Oct 2026 06:00:00 +0000",
        **over,
    }
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return f"<item>{inner}</item>"


def rss(*items: str, head: str = "") -> bytes:
    inner = "".join(items or (item(),))
    channel = f"<channel><title>Release calendar</title><link>https://www.ons.gov.uk</link>{inner}</channel>"
    return f'<?xml version="1.0" encoding="UTF-8"?>{head}<rss version="2.0">{channel}</rss>'.encode()


def test_a_feed_tells_the_instant_and_nothing_about_how_firm_it_is() -> None:
    (entry,) = read(rss())
    assert (entry.id, entry.instant, entry.published) == ("/releases/cpi", INSTANT, False)
    assert (entry.state, entry.says_state) == (PROVISIONAL, False)


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("Tue, 20 Oct 2026 07:00:00 +0100", INSTANT),
        ("Tue, 20 Oct 2026 06:00:00 GMT", INSTANT),
        ("Tue, 20 Oct 2026", datetime(2026, 10, 20, 8, 30, tzinfo=UTC)),
        ("20 Nov 2026", datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
    ],
)
def test_a_feeds_date_is_read_with_its_zone_and_a_day_alone_is_half_past_nine(written: str, instant: datetime) -> None:
    (entry,) = read(rss(item(pubDate=written)))
    assert entry.instant == instant


@pytest.mark.parametrize(
    "body",
    [
        rss(item(pubDate="")),
        rss(item(pubDate="Tue, 20 Oct 2026 07:00:00")),
        rss(item(pubDate="Tue, 20 Oct 2026 07:00:00 BST")),
        rss(item(pubDate="tomorrow")),
        rss(item(link="https://elsewhere.example/releases/cpi")),
        rss(item(link="https://www.ons.gov.uk/releases/cpi?rss")),
        rss(item(link="")),
        rss(item(title="")),
        rss(item(), item(pubDate="Wed, 21 Oct 2026 06:00:00 +0000")),
        rss(head='<!DOCTYPE rss SYSTEM "https://elsewhere.example/x.dtd">'),
        rss(head='<!DOCTYPE r [<!ENTITY a "aaaa">]>'),
        rss(item())[:-7],
        b'<?xml version="1.0"?><rss version="2.0"><channel></channel></rss>',
        b'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"></feed>',
        b"<?xml",
    ],
    ids=range(15),
)
def test_a_doubtful_feed_is_refused(body: bytes) -> None:
    refused(body)


@given(st.sampled_from(["title", "link", "pubDate", "description"]), st.text(max_size=30))
def test_whatever_stands_in_an_item_the_answer_is_an_entry_or_a_refusal(name: str, value: str) -> None:
    try:
        (entry,) = read(rss(item(**{name: value})))
    except CalendarRefused:
        return
    assert entry.title.isprintable()
    assert not entry.published
    assert not entry.says_state


# --- a release page ---------------------------------------------------------------------------------------------------


def page(**described: Any) -> bytes:
    whole = json.loads((SAMPLES / "release_page.json").read_bytes())
    whole["description"] |= described
    return json.dumps(whole).encode()


def test_a_release_page_gives_its_one_release() -> None:
    entry = sample("release_page.json")
    assert entry.id == "/releases/consumerpriceinflationukaugust2026"
    assert (entry.instant, entry.state, entry.published) == (datetime(2026, 9, 16, 6, tzinfo=UTC), FINAL, False)
    (out,) = read(page(published=True))
    assert out.published


def test_on_a_page_cancelled_wins_and_a_notice_of_cancellation_without_it_is_refused() -> None:
    (entry,) = read(page(cancelled=True, published=True, cancellation_notice=["why"]))
    assert (entry.state, entry.published) == (CANCELLED, False)
    assert "contradicts itself" in refused(page(cancellation_notice=["why"]))


def test_of_a_page_the_title_alone_is_taken() -> None:
    (entry,) = read(page(summary="CPI rose 3.7%", published=True))
    assert "3.7" not in repr(entry)


# --- GOV.UK -----------------------------------------------------------------------------------------------------------


def announcement(**details: Any) -> bytes:
    whole = json.loads((SAMPLES / "govuk_confirmed.json").read_bytes())
    whole["details"] |= details
    return json.dumps(whole).encode()


def result(**over: Any) -> bytes:
    whole = json.loads((SAMPLES / "govuk_search.json").read_bytes())
    whole["results"][0] |= over
    return json.dumps(whole).encode()


def test_announcements_are_confirmed_cancelled_moved_or_provisional() -> None:
    confirmed, moved = sample("govuk_confirmed.json"), sample("govuk_moved.json")
    assert (confirmed.state, confirmed.instant) == (FINAL, datetime(2018, 1, 11, 9, 30, tzinfo=UTC))
    assert confirmed.id == "/government/statistics/announcements/vehicle-licensing-statistics-november-2017"
    assert (moved.state, moved.instant) == (FINAL, datetime(2016, 1, 20, 9, 30, tzinfo=UTC))
    assert sample("govuk_cancelled.json").state is CANCELLED
    provisional = sample("govuk_provisional.json")
    assert (provisional.state, provisional.instant) == (PROVISIONAL, datetime(2016, 1, 31, 9, 30, tzinfo=UTC))
    assert sample("govuk_search.json").state is CANCELLED
    assert not any(sample(f"govuk_{name}.json").published for name in ("confirmed", "moved", "cancelled", "search"))


@pytest.mark.parametrize(
    ("shown", "instant"),
    [
        ("11 July 2018 9:30am", datetime(2018, 7, 11, 8, 30, tzinfo=UTC)),
        ("11 July 2018 7am", datetime(2018, 7, 11, 6, tzinfo=UTC)),
        ("11 July 2018 12:15pm", datetime(2018, 7, 11, 11, 15, tzinfo=UTC)),
        ("11 January 2018 12am", datetime(2018, 1, 11, tzinfo=UTC)),
        ("11 January 2018 midday", datetime(2018, 1, 11, 12, tzinfo=UTC)),
        ("11 July 2018", datetime(2018, 7, 11, 8, 30, tzinfo=UTC)),
    ],
)
def test_its_date_is_london_text(shown: str, instant: datetime) -> None:
    (entry,) = read(announcement(display_date=shown))
    assert entry.instant == instant


@pytest.mark.parametrize("shown", ["October to November 2026", "November 2026", "October 2026 to November 2026"])
def test_while_provisional_a_window_counts_as_its_last_day(shown: str) -> None:
    (entry,) = read(announcement(display_date=shown, state="provisional"))
    assert entry.instant == datetime(2026, 11, 30, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "body",
    [
        announcement(display_date="January 2018"),
        announcement(display_date="31 February 2018 9:30am"),
        announcement(display_date="11 Jabberwocky 2018"),
        announcement(display_date="11 January 2018 13pm"),
        announcement(display_date="29 March 2026 1:30am"),
        announcement(display_date="25 October 2026 1:30am"),
        announcement(display_date="soon"),
        announcement(display_date=None),
        announcement(state="published"),
        announcement(state=None),
        result(release_timestamp="2026-01-15T08:30:00.000+00:00"),
        result(release_timestamp="2026-01-15T09:30:00"),
        result(statistics_announcement_state="final"),
        result(link="nowhere"),
        b'{"results": []}',
        b'{"results": {}}',
    ],
    ids=range(16),
)
def test_a_doubtful_announcement_is_refused(body: bytes) -> None:
    refused(body)


@given(st.dates(date(1996, 1, 1), date(2037, 12, 31)))
def test_a_day_alone_is_half_past_nine_in_london_in_every_kind(day: date) -> None:
    bodies = (
        ics(event().replace("DTSTART:20261020T060000Z", f"DTSTART;VALUE=DATE:{day:%Y%m%d}")),
        rss(item(pubDate=f"{day:%d %b %Y}")),
        announcement(display_date=f"{day.day} {day:%B %Y}"),
        page(release_date=day.isoformat()),
    )
    for body in bodies:
        (entry,) = read(body)
        at_london = entry.instant.astimezone(LONDON)
        assert (at_london.date(), at_london.hour, at_london.minute) == (day, 9, 30)


@pytest.mark.parametrize("body", [b"", b" ", b"hello", b"[]", b"null", b"{}", b"<html></html>", b"\x00" * 40])
def test_what_is_no_calendar_of_any_kind_is_refused_with_what_to_do(body: bytes) -> None:
    assert refused(body).rstrip().endswith(".")


@given(st.binary(max_size=300))
def test_no_bytes_break_a_reader(body: bytes) -> None:
    for start in (b"", b"BEGIN:VCALENDAR\r\n", b"<?xml version='1.0'?>", b"<rss>", b'{"results": [', b'{"uri": "/a",'):
        refused(start + body)
