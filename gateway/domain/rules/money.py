"""Numbers that lead to a person's money: payment cards, bank accounts, IBANs (P4)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.domain.rules.arithmetic import is_iban, is_luhn
from gateway.domain.rules.reading import Cues, Span

# Not behind "/" or "-": platforms number posts in web addresses with runs of digits as long as a card's.
CARD = re.compile(
    r"(?<![\w.,/£$€-])(?<!\d )"
    r"(?:3[47]\d{2}[ -]?\d{6}[ -]?\d{5}|(?:4\d{3}|5[1-5]\d{2}|2[2-7]\d{2}|6[0245]\d{2})(?:[ -]?\d{4}){3}(?:[ -]\d{3})?)"
    r"(?![\w£%]|[.,-]\d| \d)"
)
IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])")
SORT_CODE = re.compile(r"(?<![\w.,/£$€-])(\d{2})([- ]?)(\d{2})\2(\d{2})(?![\w£%]|[.,/-]\d)")
ACCOUNT = re.compile(r"(?<![\w.,/£$€-])(?:\d{8}|\d{4} \d{4})(?![\w£%]|[.,/-]\d)")
BANK_CUE = re.compile(r"\bsort[ -]?code|\bs/c\b|\baccount\b|\ba/c\b|\bacc(?:t|ount)?\.? ?n|\bbank\b", re.IGNORECASE)
ACCOUNT_CUE = re.compile(
    r"\b(?:bank|account|acct?|a/c)\.?(?: ?account)? ?(?:number|num|no)?[.:]{0,2} {0,2}(?=\d{8}\b)", re.IGNORECASE
)
DAY = re.compile(r"(?:19|20)\d\d[01]\d[0-3]\d")
PAIR_APART = 40
NEXT_TO = 4
CUE_BEFORE = 60


def find_card(text: str) -> Iterator[Span]:
    """A payment card number by issuer range, grouping and Luhn."""
    return (match.span() for match in CARD.finditer(text) if is_luhn(_digits(match[0])))


def find_iban(text: str) -> Iterator[Span]:
    """An international bank account number that checks modulo 97."""
    return (match.span() for match in IBAN.finditer(text) if is_iban(match[0].replace(" ", "")))


def find_bank_account(text: str) -> Iterator[Span]:
    """A sort code and an account number side by side or with a cue word; an account number that is called one.

    A sort code alone is a bank's, and looks like a date.
    """
    accounts = [match.span() for match in ACCOUNT.finditer(text)]
    yield from ((cue.end(), cue.end() + 8) for cue in ACCOUNT_CUE.finditer(text))
    cues = Cues(BANK_CUE, text)
    next_account = 0
    for code in SORT_CODE.finditer(text):
        while next_account < len(accounts) and accounts[next_account][0] < code.end():
            next_account += 1
        behind = accounts[next_account] if next_account < len(accounts) else None
        ahead = accounts[next_account - 1] if next_account else None
        pair = next((span for span in (behind, ahead) if span and _belong(span, code, cues)), None)
        if pair:
            yield min(pair[0], code.start()), max(pair[1], code.end())


def _belong(account: Span, code: re.Match[str], cues: Cues) -> bool:
    start, end = min(account[0], code.start()), max(account[1], code.end())
    gap = end - start - (account[1] - account[0]) - (code.end() - code.start())
    if gap < 0 or gap > PAIR_APART:
        return False
    if cues.stand_between(start - CUE_BEFORE, end):
        return True
    return gap <= NEXT_TO and code[2] == "-" and not DAY.match(code.string, account[0])


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())
