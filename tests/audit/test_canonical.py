"""Canonical JSON: the examples of RFC 8785, and everything that has no single form is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.audit import canonical
from gateway.audit.canonical import MAX_INTEGER, NotCanonical, Value

texts = st.text(st.characters(codec="utf-8"))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def test_the_string_and_literals_of_rfc_8785_section_3_2_2() -> None:
    given_value = {"string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/", "literals": [None, True, False]}
    expected = '{"literals":[null,true,false],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    assert canonical.encode(given_value) == expected.encode()


def test_the_sorting_example_of_rfc_8785_section_3_2_3() -> None:
    names = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }
    decoded = canonical.decode(canonical.encode(names))
    assert isinstance(decoded, dict)
    assert list(decoded.values()) == [
        "Carriage Return",
        "One",
        "Control",
        "Latin Small Letter O With Diaeresis",
        "Euro Sign",
        "Emoji: Grinning Face",
        "Hebrew Letter Dalet With Dagesh",
    ]


def test_control_characters_take_the_short_escape_where_there_is_one() -> None:
    assert canonical.encode("\b\t\n\f\r\x00\x1f\x7f/\u2028") == '"\\b\\t\\n\\f\\r\\u0000\\u001f\x7f/\u2028"'.encode()


@pytest.mark.parametrize(
    "value",
    [1.0, float("nan"), {"a": [1.5]}, 2**53, -(2**53), "\ud800", {"\udfff": 1}, {1: 2}, b"bytes", {1, 2}, object()],
    ids=lambda value: type(value).__name__ if type(value) is object else repr(value),
)
def test_what_has_no_single_form_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical.encode(value)


@pytest.mark.parametrize(
    "data",
    [
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a": 1}',
        b'{"a":1}\n',
        b'"\\u0041"',
        b'"\\ud800"',
        b"1.0",
        b"1e3",
        b"-0",
        b"NaN",
        b"Infinity",
        b"9007199254740992",
        b"\xff",
        b"",
        b"\xef\xbb\xbf1",
        b"[" * 100_000,
        b"9" * 5_000,
    ],
    ids=lambda data: repr(data[:16]),
)
def test_bytes_that_are_not_the_one_right_form_are_refused(data: bytes) -> None:
    with pytest.raises(NotCanonical):
        canonical.decode(data)


@given(values)
def test_every_allowed_value_comes_back_from_its_bytes(value: Value) -> None:
    assert canonical.decode(canonical.encode(value)) == value


@given(st.dictionaries(texts, st.integers(0, 9), min_size=2))
def test_the_order_in_which_names_were_written_does_not_matter(names: dict[str, int]) -> None:
    assert canonical.encode(dict(reversed(names.items()))) == canonical.encode(names)
