"""Passwords: long, hard to guess, slow to try, and the same work whether or not the name exists."""

from __future__ import annotations

import random
import unicodedata
from itertools import product
from pathlib import Path

import pytest
from argon2 import Type, extract_parameters
from argon2.exceptions import InvalidHashError
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.identity.password import (
    CHEAPEST,
    OWASP_MINIMUM,
    WORDS,
    Flaw,
    PasswordRefused,
    Profile,
    check_acceptable,
    dummy_hash,
    hash_password,
    hash_to_try,
    needs_rehash,
    verify,
)
from gateway.identity.wrong import WrongPassword

GOOD = "kettle marble onion fjord"
ABOUT_ADA = ["Ada Lovelace", "ada.lovelace@example.org", "Office for Quarries", "Gateway"]


def refusal(text: str, context_words: list[str] | None = None) -> Flaw | None:
    try:
        check_acceptable(text, context_words or [])
    except PasswordRefused as refused:
        return refused.reason
    return None


def test_the_right_password_opens_and_another_does_not() -> None:
    stored = hash_password(GOOD, profile=CHEAPEST)
    verify(stored, GOOD, profile=CHEAPEST)
    with pytest.raises(WrongPassword):
        verify(stored, GOOD + "s", profile=CHEAPEST)


def test_what_is_shipped_costs_at_least_the_owasp_minimum() -> None:
    cost = extract_parameters(hash_password(GOOD))
    assert cost.type is Type.ID
    assert cost.memory_cost >= 19 * 1024
    assert cost.time_cost >= 2
    assert cost.parallelism >= 1


@pytest.mark.parametrize("profile", [OWASP_MINIMUM, CHEAPEST, Profile(64 * 1024, 3, 2)])
def test_an_unknown_name_costs_exactly_what_a_known_one_does(profile: Profile) -> None:
    known, unknown = (
        extract_parameters(hash_to_try(stored, profile=profile))
        for stored in (hash_password(GOOD, profile=profile), None)
    )
    assert unknown == known


def test_an_unknown_name_and_a_wrong_password_get_the_same_answer() -> None:
    answers = []
    for stored in (hash_password(GOOD), None):
        with pytest.raises(WrongPassword) as refused:
            verify(stored, "another long password")
        answers.append((type(refused.value), str(refused.value), refused.value.__cause__))
    assert answers[0] == answers[1]


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=150))
def test_no_password_opens_a_name_that_does_not_exist(text: str) -> None:
    with pytest.raises(WrongPassword):
        verify(None, text, profile=CHEAPEST)


@settings(deadline=None, max_examples=50)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=15, max_size=128))
def test_every_character_counts_up_to_the_last(text: str) -> None:
    normal = unicodedata.normalize("NFKC", text)
    if not 15 <= len(normal) <= 128 or len(text) < 15:
        return
    stored = hash_password(text, profile=CHEAPEST)
    verify(stored, text, profile=CHEAPEST)
    for other in (text[:-1] + chr(ord(text[-1]) ^ 1), text.swapcase(), f" {text}", f"{text} ", text[:-1]):
        if unicodedata.normalize("NFKC", other) != normal:
            with pytest.raises(WrongPassword):
                verify(stored, other, profile=CHEAPEST)


def test_nothing_is_cut_at_64_or_72_or_127_or_at_a_nul() -> None:
    longest = ("kettle marble onion fjord " * 5)[:128]
    stored = hash_password(longest, profile=CHEAPEST)
    for at in (64, 72, 73, 127):
        with pytest.raises(WrongPassword):
            verify(stored, longest[:at] + "#" + longest[at + 1 :], profile=CHEAPEST)
    with_nul = hash_password("kettle marble\x00onion fjord", profile=CHEAPEST)
    with pytest.raises(WrongPassword):
        verify(with_nul, "kettle marble\x00another end", profile=CHEAPEST)


def test_one_password_typed_on_two_keyboards_is_one() -> None:
    composed, apart = "crème brûlée für zwölf", unicodedata.normalize("NFD", "crème brûlée für zwölf")
    assert composed != apart
    verify(hash_password(composed, profile=CHEAPEST), apart, profile=CHEAPEST)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Flaw.TOO_SHORT),
        ("kettlemarbleon", Flaw.TOO_SHORT),
        ("kettlemarbleoni", None),
        ("e\u0301" * 14, Flaw.TOO_SHORT),
        ("\ufdfa", Flaw.TOO_SHORT),
        (("kettle marble onion fjord " * 5)[:128], None),
        (("kettle marble onion fjord " * 5)[:128] + "x", Flaw.TOO_LONG),
        ("\ufdfa" * 15, Flaw.TOO_LONG),
        ("x" * 10_000_000, Flaw.TOO_LONG),
        ("kettle marble \ud800", Flaw.UNREADABLE),
    ],
)
def test_fifteen_to_a_hundred_and_twenty_eight_characters(text: str, reason: Flaw | None) -> None:
    assert refusal(text) == reason


@pytest.mark.parametrize("text", ["", "short", "x" * 129, "x" * 10_000, "kettle marble \ud800"])
def test_what_can_be_no_password_is_a_wrong_one_at_sign_in(text: str) -> None:
    with pytest.raises(PasswordRefused):
        hash_password(text, profile=CHEAPEST)
    for stored in (hash_password(GOOD, profile=CHEAPEST), None):
        with pytest.raises(WrongPassword):
            verify(stored, text, profile=CHEAPEST)


@pytest.mark.parametrize(
    "text", ["kettlemarbleonionfjord", "KETTLE MARBLE ONION", "958102736482015", "%&(){}[]<>?*#~^+=", GOOD]
)
def test_there_are_no_rules_of_composition(text: str) -> None:
    check_acceptable(text)


def test_a_refusal_says_what_to_do() -> None:
    assert set(WORDS) == set(Flaw)
    for flaw in Flaw:
        assert str(PasswordRefused(flaw)).startswith(("Use ", "This password"))


COMMON_AND_LONG = Path(__file__).with_name("common_long_passwords.txt").read_text(encoding="utf-8").split()


@pytest.mark.parametrize("text", COMMON_AND_LONG)
def test_common_passwords_are_refused_however_long(text: str) -> None:
    assert len(text) >= 15
    assert refusal(text) is Flaw.TOO_COMMON


BASES = ["password", "Welcome", "dragon", "LONDON", "footba11", "P@ssw0rd", "l3tm31n", "drowssap", "iloveyou", "qwerty"]
ENDINGS = [
    "1234567890",
    "2024!2024!2024!",
    "!!!!!!!!!!!!!",
    "4815162342",
    "0000000000000",
    " 1 2 3 4 5 6",
    "-19840617-x",
    "abcabcabcabc",
]


@pytest.mark.parametrize(("base", "ending"), list(product(BASES, ENDINGS)))
def test_a_common_word_with_a_tail_of_digits_and_signs_is_refused(base: str, ending: str) -> None:
    for text in (base + ending, ending + base, base.swapcase() + ending):
        if len(text) >= 15:
            assert refusal(text) is Flaw.TOO_COMMON


def context_variants() -> list[str]:
    """More than 200 passwords that lean on Ada, her office or the product."""
    cores = [
        "AdaLovelace",
        "lovelace.ada",
        "L0vel@ce-Ada",
        "OfficeForQuarries",
        "quarries_lovelace",
        "Gateway Quarries",
    ]
    cores += ["ecalevol-seirrauq", "GATEWAYgateway", "ada.lovelace@example.org", "Quarries4Ada"]
    tails = ["2024!", "1234", "!!!!", "-01-02-03", "#1#1#1", "password", "Summer24", "qwerty", "xyz99", "2025London"]
    return [text for core, tail in product(cores, tails) for text in (core + tail, tail + core, core.upper() + tail)]


@pytest.mark.slow
def test_two_hundred_passwords_made_of_names_of_the_house_are_refused() -> None:
    variants = [text for text in context_variants() if len(text) >= 15]
    assert len(variants) >= 200
    assert [text for text in variants if refusal(text, ABOUT_ADA) is None] == []


def test_a_password_that_leans_on_the_member_says_so() -> None:
    assert refusal("Lovelace-Quarries", ["Ada Lovelace", "Quarries"]) is Flaw.ABOUT_YOU
    assert refusal("Lovelace-Quarries") is None


def test_a_name_inside_a_strong_password_does_no_harm() -> None:
    assert refusal("lovelace kettle marble onion", ABOUT_ADA) is None


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.sampled_from(["pass", "Word", "1234", "ada", "-", "kettle", "2024", "!", "qwerty", "z"]), max_size=12)
)
def test_what_is_refused_is_refused_in_any_case_and_with_more_separators(parts: list[str]) -> None:
    text = "".join(parts)
    reason = refusal(text, ABOUT_ADA)
    assert refusal(text.swapcase(), ABOUT_ADA) == reason
    if reason in {Flaw.TOO_COMMON, Flaw.ABOUT_YOU}:
        assert refusal(f"{text}--", ABOUT_ADA) in {reason, Flaw.TOO_LONG}


@pytest.mark.slow
def test_what_a_password_manager_makes_is_accepted() -> None:
    letters = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    for seed in range(60):
        check_acceptable("".join(random.Random(seed).choices(letters, k=16)), ABOUT_ADA)
        check_acceptable(random.Random(seed).randbytes(12).hex(), ABOUT_ADA)


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 5), st.integers(15, 128))
def test_a_short_thing_repeated_is_never_a_long_password(size: int, length: int) -> None:
    assert refusal(("k7#qz"[:size] * 128)[:length]) is Flaw.TOO_COMMON


def test_a_hostile_password_is_judged_quickly_at_any_length() -> None:
    for text in (
        "a" * 128,
        "ab" * 64,
        "password" * 16,
        "p@55w0rd" * 16,
        "qwertyuiop" * 12,
        "\u0301" * 128,
        "a\u0301" * 64,
    ):
        assert refusal(text) is Flaw.TOO_COMMON


def test_a_hash_of_another_cost_is_renewed_after_a_right_password() -> None:
    cheap = hash_password(GOOD, profile=CHEAPEST)
    assert needs_rehash(cheap)
    assert not needs_rehash(cheap, profile=CHEAPEST)
    assert not needs_rehash(dummy_hash(OWASP_MINIMUM))


def test_two_hashes_of_one_password_differ() -> None:
    assert hash_password(GOOD, profile=CHEAPEST) != hash_password(GOOD, profile=CHEAPEST)


def test_a_broken_row_is_not_a_wrong_password() -> None:
    with pytest.raises(InvalidHashError):
        verify("not a hash", GOOD)
