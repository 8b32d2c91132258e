"""Numbers by which the state knows a person: National Insurance, NHS, tax, passport, driving licence (P4).

One random ten-digit number in eleven passes a modulus-11 check, so a bare one counts only beside a cue word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.domain.rules.arithmetic import is_nhs_number, is_nino_prefix, is_utr
from gateway.domain.rules.reading import Cues, Span

NINO = re.compile(
    r"(?<![A-Za-z0-9])([A-Za-z]{2})[ .-]?(\d{2})([ .-]?)(\d{2})[ .-]?(\d{2})([ .-]?[A-Da-d])?(?![A-Za-z0-9])"
)
NINO_CUE = re.compile(r"\bn\.?i\.?\s{0,2}(?:n\b|no\b|num)|\bnino\b|national\s{1,2}insurance|yswiriant", re.IGNORECASE)
TEN = re.compile(r"(?<![\w.,/£$€-])(?<!\d )(?:\d{3}([ .-]?)\d{3}[ .-]?\d{4})(?![\w£%]|[.,/-]\d| \d)")
TEN_OF_TAX = re.compile(
    r"(?<![\w.,/£$€-])(?<!\d )(?:\d{5} ?\d{5}|\d{3}[ .-]\d{3}[ .-]\d{4})[Kk]?(?![\w£%]|[.,/-]\d| \d)"
)
NHS_CUE = re.compile(r"\bnhs\b|\bchi\b|\bhealth\s{1,2}(?:and care )?number|\bgig\b", re.IGNORECASE)
UTR_CUE = re.compile(r"\butr\b|\btax(?:payer)?'?s?\s|self[ -]assessment", re.IGNORECASE)
PASSPORT_CUE = re.compile(r"\bpassport|\bpasbort", re.IGNORECASE)
PASSPORT = re.compile(r"(?<![\w.,/£$€-])(?:[A-Z]\d{8}|\d{9})(?![\w£%]|[.,]\d)")
LICENCE = re.compile(
    r"(?<![A-Za-z0-9])[A-Z]{2}[A-Z9]{3}[ -]?\d[0156]\d[0-3]\d{2}[ -]?[A-Z][A-Z9][A-Z0-9][ -]?[A-Z]{2}(?![A-Za-z0-9])"
)
BEFORE, AFTER = 60, 30


def find_nino(text: str) -> Iterator[Span]:
    """With its suffix letter in plain shape; without one, or in small spaced letters, only beside a cue word."""
    cues = Cues(NINO_CUE, text)
    for match in NINO.finditer(text):
        prefix, suffix, spaced = match[1], match[6], match[3]
        plain = suffix is not None and (prefix.isupper() or not spaced)
        if is_nino_prefix(prefix) and (plain or _near(cues, match)):
            yield match.span()


def find_nhs_number(text: str) -> Iterator[Span]:
    """A valid number in its 3-3-4 shape, or ten digits together beside a cue word."""
    cues = Cues(NHS_CUE, text)
    for match in TEN.finditer(text):
        if (match[1] or _near(cues, match)) and is_nhs_number(_digits(match)):
            yield match.span()


def find_utr(text: str) -> Iterator[Span]:
    """A valid unique taxpayer reference beside a cue word."""
    cues = Cues(UTR_CUE, text)
    for match in TEN_OF_TAX.finditer(text) if cues else ():
        if _near(cues, match) and is_utr(_digits(match)):
            yield match.span()


def find_passport(text: str) -> Iterator[Span]:
    """Nine digits, or a letter and eight, beside the word passport: the printed number has no public check."""
    cues = Cues(PASSPORT_CUE, text)
    found = PASSPORT.finditer(text) if cues else iter(())
    return (match.span() for match in found if _near(cues, match))


def find_driving_licence(text: str) -> Iterator[Span]:
    """The sixteen characters of a DVLA driver number: surname, coded date of birth, initials, check."""
    return (match.span() for match in LICENCE.finditer(text))


def _near(cues: Cues, match: re.Match[str]) -> bool:
    return cues.stand_between(match.start() - BEFORE, match.end() + AFTER)


def _digits(match: re.Match[str]) -> str:
    return "".join(character for character in match[0] if character.isdigit())
