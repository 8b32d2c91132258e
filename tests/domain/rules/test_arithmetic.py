"""Check digits, against python-stdnum for any number, and against the published examples."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban, luhn
from stdnum.gb import nhs, utr
from stdnum.iso7064 import mod_97_10

from gateway.domain.rules import arithmetic

TEN_DIGITS = st.text("0123456789", min_size=10, max_size=10)


@given(TEN_DIGITS)
def test_nhs_numbers_agree_with_stdnum(digits: str) -> None:
    assert arithmetic.is_nhs_number(digits) == nhs.is_valid(digits)


@given(st.text("0123456789", min_size=9, max_size=9))
def test_a_right_nhs_check_digit_is_accepted_and_every_other_refused(nine: str) -> None:
    accepted = [last for last in "0123456789" if arithmetic.is_nhs_number(nine + last)]
    assert accepted == [last for last in "0123456789" if nhs.is_valid(nine + last)]
    assert len(accepted) <= 1


@given(st.text("0123456789", min_size=9, max_size=9))
def test_a_right_taxpayer_check_digit_is_accepted_and_every_other_refused(nine: str) -> None:
    assert [first for first in "0123456789" if arithmetic.is_utr(first + nine)] == [utr.calc_check_digit(nine)]


@given(st.text("0123456789", min_size=1, max_size=24))
def test_luhn_agrees_with_stdnum(digits: str) -> None:
    assert arithmetic.is_luhn(digits) == luhn.is_valid(digits)
    assert arithmetic.is_luhn(digits + luhn.calc_check_digit(digits))


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2), st.text("0123456789AZ", min_size=11, max_size=30))
def test_iban_check_digits_agree_with_stdnum(country: str, account: str) -> None:
    right = mod_97_10.calc_check_digits(account + country)
    assert arithmetic.is_iban(country + right + account)
    wrong = f"{(int(right) + 1) % 100:02d}"
    assert not arithmetic.is_iban(country + wrong + account)


def test_published_examples() -> None:
    assert arithmetic.is_nhs_number("9434765919")
    assert arithmetic.is_utr("1955839661")
    assert arithmetic.is_iban("GB82WEST12345698765432") == iban.is_valid("GB82WEST12345698765432") is True


@pytest.mark.parametrize(
    "prefix", ["BG", "GB", "KN", "NK", "NT", "TN", "ZZ", "QQ", "DA", "FA", "IA", "UA", "VA", "AO", "AD"]
)
def test_prefixes_that_are_never_given(prefix: str) -> None:
    assert not arithmetic.is_nino_prefix(prefix)


@pytest.mark.parametrize("text", ["", "1", "12345678901", "１２３４５６７８９０", "²²²²²²²²²²", "abcdefghij"])
def test_what_is_not_ten_digits_is_no_number(text: str) -> None:
    assert not arithmetic.is_nhs_number(text)
    assert not arithmetic.is_utr(text)
