"""The check digits of numbers that name a person or their money; each takes digits (and letters) without separators."""

from __future__ import annotations

NHS_WEIGHTS = range(10, 1, -1)
UTR_WEIGHTS = (6, 7, 8, 9, 10, 5, 4, 3, 2)
UTR_CHECKS = "21987654321"
NINO_FIRST = frozenset("ABCEGHJKLMNOPRSTWXYZ")
NINO_SECOND = frozenset("ABCEGHJKLMNPRSTWXYZ")
NINO_NEVER_GIVEN = frozenset({"BG", "GB", "NK", "KN", "TN", "NT", "ZZ"})
LUHN_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def is_nhs_number(digits: str) -> bool:
    """Ten digits, the last by modulus 11 over weights 10 to 2 (NHS Data Dictionary); a check of 10 is never given."""
    if not _are_digits(digits, 10):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, NHS_WEIGHTS, strict=False))
    return (11 - total % 11) % 11 == int(digits[9])


def is_utr(digits: str) -> bool:
    """Ten digits, the first of which checks the other nine (HMRC unique taxpayer reference)."""
    if not _are_digits(digits, 10):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits[1:], UTR_WEIGHTS, strict=True))
    return UTR_CHECKS[total % 11] == digits[0]


def is_luhn(digits: str) -> bool:
    """ISO/IEC 7812: every second digit from the right but the last is doubled, digits summed, a multiple of ten."""
    if not _are_digits(digits, len(digits)) or not digits:
        return False
    values = [int(digit) for digit in reversed(digits)]
    return (sum(values[::2]) + sum(LUHN_DOUBLED[value] for value in values[1::2])) % 10 == 0


def is_iban(compact: str) -> bool:
    """ISO 13616: country, two check digits, account; letters as 10 to 35, first four moved behind, 1 modulo 97."""
    letters = compact.upper()
    if not (letters.isascii() and letters.isalnum() and 15 <= len(letters) <= 34):
        return False
    if not (letters[:2].isalpha() and letters[2:4].isdigit()):
        return False
    return int("".join(str(int(letter, 36)) for letter in letters[4:] + letters[:4])) % 97 == 1


def is_nino_prefix(prefix: str) -> bool:
    """Two letters under which National Insurance numbers are given (HMRC NIM39110); QQ of the examples is not one."""
    pair = prefix.upper()
    if len(pair) != 2 or pair in NINO_NEVER_GIVEN:
        return False
    return pair[0] in NINO_FIRST and pair[1] in NINO_SECOND


def _are_digits(text: str, length: int) -> bool:
    return len(text) == length and text.isascii() and text.isdigit()
