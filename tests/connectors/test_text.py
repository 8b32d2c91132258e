"""Text as platforms see it, and reading what platforms answer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Nonsense
from connectors.reading import heard, instant, string, thing, things, wait_until
from connectors.rehearsals.basis import LINK, answer
from connectors.text import alike, graphemes, links, with_link


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("see https://example.org/stats.", ["https://example.org/stats"]),
        ("(https://example.org/a_(b))", ["https://example.org/a_(b)"]),
        (
            "«https://example.org/?q=1&r=2#s», then HTTP://EXAMPLE.ORG",
            ["https://example.org/?q=1&r=2#s»", "HTTP://EXAMPLE.ORG"],
        ),
        ("example.org and ftp://example.org", []),
        ("http://localhost/ is no address for readers", []),
        ("xhttps://example.org is a word", []),
        ("https://example.org…", ["https://example.org"]),
        ("<https://example.org/>", ["https://example.org/"]),
    ],
)
def test_addresses_are_read_without_the_sentence_around_them(text: str, urls: list[str]) -> None:
    assert [link.url for link in links(text)] == urls


@given(st.text())
def test_every_link_is_the_text_at_its_place(text: str) -> None:
    whole = f"{text}https://example.org/{text}"
    for link in links(whole):
        assert whole[link.begin : link.end] == link.url


def test_a_link_is_added_once_and_not_mistaken_for_a_longer_one() -> None:
    assert with_link("Out now", LINK) == f"Out now\n\n{LINK}"
    assert with_link(f"Out now: {LINK}.", LINK) == f"Out now: {LINK}."
    assert with_link(f"Out now: {LINK}-2", LINK) == f"Out now: {LINK}-2\n\n{LINK}"
    assert with_link("", LINK) == LINK
    assert with_link("Out now", None) == "Out now"


def test_a_reader_counts_graphemes_and_compares_without_white_space() -> None:
    assert graphemes("👨‍👩‍👧‍👦🇬🇧e\u0301") == 3
    assert alike("Cafe\u0301  \nfigures ", "Café figures")
    assert not alike("3.1%", "3.2%")


@pytest.mark.parametrize(
    ("headers", "until"),
    [
        ({}, None),
        ({"x_reset": "1791795900"}, datetime(2026, 10, 12, 9, 5, tzinfo=UTC)),
        ({"x_reset": "2026-10-12T10:05:00.000000Z"}, datetime(2026, 10, 12, 10, 5, tzinfo=UTC)),
        ({"x_reset": "soon"}, None),
        ({"x_reset": "9" * 40}, None),
        ({"retry_after": "Mon, 12 Oct 2026 10:05:00 GMT"}, datetime(2026, 10, 12, 10, 5, tzinfo=UTC)),
        ({"retry_after": "30"}, None),
        (
            {"retry_after": "30", "date": "Mon, 12 Oct 2026 10:05:00 GMT"},
            datetime(2026, 10, 12, 10, 5, 30, tzinfo=UTC),
        ),
        (
            {"retry_after": "30", "date": "Mon, 12 Oct 2026 10:05:00 GMT", "x_reset": "2026-10-12T10:06:00Z"},
            datetime(2026, 10, 12, 10, 6, tzinfo=UTC),
        ),
    ],
)
def test_a_throttled_caller_is_told_the_later_time(headers: dict[str, str], until: datetime | None) -> None:
    assert wait_until(answer(429, None, **headers), "x-reset") == until


@given(st.text(), st.text(), st.text())
def test_no_header_breaks_the_reading(reset: str, retry: str, date: str) -> None:
    found = wait_until(answer(429, None, x_reset=reset, retry_after=retry, date=date), "x-reset")
    assert found is None or found.tzinfo is not None


@pytest.mark.parametrize("text", ["", "yesterday", "2026-10-12", "2026-10-12T10:00:00", "0001-01-01T00:00:00+23:00"])
def test_a_time_without_a_zone_is_no_instant(text: str) -> None:
    with pytest.raises(Nonsense):
        instant(text)


def test_what_is_not_as_documented_is_nonsense() -> None:
    wrong: list[tuple[object, ...]] = [(thing, []), (things, {}), (things, [1]), (heard, None)]
    for read, value in wrong:
        with pytest.raises(Nonsense):
            read(value)  # type: ignore[operator]
    for source in ({}, {"id": 7}, {"id": ""}, {"id": "\ud800"}):
        with pytest.raises(Nonsense):
            string(source, "id")
    assert string({"text": ""}, "text", may_be_empty=True) == ""
