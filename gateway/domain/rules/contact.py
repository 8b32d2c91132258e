"""Ways to reach a person: telephone numbers and mailboxes. Published office lines and role mailboxes pass (P4)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.domain.rules.mailboxes import is_personal_mailbox
from gateway.domain.rules.reading import Cues, Span

PHONE = re.compile(
    r"(?<![\w£$€])(?<!\d[.,/-])"
    r"(?:(?P<abroad>(?:\+ ?|00)44[ .-]{0,2}(?:\(0\))?[ .-]{0,2}(?=[1-9(]))|(?P<open>\()?0(?=[1-9]))"
    r"(?P<rest>(?:\d[ .()-]{0,2}){8}\d(?:[ .()-]{0,2}\d)?)"
    r"(?!\d|[.,/]\d|%)"
)
FOREIGN = re.compile(r"(?<![\w£$€])\+ ?(?!44)[1-9](?:[ .()-]{0,2}\d){9,14}(?!\d|[.,]\d|%)")
THOUSANDS = re.compile(r"\+ ?\d{1,3}(?: \d{3})+")
DATE = re.compile(r"\d{2}[.-]\d{2}[.-]\d{2,4}\b")
FIRST_GROUP = re.compile(r"\(?\d{3,}")
OFFICE_CUE = re.compile(
    r"press office|media (?:relations|enquir|team|office)|switchboard|helpline|help ?desk|reception\b|our office|"
    r"customer (?:service|contact)|contact centre|enquir(?:y|ies)|swyddfa",
    re.IGNORECASE,
)
PRIVATE_CUE = re.compile(r"\b(?:home|own|personal|private|his|her|their|my)\b", re.IGNORECASE)
MAIL = re.compile(
    r"(?<![\w.+%'@-])([\w.+%'-]{1,64})(?:@| ?[\[(] ?at ?[\])] ?)((?:[A-Za-z0-9-]{1,63}\.){1,6}[A-Za-z]{2,24})(?![\w@])"
)
CUE_REACH = 60
MOBILE_DIGITS = 10
OFFICE_FIRST = "389"  # 03 organisations, 08 free and business rate, 09 services (Ofcom numbering plan)
PERSONAL_FIRST = "57"  # 07 mobiles, pagers and personal numbers, 05 voice over the internet


def find_phone(text: str) -> Iterator[Span]:
    """A UK number in a range where people have theirs, or a foreign one.

    03, 08 and 09 are lines of organisations. A geographic number (01, 02) passes only where it is called an office's.
    """
    office, private = Cues(OFFICE_CUE, text), Cues(PRIVATE_CUE, text)
    for match in PHONE.finditer(text):
        if _is_private(match, office, private):
            yield match.span()
    for match in FOREIGN.finditer(text):
        if not THOUSANDS.fullmatch(match[0]):
            yield match.span()


def _is_private(match: re.Match[str], office: Cues, private: Cues) -> bool:
    digits = [character for character in match["rest"] if character.isdigit()]
    first = digits[0]
    if first in OFFICE_FIRST or DATE.match(match[0]):
        return False
    if first in PERSONAL_FIRST:
        return len(digits) == MOBILE_DIGITS
    if first not in "12" or not (match["abroad"] or match["open"] or FIRST_GROUP.match(match[0])):
        return False
    reach = (match.start() - CUE_REACH, match.start())
    return private.stand_between(*reach) or not office.stand_between(*reach)


def find_mailbox(text: str) -> Iterator[Span]:
    """A webmail box or one named after a person; media.relations@ and its like pass."""
    for match in MAIL.finditer(text):
        if is_personal_mailbox(match[1], match[2]):
            yield match.span()
