"""Ten recovery codes: random, hashed, each good once, however they are typed."""

from __future__ import annotations

import base64
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.identity.recovery import CODES, ENTROPY_BYTES, hash_codes, make_codes, match
from gateway.identity.wrong import WrongCode

ENTROPY = random.Random(2).randbytes(ENTROPY_BYTES)
ADAS = make_codes(ENTROPY)
HASHES = hash_codes(ADAS)


def test_ten_codes_carry_every_random_bit_that_was_handed_in() -> None:
    assert len(ADAS) == CODES
    assert b"".join(base64.b32decode(code.replace("-", "")) for code in ADAS) == ENTROPY


def test_a_code_has_80_bits() -> None:
    assert ENTROPY_BYTES * 8 // CODES >= 80


@pytest.mark.parametrize("length", [0, 99, 101])
def test_fewer_or_more_random_bytes_are_a_bug(length: int) -> None:
    with pytest.raises(ValueError, match="100 random bytes"):
        make_codes(bytes(length))


@pytest.mark.parametrize("index", range(CODES))
def test_each_code_is_found_at_its_place(index: int) -> None:
    assert match(HASHES, ADAS[index]) == index


@settings(deadline=None)
@given(
    st.integers(0, CODES - 1), st.sampled_from(["", " ", "-", "  ", "–", "\u00a0"]), st.booleans(), st.integers(1, 8)
)
def test_spaces_case_and_hyphens_do_not_matter(index: int, between: str, is_small: bool, group: int) -> None:
    bare = ADAS[index].replace("-", "")
    typed = between.join(bare[at : at + group] for at in range(0, len(bare), group))
    assert match(HASHES, f" {typed.lower() if is_small else typed} \n") == index


def test_a_used_code_is_wrong_once_its_hash_is_gone() -> None:
    left = [stored for index, stored in enumerate(HASHES) if index != 3]
    with pytest.raises(WrongCode):
        match(left, ADAS[3])
    assert match(left, ADAS[4]) == 3


def test_codes_are_found_in_whatever_order_the_rows_come_back() -> None:
    assert match(HASHES[::-1], ADAS[0]) == CODES - 1


def test_nothing_matches_when_no_codes_are_left() -> None:
    with pytest.raises(WrongCode):
        match([], ADAS[0])


@settings(deadline=None)
@given(st.integers(0, CODES - 1), st.integers(0, 15), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_one_letter_changed_is_wrong(index: int, at: int, letter: str) -> None:
    bare = ADAS[index].replace("-", "")
    changed = bare[:at] + letter + bare[at + 1 :]
    if changed != bare:
        with pytest.raises(WrongCode):
            match(HASHES, changed)


@pytest.mark.parametrize(
    "typed", ["", "-", ADAS[0][:-1], ADAS[0] + "A", ADAS[0] * 2, "ſ" * 16, "Ａ" * 16, "A" * 10_000, None, 7]
)
def test_what_is_no_code_is_wrong(typed: object) -> None:
    with pytest.raises(WrongCode):
        match(HASHES, typed)  # type: ignore[arg-type]  # what a careless caller may hand in


def test_a_long_s_does_not_pass_for_an_s() -> None:
    code = "SAAA-AAAA-AAAA-AAAA"
    assert match(hash_codes([code]), code) == 0
    with pytest.raises(WrongCode):
        match(hash_codes([code]), code.replace("S", "ſ"))


def test_who_reads_the_hashes_reads_no_code_and_no_two_alike() -> None:
    twins = hash_codes([ADAS[0], ADAS[0]])
    assert twins[0][1:] != twins[1][1:]
    assert all(len(stored) == 33 for stored in HASHES)
    assert not any(code.replace("-", "").encode() in stored for code in ADAS for stored in HASHES)
