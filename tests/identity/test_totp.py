"""A one-time code works once, in its time, and only when it is exactly one."""

from __future__ import annotations

import base64
import hashlib
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.identity.span import Span
from gateway.identity.totp import EPOCH, NO_STEP_YET, accepted_step, new_secret, provisioning_uri, qr_svg
from gateway.identity.wrong import ClockUnsure, CodeReplayed, WrongCode
from tests.identity.clock import NOON, about, after, exactly

SECRET = new_secret(b"12345678901234567890")
NOON_STEP = int(NOON.timestamp()) // 30
RFC_6238_APPENDIX_B = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]
THOUSANDTH = 0.001


def code_of(step: int) -> str:
    return pyotp.TOTP(SECRET).generate_otp(step)


@pytest.mark.parametrize(("second", "code"), RFC_6238_APPENDIX_B)
def test_the_library_computes_the_vectors_of_rfc_6238(second: int, code: str) -> None:
    assert pyotp.TOTP(SECRET, digits=8, digest=hashlib.sha1).at(second) == code


@pytest.mark.parametrize(("second", "code"), RFC_6238_APPENDIX_B)
def test_the_last_six_digits_of_each_vector_are_accepted_at_its_second(second: int, code: str) -> None:
    now = exactly(datetime.fromtimestamp(second, UTC))
    assert accepted_step(SECRET, code[-6:], now) == second // 30


def test_the_current_code_is_accepted_through_the_whole_step() -> None:
    for second in (0, 15, 29.999):
        assert accepted_step(SECRET, code_of(NOON_STEP), after(second)) == NOON_STEP


@pytest.mark.parametrize("late", [0, 9.999, 10])
def test_a_code_travels_for_ten_seconds_after_its_step(late: float) -> None:
    assert accepted_step(SECRET, code_of(NOON_STEP), after(30 + late)) == NOON_STEP


@pytest.mark.parametrize("late", [10.000_001, 10.001, 25, 40])
def test_a_code_later_than_ten_seconds_is_wrong(late: float) -> None:
    with pytest.raises(WrongCode):
        accepted_step(SECRET, code_of(NOON_STEP), after(30 + late))


@pytest.mark.parametrize("early", [30, 1, THOUSANDTH, 0.000_001])
def test_a_code_of_a_step_that_has_not_begun_is_wrong(early: float) -> None:
    with pytest.raises(WrongCode):
        accepted_step(SECRET, code_of(NOON_STEP), after(-early))


def test_the_code_one_step_ahead_is_wrong_even_just_before_its_step() -> None:
    with pytest.raises(WrongCode):
        accepted_step(SECRET, code_of(NOON_STEP + 1), after(29.999))


def test_under_an_unsure_clock_a_step_must_surely_have_begun() -> None:
    with pytest.raises(WrongCode):
        accepted_step(SECRET, code_of(NOON_STEP), about(NOON + timedelta(seconds=1), give_or_take=2))
    assert accepted_step(SECRET, code_of(NOON_STEP), about(NOON + timedelta(seconds=2), give_or_take=2)) == NOON_STEP


def test_under_an_unsure_clock_the_grace_must_surely_not_be_over() -> None:
    with pytest.raises(WrongCode):
        accepted_step(SECRET, code_of(NOON_STEP), about(NOON + timedelta(seconds=39), give_or_take=2))


@settings(deadline=None)
@given(st.integers(0, 30_000_000), st.integers(0, 20_000_000), st.integers(0, 20_000_000), st.integers(-3, 3))
def test_an_accepted_code_is_live_at_every_instant_the_clock_thinks_possible(
    into_step: int, before: int, behind: int, offset: int
) -> None:
    true = NOON + timedelta(microseconds=into_step)
    now = (true - timedelta(microseconds=before), true + timedelta(microseconds=behind))
    try:
        step = accepted_step(SECRET, code_of(NOON_STEP + offset), now)
    except (WrongCode, ClockUnsure):
        return
    begins = EPOCH + timedelta(seconds=30 * step)
    assert begins <= now[0]
    assert now[1] <= begins + timedelta(seconds=40)


@settings(deadline=None)
@given(st.integers(0, 4_000_000_000), st.integers(0, 5_000_000))
def test_a_member_with_a_working_app_can_always_sign_in_within_a_step(second: int, bound: int) -> None:
    step = second // 30 + 1
    middle = EPOCH + timedelta(seconds=30 * step + 15)
    assert accepted_step(SECRET, code_of(step), about(middle, bound / 1_000_000)) == step


def test_a_clock_that_is_unsure_by_more_than_a_code_lives_judges_nobody() -> None:
    with pytest.raises(ClockUnsure):
        accepted_step(SECRET, code_of(NOON_STEP), about(NOON, give_or_take=60))


@pytest.mark.parametrize("now", [(NOON, NOON - timedelta(seconds=1)), (NOON.replace(tzinfo=None), NOON)])
def test_a_span_that_makes_no_sense_is_a_bug(now: Span) -> None:
    with pytest.raises(ValueError, match=r"span|naive"):
        accepted_step(SECRET, code_of(NOON_STEP), now)


def test_the_first_second_of_all_time_has_no_previous_step() -> None:
    assert accepted_step(SECRET, code_of(0), exactly(EPOCH)) == 0


def test_a_replayed_code_is_refused_ten_thousand_times() -> None:
    code, last = code_of(NOON_STEP), accepted_step(SECRET, code_of(NOON_STEP), after(1))
    accepted = 0
    for tick in range(10_000):
        try:
            accepted_step(SECRET, code, after(1 + tick * 38 / 10_000), last)
            accepted += 1
        except CodeReplayed:
            continue
    assert accepted == 0


def test_an_earlier_code_is_refused_once_a_later_one_was_used() -> None:
    with pytest.raises(CodeReplayed):
        accepted_step(SECRET, code_of(NOON_STEP), after(35), NOON_STEP + 1)


def test_the_next_code_is_accepted_after_the_last_one_was_used() -> None:
    assert accepted_step(SECRET, code_of(NOON_STEP + 1), after(31), NOON_STEP) == NOON_STEP + 1


def test_a_replay_counts_as_a_wrong_code() -> None:
    assert issubclass(CodeReplayed, WrongCode)


def malformed_variants() -> list[object]:
    """At least 200 texts (and things that are no text) that a lax reader takes for the right code."""
    code = code_of(NOON_STEP)
    blanks = " \t\n\r\v\f\x00\u00a0\u2003\u200b\u2060\ufeff\u3000-.,+'\"_"
    zeros = "０٠۰߀०০੦૦୦௦౦೦൦๐໐༠၀០᠐𝟎𝟘𝟬𝟶₀⁰①"
    padded = [
        text
        for blank in blanks
        for text in (blank + code, code + blank, f"{code[:3]}{blank}{code[3:]}", f"{code[:1]}{blank}{code[2:]}")
    ]
    doubled = [blank + code + blank for blank in blanks]
    foreign = ["".join(chr(ord(zero) + int(digit)) for digit in code) for zero in zeros]
    one_foreign = [code[:5] + text[5:] for text in foreign] + [text[:1] + code[1:] for text in foreign]
    wrapped = [
        code * 2,
        code[::-1] * 2,
        code[:3],
        code[:1],
        f"1{code}",
        f"({code})",
        code[:5],
        code[1:],
        "",
        "0" + code,
        code + "0",
        f"0x{code}",
        f"{code}e0",
        f"{code}.0",
        "000000 ",
    ]
    things: list[object] = [
        None,
        int(code),
        float(code),
        code.encode(),
        [code],
        (code,),
        {"code": code},
        list(code),
        True,
    ]
    return [*padded, *doubled, *foreign, *one_foreign, *wrapped, *things]


def test_two_hundred_near_codes_are_all_refused() -> None:
    variants = malformed_variants()
    assert len(variants) >= 200
    for variant in variants:
        with pytest.raises(WrongCode):
            accepted_step(SECRET, variant, after(1))  # type: ignore[arg-type]  # what a careless caller may hand in


@settings(deadline=None)
@given(st.text())
def test_no_text_but_the_code_itself_is_accepted(text: str) -> None:
    if text != code_of(NOON_STEP):
        with pytest.raises(WrongCode):
            accepted_step(SECRET, text, after(15))


def test_a_secret_is_made_of_160_bits_and_never_of_fewer() -> None:
    assert base64.b32decode(new_secret(bytes(range(20)))) == bytes(range(20))
    with pytest.raises(ValueError, match="20 random bytes"):
        new_secret(bytes(19))


def test_the_address_for_the_app_names_the_organisation_and_the_member() -> None:
    parts = urlsplit(provisioning_uri(SECRET, name="ada@example.org", issuer="Office: Statistics"))
    query = parse_qs(parts.query)
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert unquote(parts.path) == "/Office: Statistics:ada@example.org"
    assert (query["secret"], query["issuer"]) == ([SECRET], ["Office: Statistics"])


def test_the_qr_code_is_an_svg_that_a_strict_page_may_show() -> None:
    svg = qr_svg(provisioning_uri(SECRET, name="ada", issuer="Office"))
    tags = [element.tag for element in ElementTree.fromstring(svg).iter()]
    assert set(tags) <= {"svg", "title", "g", "path"}
    assert "style=" not in svg
    assert SECRET not in svg


def test_no_step_yet_lets_the_very_first_code_in() -> None:
    assert accepted_step(SECRET, code_of(NOON_STEP), after(1), NO_STEP_YET) == NOON_STEP
