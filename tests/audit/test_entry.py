"""Entries: one strict shape, ids and digests only."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.audit.canonical import NotCanonical
from gateway.audit.entry import BadEntry, Entry, rfc3339, salted_digest
from tests.audit.logs import entry

GOOD: dict[str, Any] = {
    "index": 7,
    "at_earliest": "2026-01-31T09:30:00.000000Z",
    "at_latest": "2026-01-31T09:30:00.004000Z",
    "act": "submission.approved",
    "actor": "m-01",
    "subject_kind": "submission",
    "subject_id": "s-01",
    "facts": {"digest": "ab" * 32, "quorum": 2, "fresh": True, "doubt": None},
}


def test_an_entry_is_its_canonical_json() -> None:
    assert json.loads(Entry(**GOOD).to_bytes()) == GOOD
    assert Entry(**GOOD).to_bytes().startswith(b'{"act":"submission.approved","actor":"m-01",')


@given(st.integers(0, 2**40), st.integers())
def test_every_entry_comes_back_from_its_bytes(index: int, seed: int) -> None:
    written = entry(index % 10**9, random.Random(seed))
    assert Entry.from_bytes(written.to_bytes()) == written


BAD = [
    {"index": -1},
    {"index": True},
    {"index": "7"},
    {"index": 2**53},
    {"at_earliest": "2026-01-31T09:30:00Z"},
    {"at_earliest": "2026-01-31T09:30:00.000000+00:00"},
    {"at_earliest": "2026-02-30T09:30:00.000000Z"},
    {"at_earliest": "2026-01-31T09:30:00.000000Z\n"},
    {"at_earliest": "2026-01-31T09:30:00.005000Z"},
    {"at_latest": None},
    {"act": "Post Written"},
    {"act": ""},
    {"actor": "Ada Lovelace"},
    {"actor": None},
    {"subject_id": "line\nbreak"},
    {"subject_kind": "<b>"},
    {"facts": []},
    {"facts": {"reason": "free text is refused"}},
    {"facts": {"reason": "a\nb"}},
    {"facts": {"reason": "x" * 201}},
    {"facts": {"reason": "\u202egnp"}},
    {"facts": {"reason": "\x1b[31m"}},
    {"facts": {"share": 0.5}},
    {"facts": {"Reason": "x"}},
    {"facts": {1: "x"}},
    {"facts": {"many": ["a"]}},
    {"facts": {"count": 2**53}},
    {"facts": {f"f{n}": n for n in range(33)}},
]


@pytest.mark.parametrize("change", BAD, ids=str)
def test_any_other_shape_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadEntry):
        Entry(**{**GOOD, **change})


def test_missing_unknown_and_non_canonical_names_are_refused() -> None:
    whole = Entry(**GOOD).to_bytes()
    short = {name: value for name, value in GOOD.items() if name != "actor"}
    strangers: list[object] = [short, {**GOOD, "note": "x"}, []]
    for strange in strangers:
        with pytest.raises(BadEntry):
            Entry.from_bytes(json.dumps(strange, sort_keys=True, separators=(",", ":")).encode())
    for spelling in (whole + b"\n", whole.replace(b":", b": ", 1), b"\xef\xbb\xbf" + whole):
        with pytest.raises(NotCanonical):
            Entry.from_bytes(spelling)


def test_facts_cannot_be_changed_after_the_fact() -> None:
    facts = {"quorum": 2}
    written = Entry(**{**GOOD, "facts": facts})
    facts["quorum"] = 1
    assert written.facts == {"quorum": 2}
    with pytest.raises(TypeError):
        written.facts["quorum"] = 1  # type: ignore[index]
    assert hash(written) == hash(Entry(**{**GOOD, "facts": {"quorum": 2}}))


def test_a_salted_digest_follows_salt_and_text_and_needs_a_real_salt() -> None:
    salt = bytes(range(16))
    assert salted_digest(salt, "Ada") == salted_digest(salt, "Ada")
    assert len({salted_digest(salt, "Ada"), salted_digest(salt, "Bola"), salted_digest(salt[::-1], "Ada")}) == 3
    assert Entry(**{**GOOD, "facts": {"name": salted_digest(salt, "Ada")}})
    with pytest.raises(ValueError, match="16 bytes"):
        salted_digest(b"short", "Ada")


def test_times_are_written_in_utc_and_naive_ones_are_refused() -> None:
    summer = timezone(timedelta(hours=1))
    assert rfc3339(datetime(2026, 7, 1, 9, 30, tzinfo=summer)) == "2026-07-01T08:30:00.000000Z"
    with pytest.raises(BadEntry):
        rfc3339(datetime(2026, 7, 1, 9, 30))  # noqa: DTZ001  # a naive time is the point
