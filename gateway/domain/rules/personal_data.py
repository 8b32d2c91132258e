"""Personal data: never give out personal details, yours or the public's (P4). One rule a kind, so each stays quick."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from connectors.words import Outgoing
from gateway.domain.check import Hit, Rule
from gateway.domain.rules import contact, identifiers, money, whereabouts
from gateway.domain.rules.reading import Finder, readings

RULE = "personal_data"


@dataclass(frozen=True)
class Kind:
    """What is found, in words for the person, and how."""

    what: str
    find: Finder


KINDS = (
    Kind("a National Insurance number", identifiers.find_nino),
    Kind("an NHS number", identifiers.find_nhs_number),
    Kind("a taxpayer reference", identifiers.find_utr),
    Kind("a passport number", identifiers.find_passport),
    Kind("a driving licence number", identifiers.find_driving_licence),
    Kind("a payment card number", money.find_card),
    Kind("an IBAN", money.find_iban),
    Kind("a bank account number", money.find_bank_account),
    Kind("a person's telephone number", contact.find_phone),
    Kind("a person's e-mail address", contact.find_mailbox),
    Kind("a home address", whereabouts.find_home),
    Kind("a date of birth", whereabouts.find_birth),
)


def rule_for(kind: Kind) -> Rule:
    """The rule that finds one kind in text, alt texts and link."""

    def personal_data(outgoing: Outgoing) -> Iterator[Hit]:
        advice = f"seems to give {kind.what}. Take it out; give an office line or a role mailbox if one is needed."
        for reading in readings(outgoing):
            yield from reading.hits(RULE, advice, kind.find)

    return personal_data


RULES: tuple[Rule, ...] = tuple(rule_for(kind) for kind in KINDS)
